"""What a model needs to recommend from several films that somebody likes.

Two tables that are summed over the likes: many likes are best served by the learned weights of
:mod:`movierec.build.edlae`, few by a wide table of similar films. Both learn from all ratings, low ones too
(:mod:`movierec.build.evidence`). The wide table is the blend S of :mod:`movierec.build.collaborative`, of which
ratings make up as much as they can bear (a cap of 1): in a list under one film that would put what everybody likes
before the sequels; from several films it is what tells their common taste. Half of the content's prior is enough
beside that.

Ratings could weigh sooner yet: with half of their weight at 10 likes of a film, nDCG@10 from 3 likes is .02
higher, but a quarter fewer films are ever shown; and before kinds counted (:mod:`movierec.recommender.kinds`),
whoever liked three Westerns was then shown two in ten and not five.

Chosen on the even users of ml-latest-small, split again into those that learn and those that are asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from movierec.artifact import ForYouTables
from movierec.build import edlae
from movierec.build.collaborative import HALF_LIKES, SHRINK, Taste
from movierec.build.evidence import LEVELS, evidence
from movierec.build.features import Features
from movierec.build.neighbours import nearest
from movierec.build.ratings import Likes

__all__ = ["PARAMETERS", "for_you_tables"]

WIDTH = 300  # with 500 nothing that is measured rises; with 100, nDCG@10 falls by .01
_CAP = 1.0
_PRIOR = 0.5
PARAMETERS = {
    "half_likes": 14,  # likes of a visitor at which the two tables count alike
    "stars_count": {f"{stars:g}": counts for stars, counts in LEVELS.items()},
    "edlae": edlae.PARAMETERS,
    "similar": {"cap": _CAP, "half_likes": HALF_LIKES, "shrink": SHRINK, "prior": _PRIOR, "width": WIDTH},
}  # what a model's manifest tells


def for_you_tables(
    likes: Likes,
    features: Features,
    *,
    width: int = WIDTH,
    max_films: int = edlae.MAX_FILMS,
    progress: Callable[[int, int], None] | None = None,
) -> ForYouTables:
    """Return the tables that recommendations from several films are summed from.

    Args:
        likes: who likes which of n films.
        features: the same n films as vectors.
        width: how many similar films are kept for each; fewer where there are no more films.
        max_films: weights are learned for so many best-known films.
        progress: called with the number of films compared and n, after every block.
    Returns:
        Weights of the m ≤ *max_films* films that have ratings, and (n, *width*) similar films of all. Where
        nobody rated anything, m is 0 and films are similar by their facts alone.
    """
    rated = evidence(likes)
    rows, weights = edlae.edlae(rated, features.matrix, max_films=max_films)
    taste = Taste(rated, cap=_CAP)
    width = max(1, min(width, len(features.years) - 1))
    less_renown = dataclasses.replace(features, prior=features.prior * _PRIOR)
    similar_rows, similar_scores = nearest(less_renown, width, taste=taste, progress=progress)
    return ForYouTables(
        rows=rows,
        weights=weights,
        similar_rows=similar_rows,
        similar_scores=similar_scores,
        kinds=features.kinds,
    )
