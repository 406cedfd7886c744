"""Logging out when something is broken: nobody stays signed in without being told."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from movierec.settings import Settings
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.server.looking import kernel_processes
from tests.serving import Server, free_port

Serve = Callable[..., Server]
PASSWORD = "a long walk home"
MAY_BE_IN = "You may still be signed in on this device"


@pytest.fixture
def come(browser: Browser) -> Iterator[Callable[[Server], Visitor]]:
    """Open the app and log in, without a word about what the console says."""
    contexts = []

    def arrive(server: Server) -> Visitor:
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.goto(server.url)
        visitor = Visitor(page, page.locator("body"))
        visitor.enter()
        return visitor

    yield arrive
    for context in contexts:
        context.close()


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Keep the database from being written to, as another program can."""
    with closing(sqlite3.connect(settings.db_sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def warning(visitor: Visitor) -> Locator:
    return visitor.root.get_by_role("alert").filter(has_text=MAY_BE_IN)


def test_a_database_that_cannot_take_it(serve: Serve, settings: Settings, come) -> None:
    """The start page is there at once and soon warns; the login ends as soon as the database is free."""
    server = serve("server")
    visitor = come(server)
    with locked(settings):
        visitor.button("Log out").click()
        visitor.expect_door()
        expect(warning(visitor)).to_contain_text("We keep trying.")
        server.wait_for(lambda: server.log().count("DELETE /movierec/login") >= 2, why="the server's refusals")
        expect(warning(visitor)).to_be_visible()
    visitor.expect_door("You are logged out.")
    expect(warning(visitor)).to_have_count(0)
    visitor.page.reload()
    visitor.expect_door()


@pytest.mark.parametrize("front_end", ["voila", "lab"])
def test_without_our_server_it_is_told_at_the_door(
    serve: Serve, settings: Settings, visit: Visit, front_end: str
) -> None:
    """One is logged out there whatever the database says; what it could not write down is told."""
    visitor = visit(serve(front_end), front_end=front_end)
    visitor.enter()
    with locked(settings):
        visitor.button("Log out").click()
        visitor.expect_door()
        expect(visitor.root.get_by_role("alert")).to_contain_text(
            "You are logged out. We cannot reach our records"
        )


def test_a_page_whose_kernel_is_gone(serve: Serve, come) -> None:
    """The login ends, and the page goes to the start page by itself, wherever it was."""
    server = serve("server", MOVIEREC_POOL_SIZE="0")
    visitor = come(server)
    visitor.pick("heat", re.compile("Heat"))
    (kernel,) = kernel_processes(server)
    os.kill(kernel, signal.SIGKILL)
    expect(visitor.page.locator(".page-banner").get_by_role("alert")).to_be_visible()
    visitor.button("Log out").click()
    visitor.expect_door()
    expect(visitor.page).to_have_url(server.url)
    visitor.page.evaluate("history.back()")
    expect(visitor.page).to_have_url("about:blank")  # where they had come from: nothing of theirs is left


def test_a_page_whose_server_is_gone(serve: Serve, come) -> None:
    """It says that it tries; once the server is back the login ends, and the page goes to the start page."""
    port = str(free_port())
    server = serve("server", MOVIEREC_PORT=port)
    visitor = come(server)
    assert server.stop(signal.SIGKILL) != 0
    visitor.button("Log out").click()
    expect(warning(visitor)).to_contain_text("We keep trying.")
    serve("server", MOVIEREC_PORT=port)
    visitor.expect_door()
    visitor.page.reload()
    visitor.expect_door()


def test_a_log_in_in_another_tab_is_not_ended(serve: Serve, come) -> None:
    """Which of the two came last, only the visitor knows: they are told, and may try again."""
    server = serve("server")
    one = come(server)
    one.button("Log out").click()
    one.expect_door()
    page = one.page.context.new_page()
    page.goto(server.url)
    two = Visitor(page, page.locator("body"))
    two.expect_door()
    one.log_in("ann_1", PASSWORD)
    expect(one.finder).to_be_visible()

    def refuse(route: Route) -> None:
        route.fulfill(status=503) if route.request.method == "DELETE" else route.continue_()

    one.page.route("**/movierec/login", refuse)
    one.button("Log out").click()
    expect(warning(one)).to_contain_text("We keep trying.")
    two.log_in("ann_1", PASSWORD)
    expect(two.finder).to_be_visible()
    expect(warning(one)).not_to_contain_text("We keep trying.")
    one.page.unroute("**/movierec/login")
    two.page.reload()
    expect(two.finder).to_be_visible()
    one.button("Try again").click()
    one.expect_door("You are logged out.")
    two.page.reload()
    two.expect_door()
