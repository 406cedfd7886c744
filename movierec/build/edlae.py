"""Which films go with which, learned from likes: a linear autoencoder with emphasised denoising (EDLAE).

Every film's likes are predicted from the likes of all others: ``B`` minimises
``‖X - X·B‖² + Σ_ij (p/(1-p)·G_ii + λ)·B_ij²`` with a diagonal of zeros, where X is who likes what and
``G = XᵀX``. The first part of the penalty is what it costs, on average, that each like is left out with
probability p before the others are predicted from what is left. There is a closed form:
``P = (G + diag(p/(1-p)·G_ii + λ))⁻¹``, ``B_ij = -P_ij/P_jj``.

Source: H. Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

__all__ = ["DROPOUT", "MAX_FILMS", "RIDGE", "edlae", "most_liked"]

DROPOUT = 0.6  # the p above
RIDGE = 100.0  # the λ above, in likes
MAX_FILMS = 8000  # time grows with the cube, memory with the square of it


def edlae(
    liked: sparse.csr_array, *, dropout: float = DROPOUT, ridge: float = RIDGE, max_films: int = MAX_FILMS
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the films that have learned weights, and the weights.

    Args:
        liked: (u, n) booleans: who likes what.
        dropout: 0 ≤ p < 1; the higher, the more a prediction is spread over many films.
        ridge: λ > 0, in likes; the higher, the less is believed of films with few likes.
        max_films: weights are learned for this many most-liked films.
    Returns:
        (m,) int32 rows, ascending, of the films with at least one like; (m, m) float32, where [i, j] is what
        a like of the i-th of them adds to the score of the j-th; zeros on the diagonal. Without any like,
        m is 0.
    Raises:
        ValueError: *dropout* or *ridge* is out of range.
    """
    if not 0 <= dropout < 1 or not 0 < ridge < np.inf:
        raise ValueError(f"dropout must be from 0 to below 1 and ridge above 0, not {dropout!r} and {ridge!r}")
    rows = most_liked(liked, max_films)
    chosen = liked[:, rows].astype(np.float64)
    gram = np.asarray((chosen.T @ chosen).toarray())
    likes = np.diag(gram).copy()
    gram[np.diag_indices_from(gram)] += dropout / (1 - dropout) * likes + ridge
    inverse = _inverse(gram)
    weights = np.asarray(inverse / -np.diag(inverse), dtype=np.float32)
    np.fill_diagonal(weights, 0)
    return rows, weights


def most_liked(liked: sparse.csr_array, count: int) -> NDArray[np.int32]:
    """Return the rows, ascending, of the *count* most-liked films that have a like; of equals the first."""
    likes = np.bincount(liked.indices, minlength=liked.shape[1])
    best = np.argsort(-likes, kind="stable")[:count]
    return np.sort(best[likes[best] > 0]).astype(np.int32)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of a symmetric positive definite matrix, by Cholesky: half the work of any other."""
    if not len(matrix):
        return matrix
    factor, failed = linalg.lapack.dpotrf(matrix, lower=1)
    inverse, _ = linalg.lapack.dpotri(factor, lower=1)
    if failed:  # cannot be: a Gram matrix has no negative eigenvalue, and the ridge lifts every one
        raise ArithmeticError("the Gram matrix is not positive definite")
    return np.asarray(np.tril(inverse) + np.tril(inverse, -1).T)
