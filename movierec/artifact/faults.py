"""What may be wrong with the arrays of a model, in words: before it is written, and when it is verified."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from movierec.artifact.model import ForYouTables

__all__ = ["for_you_fault", "similar_fault", "users_fault"]


def similar_fault(ids: NDArray[Any], rows: NDArray[Any], scores: NDArray[Any]) -> str:
    """Say what is wrong with ids and similar tables, or nothing."""
    if fault := _table_fault(len(ids), rows, scores, "similar"):
        return fault
    return "two films have the same movie_id" if len(np.unique(ids)) != len(ids) else ""


def for_you_fault(tables: ForYouTables, n: int) -> str:
    """Say what is wrong with the tables for likes of a model of *n* films, or nothing."""
    rows, weights = tables.rows, tables.weights
    if rows.ndim != 1 or len(rows) == 0 or weights.shape != (len(rows), len(rows)):
        return f"for-you rows {rows.shape}, weights {weights.shape}: expected m > 0, (m,), (m, m)"
    if rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= n or (rows[1:] <= rows[:-1]).any():
        return f"for-you rows must be integers from 0 to {n - 1}, ascending, each once"
    if weights.dtype.kind != "f" or not np.isfinite(weights).all():
        return "a for-you weight is NaN or infinite, or not a floating-point number"
    if np.diagonal(weights).any():
        return "a for-you weight of a film for itself is not 0"
    if tables.kinds.shape != (n,) or tables.kinds.dtype != np.uint64:
        return f"for-you kinds {tables.kinds.dtype} {tables.kinds.shape}: expected uint64 ({n},)"
    return _table_fault(n, tables.similar_rows, tables.similar_scores, "for-you similar")


def users_fault(users: NDArray[Any]) -> str:
    """Say what is wrong with the fingerprints of the users that a model was made with, or nothing."""
    if users.ndim != 1 or users.dtype != np.uint64 or (users[1:] <= users[:-1]).any():
        return "trained users must be (u,) uint64, ascending, each once"
    return ""


def _table_fault(n: int, rows: NDArray[Any], scores: NDArray[Any], name: str) -> str:
    if n == 0 or rows.ndim != 2 or len(rows) != n or rows.shape[1] == 0 or scores.shape != rows.shape:
        return f"{n} films, {name} rows {rows.shape}, scores {scores.shape}: expected n > 0, (n, K), (n, K)"
    if scores.dtype.kind != "f" or not np.isfinite(scores).all():
        return f"a {name} score is NaN or infinite, or not a floating-point number"
    if rows.dtype.kind not in "iu" or rows.min() < -1 or rows.max() >= n:
        return f"{name} rows must be integers from -1 to {n - 1}"
    ordered, used = np.sort(rows, axis=1), rows >= 0
    itself = rows == np.arange(n)[:, None]
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    if itself.any() or twice.any():
        return f"in the {name} rows a film is its own neighbour, or has one twice"
    misplaced = used[:, 1:] & (~used[:, :-1] | (scores[:, 1:] > scores[:, :-1]))
    if misplaced.any() or scores[~used].any():
        return f"the {name} films of a film are not best first, padded at the end"
    return ""
