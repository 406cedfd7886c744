"""How long does a build take, and how much memory? The built-in catalogue and, where it is, TMDB-5000.

Each build runs in a process of its own, as from the shell: imports are part of the time.

    python benchmarks/build.py          MOVIEREC_DATA_DIR names the folder with tmdb-5000/
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXPECTED_S = 5.0  # TMDB-5000, everything

BUILD = """
import pathlib, resource, sys
from movierec.build.pipeline import build
source, data, out = sys.argv[1:]
built = build(source, pathlib.Path(data), pathlib.Path(out))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(built.films, built.seconds, peak)
"""


def main() -> int:
    """Print one line for each source; 1 when TMDB-5000 takes longer than expected."""
    data = Path(os.environ.get("MOVIEREC_DATA_DIR", "")) / "tmdb-5000"
    sources = ["builtin"]
    if data.is_dir():
        sources.append("tmdb5000")
    else:
        print("no MOVIEREC_DATA_DIR with tmdb-5000/: only the built-in catalogue is measured")
    slow = False
    for source in sources:
        total_s, films, build_s, peak_mib = measure(source, data)
        slow |= source == "tmdb5000" and total_s > EXPECTED_S
        print(
            f"build {source}: {films:,} films in {total_s:.1f} s (expected <= {EXPECTED_S:.0f}), of which"
            f" {build_s:.1f} s after imports; peak memory {peak_mib:.0f} MiB"
        )
    return int(slow)


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
