"""How long does a build take, and how much memory? The built-in catalogue, TMDB-5000, and 50,000 made-up films.

Each build runs in a process of its own, as from the shell: imports are part of the time. Catalogues are built by
the command. No source has 50,000 films, so those are made up in the process, and go through the functions that the
command calls: described, compared, written. They have no ratings.

    python benchmarks/build.py          MOVIEREC_DATA_DIR names the folder with tmdb-5000/ and ml-latest-small/
    python benchmarks/build.py small    without the made-up films, which take minutes
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from measure import RUNS, Figure, data_dir, report

LARGE_RUNS = 3
GIB = 1024  # MiB

COMMAND = "import sys; from movierec.cli import main; sys.exit(main(sys.argv[1:]))"
MADE_UP = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from made_up import films
from movierec import artifact
from movierec.build.features import describe
from movierec.build.franchise import series_keys
from movierec.build.neighbours import nearest
from movierec.build.pipeline import NEIGHBOURS, with_series

movies = films(50_000)
begun = time.perf_counter()
rows, scores = nearest(describe(with_series(movies)), NEIGHBOURS)
artifact.write(
    Path(sys.argv[1]), with_series(movies, keys_of=series_keys), rows, scores, about={{"name": "made up"}}
)
print(f"{{len(movies):,}} films in {{time.perf_counter() - begun:.1f}} s")
"""


def main() -> int:
    """Print a table; 1 when a median build takes longer, or more memory, than its limit."""
    figures = measure("built-in", built_by("builtin"), limit_s=3)
    if data := data_dir():
        films = ("--data", data / "tmdb-5000")
        figures += measure("TMDB-5000", built_by("tmdb5000", *films), limit_s=5)
        if (ratings := data / "ml-latest-small").is_dir():
            rated = built_by("tmdb5000", *films, "--ratings", ratings)
            figures += measure("TMDB-5000 with ratings", rated, limit_s=20, limit_mib=2 * GIB)
    if "small" not in sys.argv[1:]:
        figures += measure("made up", [MADE_UP], limit_s=120, limit_mib=4 * GIB, runs=LARGE_RUNS)
    return report(figures)


def built_by(source: str, *more: str | Path) -> list[str | Path]:
    """Return the program, and all arguments but the last, that build *source*."""
    return [COMMAND, "build", "--source", source, *more, "--out"]


def measure(
    name: str,
    program: Sequence[str | Path],
    *,
    limit_s: float | None = None,
    limit_mib: float | None = None,
    runs: int = RUNS,
) -> list[Figure]:
    """Return what builds by *program*, which is told last where the model goes, took."""
    totals, builds, computed, peaks, films = zip(*(measure_once(program) for _ in range(runs)), strict=True)
    return [
        Figure(f"build {name}, {films[0]} films", totals, "s", limit_s),
        Figure("  of which the build itself", builds, "s"),
        Figure("  processor time, of all cores", computed, "s"),
        Figure("  peak memory", peaks, "MiB", limit_mib),
    ]


def measure_once(program: Sequence[str | Path]) -> tuple[float, float, float, float, str]:
    """Return seconds in all, of the build itself, and of processors; peak MiB; how many films."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        begun = time.perf_counter()
        command = [sys.executable, "-c", *program, Path(folder) / "model"]
        child = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, cwd=folder)
        _, status, usage = os.wait4(child.pid, 0)
        total_s = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    found = re.search(r"^([\d,]+) films.* in ([\d.]+) s", text, re.MULTILINE)
    if child.returncode or not found:
        raise RuntimeError(f"the build ended with {child.returncode}: {text}")
    per_mib = 1024**2 if sys.platform == "darwin" else 1024
    computed_s = usage.ru_utime + usage.ru_stime
    return total_s, float(found[2]), computed_s, usage.ru_maxrss / per_mib, found[1]


if __name__ == "__main__":
    sys.exit(main())
