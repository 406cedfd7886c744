"""Mixes as people have them: keys, mouse, focus, what is read out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.toy import DARK_KNIGHT, TOY_STORY, UP
from tests.ui.browser import Tab
from tests.ui.test_likes_in_browser import NOT_PRESSED, like


@pytest.fixture
def inside(tab: Tab) -> Tab:
    """The films, after signing up and logging in."""
    tab.enter()
    return tab


def pick(tab: Tab, text: str) -> None:
    tab.finder.fill(text)
    tab.press("Enter")


def test_films_are_mixed_and_taken_out_by_keys(inside: Tab) -> None:
    """The same search box, under another name; each step says what it brings; the way back leads through."""
    pick(inside, "heat")
    inside.role("button", "Mix with…").focus()
    inside.press("Enter")
    box = inside.role("combobox", "Mix Heat with…")
    expect(box).to_be_focused()
    box.press_sequentially("amel")
    expect(inside.role("option").first).to_contain_text("Amélie")
    inside.press("ArrowDown", "Enter")
    expect(inside.role("heading", "Your mix")).to_be_focused()
    expect(inside.whisper).to_have_text("Ten films like Heat and Amélie")
    expect(inside.role("list", "Films like Heat and Amélie").get_by_role("listitem")).to_have_count(10)
    expect(inside.finder).to_have_value("")
    mix = inside.role("list", "Your mix")
    expect(mix.get_by_role("listitem")).to_have_count(2)
    expect(like(inside, "Heat (1995)", mix)).to_have_attribute(*NOT_PRESSED)
    inside.role("button", "Take out Heat (1995)").focus()
    inside.press("Enter")
    expect(inside.role("heading", "Amélie")).to_be_focused()
    inside.role("button", "Back to Heat and Amélie", exact=False).focus()
    inside.press("Enter")
    expect(inside.role("heading", "Your mix")).to_be_focused()
    assert [m["kind"] for m in inside.sent if m["kind"] not in ("search", "sign_up", "log_in")] == [
        "pick", "mix", "take_out", "back",
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["Escape", "Cancel"])
def test_a_mix_can_be_left_alone(inside: Tab, way: str) -> None:
    """By key or by button: the search box is for finding again, and the focus is back."""
    pick(inside, "heat")
    inside.role("button", "Mix with…").click()
    box = inside.role("combobox", "Mix Heat with…")
    box.press_sequentially("amel")
    expect(inside.role("option").first).to_be_visible()
    if way == "Escape":
        inside.press("Escape", "Escape")
        expect(box).to_have_value("")
        expect(box).to_be_focused()
        inside.press("Escape")
    else:
        inside.role("button", "Cancel").click()
    expect(inside.role("button", "Mix with…")).to_be_focused()
    expect(inside.role("button", "Cancel")).to_have_count(0)
    pick(inside, "up")
    expect(inside.role("list", "Films like Up")).to_be_visible()
    assert inside.sent[-1] == {"kind": "pick", "movie_id": UP}


def test_a_card_is_mixed_in_while_a_film_is_being_chosen(inside: Tab) -> None:
    """The next card after that is what it always is."""
    pick(inside, "heat")
    inside.role("button", "Mix with…").click()
    expect(inside.role("combobox", "Mix Heat with…")).to_be_visible()
    inside.role("button", "The Dark Knight (2008)").click()
    expect(inside.role("heading", "Your mix")).to_be_focused()
    assert inside.sent[-1] == {"kind": "mix", "movie_id": DARK_KNIGHT}
    expect(inside.finder).to_be_visible()
    inside.role("button", "Up (2009)").click()
    expect(inside.role("heading", "Up")).to_be_focused()
    assert inside.sent[-1] == {"kind": "pick", "movie_id": UP}


def test_a_card_is_picked_again_once_the_choice_is_left(inside: Tab) -> None:
    """By "Cancel" as well as by going elsewhere."""
    pick(inside, "heat")
    inside.role("button", "Mix with…").click()
    inside.role("button", "Cancel").click()
    inside.role("button", "The Dark Knight (2008)").click()
    expect(inside.role("heading", "The Dark Knight")).to_be_focused()
    inside.role("button", "Mix with…").click()
    inside.role("button", "Back to Heat", exact=False).click()
    expect(inside.role("heading", "Heat")).to_be_visible()
    expect(inside.finder).to_be_visible()
    inside.role("button", "The Dark Knight (2008)").click()
    expect(inside.role("heading", "The Dark Knight")).to_be_focused()


def test_a_film_is_mixed_with_itself_by_nobody(inside: Tab) -> None:
    """That is told, and the choice goes on."""
    pick(inside, "heat")
    inside.role("button", "Mix with…").click()
    box = inside.role("combobox", "Mix Heat with…")
    box.fill("heat")
    inside.press("Enter")
    expect(inside.role("alert")).to_contain_text("Heat is in it already. Choose another.")
    expect(box).to_be_focused()
    box.fill("amel")
    inside.press("Enter")
    expect(inside.role("heading", "Your mix")).to_be_focused()


def test_a_film_of_a_mix_is_a_way_to_it(inside: Tab) -> None:
    """By its name and by its poster."""
    pick(inside, "heat")
    inside.role("button", "Mix with…").click()
    inside.role("combobox").fill("toy")
    inside.press("Enter")
    inside.role("list", "Your mix").locator(".mr-part-poster").last.click()
    expect(inside.role("heading", "Toy Story")).to_be_focused()
    assert inside.sent[-1] == {"kind": "pick", "movie_id": TOY_STORY}
    inside.role("button", "Back to Heat and Toy Story", exact=False).click()
    inside.role("list", "Your mix").get_by_role("button", name="Heat (1995)", exact=True).click()
    expect(inside.role("heading", "Heat")).to_be_focused()
