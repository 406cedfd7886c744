"""What the list "For you" shows, and where: what stays, what goes, what comes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from movierec.artifact import Movie
from movierec.catalogue import Catalogue
from movierec.library import Preferences
from movierec.recommender import Pick, Reason
from movierec.ui.taste import for_you_view
from tests.toy import ALIEN, HEAT, MOVIES, TOY_STORY, TOY_STORY_2, UP, WALL_E
from tests.ui.conftest import Visit
from tests.ui.test_likes import for_you, grid, rate, user_id_of


def picks(*movie_ids: int) -> list[Pick]:
    reason = Reason("likes", ("Heat",))
    return [Pick(Movie(movie_id=movie_id, title=f"Film {movie_id}"), 1.0, (reason,)) for movie_id in movie_ids]


def places(view: dict[str, Any]) -> list[int]:
    return [film["movie_id"] for film in view["films"]]


def test_what_still_belongs_stays_where_it_is() -> None:
    """3 is liked and goes: 5, which is new, takes its place, though it is the best; 1, 2 and 4 do not move."""
    shown = for_you_view(picks(1, 2, 3, 4), empty="")["films"]
    assert places(for_you_view(picks(5, 4, 2, 1), shown=shown, empty="")) == [1, 2, 5, 4]


def test_when_fewer_films_are_left_the_list_closes_its_gap() -> None:
    """Nothing takes the place of 2."""
    shown = for_you_view(picks(1, 2, 3), empty="")["films"]
    assert places(for_you_view(picks(3, 1), shown=shown, empty="")) == [1, 3]


def test_what_is_not_for_them_keeps_its_place_among_ten() -> None:
    """With the reasons that it had; one film fewer is new."""
    shown = for_you_view(picks(*range(1, 11)), empty="")["films"]
    view = for_you_view(picks(*[n for n in range(1, 12) if n != 4]), shown=shown, disliked=[4, 99], empty="")
    assert places(view) == list(range(1, 11))
    assert view["films"][3] == shown[3]


def test_however_many_are_waved_away_the_list_is_ten_of_which_three_are_dimmed() -> None:
    """9, 1, 5, 2 and 3 are said in this order: 9 and 1 give their places to 11 and 12; 13 finds none."""
    shown = for_you_view(picks(*range(1, 11)), empty="")["films"]
    left = picks(4, 6, 7, 8, 10, 11, 12, 13)
    view = for_you_view(left, shown=shown, disliked=[9, 1, 5, 2, 3], empty="")
    assert places(view) == [11, 2, 3, 4, 5, 6, 7, 8, 12, 10]


def test_the_films_waved_away_last_are_those_that_stay(inside: Visit) -> None:
    """Four of the list are out, from its end: the one said first is gone, ten of fourteen are shown."""
    rate(inside, TOY_STORY, 1)
    away: list[int] = []
    for _ in range(4):
        away.append([movie_id for movie_id in for_you(inside) if movie_id not in away][-1])
        rate(inside, away[-1], -1)
    assert away[0] not in for_you(inside)
    assert set(away[1:]) < set(for_you(inside))
    assert len(for_you(inside)) == 10


def test_no_film_is_in_both_lists_of_the_beginning(inside: Visit) -> None:
    """Ten of fourteen are for them: the other four are offered below, with the one that they like."""
    rate(inside, TOY_STORY, 1)
    inside.wire.say("Header", "home")
    below = [film["movie_id"] for film in inside.view["films"]]
    assert below == [movie.movie_id for movie in MOVIES if movie.movie_id not in for_you(inside)]
    assert len(below) == 5
    assert TOY_STORY in below


def test_ten_films_to_start_with_are_left_where_there_are_as_many(
    inside: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ten best known of twenty are for the visitor: the ten after them are offered."""
    films = [Movie(movie_id=n, title=f"Film {n}") for n in range(1, 21)]
    rate(inside, TOY_STORY, 1)
    monkeypatch.setattr(Catalogue, "best_known", lambda _catalogue, k, **_genre: films[:k])
    ten = SimpleNamespace(catalogue=inside.app.catalogue, for_you=lambda _weights, k: picks(*range(1, 11))[:k])
    inside.swap(recommender=ten)
    inside.wire.say("Header", "home")
    assert for_you(inside) == list(range(1, 11))
    assert [film["movie_id"] for film in inside.view["films"]] == list(range(11, 21))


def test_a_favourite_that_is_in_the_list_is_not_offered_again_below(inside: Visit) -> None:
    """It is the film most like the one that they like."""
    inside.app.library.save_preferences(user_id_of(inside), Preferences("", "Toy Story 2 (1999)"))
    rate(inside, TOY_STORY, 1)
    inside.wire.say("Header", "home")
    assert TOY_STORY_2 in for_you(inside)
    assert TOY_STORY_2 not in {film["movie_id"] for film in inside.view["films"]}


def test_reasons_that_hold_stay_and_others_are_written_anew() -> None:
    """Those of 1 hold; those of 2 do not; 3, which is new, has its own in any case."""
    shown = for_you_view(picks(1, 2), empty="")["films"]
    now = [replace(pick, reasons=(Reason("likes", ("Up",)),)) for pick in picks(1, 2, 3)]
    films = for_you_view(now, shown=shown, as_before={1, 3}, empty="")["films"]
    assert [film["why"][0][1][0] for film in films] == ["Heat", "Up", "Up"]


def test_reasons_change_when_the_likes_do_and_not_before(inside: Visit) -> None:
    """Each list has another letter as its reason; a film that comes back after another like gets the new one."""
    turns = iter("abcde")

    def made(weights: dict[int, float], _k: int) -> list[Pick]:
        reason = Reason("likes", (next(turns),))
        return [replace(pick, reasons=(reason,)) for pick in picks(UP, WALL_E) if weights.get(UP, 1) > 0]

    inside.swap(recommender=SimpleNamespace(catalogue=inside.app.catalogue, for_you=made))
    named = []
    for movie_id, value in ((TOY_STORY, 1), (HEAT, -1), (UP, -1), (ALIEN, 1), (UP, 0)):
        rate(inside, movie_id, value)
        named.append(grid(inside)["for_you"]["films"][0]["why"][0][1][0])
    assert named == ["a", "a", "a", "a", "e"], "dimmed, it keeps the words that it had"
