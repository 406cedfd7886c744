"""The one place where the logged-in page says what has happened."""

from __future__ import annotations

import traitlets

from movierec.ui.components.base import Component

__all__ = ["Notice"]


class Notice(Component):
    """A status line for what went well and alerts for what did not.

    It hears the other components in the page itself; Python tells it only what is to be said at first.
    There is only one, so that a screen reader does not hear two voices at once.
    """

    script = "notice.js"
    styles = ("notice.css",)

    note = traitlets.Unicode(help="What went wrong before the page was there, if anything did.").tag(sync=True)
