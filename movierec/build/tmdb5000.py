"""The two files of the "TMDB 5000 Movie Dataset".

Kaggle's credits file lists every actor and every job with seven keys each; reduced copies hold a few
names with fewer keys. Both are read: of a cast entry ``name`` is needed and ``order`` used when there, of
a crew entry ``job`` and ``name``.
"""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from movierec.artifact import Movie
from movierec.build.csvfile import read_csv, require_folder
from movierec.build.records import Record, Source, Tally, broken, unique

__all__ = ["read_tmdb5000"]

LICENCE = (
    "Film data from TMDB (https://www.themoviedb.org), on TMDB's terms. "
    "This product uses the TMDB API but is not endorsed or certified by TMDB."
)
_MOVIES = "tmdb_5000_movies.csv"
_CREDITS = "tmdb_5000_credits.csv"
_NAME_LISTS = ("genres", "keywords", "production_companies", "production_countries")
_COLUMNS = (
    "id", "title", "original_title", "original_language", "release_date", "overview", "tagline", "runtime",
    "vote_average", "vote_count", *_NAME_LISTS,
)  # fmt: skip
_CAST_KEPT = 10  # names on a film's card and in its reasons; the features use the first three


class _Credits(NamedTuple):
    line: int
    cast: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()


def read_tmdb5000(folder: Path) -> Source:
    """Read ``tmdb_5000_movies.csv`` and ``tmdb_5000_credits.csv``, joined by id.

    A field that holds broken JSON is left empty, counted and told with its line, unless more than ten
    and more than 1 % of a column are like that. Everything else that is wrong is refused.

    Returns:
        All films of the movies file, by number of votes, then by movie_id; credits without a film and
        films without credits are counted in the notes.
    Raises:
        SourceError: the folder, a file or a column is missing, empty or malformed, or an id occurs twice.
    """
    require_folder(folder, hint=f"Name the folder that holds {_MOVIES} and {_CREDITS}.")
    movies, people = Tally(folder / _MOVIES), Tally(folder / _CREDITS)
    credits_by_id = _read_credits(people)
    films: dict[int, Movie] = {}
    lines: dict[int, int] = {}
    for line, values in read_csv(movies.file, _COLUMNS):
        record = Record(movies, line, values)
        movie_id = _identity(record, "id", lines)
        film = _movie(record, movie_id, credits_by_id.get(movie_id, _Credits(0)))
        films[movie_id] = film
        if not film.directors and not film.cast:
            movies.add("no credits", line)
    for movie_id, entry in credits_by_id.items():
        if movie_id not in films:
            people.add(f"movie_id is not in {_MOVIES}, left out", entry.line)
    for column in _NAME_LISTS:
        movies.refuse_more_than(max(10, len(films) // 100), broken(column), column)
    ranked = sorted(films.values(), key=lambda film: (-film.votes, film.movie_id))
    return Source("tmdb5000", LICENCE, tuple(ranked), movies.notes() + people.notes())


def _read_credits(tally: Tally) -> dict[int, _Credits]:
    found: dict[int, _Credits] = {}
    lines: dict[int, int] = {}
    for line, values in read_csv(tally.file, ("movie_id", "cast", "crew")):
        record = Record(tally, line, values)
        movie_id = _identity(record, "movie_id", lines)
        crew = record.objects("crew", "job", "name")
        directors = unique(entry["name"] for entry in crew if entry["job"] == "Director")
        found[movie_id] = _Credits(line, _cast(record.objects("cast", "name")), directors)
    for column in ("cast", "crew"):
        tally.refuse_more_than(max(10, len(found) // 100), broken(column), column)
    return found


def _cast(entries: list[dict[str, Any]]) -> tuple[str, ...]:
    if all(isinstance(entry.get("order"), int) for entry in entries):
        entries = sorted(entries, key=itemgetter("order"))
    return unique(entry["name"] for entry in entries)[:_CAST_KEPT]


def _identity(record: Record, column: str, lines: dict[int, int]) -> int:
    """Return the record's id, which no earlier record may have: titles are not unique, ids must be."""
    movie_id = record.integer(column)
    if movie_id <= 0:
        record.refuse(column, f"expected a TMDB id above 0, found {movie_id}")
    if movie_id in lines:
        record.refuse(column, f"the id {movie_id} stands on line {lines[movie_id]} already")
    lines[movie_id] = record.line
    return movie_id


def _movie(record: Record, movie_id: int, people: _Credits) -> Movie:
    title = record.text("title")
    if not title:
        record.refuse("title", "a film needs a title")
    runtime = record.number("runtime", 0, 10_000) if record.text("runtime") else 0
    names = {column: unique(entry["name"] for entry in record.objects(column, "name")) for column in _NAME_LISTS}
    overview = record.text("overview")
    for column, value in (("overview", overview), ("genres", names["genres"]), ("keywords", names["keywords"])):
        if not value:
            record.tally.add(f"no {column}", record.line)
    votes = record.integer("vote_count")
    if votes < 0:
        record.refuse("vote_count", f"expected a number of votes, found {votes}")
    return Movie(
        movie_id=movie_id,
        tmdb_id=movie_id,
        title=title,
        original_title=record.text("original_title") or title,
        year=record.year("release_date"),
        genres=names["genres"],
        keywords=names["keywords"],
        companies=names["production_companies"],
        countries=names["production_countries"],
        directors=people.directors,
        cast=people.cast,
        language=record.text("original_language"),
        overview=overview,
        tagline=record.text("tagline"),
        runtime_min=round(runtime) or None,
        votes=votes,
        rating=record.number("vote_average", 0, 10),
    )
