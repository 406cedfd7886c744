"""The built-in catalogue: a starter that needs no data from anywhere else, shipped with the package."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from movierec.artifact import Movie, fold
from movierec.build.csvfile import open_text
from movierec.build.records import Source
from movierec.errors import SourceError

__all__ = ["read_builtin"]

LICENCE = "Facts, and descriptions in our own words; part of movierec, MIT licence."
_REQUIRED = {
    "movie_id", "title", "year", "genres", "directors", "cast", "keywords", "countries", "language",
    "runtime_min", "overview",
}  # fmt: skip
_OPTIONAL = {"tmdb_id", "original_title"}
_GENRES = {
    "Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy", "History",
    "Horror", "Music", "Mystery", "Romance", "Science Fiction", "TV Movie", "Thriller", "War", "Western",
}  # fmt: skip
_LONGEST_OVERVIEW = 240  # characters: what a card shows
_LANGUAGE = re.compile("[a-z]{2}")


def read_builtin(path: Path | None = None) -> Source:
    """Read the built-in catalogue, one JSON object a line, in order of renown.

    It is our own file, so nothing in it is forgiven.

    Args:
        path: another file of the same form; the one in the package by default.
    Raises:
        SourceError: a record is malformed, or repeats the movie_id or the title and year of another;
            file, line and field are named.
    """
    if path is not None:
        return Source("builtin", LICENCE, _read(path), vocabulary=True)
    with resources.as_file(resources.files("movierec.build") / "films.jsonl") as own:
        return Source("builtin", LICENCE, _read(own), vocabulary=True)


def _read(path: Path) -> tuple[Movie, ...]:
    films = []
    seen: dict[object, int] = {}
    with open_text(path) as file:
        for line, text in enumerate(file, 1):
            film = _Checked(path, line).movie(text)
            for field, key in (("movie_id", film.movie_id), ("title", (fold(film.title), film.year))):
                if key in seen:
                    raise SourceError(
                        f"the same as on line {seen[key]}: {key}", file=path, line=line, column=field
                    )
                seen[key] = line
            films.append(film)
    if not films:
        raise SourceError("the file is empty", file=path)
    return tuple(films)


class _Checked:
    """Reads one line as a film and refuses whatever is not as it should be."""

    def __init__(self, path: Path, line: int):
        self._path, self._line = path, line

    def movie(self, text: str) -> Movie:
        record = self._record(text)
        movie_id, tmdb_id = self._integer(record, "movie_id", -(10**9), 10**9), record.get("tmdb_id")
        if tmdb_id is not None and self._integer(record, "tmdb_id", 1, 10**9) != movie_id:
            self._refuse("tmdb_id", f"expected the movie_id, {movie_id}, found {tmdb_id}")
        if movie_id == 0 or (tmdb_id is None) != (movie_id < 0):
            self._refuse("movie_id", "expected the tmdb_id or, without one, a number below 0")
        return Movie(
            movie_id=movie_id,
            tmdb_id=tmdb_id,
            title=self._text(record, "title"),
            original_title=self._text(record, "original_title" if "original_title" in record else "title"),
            year=self._integer(record, "year", 1870, 2100),
            genres=self._genres(record),
            directors=self._names(record, "directors"),
            cast=self._names(record, "cast", least=0),  # a documentary may have none
            keywords=self._names(record, "keywords"),
            countries=self._names(record, "countries"),
            language=self._language(record),
            runtime_min=self._integer(record, "runtime_min", 1, 1000),
            overview=self._overview(record),
        )

    def _record(self, text: str) -> Mapping[str, Any]:
        try:
            record = json.loads(text, object_pairs_hook=self._once)
        except json.JSONDecodeError as error:
            raise SourceError(f"not JSON: {error}", file=self._path, line=self._line) from error
        if not isinstance(record, dict):
            raise SourceError("expected a JSON object", file=self._path, line=self._line)
        for field in sorted(_REQUIRED - record.keys()):
            self._refuse(field, "missing")
        for field in sorted(record.keys() - _REQUIRED - _OPTIONAL):
            self._refuse(field, "no such field")
        return record

    def _once(self, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object as a dict; json.loads alone keeps the last of two values and forgets the first."""
        record = dict(pairs)
        for field, count in Counter(field for field, _ in pairs).items():
            if count > 1:
                self._refuse(field, "stands there twice")
        return record

    def _integer(self, record: Mapping[str, Any], field: str, low: int, high: int) -> int:
        value = record[field]
        if type(value) is not int or not low <= value <= high:  # True is an int to isinstance
            self._refuse(field, f"expected a whole number from {low} to {high}, found {value!r}")
        return int(value)

    def _text(self, record: Mapping[str, Any], field: str) -> str:
        value = record[field]
        if not _is_text(value):
            self._refuse(field, f"expected text without space around it, found {value!r}")
        return str(value)

    def _overview(self, record: Mapping[str, Any]) -> str:
        text = self._text(record, "overview")
        if len(text) > _LONGEST_OVERVIEW:
            self._refuse("overview", f"expected at most {_LONGEST_OVERVIEW} characters, found {len(text)}")
        return text

    def _language(self, record: Mapping[str, Any]) -> str:
        code = self._text(record, "language")
        if not _LANGUAGE.fullmatch(code):
            self._refuse("language", f"expected two letters of ISO 639-1, found {code!r}")
        return code

    def _names(self, record: Mapping[str, Any], field: str, *, least: int = 1) -> tuple[str, ...]:
        value = record[field]
        if not isinstance(value, list) or len(value) < least or not all(map(_is_text, value)):
            self._refuse(field, f"expected a list of names, found {value!r}")
        if len(set(value)) < len(value):
            self._refuse(field, f"a name stands twice in {value!r}")
        return tuple(value)

    def _genres(self, record: Mapping[str, Any]) -> tuple[str, ...]:
        names = self._names(record, "genres")
        for name in names:
            if name not in _GENRES:
                self._refuse("genres", f"no genre of TMDB's: {name!r}")
        return names

    def _refuse(self, field: str, problem: str) -> NoReturn:
        raise SourceError(problem, file=self._path, line=self._line, column=field)


def _is_text(value: object) -> bool:
    """Is it text that a page can show: not empty, no space around it, no control characters?"""
    plain = isinstance(value, str) and value != "" and value == value.strip()
    return plain and not any(unicodedata.category(character) == "Cc" for character in str(value))
