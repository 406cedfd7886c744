"""Small catalogues for tests: by hand, and at random."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from movierec.artifact import Movie


def movie(movie_id: int, title: str = "", **facts: Any) -> Movie:
    """Return a film of which only *facts* are known."""
    return Movie(movie_id=movie_id, title=title or f"Untitled{movie_id}", **facts)


def random_movies(n: int, seed: int = 0) -> list[Movie]:
    """Return *n* films with facts from small vocabularies, some of them missing, some films equal."""
    rng = random.Random(seed)
    words = [f"word{number}" for number in range(60)]

    def some(prefix: str, kinds: int, most: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{prefix} {rng.randrange(kinds)}" for _ in range(rng.randrange(most + 1))))

    films = [
        Movie(
            movie_id=number + 1,
            title=rng.choice(["Red", "Blue", "The Green"])
            + rng.choice([" Dawn", " Door", ""])
            + rng.choice(["", " 2"]),
            year=rng.choice([None, 1950, 1988, 1990, 1995, 2003]),
            genres=some("genre", 6, 3),
            directors=some("director", 12, 2),
            cast=some("actor", 20, 5),
            keywords=some("keyword", 25, 6),
            companies=some("company", 9, 2),
            countries=some("country", 4, 2),
            language=rng.choice(["", "en", "en", "fr"]),
            overview=" ".join([*rng.choices(words, k=rng.randrange(25)), rng.choice(["common", "rather"])]),
            tagline=" ".join(rng.choices(words, k=rng.randrange(4))),
            votes=rng.choice([0, 3, 500, 9000]),
            rating=rng.choice([0.0, 5.5, 7.0, 8.1]),
        )
        for number in range(n)
    ]
    return [*films, movie(n + 1), movie(n + 2), movie(n + 3, year=1990), movie(n + 4, year=1990)]


def likes(*users: Sequence[int], n: int) -> sparse.csr_array:
    """Return (users, n) booleans from the rows that each user likes."""
    matrix = np.zeros((len(users), n), dtype=bool)
    for user, rows in enumerate(users):
        matrix[user, rows] = True
    return sparse.csr_array(matrix)


def random_people(n: int) -> list[set[int]]:
    """Return which of n films 60 people like, at random; nobody likes the last four."""
    draw = np.random.RandomState(3)
    return [set(draw.choice(n - 4, draw.randint(1, 30), replace=False).tolist()) for _ in range(60)]
