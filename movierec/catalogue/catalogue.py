"""The films of an open model: by id, by row, by what somebody types."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from movierec.artifact import Artifact, Movie
from movierec.artifact.catalogue_file import MOVIE_COLUMNS, read_movie
from movierec.artifact.movie import label
from movierec.catalogue.search import find
from movierec.errors import ArtifactMismatch, UnknownMovie

__all__ = ["Catalogue", "Found"]

_COLUMNS = ", ".join(f'"{name}"' for name in MOVIE_COLUMNS)
# Many in one question, however many: to ask for each by itself takes several times as long.
_AT_ROWS = f"""SELECT "row", {_COLUMNS} FROM films WHERE "row" IN (SELECT value FROM json_each(?))"""  # noqa: S608 - our own names
_LABELS = 'SELECT "row", title, year FROM films WHERE "row" IN (SELECT value FROM json_each(?))'
_ROWS_OF = 'SELECT movie_id, "row" FROM films WHERE movie_id IN (SELECT value FROM json_each(?))'
_OF_GENRE = 'SELECT "row" FROM films WHERE instr(genres, ?) ORDER BY "row" LIMIT ?'  # a JSON list of texts


@dataclass(frozen=True, slots=True)
class Found:
    """A film that a search has found."""

    movie: Movie
    person: str = ""  # by whose name it was found; empty where by its title


class Catalogue:
    """The films of *artifact*. Threads may share one."""

    def __init__(self, artifact: Artifact):
        self.artifact = artifact
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.artifact.ids)

    def by_id(self, movie_id: int) -> Movie:
        """Return one film.

        Raises:
            UnknownMovie: no film of the model has this id, or it is not an id at all.
        """
        return self.at_rows([self.row_of(movie_id)])[0]

    def movies(self, movie_ids: Iterable[int]) -> list[Movie]:
        """Return the films of *movie_ids*, in that order.

        Raises:
            UnknownMovie: as :meth:`by_id`, for the first that is unknown.
        """
        return self.at_rows(self.rows_of(movie_ids))

    def row_of(self, movie_id: int) -> int:
        """Return the row of one film in the model's arrays.

        Raises:
            UnknownMovie: as :meth:`by_id`.
        """
        return self.rows_of([movie_id])[0]

    def rows_of(self, movie_ids: Iterable[int]) -> list[int]:
        """Return the rows of films, in the order of *movie_ids*.

        Raises:
            UnknownMovie: as :meth:`by_id`, for the first that is unknown.
        """
        movie_ids = list(movie_ids)
        found = self._rows(movie_ids)
        for movie_id in movie_ids:
            if not _is_id(movie_id) or movie_id not in found:
                raise UnknownMovie(movie_id)
        return [found[movie_id] for movie_id in movie_ids]

    def known(self, movie_ids: Iterable[int]) -> list[int]:
        """Return those of *movie_ids* that are films of the model, in that order.

        What somebody liked with another model may not be in this one.
        """
        movie_ids = list(movie_ids)
        found = self._rows(movie_ids)
        return [movie_id for movie_id in movie_ids if _is_id(movie_id) and movie_id in found]

    def at_rows(self, rows: Iterable[int]) -> list[Movie]:
        """Return the films at *rows*, each from 0 to n - 1, in that order."""
        rows = [int(row) for row in rows]
        found = {row: values for row, *values in self._query(_AT_ROWS, (json.dumps(rows),))}
        return [self._read(row, found.get(row, ())) for row in rows]

    def names(self, rows: Iterable[int]) -> dict[int, str]:
        """Return row → title of the films at *rows*; with the year where two have the same.

        Takes a tenth of the time of :meth:`at_rows`.

        Raises:
            ArtifactMismatch: the catalogue's file lacks one of them, or is damaged.
        """
        asked = {int(row) for row in rows}
        found = {row: (title, year) for row, title, year in self._query(_LABELS, (json.dumps(list(asked)),))}
        if len(found) < len(asked):
            raise self._damaged(f"{len(asked)} films were asked for, {len(found)} found")
        times = Counter(title for title, _ in found.values())
        return {row: title if times[title] == 1 else label(title, year) for row, (title, year) in found.items()}

    def search(self, text: str, *, limit: int = 10, people: bool = True) -> list[Movie]:
        """Return the films that somebody who types *text* may mean, at most *limit*, best first: :meth:`find`."""
        return [found.movie for found in self.find(text, limit=limit, people=people)]

    def find(self, text: str, *, limit: int = 10, people: bool = True) -> list[Found]:
        """Return the films that somebody who types *text* may mean, at most *limit*, best first.

        Each in order of renown:

        1. whose whole title, original title or label (``Heat (1995)``) it is;
        2. whose title it is but for an article before it, or a number in another spelling (*Rocky 2*, *Rocky II*);
        3. whose title has it as its first words, then whose title begins so: up to half of *limit*;
        4. with a word in the title that begins like each of its words;
        5. of a director or an actor with a word in the name that begins like each of its words; first if it is
           the whole name.

        Where all that finds nothing, the same of words that may be meant by mistyped ones. Accents, capitals
        and punctuation make no difference. No text is an error: nothing to look for finds nothing.

        Args:
            people: whether names count, or titles alone. A model that was built before they did has no index of
                them, nor of words that may be meant.
        """
        rows = find(self._query, text, limit=max(limit, 0), people=people)
        return [Found(movie, name) for movie, name in zip(self.at_rows(rows), rows.values(), strict=True)]

    def best_known(self, limit: int, *, genre: str = "") -> list[Movie]:
        """Return the *limit* best-known films, best known first; with *genre*, of those that have it."""
        limit = max(limit, 0)
        if not genre:
            return self.at_rows(range(min(limit, len(self))))
        if not self.films_with("genres", [genre]):
            return []  # without reading them all
        return self.at_rows(
            row for (row,) in self._query(_OF_GENRE, (json.dumps(genre, ensure_ascii=False), limit))
        )

    def genres(self) -> tuple[str, ...]:
        """Return every genre, in alphabetical order."""
        return tuple(
            value for (value,) in self._query("SELECT value FROM facts WHERE kind = 'genres' ORDER BY value")
        )

    def films_with(self, kind: str, values: Sequence[str]) -> dict[str, int]:
        """Return in how many films each of *values* is found; *kind*: ``"genres"`` or ``"keywords"``."""
        marks = ", ".join("?" * len(values))
        query = f"SELECT value, films FROM facts WHERE kind = ? AND value IN ({marks})"  # noqa: S608
        return dict(self._query(query, (kind, *values)))

    def _rows(self, movie_ids: Sequence[int]) -> dict[int, int]:
        """Return movie_id → row of those that are films of the model."""
        asked = [movie_id for movie_id in movie_ids if _is_id(movie_id)]
        return dict(self._query(_ROWS_OF, (json.dumps(asked),))) if asked else {}

    def _read(self, row: int, values: Sequence[Any]) -> Movie:
        try:
            return read_movie(values)
        except (ValueError, TypeError) as error:
            raise self._damaged(f"row {row}: {error}") from error

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self.artifact.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, problem: str) -> ArtifactMismatch:
        return ArtifactMismatch(f"{self.artifact.catalogue_file}: {problem}")


def _is_id(movie_id: object) -> bool:
    # Exactly an integer that SQLite can hold: ids come from browsers too, and True is not film 1.
    return type(movie_id) is int and -(2**63) <= movie_id < 2**63
