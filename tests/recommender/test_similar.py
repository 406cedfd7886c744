"""What is like what, and why: in the toy world a person knows the answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import movierec
from movierec.artifact import Movie, write
from movierec.errors import InvalidArgument, MovierecError, UnknownMovie
from movierec.recommender import Pick, Reason, Recommender, open_model
from tests import toy


@pytest.fixture(scope="module")
def recommender(toy_model: Path) -> Recommender:
    return open_model(toy_model)


def pick(recommender: Recommender, movie_id: int, other_id: int) -> Pick:
    """Return the pick of *other_id* among the films like *movie_id*."""
    return next(p for p in recommender.similar(movie_id, 100) if p.movie.movie_id == other_id)


def why(tmp_path: Path, *movies: Movie) -> tuple[Reason, ...]:
    """Return why the second of *movies* is like the first; the others are there to be counted."""
    rows = np.full((len(movies), 1), -1)
    rows[0] = 1
    write(tmp_path / "m", movies, rows, (rows >= 0) * 1.0, about={})
    return open_model(tmp_path / "m").similar(movies[0].movie_id)[0].reasons


# ------------------------------------------------------------------------------- what is like what


@pytest.mark.parametrize("movie_id", [movie.movie_id for movie in toy.MOVIES])
def test_the_stored_neighbours_come_best_first(recommender: Recommender, movie_id: int) -> None:
    """All of them, with their scores (1, 0.95, 0.9, …), and nothing for the padding."""
    picks = recommender.similar(movie_id, 100)
    assert [p.movie.movie_id for p in picks] == toy.neighbours(movie_id)
    assert [p.score for p in picks] == pytest.approx([1 - j / 20 for j in range(len(picks))])


def test_ten_unless_another_number_is_asked_for(recommender: Recommender) -> None:
    """And the same ones first, however many."""
    ten = recommender.similar(toy.TOY_STORY)
    assert len(ten) == 10
    assert ten[0].movie == recommender.by_id(toy.TOY_STORY_2)
    assert recommender.similar(toy.TOY_STORY, k=3) == ten[:3]


def test_more_than_are_stored_are_not_made_up(recommender: Recommender) -> None:
    """Above K, here 14, there are K."""
    assert len(recommender.similar(toy.HEAT, 14)) == len(recommender.similar(toy.HEAT, 10**9)) == 14


@pytest.mark.parametrize("k", [0, -1, -(10**9), 1.0, 1.5, float("nan"), "3", None, True, [3]])
def test_a_number_that_makes_no_sense_is_refused(recommender: Recommender, k: object) -> None:
    """One error, fit for a visitor and for those who expect a ValueError."""
    with pytest.raises(InvalidArgument, match="k must be a whole number of 1 or more") as caught:
        recommender.similar(toy.HEAT, k)  # type: ignore[arg-type]
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, MovierecError)


@pytest.mark.parametrize("movie_id", [0, -2, 999_999, 2**70, "862", "Heat", None, 949.0, True])
def test_an_unknown_film_is_said_to_be_unknown(recommender: Recommender, movie_id: object) -> None:
    """Unknown, negative, not a number: the same error."""
    with pytest.raises(UnknownMovie):
        recommender.similar(movie_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("movie_id", [movie.movie_id for movie in toy.MOVIES])
def test_a_film_is_never_among_its_own_picks(recommender: Recommender, movie_id: int) -> None:
    """Nor is any film there twice."""
    ids = [p.movie.movie_id for p in recommender.similar(movie_id, 100)]
    assert movie_id not in ids
    assert len(set(ids)) == len(ids)


def test_equal_scores_keep_the_stored_order(tmp_path: Path) -> None:
    """Each time the same answer, also where nothing tells the films apart."""
    movies = [Movie(movie_id=10 + row, title="Same") for row in range(5)]
    rows = [[other for other in (3, 1, 4, 0, 2) if other != row] for row in range(5)]
    write(tmp_path / "m", movies, rows, np.full((5, 4), 0.5), about={})
    for _ in range(3):
        assert [p.movie.movie_id for p in open_model(tmp_path / "m").similar(10)] == [13, 11, 14, 12]


def test_a_film_without_neighbours_has_no_picks(tmp_path: Path) -> None:
    """An empty list, not an error."""
    movies = [Movie(movie_id=1, title="Alone"), Movie(movie_id=2, title="Apart")]
    write(tmp_path / "m", movies, [[-1], [-1]], [[0.0], [0.0]], about={})
    assert open_model(tmp_path / "m").similar(1) == []


# ------------------------------------------------------------------------------- why


@pytest.mark.parametrize(
    ("movie_id", "other_id", "texts"),
    [
        (toy.HEAT, toy.INSIDER, ["same director: Michael Mann", "also with Al Pacino"]),
        (toy.HEAT, toy.DARK_KNIGHT, ["also Action, Crime, Drama", "same studio: Warner Bros."]),
        (
            toy.TOY_STORY, toy.TOY_STORY_2,
            ["same series", "same director: John Lasseter", "also with Tom Hanks, Tim Allen",
             "shares: friendship, toy"],
        ),
        (toy.ALIEN, toy.ALIEN_3, ["same series", "also with Sigourney Weaver", "shares: android, xenomorph"]),
        (toy.ALIEN, toy.WALL_E, ["shares: spacecraft"]),
        (toy.WALL_E, toy.UP, ["shares: loneliness", "also Animation, Family"]),
        (toy.UP, toy.NINE, ["also with Christopher Plummer", "also Animation"]),
        (toy.AMELIE, toy.ENGAGEMENT,
         ["same director: Jean-Pierre Jeunet", "also with Audrey Tautou", "shares: love"]),
        (toy.TOY_STORY, toy.ALIEN_3, ["also from the 1990s"]),
        (toy.UNKNOWN_FACTS, toy.DARK_KNIGHT, ["one of the best-known films here"]),
        (toy.ALIEN, toy.UP, ["no fact in common that we know of"]),
    ],
)  # fmt: skip
def test_the_reasons_are_those_that_a_person_would_give(
    recommender: Recommender, movie_id: int, other_id: int, texts: list[str]
) -> None:
    """Series, director, cast, keywords; what they share with half of all films only where that is little."""
    assert [reason.text for reason in pick(recommender, movie_id, other_id).reasons] == texts


def test_every_pick_has_a_reason_and_every_reason_is_true(recommender: Recommender) -> None:
    """Every value that is named stands in both films' records."""
    fields = {"director": "directors", "cast": "cast", "keywords": "keywords", "genres": "genres",
              "studio": "companies"}  # fmt: skip
    for movie in toy.MOVIES:
        for p in recommender.similar(movie.movie_id, 100):
            assert p.reasons
            for reason in p.reasons:
                if reason.kind in fields:
                    assert reason.values
                    assert set(reason.values) <= set(getattr(movie, fields[reason.kind]))
                    assert set(reason.values) <= set(getattr(p.movie, fields[reason.kind]))
                elif reason.kind == "series":
                    assert movie.series == p.movie.series != ""
                    assert movie.title != p.movie.title
                elif reason.kind == "title":
                    assert movie.title == p.movie.title == "Batman"
                elif reason.kind == "decade":
                    assert (
                        reason.values == (f"the {str(movie.year)[:3]}0s",) == (f"the {str(p.movie.year)[:3]}0s",)
                    )
                elif reason.kind == "renown":
                    assert p.movie in toy.MOVIES[:2]  # 0 and 1 are the rows below 15 / 10
                else:
                    assert reason.kind == "unknown"


def test_rare_keywords_come_first_and_three_are_enough(tmp_path: Path) -> None:
    """d in two films, b in three, a and c in four: rarest first, then by the alphabet."""
    reasons = why(
        tmp_path,
        Movie(movie_id=1, title="1", keywords=("c", "a", "b", "d", "only here")),
        Movie(movie_id=2, title="2", keywords=("d", "c", "b", "a", "only there")),
        Movie(movie_id=3, title="3", keywords=("a", "b", "c")),
        Movie(movie_id=4, title="4", keywords=("a", "c")),
    )
    assert reasons == (Reason("keywords", ("d", "b", "a")),)


def test_leading_actors_come_first_and_three_are_enough(tmp_path: Path) -> None:
    """By billing in both films: Z is first here and third there, X second and first, V nobody in either."""
    reasons = why(
        tmp_path,
        Movie(movie_id=1, title="1", cast=("Z", "X", "Y", "W", "V")),
        Movie(movie_id=2, title="2", cast=("X", "Y", "Z", "W", "V")),
    )
    assert reasons == (Reason("cast", ("X", "Z", "Y")),)


def test_who_directed_both_is_not_named_again_for_acting(tmp_path: Path) -> None:
    """One person, one reason."""
    reasons = why(
        tmp_path,
        Movie(movie_id=1, title="1", directors=("Woody Allen",), cast=("Woody Allen", "Diane Keaton")),
        Movie(movie_id=2, title="2", directors=("Woody Allen",), cast=("Diane Keaton", "Woody Allen")),
    )
    assert [reason.text for reason in reasons] == ["same director: Woody Allen", "also with Diane Keaton"]


def test_two_directors_are_two(tmp_path: Path) -> None:
    """The words agree with the number."""
    both = ("Joel Coen", "Ethan Coen")
    reasons = why(
        tmp_path, Movie(movie_id=1, title="1", directors=both), Movie(movie_id=2, title="2", directors=both)
    )
    assert [reason.text for reason in reasons] == ["same directors: Joel Coen, Ethan Coen"]


@pytest.mark.parametrize(
    "word", ["aftercreditsstinger", "duringcreditsstinger", "imax", "3d", "woman director", "sequel"]
)
def test_keywords_that_are_not_about_the_story_are_no_reason(tmp_path: Path, word: str) -> None:
    """Nobody likes a film for a scene after the credits."""
    reasons = why(
        tmp_path, Movie(movie_id=1, title="1", keywords=(word,)), Movie(movie_id=2, title="2", keywords=(word,))
    )
    assert [reason.kind for reason in reasons] == ["unknown"]


@pytest.mark.parametrize(("series", "other"), [("", ""), ("alien", ""), ("", "alien"), ("alien", "aliens")])
def test_two_films_without_a_common_series_are_in_none(tmp_path: Path, series: str, other: str) -> None:
    """Two empty keys are not the same series, nor is a missing year the same decade."""
    reasons = why(
        tmp_path,
        Movie(movie_id=1, title="1", series=series),
        Movie(movie_id=2, title="2", series=other, year=1999),
    )
    assert [reason.kind for reason in reasons] == ["unknown"]


def test_a_name_that_a_film_lists_twice_is_named_once(tmp_path: Path) -> None:
    """Sources repeat themselves."""
    movie = Movie(movie_id=1, title="1", cast=("A", "A"), genres=("Drama", "Drama"))
    reasons = why(tmp_path, movie, Movie(movie_id=2, title="2", cast=("A", "B"), genres=("Drama",)))
    assert [reason.text for reason in reasons] == ["also with A", "also Drama"]


def test_a_page_can_emphasise_the_values() -> None:
    """What leads to them and the values are had apart; together they are the text."""
    reason = Reason("keywords", ("heist", "los angeles"))
    assert (reason.lead, reason.values) == ("shares:", ("heist", "los angeles"))
    assert reason.text == "shares: heist, los angeles"
    assert Reason("series").text == Reason("series").lead == "same series"


# ------------------------------------------------------------------------------- the public door


@pytest.mark.parametrize("form", [Path, str])
def test_a_model_is_opened_from_the_package(toy_model: Path, form: type) -> None:
    """By path or by text, and it answers searches too."""
    rec = movierec.open_model(form(toy_model))
    assert [movie.title for movie in rec.search("amelie", limit=10)] == ["Amélie"]
    assert rec.by_id(toy.HEAT).label == "Heat (1995)"
    assert len(rec.similar(toy.HEAT, k=3)) == 3
