"""The closed form is right by hand, by its definition, and where there is hardly anything to learn from."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from movierec.build.edlae import best_known, edlae


def liked(rows: list[list[int]], films: int) -> sparse.csr_array:
    """Return booleans: user u likes the films whose rows are ``rows[u]``."""
    matrix = np.zeros((len(rows), films), dtype=bool)
    for user, films_of in enumerate(rows):
        matrix[user, films_of] = True
    return sparse.csr_array(matrix)


def test_two_films_by_hand() -> None:
    """Film 0 has 3 likes, film 1 has 2, both by 2: B_01 = 2/(3 + 3 + 4), B_10 = 2/(2 + 2 + 4).

    With one other film to predict from, (G_ii + p/(1-p)·G_ii + λ)·B_ij = G_ij; p = 1/2 doubles G_ii, λ is 4.
    """
    rows, weights = edlae(liked([[0, 1], [0, 1], [0]], 2), dropout=0.5, ridge=4)
    assert rows.tolist() == [0, 1]
    assert weights == pytest.approx(np.array([[0, 0.2], [0.25, 0]]))


def test_three_films_by_hand() -> None:
    """A film liked along with two that are never liked together: its weights are those of each alone.

    Film 1 from 0 and 2: G_02 = 0, so B_01 = 1/(1 + 1) and B_21 = 2/(2 + 1). Film 0 from 1 and 2 with
    G_12 = 2: (4, 2; 2, 3)·b = (1, 0), of determinant 8, so b = (3/8, -2/8).
    """
    _, weights = edlae(liked([[0, 1], [1, 2], [1, 2]], 3), dropout=0, ridge=1)
    assert weights[:, 1] == pytest.approx([1 / 2, 0, 2 / 3])
    assert weights[:, 0] == pytest.approx([0, 3 / 8, -2 / 8])


def test_it_is_the_minimum_of_its_definition() -> None:
    """On likes at random: for each film the normal equations over all other films, solved by themselves."""
    matrix = np.random.default_rng(0).random((60, 12)) < 0.3
    rows, weights = edlae(sparse.csr_array(matrix), dropout=0.6, ridge=7)
    gram = matrix.T.astype(float) @ matrix
    penalty = 0.6 / 0.4 * np.diag(gram) + 7
    assert rows.tolist() == list(range(12))
    for film in range(12):
        others = np.delete(np.arange(12), film)
        system = gram[np.ix_(others, others)] + np.diag(penalty[others])
        assert weights[others, film] == pytest.approx(np.linalg.solve(system, gram[others, film]), abs=1e-6)
        assert weights[film, film] == 0


def test_dropout_is_that_likes_are_left_out() -> None:
    """Least squares over every way to leave out some of nine likes, p = 1/2, gives the same weights.

    What is left counts 1/(1-p) = 2; all 512 ways are equally likely. The ridge is one row more per film.
    """
    matrix = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1], [1, 0, 1]], dtype=float)
    cells = np.argwhere(matrix)
    left, full = [], []
    for kept in itertools.product([0, 2], repeat=len(cells)):
        some = np.zeros_like(matrix)
        some[cells[:, 0], cells[:, 1]] = kept
        left.append(some)
        full.append(matrix)
    ridge = np.sqrt(0.25 * len(left)) * np.eye(3)
    inputs, targets = np.vstack([*left, ridge]), np.vstack([*full, np.zeros((3, 3))])
    _, weights = edlae(sparse.csr_array(matrix.astype(bool)), dropout=0.5, ridge=0.25)
    for film in range(3):
        others = np.delete(np.arange(3), film)
        best = np.linalg.lstsq(inputs[:, others], targets[:, film], rcond=None)[0]
        assert weights[others, film] == pytest.approx(best, abs=1e-6)


def test_facts_by_hand() -> None:
    """Two films, equally well known, that nobody likes both, and of which one fact is true, with c = 3 and λ = 1.

    Their product is 3, of each with itself 1 + 3; so (1 + 3 + 1)·B = 3.
    """
    fact = sparse.csr_array(np.ones((2, 1)))
    _, weights = edlae(liked([[0], [1]], 2), fact, dropout=0, ridge=1, facts=3)
    assert weights == pytest.approx(np.array([[0, 0.6], [0.6, 0]]))


def test_facts_are_people_who_prefer_the_well_known() -> None:
    """On ratings at random: as without facts, with a row more for each fact, that does not count for dropout.

    Films 4 and 7 are rated by nobody: their facts count nothing, and they have no weights.
    """
    random = np.random.default_rng(3)
    rated = random.choice([0, 0, 0.3, 1, 1.2], (50, 9)) * ~np.isin(np.arange(9), (4, 7))
    vectors = random.random((9, 5)) * (random.random((9, 5)) < 0.6)
    rows, weights = edlae(sparse.csr_array(rated), sparse.csr_array(vectors), dropout=0.6, ridge=7, facts=4)
    assert rows.tolist() == [0, 1, 2, 3, 5, 6, 8]
    rated, vectors = rated[:, rows], vectors[rows]
    known = rated.sum(axis=0) / rated.sum(axis=0).mean()
    everybody = np.vstack([rated, 2 * (vectors * np.sqrt(known)[:, None]).T])
    gram = everybody.T @ everybody
    penalty = 1.5 * (rated**2).sum(axis=0) + 7
    for film in range(7):
        others = np.delete(np.arange(7), film)
        system = gram[np.ix_(others, others)] + np.diag(penalty[others])
        assert weights[others, film] == pytest.approx(np.linalg.solve(system, gram[others, film]), abs=1e-6)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many products are held at once, the weights are the same."""
    matrix = sparse.csr_array(np.random.default_rng(0).random((40, 11)) < 0.3)
    _, weights = edlae(matrix)
    monkeypatch.setattr("movierec.build.edlae._BLOCK", 3)
    assert np.array_equal(edlae(matrix)[1], weights)


def test_memory_is_that_of_one_matrix_and_a_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 600 films: 8 bytes for each pair, then 4 more for the weights; what blocks hold is little beside that."""
    monkeypatch.setattr("movierec.build.edlae._BLOCK", 20)
    matrix = sparse.csr_array(np.random.default_rng(0).random((50, 600)) < 0.3)
    tracemalloc.start()
    try:
        _, weights = edlae(matrix)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert weights.flags.c_contiguous
    assert 12 * 600**2 <= most < 1.2 * 12 * 600**2


def test_films_without_likes_have_no_row() -> None:
    """Rows are those of the liked films, and weights say nothing of others."""
    rows, weights = edlae(liked([[1, 4], [4]], 6))
    assert rows.tolist() == [1, 4]
    assert (rows.dtype, weights.dtype, weights.shape) == (np.int32, np.float32, (2, 2))


@pytest.mark.parametrize("users", [0, 3])
def test_nobody_likes_anything(users: int) -> None:
    """No films, no weights, no complaint: a model of content alone is still a model."""
    rows, weights = edlae(liked([[]] * users, 5), sparse.csr_array(np.ones((5, 2))))
    assert rows.shape == (0,)
    assert weights.shape == (0, 0)


def test_one_liked_film() -> None:
    """There is nothing to predict it from."""
    rows, weights = edlae(liked([[2], [2]], 3))
    assert rows.tolist() == [2]
    assert weights.tolist() == [[0]]


def test_the_best_known_are_chosen() -> None:
    """Two of four: the one with three likes, and of the two with two likes the one that stands first."""
    three_two_two_one = liked([[3, 1, 2], [3, 1, 2], [3, 0]], 4)
    assert best_known(three_two_two_one, 2).tolist() == [1, 3]
    assert edlae(three_two_two_one, max_films=2)[0].tolist() == [1, 3]
    assert best_known(three_two_two_one, 9).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("dropout", "ridge"), [(1, 1), (-0.1, 1), (0.5, 0), (0.5, -1), (0.5, np.inf), (np.nan, 1)]
)
def test_parameters_out_of_range_are_refused(dropout: float, ridge: float) -> None:
    """Without a ridge two films that the same users like would make the Gram matrix singular."""
    with pytest.raises(ValueError, match="dropout must be"):
        edlae(liked([[0, 1]], 2), dropout=dropout, ridge=ridge)
