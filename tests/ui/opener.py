"""Tabs at the start page of our server, and what one does there."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Browser, expect

from movierec.app import App
from movierec.ui.controller import Controller
from tests.ui.browser import Tab
from tests.ui.front_desk import LOGIN_URL, FrontDesk
from tests.ui.wire import Wire

__all__ = ["PASSWORD", "SERVED_KERNEL_ID", "Opener", "enter", "kinds", "log_in"]

SERVED_KERNEL_ID = "the-kernel"
PASSWORD = "a long walk home"


class Opener:
    """Opens the start page of our server."""

    def __init__(self, browser: Browser, app: App, wire: Wire) -> None:
        self._browser, self._wire = browser, wire
        self.app = replace(app, settings=app.settings.replace(login_url=LOGIN_URL))
        self.server = FrontDesk(self.app, SERVED_KERNEL_ID)
        self.server.sign_up()
        self.tabs: list[Tab] = []

    def __call__(self, ticket: str | None = None) -> Tab:
        """Open it; *ticket* is what the page brings."""
        Controller(self.app, kernel_id=SERVED_KERNEL_ID)
        self.server.ticket = ticket
        self.tabs.append(Tab(self._browser, self._wire, self.server))
        return self.tabs[-1]


def kinds(tab: Tab) -> list[str]:
    """Return the kinds of the messages that the kernel was sent."""
    return [message["kind"] for message in tab.sent]


def log_in(tab: Tab, password: str = PASSWORD, *, keep: bool = False) -> None:
    tab.role("textbox", "Username").fill("ann_1")
    tab.password().fill(password)
    if keep:
        tab.role("checkbox", "Keep me signed in").check()
    tab.role("button", "Log in").click()


def enter(tab: Tab) -> None:
    log_in(tab)
    expect(tab.finder).to_be_visible()
