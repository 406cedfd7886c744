"""What does a visitor see when many others are there?

Clients that speak the protocol are the crowd (``tests/crowd_client.py``), and one Chromium among them is a person:

- fifty come at once, the person in the midst of them, to a server that has two kernels ready. "Skeleton" is when
  the beginning of the page has arrived, which shows that there will be one, "usable" when the kernel has told the
  state of a widget; the person's "usable" is, as in ``page.py``, an answered click on the tab "Sign up";
- a hundred sit there, twenty search and pick, a key each 200 ms, a film each 2 to 3 s, and so does the person;
- twenty tabs are closed: what is left of their kernels after 5 s.

Server, kernels, crowd and browser share one machine's cores: what the crowd takes of them, the server lacks.

    python benchmarks/crowd.py
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from measure import P95, Figure, cpu_s, model, report, run, wait_until_quiet
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.chromium import chromium
from tests.crowd_client import PATIENCE_S, Arrival, Guest
from tests.e2e.visitor import Visitor
from tests.kernel_page import ask
from tests.serving import Server, start_server

COMERS, ROUNDS = 50, 3
IDLE, ACTIVE, ACTIVE_S = 100, 20, 30.0
TABS, TABS_S = 20, 5.0
POOL = 2  # kernels that are there without anybody, where they are counted
# All of the crowd are of one address.
SETTINGS = {"MOVIEREC_POOL_SIZE": str(POOL), "SIGN_UPS_PER_ADDRESS": "1000000"}
KEY_S, PAUSE_S = 0.2, (1.0, 1.4)  # with five to eight keys before it: a film each 2 to 3 s
TYPED = ("toy sto", "the godf", "incept", "alien", "casabl", "spirit", "matrix", "pulp f")
ENTER_AT_ONCE = 8  # so that logging in, 60 ms of a core each, is no crowd of its own

T = TypeVar("T")
InBackground = Callable[[Coroutine[Any, Any, T]], "Future[T]"]
Laps = dict[str, list[float]]


def main() -> int:
    """Print a table; 1 when one is above its limit."""
    with chromium() as browser, model() as model_dir, loop() as start:
        figures = [
            *arrivals(browser, model_dir, start),
            *everyday(browser, model_dir, start),
            *closed_tabs(browser, model_dir),
        ]
    print(f"{os.cpu_count()} cores were shared by the server, its kernels, the crowd, and the person's browser")
    return report(figures)


# ------------------------------------------------------------------ fifty at once


def arrivals(browser: Browser, model_dir: Path, start: InBackground[Any]) -> Iterator[Figure]:
    """Yield how long fifty wait who come at once, and a person among them."""
    crowd: list[Arrival] = []
    persons: list[Mapping[str, float]] = []
    with started(model_dir) as server:
        for _ in range(ROUNDS):
            guests = [Guest(server.url, f"comer_{number}") for number in range(COMERS)]
            with window(browser) as context:
                page = context.new_page()
                wait_until_quiet(server.process.pid, for_s=1.5)
                coming = start(gather(guest.arrive() for guest in guests))
                page.goto(server.url, wait_until="commit", timeout=1000 * PATIENCE_S)
                persons.append(page.evaluate("stopwatches.arrival"))
                crowd += coming.result()
                close(page)
            start(gather(guest.leave() for guest in guests)).result()
            server.wait_for(lambda: kernels(server) == {"ready": POOL, "running": POOL}, why="all to have gone")
    yield p95(f"{COMERS} at once: skeleton", [one.skeleton_s for one in crowd], "s", 1, 0.3)
    yield p95(f"{COMERS} at once: usable", [one.usable_s for one in crowd], "s", 12, 5)
    for what in ("first paint", "usable", "a form is answered"):
        yield Figure(f"  a person among them: {what}", [one[what] / 1000 for one in persons], "s")


# ------------------------------------------------------------------ a busy evening


def everyday(browser: Browser, model_dir: Path, start: InBackground[Any]) -> Iterator[Figure]:
    """Yield how long searches and picks take when many are there, for the crowd and for a person among them."""
    with started(model_dir) as server, window(browser) as context:
        guests = [Guest(server.url, f"guest_{number}") for number in range(IDLE + ACTIVE)]
        start(enter_all(guests)).result()
        page = context.new_page()
        page.goto(server.url)
        Visitor(page, page.locator("body")).enter("person")
        wait_until_quiet(server.process.pid, for_s=1.5, busy=0.3)
        begun, server_s, ours_s = time.perf_counter(), cpu_s(server.process.pid), time.process_time()
        evening = start(gather(spend_evening(guest, random.Random(guest.username)) for guest in guests[:ACTIVE]))
        person: Laps = defaultdict(list)
        draw = random.Random(7)
        while not evening.done():
            search_and_pick(page, draw.choice(TYPED), person)
        taken_s = time.perf_counter() - begun
        shares = (cpu_s(server.process.pid) - server_s) / taken_s, (time.process_time() - ours_s) / taken_s
    crowd = {what: [1000 * lap for laps in evening.result() for lap in laps[what]] for what in ("search", "pick")}
    who = f"{IDLE} idle, {ACTIVE} active"
    yield p95(f"{who}: pick -> cards", crowd["pick"], "ms", 250, 100)
    yield p95(f"{who}: key stroke -> options", crowd["search"], "ms")
    yield p95("  a person among them: pick -> ten cards", person["pick"], "ms")
    yield p95("  a person among them: pick -> ten cards, drawn", person["pick, drawn"], "ms")
    yield p95("  a person among them: key stroke -> options", person["search"], "ms")
    yield Figure("  cores that the server and its kernels took", shares[:1], "")
    yield Figure("  cores that the crowd took", shares[1:], "")


async def enter_all(guests: Sequence[Guest]) -> None:
    """Let all come in, a few at a time."""
    door = asyncio.Semaphore(ENTER_AT_ONCE)

    async def enter(guest: Guest) -> None:
        async with door:
            await guest.arrive()
            await guest.enter()

    await gather(enter(guest) for guest in guests)


async def spend_evening(guest: Guest, draw: random.Random) -> Laps:
    """Search and pick as people do; return how many seconds each answer took."""
    laps: Laps = {"search": [], "pick": []}
    end = time.monotonic() + ACTIVE_S
    await asyncio.sleep(draw.uniform(0, PAUSE_S[1]))
    while time.monotonic() < end:
        text, answers = draw.choice(TYPED), []
        for length in range(1, len(text) + 1):
            answers.append(asyncio.create_task(guest.search(text[:length])))  # who types does not wait for it
            await asyncio.sleep(KEY_S)
        found = await asyncio.gather(*answers)
        laps["search"] += [taken_s for taken_s, _ in found]
        laps["pick"].append(await guest.pick(draw.choice(found[-1][1])))
        await asyncio.sleep(draw.uniform(*PAUSE_S))
    return laps


def search_and_pick(page: Page, text: str, laps: Laps) -> None:
    """Type *text*, pick the first film, look at it for a moment."""
    visitor = Visitor(page, page.locator("body"))
    visitor.finder.click()
    for key in text:
        page.evaluate("stopwatches.key()")
        page.keyboard.press(key)
        add_lap(page, "search", laps)
        page.wait_for_timeout(1000 * KEY_S)
    page.evaluate("stopwatches.pick()")
    visitor.options().first.click()
    add_lap(page, "pick", laps)
    page.wait_for_timeout(1000 * PAUSE_S[0])


def add_lap(page: Page, what: str, laps: Laps) -> None:
    """Add what the stopwatch in the page has taken, in milliseconds."""
    lap = page.evaluate("stopwatches.lap")
    laps[what].append(lap["there"])
    laps[f"{what}, drawn"].append(lap["drawn"])


# ------------------------------------------------------------------ tabs that are closed


def closed_tabs(browser: Browser, model_dir: Path) -> Iterator[Figure]:
    """Yield how many kernels are left some seconds after their tabs are gone, beyond those in waiting."""
    for how, end, bound in (("closed", close, 0), ("whose process was ended", crash, None)):
        with started(model_dir) as server, window(browser) as context:
            pages = [context.new_page() for _ in range(TABS)]
            for page in pages:
                page.goto(server.url)
                expect(Visitor(page, page.locator("body")).tab("Sign up")).to_be_visible(timeout=60_000)
            there = kernels(server)["running"]
            assert there >= TABS, f"{there} kernels for {TABS} tabs"
            for page in pages:
                end(page)
            left, last_s = left_after(server)
        yield Figure(f"{TABS} tabs {how}: kernels left {TABS_S:g} s later", [left], "", bound, aim=bound)
        if not left:
            yield Figure("  until the last had gone", [last_s], "s")


def left_after(server: Server) -> tuple[int, float]:
    """Return how many kernels are left beyond the pool, and when that was last another number."""
    begun = time.monotonic()
    left, changed_s = -1, 0.0
    while (now_s := time.monotonic() - begun) < TABS_S:
        before, left = left, max(0, kernels(server)["running"] - POOL)
        changed_s = now_s if left != before else changed_s
        time.sleep(0.02)
    return left, changed_s


def close(page: Page) -> None:
    """Close a tab as a person does: the page can say goodbye."""
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def crash(page: Page) -> None:
    """End the process of a tab; tabs may share one."""
    with suppress(Error):
        page.goto("chrome://crash", timeout=2_000)


# ------------------------------------------------------------------ what all need


@contextmanager
def started(model_dir: Path) -> Iterator[Server]:
    """Start our server in a home of its own, with its pool full."""
    with (
        tempfile.TemporaryDirectory(prefix="movierec-") as home,
        start_server(Path(home), {"MODEL_DIR": str(model_dir), **SETTINGS}) as server,
    ):
        server.wait_for(lambda: kernels(server)["ready"] == POOL, why="a full pool")
        yield server


def kernels(server: Server) -> dict[str, int]:
    """Return how many kernels are ready, and how many there are."""
    counts: dict[str, int] = ask(server.url, "movierec/health").json()["kernels"]
    return {name: counts[name] for name in ("ready", "running")}


@contextmanager
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Open a browser window with the stopwatches in it."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.add_init_script(path=Path(__file__).with_name("page.js"))
        yield context


@contextmanager
def loop() -> Iterator[InBackground[Any]]:
    """Run an event loop beside this thread, which the browser's driver needs for itself."""
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever, daemon=True)
    thread.start()
    yield lambda work: asyncio.run_coroutine_threadsafe(work, running)
    running.call_soon_threadsafe(running.stop)
    thread.join()


async def gather(works: Iterable[Awaitable[T]]) -> list[T]:
    """Do all at once."""
    return list(await asyncio.gather(*works))


def p95(
    what: str, values: Sequence[float], unit: str, limit: float | None = None, aim: float | None = None
) -> Figure:
    """Return a figure whose 95th percentile is what counts."""
    return Figure(what, values, unit, limit, aim=aim, share=P95)


if __name__ == "__main__":
    sys.exit(run(main))
