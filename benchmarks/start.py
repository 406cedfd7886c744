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
from contextlib import AbstractContextManager
from pathlib import Path

from measure import RUNS, Figure, model, report

from tests.serving import Server, start_server, start_voila

LIMIT_S = 5.0


def main() -> int:
    """Print a table; 1 when the median start with a model takes longer than the limit."""
    ours: list[float] = []
    stock: list[float] = []
    empty: list[float] = []
    with model() as made:
        for _ in range(RUNS):
            ours.append(seconds(start_server, made))
            stock.append(seconds(start_voila, made))
            empty.append(seconds(start_server, None))
    figures = [
        Figure("movierec serve -> address", ours, "s", LIMIT_S, stock),
        Figure("the same in an empty folder", empty, "s"),
    ]
    return report(figures, other="stock Voilà")


def seconds(start: Callable[..., AbstractContextManager[Server]], model_dir: Path | None) -> float:
    """Return how long one start took."""
    with tempfile.TemporaryDirectory(prefix="movierec-") as home:
        if model_dir:
            shutil.copytree(model_dir, Path(home) / "models" / "default")
        begun = time.perf_counter()
        with start(Path(home)):
            return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
