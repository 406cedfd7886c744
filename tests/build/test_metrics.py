"""The figures of the protocol, on worlds small enough to do by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from movierec.build.bootstrap import Interval
from movierec.build.metrics import head_of, measure, share_of_siblings
from tests.build.worlds import likes


def lists(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int32)


D = [1 / math.log2(place + 1) for place in range(1, 11)]  # what a hit at each place is worth


def test_ndcg_hit_and_coverage_by_hand() -> None:
    """One user likes films 0, 1 and 2 of five.

    From 0: [3, 1], a hit at the second place. From 1: [3, 4], none. From 2: [0, 1], both. The ideal is
    two hits. Shown are 0, 1, 3 and 4.
    """
    shown = lists([3, 1], [3, 4], [0, 1], [2, 2], [2, 2])
    figures = measure(shown, likes([0, 1, 2], n=5))
    assert figures.ndcg == pytest.approx((D[1] / (D[0] + D[1]) + 0 + 1) / 3)
    assert figures.hit == pytest.approx(2 / 3)
    assert figures.coverage == 4 / 5
    assert figures.queries == 3


def test_intervals_are_over_users_by_hand() -> None:
    """From 0 comes 1, from 1 comes 0, from 2 and 3 nothing that anybody likes.

    The first user likes 0 and 1 and finds both each time, the second likes 2 and 3 and finds none: two users
    drawn again are twice the second in one case of four, and twice the first.
    """
    figures = measure(lists([1], [0], [4], [4], [0]), likes([0, 1], [2, 3], n=5))
    assert (figures.ndcg, figures.hit) == (0.5, 0.5)
    assert figures.intervals == {name: Interval(0, 1) for name in ("ndcg", "hit", "weighted_ndcg")}


def test_the_ideal_is_at_most_ten_hits() -> None:
    """Twelve liked films, the first ten places all hits: as good as can be."""
    n = 12
    shown = lists(*([other for other in range(n) if other != row] for row in range(n)))
    assert measure(shown, likes(list(range(n)), n=n)).ndcg == pytest.approx(1)


def test_popular_films_weigh_less_by_hand() -> None:
    """Film 1 has four likes and film 2 one: gains 1/2 and 1.

    Only the first user has two likes besides 0. From 0 comes [1, 2] where [2, 1] would be best.
    """
    users = likes([0, 1, 2], [1], [1], [1], n=4)
    shown = lists([1, 2], [3, 3], [3, 3], [0, 0])
    expected = (0.5 * D[0] + 1 * D[1]) / (1 * D[0] + 0.5 * D[1])
    assert measure(shown, users).weighted_ndcg == pytest.approx(expected / 3)


def test_users_with_one_like_ask_nothing() -> None:
    """There is nothing to find for them; without anybody else all figures are 0."""
    figures = measure(lists([1], [0]), likes([0], [1], [], n=2))
    assert (figures.ndcg, figures.hit, figures.queries) == (0, 0, 0)


def test_at_most_twenty_films_of_a_user_are_queries() -> None:
    """Thirty likes make twenty queries, two likes make two, and always the same ones."""
    n = 30
    shown = lists(*([(row + 1 + step) % n for step in range(3)] for row in range(n)))
    users = likes(list(range(30)), [4, 9], n=n)
    figures = measure(shown, users)
    assert figures.queries == 22
    assert measure(shown, users) == figures


def test_places_without_a_film_are_no_hits() -> None:
    """-1, where a list has ended, is neither the last film nor anything else."""
    figures = measure(lists([1, -1], [-1, -1], [1, -1]), likes([0, 2], n=3))
    assert (figures.ndcg, figures.hit, figures.coverage, figures.queries) == (0, 0, 1 / 3, 2)


def test_films_that_are_taken_out_are_out_of_everything() -> None:
    """Without film 1: the list from 0 moves up, 1 is neither asked from nor looked for."""
    shown = lists([1, 2], [0, 2], [1, 3], [0, 1])
    figures = measure(shown, likes([0, 1, 2], [1, 3], n=4), without=np.array([1]))
    assert figures.queries == 2
    assert figures.ndcg == pytest.approx((1 + 0) / 2)


def test_the_head_is_the_two_per_cent_most_liked() -> None:
    """Of 4,803 films 96; of a hundred the two most liked, by row where equal."""
    assert len(head_of(np.ones(4803, dtype=int))) == 96
    many = np.zeros(100, dtype=int)
    many[[70, 20, 40]] = [9, 5, 5]
    assert head_of(many).tolist() == [70, 20]


def test_share_of_siblings_by_hand() -> None:
    """Of three siblings 0 finds both others, 1 one, 2 none; 3 has none to find."""
    shown = lists([2, 1], [0, 3], [3, 4], [0, 1], [0, 1])
    share, films = share_of_siblings(shown, [[0, 1, 2], [3]])
    assert share == pytest.approx((1 + 0.5 + 0) / 3)
    assert films == 3
    assert share_of_siblings(shown, []) == (0, 0)


def test_more_than_ten_siblings_cannot_all_be_shown() -> None:
    """Of twelve siblings ten in the first ten are all that can be asked for."""
    shown = lists(*([other for other in range(12) if other != row][:10] for row in range(12)))
    assert share_of_siblings(shown, [list(range(12))])[0] == pytest.approx(1)


def slow_figures(shown: list[list[int]], users: list[set[int]]) -> tuple[float, float, float]:
    """Return nDCG, hit and weighted nDCG, one query and one place at a time; for users of twenty likes at most."""
    popularity = {film: sum(film in user for user in users) for user in users for film in user}
    ndcg, hit, weighted = [], [], []
    for user in users:
        for seed in sorted(user) if len(user) > 1 else []:
            wanted = user - {seed}
            places = [place for place, film in enumerate(shown[seed][:10]) if film in wanted]
            gains = sorted((popularity[film] ** -0.5 for film in wanted), reverse=True)[:10]
            ndcg.append(sum(D[place] for place in places) / sum(D[: min(len(wanted), 10)]))
            hit.append(float(bool(places)))
            weighted.append(
                sum(D[place] * popularity[shown[seed][place]] ** -0.5 for place in places)
                / sum(gain * worth for gain, worth in zip(gains, D, strict=False))
            )
    return tuple(float(np.mean(each)) for each in (ndcg, hit, weighted))


def test_figures_are_those_of_the_slow_way() -> None:
    """Forty films, thirty users of up to twenty likes, at random."""
    random = np.random.RandomState(7)
    n = 40
    shown = [[int(f) for f in random.permutation(n) if f != row][:12] for row in range(n)]
    users = [set(random.choice(n, random.randint(0, 21), replace=False).tolist()) for _ in range(30)]
    figures = measure(lists(*shown), likes(*(sorted(user) for user in users), n=n))
    assert (figures.ndcg, figures.hit, figures.weighted_ndcg) == pytest.approx(slow_figures(shown, users))
