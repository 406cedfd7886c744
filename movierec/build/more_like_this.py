"""The list under a film: what people like beside it, as far as it makes sense to somebody who looks at it.

::

    S(i, j) = λ_i · z(cos)(i, j) + (1 - λ_i) · (z(C + ρ_i·prior) + 0.3·z(N))(i, j)
              + 0.6 · max(0, z(C)(i, j) - 5) - (0 if i and j have something to show in common, else 1.5)

cos  as in :mod:`movierec.build.collaborative`; a user counts 1/√(their likes), for a like of somebody who likes
     everything tells little.
λ_i  the weight of ratings, ``0.65 · d_i / (d_i + 34)`` for d_i likes.
ρ_i  ``d_i / (d_i + 4)``: whoever picks a film that few know is not shown the films that everybody knows.
N    the mean cos of the twenty films most like film i by content: what is liked beside films of its kind. That is
     how a film that nobody has rated yet takes part in what people like.
1.5  puts back films that share no series, no director, none of the first three actors, and not two of their genres
     and keywords: nobody could be told why they are here. Without it nDCG@10 rises by .04 and lists get worse for
     people: of the first five films after each of the 300 best known, one more shares nothing of the kind.
5    from here on content says that a film is a close relative, and it is brought forward: of series mostly. That
     costs .006 of nDCG@10; without it The Lord of the Rings comes before The Matrix Reloaded, Star Wars before
     Alien: Resurrection.

Chosen on the even users of ml-latest-small, split again into those that learn and those that are asked. Against
the plain blend it finds more of what few people like, and first five films share a fact with the pick more often;
slightly fewer siblings are in the first ten.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from movierec.artifact import Movie
from movierec.build.collaborative import HALF_LIKES, Cosines, standardise
from movierec.build.neighbours import best, rows_per_block

__all__ = ["PARAMETERS", "MoreLikeThis", "facts_to_show"]

# With a cap of 1 the metrics rise and the lists get worse for people: after Toy Story come Star Wars and Raiders
# instead of Toy Story 2, Toy Story 3 and A Bug's Life. That is a decision about the product, not a tuned number.
_CAP = 0.65
_SHRINK = 40
_PRIOR_HALF_LIKES = 4
_KIN = 20  # films of a film's kind whose likes it borrows
_BORROWED = 0.3
_NOTHING_TO_SHOW = 1.5
_ENOUGH = 2  # points: a series, a director or an actor is two, a genre or a keyword one
_CAST_COMPARED = 3
_RELATIVE, _FORWARD = 5.0, 0.6  # standard scores of content; how much of what is above counts again

PARAMETERS = {
    "cap": _CAP,
    "half_likes": HALF_LIKES,
    "shrink": _SHRINK,
    "user_weight": "1/sqrt(likes)",
    "prior_half_likes": _PRIOR_HALF_LIKES,
    "kin": _KIN,
    "borrowed": _BORROWED,
    "nothing_to_show": _NOTHING_TO_SHOW,
    "relative": _RELATIVE,
    "forward": _FORWARD,
}  # what a model's manifest tells


class MoreLikeThis:
    """Scores of films for the list under a film.

    Args:
        liked: (u, n) sparse booleans: which of n films each of u users likes.
        facts: (n, f) of :func:`facts_to_show`.
        cap: the most that ratings can weigh, from 0 to 1.
        nothing_to_show: how far a film is put back that shares too little with the pick.
    """

    def __init__(
        self,
        liked: sparse.csr_array,
        facts: sparse.csr_array,
        *,
        cap: float = _CAP,
        nothing_to_show: float = _NOTHING_TO_SHOW,
    ):
        self._cosines = Cosines(liked, weights=_user_weights(liked), shrink=_SHRINK)
        likes = self._cosines.likes
        self._weights = (cap * likes / (likes + HALF_LIKES)).astype(np.float32)
        self._trust_in_prior = (likes / (likes + _PRIOR_HALF_LIKES)).astype(np.float32)
        self._facts, self._nothing_to_show = facts, np.float32(nothing_to_show)

    def scores(
        self, block: slice, content: NDArray[np.float32], prior: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return (b, n) float32, S of each film in *block* with every film.

        For the arguments see :class:`movierec.build.neighbours.Taste`.
        """
        rows = np.arange(block.start, block.stop)
        weights = self._weights[rows, None]
        liked_beside = standardise(self._cosines.of(rows).toarray(), rows)
        borrowed = standardise(self._borrowed(content, rows), rows)
        facts = standardise(content + self._trust_in_prior[rows, None] * prior, rows)
        facts += np.float32(_BORROWED) * borrowed
        likeness = standardise(content, rows)
        kinship = np.float32(_FORWARD) * np.maximum(0, likeness - np.float32(_RELATIVE))
        in_common = (self._facts[rows] @ self._facts.T).toarray()
        kinship -= self._nothing_to_show * (in_common < _ENOUGH - 0.1)
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
        borrowed = np.zeros(content.shape, dtype=np.float32)
        # The kin of a block are up to twenty times as many films as the block itself.
        step = rows_per_block(content.shape[1])
        for start in range(0, len(needed), step):
            part = slice(start, start + step)
            borrowed += (mean[:, part] @ self._cosines.of(needed[part])).toarray()
        return borrowed


def _user_weights(liked: sparse.csr_array) -> NDArray[np.float64]:
    """Return (u,) 1/√(likes), scaled so that all likes together weigh as much as they are."""
    likes = np.diff(liked.indptr)
    weights = np.where(likes > 0, np.maximum(likes, 1) ** -0.5, 0)
    total = float(weights @ likes)
    return np.asarray(weights * (liked.nnz / total if total else 1))


def facts_to_show(movies: Sequence[Movie]) -> sparse.csr_array:
    """Return (n, f) float32: the product of two rows is the points of what two films have in common.

    A series, a director and each of the first three actors are two points, a genre and a keyword one.
    """
    columns: dict[tuple[str, str], int] = {}
    rows, places, roots = [], [], []
    for row, film in enumerate(movies):
        series = (film.series,) if film.series else ()
        telling = {"series": series, "director": film.directors, "cast": film.cast[:_CAST_COMPARED]}
        for kind, values in {**telling, "genre": film.genres, "keyword": film.keywords}.items():
            for value in dict.fromkeys(values):
                rows.append(row)
                places.append(columns.setdefault((kind, value), len(columns)))
                roots.append((2 if kind in telling else 1) ** 0.5)
    shape = (len(movies), len(columns))
    return sparse.csr_array((np.array(roots, np.float32), (rows, places)), shape=shape)
