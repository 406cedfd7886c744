"""What a rating counts is what its stars say, and what is not rated counts nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from movierec.build.evidence import evidence
from movierec.build.ratings import Likes

USERS = np.array([1, 2])


@pytest.mark.parametrize(
    ("stars", "counts"),
    [(0.5, 0.3), (2.5, 0.3), (3, 0.6), (3.5, 0.6), (4, 1), (4.5, 1), (5, 1.2)],
)
def test_a_rating_counts_by_its_stars(stars: float, counts: float) -> None:
    """Half a star is little, but more than no rating; a like of four stars is 1."""
    rated = sparse.csr_array(np.array([[0, stars], [0, 0]], dtype=np.float32))
    found = evidence(Likes(USERS, sparse.csr_array(rated >= 4), stars=rated))
    assert found.toarray() == pytest.approx(np.array([[0, counts], [0, 0]]))
    assert found.dtype == np.float32
    assert rated.toarray()[0, 1] == stars  # what was read stays as it was


def test_likes_alone_count_one_each() -> None:
    """Where nobody knows the stars."""
    liked = np.array([[True, False], [True, True]])
    assert evidence(Likes(USERS, sparse.csr_array(liked))).toarray().tolist() == [[1, 0], [1, 1]]
