"""The films that a visitor has rated, in their profile: as messages, and as people have them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from movierec.errors import StorageError
from tests.toy import ALIEN, HEAT, INSIDER, TOY_STORY, UP
from tests.ui.browser import Tab
from tests.ui.conftest import Visit
from tests.ui.test_likes import Room, grid, kept, rate, user_id_of

PRESSED, NOT_PRESSED = ("aria-pressed", "true"), ("aria-pressed", "false")


def labels(visit: Visit) -> tuple[list[str], list[str]]:
    """The films liked, and those that are not for the visitor."""
    state = visit.wire.state("Rated")
    return [film["label"] for film in state["liked"]], [film["label"] for film in state["disliked"]]


def say(visit: Visit, movie_id: int, value: int) -> None:
    visit.wire.say("Rated", "rate", movie_id=movie_id, value=value)


def test_what_was_said_last_comes_first(inside: Visit) -> None:
    """Likes and dislikes apart, also those of an earlier visit."""
    for movie_id, value in ((HEAT, 1), (ALIEN, -1), (UP, 1), (TOY_STORY, -1)):
        rate(inside, movie_id, value)
    inside.wire.say("Header", "log_out")
    inside.log_in()
    inside.wire.say("Header", "profile")
    assert labels(inside) == (["Up (2009)", "Heat (1995)"], ["Toy Story (1995)", "Alien (1979)"])
    expected = {HEAT: 1, ALIEN: -1, UP: 1, TOY_STORY: -1}
    assert inside.wire.state("Rated")["ratings"] == {str(movie_id): value for movie_id, value in expected.items()}


def test_what_was_said_on_another_page_is_there_when_the_profile_is_opened(inside: Visit) -> None:
    """And on the films behind it."""
    inside.app.library.rate(user_id_of(inside), HEAT, -1)
    inside.wire.say("Header", "profile")
    assert labels(inside) == ([], ["Heat (1995)"])
    assert grid(inside)["ratings"] == {str(HEAT): -1}


def test_films_that_the_model_does_not_know_are_left_out(inside: Visit) -> None:
    """There is no title to show; they stay stored."""
    inside.app.library.rate(user_id_of(inside), 4_000_000_000, 1)
    inside.wire.say("Header", "profile")
    assert labels(inside) == ([], [])
    assert kept(inside) == {4_000_000_000: 1}


def test_a_rating_is_taken_back_there(inside: Visit) -> None:
    """It is kept and answered as on the films; the film stays in the list, and may come again behind it."""
    rate(inside, HEAT, -1)
    inside.pick(INSIDER)
    assert HEAT not in [film["movie_id"] for film in inside.view["films"]]
    inside.wire.say("Header", "profile")
    (answer,) = inside.wire.say("Rated", "rate", movie_id=HEAT, value=0)
    assert answer == {
        "kind": "rated", "movie_id": HEAT, "value": 0, "before": -1, "text": "Heat may come again.",
    }  # fmt: skip
    assert kept(inside) == {}
    assert labels(inside) == ([], ["Heat (1995)"])
    assert inside.wire.state("Rated")["ratings"] == {}
    assert "Profile" in inside.shown
    inside.pick(INSIDER)
    assert HEAT in [film["movie_id"] for film in inside.view["films"]]


def test_for_you_follows_what_is_said_there(inside: Visit) -> None:
    """The list is there, without its last reason it is not."""
    rate(inside, HEAT, 1)
    inside.wire.say("Header", "profile")
    say(inside, HEAT, 0)
    assert grid(inside)["for_you"] is None
    assert inside.wire.state("Header")["for_you"] is False
    say(inside, HEAT, 1)
    assert grid(inside)["for_you"]["films"]


def test_a_rating_elsewhere_is_seen_there(inside: Visit) -> None:
    """ "Undo" in the note outlives the films that it was said on."""
    rate(inside, HEAT, 1)
    inside.wire.say("Header", "profile")
    rate(inside, HEAT, 0)
    assert inside.wire.state("Rated")["ratings"] == {}


def test_a_film_there_leads_to_those_like_it(inside: Visit) -> None:
    """The profile is left."""
    rate(inside, HEAT, 1)
    inside.wire.say("Header", "profile")
    inside.wire.say("Rated", "pick", movie_id=HEAT)
    assert inside.view["heading"] == "Films like Heat"
    assert "Rated" not in inside.wire.names()


def test_the_profile_opens_where_ratings_cannot_be_read(inside: Visit, caplog: pytest.LogCaptureFixture) -> None:
    """With those that were known before."""
    rate(inside, HEAT, 1)
    inside.swap(library=Room(inside.app.library, "ratings", StorageError("gone")))
    inside.wire.say("Header", "profile")
    assert labels(inside) == (["Heat (1995)"], [])
    assert "ratings left out: gone" in caplog.text


# ---------------------------------------------------------------------------------- in a browser


@pytest.fixture
def opened(tab: Tab) -> Tab:
    """The profile of somebody who likes Heat, and for whom Alien and Up are not."""
    tab.enter()
    for said in ("Like Heat (1995)", "Not for me: Alien (1979)", "Not for me: Up (2009)"):
        tab.role("button", said).first.click()
        expect(tab.role("button", said).first).to_have_attribute(*PRESSED)
    tab.role("button", "Profile").click()
    expect(tab.role("heading", "Profile")).to_be_focused()
    return tab


def films(tab: Tab) -> Locator:
    return tab.role("region", "Your films")


def test_both_lists_are_closed_and_say_how_long_they_are(opened: Tab) -> None:
    """Each opens by itself, by key as well."""
    for name, note in (("Films you like", "1 film"), ("Not for you", "2 films")):
        button = films(opened).get_by_role("button", name=name, exact=True)
        expect(button).to_have_attribute("aria-expanded", "false")
        expect(button).to_have_accessible_description(note)
        expect(films(opened).get_by_role("list", name=name)).to_have_count(0)
        button.focus()
        opened.press("Enter")
        expect(films(opened).get_by_role("list", name=name).get_by_role("listitem")).to_have_count(int(note[0]))


def test_a_dislike_is_taken_back_where_it_is_listed(opened: Tab) -> None:
    """The film stays, unpressed, so that a slip can be put right; the number and the page know at once."""
    films(opened).get_by_role("button", name="Not for you").click()
    away = films(opened).get_by_role("button", name="Not for me: Alien (1979)")
    expect(away).to_have_attribute(*PRESSED)
    away.click()
    expect(away).to_have_attribute(*NOT_PRESSED)
    expect(away).to_be_focused()
    expect(opened.role("status")).to_have_text("Alien may come again.")
    expect(films(opened).get_by_role("button", name="Not for you")).to_have_accessible_description("1 film")
    films(opened).get_by_role("button", name="Like Alien (1979)").click()
    expect(opened.role("status")).to_have_text("Liked Alien. For you is updated.")
    opened.role("button", "Undo").click()
    expect(films(opened).get_by_role("button", name="Like Alien (1979)")).to_have_attribute(*NOT_PRESSED)
    expect(films(opened).get_by_role("button", name="Like Alien (1979)")).to_be_focused()


def test_a_film_of_the_list_is_picked(opened: Tab) -> None:
    """It leads to the films like it, at their beginning."""
    films(opened).get_by_role("button", name="Films you like").click()
    films(opened).get_by_role("button", name="Heat (1995)", exact=True).click()
    expect(opened.role("heading", "Heat")).to_be_focused()
    expect(opened.role("list", "Films like Heat").get_by_role("listitem")).to_have_count(10)
    expect(films(opened)).to_have_count(0)


def test_who_has_rated_nothing_sees_no_lists(tab: Tab) -> None:
    """There is nothing to tell."""
    tab.enter()
    tab.role("button", "Profile").click()
    expect(tab.role("heading", "Your account")).to_be_visible()
    expect(tab.page.get_by_text("Your films")).to_be_hidden()
