"""What a rating says about what somebody watches gladly: much when it is high, something whatever it is.

People rate what they chose to see. So two films that the same people rated, however they found them, go together
more than two that nobody rated both of; learning from likes alone throws half of that away.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from movierec.build.ratings import Likes

__all__ = ["LEVELS", "evidence"]

LEVELS = {0.5: 0.3, 3.0: 0.6, 4.0: 1.0, 5.0: 1.2}  # from so many stars on: what a rating counts, in likes


def evidence(likes: Likes) -> sparse.csr_array:
    """Return (u, n) float32, sparse: what each rating counts, a like of four stars being 1.

    Where stars are not known, a like is 1 and all else nothing.
    """
    if likes.stars is None:
        return sparse.csr_array(likes.liked, dtype=np.float32)
    counted = likes.stars.astype(np.float32)
    levels = np.array(list(LEVELS.values()), dtype=np.float32)
    counted.data = levels[np.searchsorted(list(LEVELS), counted.data, side="right") - 1]
    return counted
