"""What a person sees when something breaks: the page goes on by itself, or says what to do."""

from __future__ import annotations

import os
import re
import signal
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from movierec.settings import Settings
from tests.e2e.visitor import Visitor
from tests.kernel_page import Page as KernelPage
from tests.proxy import Gate
from tests.server.looking import counts, kernel_processes
from tests.serving import Server, free_port

Serve = Callable[..., Server]


@pytest.fixture
def films(settings: Settings, builtin_model) -> Settings:
    """Settings of a server with films worth searching."""
    return settings.replace(model_dir=builtin_model)


@pytest.fixture
def come(browser: Browser):
    """Open the app, without a word about what the console says: connections break here."""
    contexts = []

    def arrive(url: str) -> Visitor:
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.goto(url)
        return Visitor(page, page.locator("body"))

    yield arrive
    for context in contexts:
        context.close()


@contextmanager
def behind_gate(server: Server, come) -> Iterator[tuple[Gate, Visitor]]:
    """Open the app over a line that can be shut; it is connected when the block begins."""
    with Gate(urllib.parse.urlsplit(server.url).port) as gate:
        visitor = come(f"http://127.0.0.1:{gate.port}/")
        expect(visitor.tab("Sign up")).to_be_visible()
        server.wait_for(lambda: counts(server)["connected"] == 1, why="the page's connection")
        yield gate, visitor


def banner(page: Page):
    return page.locator(".page-banner")


def reload_by_banner(visitor: Visitor) -> None:
    """Press the banner's button, and be where one was: signed in, in a living app."""
    banner(visitor.page).get_by_role("button", name="Reload").click()
    expect(banner(visitor.page)).to_be_hidden()
    visitor.finder.fill("toy story")
    expect(visitor.options().first).to_contain_text("Toy Story")


@pytest.mark.parametrize("away_s", [5, 60])
def test_a_connection_lost_in_the_middle_of_a_search(away_s: int, films: Settings, serve: Serve, come) -> None:
    """The page says so, keeps what is typed, and shows the films as soon as the line is back."""
    server = serve("server", films)
    with behind_gate(server, come) as (gate, visitor):
        visitor.enter()
        visitor.finder.press_sequentially("toy")
        expect(visitor.options().first).to_contain_text("Toy Story")
        gate.shut()
        visitor.finder.press_sequentially(" sto")
        expect(banner(visitor.page)).to_be_visible(timeout=10_000)
        assert counts(server)["away"] == 1
        end = time.monotonic() + away_s
        while time.monotonic() < end:  # the fault itself: the line is dead for so long
            visitor.page.wait_for_timeout(500)
        gate.open()
        expect(banner(visitor.page)).to_be_hidden(timeout=15_000)
        expect(visitor.options().first).to_contain_text("Toy Story")
        visitor.finder.press("ArrowDown")
        visitor.finder.press("Enter")
        visitor.films_like("Toy Story")
        assert counts(server) | {"ready": 0, "running": 0} == {
            "ready": 0, "running": 0, "connected": 1, "away": 0,
        }  # fmt: skip


def test_nobody_signs_up_twice_over_a_bad_line(films: Settings, serve: Serve, come) -> None:
    """A form sent while the line is dead arrives once, when it is back."""
    server = serve("server", films)
    with behind_gate(server, come) as (gate, visitor):
        gate.shut()
        visitor.sign_up("ann_1", "ann@example.com", "a long walk home")
        expect(banner(visitor.page)).to_be_visible(timeout=10_000)
        gate.open()
        visitor.expect_account_created("ann_1")


def test_an_answer_that_is_lost_on_a_line_that_seems_alive(films: Settings, serve: Serve, come) -> None:
    """The server has made the account and nobody heard of it: the page asks again and is told so, not "taken".

    The browser has several lines open, and tries them one by one.
    """
    server = serve("server", films)
    with behind_gate(server, come) as (gate, visitor):
        gate.hold()
        visitor.sign_up("ann_1", "ann@example.com", "a long walk home")
        expect(visitor.root.get_by_role("status").filter(has_text="Account created")).to_be_visible(timeout=60_000)
        visitor.expect_account_created("ann_1")


def test_a_kernel_that_is_killed(films: Settings, serve: Serve, come) -> None:
    """A banner says so, and its button brings a page that lives."""
    server = serve("server", films, MOVIEREC_POOL_SIZE="0")
    visitor = come(server.url)
    visitor.enter()
    (kernel,) = kernel_processes(server)
    os.kill(kernel, signal.SIGKILL)
    expect(banner(visitor.page).get_by_role("alert")).to_contain_text("has to be loaded again")
    reload_by_banner(visitor)


def test_a_kernel_that_was_ended_while_its_page_was_away(films: Settings, serve: Serve, come) -> None:
    """The line was dead for too long: the page says so, and a reload is inside again without a password."""
    server = serve("server", films, MOVIEREC_AWAY_S="1", MOVIEREC_POOL_SIZE="0")
    with behind_gate(server, come) as (gate, visitor):
        visitor.enter()
        gate.shut()
        server.wait_for(lambda: not kernel_processes(server), why="the end of the kernel")
        gate.open()
        expect(banner(visitor.page).get_by_role("alert")).to_be_visible(timeout=30_000)
        reload_by_banner(visitor)


def test_a_server_that_is_stopped_and_started(films: Settings, serve: Serve, come) -> None:
    """The page waits, finds a server that does not know it, and says what to do; who was signed in still is."""
    port = str(free_port())
    server = serve("server", films, MOVIEREC_PORT=port)
    visitor = come(server.url)
    visitor.enter()
    assert server.stop() == 0
    expect(banner(visitor.page)).to_be_visible(timeout=10_000)
    again = serve("server", films, MOVIEREC_PORT=port)
    assert again.url == server.url
    expect(banner(visitor.page).get_by_role("button", name="Reload")).to_be_visible()
    reload_by_banner(visitor)


def test_without_a_ready_kernel_the_skeleton_is_there_at_once(
    films: Settings, serve: Serve, browser: Browser
) -> None:
    """The head arrives long before the kernel does, and the app follows by itself."""
    server = serve("server", films, MOVIEREC_POOL_SIZE="0", MOVIEREC_FORK="no")
    page = browser.new_page()
    page.goto(server.url, wait_until="commit")
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    assert counts(server)["connected"] == 0
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_be_hidden()
    page.close()


def test_a_page_that_cannot_be_shown_says_so(
    films: Settings, serve: Serve, browser: Browser, open_folder: Path
) -> None:
    """No kernel can start: one sentence in the page's own look, and a way to try again that works once one can."""
    server = serve("server", films, MOVIEREC_POOL_SIZE="0", TMPDIR=str(open_folder))
    (folder,) = open_folder.glob("movierec-*")
    away = folder.rename(open_folder / "away")  # where the server tells kernels how they are reached
    page = browser.new_page()
    page.goto(server.url)
    expect(page.get_by_role("alert")).to_contain_text("cannot be shown right now")
    expect(page.get_by_role("status", name="Loading")).to_be_hidden()
    away.rename(folder)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    page.close()


def test_ten_reloads_in_a_row(films: Settings, serve: Serve, come) -> None:
    """The last page works, and the kernels of the nine before are gone."""
    server = serve("server", films, MOVIEREC_AWAY_S="3")  # for those that were left before they could say goodbye
    visitor = come(server.url)
    for _ in range(10):
        visitor.page.goto(server.url, wait_until="commit")
    expect(visitor.tab("Sign up")).to_be_visible()
    visitor.enter()
    everything = {"ready": 2, "running": 3, "connected": 1, "away": 0}
    server.wait_for(lambda: counts(server) == everything, why="one visitor's kernel and a full pool")


def test_fifty_pages_and_one_of_them_logs_out(films: Settings, serve: Serve, come) -> None:
    """Each is a visit of its own: what one does, the others do not notice."""
    server = serve("server", films)
    with ExitStack() as pages:
        sockets = [pages.enter_context(KernelPage(server.url).socket()) for _ in range(48)]
        one, other = come(server.url), come(server.url)
        one.enter()
        other.log_in("ann_1", "a long walk home")
        expect(other.finder).to_be_visible()
        one.button("Log out").click()
        expect(one.tab("Log in")).to_be_visible()
        other.pick("toy sto", re.compile(r"Toy Story"))
        assert all(socket.alive() for socket in sockets)
        assert counts(server)["connected"] == 50


def test_our_policy_lets_nothing_of_others_in(films: Settings, serve: Serve, come) -> None:
    """No script and no style that is not a file of ours, no foreign host; and our page needs none of it."""
    server = serve("server", films)
    visitor = come(server.url)
    expect(visitor.tab("Sign up")).to_be_visible()
    refused = visitor.page.evaluate("""async () => {
        const told = [];
        document.addEventListener("securitypolicyviolation", (event) => told.push(event.effectiveDirective));
        const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
        const add = (tag, properties) => document.body.append(make(tag, properties));
        const blob = new Blob(["window.intruder = 2"], { type: "text/javascript" });
        add("script", { textContent: "window.intruder = 1" });
        add("script", { src: URL.createObjectURL(blob) });
        add("style", { textContent: "body { display: none }" });
        add("img", { src: "http://203.0.113.1/x.png" });
        add("iframe", { src: "http://203.0.113.1/" });
        await fetch("http://203.0.113.1/").catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 300));
        return [window.intruder ?? null, told.sort()];
    }""")
    assert refused == [
        None, ["connect-src", "frame-src", "img-src", "script-src-elem", "script-src-elem", "style-src-elem"],
    ]  # fmt: skip
    expect(visitor.tab("Sign up")).to_be_visible()
