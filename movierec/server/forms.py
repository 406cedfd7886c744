"""Forms with passwords, tickets and logging out, over HTTP: for the scripts of our own page, and nobody else.

What they hear is JSON with a ``kind``, the same that a kernel would say; who is refused hears a line of text.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from tornado.web import HTTPError

from movierec.auth import FORMS, Answer, Caller
from movierec.errors import LoginExpired, StorageError
from movierec.server.handlers import Plain
from movierec.server.kernels import Kernels
from movierec.server.peers import Peers, label_of
from movierec.server.reception import Page, Reception
from movierec.server.visits import Cookies
from movierec.server.workers import Busy

__all__ = ["FormHandler", "LoginHandler", "TicketHandler", "routes"]

_log = logging.getLogger(__name__)

_PATHS = {"log_in": "login", "sign_up": "signup"}  # of the others, their kind
_NAME_CHARS = 64
_BUSY = "Many people are logging in just now. Please try again in a moment."


class _Asked(Plain):
    """Something that only a page of ours may ask for, by a script."""

    def initialize(self, reception: Reception, cookies: Cookies, peers: Peers, kernels: Kernels) -> None:
        self._reception, self._cookies, self._peers, self._kernels = reception, cookies, peers, kernels

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        # A page of another site can have a form sent, with cookies in older browsers, but no header of its own.
        headers = self.request.headers
        if headers.get("X-Movierec") != "1" or not self._peers.is_own_origin(self.request, headers.get("Origin")):
            raise HTTPError(403)

    def fields(self, expected: Mapping[str, type]) -> dict[str, Any]:
        """Return what has been sent, of exactly these names and types, from the page of a kernel of this visit."""
        try:
            sent = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise HTTPError(400) from None
        if type(sent) is not dict or {name: type(value) for name, value in sent.items()} != expected:
            raise HTTPError(400)
        self.check(sent["kernel_id"], self._cookies.get(self, "visit"))
        return sent

    def check(self, kernel_id: str, visit: str) -> None:
        """Go on only if the kernel is of this visit."""
        if not self._kernels.belongs(kernel_id, visit):
            raise HTTPError(409 if self._kernels.belonged(kernel_id, visit) else 403)

    def fail(self, error: Exception) -> None:
        """Answer with what has kept us from answering."""
        if isinstance(error, LoginExpired):
            self._cookies.clear(self, "login")
        if isinstance(error, StorageError):
            _log.warning("%s: %s. %s", type(error).__name__, error, error.hint)
        self.set_status(401 if isinstance(error, LoginExpired) else 503)
        self.finish({"kind": "failed", "text": getattr(error, "public", _BUSY)})


class FormHandler(_Asked):
    """``POST /movierec/<path>``: one of the forms that the front desk deals with."""

    def initialize(self, kind: str, **more: Any) -> None:  # type: ignore[override]
        super().initialize(**more)
        self._kind = kind

    def prepare(self) -> None:
        super().prepare()
        self._name = self.request.headers.get("X-Movierec-Form", "")[:_NAME_CHARS]
        # With the body: who knows the name alone is not told what the form's sender was.
        self._key = self._kind, self._name, hashlib.sha256(self.request.body).digest()

    def check(self, kernel_id: str, visit: str) -> None:
        # The answer that brought the new visit may have been lost: the very same form is answered once more.
        is_again = bool(self._name) and self._kernels.belonged(kernel_id, visit)
        if not (is_again and self._kernels.once_of(kernel_id).has(self._key)):
            super().check(kernel_id, visit)

    async def post(self) -> None:
        fields = self.fields({"kernel_id": str, **FORMS[self._kind]})
        kernel_id = fields.pop("kernel_id")
        caller = Caller(
            peer=self._peers.address(self.request),
            device=self._cookies.get(self, "device"),
            label=label_of(self.request.headers.get("User-Agent", "")),
        )
        token, visit = self._cookies.get(self, "login"), self._cookies.get(self, "visit")

        async def ask() -> tuple[Answer, bool, str]:
            page = Page(kernel_id, self._kernels.login_of(kernel_id))
            answer, kept = await self._reception.answer(self._kind, fields, caller, token=token, page=page)
            if answer.login is None:
                return answer, kept, ""
            self._kernels.let_in(kernel_id, answer.login.login_id)
            return answer, kept, self._kernels.renew(visit)

        once = self._kernels.once_of(kernel_id)
        try:
            answer, kept, renewed = await (once.do(self._key, ask) if self._name else ask())
        except (Busy, StorageError) as error:
            self.fail(error)
            return
        if renewed:
            self._cookies.set(self, "visit", renewed)
        self._remember(answer, kept=kept)
        self.set_status(answer.status)
        if answer.retry_after_s:
            self.set_header("Retry-After", str(answer.retry_after_s))
        self.finish(answer.reply)

    def _remember(self, answer: Answer, *, kept: bool) -> None:
        if answer.token:
            self._cookies.set(self, "login", answer.token, kept=kept)
        elif answer.ended:
            self._cookies.clear(self, "login")
        if answer.device:
            self._cookies.set(self, "device", answer.device)


class LoginHandler(FormHandler):
    """``/movierec/login``: POST begins a login, DELETE ends it."""

    async def delete(self) -> None:
        token = self._cookies.get(self, "login")
        try:
            if token:
                await self._reception.end(token)
        except (Busy, StorageError) as error:
            self.fail(error)  # and the cookie stays, or nobody could end that login any more
            return
        self._cookies.clear(self, "login")
        self.set_status(204)


class TicketHandler(_Asked):
    """``POST /movierec/ticket``: a ticket for a page's kernel, for whoever is logged in."""

    async def post(self) -> None:
        kernel_id = self.fields({"kernel_id": str})["kernel_id"]
        try:
            login = await self._reception.login(self._cookies.get(self, "login"))
            ticket = await self._reception.ticket(login, kernel_id=kernel_id)
            self._kernels.let_in(kernel_id, login.login_id)
        except (Busy, LoginExpired, StorageError) as error:
            self.fail(error)
            return
        self.finish({"kind": "ticket", "ticket": ticket})


def routes(**parts: Any) -> list[tuple[str, type[_Asked], dict[str, Any]]]:
    """Return where all of this is, below the base: (path, handler, arguments), the latter with *parts*."""
    forms: list[tuple[str, type[_Asked], dict[str, Any]]] = [
        (
            f"movierec/{_PATHS.get(kind, kind)}",
            LoginHandler if kind == "log_in" else FormHandler,
            {"kind": kind, **parts},
        )
        for kind in FORMS
    ]
    return [*forms, ("movierec/ticket", TicketHandler, parts)]
