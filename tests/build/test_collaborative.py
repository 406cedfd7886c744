"""What people's likes say is the formula's, and is blended with content as much as it can be trusted."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from scipy import sparse

from movierec.build import neighbours
from movierec.build.collaborative import Cosines, Taste
from movierec.build.features import Features, describe
from movierec.build.neighbours import nearest
from movierec.build.pipeline import with_series
from tests.build import slow_model
from tests.build.worlds import likes, random_movies, random_people


def films(priors: list[float]) -> Features:
    """Return films without facts, of which only the prior is known: content is the same list for all."""
    n = len(priors)
    return Features(
        sparse.csr_array((n, 1), dtype=np.float32),
        np.zeros(n, np.int32),
        np.array(priors, np.float32),
        np.zeros(n, np.uint64),
    )


def test_cosines_by_hand() -> None:
    """Film 0 has four likes, 1 two of the same people, 2 one of them, 3 none; shrinkage is 20."""
    cosines = Cosines(likes([0, 1], [0, 1], [0, 2], [0], n=4))
    expected = [
        [0, 2 / (math.sqrt(8) + 20), 1 / 22, 0],
        [2 / (math.sqrt(8) + 20), 0, 0, 0],
        [1 / 22, 0, 0, 0],
        [0, 0, 0, 0],
    ]
    assert cosines.of(np.arange(4)).toarray() == pytest.approx(np.array(expected))
    assert cosines.of(np.array([2, 0])).toarray() == pytest.approx(np.array(expected)[[2, 0]])
    assert cosines.likes.tolist() == [4, 2, 1, 0]


def test_users_that_count_more() -> None:
    """Who counts as four people gives both films four likes in common; the other gives film 0 one more."""
    cosines = Cosines(likes([0, 1], [0], n=2), weights=np.array([4.0, 1.0]), shrink=3)
    assert cosines.of(np.array([0])).toarray()[0] == pytest.approx([0, 4 / (math.sqrt(5 * 4) + 3)])
    assert cosines.likes.tolist() == [2, 1]


def test_the_blend_by_hand() -> None:
    """Of two other films the one with the higher score has the standard score 1, the other -1.

    Film 0 has 34 likes, so λ is half of 0.65. Those people like 2, which content puts last: S is
    ±(0.675 - 0.325). Film 1 has no likes: content alone. Film 2 has as many as 0, and content agrees.
    """
    rows, scores = nearest(films([2, 1, 0]), 2, taste=Taste(likes(*[[0, 2]] * 34, n=3), cap=0.65))
    assert rows.tolist() == [[1, 2], [0, 2], [0, 1]]
    assert scores == pytest.approx(np.array([[0.35, -0.35], [1, -1], [1, -1]]))


def test_the_cap_is_the_most_that_ratings_weigh() -> None:
    """With a cap of 1 and many likes people are believed against content: S is ±(102/136 - 34/136)."""
    liked = likes(*[[0, 2]] * 102, n=3)
    rows, scores = nearest(films([2, 1, 0]), 2, taste=Taste(liked, cap=1.0))
    assert rows[0].tolist() == [2, 1]
    assert scores[0] == pytest.approx([0.5, -0.5])
    assert nearest(films([2, 1, 0]), 2, taste=Taste(liked, cap=0.0))[0][0].tolist() == [1, 2]


@pytest.mark.parametrize("per_block", [4_000_000, 700, 1], ids=["one block", "some blocks", "row by row"])
def test_lists_are_those_of_the_slow_way(per_block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 44 films and 60 users at random: the scores that the formula gives pair by pair."""
    monkeypatch.setattr(neighbours, "_SCORES_PER_BLOCK", per_block)
    movies = list(with_series(random_movies(40)))
    n = len(movies)
    people = random_people(n)
    rows, scores = nearest(describe(movies), 10, taste=Taste(likes(*map(sorted, people), n=n), cap=0.65))
    likeness, prior = slow_model.likeness(movies), slow_model.prior(movies)
    count = [sum(film in user for user in people) for film in range(n)]
    for film in range(n):
        others = [other for other in range(n) if other != film]
        content = _standard([likeness[film][other] + prior[other] for other in others])
        together = [sum({film, other} <= user for user in people) for other in others]
        cosines = [
            both / (math.sqrt(count[film] * count[other]) + 20)
            for both, other in zip(together, others, strict=True)
        ]
        weight = 0.65 * count[film] / (count[film] + 34)
        blend = [weight * t + (1 - weight) * c for t, c in zip(_standard(cosines), content, strict=True)]
        assert scores[film] == pytest.approx(sorted(blend, reverse=True)[:10], abs=1e-5)
        assert [blend[others.index(row)] for row in rows[film]] == pytest.approx(scores[film], abs=1e-5)


def _standard(values: list[float]) -> list[float]:
    mean, deviation = statistics.fmean(values), statistics.pstdev(values) or 1.0
    return [(value - mean) / deviation for value in values]


def test_films_that_nothing_tells_apart_come_in_order_of_renown() -> None:
    """No likes and the same content: every score is 0 and none is NaN; one film alone has no list."""
    rows, scores = nearest(films([1, 1, 1]), 2, taste=Taste(likes([], n=3), cap=0.65))
    assert rows.tolist() == [[1, 2], [0, 2], [0, 1]]
    assert scores.tolist() == [[0, 0]] * 3
    assert nearest(films([1]), 2, taste=Taste(likes([0], n=1), cap=0.65))[0].tolist() == [[-1, -1]]
