"""What stands in place of the app when it cannot start."""

from __future__ import annotations

import traitlets

from movierec.ui.components.base import Component, source

__all__ = ["Unavailable"]


class Unavailable(Component):
    """One sentence for the visitor; what the operator can do is in the log."""

    _esm = source("dom.js", "unavailable.js")
    _css = source("unavailable.css")

    text = traitlets.Unicode().tag(sync=True)
