"""How long from the command to the line with the page's address, when everything is installed?

Each start is a process of its own, in a home of its own: with a model, and in an empty folder, where the
built-in one is built first. Beside it: stock Voilà until it answers, on the same notebook and model.

    python benchmarks/start.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measure import RUNS, Figure, model, report

from tests.serving import start_server, start_voila

LIMIT_S = 5.0


def main() -> int:
    """Print a table; 1 when the median start with a model takes longer than the limit."""
    with model() as made:
        ours, stock = seconds(start_server, made), seconds(start_voila, made)
    figures = [
        Figure("movierec serve -> address", ours, "s", LIMIT_S, stock),
        Figure("the same in an empty folder", seconds(start_server, None), "s"),
    ]
    return report(figures, other="stock Voilà")


def seconds(start: Callable[..., object], model: Path | None) -> list[float]:
    """Return how long each of the starts took."""
    times = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="movierec-") as home:
            if model:
                shutil.copytree(model, Path(home) / "models" / "default")
            begun = time.perf_counter()
            with start(Path(home)):
                times.append(time.perf_counter() - begun)
    return times


if __name__ == "__main__":
    sys.exit(main())
