"""The content model once more, written straight from its formula: pair by pair, with dicts, slowly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from movierec.artifact import Movie


def words(text: str) -> list[str]:
    """Return words of two characters or more, stop words left out; for texts of ASCII letters and digits."""
    plain = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return [word for word in plain.split() if len(word) > 1 and word not in ENGLISH_STOP_WORDS]


TOKENS: dict[str, tuple[float, Callable[[Movie], list[str]], int]] = {
    "text": (0.7, lambda film: words(film.overview + " " + film.tagline), 2),
    "keyword tokens": (0.7, lambda film: [word for name in film.keywords for word in name.lower().split()], 2),
    "cast": (0.6, lambda film: list(film.cast[:3]), 2),
    "director": (0.6, lambda film: list(film.directors), 2),
    "genre": (0.6, lambda film: list(film.genres), 1),
    "company": (0.4, lambda film: list(film.companies), 2),
    "language": (0.4, lambda film: [film.language] * bool(film.language), 1),
    "country": (0.1, lambda film: list(film.countries), 1),
    "title": (0.3, lambda film: words(film.title), 2),
    "franchise": (0.6, lambda film: [film.series] * bool(film.series), 2),
}


def likeness(movies: Sequence[Movie]) -> list[list[float]]:
    """Return C of every pair: the weighted sum of cosines, and closeness in time."""
    total = [[0.0] * len(movies) for _ in movies]
    for name, (weight, tokens, min_df) in TOKENS.items():
        vectors = _vectors([tokens(film) for film in movies], name, min_df)
        for i, one in enumerate(vectors):
            for j, other in enumerate(vectors):
                total[i][j] += weight * _cosine(one, other)
    for i, one in enumerate(movies):
        for j, other in enumerate(movies):
            if one.year and other.year:
                total[i][j] += 0.6 * math.exp(-abs(one.year - other.year) / 8)
    return total


def prior(movies: Sequence[Movie]) -> list[float]:
    """Return what each film is worth by itself."""
    most = max(math.log(1 + film.votes) for film in movies)
    if most == 0:
        return [0.0] * len(movies)
    quality = [(film.votes * film.rating + 300 * 6.1) / (film.votes + 300) for film in movies]
    low, high = min(quality), max(quality)
    return [
        math.log(1 + film.votes) / most + 0.5 * (good - low) / (high - low)
        for film, good in zip(movies, quality, strict=True)
    ]


def _vectors(documents: list[list[str]], name: str, min_df: int) -> list[dict[str, float]]:
    n = len(documents)
    df = Counter(token for document in documents for token in set(document))
    most = 0.3 * n if name == "text" else n
    vectors = []
    for document in documents:
        vector = {}
        for token, count in Counter(document).items():
            if min_df <= df[token] <= most:
                tf = {"text": 1 + math.log(count), "title": count}.get(name, 1)
                vector[token] = tf * (math.log((n + 1) / (df[token] + 1)) + 1)
        vectors.append(vector)
    return vectors


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(one[token] * other[token] for token in one if token in other) / lengths if lengths else 0.0
