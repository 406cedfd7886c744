"""Likes, the list "For you" and mixes as people have them: keys, mouse, focus, what is read out, what moves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.toy import HEAT
from tests.ui.browser import Tab
from tests.ui.wire import Wire

PRESSED, NOT_PRESSED = ("aria-pressed", "true"), ("aria-pressed", "false")


@pytest.fixture
def inside(tab: Tab) -> Tab:
    """The films, after signing up and logging in."""
    tab.enter()
    return tab


def like(tab: Tab, label: str, where: Locator | None = None) -> Locator:
    return (where or tab.page).get_by_role("button", name=f"Like {label}", exact=True)


def not_for_me(tab: Tab, label: str, where: Locator | None = None) -> Locator:
    return (where or tab.page).get_by_role("button", name=f"Not for me: {label}", exact=True)


def for_you(tab: Tab) -> Locator:
    return tab.role("list", "For you")


def titles(films: Locator) -> list[str]:
    return films.locator(".mr-title").all_inner_texts()


def ratings_sent(tab: Tab) -> list[tuple[int, int]]:
    return [(message["movie_id"], message["value"]) for message in tab.sent if message["kind"] == "rate"]


def fail(tab: Tab, wire: Wire) -> None:
    """Let the kernel say that it could not do what the films' widget has asked for."""
    failed = {"method": "custom", "content": {"kind": "failed", "text": "We cannot reach our records."}}
    tab.page.evaluate("m => take([m])", {"type": "comm_msg", "id": wire.id("PosterGrid"), "data": failed})


# ---------------------------------------------------------------------------------- likes


def test_a_like_by_key_is_seen_and_heard_and_moves_nothing(inside: Tab) -> None:
    """The button is pressed and keeps the focus; the first like brings a list below and a button above."""
    button = like(inside, "Heat (1995)")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    button.focus()
    inside.press("Enter")
    expect(button).to_have_attribute(*PRESSED)
    expect(button).to_be_focused()
    expect(inside.role("status")).to_have_text("Liked Heat. For you is updated.")
    expect(for_you(inside).get_by_role("listitem")).to_have_count(10)
    expect(inside.role("heading", "For you")).to_be_visible()
    expect(inside.role("button", "For you")).to_be_visible()
    assert button.bounding_box() == box
    expect(for_you(inside).locator("em", has_text="Heat").first).to_be_visible()


def test_pressed_again_it_is_taken_back(inside: Tab) -> None:
    """The list that had no other reason goes, and so does its button."""
    like(inside, "Heat (1995)").click()
    expect(for_you(inside)).to_be_visible()
    like(inside, "Heat (1995)").click()
    expect(for_you(inside)).to_have_count(0)
    expect(inside.role("button", "For you")).to_have_count(0)
    expect(like(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)
    assert ratings_sent(inside) == [(HEAT, 1), (HEAT, 0)]


def test_not_for_me_dims_the_card_where_it_is(inside: Tab) -> None:
    """It can be undone by the note; then the focus is where it was done."""
    before = titles(inside.role("list"))
    not_for_me(inside, "Heat (1995)").click()
    expect(not_for_me(inside, "Heat (1995)")).to_have_attribute(*PRESSED)
    expect(like(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)
    card = inside.role("listitem").filter(has=inside.role("button", "Heat (1995)"))
    assert float(card.locator(".mr-poster").evaluate("e => getComputedStyle(e).opacity")) < 0.5
    assert titles(inside.role("list", "Start with one of these")) == before
    inside.role("button", "Undo").click()
    expect(not_for_me(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)
    expect(not_for_me(inside, "Heat (1995)")).to_be_focused()
    expect(inside.role("status")).to_have_text("Heat may come again.")
    expect(inside.role("button", "Undo")).to_have_count(0)


def test_undone_from_the_profile_the_focus_is_at_its_heading(inside: Tab) -> None:
    """The film's button is hidden there; back at the films the like is gone."""
    like(inside, "Heat (1995)").click()
    expect(inside.role("status")).to_contain_text("Liked Heat")
    inside.role("button", "Profile").click()
    expect(inside.role("heading", "Profile")).to_be_focused()
    inside.role("button", "Undo").focus()
    inside.press("Enter")
    expect(inside.role("status")).to_have_text("Heat is no longer liked.")
    expect(inside.role("heading", "Profile")).to_be_focused()
    inside.role("button", "Profile").click()
    expect(like(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)


def test_one_word_takes_the_place_of_the_other(inside: Tab) -> None:
    """Nobody likes a film that is not for them; undoing brings back what was said before."""
    not_for_me(inside, "Heat (1995)").click()
    expect(inside.role("status")).to_contain_text("not for you")
    like(inside, "Heat (1995)").click()
    expect(inside.role("status")).to_contain_text("Liked Heat")
    expect(like(inside, "Heat (1995)")).to_have_attribute(*PRESSED)
    expect(not_for_me(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)
    inside.role("button", "Undo").click()
    expect(not_for_me(inside, "Heat (1995)")).to_have_attribute(*PRESSED)
    assert ratings_sent(inside) == [(HEAT, -1), (HEAT, 1), (HEAT, -1)]


def test_the_film_picked_can_be_liked_too(inside: Tab) -> None:
    """And as a card it is liked as well."""
    inside.role("button", "Toy Story (1995)").click()
    like(inside, "Toy Story (1995)").click()
    expect(for_you(inside)).to_be_visible()
    inside.role("button", "Up (2009)").first.click()
    films = inside.role("list", "Films like Up")
    expect(like(inside, "Toy Story (1995)", films)).to_have_attribute(*PRESSED)


def test_one_film_in_two_lists_is_liked_in_both(inside: Tab) -> None:
    """Also when it is said in one of them only."""
    like(inside, "Toy Story (1995)").click()
    expect(for_you(inside)).to_be_visible()
    not_for_me(inside, "Up (2009)", for_you(inside)).click()
    above = inside.role("list", "Start with one of these")
    expect(not_for_me(inside, "Up (2009)", above)).to_have_attribute(*PRESSED)
    expect(not_for_me(inside, "Up (2009)", for_you(inside))).to_have_attribute(*PRESSED)


def test_of_many_clicks_the_last_one_counts(inside: Tab) -> None:
    """Each is on its way at once, so that leaving loses none; answers to those before change nothing any more."""
    inside.page.evaluate("hold()")
    for name in (like, not_for_me, like, not_for_me):
        name(inside, "Heat (1995)").click()
    assert ratings_sent(inside) == [(HEAT, 1), (HEAT, -1), (HEAT, 1), (HEAT, -1)]
    inside.page.evaluate("""async () => {
        while (holding.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
        window.last = holding.pop();
        holding.splice(0).forEach(take);
    }""")
    expect(not_for_me(inside, "Heat (1995)")).to_have_attribute(*PRESSED)
    expect(like(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)
    expect(inside.role("status")).to_have_text("")
    inside.page.evaluate("take(last)")
    expect(inside.role("status")).to_contain_text("Heat is not for you")
    expect(not_for_me(inside, "Heat (1995)")).to_have_attribute(*PRESSED)


def test_a_double_click_likes_one_film_once(inside: Tab) -> None:
    """In a list where another film takes the place of the first before the second click."""
    like(inside, "Toy Story (1995)").click()
    first = for_you(inside).get_by_role("listitem").first
    first.get_by_role("button", name="Like ").dblclick()
    expect(inside.role("status")).to_contain_text("Liked Toy Story 2")
    assert len(ratings_sent(inside)) == 2


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_held_down_says_one_thing(inside: Tab, key: str) -> None:
    """However often it repeats itself; pressed again it takes back."""
    like(inside, "Heat (1995)").focus()
    for _ in range(4):
        inside.page.keyboard.down(key)
    inside.page.keyboard.up(key)
    expect(inside.role("status")).to_contain_text("Liked Heat")
    assert ratings_sent(inside) == [(HEAT, 1)]
    inside.press(key)
    assert ratings_sent(inside) == [(HEAT, 1), (HEAT, 0)]


def test_a_rating_that_is_not_kept_is_not_shown(inside: Tab, wire: Wire) -> None:
    """The card goes back to what is true, with a sentence; it can be tried again."""
    inside.page.evaluate("hold()")
    like(inside, "Heat (1995)").click()
    expect(like(inside, "Heat (1995)")).to_have_attribute(*PRESSED)
    fail(inside, wire)
    expect(inside.role("alert")).to_contain_text("We cannot reach our records.")
    expect(like(inside, "Heat (1995)")).to_have_attribute(*NOT_PRESSED)
    inside.page.evaluate("holding = null")
    like(inside, "Heat (1995)").click()
    expect(inside.role("status")).to_contain_text("Liked Heat")


# ---------------------------------------------------------------------------------- the list


def places(tab: Tab) -> dict[str, Any]:
    """Return where each film of the list is on the screen."""
    boxes = "all => all.map(e => [e.querySelector('.mr-title').textContent, e.getBoundingClientRect().toJSON()])"
    found = for_you(tab).get_by_role("listitem").evaluate_all(boxes)
    return {title: (round(box["left"]), round(box["top"])) for title, box in found}


def test_the_next_film_takes_the_place_of_one_that_is_liked(inside: Tab) -> None:
    """The others stay where they are; the focus is at the newcomer, and no key pressed again does anything."""
    like(inside, "Toy Story (1995)").click()
    inside.role("button", "For you").click()
    expect(inside.role("heading", "For you")).to_be_focused()
    before = places(inside)
    first = next(iter(before))
    like(inside, "Toy Story 2 (1999)", for_you(inside)).focus()
    inside.press("Enter")
    expect(inside.role("button", "Toy Story 2 (1999)").and_(for_you(inside).locator("button"))).to_have_count(0)
    after = places(inside)
    (newcomer,) = set(after) - set(before)
    assert first == "Toy Story 2"
    assert after[newcomer] == before[first]
    assert {title: after[title] for title in set(after) & set(before)} == {
        title: before[title] for title in set(after) & set(before)
    }
    assert inside.page.evaluate("document.activeElement.localName") == "li"
    assert newcomer in inside.focused()
    sent = len(inside.sent)
    inside.press("Enter", "Space")
    assert len(inside.sent) == sent
    inside.press("Tab")
    assert inside.focused().startswith(newcomer)


def test_undoing_a_like_brings_the_film_back(inside: Tab) -> None:
    """Into the list that it left."""
    like(inside, "Toy Story (1995)").click()
    like(inside, "Toy Story 2 (1999)", for_you(inside)).click()
    expect(for_you(inside).get_by_role("button", name="Toy Story 2 (1999)", exact=True)).to_have_count(0)
    inside.role("button", "Undo").click()
    expect(for_you(inside).get_by_role("button", name="Toy Story 2 (1999)", exact=True)).to_be_visible()


def test_the_list_comes_first_at_the_beginning_and_last_after_a_pick(inside: Tab) -> None:
    """The heading of the page is the first one; what is there already is not drawn again."""
    like(inside, "Toy Story (1995)").click()
    expect(for_you(inside)).to_be_visible()
    assert inside.role("heading").all_inner_texts() == ["Start with one of these", "For you"]
    inside.role("button", "movierec, back to the start").click()
    expect(inside.role("heading", "For you")).to_be_focused()
    assert inside.role("heading").all_inner_texts() == ["For you", "Or start with one of these"]
    expect(inside.page.locator("h1")).to_have_text("For you")
    for_you(inside).evaluate("e => { e.mark = 'the same'; }")
    inside.finder.fill("heat")
    inside.press("Enter")
    expect(inside.role("heading", "Heat")).to_be_focused()
    assert inside.role("heading").all_inner_texts() == ["Heat", "Films like Heat", "For you"]
    assert for_you(inside).evaluate("e => e.mark") == "the same"


def test_liking_below_the_list_does_not_move_what_is_looked_at(inside: Tab) -> None:
    """Though the list above changes, and its height with it."""
    like(inside, "Toy Story (1995)").click()
    inside.role("button", "For you").click()
    below = inside.role("list", "Or start with one of these")
    film = below.get_by_role("listitem").last.locator(".mr-title").inner_text()
    button = below.get_by_role("listitem").last.get_by_role("button", name="Like ")
    for scroll in (0, 300, 100_000):
        inside.page.evaluate("y => scrollTo(0, y)", scroll)
        inside.page.add_style_tag(content=".mr-for-you .mr-why { min-height: 0 }")
        box = button.bounding_box()
        # The focus by script and a click without the mouse, which would scroll to the button.
        button.evaluate("e => { e.focus({ preventScroll: true }); e.click(); }")
        expect(inside.role("status")).to_contain_text(film)
        expect(button).to_have_attribute("aria-pressed", re.compile("true|false"))
        after = button.bounding_box()
        assert box is not None
        assert after is not None
        assert after["y"] == pytest.approx(box["y"], abs=1)


def test_who_only_says_what_is_not_for_them_sees_no_empty_list(inside: Tab) -> None:
    """Neither here nor under a pick; the button in the bar is not there either."""
    not_for_me(inside, "Heat (1995)").click()
    expect(inside.role("status")).to_contain_text("Heat is not for you")
    assert inside.role("heading").all_inner_texts() == ["Start with one of these"]
    inside.role("button", "Up (2009)").click()
    expect(inside.role("heading", "Up")).to_be_focused()
    assert inside.role("heading").all_inner_texts() == ["Up", "Films like Up"]
    expect(inside.role("button", "For you")).to_have_count(0)


# ---------------------------------------------------------------------------------- undo


@pytest.mark.parametrize("key", ["Control+z", "Meta+z"])
def test_a_key_undoes_what_was_said_last(inside: Tab, key: str) -> None:
    """By Tab it is a long way to the note; afterwards the focus is where it was said, in sight."""
    button = not_for_me(inside, "Heat (1995)")
    button.focus()
    inside.press("Enter")
    expect(inside.role("button", "Undo")).to_be_visible()
    inside.finder.focus()
    inside.press(key)
    expect(inside.role("status")).to_have_text("Heat may come again.")
    expect(button).to_have_attribute(*NOT_PRESSED)
    expect(button).to_be_focused()
    expect(button).to_be_in_viewport()
    inside.press(key)
    assert ratings_sent(inside) == [(HEAT, -1), (HEAT, 0)], "there is nothing more to undo"


def test_in_a_text_the_key_is_the_text_s(inside: Tab) -> None:
    """Whoever takes back a word takes back no rating."""
    like(inside, "Heat (1995)").click()
    expect(inside.role("button", "Undo")).to_be_visible()
    inside.finder.click()
    inside.page.keyboard.type("ali")
    inside.press("Control+z")
    expect(inside.finder).not_to_have_value("ali")
    assert ratings_sent(inside) == [(HEAT, 1)]


def test_what_is_only_heard_takes_no_note_away(inside: Tab) -> None:
    """Searching and picking say how many films there are; what can be undone can be undone."""
    not_for_me(inside, "Heat (1995)").click()
    expect(inside.role("button", "Undo")).to_be_visible()
    inside.finder.press_sequentially("up")
    expect(inside.whisper).to_have_text(re.compile(r"^\d films? found$"))
    expect(inside.role("button", "Undo")).to_be_visible()
    inside.press("Enter")
    expect(inside.whisper).to_have_text("Ten films like Up")
    inside.role("button", "Undo").click()
    expect(inside.role("status")).to_have_text("Heat may come again.")


def test_back_at_the_beginning_nothing_old_is_left_to_be_heard(inside: Tab) -> None:
    """What was said of the films before is not true of those."""
    inside.role("button", "Toy Story (1995)").click()
    expect(inside.whisper).to_have_text("Ten films like Toy Story")
    inside.role("button", "movierec, back to the start").click()
    expect(inside.role("heading", "Start with one of these")).to_be_focused()
    expect(inside.whisper).to_have_text("")
