"""The bar at the top of the page, once logged in."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["Header"]


class Header(Component):
    """The mark (back to the beginning), the username, "Profile" and "Log out"."""

    script = "header.js"
    styles = ("header.css",)

    username = traitlets.Unicode().tag(sync=True)
    profile_open = traitlets.Bool(help="Whether the profile is what the page shows.").tag(sync=True)

    accepts: ClassVar[Messages] = {"home": {}, "profile": {}, "log_out": {}}
