"""The two Kaggle files are read whole, and what is wrong with them is told."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from movierec.build.sources import read_tmdb5000
from movierec.errors import SourceError
from tests.build.files import CREDITS, MOVIES, film, people, write_tmdb


def test_every_fact_of_a_film_arrives(tmp_path: Path) -> None:
    """One film, field by field."""
    source = read_tmdb5000(write_tmdb(tmp_path, [film(tagline="Hang on!", original_title="Jouets")]))
    (movie,) = source.movies
    assert dataclasses.asdict(movie) == {
        "movie_id": 862, "tmdb_id": 862, "title": "Toy Story", "original_title": "Jouets", "year": 1995,
        "genres": ("Animation", "Comedy"), "directors": ("John Lasseter",), "cast": ("Tom Hanks", "Tim Allen"),
        "keywords": ("toy", "boy next door"), "countries": ("United States of America",),
        "companies": ("Pixar Animation Studios",), "language": "en", "overview": "Toys come to life.",
        "tagline": "Hang on!", "runtime_min": 81, "votes": 5269, "rating": 7.7, "series": "",
    }  # fmt: skip
    assert source.notes == ()
    assert "not endorsed or certified by TMDB" in source.licence


def test_kaggles_own_credits_are_read(tmp_path: Path) -> None:
    """All keys and all jobs: the cast in order of billing, ten names of it, and directors only."""
    cast = [
        {
            "cast_id": 9,
            "character": "x",
            "credit_id": "52fe",
            "gender": 2,
            "id": n,
            "name": f"Actor {n}",
            "order": n,
        }
        for n in reversed(range(12))
    ]
    crew = [
        {"credit_id": "1", "department": "Writing", "id": 1, "job": "Screenplay", "name": "Joel Cohen"},
        {"credit_id": "2", "department": "Directing", "gender": 2, "id": 2, "job": "Director", "name": "Lana"},
        {"credit_id": "3", "department": "Directing", "gender": 0, "id": 3, "job": "Director", "name": "Lilly"},
        {"credit_id": "4", "department": "Directing", "id": 4, "job": "Script Supervisor", "name": "Ann"},
    ]  # fmt: skip
    cast_and_crew = [people(cast=json.dumps(cast), crew=json.dumps(crew))]
    (movie,) = read_tmdb5000(write_tmdb(tmp_path, [film()], cast_and_crew)).movies
    assert movie.cast == tuple(f"Actor {n}" for n in range(10))
    assert movie.directors == ("Lana", "Lilly")


def test_films_are_in_order_of_votes_then_id(tmp_path: Path) -> None:
    """Rows are in order of renown, the same on every machine."""
    films = [film(id=5, vote_count=10), film(id=9, vote_count=30), film(id=3, vote_count=10)]
    movies = read_tmdb5000(write_tmdb(tmp_path, films)).movies
    assert [movie.movie_id for movie in movies] == [9, 3, 5]


def test_films_of_one_title_keep_their_own_credits(tmp_path: Path) -> None:
    """Files are joined by id: of two films called Batman each has its own director."""
    films = [film(id=268, title="Batman"), film(id=2661, title="Batman", release_date="1966-07-30")]
    cast_and_crew = [
        people(movie_id=2661, crew=["Leslie H. Martinson"]),
        people(movie_id=268, crew=["Tim Burton"]),
    ]
    movies = read_tmdb5000(write_tmdb(tmp_path, films, cast_and_crew)).movies
    assert {movie.label: movie.directors for movie in movies} == {
        "Batman (1995)": ("Tim Burton",),
        "Batman (1966)": ("Leslie H. Martinson",),
    }


def test_what_is_missing_is_empty_and_counted(tmp_path: Path) -> None:
    """Missing values cost the value, not the film, and the build can tell how many there were."""
    bare = film(id=1, genres=[], keywords=[], overview=" ", release_date="", runtime="", original_title="")
    source = read_tmdb5000(write_tmdb(tmp_path, [film(), bare]))
    movie = source.movies[0]
    assert (movie.movie_id, movie.year, movie.runtime_min, movie.genres) == (1, None, None, ())
    assert movie.original_title == "Toy Story"
    assert set(source.notes) == {
        f"{MOVIES}: no overview: 1 (line 3)",
        f"{MOVIES}: no genres: 1 (line 3)",
        f"{MOVIES}: no keywords: 1 (line 3)",
        f"{MOVIES}: no release_date: 1 (line 3)",
        f"{MOVIES}: no credits: 1 (line 3)",
    }


def test_credits_of_no_film_are_counted(tmp_path: Path) -> None:
    """Credits that belong to no film in the movies file are told, not dropped silently."""
    source = read_tmdb5000(write_tmdb(tmp_path, [film()], [people(), people(movie_id=7)]))
    assert source.notes == (f"{CREDITS}: movie_id is not in {MOVIES}, left out: 1 (line 3)",)


@pytest.mark.parametrize("text", ["[{", "", "null", "{}", '["Drama"]', "[{'name': 'Drama'}]", "[" * 100_000])
def test_broken_json_costs_one_field_and_is_told(tmp_path: Path, text: str) -> None:
    """A field that is not a JSON list of objects is read as empty, with column and line in the notes."""
    source = read_tmdb5000(
        write_tmdb(tmp_path, [film(overview="two\nlines"), film(id=2, genres=text)], [people()])
    )
    by_id = {movie.movie_id: movie for movie in source.movies}
    assert by_id[862].genres == ("Animation", "Comedy")
    assert by_id[2].genres == ()
    assert by_id[2].title == "Toy Story"
    assert f"{MOVIES}: genres is not a JSON list of objects, read as empty: 1 (line 4)" in source.notes


def test_broken_json_in_the_credits_is_told_too(tmp_path: Path) -> None:
    """The other file gets the same care."""
    source = read_tmdb5000(write_tmdb(tmp_path, [film()], [people(cast="[{]")]))
    assert source.movies[0].directors == ("John Lasseter",)
    assert source.movies[0].cast == ()
    assert source.notes == (f"{CREDITS}: cast is not a JSON list of objects, read as empty: 1 (line 2)",)


def test_entries_without_a_name_are_counted(tmp_path: Path) -> None:
    """An entry that names nothing is left out and told."""
    genres = [{"id": 18, "name": "Drama"}, {"id": 1}, {"id": 2, "name": ""}, {"id": 3, "name": 7}]
    source = read_tmdb5000(write_tmdb(tmp_path, [film(genres=genres)]))
    assert source.movies[0].genres == ("Drama",)
    assert source.notes == (f"{MOVIES}: entries of genres without name, left out: 1 (line 2)",)


def test_a_column_of_another_format_is_refused(tmp_path: Path) -> None:
    """Eleven films whose genres are Python instead of JSON are another format, not an accident."""
    films = [film(id=number, genres="[{'name': 'Drama'}]") for number in range(1, 12)]
    with pytest.raises(SourceError, match="11 times") as caught:
        read_tmdb5000(write_tmdb(tmp_path, films))
    assert (caught.value.file, caught.value.line) == (str(tmp_path / MOVIES), 2)
    assert caught.value.column == "genres"


@pytest.mark.parametrize(
    ("change", "column", "problem"),
    [
        ({"id": "abc"}, "id", "whole number"),
        ({"id": "862.5"}, "id", "whole number"),
        ({"id": ""}, "id", "whole number"),
        ({"id": -5}, "id", "above 0"),
        ({"id": 862}, "id", "line 2"),
        ({"title": ""}, "title", "needs a title"),
        ({"release_date": "12/10/2009"}, "release_date", "1995-12-15"),
        ({"release_date": "2009"}, "release_date", "1995-12-15"),
        ({"release_date": "2009-13-01"}, "release_date", "1995-12-15"),
        ({"release_date": "0009-01-01"}, "release_date", "1995-12-15"),
        ({"runtime": "long"}, "runtime", "number from"),
        ({"vote_average": ""}, "vote_average", "number from 0 to 10"),
        ({"vote_average": "nan"}, "vote_average", "number from 0 to 10"),
        ({"vote_average": "inf"}, "vote_average", "number from 0 to 10"),
        ({"vote_average": 10.5}, "vote_average", "number from 0 to 10"),
        ({"vote_count": "many"}, "vote_count", "whole number"),
        ({"vote_count": -1}, "vote_count", "number of votes"),
        ({"vote_count": "9" * 30}, "vote_count", "whole number"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    tmp_path: Path, change: dict[str, Any], column: str, problem: str
) -> None:
    """File, line and column are named, and what was expected."""
    write_tmdb(tmp_path, [film(), film(**({"id": 1} | change))])
    with pytest.raises(SourceError, match=problem) as caught:
        read_tmdb5000(tmp_path)
    error = caught.value
    assert (error.file, error.line, error.column) == (str(tmp_path / MOVIES), 3, column)


def test_an_id_that_occurs_twice_in_the_credits_is_refused(tmp_path: Path) -> None:
    """Which of two credits is right cannot be known."""
    write_tmdb(tmp_path, [film()], [people(), people(cast=["Somebody Else"])])
    with pytest.raises(SourceError, match="stands on line 2") as caught:
        read_tmdb5000(tmp_path)
    assert (caught.value.line, caught.value.column) == (3, "movie_id")


@pytest.mark.parametrize("name", [MOVIES, CREDITS])
def test_a_missing_or_empty_file_is_named(tmp_path: Path, name: str) -> None:
    """Each of the two files is needed, with at least one record."""
    file = write_tmdb(tmp_path, [film()]) / name
    header = file.read_text().splitlines()[0]
    for content, problem in ((header, "no records"), ("", "empty"), (None, "no such file")):
        file.unlink() if content is None else file.write_text(content)
        with pytest.raises(SourceError, match=problem) as caught:
            read_tmdb5000(tmp_path)
        assert caught.value.file == str(file)


@pytest.mark.parametrize(
    ("name", "column"),
    [(MOVIES, "id"), (MOVIES, "vote_count"), (MOVIES, "genres"), (CREDITS, "movie_id"), (CREDITS, "crew")],
)
def test_a_missing_column_is_named(tmp_path: Path, name: str, column: str) -> None:
    """A column that is gone, or has another name, is told with its file."""
    file = write_tmdb(tmp_path, [film()]) / name
    header, rest = file.read_text().split("\n", 1)
    names = ["renamed" if each == column else each for each in header.split(",")]
    file.write_text(",".join(names) + "\n" + rest)
    with pytest.raises(SourceError, match="no such column") as caught:
        read_tmdb5000(tmp_path)
    assert (caught.value.file, caught.value.column) == (str(file), column)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_both_files_may_be_in_another_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    """Saved again by an office program, accents are still what they were."""
    write_tmdb(tmp_path, [film(title="Amélie")], [people(cast=["Andrée Damant"])])
    for name in (MOVIES, CREDITS):
        text = (tmp_path / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding=encoding)
    (movie,) = read_tmdb5000(tmp_path).movies
    assert (movie.title, movie.cast) == ("Amélie", ("Andrée Damant",))


def test_latin_1_is_refused_with_file_and_line(tmp_path: Path) -> None:
    """An encoding that does not say what it is would garble every accent; it is refused instead."""
    file = write_tmdb(tmp_path, [film(), film(id=1, title="Amélie")]) / MOVIES
    file.write_bytes(file.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8") as caught:
        read_tmdb5000(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(file), 3)


def test_the_real_files(tmdb5000_dir: Path) -> None:
    """The counts that the files are known by: 4,803 films, 4,689 with credits, 62 without votes."""
    source = read_tmdb5000(tmdb5000_dir)
    movies = source.movies
    assert len(movies) == 4803
    assert sum(bool(movie.directors or movie.cast) for movie in movies) == 4689
    assert sum(movie.votes == 0 for movie in movies) == 62
    assert sum(not movie.keywords for movie in movies) == 412
    assert sum(not movie.genres for movie in movies) == 28
    assert sum(movie.year is None for movie in movies) == 1
    assert [movie.votes for movie in movies] == sorted((movie.votes for movie in movies), reverse=True)
    assert f"{MOVIES}: no genres: 28" in "\n".join(source.notes)
