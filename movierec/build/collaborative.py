"""What people's likes say about films: two films are alike when the same people like both.

``cos(i, j) = G_ij / (√(g_i·g_j) + shrink)``: G_ij people like both films, g_i like film i, and the shrinkage makes
few likes count for little. Ratings cannot tell much about a film that few people like, and nothing about one that
nobody does, so they are blended with content, the more of them the more likes a film has::

    S(i, j) = λ_i · z(cos)(i, j) + (1 - λ_i) · z(C + prior)(i, j),    λ_i = cap · d_i / (d_i + 34)

d_i are the likes of film i; z is a row's standard score: (score - mean) / deviation over all films but i itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["HALF_LIKES", "SHRINK", "Cosines", "Taste", "standardise"]

HALF_LIKES = 34  # likes of a film at which ratings have half of the weight that they can have
SHRINK = 20  # as if so many people more had liked either film, but not both


class Cosines:
    """Which films are liked by the same people.

    Args:
        liked: (u, n) sparse booleans: which of n films each of u users likes.
        weights: (u,) how much each user's likes count; 1 by default.
        shrink: above 0.
    Attributes:
        likes: (n,) int64, how many users like each film.
    """

    def __init__(
        self, liked: sparse.csr_array, *, weights: NDArray[np.float64] | None = None, shrink: float = SHRINK
    ):
        of_users = sparse.csr_array(liked, dtype=np.float32)
        if weights is not None:
            of_users.data *= np.repeat(np.sqrt(weights), np.diff(of_users.indptr)).astype(np.float32)
        self.likes = np.bincount(liked.indices, minlength=liked.shape[1])
        self._of_users = of_users
        self._of_films = sparse.csr_array(of_users.T.tocsr())
        self._lengths = np.sqrt(np.bincount(of_users.indices, of_users.data**2, minlength=liked.shape[1]))
        self._shrink = shrink

    def of(self, rows: NDArray[np.intp]) -> sparse.csr_array:
        """Return (b, n) float32, sparse: cos of the films in *rows* with every film; 0 of one with itself."""
        together = sparse.csr_array(self._of_films[rows] @ self._of_users)
        ours = np.repeat(rows, np.diff(together.indptr))
        together.data /= self._lengths[ours] * self._lengths[together.indices] + self._shrink
        together.data[together.indices == ours] = 0
        return together


class Taste:
    """The blend S of what people like with content.

    Args:
        liked: (u, n) sparse: which of n films each of u users likes; or how much, which counts squared as d.
        cap: the most that ratings can weigh, from 0 to 1.
    """

    def __init__(self, liked: sparse.csr_array, *, cap: float):
        self._cosines = Cosines(liked)
        likes = np.bincount(liked.indices, liked.data.astype(np.float64) ** 2, minlength=liked.shape[1])
        self._weights = (cap * likes / (likes + HALF_LIKES)).astype(np.float32)

    def scores(
        self, block: slice, content: NDArray[np.float32], prior: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return (b, n) float32, S of each film in *block* with every film; 0 of one with itself.

        For the arguments see :class:`movierec.build.neighbours.Taste`.
        """
        rows = np.arange(block.start, block.stop)
        weights = self._weights[rows, None]
        scores = weights * standardise(self._cosines.of(rows).toarray(), rows)
        content += prior
        scores += (1 - weights) * standardise(content, rows)
        return np.asarray(scores, dtype=np.float32)


def standardise(scores: NDArray[np.float32], itself: NDArray[np.intp]) -> NDArray[np.float32]:
    """Turn each row, in place, into standard scores over the other films; equal ones all become 0.

    Args:
        scores: (b, n).
        itself: (b,) the place in each row that is the film itself; it becomes 0.
    Returns:
        *scores*.
    """
    own = np.arange(len(scores)), itself
    others = max(1, scores.shape[1] - 1)
    scores[own] = 0
    scores -= scores.sum(axis=1, dtype=np.float64, keepdims=True) / others
    scores[own] = 0
    deviations = np.sqrt(np.einsum("ij,ij->i", scores, scores, dtype=np.float64) / others)
    deviations[deviations == 0] = 1
    scores /= deviations[:, None]
    return scores
