"""Cards are copies of one: what is said on each is of its own film, and a click is about that film."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.ui.browser import Tab


def films_like(tab: Tab, title: str) -> Locator:
    return tab.role("list", f"Films like {title}").get_by_role("listitem")


def test_a_card_names_one_film_throughout(tab: Tab) -> None:
    """Title, year, drawn poster and all three buttons; a film without a year shows none."""
    tab.enter()
    for title in ("Toy Story", "Heat"):
        tab.finder.fill(title)
        tab.role("option").first.click()
        expect(films_like(tab, title)).to_have_count(10)
        for card in films_like(tab, title).all():
            film, like, not_for_me = card.get_by_role("button").all()
            label = str(film.get_attribute("aria-label"))
            name, year = re.fullmatch(r"(.+?)(?: \((\d{4})\))?", label, re.DOTALL).groups()  # type: ignore[union-attr]
            expect(card.locator(".mr-title")).to_have_text(name)
            expect(card.locator(".mr-poster-title")).to_have_text(name)
            expect(card.locator(".mr-year")).to_have_text(year or "")
            facts = str(card.locator(".mr-poster-facts").text_content())
            assert re.findall(r"\d{4}", facts) == ([year] if year else [])
            expect(like).to_have_attribute("aria-label", f"Like {label}")
            expect(not_for_me).to_have_attribute("aria-label", f"Not for me: {label}")


def test_the_second_click_of_a_double_click_picks_nothing(tab: Tab) -> None:
    """By then another film may be on the card."""
    tab.enter()
    film = tab.role("button", "Toy Story (1995)")
    film.dispatch_event("click", {"detail": 2})
    film.dispatch_event("click", {"detail": 1})
    expect(films_like(tab, "Toy Story")).to_have_count(10)
    assert [message["kind"] for message in tab.sent].count("pick") == 1
