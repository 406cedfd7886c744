"""The built-in catalogue is complete and right, and a mistake in it is told with line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from movierec.artifact import Movie
from movierec.build.sources import read_builtin, read_source
from movierec.errors import SourceError

HEAT: dict[str, Any] = {
    "movie_id": 949, "tmdb_id": 949, "title": "Heat", "year": 1995, "genres": ["Crime"],
    "directors": ["Michael Mann"],
    "cast": ["Al Pacino", "Robert De Niro"], "keywords": ["heist"], "countries": ["United States of America"],
    "language": "en", "runtime_min": 170, "overview": "A detective hunts a thief as thorough as he is.",
}  # fmt: skip
UNSURE = HEAT | {"movie_id": -7, "tmdb_id": None, "title": "Amélie", "original_title": "Le Fabuleux Destin"}


def write(path: Path, *records: Any) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def test_records_become_films_in_their_order(tmp_path: Path) -> None:
    """Line order is the order of renown; a film whose TMDB id is not certain has a number below 0."""
    unsure, heat = read_builtin(write(tmp_path / "films.jsonl", UNSURE, HEAT)).movies
    assert heat == Movie(
        movie_id=949, tmdb_id=949, title="Heat", original_title="Heat", year=1995, genres=("Crime",),
        directors=("Michael Mann",), cast=("Al Pacino", "Robert De Niro"), keywords=("heist",),
        countries=("United States of America",), language="en", runtime_min=170,
        overview="A detective hunts a thief as thorough as he is.",
    )  # fmt: skip
    assert (unsure.movie_id, unsure.tmdb_id, unsure.original_title) == (-7, None, "Le Fabuleux Destin")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"movie_id": "949"}, "movie_id"),
        ({"movie_id": 949.0}, "movie_id"),
        ({"movie_id": True}, "movie_id"),
        ({"movie_id": 0, "tmdb_id": None}, "movie_id"),
        ({"tmdb_id": None}, "movie_id"),
        ({"movie_id": -3}, "tmdb_id"),
        ({"tmdb_id": 950}, "tmdb_id"),
        ({"title": ""}, "title"),
        ({"title": " Heat"}, "title"),
        ({"original_title": 7}, "original_title"),
        ({"original_title": ""}, "original_title"),
        ({"year": 95}, "year"),
        ({"year": "1995"}, "year"),
        ({"year": None}, "year"),
        ({"runtime_min": 0}, "runtime_min"),
        ({"genres": "Crime"}, "genres"),
        ({"genres": []}, "genres"),
        ({"genres": ["Crime", "Film-Noir"]}, "genres"),
        ({"directors": []}, "directors"),
        ({"language": "English"}, "language"),
        ({"cast": ["Al Pacino", ""]}, "cast"),
        ({"cast": ["Al Pacino", "Al Pacino"]}, "cast"),
        ({"keywords": [["heist"]]}, "keywords"),
        ({"overview": None}, "overview"),
        ({"overview": "a" * 241}, "overview"),
        ({"overview": "Two men\u0000 meet."}, "overview"),
        ({"title": "He\nat"}, "title"),
        ({"director": ["Michael Mann"]}, "director"),
        ({"movie_id": -7, "tmdb_id": None}, "movie_id"),
        ({"title": "amelie"}, "title"),
    ],
)
def test_a_malformed_record_is_refused(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    """Nothing is skipped: file, line and field are named, repeated films included."""
    path = write(tmp_path / "films.jsonl", UNSURE, HEAT | change)
    with pytest.raises(SourceError) as caught:
        read_builtin(path)
    assert (caught.value.file, caught.value.line, caught.value.column) == (str(path), 2, field)


@pytest.mark.parametrize("field", sorted(HEAT.keys() - {"tmdb_id"}))
def test_every_field_is_needed(tmp_path: Path, field: str) -> None:
    """A record without one of its fields is refused, and the field named."""
    record = {key: value for key, value in HEAT.items() if key != field}
    with pytest.raises(SourceError) as caught:
        read_builtin(write(tmp_path / "films.jsonl", record))
    assert caught.value.column == field


def test_a_field_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    """JSON keeps the last of two values: the first would be lost without a word."""
    line = json.dumps(HEAT).replace('"year": 1995', '"year": 1994, "year": 1995')
    with pytest.raises(SourceError, match="twice") as caught:
        read_builtin(write(tmp_path / "films.jsonl", UNSURE, line))
    assert (caught.value.line, caught.value.column) == (2, "year")


def test_a_byte_order_mark_is_no_part_of_the_first_record(tmp_path: Path) -> None:
    """Some editors put one at the head of a file; nothing is lost by it."""
    path = write(tmp_path / "films.jsonl", HEAT)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [film.title for film in read_builtin(path).movies] == ["Heat"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{", "not JSON"), ("", "not JSON"), ("\ufeff{}", "not JSON"), ("\0", "zero bytes"), ("[]", "JSON object")],
)
def test_a_line_that_is_no_record_is_refused(tmp_path: Path, line: str, problem: str) -> None:
    """Blank lines included: the file is ours, and nothing in it is there by chance."""
    with pytest.raises(SourceError, match=problem) as caught:
        read_builtin(write(tmp_path / "films.jsonl", HEAT, line))
    assert caught.value.line == 2


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """A catalogue without films is a mistake."""
    with pytest.raises(SourceError, match="empty"):
        read_builtin(write(tmp_path / "films.jsonl"))


def test_the_catalogue_in_the_package(tmp_path: Path) -> None:
    """At least a hundred films, each with all that a page shows of it."""
    source = read_source("builtin")
    assert len(source.movies) >= 100
    assert all(film.genres and film.directors and film.keywords and film.overview for film in source.movies)
    assert "MIT" in source.licence


def test_unknown_sources_and_missing_folders_are_explained() -> None:
    """Which sources there are, and which option names the folder."""
    with pytest.raises(SourceError) as caught:
        read_source("imdb")
    assert "builtin, tmdb5000" in caught.value.hint
    with pytest.raises(SourceError) as caught:
        read_source("tmdb5000")
    assert "--data" in caught.value.hint
