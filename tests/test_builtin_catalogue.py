"""The built-in catalogue: its form, its breadth, its vocabulary, its words, its facts and its neighbours."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from benchmarks import builtin_facts, builtin_neighbours
from movierec.artifact import Movie, fold
from movierec.build.builtin import read_builtin
from movierec.build.pipeline import build
from movierec.build.series import load_series, rows_of
from movierec.build.sources import read_source
from movierec.recommender import Recommender, open_model

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
MUSICALS = "musical"  # a keyword: TMDB has no such genre
WOMEN = {
    "Agnès Varda", "Alice Rohrwacher", "Amy Heckerling", "Ana Lily Amirpour", "Andrea Arnold", "Ava DuVernay",
    "Barbara Kopple", "Catherine Hardwicke", "Celine Song", "Chantal Akerman", "Charlotte Wells", "Chloé Zhao",
    "Claire Denis", "Coralie Fargeat", "Céline Sciamma", "Debra Granik", "Deniz Gamze Ergüven", "Domee Shi",
    "Emerald Fennell", "Gillian Armstrong", "Greta Gerwig", "Gurinder Chadha", "Haifaa al-Mansour",
    "Jane Campion", "Jasmila Žbanić", "Jennie Livingston", "Jennifer Kent", "Jennifer Lee", "Jennifer Yuh Nelson",
    "Julie Dash", "Julie Taymor", "Justine Triet", "Kathryn Bigelow", "Kimberly Peirce", "Lana Wachowski",
    "Larisa Shepitko", "Laura Poitras", "Lilly Wachowski", "Lina Wertmüller", "Maren Ade", "Marjane Satrapi",
    "Mary Harron", "Mira Nair", "Nadine Labaki", "Niki Caro", "Nora Ephron", "Patty Jenkins", "Payal Kapadia",
    "Penny Marshall", "Phyllida Lloyd", "Sara Dosa", "Sarah Polley", "Sharon Maguire", "Sian Heder",
    "Sofia Coppola", "Věra Chytilová", "Waad al-Kateab",
}  # fmt: skip
WHOLE_SERIES = {
    "Toy Story", "The Dark Knight", "Star Wars, the first", "Star Wars, the prequels", "The Lord of the Rings",
    "The Hobbit", "Harry Potter", "Pirates of the Caribbean", "Indiana Jones", "Back to the Future",
    "The Godfather", "Alien", "The Matrix", "Spider-Man", "Iron Man", "Captain America",
    "How to Train Your Dragon", "The Hunger Games", "Ocean's", "Jurassic Park", "Planet of the Apes, anew",
    "Star Trek, anew", "Before", "Dollars", "Kill Bill", "Three Flavours Cornetto", "James Bond, Craig's",
}  # fmt: skip
LARGEST_MODEL = 3_000_000  # bytes
LONGEST_OVERVIEW = 240  # characters
RUN = 6  # words in a row that make a copied phrase


def words(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return fold(text).split()


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of RUN words in a text."""
    found = words(text)
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


@pytest.fixture(scope="module")
def recommender(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    """The catalogue's own model."""
    return open_model(build("builtin", None, tmp_path_factory.mktemp("builtin") / "model").path)


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
        whole = re.sub(r"\b(Dr|Mr|Mrs|St|Jr)\. ", "", film.overview)
        assert len(re.findall(r"[.!?](?= |$)", whole)) <= 2, film.label
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
    """Every decade from the 1920s, thirty countries, 250 films not in English, every genre but two."""
    assert len(FILMS) >= 1000
    decades = Counter((film.year or 0) // 10 * 10 for film in FILMS)
    assert sum(count for decade, count in decades.items() if decade < 1930) >= 15
    assert {decade for decade in range(1930, 1970, 10) if decades[decade] < 25} == set()
    assert {decade for decade in range(1970, 2020, 10) if decades[decade] < 90} == set()
    assert decades[2020] >= 60
    assert len({country for film in FILMS for country in film.countries}) >= 30
    assert sum(film.language != "en" for film in FILMS) >= 250
    genres = Counter(genre for film in FILMS for genre in film.genres)
    assert {genre for genre in GENRES - {"TV Movie", "Music"} if genres[genre] < 25} == set()
    assert sum(MUSICALS in film.keywords for film in FILMS) >= 25
    assert sum(not WOMEN.isdisjoint(film.directors) for film in FILMS) >= 60


def test_the_best_known_come_first(data_dir: Path) -> None:
    """Of the films that TMDB-5000 has too, the first hundred have more votes, at the median, than later ones."""
    votes = {film.movie_id: film.votes for film in read_source("tmdb5000", data_dir / "tmdb-5000").movies}
    known = [votes[film.movie_id] for film in FILMS if film.movie_id in votes]
    medians = [sorted(known[start : start + 100])[50] for start in range(0, len(known) - 100, 100)]
    assert medians[0] == max(medians)
    assert medians[-1] < medians[0] / 3


def test_famous_series_are_whole() -> None:
    """Every film of these is there, as far as the list of series goes."""
    lacking = {
        series.name
        for series in load_series()
        if series.name in WHOLE_SERIES and len(rows_of(series, FILMS)) < len(series.films)
    }
    assert lacking == set()
    assert {series.name for series in load_series()} >= WHOLE_SERIES


def test_siblings_find_each_other(recommender: Recommender) -> None:
    """Whatever films of a series are there are among the ten most like each of them, alike in title or not."""
    lost = []
    for series in load_series():
        films = [FILMS[row] for row in rows_of(series, FILMS)]
        for film in films:
            found = {pick.movie.movie_id for pick in recommender.similar(film.movie_id, 10)}
            lost += [(film.label, other.label) for other in films if other.movie_id not in found | {film.movie_id}]
    assert lost == []


def test_films_like_well_known_ones_have_reasons(recommender: Recommender) -> None:
    """Of the first five films like each of forty, four or more share a series, a person, or two other things."""
    shown = [film for film in FILMS if (film.title, film.year) in builtin_neighbours.WELL_KNOWN]
    assert len(shown) == 40
    first = {film.label: recommender.similar(film.movie_id, 5) for film in shown}
    few = [film.label for film in shown if builtin_neighbours.explained_first(film, first[film.label]) < 4]
    assert few == []


def test_two_of_what_is_left_explain_a_film() -> None:
    """One keyword does not, nor a pair of genres; together they do, as do two keywords, or one person."""
    one = Movie(
        movie_id=1, title="a", genres=("Drama", "War"), keywords=("sea", "ship"), cast=("A",), directors=("D",)
    )  # fmt: skip
    for other, expected in (
        ({"keywords": ("sea",)}, False),
        ({"genres": ("War", "Drama")}, False),
        ({"genres": ("War",), "keywords": ("sea",)}, False),
        ({"genres": ("War", "Drama"), "keywords": ("sea",)}, True),
        ({"keywords": ("ship", "sea")}, True),
        ({"cast": ("A",)}, True),
        ({"directors": ("D",)}, True),
    ):
        assert builtin_neighbours.explained(one, Movie(movie_id=2, title="b", **other)) is expected


def test_the_model_is_small(recommender: Recommender) -> None:
    """Three megabytes at most, so that it can be made and shipped anywhere."""
    path = recommender.catalogue.artifact.path
    assert sum(file.stat().st_size for file in path.iterdir()) <= LARGEST_MODEL


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
    assert min(compared.values()) > 400
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
