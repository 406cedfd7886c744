"""What the benchmarks share: medians, tables with limits, a home with a model, a server's kernels."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RUNS = 7
BUSY = 3.0  # load of the last minute above which a figure on two cores says more about the neighbours
_LOAD_BEFORE = os.getloadavg()[0]  # afterwards it is mostly our own


@dataclass(frozen=True)
class Figure:
    """One thing, measured several times.

    Attributes:
        what: its name.
        values: one for each time.
        unit: of the values.
        limit: what their median must not be above.
        other: the same thing measured elsewhere in this run, to tell the ratio.
    """

    what: str
    values: Sequence[float]
    unit: str
    limit: float | None = None
    other: Sequence[float] = ()

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def too_much(self) -> bool:
        return self.limit is not None and self.median > self.limit

    def row(self) -> list[str]:
        """Return name, median, largest, limit, the other's median, ratio, as text."""
        other = statistics.median(self.other) if self.other else 0.0
        return [
            self.what,
            f"{shown(self.median)} {self.unit}",
            shown(max(self.values)),
            "" if self.limit is None else f"<= {self.limit:g}" + (" MISSED" if self.too_much else ""),
            shown(other) if other else "",
            f"{self.median / other:.2f}" if other else "",
        ]


def report(figures: Sequence[Figure], *, other: str = "other") -> int:
    """Print a table of *figures*, and say on what machine; 1 when a median is above its limit.

    Args:
        figures: at least one.
        other: what the figures' ``other`` are about.
    """
    head = ["", "median", "largest", "limit", other, "ratio"]
    rows = [head, *(figure.row() for figure in figures)]
    has_other = any(figure.other for figure in figures)
    print_table([row if has_other else row[:4] for row in rows])
    print(machine())
    return int(any(figure.too_much for figure in figures))


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print *rows* in columns, the first to the left and all others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]).rstrip())


def machine() -> str:
    """Return what the figures were taken on, and whether it was quiet enough to take any."""
    system = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    busy = f": busy, take them again when below {BUSY:g}" if _LOAD_BEFORE > BUSY else ""
    return f"{system}, load {_LOAD_BEFORE:.1f} before{busy}, {os.getloadavg()[0]:.1f} after"


def shown(value: float) -> str:
    """Return *value* with about three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def run(main: Callable[[], int]) -> int:
    """Run a benchmark; where there is no browser to take times in, say so."""
    import pytest

    try:
        return main()
    except pytest.skip.Exception as reason:
        print(f"skipped: {reason}")
        return 0


def ms(work: Callable[[], object]) -> float:
    """Return the median time that *work* takes, in milliseconds."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000


def data_dir() -> Path | None:
    """Return the folder with ``tmdb-5000/``, or None, and say so, where there is none."""
    data = Path(os.environ.get("MOVIEREC_DATA_DIR", ""))
    if (data / "tmdb-5000").is_dir():
        return data
    print("no MOVIEREC_DATA_DIR with tmdb-5000/: only the built-in catalogue is measured")
    return None


@contextmanager
def model() -> Iterator[Path]:
    """Give a model, of TMDB-5000 where it is, in a folder that goes when the block ends."""
    from movierec.build.pipeline import build

    data = data_dir()
    with tempfile.TemporaryDirectory(prefix="movierec-") as folder:
        out = Path(folder) / "model"
        build("tmdb5000", data / "tmdb-5000", out) if data else build("builtin", None, out)
        yield out


def kernels_of(server: int) -> list[int]:
    """Return the process ids of the kernels that the process *server* has started (Linux)."""
    return [pid for pid in children_of(server) if b"ipykernel" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def children_of(parent: int) -> list[int]:
    """Return the process ids of a process's children (Linux)."""
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def wait_until_quiet(server: int, *, limit_s: float = 60.0) -> None:
    """Wait until *server* and its kernels have nothing to do: kernels that wait for a visitor are ready then."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        before = _cpu_s(server)
        time.sleep(0.5)  # what is measured is that nothing happens meanwhile
        if _cpu_s(server) - before <= 0.02:
            return
    raise TimeoutError(f"the server was not quiet within {limit_s:.0f} s")


def _cpu_s(server: int) -> float:
    """Return how long a process and its children have computed so far."""
    total = 0
    for pid in (server, *children_of(server)):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
