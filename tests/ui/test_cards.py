"""Films as plain data for the page."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from movierec.artifact import Movie
from movierec.recommender import Reason
from movierec.ui import cards, components

NBSP = "\N{NO-BREAK SPACE}"
HEAT = Movie(
    movie_id=949, title="Heat", original_title="Heat", year=1995, genres=("Crime", "Drama", "Thriller", "Action"),
    directors=("Michael Mann",), cast=("Al Pacino", "Robert De Niro", "Val Kilmer", "Jon Voight", "Tom Sizemore"),
    keywords=tuple("abcdefghi"), runtime_min=170, overview="A thief and a detective.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("person", "by"),
    [
        ("", "Joel Coen, Ethan Coen"),
        ("Ethan Coen", "Ethan Coen, Joel Coen"),
        ("A. Third", "A. Third, Joel Coen"),
        ("Steve Buscemi", "with Steve Buscemi"),
    ],
)
def test_an_option_tells_whose_film_it_is(person: str, by: str) -> None:
    """The directors, first the one by whose name it was found; or the actor."""
    movie = Movie(
        movie_id=1, title="F", directors=("Joel Coen", "Ethan Coen", "A. Third"), cast=("Steve Buscemi",)
    )
    assert cards.option(movie, person=person)["by"] == by


@pytest.mark.parametrize(
    ("reason", "parts"),
    [
        (Reason("director", ("Michael Mann",)), [["same director: ", False], ["Michael Mann", True]]),
        (
            Reason("keywords", ("heist", "los angeles")),
            [["shares: ", False], ["heist", True], [", ", False], ["los angeles", True]],
        ),
        (Reason("series"), [["same series", True]]),
        (
            Reason("director", ("Michael Mann",), "Heat"),
            [["same director as Heat: ", False], ["Michael Mann", True]],
        ),
        (
            Reason("likes", ("Heat", "Up", "Alien", "9", "Amélie")),
            [
                ["because you liked ", False],
                ["Heat", True],
                [", ", False],
                ["Up", True],
                [", ", False],
                ["Alien", True],
                [" and 2 more", False],
            ],
        ),
        (Reason("unknown"), [["no fact in common that we know of", False]]),
        # A value that is one of the words before it is still the one meant.
        (Reason("cast", ("with", "also")), [["also with ", False], ["with", True], [", ", False], ["also", True]]),
    ],
)
def test_what_two_films_share_is_marked(reason: Reason, parts: list[object]) -> None:
    """The values of a reason, and nothing but them; together the parts are its text."""
    found = cards._parts(reason)
    assert "".join(str(text) for text, _ in found) == reason.text
    assert found == parts


@pytest.mark.parametrize(
    ("likes", "text"),
    [
        (("Heat",), "because you liked Heat"),
        (("Heat", "Up"), "because you liked Heat and Up"),
        (("Heat", "Up", "9"), "because you liked Heat, Up and 9"),
    ],
)
def test_likes_are_named_as_people_say_it(likes: tuple[str, ...], text: str) -> None:
    """With an "and" before the last, all of them emphasised."""
    parts = cards._parts(Reason("likes", likes))
    assert "".join(str(part) for part, _ in parts) == text
    assert [part for part, shared in parts if shared] == list(likes)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(170, "2_h_50_min"), (60, "1_h"), (59, "59_min"), (0, ""), (None, ""), (121, "2_h_1_min")],
)
def test_a_running_time_is_written_for_people(minutes: int | None, text: str) -> None:
    """Hours and minutes, neither when it is nought, never parted by the end of a line."""
    film = Movie(movie_id=1, title="X", runtime_min=minutes)
    assert cards.details(film)["meta"] == ([text.replace("_", NBSP)] if text else [])


def test_details_are_few_and_in_order() -> None:
    """What is known about a film, cut to what a person reads."""
    details = cards.details(HEAT)
    assert details["meta"] == ["1995", "Crime, Drama, Thriller", f"2{NBSP}h{NBSP}50{NBSP}min"]
    assert details["cast"] == ["Al Pacino", "Robert De Niro", "Val Kilmer", "Jon Voight"]
    assert details["keywords"] == list("abcdefg")
    assert details["original_title"] == "", "the same title need not stand there twice"


def test_the_colour_is_the_first_genres_give_or_take() -> None:
    """Always the same for a film; close together within a genre; never outside the circle."""
    hues = {
        cards.card(Movie(movie_id=number, title="X", genres=("Crime", "Drama")))["hue"] for number in range(200)
    }
    assert hues == {hue % 360 for hue in range(18 - 21, 18 + 22)}
    assert cards.card(HEAT)["hue"] == cards.card(HEAT)["hue"]
    for genres in ((), ("Foreign Noir",)):
        assert 0 <= cards.card(Movie(movie_id=-5, title="X", genres=genres))["hue"] < 360


def test_every_motif_is_drawn() -> None:
    """The style sheet knows each number that a card can have, negative ids included."""
    style = (Path(components.__file__).parent / "poster.css").read_text("utf-8")
    for number in range(-20, 20):
        motif = cards.card(Movie(movie_id=number, title="X"))["motif"]
        assert f'[data-motif="{motif}"]' in style


def test_cards_are_plain_data() -> None:
    """They go over the wire as JSON, texts as they are."""
    film = Movie(movie_id=1, title="<img src=x onerror=alert(1)>", overview="\u202e & \x00")
    view = cards.pick_view([film], [], turn=1, back=[])
    assert json.loads(json.dumps(view))["pick"]["title"] == film.title
    assert view["films"] == []
    assert view["empty"]
    assert view["say"] == "No films like <img src=x onerror=alert(1)>"


def test_a_genre_that_no_poster_has_room_for_is_told_in_short() -> None:
    """In the colour of the whole."""
    alien = dataclasses.replace(HEAT, genres=("Science Fiction",))
    assert cards.card(alien)["genre"] == "Sci-Fi"
    assert abs(cards.card(alien)["hue"] - 232) <= 21
