"""What is like what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from movierec.artifact import Movie, fold, open_artifact
from movierec.catalogue import Catalogue
from movierec.errors import InvalidArgument

__all__ = ["Pick", "Reason", "Recommender", "open_model"]

Kind = Literal[
    "series", "title", "director", "cast", "keywords", "genres", "studio", "decade", "renown", "unknown"
]

_LEADS: Mapping[Kind, str] = {
    "series": "same series",
    "title": "same title",
    "director": "same director:",
    "cast": "also with",
    "keywords": "shares:",
    "genres": "also",
    "studio": "same studio:",
    "decade": "also from",
    "renown": "one of the best-known films here",
    "unknown": "no fact in common that we know of",
}
_MOST_VALUES = 3  # of one kind: what fits on a card
# TMDB's keywords for what is not in the story: nobody likes a film for them.
_DULL = frozenset({"3d", "aftercreditsstinger", "duringcreditsstinger", "imax"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that two films share and that anybody can check.

    Attributes:
        kind: what sort of fact.
        values: the names in it, for a page to emphasise; most telling first; may be empty.
    """

    kind: Kind
    values: tuple[str, ...] = ()

    @property
    def lead(self) -> str:
        """The words before the values: ``same director:``."""
        return "same directors:" if self.kind == "director" and len(self.values) > 1 else _LEADS[self.kind]

    @property
    def text(self) -> str:
        """The whole reason: ``shares: heist, los angeles``."""
        return f"{self.lead} {', '.join(self.values)}".rstrip()


@dataclass(frozen=True, slots=True)
class Pick:
    """A film that is recommended; there is always at least one reason."""

    movie: Movie
    score: float
    reasons: tuple[Reason, ...]


class Recommender:
    """Answers from the tables of an open model. Threads may share one."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self._artifact = catalogue.artifact

    def by_id(self, movie_id: int) -> Movie:
        """Return one film: :meth:`Catalogue.by_id`."""
        return self.catalogue.by_id(movie_id)

    def search(self, text: str, *, limit: int = 10) -> list[Movie]:
        """Return the films that *text* may mean: :meth:`Catalogue.search`."""
        return self.catalogue.search(text, limit=limit)

    def similar(self, movie_id: int, k: int = 10) -> list[Pick]:
        """Return the *k* films most similar to *movie_id*, best first, and why.

        Args:
            movie_id: an id, not an array row.
            k: 1 or more; above K, the width of the stored table, as many as are stored.
        Returns:
            At most *k* picks, never *movie_id* itself; ``score`` is unitless, comparable only within one
            call. Always the same ones in the same order.
        Raises:
            UnknownMovie: *movie_id* is not in the model.
            InvalidArgument: *k* is not a whole number of 1 or more.

        Reads one row of (n, K) int32 rows and (n, K) float32 scores.
        """
        if type(k) is not int or k < 1:
            raise InvalidArgument(f"k must be a whole number of 1 or more, not {k!r:.40}")
        row = self.catalogue.row_of(movie_id)
        rows = [other for other in self._artifact.similar_rows[row, :k].tolist() if other >= 0]
        scores = self._artifact.similar_scores[row, : len(rows)].tolist()
        movie, *others = self.catalogue.at_rows([row, *rows])
        rarity = self.catalogue.films_with("keywords", movie.keywords)
        well_known = len(self.catalogue) / 10
        return [
            Pick(other, score, _reasons(movie, other, rarity) or (_no_fact(well_known=other_row < well_known),))
            for other, other_row, score in zip(others, rows, scores, strict=True)
        ]


def open_model(path: Path | str) -> Recommender:
    """Open the model at *path*, read-only and memory-mapped.

    Raises:
        ArtifactMissing, ArtifactMismatch: there is none, or it cannot be used.
    """
    return Recommender(Catalogue(open_artifact(Path(path))))


def _reasons(movie: Movie, other: Movie, rarity: Mapping[str, int]) -> tuple[Reason, ...]:
    """Return the facts that two films share, most telling first; none when there is none.

    That their overviews use the same words is left out: without weights the words are mostly
    "young" and "finds", and nobody could check "a similar story".
    """
    directors = _shared(movie.directors, other.directors)
    # Prominent in both films first; who directed both is named already.
    cast = [name for name in _shared(movie.cast, other.cast) if name not in directors]
    cast.sort(key=lambda name: movie.cast.index(name) + other.cast.index(name))
    keywords = [word for word in _shared(movie.keywords, other.keywords) if word not in _DULL]
    keywords.sort(key=lambda word: (rarity.get(word, 0), word))
    reasons = []
    if movie.series and movie.series == other.series:
        # Two films of one title are a remake, or two that have only that in common.
        reasons.append(Reason("title" if fold(movie.title) == fold(other.title) else "series"))
    reasons += _some("director", directors) + _some("cast", cast) + _some("keywords", keywords)
    # A fact about half of all films says little; it completes a list, or stands where there is none.
    if len(reasons) < 2:
        reasons += _some("genres", _shared(movie.genres, other.genres))
    if len(reasons) < 2:
        reasons += _some("studio", _shared(movie.companies, other.companies))
    if len(reasons) < 2 and movie.year and other.year and movie.year // 10 == other.year // 10:
        reasons.append(Reason("decade", (f"the {movie.year // 10 * 10}s",)))
    return tuple(reasons)


def _no_fact(*, well_known: bool) -> Reason:
    # Films about which nothing is known get neighbours too: the best-known ones, by the model's prior.
    return Reason("renown" if well_known else "unknown")


def _shared(ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Return what is in both, in our order, each once."""
    others = set(theirs)
    return [value for value in dict.fromkeys(ours) if value in others]


def _some(kind: Kind, values: list[str]) -> list[Reason]:
    return [Reason(kind, tuple(values[:_MOST_VALUES]))] if values else []
