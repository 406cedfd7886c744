"""Intervals, against cases by hand, a formula and a bootstrap written one draw at a time."""

from __future__ import annotations

import random

import numpy as np
import pytest

from movierec.build.bootstrap import Interval, intervals


def test_two_users_by_hand() -> None:
    """One user has 0, the other 1: draws of two have a mean of 0 or 1 in one case of four each."""
    (found,) = intervals(np.array([[0.0], [1.0]]), np.array([1, 1]))
    assert (found.low, found.high, found.half) == (0, 1, 0.5)


def test_users_who_agree_leave_no_doubt() -> None:
    """Every mean of every draw is the same: three queries of .5 by one user, one by the other."""
    assert intervals(np.array([[1.5, 3.0], [0.5, 1.0]]), np.array([3, 1])) == (
        Interval(0.5, 0.5),
        Interval(1.0, 1.0),
    )


@pytest.mark.parametrize("users", [0, 1])
def test_nobody_and_one_user_make_no_nan(users: int) -> None:
    """Of nobody 0; of one user what there is."""
    value = 0.25 if users else 0.0
    assert intervals(np.full((users, 2), 0.5), np.full(users, 2)) == (Interval(value, value),) * 2


def test_many_users_come_to_the_formula_of_the_normal_distribution() -> None:
    """With one query each, the mean of 900 users is ± 1.96 standard deviations / 30.

    1,000 draws give the ends of the interval to within about 5 % of its width.
    """
    values = np.random.RandomState(1).gamma(2.0, size=900)
    (found,) = intervals(values[:, None], np.ones(900, dtype=np.int64))
    error = 1.96 * values.std() / 30
    assert found.low == pytest.approx(values.mean() - error, abs=0.1 * error)
    assert found.high == pytest.approx(values.mean() + error, abs=0.1 * error)


def slow_interval(users: list[list[float]], draws: int) -> tuple[float, float]:
    """Draw users one by one, with all of their queries, and put the means in order."""
    rng = random.Random(5)
    means = []
    for _ in range(draws):
        queries = [value for user in rng.choices(users, k=len(users)) for value in user]
        means.append(sum(queries) / len(queries))
    means.sort()
    return means[round(0.025 * draws)], means[round(0.975 * draws)]


def test_queries_of_one_user_belong_together() -> None:
    """Thirty users of one to twenty queries that are nearly alike: as by the slow way.

    Drawing queries instead of users would give an interval about a third as wide.
    """
    rng = np.random.RandomState(2)
    users = [(rng.random_sample() + rng.normal(0, 0.01, rng.randint(1, 21))).tolist() for _ in range(30)]
    sums = np.array([[sum(user)] for user in users])
    (found,) = intervals(sums, np.array([len(user) for user in users]))
    low, high = slow_interval(users, 4000)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.08 * (high - low))
    queries = np.concatenate([np.array(user) for user in users])
    (naive,) = intervals(queries[:, None], np.ones(len(queries), dtype=np.int64))
    assert found.half > 2 * naive.half


def test_it_is_always_the_same() -> None:
    """A fixed seed, which no other use of numpy's random numbers moves."""
    sums, queries = np.random.RandomState(3).random_sample((40, 3)), np.full(40, 2)
    first = intervals(sums, queries)
    np.random.random_sample(7)  # the global state must not matter
    assert intervals(sums, queries) == first
