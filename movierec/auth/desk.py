"""The front desk: every form with a password in it is dealt with here, whichever way it came.

On our server forms come by HTTP, to its process; in plain Voilà and JupyterLab as messages, to the visitor's
kernel. Both hand over what was filled in and by whom, and pass on the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from movierec.auth.accounts import Accounts
from movierec.auth.events import record
from movierec.auth.logins import Logins
from movierec.auth.people import User
from movierec.auth.personal import PersonalData
from movierec.auth.recovery import Recovery
from movierec.auth.standing import Login
from movierec.errors import (
    AuthError,
    BadCredentials,
    BadResetCode,
    InvalidRegistration,
    LoginExpired,
    MovierecError,
    StorageError,
    TooManyAttempts,
)

__all__ = ["FORMS", "NEEDS_LOGIN", "Answer", "Caller", "Desk"]

_log = logging.getLogger(__name__)

# kind of form -> its fields
FORMS: Mapping[str, Mapping[str, type]] = {
    "log_in": {"username": str, "password": str, "keep": bool},
    "sign_up": {"username": str, "email": str, "password": str, "confirm": str},
    "reset": {"username": str, "code": str, "password": str, "confirm": str},
    "change_password": {"current": str, "password": str, "confirm": str},
    "change_email": {"email": str, "password": str},
    "delete_account": {"password": str},
}
NEEDS_LOGIN = frozenset({"change_password", "change_email", "delete_account"})


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who has filled in a form, as far as it is known.

    Attributes:
        login: where somebody is logged in.
        peer: their address; empty in a kernel.
        device: the token that their browser keeps; empty in a kernel.
        label: their browser, as they would call it.
    """

    login: Login | None = None
    peer: str = ""
    device: str = field(default="", repr=False)
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a form.

    Attributes:
        reply: what the page is told: a ``kind`` and what belongs to it.
        status: the same for HTTP.
        login: where somebody has just logged in.
        token: for the login's cookie, where there is a new one.
        device: for the device's cookie, where somebody has logged in.
        ended: whether the caller's own login is over.
        retry_after_s: seconds until the next attempt is looked at; 0 where that does not matter.
    """

    reply: dict[str, Any]
    status: int = 200
    login: Login | None = None
    token: str = field(default="", repr=False)
    device: str = field(default="", repr=False)
    ended: bool = False
    retry_after_s: int = 0


class Desk:
    """Deals with forms. All of it blocks: Argon2 and the database take their time."""

    def __init__(self, accounts: Accounts, logins: Logins, recovery: Recovery, personal: PersonalData):
        self._accounts, self._logins, self._recovery, self._personal = accounts, logins, recovery, personal

    def answer(self, kind: str, fields: Mapping[str, Any], caller: Caller) -> Answer:
        """Deal with a form; raises no :class:`MovierecError`.

        Args:
            kind: one of :data:`FORMS`.
            fields: exactly the form's, of their types.
            caller: who has filled it in.
        """
        password = "current" if kind == "change_password" else "password"
        try:
            return _DO[kind](self, caller, **fields)
        except InvalidRegistration as error:
            return Answer(reply=_problems(error.problems), status=422)
        except BadResetCode as error:
            return Answer(reply=_problems({"code": error.public}), status=401)
        except BadCredentials as error:
            text = "This is not your password." if kind in NEEDS_LOGIN else error.public
            return Answer(reply=_problems({password: text}), status=401)
        except TooManyAttempts as error:
            reply = _failed(error) | {"retry_after_s": error.seconds}
            return Answer(reply=reply, status=429, retry_after_s=error.seconds)
        except LoginExpired as error:
            return Answer(reply=_failed(error), status=401, ended=True)
        except MovierecError as error:
            if not isinstance(error, AuthError):
                _log.warning("%s: %s. %s", type(error).__name__, error, error.hint)
            return Answer(reply=_failed(error), status=503 if isinstance(error, StorageError) else 500)

    # ------------------------------------------------------------------ before a login

    def _log_in(self, caller: Caller, *, username: str, password: str, keep: bool) -> Answer:
        proven = self._accounts.proofs.authenticate(username, password, peer=caller.peer, device=caller.device)
        device = self._device_of(proven.user, caller)
        login, token = self._logins.begin(proven, kept=keep, label=caller.label)
        record("log-in", user_id=login.user.user_id, peer=caller.peer)
        if caller.login is not None:  # the same browser, before: one login at a time
            self._logins.end(caller.login)
        return Answer(reply={"kind": "welcome"}, login=login, token=token, device=device)

    def _sign_up(self, caller: Caller, **fields: str) -> Answer:
        user = self._accounts.register(
            fields["username"], fields["email"], fields["password"], confirm=fields["confirm"], peer=caller.peer
        )
        return Answer(reply={"kind": "created", "username": user.username})

    def _reset(self, caller: Caller, *, username: str, code: str, password: str, confirm: str) -> Answer:
        user = self._recovery.reset(username, code, password=password, confirm=confirm, peer=caller.peer)
        # Its owner is here, so this is a device of theirs: they can log in now, whoever else guesses.
        return Answer(reply={"kind": "reset", "username": user.username}, device=self._device_of(user, caller))

    def _device_of(self, user: User, caller: Caller) -> str:
        """Remember the caller's device and return its token; a kernel has no cookies, so it is none."""
        return self._accounts.proofs.devices.remember(user.user_id, caller.device) if caller.peer else ""

    # ------------------------------------------------------------------ by somebody who is logged in

    def _change_password(self, caller: Caller, *, current: str, password: str, confirm: str) -> Answer:
        login, user = self._who(caller)
        proven = self._accounts.proofs.confirm(user, current)
        proven = self._accounts.change_password(
            proven, password, confirm=confirm, current=current, login_id=login.login_id
        )
        self._accounts.proofs.devices.forget(user.user_id, but=caller.device)
        token = self._logins.renew_token(login, proven.stored)
        return Answer(reply={"kind": "changed", "what": "password"}, token=token)

    def _change_email(self, caller: Caller, *, email: str, password: str) -> Answer:
        _, user = self._who(caller)
        self._accounts.proofs.confirm(user, password)
        changed = self._accounts.change_email(user, email)
        return Answer(reply={"kind": "changed", "what": "email", "email": changed.email})

    def _delete_account(self, caller: Caller, *, password: str) -> Answer:
        _, user = self._who(caller)
        self._accounts.proofs.confirm(user, password)
        self._personal.delete(user.user_id)
        return Answer(reply={"kind": "deleted"}, ended=True)

    def _who(self, caller: Caller) -> tuple[Login, User]:
        if caller.login is None:
            raise LoginExpired
        return caller.login, self._logins.check(caller.login)


_DO: Mapping[str, Callable[..., Answer]] = {
    "log_in": Desk._log_in,
    "sign_up": Desk._sign_up,
    "reset": Desk._reset,
    "change_password": Desk._change_password,
    "change_email": Desk._change_email,
    "delete_account": Desk._delete_account,
}


def _problems(problems: Mapping[str, str]) -> dict[str, Any]:
    return {"kind": "problems", "problems": dict(problems)}


def _failed(error: MovierecError) -> dict[str, Any]:
    return {"kind": "failed", "text": error.public}
