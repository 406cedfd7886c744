"""The start page: what this is, and the two ways in."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.auth import FORMS
from movierec.ui.components.base import Component, Messages

__all__ = ["Door"]


class Door(Component):
    """Headline, a fan of posters, the tabs "Log in" and "Sign up", and a form for who has a reset code.

    Passwords come as messages and are never in a trait; where ``login_url`` is set they go to the server
    instead, which answers who has logged in with a ticket for this kernel. Replies: ``problems`` (field -> what to
    do about it) and ``failed`` (one sentence) are about the form on show; ``created`` and ``reset`` bring the
    username to the tab "Log in"; ``refused`` is about a ticket. Nothing is drawn for who is signed in, nor
    where ``expired`` says that a login is over while the browser has another one, whose ticket is ``come_back``.
    """

    script = "door.js"
    styles = ("door.css",)

    films = traitlets.List(traitlets.Dict(), help="The cards in the fan.").tag(sync=True)
    password_min_length = traitlets.Int(help="In characters, for the hint.").tag(sync=True)
    again = traitlets.Bool(help="Whether the visitor was inside before.").tag(sync=True)
    expired = traitlets.Bool(help="Whether their login ended without their doing.").tag(sync=True)
    note = traitlets.Unicode(help="Why the visitor is here again, if there is a reason.").tag(sync=True)
    warning = traitlets.Unicode(help="What did not work when they left, if anything did not.").tag(sync=True)
    login_url = traitlets.Unicode(help="Where forms go; empty: to the kernel.").tag(sync=True)

    accepts: ClassVar[Messages] = {
        **{kind: FORMS[kind] for kind in ("log_in", "sign_up", "reset")},
        "ticket": {"ticket": str},
        "come_back": {"ticket": str},
    }
