"""Each film's list is right, best first, without itself, and the same every time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from movierec.build import neighbours
from movierec.build.features import VOCABULARY, Features, describe
from movierec.build.neighbours import nearest
from movierec.build.pipeline import with_series
from tests.build import slow_model
from tests.build.worlds import movie, random_movies
from tests.toy import MOVIES, SIMILAR


@pytest.fixture(params=[4_000_000, 700, 1], ids=["one block", "some blocks", "row by row"])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are looked at together, the result is the same."""
    monkeypatch.setattr(neighbours, "_SCORES_PER_BLOCK", request.param)


def bare(vectors: list[list[float]]) -> Features:
    n = len(vectors)
    matrix = sparse.csr_array(np.array(vectors, dtype=np.float32))
    return Features(
        matrix, years=np.zeros(n, np.int32), prior=np.zeros(n, np.float32), kinds=np.zeros(n, np.uint64)
    )


@pytest.mark.usefixtures("blocks")
def test_lists_are_those_of_the_slow_model() -> None:
    """On 104 films at random: the scores that the formula gives pair by pair, and films that have them."""
    movies = list(with_series(random_movies(100)))
    rows, scores = nearest(describe(movies), 10)
    likeness = np.array(slow_model.likeness(movies)) + np.array(slow_model.prior(movies))
    np.fill_diagonal(likeness, -np.inf)
    for row in range(len(movies)):
        best = np.sort(likeness[row])[::-1][:10]
        assert scores[row] == pytest.approx(best, abs=1e-5)
        assert likeness[row, rows[row]] == pytest.approx(best, abs=1e-5)
        assert len(set(rows[row].tolist())) == 10


@pytest.mark.usefixtures("blocks")
def test_equal_films_come_in_order_of_renown() -> None:
    """Five equal films: each lists the others by row, whichever stand at the edge of the list."""
    rows, scores = nearest(bare([[1, 0]] * 5), 3)
    assert rows.tolist() == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2]]
    assert scores.tolist() == [[1, 1, 1]] * 5


@pytest.mark.usefixtures("blocks")
def test_a_film_of_which_nothing_is_known_still_has_neighbours() -> None:
    """A vector of zeros: no NaN, and the best-known films in order."""
    rows, scores = nearest(bare([[1, 0], [0, 1], [0, 0], [1, 0]]), 3)
    assert rows.tolist() == [[3, 1, 2], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
    assert scores.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0], [1, 0, 0]]


def test_time_by_hand() -> None:
    """Eight years apart is 0.6/e, the same year 0.6, an unknown year nothing."""
    movies = [movie(1, year=1990), movie(2, year=1998), movie(3, year=1990), movie(4)]
    rows, scores = nearest(describe(movies), 3)
    assert rows[0].tolist() == [2, 1, 3]
    assert scores[0] == pytest.approx([0.6, 0.6 / np.e, 0])
    assert scores[3].tolist() == [0, 0, 0]
    assert nearest(describe(movies, VOCABULARY), 3)[1][0] == pytest.approx([0.4, 0.4 / np.e, 0])


def test_the_prior_is_of_the_film_that_is_listed() -> None:
    """A well-known film is listed sooner; that the film looked at is well known changes no order."""
    features = dataclasses.replace(bare([[1, 0], [0.8, 0.6], [1, 0]]), prior=np.array([5, 1, 0], np.float32))
    rows, scores = nearest(features, 2)
    assert rows.tolist() == [[1, 2], [0, 2], [0, 1]]
    assert scores == pytest.approx(np.array([[1.8, 1], [5.8, 0.8], [6, 1.8]]))


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("n", [1, 2, 5])
def test_short_catalogues_are_padded(n: int) -> None:
    """With fewer films than asked for the rest is row -1, score 0."""
    rows, scores = nearest(bare([[1.0]] * n), 7)
    assert rows.shape == scores.shape == (n, 7)
    assert (rows.dtype, scores.dtype) == (np.int32, np.float32)
    assert (rows[:, n - 1 :] == -1).all()
    assert (scores[:, n - 1 :] == 0).all()
    assert (rows[:, : n - 1] >= 0).all()


def test_progress_counts_films() -> None:
    """Whoever waits is told how far it is, up to the end."""
    told: list[tuple[int, int]] = []
    nearest(bare([[1.0]] * 5), 2, progress=lambda done, n: told.append((done, n)))
    assert told[-1] == (5, 5)


def test_the_toy_world_is_as_a_person_sees_it() -> None:
    """The film that a person names first for each film of the toy world is among the first three."""
    movies = with_series(MOVIES)
    # Without votes: fifteen films are too few for renown to be weighed against likeness.
    rows, _ = nearest(describe([dataclasses.replace(film, votes=0) for film in movies]), 3)
    for row, film in enumerate(movies):
        if film.movie_id in SIMILAR:
            listed = [movies[other].movie_id for other in rows[row]]
            assert SIMILAR[film.movie_id][0] in listed, film.label
