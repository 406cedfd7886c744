"""Our server as a page sees it: where forms with passwords go, and the tickets that it gives."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Route

from movierec.app import App
from movierec.auth import FORMS, Caller, Login
from movierec.errors import LoginExpired

__all__ = ["LOGIN_URL", "FrontDesk"]

LOGIN_URL = "/movierec/"
_KINDS = {"login": "log_in", "signup": "sign_up"}


class FrontDesk:
    """One browser's dealings with it.

    Attributes:
        kernel_id: which kernel the page has.
        token: the browser's login cookie; empty: none.
        ticket: what the page brings when it is loaded; None: nothing.
        asked: method, place and body of each request.
        names: of the forms that were posted.
        instead: place -> status and body of an answer that is given instead of a true one.
    """

    def __init__(self, app: App, kernel_id: str) -> None:
        self._app, self.kernel_id = app, kernel_id
        self.token = ""
        self.ticket: str | None = None
        self.asked: list[tuple[str, str, Any]] = []
        self.names: list[str] = []
        self.instead: dict[str, tuple[int, str]] = {}

    def sign_up(self, username: str = "ann_1", password: str = "a long walk home") -> None:
        """Make an account."""
        self._app.accounts.register(username, f"{username}@example.com", password, confirm=password)

    def log_in(self, username: str = "ann_1", password: str = "a long walk home") -> Login:
        """Have the browser logged in from an earlier visit."""
        proven = self._app.accounts.proofs.authenticate(username, password)
        login, self.token = self._app.logins.begin(proven, kept=True, label="Chrome on Linux")
        return login

    def new_ticket(self) -> str:
        return self._app.logins.issue_ticket(self._app.logins.by_token(self.token), kernel_id=self.kernel_id)

    def elements(self) -> str:
        """Return what the page holds besides the app."""
        parts = {"movierec-page": {"kernel_id": self.kernel_id}}
        if self.ticket is not None:
            parts["movierec-ticket"] = {"ticket": self.ticket}
        return "".join(
            f'<script type="application/json" id="{name}">{json.dumps(content)}</script>'
            for name, content in parts.items()
        )

    def answers(self, route: Route) -> bool:
        """Answer a request, if it is one of these."""
        request = route.request
        place = request.url.partition(LOGIN_URL)[2]
        if request.method == "GET" or not place:
            return False
        assert request.headers["x-movierec"] == "1"
        body = request.post_data_json if request.method == "POST" else None
        self.asked.append((request.method, place, body))
        self.names += [name for name in [request.headers.get("x-movierec-form")] if name]
        if place in self.instead:
            status, text = self.instead[place]
            route.fulfill(status=status, body=text, content_type="text/html")
            return True
        status, reply = self._delete() if request.method == "DELETE" else self._post(place, body)
        route.fulfill(status=status, json=reply)
        return True

    def _delete(self) -> tuple[int, Any]:
        self._app.logins.end_token(self.token)
        self.token = ""
        return 200, {}

    def _post(self, place: str, body: dict[str, Any]) -> tuple[int, Any]:
        assert body.pop("kernel_id") == self.kernel_id
        try:
            login = self._app.logins.by_token(self.token)
        except LoginExpired:
            login, self.token = None, ""
        if place == "ticket":
            return (200, {"ticket": self.new_ticket()}) if login else (401, {})
        kind = _KINDS.get(place, place)
        assert body.keys() == FORMS[kind].keys()
        answer = self._app.desk.answer(kind, body, Caller(login=login, peer="192.0.2.1", label="Chrome on Linux"))
        self.token = "" if answer.ended else answer.token or self.token
        more = {"ticket": self.new_ticket()} if answer.login else {}
        return answer.status, answer.reply | more
