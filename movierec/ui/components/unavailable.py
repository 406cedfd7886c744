"""What stands in place of the app when it cannot start."""

from __future__ import annotations

import traitlets

from movierec.ui.components.base import Component

__all__ = ["Unavailable"]


class Unavailable(Component):
    """One sentence for the visitor; what the operator can do is in the log."""

    script = "unavailable.js"
    styles = ("unavailable.css",)

    text = traitlets.Unicode().tag(sync=True)
