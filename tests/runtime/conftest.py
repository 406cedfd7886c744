"""The runtime in a real browser, under the real policy; kernel and server are in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import ipywidgets
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.runtime.kernel import Kernel
from tests.runtime.web import Web

__all__ = ["Tab"]

_WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (e) => violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


class Tab:
    """A tab at the page.

    Attributes:
        errors: what the page threw, and what it did against its policy; a test that expects some clears it.
    """

    def __init__(self, browser: Browser, kernel: Kernel, web: Web, **context: Any) -> None:
        self.kernel, self.web = kernel, web
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        self.context.set_default_timeout(5000)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.console: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.add_init_script(_WATCH)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.console.append(text)
        if "Content Security Policy" in text:
            self.errors.append(text)

    def show(self, *roots: ipywidgets.Widget, connected: bool = True) -> Tab:
        """Load the page with these widgets and wait until they are drawn, and until the page has settled."""
        self.web.roots = [root.model_id for root in roots] or self.web.roots
        self.page.clock.install()
        self.page.goto(f"{self.web.origin}/")
        expect(self.page.locator("#loading")).to_have_count(0)
        if connected:
            self.settled()
        return self

    def settled(self, sockets: int = 1) -> None:
        """Wait until the page has opened so many sockets and has learned what it may have missed."""
        self.until(lambda: self.kernel.asked("comm_info_request") >= sockets and self.kernel.settled())

    def until(self, condition: Callable[[], Any], limit_s: float = 5.0) -> None:
        """Wait for a condition in this process; the browser goes on meanwhile."""
        end = time.monotonic() + limit_s
        while not condition():
            assert time.monotonic() < end, "it did not happen"
            self.page.evaluate("0")

    def comes(self, expression: str) -> None:
        """Wait until an expression is true in the page; playwright's own way needs eval, against the policy."""
        self.until(lambda: self.page.evaluate(f"Boolean({expression})"))

    def stop_clock(self) -> None:
        """From now on time passes by :meth:`passes` only, until the end of the test."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + 1)

    def passes(self, seconds: float) -> None:
        """Let time pass, with all that is due in it; requests are answered meanwhile."""
        for _ in range(round(seconds * 10)):
            self.page.clock.run_for(100)

    def role(self, role: Any, name: str = "") -> Locator:
        return self.page.get_by_role(role, name=name, exact=True) if name else self.page.get_by_role(role)

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def close(self) -> None:
        if not self.page.is_closed():
            self.errors += self.page.evaluate("window.violations ?? []")
            self.page.evaluate("window.violations = []")
        self.context.close()


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """A kernel without widgets; no widget outlives its test."""
    ipywidgets.Widget.close_all()
    yield Kernel(monkeypatch)
    ipywidgets.Widget.close_all()


@pytest.fixture
def web(kernel: Kernel) -> Iterator[Web]:
    with closing(Web(kernel)) as web:
        yield web


@pytest.fixture
def tab(browser: Browser, kernel: Kernel, web: Web) -> Iterator[Tab]:
    """A tab; an error in the page, and anything against its policy, fails the test."""
    tab = Tab(browser, kernel, web)
    yield tab
    tab.close()
    assert tab.errors == []
