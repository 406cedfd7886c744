"""What the benchmarks share: medians, tables with limits and aims, a home with a model, a server's processes."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

RUNS = 7
BUSY = 3.0  # load of the last minute above which a figure on two cores says more about the neighbours
P95 = 0.95
_LOAD_BEFORE = os.getloadavg()[0]  # afterwards it is mostly our own


@dataclass(frozen=True)
class Figure:
    """One thing, measured several times.

    Attributes:
        what: its name.
        values: one for each time.
        unit: of the values.
        limit: what their median must not be above.
        other: the same thing measured elsewhere in this run, to tell the ratio; several by name.
        aim: what the median should come down to; missing it is no failure.
        share: hold another quantile than the median against limit and aim, from 0 to 1.
        against: which of *other* the ratio's limit and aim are about, by name.
        ratio_limit: what median / median of the other must not be above.
        ratio_aim: what that ratio should come down to.
    """

    what: str
    values: Sequence[float]
    unit: str
    limit: float | None = None
    other: Sequence[float] | Mapping[str, Sequence[float]] = ()
    aim: float | None = field(default=None, kw_only=True)
    share: float = field(default=0.5, kw_only=True)
    against: str = field(default="", kw_only=True)
    ratio_limit: float | None = field(default=None, kw_only=True)
    ratio_aim: float | None = field(default=None, kw_only=True)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def held(self) -> float:
        """What is held against the limit."""
        return quantile(self.values, self.share)

    @property
    def too_much(self) -> bool:
        over = self.limit is not None and self.held > self.limit
        return over or (self.ratio_limit is not None and self._ratio() > self.ratio_limit)

    def cells(self, other: str) -> dict[str, str]:
        """Return column -> text; *other* is the column of what has no name of its own."""
        others = self.other if isinstance(self.other, Mapping) else {other: self.other}
        return {
            "": self.what,
            "median": f"{shown(self.median)} {self.unit}".rstrip(),
            "p95": shown(quantile(self.values, P95)) if self.share == P95 else "",
            "largest": shown(max(self.values)) if len(self.values) > 1 else "",
            "limit": self._bounds("<= ", self.limit, self.ratio_limit) + (" MISSED" if self.too_much else ""),
            "aim": self._bounds("", self.aim, self.ratio_aim),
        } | {
            name: f"{shown(theirs)} ({self.median / theirs:.2f}x)"
            for name, values in others.items()
            if values and (theirs := statistics.median(values))
        }

    def _ratio(self) -> float:
        assert isinstance(self.other, Mapping), "a ratio's limit is about one of several, by name"
        return self.median / statistics.median(self.other[self.against])

    def _bounds(self, sign: str, bound: float | None, ratio: float | None) -> str:
        of = "p95 " if sign and self.share == P95 else ""
        told = [] if bound is None else [f"{of}{sign}{bound:g}"]
        return ", ".join(told if ratio is None else [*told, f"{sign}{ratio:g}x {self.against}".rstrip()])


def report(figures: Sequence[Figure], *, other: str = "other") -> int:
    """Print a table of *figures*, and say on what machine; 1 when one is above its limit.

    A column of another's medians has in brackets how much of each ours is. Columns without a word are left out.

    Args:
        figures: at least one.
        other: what the figures' ``other`` are about, where they have no names.
    """
    rows = [figure.cells(other) for figure in figures]
    columns = list(dict.fromkeys(name for row in rows for name, cell in row.items() if cell))
    print_table([columns, *([row.get(name, "") for name in columns] for row in rows)])
    print(machine())
    return int(any(figure.too_much for figure in figures))


def report_times(
    tables: Mapping[str, Mapping[str, Sequence[float]]],
    limits_ms: Mapping[str, float],
    *,
    more: Sequence[Figure] = (),
) -> int:
    """Print the median and the slowest of groups of times, side by side; 1 when a median is above its limit.

    Args:
        tables: what was measured → group → milliseconds. The ratio is that of the last to the first.
        limits_ms: the limit of each group, by its name up to a colon; a group without one has none.
        more: other figures, printed below.
    """
    rows = [["median / slowest, in ms", *tables, "ratio", "limit"]]
    missed = False
    for group in dict.fromkeys(group for times in tables.values() for group in times):
        medians = [statistics.median(times[group]) for times in tables.values() if group in times]
        cells = [
            f"{statistics.median(times[group]):.3f} / {max(times[group]):.3f}" if group in times else ""
            for times in tables.values()
        ]
        ratio = f"{medians[-1] / medians[0]:.1f}" if len(medians) > 1 else ""
        limit = limits_ms.get(group.partition(":")[0])
        too_slow = limit is not None and max(medians) > limit
        missed |= too_slow
        told = "" if limit is None else f"<= {limit:g}" + (" MISSED" if too_slow else "")
        rows.append([group, *cells, ratio, told])
    print_table(rows)
    if more:
        print()
        return report(more) | missed
    print(machine())
    return int(missed)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which *share* of *values* lie, between two neighbours in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


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
    """Return the median time that *work* takes, in milliseconds; with ``cpu`` as argument, what it computes."""
    clock = time.thread_time if "cpu" in sys.argv[1:] else time.perf_counter
    times = []
    for _ in range(RUNS):
        begun = clock()
        work()
        times.append(clock() - begun)
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
    """Return the process ids of the kernels of the process *server*, while it has some (Linux).

    Kernels start no processes; what stands between them and the server, and forks them, has.
    """
    return [pid for pid in descendants_of(server) if not children_of(pid)]


def descendants_of(parent: int) -> list[int]:
    """Return the process ids of a process's children, theirs, and so on (Linux)."""
    found = []
    for child in children_of(parent):
        found += [child, *descendants_of(child)]
    return found


def children_of(parent: int) -> list[int]:
    """Return the process ids of a process's children (Linux); none when it has ended."""
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):  # it has just ended
            found += [int(pid) for pid in task.read_text().split()]
    return found


def wait_until_quiet(server: int, *, for_s: float = 0.5, busy: float = 0.04, limit_s: float = 60.0) -> None:
    """Wait until *server* and its kernels have nothing to do: kernels that wait for a visitor are ready then.

    Args:
        server: its process id.
        for_s: for how long nothing must happen.
        busy: up to how much of one core counts as nothing; many kernels that sleep take a little.
        limit_s: when to give up.
    Raises:
        TimeoutError: they were busy all the time.
    """
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        before = cpu_s(server)
        time.sleep(for_s)  # what is measured is that nothing happens meanwhile
        if cpu_s(server) - before <= busy * for_s:
            return
    raise TimeoutError(f"the server was not quiet within {limit_s:.0f} s")


def cpu_s(server: int) -> float:
    """Return how long a process and its descendants have computed so far."""
    total = 0
    for pid in (server, *descendants_of(server)):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
