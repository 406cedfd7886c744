"""How far a figure may be off because these people were asked and not others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interval", "intervals"]

_RESAMPLES = 1000
_SEED = 0
_TAILS = (2.5, 97.5)  # percentiles: what lies between is 95 %


@dataclass(frozen=True)
class Interval:
    """Where 95 % of the means over other draws of as many users lie."""

    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of its width: what is written after ±."""
        return (self.high - self.low) / 2


def intervals(sums: NDArray[np.float64], queries: NDArray[np.int64]) -> tuple[Interval, ...]:
    """Return the 95 % interval of each of m figures, by drawing users again, with replacement.

    Users are drawn, not queries: what one person likes hangs together, so that twenty queries of one user
    tell less than twenty of twenty users. Only sums are added up again, so that it costs milliseconds.

    Args:
        sums: (u, m) each user's figures, added up over the user's queries.
        queries: (u,) how many queries that were, 1 or more.
    Returns:
        m intervals of ``sums.sum(axis=0) / queries.sum()``; always the same ones, and the users are drawn
        alike for all systems. With nobody, from 0 to 0.

    Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13 (percentiles).
    """
    u = len(queries)
    if not u:
        return tuple(Interval(0.0, 0.0) for _ in range(sums.shape[1]))
    drawn = _drawn(u)
    means = (drawn @ sums) / (drawn @ queries.astype(np.float64))[:, None]
    low, high = np.percentile(means, _TAILS, axis=0).tolist()
    return tuple(Interval(float(least), float(most)) for least, most in zip(low, high, strict=True))


@lru_cache(maxsize=1)  # systems that are compared are measured one after the other, on the same users
def _drawn(u: int) -> NDArray[np.float64]:
    """Return (resamples, u) how often each user is drawn; as floats, because products of integers are slow."""
    return np.random.RandomState(_SEED).multinomial(u, np.full(u, 1 / u), size=_RESAMPLES).astype(np.float64)
