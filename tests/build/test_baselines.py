"""What a model has to beat, by hand and against the slow way."""

from __future__ import annotations

import numpy as np
import pytest

from movierec.artifact import Movie
from movierec.build.baselines import (
    bags,
    classic_for_you,
    classic_lists,
    popularity_for_you,
    popularity_lists,
)
from tests.build.test_metrics import likes
from tests.build.worlds import movie, random_movies


def test_films_by_how_many_like_them() -> None:
    """For each film the most-liked others, by row where equal."""
    assert popularity_lists(np.array([1, 5, 0, 5]), 2).tolist() == [[1, 3], [3, 0], [1, 3], [1, 0]]
    assert popularity_lists(np.array([1, 5, 0]), 9).tolist() == [[1, 2], [0, 2], [1, 0]]


def test_the_most_liked_films_that_a_user_does_not_know() -> None:
    """By row where equal; padded where there are no others."""
    known = likes([1], [0, 1, 3], [], n=4)
    assert popularity_for_you(np.array([1, 5, 0, 5]), known, 2).tolist() == [[3, 0], [2, -1], [1, 3]]


def test_the_classic_system_by_hand() -> None:
    """One bag of words: "red car" shares two of two words with itself, one of two with each other film.

    A director written in one word is one word, so that another Mann is nobody.
    """
    movies = [
        movie(1, overview="red car"),
        movie(2, overview="red", directors=("Anthony Mann",)),
        movie(3, overview="car red"),
        movie(4, keywords=("the",), directors=("Michael Mann",), overview="blue"),
        movie(5, directors=("Michael Mann",), overview="blue sky sky sky"),
    ]
    lists = classic_lists(movies, 2)
    assert lists[0].tolist() == [2, 1]
    assert lists[1].tolist() == [0, 2]
    assert lists[3].tolist() == [4, 0]


def test_the_classic_system_on_films_of_which_nothing_is_said() -> None:
    """They are all alike; nothing is raised."""
    movies = [Movie(movie_id=number, title=f"Film {number}", overview="the and of") for number in range(4)]
    assert bags(movies).count_nonzero() == 0
    lists = classic_lists(movies, 3)
    assert [sorted(row) for row in lists.tolist()] == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]


def test_the_classic_system_asked_for_several_films() -> None:
    """The mean of the cosines to the known films, in all rows; those themselves left out."""
    movies = random_movies(60)
    known = likes([3, 17, 40], [5], list(range(1, 64)), n=64)
    vectors = bags(movies).toarray().astype(float)
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[lengths > 0] == pytest.approx(1)
    found = classic_for_you(bags(movies), known, 12)
    for user, rows in enumerate(known.toarray()):
        mean = np.mean([vectors @ vectors[row] for row in np.flatnonzero(rows)], axis=0)
        mean[rows] = -1
        count = min(12, int((~rows).sum()))
        assert (found[user] >= 0).sum() == count
        assert mean[found[user, :count]] == pytest.approx(np.sort(mean)[::-1][:count], abs=1e-6)


def test_films_as_near_come_in_order_of_rows() -> None:
    """All films but the known one are the same."""
    movies = [movie(1, overview="red"), *(movie(number, overview="red car") for number in range(2, 9))]
    assert classic_for_you(bags(movies), likes([0], n=8), 5).tolist() == [[1, 2, 3, 4, 5]]
