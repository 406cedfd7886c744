"""How long does a visitor wait, for the page and for what they do on it?

A real browser comes to our server and to stock Voilà with the same notebook, by turns. Each time: a first
visit with an empty cache, a second one with the files of the first, then sign-up, a search typed key by key,
and picks. Time is taken in the page (``page.js``): until the answer is there, and until it has been drawn.
Both servers are left alone until they have nothing to do before anybody comes: on ours a kernel waits then.

"Usable" is from the navigation's start until a click on the tab "Sign up" has been answered.

    python benchmarks/page.py
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from measure import RUNS, Figure, model, report, run, wait_until_quiet
from playwright.sync_api import Browser, Page, expect

from tests.chromium import chromium
from tests.e2e.visitor import Visitor
from tests.serving import Server, start_server, start_voila

TYPED = "toy sto"
PICKS = 5  # cards clicked, one after the other
LIMITS_MS = {"pick -> ten cards": 150}
UNITS = {"requests": "", "kB": "kB"}

Times = dict[str, list[float]]


def main() -> int:
    """Print a table; 1 when a median of our server is above its limit."""
    ours: Times = defaultdict(list)
    stock: Times = defaultdict(list)
    with chromium() as browser, servers() as (our_server, stock_server):
        for number in range(RUNS):
            come(browser, our_server, f"visitor_{number}", ours)
            come(browser, stock_server, f"visitor_{number}", stock)
    return report([figure(what, ours[what], stock[what]) for what in ours], other="stock Voilà")


def figure(what: str, ours: list[float], stock: list[float]) -> Figure:
    """Return what was measured on our server beside stock Voilà."""
    unit = next((unit for end, unit in UNITS.items() if what.endswith(end)), "ms")
    return Figure(what, ours, unit, LIMITS_MS.get(what), stock)


@contextmanager
def servers() -> Iterator[tuple[Server, Server]]:
    """Start both servers, each in a home of its own, on one model."""
    with ExitStack() as stack:
        variables = {"MODEL_DIR": str(stack.enter_context(model()))}
        homes = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="movierec-"))) for _ in range(2)]
        yield (
            stack.enter_context(start_server(homes[0], variables)),
            stack.enter_context(start_voila(homes[1], variables)),
        )


def come(browser: Browser, server: Server, username: str, times: Times) -> None:
    """Visit twice, stay the second time; add what was measured to *times*."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.add_init_script(path=Path(__file__).with_suffix(".js"))
        for cache in ("empty", "warm"):
            wait_until_quiet(server.process.pid)
            page = context.new_page()
            page.goto(server.url)
            for what, value in page.evaluate("stopwatches.arrival").items():
                times[f"{cache} cache: {what}"].append(value)
            if cache == "warm":
                stay(page, username, times)
            page.close()


def stay(page: Page, username: str, times: Times) -> None:
    """Sign up, log in, search key by key, pick an option, then cards."""
    visitor = Visitor(page, page.locator("body"))
    visitor.enter(username)
    visitor.finder.click()
    for key in TYPED:
        page.evaluate("stopwatches.key()")
        page.keyboard.press(key)
        add_lap(page, "key stroke -> options", times)
    page.evaluate("stopwatches.pick()")
    visitor.options().first.click()
    add_lap(page, "pick -> ten cards", times)
    for number in range(PICKS):
        cards = page.get_by_role("list", name="Films like").get_by_role("listitem")
        expect(cards).to_have_count(10)
        page.evaluate("stopwatches.pick()")
        cards.nth(number).get_by_role("button").click()
        add_lap(page, "pick -> ten cards", times)


def add_lap(page: Page, what: str, times: Times) -> None:
    """Add what the stopwatch in the page has taken."""
    lap = page.evaluate("stopwatches.lap")
    times[what].append(lap["there"])
    times[f"{what}, drawn"].append(lap["drawn"])


if __name__ == "__main__":
    sys.exit(run(main))
