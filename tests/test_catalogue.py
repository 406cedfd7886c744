"""Films by id, by row, and by whatever somebody types."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movierec.artifact import Movie, open_artifact, write
from movierec.catalogue import Catalogue
from movierec.errors import ArtifactMismatch, UnknownMovie
from tests import toy

TITLES = (  # in order of renown: what is typed in full is less known than what begins like it
    "Upside Down",
    "Up",
    "9 to 5",
    "9",
    "21 Jump Street",
    "21",
    "300: Rise of an Empire",
    "300",
    "Oh Brother",
    "O",
    "Schindler's List",
    "Spider-Man 2",
    "M*A*S*H",
    "Fast & Furious",
    "Straße der Träume",
    "Brødre",
    "Pokémon",
    "Сталкер",
    "千と千尋の神隠し",
    "기생충",
    "كفرناحوم",
    "ואלס עם באשיר",
    "Ελένη",
    "The American Dream",
    "American Then",
    "$",
    "ห้องสมุด",
    "𞤀𞤣𞤤𞤢𞤥 𞤨𞤵𞤤𞤢𞤪",
    "100% Wolf",
    "Toys",
    "AND",
    "<img src=x onerror=alert(1)>",
)


@pytest.fixture(scope="module")
def catalogue(toy_model: Path) -> Catalogue:
    return Catalogue(open_artifact(toy_model))


@pytest.fixture(scope="module")
def of_titles(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A catalogue of films that have a title and nothing else."""
    movies = [Movie(movie_id=100 + row, title=title) for row, title in enumerate(TITLES)]
    nothing = np.full((len(movies), 1), -1)
    path = write(tmp_path_factory.mktemp("titles") / "m", movies, nothing, np.zeros(nothing.shape), about={})
    return Catalogue(open_artifact(path))


# ------------------------------------------------------------------------------- by id and row


def test_films_come_back_as_they_were_written(catalogue: Catalogue) -> None:
    """Every field of every film, by id, by row and in a list."""
    ids = [movie.movie_id for movie in toy.MOVIES]
    assert [catalogue.by_id(movie_id) for movie_id in ids] == list(toy.MOVIES)
    assert catalogue.movies(ids) == list(toy.MOVIES)
    assert catalogue.at_rows(range(len(toy.MOVIES))) == list(toy.MOVIES)
    assert len(catalogue) == 15


def test_lists_keep_the_order_in_which_was_asked(catalogue: Catalogue) -> None:
    """Also with repetitions; rows may be numpy's integers."""
    asked = [toy.HEAT, toy.UP, toy.HEAT]
    assert [movie.movie_id for movie in catalogue.movies(asked)] == asked
    assert [movie.title for movie in catalogue.at_rows(np.array([7, 2]))] == ["Heat", "Up"]
    assert catalogue.movies([]) == []


def test_films_are_named_by_title_and_two_of_one_title_with_their_year(catalogue: Catalogue) -> None:
    """The order in which was asked makes no difference; a film whose year is unknown is still named."""
    rows = {movie.label: row for row, movie in enumerate(toy.MOVIES)}
    asked = [rows[label] for label in ("Batman (1966)", "Heat (1995)", "Batman (1989)", "Untold")]
    assert list(map(catalogue.names(asked).get, asked)) == ["Batman (1966)", "Heat", "Batman (1989)", "Untold"]
    assert catalogue.names(asked[:2]) == {asked[0]: "Batman", asked[1]: "Heat"}
    assert catalogue.names(np.array(asked[:1] * 2)) == {asked[0]: "Batman"}
    assert catalogue.names([]) == {}


def test_films_that_another_model_had_are_left_out(catalogue: Catalogue) -> None:
    """What somebody liked elsewhere may be unknown here, or no id at all; the order stays, twice stays twice."""
    asked = [toy.HEAT, 999_999, toy.UNKNOWN_FACTS, "862", None, 2**70, toy.HEAT]
    assert catalogue.known(asked) == [toy.HEAT, toy.UNKNOWN_FACTS, toy.HEAT]  # type: ignore[arg-type]
    assert catalogue.known([]) == []


def test_a_row_is_a_position_not_an_id(catalogue: Catalogue) -> None:
    """Heat has id 949 and is the eighth best-known film."""
    assert catalogue.row_of(toy.HEAT) == 7
    assert catalogue.row_of(toy.UNKNOWN_FACTS) == 14
    assert catalogue.rows_of([toy.UNKNOWN_FACTS, toy.HEAT, toy.UNKNOWN_FACTS]) == [14, 7, 14]
    assert catalogue.rows_of([]) == []


def test_the_first_unknown_film_of_many_is_named(catalogue: Catalogue) -> None:
    """Films are looked up all at once; the error is about the one that comes first."""
    with pytest.raises(UnknownMovie) as caught:
        catalogue.rows_of([toy.HEAT, 555_555, 444_444, True])
    assert caught.value.movie_id == 555_555


@pytest.mark.parametrize(
    "movie_id",
    [0, 1, 7, -2, 999_999, 2**63, -(2**70), "862", "x", "", None, 862.0, float("nan"), True, [862], b"862"],
)
@pytest.mark.parametrize("ask", ["by_id", "row_of", "movies"])
def test_what_is_not_the_id_of_a_film_is_unknown(catalogue: Catalogue, ask: str, movie_id: object) -> None:
    """Whatever a browser sends, there is one error; -1 is a film here, -2 is not."""
    with pytest.raises(UnknownMovie):
        getattr(catalogue, ask)([movie_id] if ask == "movies" else movie_id)


@pytest.mark.parametrize(
    ("limit", "titles"),
    [(2, ["The Dark Knight", "WALL·E"]), (0, []), (-1, []), (99, [m.title for m in toy.MOVIES])],
)
def test_the_best_known_films_come_in_order_of_renown(catalogue: Catalogue, limit: int, titles: list[str]) -> None:
    """As many as there are, at most."""
    assert [movie.title for movie in catalogue.best_known(limit)] == titles


@pytest.mark.parametrize(
    ("genre", "titles"),
    [
        ("Crime", ["The Dark Knight", "Heat", "Batman"]), ("Music", []), ("Cri", []), ('Crime"', []), ("%", []),
        ("Science Fiction", ["Alien", "Alien³", "9"]),
    ],
)  # fmt: skip
def test_the_best_known_films_of_a_genre(catalogue: Catalogue, genre: str, titles: list[str]) -> None:
    """Of its whole name, in order of renown."""
    assert [movie.title for movie in catalogue.best_known(9, genre=genre)] == titles
    assert [movie.title for movie in catalogue.best_known(1, genre=genre)] == titles[:1]


def test_genres_are_listed_once_in_alphabetical_order(catalogue: Catalogue) -> None:
    """For a person to choose from."""
    assert catalogue.genres() == (
        "Action", "Adventure", "Animation", "Comedy", "Crime", "Drama",
        "Family", "Fantasy", "Horror", "Romance", "Science Fiction", "Thriller",
    )  # fmt: skip


def test_it_is_known_how_many_films_share_a_fact(catalogue: Catalogue) -> None:
    """Counted by hand: toy in two films, spacecraft in two, paris in one, zombie in none."""
    counts = catalogue.films_with("keywords", ["toy", "spacecraft", "paris", "zombie"])
    assert counts == {"toy": 2, "spacecraft": 2, "paris": 1}
    assert catalogue.films_with("genres", ["Horror"]) == {"Horror": 2}
    assert catalogue.films_with("keywords", []) == {}


def test_a_film_that_names_a_fact_twice_counts_once(tmp_path: Path) -> None:
    """Sources repeat themselves."""
    movies = [Movie(movie_id=1, title="1", keywords=("toy", "toy"))]
    catalogue = Catalogue(open_artifact(write(tmp_path / "m", movies, [[-1]], [[0.0]], about={})))
    assert catalogue.films_with("keywords", ["toy"]) == {"toy": 1}


# ------------------------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("toy sto", ["Toy Story (1995)", "Toy Story 2 (1999)"]),
        ("sto to", ["Toy Story (1995)", "Toy Story 2 (1999)"]),
        ("toy story 2", ["Toy Story 2 (1999)"]),
        ("walle", ["WALL·E (2008)"]),
        ("wall-e", ["WALL·E (2008)"]),
        ("WALL·E", ["WALL·E (2008)"]),
        ("wal", ["WALL·E (2008)"]),
        ("alien3", ["Alien³ (1992)"]),
        ("alien 3", ["Alien³ (1992)"]),
        ("ALIEN³", ["Alien³ (1992)"]),
        ("alien", ["Alien (1979)", "Alien³ (1992)"]),
        ("amelie", ["Amélie (2001)"]),
        ("AMÉL", ["Amélie (2001)"]),
        ("fabuleux destin", ["Amélie (2001)"]),
        ("d'Amelie", ["Amélie (2001)"]),
        ("fiancailles", ["A Very Long Engagement (2004)"]),
        ("batman", ["Batman (1989)", "Batman (1966)"]),
        ("batman 1966", ["Batman (1966)"]),
        ("Batman (1966)", ["Batman (1966)"]),
        ("Batman (1989)", ["Batman (1989)"]),
        ("9", ["9 (2009)"]),
        ("up", ["Up (2009)"]),
        ("  heat  ", ["Heat (1995)", "The Dark Knight (2008)"]),  # which is with Heath Ledger
        ("heat.", ["Heat (1995)", "The Dark Knight (2008)"]),
        ("untold", ["Untold"]),
        ("heatt", ["Heat (1995)", "The Dark Knight (2008)"]),
        ("heating", []),
        ("tory", []),
    ],
)
def test_films_are_found_as_people_type_them(catalogue: Catalogue, text: str, labels: list[str]) -> None:
    """Accents, capitals and punctuation make no difference; words may be begun, in any order."""
    assert [movie.label for movie in catalogue.search(text)] == labels


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("up", ["Up", "Upside Down"]),
        ("9", ["9", "9 to 5"]),
        ("21", ["21", "21 Jump Street"]),
        ("300", ["300", "300: Rise of an Empire"]),
        ("O", ["O", "Oh Brother", "300: Rise of an Empire", "<img src=x onerror=alert(1)>"]),
        ("schindlers li", ["Schindler's List"]),
        ("schindler's li", ["Schindler's List"]),
        ("spiderm", ["Spider-Man 2"]),
        ("spider man", ["Spider-Man 2"]),
        ("mash", ["M*A*S*H"]),
        ("m.a.s.h.", ["M*A*S*H"]),
        ("fast and fu", ["Fast & Furious"]),
        ("fast & fu", ["Fast & Furious"]),
        ("strasse", ["Straße der Träume"]),
        ("traume", ["Straße der Träume"]),
        ("brodre", ["Brødre"]),
        ("POKEMON", ["Pokémon"]),
        ("сталк", ["Сталкер"]),
        ("千と千尋", ["千と千尋の神隠し"]),
        ("기생", ["기생충"]),
        ("كفرن", ["كفرناحوم"]),
        ("ואלס באש", ["ואלס עם באשיר"]),
        ("ελενη", ["Ελένη"]),
        ("ห้อง", ["ห้องสมุด"]),
        ("𞤨𞤵𞤤", ["𞤀𞤣𞤤𞤢𞤥 𞤨𞤵𞤤𞤢𞤪"]),
        ("$", ["$"]),
        ("100%", ["100% Wolf"]),
        ("the a", ["The American Dream", "American Then"]),
        ("american am a", ["The American Dream", "American Then"]),
        ("and", ["AND", "Fast & Furious"]),
        ("AND", ["AND", "Fast & Furious"]),
        ("<img", ["<img src=x onerror=alert(1)>"]),
    ],
)
def test_exact_titles_come_first_then_renown(of_titles: Catalogue, text: str, titles: list[str]) -> None:
    """A short title does not drown among longer and better-known ones; other scripts are found too."""
    assert [movie.title for movie in of_titles.search(text)] == titles


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\t\n", "%", "_", "\\", "'", '"', "*", "(", ")", "NEAR(", "NOT", "title_words:x", "-toy", "^toy",
        "{toy}", "\x00", "\x1b[31m", "😀", "👨\u200d👩\u200d👧", "\u202etoy\u202c", "\ud800", "\udfff toy",
        "x" * 10_000, "a " * 5_000, "a b c d e f g h i j k l m", "'; DROP TABLE films; --", '"toy"* OR "a"*',
        "toy\x00", "\u0301", "ﷺ" * 300,
    ],
)  # fmt: skip
def test_no_text_is_an_error(catalogue: Catalogue, of_titles: Catalogue, text: str) -> None:
    """Signs, operators, control characters, half characters and endless texts are just text."""
    for some in (catalogue, of_titles):
        for movie in some.search(text):
            assert isinstance(movie, Movie)


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "*", '"', "\x00", "😀", "x" * 10_000])
def test_nothing_to_look_for_finds_nothing(catalogue: Catalogue, text: str) -> None:
    """A sign is not a wildcard."""
    assert catalogue.search(text) == []


@pytest.mark.parametrize("text", ["toy\x00", "toy\u202e", "\udfff toy", "toy %", "*toy*", "\x1btoy"])
def test_signs_around_a_word_are_ignored(catalogue: Catalogue, text: str) -> None:
    """The word is still found."""
    assert [movie.title for movie in catalogue.search(text)] == ["Toy Story", "Toy Story 2"]


@given(text=st.text())
@settings(max_examples=200)
def test_any_text_is_answered(toy_model: Path, text: str) -> None:
    """Never an error, never more than was asked for, never a film twice."""
    found = Catalogue(open_artifact(toy_model)).search(text, limit=3)
    assert len(found) <= 3
    assert len({movie.movie_id for movie in found}) == len(found)


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (2, 2), (0, 0), (-1, 0), (1_000, 2)])
def test_at_most_as_many_as_were_asked_for(catalogue: Catalogue, limit: int, count: int) -> None:
    """Two films have a word that begins with b; no limit is an error."""
    assert len(catalogue.search("b", limit=limit)) == count


def test_a_limit_is_filled_although_exact_titles_are_found_twice(of_titles: Catalogue) -> None:
    """The exact title counts once, and the places after it go to others."""
    assert [movie.title for movie in of_titles.search("up", limit=2)] == ["Up", "Upside Down"]
    assert [movie.title for movie in of_titles.search("up", limit=1)] == ["Up"]


def test_a_title_comes_before_the_same_original_title(tmp_path: Path) -> None:
    """Although the film that once bore it is better known."""
    movies = [Movie(movie_id=1, title="Sun", original_title="Hitze"), Movie(movie_id=2, title="Hitze")]
    path = write(tmp_path / "m", movies, [[-1], [-1]], [[0.0], [0.0]], about={})
    assert [movie.title for movie in Catalogue(open_artifact(path)).search("hitze")] == ["Hitze", "Sun"]


def test_what_is_asked_of_the_index_is_bounded(toy_model: Path) -> None:
    """However long the text: at most eight words and three single letters, and none that says nothing new."""
    catalogue = Catalogue(open_artifact(toy_model))
    asked: list[str] = []
    catalogue.artifact.connection.set_trace_callback(asked.append)
    catalogue.search("p q r s t " + " ".join(f"{letter}word" for letter in "abcdefghijklmn"))
    catalogue.search("s st sta star star")
    assert [query.count('"*') for query in asked if "MATCH '(\"" in query and "title_words" in query] == [8 + 3, 1]


def test_a_text_of_megabytes_is_answered_at_once(catalogue: Catalogue) -> None:
    """Only its beginning is read: folding all of it would take ten seconds."""
    start = time.perf_counter()
    catalogue.search("toy Ünd " * 5_000_000)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("title", [movie.label for movie in toy.MOVIES] + [movie.title for movie in toy.MOVIES])
def test_every_film_is_found_first_by_its_own_name(catalogue: Catalogue, title: str) -> None:
    """By title and by label, but for the Batman of 1966, whose bare title is that of a better-known film too."""
    first = catalogue.search(title)[0]
    assert title in (first.title, first.label)


# ------------------------------------------------------------------------------- faults


def test_threads_may_share_a_catalogue(catalogue: Catalogue) -> None:
    """The server looks films up from a pool of threads; each gets its own answers."""
    wrong: list[object] = []
    start = threading.Barrier(8)

    def ask(movie: Movie) -> None:
        start.wait()
        for _ in range(100):
            found = catalogue.search(movie.label)[0], catalogue.by_id(movie.movie_id)
            if found != (movie, movie):
                wrong.append(found)

    threads = [threading.Thread(target=ask, args=(movie,)) for movie in toy.MOVIES[:8]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def _zeros(content: bytes) -> bytes:
    return bytes(len(content))


def _without_lists(content: bytes) -> bytes:
    return content.replace(b'["', b"[[")


@pytest.mark.parametrize("damage", [_zeros, _without_lists])
@pytest.mark.parametrize(
    "ask", [lambda c: c.search("toy story"), lambda c: c.by_id(toy.TOY_STORY), lambda c: c.best_known(5)]
)
def test_damage_inside_the_file_is_a_named_error(
    toy_model: Path, tmp_path: Path, damage: Callable[[bytes], bytes], ask: Callable[[Catalogue], object]
) -> None:
    """Opening does not read the catalogue; what a later look finds is told with the file's name."""
    model = tmp_path / "m"
    model.mkdir()
    for file in toy_model.iterdir():
        content = file.read_bytes()
        (model / file.name).write_bytes(damage(content) if file.name == "catalogue.sqlite" else content)
    catalogue = Catalogue(open_artifact(model))
    with pytest.raises(ArtifactMismatch, match=r"catalogue\.sqlite"):
        ask(catalogue)


def test_a_row_that_is_not_there_is_a_named_error(catalogue: Catalogue) -> None:
    """Arrays that point outside the catalogue are the model's fault."""
    with pytest.raises(ArtifactMismatch, match="row 15"):
        catalogue.at_rows([15])
    with pytest.raises(ArtifactMismatch, match="2 films were asked for, 1 found"):
        catalogue.names([0, 15])
