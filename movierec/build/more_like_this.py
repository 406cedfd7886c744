"""The list under a film: what people like beside it, as far as it makes sense to somebody who looks at it.

::

    S(i, j) = λ_i · z(cos)(i, j) + (1 - λ_i) · (z(C + ρ_i·prior) + 0.3·z(N))(i, j)
              - max(0, gate - z(C)(i, j)) + 0.6 · max(0, z(C)(i, j) - 5)

cos  as in :mod:`movierec.build.collaborative`; a user counts 1/√(their likes), for a like of somebody who likes
     everything tells little.
λ_i  the weight of ratings, ``0.65 · d_i / (d_i + 34)`` for d_i likes.
ρ_i  ``d_i / (d_i + 4)``: whoever picks a film that few know is not shown the films that everybody knows.
N    the mean cos of the twenty films most like film i by content: what is liked beside films of its kind. That is
     how a film that nobody has rated yet takes part in what people like.
gate 2.5: a film whose content is less like than that is put back by what it lacks. Without it metrics rise and
     lists get worse for people: The Matrix Reloaded is not among the first six after The Matrix.
5    from here on content says that a film is a close relative, and it is brought forward: of series mostly. That
     costs .006 of nDCG@10; without it The Lord of the Rings comes before The Matrix Reloaded, Star Wars before
     Alien: Resurrection.

Chosen on the even users of ml-latest-small, split again into those that learn and those that are asked. Against
the plain blend it finds more of what few people like; slightly fewer siblings are in the first ten, and first five
films share a fact with the pick as often, not more often.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from movierec.build.collaborative import HALF_LIKES, Cosines, standardise
from movierec.build.neighbours import best

__all__ = ["PARAMETERS", "MoreLikeThis"]

# With a cap of 1 the metrics rise and the lists get worse for people: after Toy Story come Star Wars and Raiders
# instead of Toy Story 2, Toy Story 3 and A Bug's Life. That is a decision about the product, not a tuned number.
_CAP = 0.65
_SHRINK = 40
_PRIOR_HALF_LIKES = 4
_KIN = 20  # films of a film's kind whose likes it borrows
_BORROWED = 0.3
_GATE = 2.5  # standard scores of content
_RELATIVE, _FORWARD = 5.0, 0.6  # standard scores of content; how much of what is above counts again

PARAMETERS = {
    "cap": _CAP,
    "half_likes": HALF_LIKES,
    "shrink": _SHRINK,
    "user_weight": "1/sqrt(likes)",
    "prior_half_likes": _PRIOR_HALF_LIKES,
    "kin": _KIN,
    "borrowed": _BORROWED,
    "gate": _GATE,
    "relative": _RELATIVE,
    "forward": _FORWARD,
}  # what a model's manifest tells


class MoreLikeThis:
    """Scores of films for the list under a film.

    Args:
        liked: (u, n) sparse booleans: which of n films each of u users likes.
        cap: the most that ratings can weigh, from 0 to 1.
        gate: standard score of content from which on a film is not put back.
    """

    def __init__(self, liked: sparse.csr_array, *, cap: float = _CAP, gate: float = _GATE):
        self._cosines = Cosines(liked, weights=_user_weights(liked), shrink=_SHRINK)
        likes = self._cosines.likes
        self._weights = (cap * likes / (likes + HALF_LIKES)).astype(np.float32)
        self._trust_in_prior = (likes / (likes + _PRIOR_HALF_LIKES)).astype(np.float32)
        self._gate = gate

    def scores(
        self, block: slice, content: NDArray[np.float32], prior: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return (b, n) float32, S of each film in *block* with every film.

        Args:
            block: rows, with start and stop.
            content: (b, n) their likeness C; may be changed.
            prior: (n,) float32.
        """
        rows = np.arange(block.start, block.stop)
        weights = self._weights[rows, None]
        liked_beside = standardise(self._cosines.of(rows).toarray(), rows)
        borrowed = standardise(self._borrowed(content, rows), rows)
        facts = standardise(content + self._trust_in_prior[rows, None] * prior, rows)
        facts += np.float32(_BORROWED) * borrowed
        likeness = standardise(content, rows)
        kinship = np.float32(_FORWARD) * np.maximum(0, likeness - np.float32(_RELATIVE))
        kinship -= np.maximum(0, np.float32(self._gate) - likeness)
        return np.asarray(weights * liked_beside + (1 - weights) * facts + kinship, dtype=np.float32)

    def _borrowed(self, content: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return (b, n) float32: the mean cos of each film's kin."""
        others = content.copy()
        others[np.arange(len(rows)), rows] = -np.inf
        kin = [best(likeness, min(_KIN, len(likeness) - 1)) for likeness in others]
        needed, places = np.unique(np.concatenate(kin), return_inverse=True)
        starts = np.cumsum([0, *map(len, kin)])
        shares = np.full(len(places), 1 / _KIN, dtype=np.float32)
        mean = sparse.csr_array((shares, places, starts), shape=(len(rows), len(needed)))
        return np.asarray((mean @ self._cosines.of(needed)).toarray(), dtype=np.float32)


def _user_weights(liked: sparse.csr_array) -> NDArray[np.float64]:
    """Return (u,) 1/√(likes), scaled so that all likes together weigh as much as they are."""
    likes = np.diff(liked.indptr)
    weights = np.where(likes > 0, np.maximum(likes, 1) ** -0.5, 0)
    total = float(weights @ likes)
    return np.asarray(weights * (liked.nnz / total if total else 1))
