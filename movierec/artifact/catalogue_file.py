"""The file ``catalogue.sqlite`` of a model: its tables, how it is written and opened.

``row`` is a film's position in the model's arrays: 0 is the best known. :mod:`movierec.catalogue`
asks the questions.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

from movierec.artifact.movie import Movie, exact_key, search_words
from movierec.artifact.words import credits_of, title_words, words_by_letter

__all__ = ["MOVIE_COLUMNS", "connect", "create", "read_movie"]

_SCHEMA = """
CREATE TABLE films (
    "row" INTEGER PRIMARY KEY, "movie_id" INTEGER NOT NULL UNIQUE, "tmdb_id" INTEGER,
    "title" TEXT NOT NULL, "original_title" TEXT NOT NULL, "year" INTEGER,
    "genres" TEXT NOT NULL, "directors" TEXT NOT NULL, "cast" TEXT NOT NULL, "keywords" TEXT NOT NULL,
    "countries" TEXT NOT NULL, "companies" TEXT NOT NULL, -- these six: JSON lists of texts
    "language" TEXT NOT NULL, "overview" TEXT NOT NULL, "tagline" TEXT NOT NULL,
    "runtime_min" INTEGER, "votes" INTEGER NOT NULL, "rating" REAL NOT NULL, "series" TEXT NOT NULL);
-- What a person may type as a whole title. place 0: title or label, 1: original title.
CREATE TABLE exact_titles (
    "key" TEXT, place INTEGER, "row" INTEGER, PRIMARY KEY ("key", place, "row")) WITHOUT ROWID;
-- The words are folded already: the ascii tokenizer parts them at spaces and nowhere else. How titles begin is
-- among them (words.py).
CREATE VIRTUAL TABLE title_words USING fts5(
    words, content='', columnsize=0, detail=none, prefix='1 2 3 4 5 6', tokenize='ascii');
-- Who directed films or plays in them, in the order of their best-known ones. "rows": a JSON list, ascending.
-- The index is one of people, not of films: "tom hanks" is one person, not a Tom and a Hanks in one film.
CREATE TABLE people (person INTEGER PRIMARY KEY, name TEXT NOT NULL, "rows" TEXT NOT NULL);
CREATE VIRTUAL TABLE people_words USING fts5(
    words, content='', columnsize=0, detail=none, prefix='1 2 3', tokenize='ascii');
-- What a mistyped word may have meant: the words of titles and names, parted by spaces, by the code point of their
-- first letter: a third less than with a letter as its key.
CREATE TABLE known_words (letter INTEGER PRIMARY KEY, words TEXT NOT NULL);
-- In how many films each genre and keyword is found.
CREATE TABLE facts (kind TEXT, value TEXT, films INTEGER, PRIMARY KEY (kind, value)) WITHOUT ROWID;
"""

MOVIE_COLUMNS = tuple(field.name for field in dataclasses.fields(Movie))
_LISTS = ("genres", "directors", "cast", "keywords", "countries", "companies")
_COUNTED = ("genres", "keywords")
_INDEX_BYTES = 64_000_000  # memory that an index may take while it is written


def create(file: Path, movies: Sequence[Movie]) -> None:
    """Write *movies*, whose positions are their rows, to the new *file*.

    Raises:
        sqlite3.Error: the disk is full, the folder is read-only, a movie_id comes twice, …
    """
    facts = Counter((kind, value) for movie in movies for kind in _COUNTED for value in set(getattr(movie, kind)))
    with closing(sqlite3.connect(file)) as db:
        # No journal: nobody sees this file before it is finished.
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        db.executemany(
            f"INSERT INTO films VALUES (?{', ?' * len(MOVIE_COLUMNS)})",  # noqa: S608 - our own names
            ((row, *_values(movie)) for row, movie in enumerate(movies)),
        )
        db.executemany("INSERT INTO exact_titles VALUES (?, ?, ?)", _exact_titles(movies))
        _write_index(db, "title_words", map(title_words, movies))
        _write_people(db, movies)
        db.executemany("INSERT INTO facts VALUES (?, ?, ?)", ((*fact, n) for fact, n in sorted(facts.items())))
        db.commit()


def connect(file: Path) -> sqlite3.Connection:
    """Open *file* for reading; nothing is read yet.

    Immutable: no locks, no journal. Threads may share the connection, one at a time.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)


def read_movie(values: Sequence[Any]) -> Movie:
    """Make a :class:`Movie` of the :data:`MOVIE_COLUMNS` of one row of ``films``."""
    record = dict(zip(MOVIE_COLUMNS, values, strict=True))
    # All lists as one: decoding six texts takes six times as long, and a list for somebody reads dozens of films.
    lists = json.loads(f"[{','.join(record[name] for name in _LISTS)}]")
    record |= zip(_LISTS, map(tuple, lists), strict=True)
    return Movie(**record)


def _values(movie: Movie) -> Iterator[Any]:
    for name in MOVIE_COLUMNS:
        value = getattr(movie, name)
        yield json.dumps(value, ensure_ascii=False) if name in _LISTS else value


def _write_index(db: sqlite3.Connection, index: str, texts: Iterable[str]) -> None:
    # In one piece: what is written in several and then merged leaves a third of the file empty.
    db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', ?)", (_INDEX_BYTES,))  # noqa: S608
    db.executemany(f"INSERT INTO {index} (rowid, words) VALUES (?, ?)", enumerate(texts))  # noqa: S608
    db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 - our own names


def _write_people(db: sqlite3.Connection, movies: Sequence[Movie]) -> None:
    people = credits_of(movies)
    db.executemany(
        "INSERT INTO people VALUES (?, ?, ?)",
        (
            (person, name, json.dumps(rows, separators=(",", ":")))
            for person, (name, rows) in enumerate(people.items())
        ),
    )
    _write_index(db, "people_words", map(search_words, people))
    titles = (f"{movie.title} {movie.original_title}" for movie in movies)
    words = words_by_letter(chain(titles, people))
    db.executemany(
        "INSERT INTO known_words VALUES (?, ?)", sorted((ord(letter), text) for letter, text in words.items())
    )


def _exact_titles(movies: Sequence[Movie]) -> list[tuple[str, int, int]]:
    places: dict[tuple[str, int], int] = {}
    for row, movie in enumerate(movies):
        for text, place in ((movie.original_title, 1), (movie.label, 0), (movie.title, 0)):
            if key := exact_key(text):
                places[key, row] = place
    return [(key, place, row) for (key, row), place in places.items()]
