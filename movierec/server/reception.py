"""What blocks when visitors log in, beside the event loop: passwords are hashed, the database is asked."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass

from movierec.app import FrontDesk
from movierec.auth import NEEDS_LOGIN, Answer, Caller, Login
from movierec.errors import LoginExpired, StorageError
from movierec.server.workers import Workers

__all__ = ["Page", "Reception"]

# One password keeps one core busy, for 30 ms and in 19 MiB at the least.
_PASSWORDS_AT_ONCE = min(4, max(2, os.cpu_count() or 1))
_LOOKS_AT_ONCE = 4
_LINE = 64  # a few seconds
# Another tab of this browser shares its cookie, and perhaps the password; but this page shows one person.
_SOMEBODY_ELSE = "In another tab of this browser somebody has logged in. Reload the page to go on."


@dataclass(frozen=True)
class Page:
    """Where a form stands: the page of a kernel, and the login that it shows, if it shows any."""

    kernel_id: str
    login_id: int | None


class Reception:
    """The front desk, with a few threads to work at it; those who wait for a page do not wait for passwords."""

    def __init__(self, front_desk: FrontDesk):
        self._desk, self._logins = front_desk.desk, front_desk.logins
        self._passwords = Workers("passwords", threads=_PASSWORDS_AT_ONCE, line=_LINE)
        self._looks = Workers("logins", threads=_LOOKS_AT_ONCE, line=_LINE)

    async def answer(
        self, kind: str, fields: Mapping[str, object], caller: Caller, *, token: str, page: Page
    ) -> tuple[Answer, bool]:
        """Deal with a form.

        Args:
            kind: which form.
            fields: what has been filled in, of the form's types.
            caller: what is known of who has filled it in; whose login it is, is found out here.
            token: of the login cookie; empty when there is none.
            page: the one with the form, which gets a ticket when somebody has logged in.
        Returns:
            The answer, and whether its token is one to keep when the browser is closed.
        Raises:
            Busy: too many wait.
            StorageError: the database cannot be asked whose login that is.
        """

        def work() -> tuple[Answer, bool]:
            login = self._login_of(token)
            if kind in NEEDS_LOGIN and login is not None and login.login_id != page.login_id:
                return Answer(reply={"kind": "failed", "text": _SOMEBODY_ELSE}, status=409), False
            answer = self._desk.answer(kind, fields, dataclasses.replace(caller, login=login))
            if kind == "log_in" and answer.login is not None:
                ticket = self._ticket_for(answer.login, page.kernel_id)
                answer = dataclasses.replace(answer, reply=answer.reply | {"ticket": ticket})
            login = answer.login or login
            return answer, login is not None and login.kept

        return await self._passwords.do(work)

    def _login_of(self, token: str) -> Login | None:
        try:
            return self._logins.by_token(token) if token else None
        except LoginExpired:
            return None

    def _ticket_for(self, login: Login, kernel_id: str) -> str:
        try:
            return self._logins.issue_ticket(login, kernel_id=kernel_id)
        except (LoginExpired, StorageError):
            return ""  # a page asks again

    async def login(self, token: str) -> Login:
        """Return the login of a cookie.

        Raises:
            Busy: too many wait.
            LoginExpired: it is none, or over.
            StorageError: the database cannot be asked.
        """
        return await self._looks.do(lambda: self._logins.by_token(token))

    async def ticket(self, login: Login, *, kernel_id: str) -> str:
        """Return a ticket for the page of a kernel; raises as :meth:`login`."""
        return await self._looks.do(lambda: self._logins.issue_ticket(login, kernel_id=kernel_id))

    async def end(self, token: str) -> None:
        """End the login of a cookie; one that has ended already is no error.

        Raises:
            Busy: too many wait.
            StorageError: the database cannot be told.
        """
        await self._looks.do(lambda: self._logins.end_token(token))

    def close(self) -> None:
        """Begin nothing more."""
        self._passwords.close()
        self._looks.close()
