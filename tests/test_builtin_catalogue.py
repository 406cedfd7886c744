"""The built-in catalogue: its form, its breadth, its vocabulary, its words and its facts."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources
from pathlib import Path

from benchmarks import builtin_facts
from movierec.artifact import Movie, fold
from movierec.build.builtin import read_builtin
from movierec.build.sources import read_source

TEXT = (resources.files("movierec.build") / "films.jsonl").read_text(encoding="utf-8")
FILMS = read_builtin().movies
KEYS = [
    "movie_id", "tmdb_id", "title", "original_title", "year", "genres", "directors", "cast", "keywords",
    "countries", "language", "runtime_min", "overview",
]  # fmt: skip
GENRES = {
    "Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy", "History",
    "Horror", "Music", "Mystery", "Romance", "Science Fiction", "TV Movie", "Thriller", "War", "Western",
}  # fmt: skip
LONGEST_OVERVIEW = 240  # characters
RUN = 6  # words in a row that make a copied phrase


def words(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return fold(text).split()


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of RUN words in a text."""
    found = words(text)
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


def test_every_line_has_the_keys_in_their_order_and_is_written_in_one_way() -> None:
    """A changed film is one changed line: same keys, same order, same spacing, no escapes."""
    for line in TEXT.splitlines():
        record = json.loads(line)
        assert list(record) == [key for key in KEYS if key in record]
        assert set(KEYS) - set(record) <= {"original_title"}
        assert line == json.dumps(record, ensure_ascii=False)
        assert record.get("original_title") != record["title"]


def test_a_film_has_everything_that_a_card_and_a_comparison_need() -> None:
    """Genres by TMDB's names, directors, leads, keywords, countries, a language code, a plausible runtime."""
    for film in FILMS:
        assert 1895 <= (film.year or 0) <= 2030, film.label
        assert 1 <= len(film.genres) <= 4, film.label
        assert set(film.genres) <= GENRES, film.label
        assert film.directors, film.label
        assert len(film.cast) <= 5, film.label
        assert len(film.cast) >= 3 or "Documentary" in film.genres, film.label
        assert 5 <= len(film.keywords) <= 10, film.label
        assert film.countries, film.label
        assert re.fullmatch("[a-z]{2}", film.language), film.label
        assert 40 <= (film.runtime_min or 0) <= 600, film.label


def test_an_overview_is_one_or_two_sentences() -> None:
    """Short enough for a card, whole, and typed with care."""
    for film in FILMS:
        assert len(film.overview) <= LONGEST_OVERVIEW, film.label
        assert film.overview[-1] in ".!?", film.label
        assert film.overview[0].isupper() or film.overview[0].isdigit(), film.label
        assert "  " not in film.overview, film.label


def test_no_film_is_there_twice() -> None:
    """Neither an id, nor a title of one year, nor a sentence occurs twice."""
    assert len({film.movie_id for film in FILMS}) == len(FILMS)
    assert len({(fold(film.title), film.year) for film in FILMS}) == len(FILMS)
    assert len({fold(film.overview) for film in FILMS}) == len(FILMS)


def test_no_two_overviews_are_alike() -> None:
    """No two films are told with the same run of six words."""
    counts = Counter(run for film in FILMS for run in runs(film.overview))
    assert [" ".join(run) for run, count in counts.items() if count > 1] == []


def test_there_is_something_for_everyone() -> None:
    """Every decade from the 1920s, twenty countries, sixty films not in English, every common genre."""
    assert len(FILMS) >= 300
    decades = Counter((film.year or 0) // 10 * 10 for film in FILMS)
    assert all(decades[decade] >= 10 for decade in range(1920, 2030, 10))
    assert len({country for film in FILMS for country in film.countries}) >= 20
    assert sum(film.language != "en" for film in FILMS) >= 60
    genres = Counter(genre for film in FILMS for genre in film.genres)
    assert all(genres[genre] >= 10 for genre in GENRES - {"TV Movie"})


def test_the_vocabulary_is_shared() -> None:
    """At least nine of ten uses of a keyword are of one that three films or more carry."""
    counts = Counter(keyword for film in FILMS for keyword in film.keywords)
    shared = sum(count for count in counts.values() if count >= 3)
    assert shared >= 0.9 * counts.total()


def test_a_keyword_has_one_spelling() -> None:
    """No two keywords differ only in case, accents or punctuation, or in an s at the end."""
    keywords = {keyword for film in FILMS for keyword in film.keywords}
    folded = Counter(fold(keyword) for keyword in keywords)
    assert [keyword for keyword, count in folded.items() if count > 1] == []
    assert [keyword for keyword in folded if f"{keyword}s" in folded] == []


def test_a_person_has_one_spelling() -> None:
    """A name is written alike in every film, or its films would not find each other."""
    people = {name for film in FILMS for name in (*film.directors, *film.cast)}
    folded = Counter(fold(name).replace(" ", "") for name in people)
    assert [name for name, count in folded.items() if count > 1] == []


def test_no_phrase_is_taken_from_tmdb(data_dir: Path) -> None:
    """No overview shares six words in a row with any overview or tagline of TMDB-5000."""
    theirs = {
        run: film.label
        for film in read_source("tmdb5000", data_dir / "tmdb-5000").movies
        for text in (film.overview, film.tagline)
        for run in runs(text)
    }
    shared = {film.label: run for film in FILMS for run in runs(film.overview) if run in theirs}
    assert shared == {}


def test_the_facts_agree_with_other_data(data_dir: Path) -> None:
    """Ids, titles, years, directors, genres, countries, languages, runtimes: no unexplained disagreement."""
    tmdb, movielens = builtin_facts.read_tmdb(data_dir), builtin_facts.read_movielens(data_dir)
    compared, found = builtin_facts.compare(FILMS, tmdb, movielens)
    assert compared["title"] > 300
    assert [str(disagreement) for disagreement in found if not disagreement.reason] == []


def test_a_wrong_fact_is_found() -> None:
    """The comparison that the facts pass can fail: one fact wrong in each of these."""
    right = Movie(
        movie_id=1, tmdb_id=1, title="Heat", original_title="Heat", year=1995, genres=("Crime",), language="en",
        directors=("Michael Mann",), countries=("United States of America",), runtime_min=170,
    )  # fmt: skip
    heat = builtin_facts._listed("Heat (1995)", "Action|Crime")
    for wrong in (
        {"title": "Heath", "original_title": "Heath"}, {"year": 1993}, {"genres": ("Romance",)},
        {"language": "fr"}, {"directors": ("Bong Joon-ho",)}, {"countries": ("France",)}, {"runtime_min": 70},
    ):  # fmt: skip
        film = Movie(**{**{name: getattr(right, name) for name in right.__dataclass_fields__}, **wrong})
        _, found = builtin_facts.compare([film], {1: right}, {1: heat})
        assert found
    assert builtin_facts.compare([right], {1: right}, {1: heat})[1] == []


def test_movielens_titles_are_read_with_their_articles_in_front() -> None:
    """A title, its other titles and its year are told apart."""
    listed = builtin_facts._listed("Hate (Haine, La) (1995)", "Crime|Film-Noir|Sci-Fi")
    assert listed.titles == {"hate", "la haine"}
    assert listed.year == 1995
    assert listed.genres == {"Crime", "Science Fiction"}
