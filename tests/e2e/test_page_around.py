"""The page around the app, on our server: what a browser loads, shows meanwhile, and leaves behind."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.kernel_page import ask
from tests.serving import Server


def kernels(server: Server) -> dict[str, int]:
    counts = ask(server.url, "movierec/health").json()["kernels"]
    return {name: counts[name] for name in ("ready", "running")}


def open_page(tabs: BrowserContext, server: Server) -> Page:
    page = tabs.new_page()
    page.goto(server.url)
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    return page


def test_nothing_is_loaded_from_elsewhere(browser: Browser, serve) -> None:
    """Every request goes to our server, and every one of them is answered."""
    server = serve("server")
    page = browser.new_page()
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(server.url)
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert failed == []
    assert {urlsplit(url.removeprefix("blob:")).netloc for url in asked} == {urlsplit(server.url).netloc}
    page.close()


def test_a_skeleton_stands_in_until_the_app_is_there(browser: Browser, serve) -> None:
    """While the front end loads, the page already looks like itself; then the app alone is on it."""
    server = serve("server")
    page = browser.new_page()
    page.route("**/runtime.js", lambda route: route.abort())
    page.goto(server.url)
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    page.unroute_all()
    page.reload()
    expect(page.get_by_role("tab", name="Sign up")).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    page.close()


def test_a_page_that_is_closed_or_left_ends_its_kernel(browser: Browser, serve) -> None:
    """Closing the tab, reloading and going elsewhere leave no kernel behind."""
    server = serve("server")
    tabs = browser.new_context()

    def expect_kernels_of(visitors: int) -> None:
        counted = {"ready": 2, "running": 2 + visitors}
        server.wait_for(lambda: kernels(server) == counted, why=f"the kernels of {visitors} visitors")

    closed, left = open_page(tabs, server), open_page(tabs, server)
    expect_kernels_of(2)
    left.reload()
    expect(left.get_by_role("tab", name="Sign up")).to_be_visible()
    expect_kernels_of(2)
    left.goto("about:blank")
    expect_kernels_of(1)
    closed.close(run_before_unload=True)
    expect_kernels_of(0)
    tabs.close()
