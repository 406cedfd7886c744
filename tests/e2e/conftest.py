"""A real browser, a real server of each kind, real databases, and TMDB played by a local server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from movierec.build.pipeline import build
from movierec.settings import Settings
from tests.e2e.visitor import Visitor
from tests.serving import FRONT_ENDS, Server

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
expect.set_options(timeout=20_000)

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def builtin_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in catalogue's model, as `movierec serve` makes it on a fresh machine."""
    return build("builtin", None, tmp_path_factory.mktemp("models") / "builtin").path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            raise FileNotFoundError(CHROMIUM)
        pytest.skip("no chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def environ(settings: Settings, **more: str) -> dict[str, str]:
    """Return the variables that give a server these settings."""
    variables = {
        "DB_HOST": settings.db_host,
        "DB_PORT": str(settings.db_port),
        "DB_USER": settings.db_user,
        "DB_NAME": settings.db_name,
        "MODEL_DIR": str(settings.model_dir),
    }
    return variables | more


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., Server]]:
    """Start front ends: ``serve("server", settings, TMDB_API_KEY=…)``; all end with the test."""
    with ExitStack() as running:

        def start(front_end: str, chosen: Settings = settings, **more: str) -> Server:
            return running.enter_context(FRONT_ENDS[front_end](chosen.home, environ(chosen, **more)))

        yield start


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open the app as a new person: ``visit(server)``; the page must not have logged an error of ours."""
    contexts = []

    def arrive(server: Server, *, front_end: str = "server", **context: object) -> Visitor:
        contexts.append(browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context)))
        page = contexts[-1].new_page()
        page.goto(server.url)
        return Visitor(page, _app_of(page, front_end))

    yield arrive
    for context in contexts:
        context.close()


def _app_of(page: Page, front_end: str) -> Locator:
    """Return where the app is; in JupyterLab, once its notebook has been run."""
    if front_end != "lab":
        app = page.locator("body")
    else:
        cell = page.locator(".jp-Notebook .jp-CodeCell").first
        expect(cell).to_be_visible(timeout=60_000)
        # The kernel is there when the notebook's status says so; running before that is lost.
        expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible(timeout=60_000)
        cell.locator(".jp-InputArea-editor").click()
        page.keyboard.press("Shift+Enter")
        app = page.locator(".jp-OutputArea-output").first
    expect(app.get_by_role("tab", name="Sign up")).to_be_visible(timeout=60_000)
    return app
