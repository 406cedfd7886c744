"""By which a model knows the people who trained it, and nobody else does.

A user's fingerprint is one number. Its upper 16 bits are of the user id; under them stand six signs of
8 bits. Each rating falls by its hash into one of six groups; of each group the rating with the least hash
gives the sign (1 to 255; 0: no rating fell there). One hash of all ratings was rejected: it does not know
a user again of whom one rating is left out. With half of the ratings a sign stays by a chance of one half.
Integer arithmetic alone, so the same on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["fingerprints", "who_trained"]

_SIGNS = 6
_USER_SHIFT = np.uint64(8 * _SIGNS)


def fingerprints(
    users: NDArray[np.int64], films: NDArray[np.int64], stars: NDArray[np.float64]
) -> NDArray[np.uint64]:
    """Return (u,) uint64, one for each distinct user, in ascending order of user ids.

    Args:
        users, films, stars: (r,) each rating: who, of what (ids of the ratings file), how many half stars
            count. Their order makes no difference.
    """
    half_stars = np.rint(2 * stars).astype(np.uint64)
    rating = _mix(films.astype(np.uint64) * np.uint64(16) + half_stars)
    hashes = _mix(_mix(users.astype(np.uint64)) ^ rating)
    people, person_of = np.unique(users, return_inverse=True)
    group = (hashes % np.uint64(_SIGNS)).astype(np.intp)
    least = np.full((len(people), _SIGNS), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, (person_of, group), hashes)
    empty = least == np.iinfo(np.uint64).max
    signs = np.where(empty, np.uint64(0), np.uint64(1) + _mix(least) % np.uint64(255))
    shifts = np.arange(_SIGNS, dtype=np.uint64) * np.uint64(8)
    of_user = (_mix(people.astype(np.uint64)) >> _USER_SHIFT) << _USER_SHIFT
    return np.asarray(of_user | np.bitwise_or.reduce(signs << shifts, axis=1), dtype=np.uint64)


def who_trained(asked: NDArray[np.uint64], trained: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return (u,) whether each fingerprint of *asked* is of one of the users of *trained*.

    The user ids must agree, and all the signs that the asked user has; of six one may differ, as it does
    when ratings were left out of the file. Two people of one id share a sign by chance in one case of
    eighty (measured on all pairs of ml-latest-small), so five of them in less than one of a hundred million.
    """
    trained = np.sort(trained)
    starts = np.searchsorted(trained, (asked >> _USER_SHIFT) << _USER_SHIFT)
    ends = np.searchsorted(trained, asked | (np.uint64(2) ** _USER_SHIFT - np.uint64(1)), side="right")
    found = np.zeros(len(asked), dtype=bool)
    for place in np.flatnonzero(starts < ends):
        ours, theirs = _signs(asked[place : place + 1]), _signs(trained[starts[place] : ends[place]])
        has = ours > 0
        differing = ((ours != theirs) & has).sum(axis=1)
        found[place] = bool((differing <= has.all()).any())
    return found


def _signs(prints: NDArray[np.uint64]) -> NDArray[np.uint64]:
    shifts = np.arange(_SIGNS, dtype=np.uint64) * np.uint64(8)
    return (prints[:, None] >> shifts) & np.uint64(255)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a hash of each value: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
