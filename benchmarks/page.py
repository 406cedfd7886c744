"""How long does a visitor wait, for the page and for what they do on it?

A browser comes to our server and to stock Voilà, by turns: to ours with kernels ready and with none, to stock
Voilà with the same notebook, with a kernel ready (preheated) and without, and with a notebook of one button, which
is the least that it can show. Each time a new browser profile comes twice: with an empty HTTP cache, then with the
files of the first visit. To two of them it stays: sign-up, a search typed key by key, picks.

What is measured is a person who opens a new tab and then goes to the address: the browser runs, the tab is open
and empty, and the server has nothing to do before they come. Times are taken in the page (``page.js``), from the
navigation's start, so that the browser's driver is not in them. Coming from a page of another site adds about
10 ms for a process of the browser's, a reload takes as much less.

"Usable" is until a click on the tab "Sign up" has been answered, on the page of one button until the kernel has
answered the click. The tab needs nobody's answer; beside it is when an empty form has been refused, by our server
or, in stock Voilà, by the kernel. "Signed in" is a reload by somebody who is logged in: until they can search.

    python benchmarks/page.py
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from measure import RUNS, Figure, model, report, run, wait_until_quiet
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.chromium import chromium
from tests.e2e.visitor import Visitor
from tests.kernel_page import ask
from tests.serving import NOTEBOOK, Server, start_server, start_voila

OURS, NONE_READY = "ours", "no kernel ready"
STOCK, PREHEATED, BUTTON = "stock", "preheated", "one button"  # preheated, too
STAYS = (OURS, PREHEATED)

TYPED = "toy sto"
KEY_MS = 150  # between two keys of somebody who types fast
PICKS = 5  # cards clicked, one after the other
LOOK_MS = 500  # at the films that have come, before the next pick; the page writes its address meanwhile
RELOADS = 3
# Stock Voilà waits a second before it starts the next kernel for its pool.
QUIET_S = {OURS: 0.5, NONE_READY: 0.5, STOCK: 0.5, PREHEATED: 1.5, BUTTON: 1.5}
# What is held to a limit: how it is measured, the limit, the aim; ratios are to the page of one button.
LIMITS = {
    "empty cache: kB to usable": (150, 60),
    "empty cache: requests to usable": (12, 5),
    "warm cache: usable": (350, 150),
    "key stroke -> options": (20, 8),
    "pick -> ten cards": (50, 25),
    "reload -> signed in": (1000, 300),
}
RATIOS = {"warm cache: usable": (0.25, 0.10)}

ONE_BUTTON = """\
import ipywidgets
button = ipywidgets.Button(description="Click")
button.on_click(lambda button: setattr(button, "description", "Clicked"))
button"""

Times = dict[str, list[float]]


def main() -> int:
    """Print a table; 1 when a median of our server, or a ratio, is above its limit."""
    times: dict[str, Times] = {}
    with chromium() as browser, servers() as running:
        for number in range(RUNS):
            for name, server in running.items():
                come(browser, name, server, f"visitor_{number}", times.setdefault(name, defaultdict(list)))
    ours = times.pop(OURS)
    return report([figure(what, ours[what], times) for what in ours])


def figure(what: str, ours: list[float], times: Mapping[str, Times]) -> Figure:
    """Return what was measured on our server beside the others."""
    unit = "kB" if "kB" in what else "" if "requests" in what else "ms"
    limit, aim = LIMITS.get(what, (None, None))
    ratio_limit, ratio_aim = RATIOS.get(what, (None, None))
    others = {name: there[what] for name, there in times.items() if what in there}
    return Figure(
        what, ours, unit, limit, others, aim=aim, against=BUTTON, ratio_limit=ratio_limit, ratio_aim=ratio_aim
    )


@contextmanager
def servers() -> Iterator[dict[str, Server]]:
    """Start all servers, each in a home of its own, ours and stock Voilà on one model."""
    with ExitStack() as stack:
        variables = {"MODEL_DIR": str(stack.enter_context(model()))}

        def start(starter: Callable[..., Any], more: Mapping[str, str], preheated: bool = False) -> Server:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="movierec-")))
            pool = {"preheat_kernel": preheated, "default_pool_size": int(preheated)}
            (home / "voila.json").write_text(json.dumps({"VoilaConfiguration": pool}))  # ours reads none
            server: Server = stack.enter_context(starter(home, variables | dict(more)))
            return server

        running = {
            OURS: start(start_server, {}),
            NONE_READY: start(start_server, {"MOVIEREC_POOL_SIZE": "0"}),
            STOCK: start(start_voila, {}),
            PREHEATED: start(start_voila, {}, preheated=True),
        }
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="movierec-")))
        running[BUTTON] = start(partial(start_voila, notebook=one_button(folder)), {}, preheated=True)
        yield running


def one_button(folder: Path) -> Path:
    """Write the notebook of one button."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    notebook["cells"][0]["source"] = ONE_BUTTON
    path = folder / "one_button.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def come(browser: Browser, name: str, server: Server, username: str, times: Times) -> None:
    """Visit twice, on some servers stay the second time; add what was measured to *times*."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.add_init_script(path=Path(__file__).with_suffix(".js"))
        for cache in ("empty", "warm"):
            page = context.new_page()
            wire = Wire.of(context, page)
            wait_until_quiet(server.process.pid, for_s=QUIET_S[name])
            page.goto(server.url)
            arrival = page.evaluate("stopwatches.arrival")
            page.wait_for_load_state("networkidle")  # what is fetched later, for later, is told too
            since = page.evaluate("performance.timeOrigin")
            for what, value in (arrival | wire.until(since + arrival["usable"])).items():
                times[f"{cache} cache: {what}"].append(value)
            if cache == "warm" and name in STAYS:
                stay(page, server, username, times)
            if cache == "warm" and name == OURS:
                come_back(page, server, times)
            leave(page, server)


def stay(page: Page, server: Server, username: str, times: Times) -> None:
    """Sign up, log in, search key by key, pick an option, then cards."""
    visitor = Visitor(page, page.locator("body"))
    visitor.enter(username)
    wait_until_quiet(server.process.pid, for_s=1.5)  # what refills the pool is for crowd.py
    visitor.finder.click()
    for key in TYPED:
        page.wait_for_timeout(KEY_MS)  # as people type; the page is still drawing the options of the key before
        page.evaluate("stopwatches.key()")
        page.keyboard.press(key)
        add_lap(page, "key stroke -> options", times)
    page.evaluate("stopwatches.pick()")
    visitor.options().first.click()
    add_lap(page, "pick -> ten cards", times)
    for number in range(PICKS):
        cards = page.get_by_role("list", name="Films like").get_by_role("listitem")
        expect(cards).to_have_count(10)
        page.wait_for_timeout(LOOK_MS)
        page.evaluate("stopwatches.pick()")
        cards.nth(number).get_by_role("button").first.click()
        add_lap(page, "pick -> ten cards", times)


def come_back(page: Page, server: Server, times: Times) -> None:
    """Reload, still logged in."""
    for _ in range(RELOADS):
        wait_until_quiet(server.process.pid, for_s=QUIET_S[OURS])
        page.reload(wait_until="commit")
        lap = page.evaluate("stopwatches.signedIn()")
        times["reload -> signed in"].append(lap["there"])
        times["reload -> signed in, drawn"].append(lap["drawn"])


def add_lap(page: Page, what: str, times: Times) -> None:
    """Add what the stopwatch in the page has taken."""
    lap = page.evaluate("stopwatches.lap")
    times[what].append(lap["there"])
    times[f"{what}, drawn"].append(lap["drawn"])


def leave(page: Page, server: Server) -> None:
    """Close the tab; a kernel that stock Voilà would keep is ended, so that it is in nobody's way."""
    stock = page.locator("#jupyter-config-data")
    kernel_id = json.loads(stock.text_content() or "{}").get("kernelId") if stock.count() else None
    with page.expect_event("close"):
        page.close(run_before_unload=True)  # as a person does: without it the page could not say goodbye
    if kernel_id:
        token = {"Cookie": "_xsrf=00", "X_XSRFToken": "00"}
        ask(server.url, f"api/kernels/{kernel_id}", method="DELETE", **token)


@dataclass
class Wire:
    """What a page asks the network for, as the browser's own inspector counts it."""

    begun_at_s: dict[str, float] = field(default_factory=dict)  # request -> the inspector's clock
    local: set[str] = field(default_factory=set)  # requests that no server saw
    sizes: list[tuple[str, int]] = field(default_factory=list)  # (request, bytes received)
    frames: list[tuple[float, int]] = field(default_factory=list)  # of websockets, received or sent
    clock_is_behind_s: float = 0.0  # the clock since 1970, less the inspector's

    @classmethod
    def of(cls, context: BrowserContext, page: Page) -> Wire:
        """Count from now on."""
        wire, inspector = cls(), context.new_cdp_session(page)
        for event, heard in {
            "requestWillBeSent": wire._begins,
            "requestServedFromCache": lambda said: wire.local.add(said["requestId"]),
            "responseReceived": wire._answers,
            "loadingFinished": wire._ends,
            "webSocketWillSendHandshakeRequest": wire._begins,
            "webSocketFrameReceived": wire._frame,
            "webSocketFrameSent": wire._frame,
        }.items():
            inspector.on(f"Network.{event}", heard)
        inspector.send("Network.enable")
        return wire

    def until(self, moment_ms: float) -> dict[str, float]:
        """Return requests that reached the server, websockets among them, and kB.

        Those of requests are what they brought, with headers; those of websockets are messages, both ways.

        Args:
            moment_ms: since 1970; a request begun before counts as a whole.
        """
        end_s = moment_ms / 1000 - self.clock_is_behind_s
        asked = {one for one, at in self.begun_at_s.items() if at <= end_s} - self.local
        return {
            "requests to usable": len(asked),
            "kB to usable": sum(size for one, size in self.sizes if one in asked) / 1000,
            "kB over the websocket to usable": sum(size for at, size in self.frames if at <= end_s) / 1000,
            "kB in all": sum(size for _, size in (*self.sizes, *self.frames)) / 1000,
        }

    def _begins(self, said: dict[str, Any]) -> None:
        self.clock_is_behind_s = self.clock_is_behind_s or said["wallTime"] - said["timestamp"]
        if not said["request"].get("url", "").startswith(("data:", "blob:")):
            self.begun_at_s.setdefault(said["requestId"], said["timestamp"])

    def _answers(self, said: dict[str, Any]) -> None:
        if said["response"].get("fromDiskCache"):
            self.local.add(said["requestId"])

    def _ends(self, said: dict[str, Any]) -> None:
        self.sizes.append((said["requestId"], said["encodedDataLength"]))

    def _frame(self, said: dict[str, Any]) -> None:
        frame, text = said["response"], said["response"]["payloadData"]
        self.frames.append(
            (said["timestamp"], len(text.encode() if frame["opcode"] == 1 else base64.b64decode(text)))
        )


if __name__ == "__main__":
    sys.exit(run(main))
