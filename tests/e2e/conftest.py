"""A real browser, a real server of each kind, real databases, and TMDB played by a local server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from movierec.settings import Settings
from tests.e2e.visitor import Visitor
from tests.serving import FRONT_ENDS, Server, free_port, variables_of

expect.set_options(timeout=20_000)

Visit = Callable[..., Visitor]

# The browser's own line when our server refuses what somebody has filled in.
_REFUSED = re.compile(r"^Failed to load resource: the server responded with a status of (401|422|429) ")


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., Server]]:
    """Start front ends: ``serve("server", settings, TMDB_API_KEY=…)``; all end with the test."""
    with ExitStack() as running:

        def start(front_end: str, chosen: Settings = settings, **more: str) -> Server:
            more = {"MOVIEREC_PORT": str(free_port())} | more
            return running.enter_context(FRONT_ENDS[front_end](chosen.home, variables_of(chosen) | more))

        yield start


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open the app as a new person: ``visit(server)``; on our server no page may complain about anything."""
    contexts = []
    complaints = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not _REFUSED.search(said.text):
            complaints.append(said.text)

    def arrive(server: Server, *, front_end: str = "server", **context: object) -> Visitor:
        contexts.append(browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context)))
        page = contexts[-1].new_page()
        if front_end == "server":
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", hear)
        page.goto(server.url)
        return Visitor(page, _app_of(page, front_end))

    yield arrive
    for context in contexts:
        context.close()
    assert complaints == []


def _app_of(page: Page, front_end: str) -> Locator:
    """Return where the app is; in JupyterLab, once its notebook has been run."""
    if front_end != "lab":
        app = page.locator("body")
    else:
        # Before its kernel is there, JupyterLab asks which one to take.
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
        page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-editor").first.click()
        page.keyboard.press("Shift+Enter")
        app = page.locator(".jp-OutputArea-output").first
    expect(app.get_by_role("tab", name="Sign up")).to_be_visible(timeout=60_000)
    return app
