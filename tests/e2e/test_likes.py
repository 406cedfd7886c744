"""Likes, films for a visitor, mixes: in a real browser, on every front end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from movierec.settings import Settings
from tests.e2e.visitor import Visitor

PRESSED, NOT_PRESSED = ("aria-pressed", "true"), ("aria-pressed", "false")
FRONT_ENDS = ["server", "voila", "lab"]


def said(visitor: Visitor, text: str) -> None:
    expect(visitor.root.get_by_role("status").filter(has_text=text)).to_have_count(1)


def for_you(visitor: Visitor) -> Locator:
    return visitor.root.get_by_role("list", name="For you", exact=True)


def first_title(films: Locator) -> str:
    label = films.get_by_role("listitem").first.get_by_role("button").first.get_attribute("aria-label")
    return re.sub(r" \(\d{4}\)$", "", label or "")


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_likes_bring_films_for_the_visitor_which_last(
    front_end: str, settings: Settings, builtin_model, serve, visit
) -> None:
    """Like three, see films for you and why, wave one away, undo it, log out, log in: all is still there."""
    visitor: Visitor = visit(serve(front_end, settings.replace(model_dir=builtin_model)), front_end=front_end)
    visitor.enter()
    expect(visitor.button("For you")).to_have_count(0)
    starters = visitor.root.get_by_role("list", name="Start with one of these", exact=True)
    liked = []
    for place in range(3):
        card = starters.get_by_role("listitem").nth(place)
        label = card.get_by_role("button").first.get_attribute("aria-label")
        liked.append(re.sub(r" \(\d{4}\)$", "", label))
        card.get_by_role("button", name=f"Like {label}", exact=True).click()
        said(visitor, f"Liked {liked[-1]}. For you is updated.")
    expect(for_you(visitor).get_by_role("listitem")).to_have_count(10)
    reasons = for_you(visitor).get_by_role("listitem").all_inner_texts()
    assert all("because you liked" in reason for reason in reasons)
    assert any(title in reason for reason in reasons for title in liked)

    visitor.button("For you").click()
    expect(visitor.root.get_by_role("heading", name="For you", exact=True)).to_be_focused()
    away = first_title(for_you(visitor))
    card = for_you(visitor).get_by_role("listitem").first
    button = card.get_by_role("button", name="Not for me: ")
    button.click()
    expect(button).to_have_attribute(*PRESSED)
    said(visitor, f"{away} is not for you.")
    visitor.button("Undo").press("Enter")  # JupyterLab's own notes lie over ours
    expect(button).to_have_attribute(*NOT_PRESSED)
    said(visitor, f"{away} may come again.")
    button.click()
    said(visitor, f"{away} is not for you.")
    shown_before = set(for_you(visitor).get_by_role("listitem").all_inner_texts())

    visitor.button("Log out").click()
    expect(visitor.tab("Log in")).to_be_visible()
    visitor.log_in("ann_1", "a long walk home")
    expect(for_you(visitor).get_by_role("listitem")).to_have_count(10)
    again = for_you(visitor).get_by_role("listitem").all_inner_texts()
    assert first_title(for_you(visitor)) != away
    assert not any(text.startswith(away) for text in again)
    assert len(shown_before & set(again)) >= 5, "the list is about the same"
    starters = visitor.root.get_by_role("list", name="Or start with one of these", exact=True)
    for place in range(3):
        card = starters.get_by_role("listitem").nth(place)
        expect(card.get_by_role("button", name="Like ")).to_have_attribute(*PRESSED)

    visitor.button("Profile").click()
    visitor.button("Not for you").click()
    listed = visitor.root.get_by_role("list", name="Not for you", exact=True).get_by_role("listitem")
    expect(listed).to_have_count(1)
    listed.get_by_role("button", name="Not for me: ").click()
    said(visitor, f"{away} may come again.")
    visitor.button("Films you like").click()
    visitor.root.get_by_role("list", name="Films you like").get_by_role("button", name=liked[0]).first.click()
    visitor.films_like(liked[0])


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_two_films_are_mixed_by_keys_alone(
    front_end: str, settings: Settings, builtin_model, serve, visit
) -> None:
    """Search, like, mix, take out and go back without a mouse; the focus is always somewhere."""
    visitor: Visitor = visit(serve(front_end, settings.replace(model_dir=builtin_model)), front_end=front_end)
    visitor.enter()
    keys = visitor.page.keyboard

    expect(visitor.search("toy sto").first).to_contain_text("Toy Story")
    keys.press("ArrowDown")
    keys.press("Enter")
    visitor.films_like("Toy Story")
    expect(visitor.root.get_by_role("heading", name="Toy Story", exact=True)).to_be_focused()
    keys.press("Tab")
    expect(visitor.button("Like Toy Story (1995)")).to_be_focused()
    keys.press("Space")
    expect(visitor.button("Like Toy Story (1995)")).to_have_attribute(*PRESSED)
    said(visitor, "Liked Toy Story")
    keys.press("Tab")
    keys.press("Tab")
    expect(visitor.button("Mix with…")).to_be_focused()
    keys.press("Enter")
    box = visitor.root.get_by_role("combobox", name="Mix Toy Story with…", exact=True)
    expect(box).to_be_focused()
    keys.type("alien", delay=20)
    expect(visitor.options().first).to_contain_text("Alien")
    keys.press("Enter")

    mix = visitor.root.get_by_role("list", name="Films like Toy Story and Alien", exact=True)
    expect(mix.get_by_role("listitem")).to_have_count(10)
    expect(visitor.root.get_by_role("heading", name="Your mix", exact=True)).to_be_focused()
    reasons = mix.inner_text()
    assert re.search(r"(as|as in|with|like) Toy Story", reasons)
    assert re.search(r"(as|as in|with|like) Alien", reasons)
    expect(visitor.root.locator("[aria-live=polite]")).to_have_text("Ten films like Toy Story and Alien")

    out = visitor.button("Take out Toy Story (1995)")
    for _ in range(12):
        if out.evaluate("e => e === document.activeElement"):
            break
        keys.press("Tab")
    keys.press("Enter")
    visitor.films_like("Alien")
    expect(visitor.root.get_by_role("heading", name="Alien", exact=True)).to_be_focused()
    back = visitor.root.get_by_role("button", name="Back to Toy Story and Alien")
    keys.press("Shift+Tab")
    expect(back).to_be_focused()
    keys.press("Enter")
    expect(mix).to_be_visible()
