"""What films that somebody likes have in common as a kind: their genres, and languages but English.

After three Westerns the tables lead to the famous films that people who like them like as well; whoever asked
for Westerns wants some. So a kind that more of the likes are than chance would make it is evidence, the stronger
the rarer it is::

    strength_t = 0.2 · (1 - w) · ln(p_t / q_t) · (m_t / l)⁴,    p_t = (m_t + 2·q_t) / (l + 2)

for a kind t that m_t of l likes and the share q_t of all films are of; (1 - w) as in
:mod:`movierec.recommender.scoring`, for many likes speak for themselves. It is added to every film of that kind,
and each of the m_t likes has an equal part in it. Of several likes one alone may be of its kind by chance: it
takes two.

Chosen on the even users of ml-latest-small, split again, with ten kinds and random likes: of the first ten films
97 % are of the kind of three likes, without it 85 %; nDCG@10 from three likes is .005 lower, from ten the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import KindSets

__all__ = ["KindPart", "kind_part"]

_SHARE = 0.2  # of the score of the best films by the tables, for a kind that is e times as frequent as by chance
_DOUBT = 2  # as if so many more likes had been as films are on average
_UNANIMOUS = 4  # how steeply evidence falls with likes that are not of the kind


@dataclass(frozen=True, eq=False)
class KindPart:
    """What l likes add to all n films by the kinds that they have in common.

    Attributes:
        likes: (l,) which of the rated films they are.
        shares: (l, 64) float64: what each like adds to every film of each kind.
        kinds: of which kinds the films are.
    """

    likes: NDArray[np.intp]
    shares: NDArray[np.float64]
    kinds: KindSets

    def total(self, n: int) -> NDArray[np.float64]:
        """Return (n,) what is added to all films."""
        strengths = self.shares.sum(axis=0)
        adding = np.flatnonzero(strengths)
        if not len(adding):
            return np.zeros(n)
        return np.asarray((self.kinds.sets[:, adding] @ strengths[adding])[self.kinds.of_films])

    def add_to(self, found: NDArray[np.float64], place: NDArray[np.intp]) -> None:
        """Add to *found* (l, c) what is added to the films whose (n + 1,) *place* is a column of it."""
        films = np.flatnonzero(place[:-1] >= 0)
        of_films = self.kinds.sets[self.kinds.of_films[films]]
        found[np.ix_(self.likes, place[films])] += self.shares @ of_films.T


def kind_part(kinds: KindSets, rows: NDArray[np.intp], likes: NDArray[np.intp], *, share: float) -> KindPart:
    """Return what the films liked have in common.

    Args:
        kinds: of which kinds the n films of the model are.
        rows: (r,) the rows of the films rated.
        likes: (l,) which of them are liked.
        share: the (1 - w) above.
    """
    of_likes = kinds.sets[kinds.of_films[rows[likes]]]
    counts = of_likes.sum(axis=0, dtype=np.intp)
    among = np.flatnonzero(counts >= max(1, min(2, len(likes))))
    usual = kinds.films[among] / len(kinds.of_films)
    expected = (counts[among] + _DOUBT * usual) / (len(likes) + _DOUBT)
    strength = np.log(expected / usual) * (counts[among] / max(1, len(likes))) ** _UNANIMOUS
    each = np.zeros(len(counts))
    each[among] = _SHARE * share * np.maximum(strength, 0) / counts[among]
    return KindPart(likes, of_likes * each, kinds)
