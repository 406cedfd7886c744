"""Films like several films at once, as messages."""

from __future__ import annotations

from typing import Any

import pytest

from movierec.recommender import MAX_MIX
from tests.toy import ALIEN, AMELIE, DARK_KNIGHT, HEAT, INSIDER, NINE, TOY_STORY, UP, WALL_E
from tests.ui.conftest import Visit


def mix(visit: Visit, movie_id: int) -> Any:
    return visit.wire.say("SearchBox", "mix", movie_id=movie_id)


def take_out(visit: Visit, movie_id: int) -> Any:
    return visit.wire.say("PosterGrid", "take_out", movie_id=movie_id)


def mixed(visit: Visit) -> list[int]:
    """What is picked, one film or several."""
    view = visit.view
    return [film["movie_id"] for film in view["mix"] or [view["pick"]]]


def test_a_second_film_makes_a_mix(inside: Visit) -> None:
    """Ten films like both, neither of them among these; each says which of the two it is like."""
    inside.pick(HEAT)
    assert mix(inside, AMELIE) == []
    view = inside.view
    assert view["heading"] == "Films like Heat and Amélie"
    assert view["say"] == "Ten films like Heat and Amélie"
    assert (view["pick"], mixed(inside), view["back"]) == (None, [HEAT, AMELIE], "Heat")
    movie_ids = {film["movie_id"] for film in view["films"]}
    assert len(movie_ids) == 10
    assert not movie_ids & {HEAT, AMELIE}
    (insider,) = [film for film in view["films"] if film["movie_id"] == INSIDER]
    assert insider["why"][0] == [["same director as Heat: ", False], ["Michael Mann", True]]


def test_a_mix_is_one_message_down_and_one_up(inside: Visit) -> None:
    """As a pick is."""
    inside.pick(HEAT)
    before = len(inside.wire.log)
    mix(inside, AMELIE)
    (entry,) = inside.wire.log[before:]
    assert set(entry["data"]["state"]) == {"view"}


def test_a_mix_has_six_films_at_most(inside: Visit) -> None:
    """All are named; the page is told when there is no room; one more is refused and changes nothing."""
    for movie_id, heading in [
        (HEAT, "Films like Heat"),
        (UP, "Films like Heat and Up"),
        (NINE, "Films like Heat, Up and 9"),
        (ALIEN, "Films like Heat, Up, 9 and Alien"),
        (WALL_E, "Films like Heat, Up, 9, Alien and WALL·E"),
        (AMELIE, "Films like Heat, Up, 9, Alien, WALL·E and Amélie"),
    ]:
        mix(inside, movie_id)
        assert inside.view["heading"] == heading
        assert inside.view["may_grow"] is (movie_id != AMELIE)
    assert len(mixed(inside)) == MAX_MIX
    view = inside.view
    assert mix(inside, TOY_STORY) == [{"kind": "failed", "text": "A mix has at most 6 films."}]
    assert inside.view == view


@pytest.mark.parametrize("again", [HEAT, UP])
def test_a_film_is_in_a_mix_once(inside: Visit, again: int) -> None:
    """Whoever mixes it in again is told, and sees the same films."""
    inside.pick(HEAT)
    mix(inside, UP)
    turn = inside.view["turn"]
    title = "Heat" if again == HEAT else "Up"
    (answer,) = inside.wire.say("SearchBox", "mix", movie_id=again)
    assert answer == {"kind": "failed", "text": f"{title} is in it already. Choose another."}
    assert (mixed(inside), inside.view["back"], inside.view["turn"]) == ([HEAT, UP], "Heat", turn)


def test_each_film_can_be_taken_out_but_the_last(inside: Visit) -> None:
    """What is left is a smaller mix, then a pick."""
    inside.pick(HEAT)
    mix(inside, UP)
    mix(inside, NINE)
    take_out(inside, HEAT)
    assert inside.view["heading"] == "Films like Up and 9"
    take_out(inside, NINE)
    assert inside.view["heading"] == "Films like Up"
    assert inside.view["pick"]["label"] == "Up (2009)"
    take_out(inside, UP)
    assert mixed(inside) == [UP]


def test_back_walks_through_mixes(inside: Visit) -> None:
    """Each step names what it leads to."""
    inside.pick(HEAT)
    mix(inside, UP)
    take_out(inside, HEAT)
    inside.pick(DARK_KNIGHT)
    seen = []
    for _ in range(5):
        seen.append((mixed(inside), inside.view["back"]))
        inside.wire.say("PosterGrid", "back")
    assert seen == [
        ([DARK_KNIGHT], "Up"), ([UP], "Heat and Up"), ([HEAT, UP], "Heat"), ([HEAT], ""), ([HEAT], ""),
    ]  # fmt: skip


def test_a_film_of_a_mix_can_be_looked_at_alone(inside: Visit) -> None:
    """A pick is a pick, and the way back is the mix."""
    inside.pick(HEAT)
    mix(inside, UP)
    inside.pick(UP)
    assert (mixed(inside), inside.view["back"]) == ([UP], "Heat and Up")


def test_an_unknown_film_leaves_the_mix_as_it_is(inside: Visit) -> None:
    """It is told."""
    inside.pick(HEAT)
    view = inside.view
    assert mix(inside, 4_000_000_000) == [{"kind": "failed", "text": "We do not know that film."}]
    assert inside.view == view
    mix(inside, UP)
    assert mixed(inside) == [HEAT, UP]


def test_at_the_beginning_a_mix_is_a_pick(inside: Visit) -> None:
    """There is nothing to mix with, and nothing to take out; "home" forgets the mix that was."""
    assert take_out(inside, HEAT) == []
    assert inside.view["mix"] == []
    inside.pick(HEAT)
    inside.wire.say("Header", "home")
    mix(inside, UP)
    assert (mixed(inside), inside.view["back"]) == ([UP], "")


def test_what_is_not_for_them_is_left_out_of_mixes_too(inside: Visit) -> None:
    """And the list is as long as before."""
    inside.wire.say("PosterGrid", "rate", movie_id=INSIDER, value=-1)
    inside.pick(HEAT)
    mix(inside, AMELIE)
    movie_ids = [film["movie_id"] for film in inside.view["films"]]
    assert INSIDER not in movie_ids
    assert len(movie_ids) == 10
