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
    used = rows >= 0
    counts = used.sum(axis=1)
    lowest = np.take_along_axis(scores, np.maximum(counts - 1, 0)[:, None], axis=1).astype(float)
    above = np.where(used, scores - lowest, 0.0)
    unit = above[:, :_BEST].sum(axis=1, keepdims=True) / np.clip(counts, 1, _BEST)[:, None]
    # Where all scores of a row are equal, all of its films are as close.
    return np.where(used, np.divide(above, unit, out=np.ones_like(above), where=unit > 0), 0.0)


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
    at = places(films, len(rows))[rows[seeds]]  # (s, K); row -1 is the last of places, which is -1
    row, column = np.nonzero(at >= 0)
    found = np.zeros((len(seeds), len(films)))
    found[row, at[row, column]] = closeness(rows[seeds], scores[seeds])[row, column]
    return found
