"""Films as vectors: for each kind of fact a TF-IDF of its own, L2-normalised, weighted and stacked.

Likeness is ``C(i, j) = Σ_f w_f · cos_f(i, j) + 0.6 · exp(-|year_i - year_j| / 8)``. Each field is scaled by
√w_f, so that one product of two rows is the whole weighted sum. Normalising each field by itself is where
the gain over one bag of words comes from; sentence embeddings added nothing once the fields were in. The
weights are not tuned on nDCG: an optimiser zeroes text and keywords, and recommends the same few films to
everybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from movierec.artifact import Movie
from movierec.build.records import Source

__all__ = [
    "FIELDS",
    "GENERAL",
    "VOCABULARY",
    "YEAR_SCALE",
    "YEAR_WEIGHT",
    "Features",
    "Field",
    "Recipe",
    "describe",
    "kind_names",
    "kinds_of",
    "prior",
    "recipe_for",
    "tfidf",
]

YEAR_WEIGHT = 0.6
YEAR_SCALE = 8.0  # years after which closeness in time has fallen to 1/e
_CAST_COMPARED = 3

_words: Callable[[str], list[str]] = CountVectorizer(stop_words="english").build_analyzer()


@dataclass(frozen=True)
class Field:
    """One kind of fact: how to read a film's tokens of it, how much it counts, how it is counted.

    Attributes:
        min_df: tokens of fewer films are left out.
        max_df: tokens of more than this share of the films are left out.
        counted: tokens count as often as they occur, else once.
        sublinear: of tokens that are counted, 1 + ln(how often).
    """

    name: str
    weight: float
    tokens: Callable[[Movie], Iterable[str]]
    min_df: int = 2
    max_df: float = 1.0
    counted: bool = False
    sublinear: bool = False


FIELDS = (
    Field("text", 0.7, lambda film: _words(f"{film.overview} {film.tagline}"),
          max_df=0.3, counted=True, sublinear=True),
    Field("keyword tokens", 0.7, lambda film: " ".join(film.keywords).lower().split()),
    Field("cast", 0.6, lambda film: film.cast[:_CAST_COMPARED]),
    Field("director", 0.6, lambda film: film.directors),
    Field("genre", 0.6, lambda film: film.genres, min_df=1),
    Field("company", 0.4, lambda film: film.companies),
    Field("language", 0.4, lambda film: [film.language] if film.language else [], min_df=1),
    Field("country", 0.1, lambda film: film.countries, min_df=1),
    Field("title", 0.3, lambda film: _words(film.title), counted=True),
    Field("franchise", 0.6, lambda film: [film.series] if film.series else []),
)  # fmt: skip

_BY_NAME = {field.name: field for field in FIELDS} | {
    "keyword tokens": Field("keywords", 1.8, lambda film: film.keywords),
    "genre": replace(next(field for field in FIELDS if field.name == "genre"), weight=0.4),
    "language": replace(next(field for field in FIELDS if field.name == "language"), weight=0.2),
}


@dataclass(frozen=True)
class Recipe:
    """What likeness is made of: the fields, and what films of one year gain."""

    fields: tuple[Field, ...] = FIELDS
    year_weight: float = YEAR_WEIGHT


GENERAL = Recipe()
# Where keywords come from one small vocabulary, each was chosen as a thing that films have in common: they are
# compared whole, and count most. What this gains on the built-in catalogue: docs/catalogue.md.
VOCABULARY = Recipe(tuple(_BY_NAME[field.name] for field in FIELDS), year_weight=0.4)


def recipe_for(source: Source) -> Recipe:
    """Return what the likeness of a source's films is made of."""
    return VOCABULARY if source.vocabulary else GENERAL


@dataclass(frozen=True)
class Features:
    """n films as vectors.

    Attributes:
        matrix: (n, d) float32, sparse; the product of two rows is their weighted sum of cosines.
        years: (n,) int32; 0 where the year is not known.
        prior: (n,) float32 from 0 to 1.5, what is added to a film's score whatever it is compared with.
        kinds: (n,) uint64, a bit for each kind of film that it is; see :func:`kinds_of`.
        year_weight: what films of one year gain.
    """

    matrix: sparse.csr_array
    years: NDArray[np.int32]
    prior: NDArray[np.float32]
    kinds: NDArray[np.uint64]
    year_weight: float = YEAR_WEIGHT


def describe(movies: Sequence[Movie], recipe: Recipe = GENERAL) -> Features:
    """Return the vectors of *movies*, whose ``series`` are filled in already.

    Args:
        recipe: that of the films' source, :func:`recipe_for`.

    A field that the source lacks has no columns and so counts nothing; a film without any fact of a field
    has zeros there.

    Source: notebooks/02_features.ipynb.
    """
    blocks = [
        tfidf([field.tokens(film) for film in movies], field) * np.sqrt(field.weight) for field in recipe.fields
    ]
    return Features(
        matrix=sparse.hstack(blocks, format="csr").astype(np.float32),
        years=np.array([film.year or 0 for film in movies], dtype=np.int32),
        prior=prior(movies),
        kinds=kinds_of(movies),
        year_weight=recipe.year_weight,
    )


def tfidf(documents: Sequence[Iterable[str]], field: Field) -> sparse.csr_array:
    """Return (n, tokens kept) float64: tf · (ln((n + 1) / (df + 1)) + 1), rows of length 1 or 0.

    scikit-learn's TfidfVectorizer computes the same (a test holds that), but raises where a field is
    empty, which here is a matter of course.
    """
    columns: dict[str, int] = {}
    starts: list[int] = [0]
    places: list[int] = []
    counts: list[int] = []
    for document in documents:
        found = Counter(document)
        places += [columns.setdefault(token, len(columns)) for token in found]
        counts += found.values()
        starts.append(len(places))
    n = len(documents)
    tf = np.array(counts, dtype=np.float64) if field.counted else np.ones(len(counts))
    if field.sublinear:
        tf = 1 + np.log(tf)
    df = np.bincount(np.array(places, dtype=np.intp), minlength=len(columns))
    matrix = sparse.csr_array((tf, places, starts), shape=(n, len(columns)))
    kept = np.flatnonzero((df >= field.min_df) & (df <= field.max_df * n))
    return _unit_rows(matrix[:, kept] * (np.log((n + 1) / (df[kept] + 1)) + 1))


def _unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    lengths = np.sqrt((matrix * matrix).sum(axis=1))
    lengths[lengths == 0] = 1  # a row of zeros stays one, rather than turn into NaN
    return sparse.csr_array(matrix / lengths[:, None])


def prior(movies: Sequence[Movie]) -> NDArray[np.float32]:
    """Return (n,) float32: renown and quality, ``lp + 0.5·q``; zeros where the source has no votes.

    ``lp`` is log1p(votes) over its maximum; ``q`` the mean vote, drawn towards 6.1 as by 300 votes more,
    scaled to 0…1.
    """
    votes = np.array([film.votes for film in movies], dtype=np.float64)
    if not votes.any():
        return np.zeros(len(movies), dtype=np.float32)
    rating = np.array([film.rating for film in movies])
    renown = np.log1p(votes) / np.log1p(votes).max()
    quality = (votes * rating + 300 * 6.1) / (votes + 300)
    spread = np.ptp(quality) or 1.0
    return np.asarray(renown + 0.5 * (quality - quality.min()) / spread, dtype=np.float32)


def kinds_of(movies: Sequence[Movie]) -> NDArray[np.uint64]:
    """Return (n,) uint64: which of :func:`kind_names` each film is, the first in the lowest bit."""
    bits = {name: 1 << place for place, name in enumerate(kind_names(movies))}
    return np.array([sum(bits.get(name, 0) for name in _kinds(film)) for film in movies], dtype=np.uint64)


def kind_names(movies: Sequence[Movie]) -> list[str]:
    """Return the 64 commonest genres and foreign languages, the commonest first.

    What people mean by "films of that kind": Westerns, horror, Japanese films. English says nothing of a film.
    """
    counts = Counter(name for film in movies for name in sorted(_kinds(film)))
    return [name for name, _ in counts.most_common(64)]


def _kinds(film: Movie) -> set[str]:
    return {*film.genres, *({film.language} - {"", "en"})}
