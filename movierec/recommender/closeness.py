"""How close films are, by the table of similar films, on one scale for all of its rows.

Rows of the table differ in height: a film with many facts has higher scores with everything. So a score counts
from the lowest one of its row, in units of the ten best ones of it: about 1 for what is listed first, 2 and more
for a sequel, 0 for what is listed last or not at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["between", "closeness", "places"]

_BEST = 10


def closeness(rows: NDArray[np.int32], scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (l, W) closeness for l rows of a table, (l, W) int32 and float32, best first; 0 for the padding."""
    lowest, unit = _scales(rows, scores)
    return np.where(rows >= 0, _on_scale(scores, lowest[:, None], unit[:, None]), 0.0)


def places(films: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Return (n,) the position in *films* of every row, -1 for those that are not there; [-1] is -1, too."""
    found = np.full(n + 1, -1, np.intp)
    found[films] = np.arange(len(films))
    return found


def between(
    rows: NDArray[np.int32], scores: NDArray[np.float32], seeds: NDArray[np.intp], films: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return (s, c) how close each of *films* is to each of *seeds*, by the seeds' rows.

    Args:
        rows, scores: the whole table, (n, K); only the rows of the seeds are read.
        seeds, films: (s,) and (c,) rows.
    """
    listed, heights = rows[seeds], scores[seeds]
    at = places(films, len(rows))[listed]  # (s, K); row -1 is the last of places, which is -1
    row, column = np.nonzero(at >= 0)
    lowest, unit = _scales(listed, heights)
    found = np.zeros((len(seeds), len(films)))
    found[row, at[row, column]] = _on_scale(heights[row, column], lowest[row], unit[row])
    return found


def _scales(
    rows: NDArray[np.int32], scores: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (l,) the lowest score of each row, and (l,) how far its ten best are above it on the average."""
    counts = (rows >= 0).sum(axis=1)
    lowest = np.take_along_axis(scores, np.maximum(counts - 1, 0)[:, None], axis=1).astype(float)
    above = np.where(rows[:, :_BEST] >= 0, scores[:, :_BEST] - lowest, 0.0)
    return lowest[:, 0], above.sum(axis=1) / np.clip(counts, 1, _BEST)


def _on_scale(
    scores: NDArray[np.float32], lowest: NDArray[np.float64], unit: NDArray[np.float64]
) -> NDArray[np.float64]:
    above = scores - lowest
    # Where all scores of a row are equal, all of its films are as close.
    return np.divide(above, unit, out=np.ones_like(above), where=unit > 0)
