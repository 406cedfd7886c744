"""Likes that are held out, and the figures for finding them, on worlds small enough to do by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from movierec.build.bootstrap import Interval
from movierec.build.held_out import hold_out, measure_for_you, variety
from tests.build.test_metrics import D, likes, lists


def rows_of(matrix: sparse.csr_array) -> list[list[int]]:
    """Return the rows that each user likes."""
    return [sorted(row.nonzero()[0].tolist()) for row in matrix.toarray()]


def test_figures_by_hand() -> None:
    """Three users, six films; shown are all but film 4.

    The first should find 1 and 2, and does at the second and fourth place. The second should find 5 and
    does at once. The third should find 0, 3 and 4 and sees none of them.
    """
    shown = lists([0, 1, 3, 2], [5, -1, -1, -1], [1, 2, -1, -1])
    figures = measure_for_you(shown, likes([1, 2], [5], [0, 3, 4], n=6))
    assert figures.ndcg == pytest.approx(((D[1] + D[3]) / (D[0] + D[1]) + 1 + 0) / 3)
    assert figures.recall == pytest.approx((1 + 1 + 0) / 3)
    assert (figures.coverage, figures.users) == (5 / 6, 3)
    assert figures.intervals["ndcg"] == Interval(0, 1)  # all draw the third user, or all the second, in 1 of 27


def test_ten_places_count_for_ndcg_and_twenty_for_recall() -> None:
    """Hits at the places 11, 20 and 21: two of three are recalled; only the first ten cover."""
    relevant = likes([30, 39, 40], n=50)
    figures = measure_for_you(lists([*range(10), 30, *range(11, 19), 39, 40]), relevant)
    assert figures.ndcg == 0
    assert figures.recall == pytest.approx(2 / 3)
    assert figures.coverage == 10 / 50


def test_the_ideal_is_at_most_ten_hits() -> None:
    """Of twelve films to find, ten in the first ten places are as good as can be."""
    figures = measure_for_you(lists(list(range(10))), likes(list(range(12)), n=12))
    assert figures.ndcg == pytest.approx(1)
    assert figures.recall == pytest.approx(10 / 12)


def test_places_without_a_film_are_no_hits() -> None:
    """-1 is neither the last film nor the one before the user's first."""
    figures = measure_for_you(lists([-1, -1], [-1, -1]), likes([3], [0, 3], n=4))
    assert (figures.ndcg, figures.recall, figures.coverage) == (0, 0, 0)


def test_nobody_to_ask_is_no_nan() -> None:
    """All figures are 0."""
    figures = measure_for_you(np.zeros((0, 20), np.int32), likes(n=4))
    assert (figures.ndcg, figures.recall, figures.coverage, figures.users) == (0, 0, 0, 0)
    assert figures.intervals["recall"] == Interval(0, 0)
    assert hold_out(likes([0], n=4), 3).histories() == []


def test_figures_are_those_of_the_slow_way() -> None:
    """Thirty users, forty films, at random, one place at a time."""
    rng = np.random.RandomState(4)
    shown = [rng.permutation(40)[:25].tolist() for _ in range(30)]
    wanted = [set(rng.choice(40, rng.randint(1, 15), replace=False).tolist()) for _ in range(30)]
    figures = measure_for_you(lists(*shown), likes(*(sorted(films) for films in wanted), n=40))
    ndcg = [
        sum(1 / math.log2(place + 2) for place, film in enumerate(films[:10]) if film in want)
        / sum(D[: min(10, len(want))])
        for films, want in zip(shown, wanted, strict=True)
    ]
    recall = [len(want & set(films[:20])) / len(want) for films, want in zip(shown, wanted, strict=True)]
    assert (figures.ndcg, figures.recall) == pytest.approx((np.mean(ndcg), np.mean(recall)))


def test_users_have_five_likes_more_than_are_known() -> None:
    """Of 8, 7 and 9 likes three are known; 7 are too few. Known and relevant are all, and none is both."""
    liked = likes(list(range(8)), list(range(7)), list(range(1, 10)), n=10)
    held = hold_out(liked, 3)
    assert held.places.tolist() == [0, 2]
    assert [len(rows) for rows in held.histories()] == [3, 3]
    for known, relevant, place in zip(rows_of(held.known), rows_of(held.relevant), held.places, strict=True):
        assert sorted(known + relevant) == rows_of(liked)[place]
    assert [rows.tolist() for rows in held.histories()] == rows_of(held.known)


@pytest.mark.parametrize(("count", "known"), [(5, 4), (6, 4), (9, 7), (10, 8), (35, 28)])
def test_a_share_is_rounded_down_and_leaves_one_to_find(count: int, known: int) -> None:
    """80 % of 5, 6, 9, 10 and 35 likes; who has four is not asked."""
    held = hold_out(likes([0, 1, 2, 3], list(range(count)), n=40), 0.8)
    assert held.places.tolist() == [1]
    assert (len(held.histories()[0]), held.relevant.nnz) == (known, count - known)


def test_a_share_is_not_rounded_by_how_computers_multiply() -> None:
    """0.29 · 100 is 28.999999999999996 in binary; 29 likes are known."""
    assert hold_out(likes(list(range(100)), n=100), 0.29).known.nnz == 29


def test_what_is_known_is_drawn_at_random() -> None:
    """Over 2,000 users each of eight likes is known to three of eight: 750 times, give or take 4.5 · 21.7."""
    held = hold_out(likes(*[list(range(8))] * 2000, n=8), 3)
    counts = np.bincount(held.known.indices, minlength=8)
    assert counts.sum() == 6000
    assert (abs(counts - 750) < 98).all()


def test_draws_are_fixed_and_nested() -> None:
    """Three known likes are among the five; the order in which likes are stored makes no difference."""
    liked = likes(list(range(20)), list(range(3, 18)), n=20)
    three, five = hold_out(liked, 3), hold_out(liked, 5)
    for few, more in zip(rows_of(three.known), rows_of(five.known), strict=True):
        assert set(few) < set(more)
    backwards = liked.copy()
    for start, end in zip(liked.indptr[:-1], liked.indptr[1:], strict=True):
        backwards.indices[start:end] = liked.indices[start:end][::-1]
    backwards.has_sorted_indices = False
    assert rows_of(hold_out(backwards, 3).known) == rows_of(three.known)
    assert rows_of(hold_out(liked, 3, seed=1).known) != rows_of(three.known)


def test_variety_by_hand() -> None:
    """Films of genres AB, B, none, none and AB.

    0 and 1 share one genre of two: .5. 2 shares none with either: 1. 2 and 3 have no genre: no pair. 0 and 4
    are alike: 0. A list of one film has no pair and is left out.
    """
    genres = np.array([[1, 1], [0, 1], [0, 0], [0, 0], [1, 1]], dtype=bool)
    assert variety(lists([0, 1, 2, -1]), genres) == pytest.approx((0.5 + 1 + 1) / 3)
    assert variety(lists([0, 4], [2, 3], [1, -1], [0, 1]), genres) == pytest.approx((0 + 0.5) / 2)
    assert variety(lists([2, 3], [1, -1]), genres) == 0
    assert variety(np.zeros((0, 10), np.int32), genres) == 0


def test_variety_looks_at_ten_places() -> None:
    """Ten films alike, the eleventh of another genre."""
    genres = np.array([[True, False]] * 10 + [[False, True]])
    assert variety(lists(list(range(11))), genres) == 0
