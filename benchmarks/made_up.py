"""Made-up films with the shape of real ones, as many as are wanted and always the same; tables to serve them by.

Words, keywords, people and companies are as unevenly common as in a language or a trade (Zipf's law). They are
a little harder to compare than real ones: two films have 3.4 facts in common, counting everything down to the
language and the words of the overview, where two of TMDB-5000 have 2.9.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import ForYouTables, Movie, write

__all__ = ["SHORT_WORDS", "films", "write_model"]

NEIGHBOURS, WIDE = 100, 300  # as the build makes them
MOST_LEARNED = 8_000
SHORT_WORDS = ("the", "of", "a", "and", "in", "to", "my", "2", "for", "on")
_WORDS, _KEYWORDS = 30_000, 10_000
_GENRES = (
    "Drama", "Comedy", "Thriller", "Action", "Romance", "Adventure", "Crime", "Science Fiction", "Horror",
    "Family", "Fantasy", "Mystery", "Animation", "History", "Music", "War", "Documentary", "Western",
)  # fmt: skip
_COUNTRIES = ("United States of America", "United Kingdom", "France", "Germany", "Canada", "India", "Japan")
_LANGUAGES = ("en", "fr", "es", "de", "hi", "ja", "it", "zh")


def films(n: int) -> list[Movie]:
    """Return *n* films in order of renown: the same ones for the same *n*."""
    draw = random.Random(n)
    vocabulary = [*SHORT_WORDS, *_made_up_words(draw, _WORDS)]
    words = _drawn(draw, vocabulary, n * 70)
    phrases = [" ".join(draw.sample(vocabulary[:8_000], draw.choice((1, 1, 2)))) for _ in range(_KEYWORDS)]
    keywords = _drawn(draw, phrases, n * 16, flat=10)
    people = [f"{first} {last}".title() for first, last in zip(vocabulary[10:], vocabulary[3_000:], strict=False)]
    actors, directors = _drawn(draw, people, n * 4, flat=100), _drawn(draw, people[::-1], n * 2, flat=100)
    companies = _drawn(draw, [f"{name} Pictures" for name in people[::5]], n * 4, flat=10)
    genres = _drawn(draw, _GENRES, n * 3, flat=2)

    def text(count: int) -> str:
        return " ".join(next(words) for _ in range(count))

    def some(of: Iterator[str], most: int, least: int = 0) -> tuple[str, ...]:
        """Return different ones, so sometimes fewer."""
        return tuple(dict.fromkeys(next(of) for _ in range(draw.randint(least, most))))

    votes = sorted((int(draw.lognormvariate(5.3, 1.9)) for _ in range(n)), reverse=True)
    return [
        Movie(
            movie_id=row + 1, tmdb_id=row + 1, title=text(draw.choice((1, 1, 2, 2, 2, 3, 3, 4, 5))).title(),
            year=max(1920, 2024 - int(draw.expovariate(1 / 18))), genres=some(genres, 3, 1),
            directors=some(directors, 2, 1), cast=some(actors, 4, 2), keywords=some(keywords, 15),
            companies=some(companies, 4), countries=tuple(draw.choices(_COUNTRIES, (60, 9, 6, 5, 4, 3, 2))),
            language=draw.choices(_LANGUAGES, (90, 3, 2, 1, 1, 1, 1, 1))[0], overview=text(draw.randint(40, 80)),
            runtime_min=draw.randint(75, 160), votes=votes[row],
            rating=round(min(9.5, max(1.0, draw.gauss(6.1, 0.9))), 1),
        )
        for row in range(n)
    ]  # fmt: skip


def write_model(out: Path, n: int, *, likes: bool = False) -> Path:
    """Write a model of *n* made-up films whose tables are made up, too, as large as the build's.

    Args:
        likes: with the tables that are learned from likes.
    """
    rows, scores = _spread_out(n, NEIGHBOURS)
    return write(out, films(n), rows, scores, about={"name": "made up"}, for_you=_for_you(n) if likes else None)


def _spread_out(n: int, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (n, k) rows, which repeat nowhere as long as n > k and 37 does not divide n, and scores."""
    steps = np.arange(1, k + 1, dtype=np.int32) * 37
    rows = (np.arange(n, dtype=np.int32)[:, None] + steps) % n
    return rows, np.broadcast_to(np.linspace(1, 0.01, k, dtype=np.float32), rows.shape)


def _for_you(n: int) -> ForYouTables:
    m = min(n, MOST_LEARNED)
    # Few large ones, as when they are learned: three or four of fifty likes carry half of a score.
    weights = np.random.default_rng(n).standard_normal((m, m), dtype=np.float32)
    weights *= np.abs(weights)
    np.fill_diagonal(weights, 0)
    similar_rows, similar_scores = _spread_out(n, WIDE)
    rows = np.arange(m, dtype=np.int32)
    # Two of twenty kinds each, as films have genres.
    kinds = np.uint64(1) << np.random.default_rng(n).integers(0, 20, (2, n)).astype(np.uint64)
    return ForYouTables(
        rows=rows,
        weights=weights,
        similar_rows=similar_rows,
        similar_scores=similar_scores,
        kinds=kinds[0] | kinds[1],
    )


def _drawn(draw: random.Random, among: Sequence[str], count: int, *, flat: float = 0) -> Iterator[str]:
    """Return *count* of *among*, the r-th in proportion to 1 / (r + flat)."""
    weights = [1 / (rank + flat) for rank in range(1, len(among) + 1)]
    return iter(draw.choices(among, weights, k=count))


def _made_up_words(draw: random.Random, count: int) -> list[str]:
    """Return different words of two to four syllables, the way they begin as uneven as in a language."""
    starts, vowels = "sssttmmbbccddllrrpphhwfgnkjvyzqx", "aaeeeiioou"
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = draw.choice((2, 2, 3, 3, 4))
        found["".join(draw.choice(starts) + draw.choice(vowels) for _ in range(syllables))] = None
    return list(found)
