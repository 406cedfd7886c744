"""The visitor's account: password, email, where they are signed in, and what is stored about them."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.auth import FORMS, NEEDS_LOGIN
from movierec.ui.components.base import Component, Messages

__all__ = ["Account"]


class Account(Component):
    """What belongs to the account and not to the films; below the profile, and there as long as it is.

    Passwords come as messages and are never in a trait; where ``login_url`` is set they go to the server instead,
    and the page says afterwards what has become of the account. Replies: ``problems`` and ``failed`` are about
    the form that was sent last; ``changed`` (a password or an email), ``ended`` (a login elsewhere),
    ``data`` (all that is stored about the visitor).
    """

    script = "account.js"
    styles = ("settings.css", "account.css")

    username = traitlets.Unicode(help="For password managers.").tag(sync=True)
    email = traitlets.Unicode().tag(sync=True)
    password_min_length = traitlets.Int(help="In characters, for the hint.").tag(sync=True)
    places = traitlets.List(traitlets.Dict(), help="Where they are signed in, this page first.").tag(sync=True)
    login_url = traitlets.Unicode(help="Where forms go; empty: to the kernel.").tag(sync=True)

    accepts: ClassVar[Messages] = {
        **{kind: FORMS[kind] for kind in sorted(NEEDS_LOGIN)},
        "account_changed": {},
        "account_deleted": {},
        "end_login": {"login_id": int},
        "log_out_everywhere": {},
        "export": {},
    }
