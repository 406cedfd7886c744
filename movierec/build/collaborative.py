"""What people's likes say about films: two films are alike when the same people like both.

``cos(i, j) = G_ij / (√(d_i·d_j) + 20)``, where G_ij people like both films and d_i like film i; the 20 makes
few likes count for little. Ratings cannot tell much about a film that few people like, and nothing about one
that nobody does, so they are blended with content, the more of them the more likes a film has::

    S(i, j) = λ_i · z(cos)(i, j) + (1 - λ_i) · z(C + prior)(i, j),    λ_i = 0.65 · d_i / (d_i + 34)

z is a row's standard score: (score - mean) / deviation over all films but film i itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["PARAMETERS", "Taste"]

# With a cap of 1 the metrics rise and the lists get worse for people: after Toy Story come Star Wars and Raiders
# instead of Toy Story 2, Toy Story 3 and A Bug's Life. That is a decision about the product, not a tuned number.
_CAP = 0.65
_HALF_LIKES = 34  # likes of a film at which ratings have half of the weight that they can have
_SHRINK = 20  # as if so many people more had liked either film, but not both

PARAMETERS = {"cap": _CAP, "half_likes": _HALF_LIKES, "shrink": _SHRINK}  # what a model's manifest tells


class Taste:
    """Which films are liked by the same people.

    Args:
        liked: (u, n) sparse booleans: which of n films each of u users likes.
        cap: the most that ratings can weigh, from 0 to 1.
    """

    def __init__(self, liked: sparse.csr_array, *, cap: float = _CAP):
        self._of_users = sparse.csr_array(liked, dtype=np.float32)
        self._of_films = self._of_users.T.tocsr()
        self._likes = np.bincount(liked.indices, minlength=liked.shape[1])
        self._weights = (cap * self._likes / (self._likes + _HALF_LIKES)).astype(np.float32)

    def cosines(self, block: slice) -> NDArray[np.float32]:
        """Return (b, n) float32, cos of each film in *block* with every film; of one with itself, too."""
        together = sparse.csr_array(self._of_films[block] @ self._of_users)
        ours = np.repeat(self._likes[block], np.diff(together.indptr))
        together.data /= np.sqrt(ours * self._likes[together.indices]) + _SHRINK
        return np.asarray(together.toarray(), dtype=np.float32)

    def blend(self, block: slice, content: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (b, n) float32, S of each film in *block* with every film; 0 of one with itself.

        Args:
            block: rows, with start and stop.
            content: (b, n) their likeness and prior; it is standardised in place.
        """
        scores = self.cosines(block)
        weights = self._weights[block, None]
        _standardise(scores, block)
        _standardise(content, block)
        scores *= weights
        content *= 1 - weights
        scores += content
        return scores


def _standardise(scores: NDArray[np.float32], block: slice) -> None:
    """Turn each row, in place, into standard scores over the other films; equal ones all become 0."""
    itself = np.arange(len(scores)), np.arange(block.start, block.stop)
    others = max(1, scores.shape[1] - 1)
    scores[itself] = 0
    scores -= scores.sum(axis=1, dtype=np.float64, keepdims=True) / others
    scores[itself] = 0
    deviations = np.sqrt(np.einsum("ij,ij->i", scores, scores, dtype=np.float64) / others)
    deviations[deviations == 0] = 1
    scores /= deviations[:, None]
