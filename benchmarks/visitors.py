"""How much memory does one more visitor cost?

Five people, each a browser window of their own, sign up, log in, search and pick; all five stay. What their
kernels then hold for themselves alone (Private_Clean + Private_Dirty of smaps_rollup, "USS") is what one
more visitor takes. The same is done on stock Voilà, to compare. Linux only.

    python benchmarks/visitors.py
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from measure import Figure, kernels_of, model, report, run
from playwright.sync_api import Browser, expect

from tests.chromium import chromium
from tests.e2e.visitor import Visitor
from tests.serving import Server, start_server, start_voila

VISITORS = 5
LIMIT_MIB = 70
# No kernels in waiting: every one that there is has its visitor.
NO_POOL = {"MOVIEREC_POOL_SIZE": "0"}

Start = Callable[[Path, dict[str, str]], AbstractContextManager[Server]]


def main() -> int:
    """Print a table; 1 when the median kernel of our server is above the limit."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("skipped: only Linux tells what a process holds for itself alone")
        return 0
    with chromium() as browser, model() as model_dir:
        ours, stock = (memory(browser, start, model_dir) for start in (start_server, start_voila))
    return report(
        [
            Figure("a kernel, private (USS)", ours["uss"], "MiB", LIMIT_MIB, stock["uss"]),
            Figure("a kernel, its share of all (PSS)", ours["pss"], "MiB", None, stock["pss"]),
            Figure("a kernel, shared pages counted in full (RSS)", ours["rss"], "MiB", None, stock["rss"]),
            Figure("the server itself, private", ours["server"], "MiB", None, stock["server"]),
        ],
        other="stock Voilà",
    )


def memory(browser: Browser, start: Start, model_dir: Path) -> dict[str, list[float]]:
    """Return MiB of every visitor's kernel, and of the server, once all visitors are in."""
    with tempfile.TemporaryDirectory(prefix="movierec-") as home, ExitStack() as stack:
        server = stack.enter_context(start(Path(home), {"MODEL_DIR": str(model_dir), **NO_POOL}))
        for number in range(VISITORS):
            page = stack.enter_context(browser.new_context()).new_page()
            visit(Visitor(page, page.locator("body")), server.url, f"visitor_{number}")
        kernels = kernels_of(server.process.pid)
        assert len(kernels) == VISITORS, f"{len(kernels)} kernels for {VISITORS} visitors"
        sizes = [smaps(pid) for pid in kernels]
        own = smaps(server.process.pid)
    return {name: [size[name] for size in sizes] for name in own} | {"server": [own["uss"]]}


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


if __name__ == "__main__":
    sys.exit(run(main))
