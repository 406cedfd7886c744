"""A link on another site: the browser then keeps its secrets to itself, at first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.test_page_around import open_page
from tests.serving import Server


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site, which has one link: to the address in its query."""

    class Links(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(
                f'<link rel="icon" href="data:,"><a href="{self.path.partition("?")[2]}">go</a>'.encode()
            )

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Links) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}/"
        site.shutdown()


def secrets(tabs: BrowserContext, server: Server) -> set[str]:
    """Return the values of the cookies that other sites' links do not bring along."""
    return {cookie["value"] for cookie in tabs.cookies(server.url) if cookie["sameSite"] == "Strict"}


def test_a_link_on_another_site_leads_into_the_same_visit(browser: Browser, serve, elsewhere: str) -> None:
    """The page is asked for twice, the second time with all cookies; one step back is the other site."""
    server = serve("server")
    tabs = browser.new_context()
    other_tab = open_page(tabs, server)
    before = secrets(tabs, server)
    assert len(before) == 1
    page, asked = tabs.new_page(), []
    page.on("response", lambda response: asked.append((response.url, response.status)))
    page.goto(f"{elsewhere}?{server.url}")
    page.get_by_role("link", name="go").click()
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    assert asked.count((server.url, 200)) == 2
    assert [said for said in asked if said[1] >= 400] == []
    assert secrets(tabs, server) == before
    for tab in (page, other_tab):
        expect_answer(tab)
    page.go_back()
    assert page.url.startswith(elsewhere)
    tabs.close()


def test_who_has_never_been_here_is_not_asked_twice(browser: Browser, serve, elsewhere: str) -> None:
    """There is no cookie that could be missing."""
    server = serve("server")
    page, asked = browser.new_page(), []
    page.on("response", lambda response: asked.append(response.url))
    page.goto(f"{elsewhere}?{server.url}")
    page.get_by_role("link", name="go").click()
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    assert asked.count(server.url) == 1
    page.close()


@pytest.mark.parametrize("is_known", [False, True])
def test_a_page_that_opens_ours_loses_hold_of_it(browser: Browser, serve, elsewhere: str, is_known: bool) -> None:
    """Whether the browser has been here before, and so is asked again, or not."""
    server = serve("server")
    tabs = browser.new_context()
    if is_known:
        open_page(tabs, server).close()
    page = tabs.new_page()
    page.goto(elsewhere)
    with page.expect_popup() as popup:
        page.evaluate("address => void (window.held = open(address, 'ours'))", server.url)
    expect(popup.value.get_by_role("tab", name="Sign up")).to_be_visible()
    assert popup.value.evaluate("opener") is None
    assert page.evaluate("held.closed")  # as far as it can tell
    tabs.close()


def expect_answer(tab: Page) -> None:
    """Expect that the tab's kernel is still the tab's."""
    kernel = "JSON.parse(document.getElementById('movierec-page').textContent).kernel_id"
    assert tab.evaluate(f"fetch('/api/kernels/' + {kernel}).then(answer => answer.status)") == 200
