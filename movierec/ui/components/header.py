"""The bar at the top of the page, once logged in."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["Header"]


class Header(Component):
    """The mark and "For you" (back to the beginning), the username, "Profile" and "Log out"."""

    script = "header.js"
    styles = ("header.css",)

    for_you = traitlets.Bool(help="Whether there is a list “For you”.").tag(sync=True)
    username = traitlets.Unicode().tag(sync=True)
    profile_open = traitlets.Bool(help="Whether the profile is what the page shows.").tag(sync=True)
    login_url = traitlets.Unicode(help="Where the browser's login ends; empty: with the page.").tag(sync=True)

    accepts: ClassVar[Messages] = {"home": {}, "profile": {}, "log_out": {}}
