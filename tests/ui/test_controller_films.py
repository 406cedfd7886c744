"""Behind the login: searching, picking, going back, the profile."""

from __future__ import annotations

import calendar
from dataclasses import replace
from typing import Any

import pytest

from movierec.app import App
from movierec.errors import InvalidArgument
from movierec.library import Preferences
from tests.toy import (
    ALIEN,
    ALIEN_3,
    AMELIE,
    BATMAN_1966,
    BATMAN_1989,
    DARK_KNIGHT,
    HEAT,
    INSIDER,
    NINE,
    TOY_STORY,
    TOY_STORY_2,
    UNKNOWN_FACTS,
    UP,
    WALL_E,
)
from tests.ui.conftest import PASSWORD, Visit
from tests.ui.wire import Wire

# ---------------------------------------------------------------------------------- searching


def search(visit: Visit, text: str, seq: int = 1) -> Any:
    (answer,) = visit.wire.say("SearchBox", "search", seq=seq, text=text)
    return answer


def test_an_answer_carries_the_number_of_its_question(inside: Visit) -> None:
    """That is how the page drops an answer that comes after a newer question."""
    assert [search(inside, "toy", seq)["seq"] for seq in (7, 9, 8)] == [7, 9, 8]


def test_namesakes_are_told_apart_by_year_and_director(inside: Visit) -> None:
    """Two films are called Batman; a person can see which is which."""
    options = search(inside, "batman")["options"]
    assert [(o["movie_id"], o["title"], o["year"], o["by"]) for o in options[:2]] == [
        (BATMAN_1989, "Batman", 1989, "Tim Burton"),
        (BATMAN_1966, "Batman", 1966, "Leslie H. Martinson"),
    ]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("tom hanks", [(TOY_STORY, "with Tom Hanks"), (TOY_STORY_2, "with Tom Hanks")]),
        ("michael mann", [(HEAT, "Michael Mann"), (INSIDER, "Michael Mann")]),
    ],
)
def test_it_is_seen_by_whose_name_a_film_was_found(
    inside: Visit, typed: str, lines: list[tuple[int, str]]
) -> None:
    """An actor stands where the director of a film stands who was not asked for."""
    assert [(o["movie_id"], o["by"]) for o in search(inside, typed)["options"]] == lines


@pytest.mark.parametrize(
    ("typed", "movie_id"),
    [("9", NINE), ("up", UP), ("walle", WALL_E), ("alien3", ALIEN_3), ("amelie", AMELIE), ("TOY STO", TOY_STORY)],
)
def test_films_are_found_as_people_type_them(inside: Visit, typed: str, movie_id: int) -> None:
    """First of all options."""
    assert search(inside, typed)["options"][0]["movie_id"] == movie_id


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "%", "_", "\\", "'", '"', "*", "AND", "NEAR(", "a" * 10_000, "\u202eevil", "\x00", "🙂" * 50],
)
def test_whatever_is_typed_gets_an_answer(inside: Visit, typed: str) -> None:
    """No text is an error, and none ends the visit."""
    assert search(inside, typed)["kind"] == "options"
    assert inside.shown[0] == "Header"


def test_what_nobody_types_is_refused(inside: Visit) -> None:
    """A megabyte of text is not looked for."""
    assert search(inside, "a" * 1_000_000)["kind"] == "failed"


# ---------------------------------------------------------------------------------- picking


def test_the_first_visit_offers_films_to_start_with(inside: Visit) -> None:
    """The ten best known, in order of renown, and no reasons: nothing was picked."""
    assert inside.view["heading"] == "Start with one of these"
    assert inside.view["pick"] is None
    assert [film["movie_id"] for film in inside.view["films"]][:4] == [155, WALL_E, UP, ALIEN]
    assert len(inside.view["films"]) == 10
    assert {tuple(film["why"]) for film in inside.view["films"]} == {()}


def test_a_pick_brings_ten_films_like_it_with_reasons(inside: Visit) -> None:
    """What is shown is what the recommender says, best first."""
    assert inside.pick(TOY_STORY) == []
    view = inside.view
    assert view["pick"]["label"] == "Toy Story (1995)"
    assert view["heading"] == "Films like Toy Story"
    assert view["say"] == "Ten films like Toy Story"
    assert [film["movie_id"] for film in view["films"][:3]] == [TOY_STORY_2, UP, WALL_E]
    assert len(view["films"]) == 10
    assert all(film["why"] for film in view["films"])
    assert ["John Lasseter", True] in [part for reason in view["films"][0]["why"] for part in reason]


def test_a_pick_is_one_message_down_and_one_up(inside: Visit) -> None:
    """Nothing else goes over the wire: that is what makes it quick."""
    before = len(inside.wire.log)
    inside.pick(TOY_STORY)
    (entry,) = inside.wire.log[before:]
    assert entry["id"] == inside.wire.id("PosterGrid")
    assert set(entry["data"]["state"]) == {"view"}


def test_a_card_is_the_next_pick_and_back_goes_back(inside: Visit) -> None:
    """As far as the first pick, from where there is nothing to go back to."""
    for movie_id in (TOY_STORY, UP, WALL_E):
        inside.wire.say("PosterGrid", "pick", movie_id=movie_id)
    seen = []
    for _ in range(4):
        seen.append((inside.view["pick"]["movie_id"], inside.view["back"]))
        inside.wire.say("PosterGrid", "back")
    assert seen == [(WALL_E, "Up"), (UP, "Toy Story"), (TOY_STORY, ""), (TOY_STORY, "")]


def test_the_same_pick_twice_is_shown_twice_and_goes_back_once(inside: Visit) -> None:
    """The page that waits for an answer gets one; the way back does not stutter."""
    inside.pick(HEAT)
    inside.pick(TOY_STORY)
    turn = inside.view["turn"]
    inside.pick(TOY_STORY)
    assert inside.view["turn"] != turn
    assert inside.view["back"] == "Heat"


def test_the_mark_leads_back_to_the_beginning(inside: Visit) -> None:
    """And forgets the way that led away from it."""
    inside.pick(HEAT)
    inside.wire.say("Header", "home")
    assert inside.view["pick"] is None
    inside.pick(UP)
    assert inside.view["back"] == ""


def go_to(visit: Visit, *films: int) -> Any:
    """Go where an address leads; return the films shown and where "Back" would lead."""
    assert visit.wire.say("PosterGrid", "go_to", films="+".join(map(str, films))) == []
    view = visit.view
    shown = [view["pick"], *view["mix"]] if view["pick"] else view["mix"]
    return [film["movie_id"] for film in shown], view["back"]


def test_an_address_leads_to_a_pick_a_mix_or_the_beginning(inside: Visit) -> None:
    """Back to what was there before shortens the way back, as does a leap over several."""
    assert go_to(inside, HEAT) == ([HEAT], "")
    assert go_to(inside, HEAT, ALIEN, HEAT) == ([HEAT, ALIEN], "Heat")
    assert go_to(inside, UP) == ([UP], "Heat and Alien")
    assert go_to(inside, UP) == ([UP], "Heat and Alien")
    assert go_to(inside, HEAT) == ([HEAT], "")
    inside.pick(WALL_E)
    assert inside.view["back"] == "Heat"
    assert go_to(inside) == ([], "")
    assert go_to(inside, UP) == ([UP], "")


@pytest.mark.parametrize(
    ("films", "said"),
    [("-999", "We do not know that film."), (f"{HEAT}+-999", "We do not know that film.")]
    + [
        (text, InvalidArgument.public)
        for text in ("x", "+", f"{HEAT}+", f" {HEAT}", "1e3", "٣", "9" * 10, "+".join("1234567"))
    ],
)
def test_an_address_that_leads_nowhere_is_told_and_changes_nothing(inside: Visit, films: str, said: str) -> None:
    """Neither the page nor the way back."""
    inside.pick(HEAT)
    view = inside.view
    assert inside.wire.say("PosterGrid", "go_to", films=films) == [{"kind": "failed", "text": said}]
    assert inside.view == view
    inside.pick(UP)
    assert inside.view["back"] == "Heat"


@pytest.mark.parametrize("movie_id", [0, -999, 4_000_000_000, 2**53])
def test_an_unknown_film_is_told_and_changes_nothing(inside: Visit, movie_id: int) -> None:
    """Neither the page nor the way back."""
    inside.pick(HEAT)
    view = inside.view
    assert inside.pick(movie_id) == [{"kind": "failed", "text": "We do not know that film."}]
    assert inside.view == view
    inside.pick(UP)
    assert inside.view["back"] == "Heat"


def test_a_film_of_which_little_is_known_can_be_picked(inside: Visit) -> None:
    """No year, no genre, no overview: what is missing is left out, the films like it are there."""
    inside.pick(UNKNOWN_FACTS)
    pick = inside.view["pick"]
    assert (pick["label"], pick["meta"], pick["overview"], pick["cast"]) == ("Untold", [], "", [])
    assert len(inside.view["films"]) == 2
    assert inside.view["say"] == "Two films like Untold"


def test_posters_come_from_where_the_launcher_says(wire: Wire, app: App) -> None:
    """And from nowhere, without one."""
    assert Visit(wire, app).enter().wire.state("PosterGrid")["posters_url"] == ""
    wire.states.clear()
    served = replace(app, settings=app.settings.replace(posters_url="/movierec/posters/"))
    visit = Visit(wire, served)
    visit.log_in()
    assert wire.state("PosterGrid")["posters_url"] == "/movierec/posters/"


# ---------------------------------------------------------------------------------- the profile


def save(visit: Visit, genre: str = "", film: str = "") -> Any:
    (answer,) = visit.wire.say("Profile", "save", favorite_genre=genre, favorite_movie=film)
    return answer


def user_id_of(visit: Visit) -> int:
    return visit.app.accounts.proofs.authenticate("ann_1", PASSWORD).user.user_id


def kept(visit: Visit) -> Preferences:
    return visit.app.library.preferences(user_id_of(visit))


def test_the_profile_takes_the_place_of_the_films(inside: Visit) -> None:
    """Made when it is opened; the films wait, hidden; the search stays."""
    inside.wire.say("Header", "profile")
    assert inside.shown == ["Header", "SearchBox", "PosterGrid", "Notice", "Profile", "Rated", "Account", "Footer"]
    assert inside.wire.state("PosterGrid")["hidden"] is True
    assert inside.wire.state("Header")["profile_open"] is True
    profile = inside.wire.state("Profile")
    assert (profile["username"], profile["email"]) == ("ann_1", "ann_1@example.com")
    assert (profile["favorite_genre"], profile["favorite_movie"]) == ("", "")
    assert profile["genres"] == sorted(inside.app.catalogue.genres())


def test_the_day_of_sign_up_is_written_for_people(inside: Visit) -> None:
    """A day, a month's name, a year."""
    inside.wire.say("Header", "profile")
    created = inside.app.accounts.proofs.authenticate("ann_1", PASSWORD).user.created_at
    assert created is not None
    day, month, year = inside.wire.state("Profile")["since"].split()
    assert (int(day), int(year)) == (created.day, created.year)
    assert month == calendar.month_name[created.month]


@pytest.mark.parametrize("leave", [("Header", "profile"), ("Profile", "close")])
def test_leaving_the_profile_closes_it(inside: Visit, leave: tuple[str, str]) -> None:
    """By its own button or by the one that opened it; the films are as they were."""
    inside.pick(HEAT)
    view = inside.view
    inside.wire.say("Header", "profile")
    inside.wire.say(*leave)
    assert inside.shown == ["Header", "SearchBox", "PosterGrid", "Notice", "Footer"]
    assert "Profile" not in inside.wire.names()
    assert inside.wire.state("PosterGrid")["hidden"] is False
    assert inside.view == view


@pytest.mark.parametrize(
    "leave", [("Header", "profile", {}), ("Header", "home", {}), ("SearchBox", "pick", {"movie_id": HEAT})]
)
def test_the_profile_is_gone_before_the_films_come(inside: Visit, leave: tuple[str, str, dict[str, int]]) -> None:
    """The page has its length when the films scroll to their beginning, or to where they were left."""
    inside.wire.say("Header", "profile")
    before = len(inside.wire.log)
    sender, kind, fields = leave
    inside.wire.say(sender, kind, **fields)
    states = [entry["data"].get("state", {}) for entry in inside.wire.log[before:]]
    gone = next(place for place, state in enumerate(states) if "children" in state)
    come = next(place for place, state in enumerate(states) if state.get("hidden") is False)
    assert gone < come


@pytest.mark.parametrize("sender", ["SearchBox", "PosterGrid"])
def test_a_pick_leaves_the_profile(inside: Visit, sender: str) -> None:
    """Whoever searches from there sees the films."""
    inside.wire.say("Header", "profile")
    inside.wire.say(sender, "pick", movie_id=INSIDER)
    assert "Profile" not in inside.shown
    assert inside.wire.state("PosterGrid")["hidden"] is False
    assert inside.view["heading"] == "Films like The Insider"


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("Heat (1995)", "Heat (1995)"), ("  heat (1995) ", "Heat (1995)"), ("heat", "Heat (1995)"), ("", ""),
        ("Batman (1966)", "Batman (1966)"), ("Untold", "Untold"), ("alien³ (1992)", "Alien³ (1992)"),
        ("Alien(1979)", "Alien (1979)"), ("heat (1995", "Heat (1995)"), ("batman  (1989 ", "Batman (1989)"),
    ],
)  # fmt: skip
def test_a_favourite_film_is_saved_under_its_full_name(inside: Visit, typed: str, saved: str) -> None:
    """The page gets back what was understood."""
    inside.wire.say("Header", "profile")
    assert save(inside, "Crime", typed) == {"kind": "saved", "favorite_movie": saved}
    assert kept(inside) == Preferences(favorite_genre="Crime", favorite_movie=saved)


@pytest.mark.parametrize(
    "typed",
    ["Batman", "Michael Mann", "Heat (1986)", "No Such Film (1999)", "' OR 1=1 --", "%", "(1995)", "x" * 9000],
)
def test_a_film_that_is_none_of_ours_is_told_beside_its_field(inside: Visit, typed: str) -> None:
    """Also a name that two films share; nothing is saved."""
    inside.wire.say("Header", "profile")
    answer = save(inside, "Crime", typed)
    assert answer["kind"] == "problems"
    assert list(answer["problems"]) == ["favorite_movie"]
    assert kept(inside) == Preferences()


def test_a_genre_that_is_none_of_ours_is_refused(inside: Visit) -> None:
    """The list cannot be talked into another entry."""
    inside.wire.say("Header", "profile")
    assert list(save(inside, "<b>Crime</b>")["problems"]) == ["favorite_genre"]


def test_favourites_from_elsewhere_may_stay(inside: Visit) -> None:
    """What the classic app or another catalogue left is shown, and saving the rest does not lose it."""
    inside.app.library.save_preferences(user_id_of(inside), Preferences("Film-Noir", "The Third Man (1949)"))
    inside.wire.say("Header", "profile")
    assert "Film-Noir" in inside.wire.state("Profile")["genres"]
    assert save(inside, "Film-Noir", "The Third Man (1949)")["kind"] == "saved"
    assert save(inside, "Crime", "The Third Man (1949)")["kind"] == "saved"
    assert kept(inside) == Preferences("Crime", "The Third Man (1949)")


def test_films_are_suggested_while_a_favourite_is_typed(inside: Visit) -> None:
    """By their full names; a year that is half typed does no harm."""
    inside.wire.say("Header", "profile")
    for typed in ("toy", "Toy Story (", "Toy Story (19", "Toy Story (1995)"):
        (answer,) = inside.wire.say("Profile", "suggest", seq=3, text=typed)
        assert answer == {"kind": "suggestions", "seq": 3, "films": ["Toy Story (1995)", "Toy Story 2 (1999)"]}


def test_a_favourite_is_not_suggested_by_a_name(inside: Visit) -> None:
    """In the profile, Heat is no film with Heath Ledger."""
    inside.wire.say("Header", "profile")
    (answer,) = inside.wire.say("Profile", "suggest", seq=3, text="heat")
    assert answer["films"] == ["Heat (1995)"]


def test_the_favourite_film_is_offered_first_next_time(inside: Visit) -> None:
    """Once, with the reason; the best known follow."""
    inside.wire.say("Header", "profile")
    save(inside, film="Alien (1979)")
    inside.wire.say("Header", "log_out")
    inside.log_in()
    films = inside.view["films"]
    assert [film["label"] for film in films[:3]] == ["Alien (1979)", "The Dark Knight (2008)", "WALL·E (2008)"]
    assert films[0]["why"] == [[["Your favourite film", True]]]
    assert [film["movie_id"] for film in films].count(ALIEN) == 1


def test_a_favourite_that_is_gone_is_not_offered(inside: Visit) -> None:
    """It stands in nobody's way."""
    inside.app.library.save_preferences(user_id_of(inside), Preferences("", "The Third Man (1949)"))
    inside.wire.say("Header", "log_out")
    inside.log_in()
    assert inside.view["films"][0]["label"] == "The Dark Knight (2008)"


def test_films_of_the_favourite_genre_come_first(inside: Visit) -> None:
    """After the favourite film, few of them and each once, with the reason; then the best known as ever."""
    inside.app.library.save_preferences(user_id_of(inside), Preferences("Crime", "Heat (1995)"))
    inside.wire.say("Header", "home")
    films = inside.view["films"]
    assert [film["movie_id"] for film in films[:5]] == [HEAT, DARK_KNIGHT, BATMAN_1966, WALL_E, UP]
    assert [film["why"] for film in films[:4]] == [
        [[["Your favourite film", True]]], *[[[["Your favourite genre", True]]]] * 2, [],
    ]  # fmt: skip
    assert len({film["movie_id"] for film in films}) == len(films) == 10


def test_a_film_of_the_favourite_genre_may_not_be_for_them(inside: Visit) -> None:
    """What somebody has waved away does not come because of its genre."""
    inside.app.library.save_preferences(user_id_of(inside), Preferences("Crime", ""))
    inside.app.library.rate(user_id_of(inside), DARK_KNIGHT, -1)
    inside.wire.say("Header", "home")
    assert [film["movie_id"] for film in inside.view["films"][:3]] == [HEAT, BATMAN_1966, WALL_E]


def test_a_genre_that_is_gone_changes_nothing(inside: Visit) -> None:
    """Of another catalogue."""
    before = [film["movie_id"] for film in inside.view["films"]]
    inside.app.library.save_preferences(user_id_of(inside), Preferences("Film-Noir", ""))
    inside.wire.say("Header", "home")
    assert [film["movie_id"] for film in inside.view["films"]] == before
