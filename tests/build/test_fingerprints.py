"""Who trained a model is known again, and nobody else is taken for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from movierec.build.fingerprints import _mix, fingerprints, who_trained
from movierec.build.ratings import read_likes
from tests.build.files import write_movielens

USERS, FILMS = 200, 3000


def world(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ratings of 200 users, 20 to 120 each, popular films more often than others."""
    rng = np.random.RandomState(seed)
    popularity = 1 / np.arange(10, FILMS + 10)
    films = [
        rng.choice(FILMS, rng.randint(20, 121), replace=False, p=popularity / popularity.sum())
        for _ in range(USERS)
    ]
    users = np.repeat(np.arange(1, USERS + 1), [len(each) for each in films])
    return users, np.concatenate(films), rng.randint(1, 11, len(users)) / 2


def slow_fingerprint(user: int, ratings: list[tuple[int, float]]) -> int:
    """Return the number as the module's text describes it, with Python's integers."""

    def mix(value: int) -> int:
        value = (value + 0x9E3779B97F4A7C15) % 2**64
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
        return value ^ value >> 31

    hashes = [mix(mix(user) ^ mix(film * 16 + int(stars * 2))) for film, stars in ratings]
    number = mix(user) >> 48 << 48
    for group in range(6):
        if members := [value for value in hashes if value % 6 == group]:
            number |= 1 + mix(min(members)) % 255 << 8 * group
    return number


def test_the_hash_is_that_of_its_source() -> None:
    """The first number that SplitMix64 gives from seed 1234567, as published with its reference code."""
    assert _mix(np.array([1234567], dtype=np.uint64)).tolist() == [6457827717110365317]


def test_fingerprints_are_those_of_the_slow_way() -> None:
    """One for each user, in order of ids, whatever the order of the ratings."""
    users, films, stars = world(0)
    order = np.random.RandomState(1).permutation(len(users))
    found = fingerprints(users[order], films[order], stars[order])
    for user in (1, 2, 77, USERS):
        mine = users == user
        ratings = list(zip(films[mine].tolist(), stars[mine].tolist(), strict=True))
        assert int(found[user - 1]) == slow_fingerprint(user, ratings)
    assert found.dtype == np.uint64
    assert found.shape == (USERS,)


def test_ids_of_any_sign_and_size_have_fingerprints() -> None:
    """Also one rating alone, a negative id, and the largest there is."""
    users, films = np.array([-5, 2**62, 2**62]), np.array([2**62, -1, 3])
    found = fingerprints(users, films, np.array([4.0, 0.5, 5.0]))
    assert who_trained(found, found).tolist() == [True, True]
    assert who_trained(found[:1], found[1:]).tolist() == [False]


@pytest.mark.parametrize(("kept", "at_least"), [(1.0, 200), (0.9, 150), (0.5, 5)])
def test_users_with_some_of_their_ratings_are_known_again(kept: float, at_least: int) -> None:
    """With nine of ten ratings by 89 % of chance (six signs of .9, one may go), with half by 11 %."""
    users, films, stars = world(0)
    chosen = np.random.RandomState(3).random_sample(len(users)) < kept
    trained = fingerprints(users, films, stars)
    known = who_trained(fingerprints(users[chosen], films[chosen], stars[chosen]), trained)
    assert known.sum() >= at_least


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (0xABCD_060504030201, True),
        (0xABCD_060504030299, True),  # one of six signs differs
        (0xABCD_060504039999, False),  # two do
        (0xABCD_060504030200, True),  # five signs, all as they were
        (0xABCD_060504039900, False),  # five signs, one differs
        (0xABCD_000000000200, True),  # one sign is all there is
        (0xABCE_060504030201, False),  # another user id
    ],
)
def test_who_is_known_by_hand(asked: int, known: bool) -> None:
    """All signs that the asked user has must agree, but for one of six; among others of the same id's bits."""
    trained = np.array([0xABCD_FFFFFFFFFFFF, 0xABCD_060504030201, 0xABCD_111111111111, 7], dtype=np.uint64)
    assert who_trained(np.array([asked], dtype=np.uint64), trained).tolist() == [known]


def test_other_people_of_the_same_ids_are_not_known() -> None:
    """Twenty other worlds of two hundred users each, with the same ids and the same popular films."""
    trained = fingerprints(*world(0))
    assert not any(who_trained(fingerprints(*world(seed)), trained).any() for seed in range(1, 21))


def test_the_same_ratings_under_another_id_are_another_user() -> None:
    """Two people who rated the same films alike, one of whom trained the model."""
    both = fingerprints(np.array([1, 1, 2, 2]), np.array([7, 9, 7, 9]), np.full(4, 5.0))
    assert who_trained(both, both[:1]).tolist() == [True, False]


def test_without_anybody_nobody_is_known() -> None:
    """A model of content alone; a file of nobody."""
    nobody = np.empty(0, dtype=np.uint64)
    assert who_trained(fingerprints(*world(0)), nobody).sum() == 0
    assert who_trained(nobody, fingerprints(*world(0))).shape == (0,)


def test_likes_carry_the_fingerprints_of_their_users(tmp_path: Path) -> None:
    """Of all that a user rated, films that the model lacks included; a user's go where the user goes."""
    ratings = [(1, 1, 5.0), (1, 99, 2.0), (2, 1, 3.0), (4, 6, 4.0)]
    likes = read_likes(write_movielens(tmp_path, ratings, [(1, 862), (6, 949)]), np.array([862, 949]))
    expected = [
        slow_fingerprint(1, [(1, 5.0), (99, 2.0)]),
        slow_fingerprint(2, [(1, 3.0)]),
        slow_fingerprint(4, [(6, 4.0)]),
    ]
    assert likes.fingerprints.tolist() == expected
    assert likes.only(0).fingerprints.tolist() == expected[1:]
