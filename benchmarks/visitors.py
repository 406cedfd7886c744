"""How much memory does one more visitor cost, and how soon is there a kernel for them?

Memory: five people, each a browser window of their own, sign up, log in, search and pick; all five stay. What
their kernels then hold for themselves alone (Private_Clean + Private_Dirty of smaps_rollup, "USS") is what one
more visitor takes. Where kernels are forked from a process that has imported everything, that process, which
there is once, is told apart, and kernels that are started one by one (MOVIEREC_FORK=no) are measured too.

Kernels: sixteen visitors come at once to a server that has none ready, and wait until each has its page whole;
and a pool of sixteen, emptied at once, is full again. The same is done on stock Voilà, to compare; it does not say
when its pool is full. Linux only.

    python benchmarks/visitors.py
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from measure import Figure, descendants_of, kernels_of, model, report, run, wait_until_quiet
from playwright.sync_api import Browser, expect

from tests.chromium import chromium
from tests.e2e.visitor import Visitor
from tests.kernel_page import ask
from tests.serving import Server, start_server, start_voila

VISITORS = 5
LIMIT_MIB, AIM_MIB, FORKED_AIM_MIB = 58, 50, 30
AT_ONCE = 16
ROUNDS = 3

Start = Callable[[Path, dict[str, str]], AbstractContextManager[Server]]
Sizes = dict[str, list[float]]

FORKED, SPAWNED, STOCK = "forked", "started one by one", "stock Voilà"
# On TCP ports, as it is by itself, sixteen kernels of stock Voilà that start at once take each other's.
STOCK_CONFIG = {"KernelManager": {"transport": "ipc"}}
# No kernels in waiting: every one that there is has its visitor.
KINDS: dict[str, tuple[Start, dict[str, str]]] = {
    FORKED: (start_server, {"MOVIEREC_POOL_SIZE": "0"}),
    SPAWNED: (start_server, {"MOVIEREC_POOL_SIZE": "0", "MOVIEREC_FORK": "no"}),
    STOCK: (start_voila, {}),
}


def main() -> int:
    """Print a table; 1 when the median kernel of our server is above the limit."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("skipped: only Linux tells what a process holds for itself alone")
        return 0
    with chromium() as browser, model() as model_dir:
        sizes = {kind: memory(browser, kind, model_dir) for kind in KINDS}
        waits = {kind: [seconds_for_all(kind, model_dir) for _ in range(ROUNDS)] for kind in KINDS}
        refills = [seconds_to_refill(model_dir) for _ in range(ROUNDS)]
    if not sizes[FORKED]["forker, private"]:
        print("this server forks no kernels: both are started one by one")
    return report([*memory_figures(sizes), *rate_figures(waits, refills)])


def memory_figures(sizes: Mapping[str, Sizes]) -> Iterator[Figure]:
    """Yield what visitors, and what serves them all, take of the machine's memory."""
    for kind, aim in ((FORKED, FORKED_AIM_MIB), (SPAWNED, AIM_MIB)):
        stock = {STOCK: sizes[STOCK]["uss"]}
        yield Figure(f"a kernel, {kind}, private (USS)", sizes[kind]["uss"], "MiB", LIMIT_MIB, stock, aim=aim)
    others = {kind: sizes[kind] for kind in (SPAWNED, STOCK)}
    for what, name in {
        "a kernel, its share of all (PSS)": "pss",
        "a kernel, shared pages counted in full (RSS)": "rss",
        "what forks kernels, private, once": "forker, private",
        "what forks kernels, its share of all, once": "forker, share",
        "the server itself, private": "server",
        "server and visitors in all (sum of PSS)": "all",
    }.items():
        if sizes[FORKED][name]:
            yield Figure(
                what, sizes[FORKED][name], "MiB", None, {kind: there[name] for kind, there in others.items()}
            )


def rate_figures(waits: Mapping[str, list[float]], refills: list[float]) -> Iterator[Figure]:
    """Yield how fast kernels come."""
    others = {kind: waits[kind] for kind in (SPAWNED, STOCK)}
    yield Figure(f"{AT_ONCE} visitors at once, none ready: all have theirs", waits[FORKED], "s", None, others)
    rates = {kind: [AT_ONCE / wait for wait in there] for kind, there in waits.items()}
    yield Figure("kernels per second", rates.pop(FORKED), "", None, rates)
    yield Figure(f"a pool of {AT_ONCE}, taken at once: full again", refills, "s")


def memory(browser: Browser, kind: str, model_dir: Path) -> Sizes:
    """Return MiB of every visitor's kernel, and of what serves them, once all visitors are in."""
    with started(kind, model_dir) as server, ExitStack() as stack:
        for number in range(VISITORS):
            page = stack.enter_context(browser.new_context()).new_page()
            visit(Visitor(page, page.locator("body")), server.url, f"visitor_{number}")
        kernels = kernels_of(server.process.pid)
        assert len(kernels) == VISITORS, f"{len(kernels)} kernels for {VISITORS} visitors"
        forkers = [smaps(pid) for pid in set(descendants_of(server.process.pid)) - set(kernels)]
        own, sizes = smaps(server.process.pid), [smaps(pid) for pid in kernels]
    return {name: [size[name] for size in sizes] for name in own} | {
        "forker, private": [size["uss"] for size in forkers],
        "forker, share": [size["pss"] for size in forkers],
        "server": [own["uss"]],
        "all": [sum(size["pss"] for size in (own, *forkers, *sizes))],
    }


def visit(visitor: Visitor, url: str, username: str) -> None:
    """Come in, look for a film, pick it."""
    visitor.page.goto(url)
    expect(visitor.tab("Sign up")).to_be_visible(timeout=60_000)
    visitor.enter(username)
    visitor.pick("toy sto", re.compile(r"Toy Story"))


def smaps(pid: int) -> dict[str, float]:
    """Return USS, PSS and RSS of a process, in MiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kib = {name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    uss = kib["Private_Clean"] + kib["Private_Dirty"]
    return {"uss": uss / 1024, "pss": kib["Pss"] / 1024, "rss": kib["Rss"] / 1024}


def seconds_for_all(kind: str, model_dir: Path) -> float:
    """Return how long until the last of many who come at once has their page, when no kernel is ready."""
    with started(kind, model_dir) as server:
        wait_until_quiet(server.process.pid)
        return seconds_of_visits(server)


def seconds_to_refill(model_dir: Path) -> float:
    """Return how long until a pool that many have emptied at once is full again."""
    with started(FORKED, model_dir, MOVIEREC_POOL_SIZE=str(AT_ONCE)) as server:

        def full() -> bool:
            kernels = ask(server.url, "movierec/health").json()["kernels"]
            return bool(kernels["ready"] == AT_ONCE)

        server.wait_for(full, why="a full pool")
        wait_until_quiet(server.process.pid)
        begun = time.perf_counter()
        seconds_of_visits(server)
        server.wait_for(full, why="a full pool")
        return time.perf_counter() - begun


def seconds_of_visits(server: Server) -> float:
    """Return how long until all who come at once have their page whole."""
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        begun = time.perf_counter()
        answers = list(crowd.map(lambda _: ask(server.url), range(AT_ONCE)))
        taken_s = time.perf_counter() - begun
    assert {answer.status for answer in answers} == {200}
    assert len({kernel_of(answer.text) for answer in answers}) == AT_ONCE, "a page without a kernel of its own"
    return taken_s


def kernel_of(page: str) -> str:
    """Return the id of a page's kernel; our page and Voilà's write it almost alike."""
    found = re.search(r'"kernel(?:_i|I)d": ?"([0-9a-f-]{36})"', page)
    assert found, page[-500:]
    return found[1]


@contextmanager
def started(kind: str, model_dir: Path, **more: str) -> Iterator[Server]:
    """Start a server in a home of its own."""
    start, variables = KINDS[kind]
    with tempfile.TemporaryDirectory(prefix="movierec-") as home:
        (Path(home) / "voila.json").write_text(json.dumps(STOCK_CONFIG))  # ours reads none
        with start(Path(home), {"MODEL_DIR": str(model_dir), **variables, **more}) as server:
            yield server


if __name__ == "__main__":
    sys.exit(run(main))
