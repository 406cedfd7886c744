"""Which films go with which, learned from people and facts: EDLAE, a linear autoencoder with denoising.

Each film is predicted from all others: ``B`` minimises ``‖Y - Y·B‖² + Σ_ij (p/(1-p)·g_i + λ)·B_ij²`` with a
diagonal of zeros. Y is who rated what, X, and below it a row for each fact (a genre, an actor, a word), as if a
fact were one more person, who likes the films that have it: ``Y = [X; √c·Tᵀ·W]``. The penalty's first part, with
``g_i = ΣX_ui²``, is what it costs, on average, that each rating is left out with probability p before the others
are predicted from what is left. There is a closed form::

    G = XᵀX + c·W·T·Tᵀ·W,    P = (G + diag(p/(1-p)·g_i + λ))⁻¹,    B_ij = -P_ij/P_jj

T are the films' vectors of facts, and ``W_ii = √(s_i/mean s)`` with ``s_i = ΣX_ui``: facts prefer well-known
films, as people do.

Source: H. Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020. Facts as more rows are
A. P. Singh and G. J. Gordon's collective factorisation, KDD 2008, without the factors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

__all__ = ["MAX_FILMS", "PARAMETERS", "best_known", "edlae"]

DROPOUT = 0.6  # the p above
RIDGE = 100.0  # the λ above, in likes
FACTS = 1.0  # the c above: without facts, nDCG@10 from 80 % of somebody's likes falls from .31 to .28
MAX_FILMS = 8000  # time grows with the cube, memory with the square of it
_BLOCK = 500  # films whose products are held sparse at once
PARAMETERS = {"dropout": DROPOUT, "ridge": RIDGE, "facts": FACTS, "max_films": MAX_FILMS}


def edlae(
    evidence: sparse.csr_array,
    vectors: sparse.csr_array | None = None,
    *,
    dropout: float = DROPOUT,
    ridge: float = RIDGE,
    facts: float = FACTS,
    max_films: int = MAX_FILMS,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the films that have learned weights, and the weights.

    Args:
        evidence: (u, n) numbers above 0, sparse: what each rating counts.
        vectors: (n, d), sparse: the films' facts; None to learn from people alone.
        dropout: 0 ≤ p < 1; the higher, the more a prediction is spread over many films.
        ridge: λ > 0, in likes; the higher, the less is believed of films with few ratings.
        facts: c ≥ 0, how much facts count beside people.
        max_films: weights are learned for this many best-known films.
    Returns:
        (m,) int32 rows, ascending, of films with at least one rating; (m, m) float32, where [i, j] is what a
        like of the i-th of them adds to the score of the j-th; zeros on the diagonal. Without any rating, m
        is 0.
    Raises:
        ValueError: *dropout* or *ridge* is out of range.
    """
    if not 0 <= dropout < 1 or not 0 < ridge < np.inf:
        raise ValueError(f"dropout must be from 0 to below 1 and ridge above 0, not {dropout!r} and {ridge!r}")
    rows = best_known(evidence, max_films)
    people = sparse.csr_array(evidence[:, rows], dtype=np.float64)
    ours = np.bincount(people.indices, people.data**2, minlength=len(rows))
    gram = _gram(people if vectors is None else sparse.vstack([people, _as_people(vectors[rows], people, facts)]))
    gram[np.diag_indices_from(gram)] += dropout / (1 - dropout) * ours + ridge
    inverse = _inverse(gram)
    inverse /= -np.diag(inverse)
    weights = inverse.astype(np.float32)
    np.fill_diagonal(weights, 0)
    return rows, weights


def best_known(evidence: sparse.csr_array, count: int) -> NDArray[np.int32]:
    """Return the rows, ascending, of the *count* films with most ratings, at least one; of equals the first."""
    ratings = np.bincount(evidence.indices, minlength=evidence.shape[1])
    best = np.argsort(-ratings, kind="stable")[:count]
    return np.sort(best[ratings[best] > 0]).astype(np.int32)


def _as_people(vectors: sparse.csr_array, people: sparse.csr_array, facts: float) -> sparse.csr_array:
    """Return (d, m): each of the d facts as somebody who rated the m films."""
    known = np.bincount(people.indices, people.data, minlength=len(vectors.indptr) - 1)
    preferred = np.sqrt(facts * known / known.mean()) if len(known) else known
    return sparse.csr_array(vectors.multiply(preferred[:, None]).T)


def _gram(matrix: sparse.csr_array) -> NDArray[np.float64]:
    """Return (m, m), the products of all columns; by blocks, for of thousands of films all are liked together."""
    of_films, m = matrix.T.tocsr(), matrix.shape[1]
    gram = np.zeros((m, m))
    for start in range(0, m, _BLOCK):
        gram[start : start + _BLOCK] = (of_films[start : start + _BLOCK] @ matrix).toarray()
    return gram


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of a symmetric positive definite matrix, by Cholesky: half the work of any other.

    It is made in the memory of *matrix*, (m, m) and C-contiguous, and no other of that size is held: of 8,000
    films one takes 512 MB.
    """
    if not len(matrix):
        return matrix
    # LAPACK's columns are numpy's rows: the transpose of a symmetric matrix is what it takes without a copy.
    factor, failed = linalg.lapack.dpotrf(matrix.T, lower=1, overwrite_a=1)
    if failed:  # cannot be: a Gram matrix has no negative eigenvalue, and the ridge lifts every one
        raise ArithmeticError("the Gram matrix is not positive definite")
    inverse, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    for start in range(0, len(inverse), _BLOCK):  # the upper half is the lower one's mirror image
        end = start + _BLOCK
        corner = inverse[start:end, start:end]
        corner[:] = np.tril(corner) + np.tril(corner, -1).T
        inverse[start:end, end:] = inverse[end:, start:end].T
    return np.asarray(inverse.T)
