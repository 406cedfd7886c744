"""How long does a build take, and how much memory? The built-in catalogue and, where it is, TMDB-5000.

Each build runs in a process of its own, as from the shell: imports are part of the time.

    python benchmarks/build.py          MOVIEREC_DATA_DIR names the folder with tmdb-5000/
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import RUNS, Figure, data_dir, report

LIMITS_S = {"tmdb5000": 5.0}  # everything

BUILD = """
import pathlib, resource, sys
from movierec.build.pipeline import build
source, data, out = sys.argv[1:]
built = build(source, pathlib.Path(data), pathlib.Path(out))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(built.films, built.seconds, peak)
"""


def main() -> int:
    """Print a table; 1 when the median build of TMDB-5000 takes longer than the limit."""
    data = data_dir()
    figures = []
    for source in ("builtin", "tmdb5000") if data else ("builtin",):
        runs = [measure(source, (data or Path()) / "tmdb-5000") for _ in range(RUNS)]
        totals, films, builds, peaks = zip(*runs, strict=True)
        name = f"build {source}, {films[0]:,} films"
        figures += [
            Figure(name, totals, "s", LIMITS_S.get(source)),
            Figure("  of which after imports", builds, "s"),
            Figure("  peak memory", peaks, "MiB"),
        ]
    return report(figures)


def measure(source: str, data: Path) -> tuple[float, int, float, float]:
    """Return seconds in all, films, seconds of the build itself, and peak MiB of a build of *source*."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", BUILD, source, data, Path(folder) / "model"],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        total_s = time.perf_counter() - begun
    films, build_s, peak_mib = done.stdout.split()
    return total_s, int(films), float(build_s), float(peak_mib)


if __name__ == "__main__":
    sys.exit(main())
