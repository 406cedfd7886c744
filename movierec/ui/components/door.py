"""The start page: what this is, and the two ways in."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["Door"]


class Door(Component):
    """Headline, a fan of posters, the tabs "Log in" and "Sign up".

    Passwords come as messages and are never in a trait. Replies: ``problems`` (field -> what to do
    about it) and ``failed`` (one sentence) name the ``form`` that they are about; ``created`` brings the
    new username to the tab "Log in".
    """

    script = "door.js"
    styles = ("door.css",)

    films = traitlets.List(traitlets.Dict(), help="The cards in the fan.").tag(sync=True)
    password_min_length = traitlets.Int(help="In characters, for the hint.").tag(sync=True)
    again = traitlets.Bool(help="Whether the visitor was inside before.").tag(sync=True)
    note = traitlets.Unicode(help="Why the visitor is here again, if there is a reason.").tag(sync=True)

    accepts: ClassVar[Messages] = {
        "log_in": {"username": str, "password": str},
        "sign_up": {"username": str, "email": str, "password": str, "confirm": str},
    }
