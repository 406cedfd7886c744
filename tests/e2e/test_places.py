"""The page's address says where the visitor is: Back, Forward, reload and links lead there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.serving import Server

TOY_STORY, HEAT, ALIEN = 862, -27, 348


@pytest.fixture(params=["server", "voila"])
def front_end(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def visitor(serve: Callable[..., Server], settings, builtin_model, visit: Visit, front_end: str) -> Visitor:
    """Somebody who has just come in."""
    server = serve(front_end, settings.replace(model_dir=builtin_model))
    visitor = visit(server, front_end=front_end)
    visitor.enter()
    return visitor


def expect_at(visitor: Visitor, title: str, address: str) -> None:
    """Expect that a film or a mix is shown, and that address and title of the page say so."""
    expect(visitor.root.get_by_role("list", name=f"Films like {title}", exact=True)).to_be_visible()
    expect(visitor.page).to_have_title(re.compile(rf"^{re.escape(title)} · "))
    expect(visitor.page).to_have_url(re.compile(rf"[^#]*{re.escape(address)}$"))


def pick_three(visitor: Visitor) -> None:
    """Pick Toy Story, then Heat, then Alien."""
    for title in ("Toy Story", "Heat", "Alien"):
        visitor.pick(title.lower(), re.compile(title))
    expect_at(visitor, "Alien", f"#{ALIEN}")


def expect_at_the_beginning(visitor: Visitor) -> None:
    expect(visitor.root.get_by_role("list", name="Start with one of these")).to_be_visible()
    expect(visitor.page).to_have_url(re.compile(r"^[^#]*$"))
    expect(visitor.page).to_have_title(re.compile("^[^·]*$"))


def test_back_and_forward_go_from_film_to_film(visitor: Visitor) -> None:
    """By the browser and by the page's own button, which are one way."""
    entries = "history.length"
    before = visitor.page.evaluate(entries)
    visitor.pick("toy story", re.compile("Toy Story"))
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.pick("heat", re.compile("Heat"))
    expect_at(visitor, "Heat", f"#{HEAT}")
    visitor.page.go_back()
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    expect(visitor.root.get_by_role("button", name=re.compile("^Back to"))).to_have_count(0)
    visitor.page.go_forward()
    expect_at(visitor, "Heat", f"#{HEAT}")
    visitor.button("Back to Toy Story").click()
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.page.go_back()
    expect_at_the_beginning(visitor)
    visitor.page.evaluate("history.go(2)")
    expect_at(visitor, "Heat", f"#{HEAT}")
    assert visitor.page.evaluate(entries) == before + 2


def test_who_comes_back_is_where_they_were(visitor: Visitor) -> None:
    """As far down, at the film by which they went: by the browser, the page's button, and from the profile."""
    page = visitor.page
    page.set_viewport_size({"width": 400, "height": 700})
    scrolled = "() => Math.round(scrollY)"
    visitor.pick("toy story", re.compile("Toy Story"))
    card = visitor.films_like("Toy Story").get_by_role("listitem").nth(7).get_by_role("button").first
    card.scroll_into_view_if_needed()
    title, before = card.get_attribute("aria-label"), page.evaluate(scrolled)
    assert title
    assert before > 500
    for back in (page.go_back, lambda: visitor.root.get_by_role("button", name="Back to Toy Story").click()):
        visitor.button(title).click()
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        back()
        expect(visitor.button(title)).to_be_focused()
        assert page.evaluate(scrolled) == before
    visitor.button("Profile").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_focused()
    expect(page.get_by_role("button", name="Back to the films")).to_be_in_viewport()
    visitor.button("Profile").click()
    expect(visitor.films_like("Toy Story")).to_be_visible()
    page.wait_for_function("before => Math.round(scrollY) === before", arg=before)


def test_who_picks_a_film_anew_begins_at_its_top(visitor: Visitor) -> None:
    """Also when the browser's Forward has just led them to the profile."""
    page = visitor.page
    page.set_viewport_size({"width": 400, "height": 700})
    visitor.pick("toy story", re.compile("Toy Story"))
    visitor.films_like("Toy Story").get_by_role("listitem").nth(7).get_by_role("button").first.click()
    expect(page).not_to_have_title(re.compile("^Toy Story"))
    visitor.button("Profile").click()
    expect(page).to_have_title(re.compile("^Profile"))
    page.go_back()
    expect(page).not_to_have_title(re.compile("^Profile"))
    page.go_forward()
    expect(page.get_by_role("heading", name="Profile")).to_be_focused()
    visitor.button("Profile").click()
    expect(page).not_to_have_title(re.compile("^Profile"))
    visitor.pick("toy story", re.compile("Toy Story"))
    expect(page.get_by_role("heading", name="Toy Story", exact=True)).to_be_focused()
    expect(page.get_by_role("heading", name="Toy Story", exact=True)).to_be_in_viewport()


def test_a_mix_and_the_profile_are_places_too(visitor: Visitor) -> None:
    """A profile that is closed leaves no step behind."""
    visitor.pick("heat", re.compile("Heat"))
    visitor.button("Mix with…").click()
    visitor.root.get_by_role("combobox").press_sequentially("alien", delay=20)
    visitor.options().filter(has_text=re.compile("^Alien")).first.click()
    expect_at(visitor, "Heat and Alien", f"#{HEAT}+{ALIEN}")
    profile = visitor.root.get_by_role("region", name="Profile")
    for close in (
        visitor.button("Back to the films").click,
        visitor.button("Profile").click,
        visitor.page.go_back,
    ):
        visitor.button("Profile").click()
        expect(profile).to_be_visible()
        expect(visitor.page).to_have_url(re.compile("#profile$"))
        close()
        expect_at(visitor, "Heat and Alien", f"#{HEAT}+{ALIEN}")
        expect(profile).to_have_count(0)
    visitor.page.go_forward()
    expect(profile).to_be_visible()
    visitor.pick("toy story", re.compile("Toy Story"))
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.button("Back to Heat and Alien").click()
    expect_at(visitor, "Heat and Alien", f"#{HEAT}+{ALIEN}")


def test_who_goes_back_in_haste_arrives_where_they_wanted(visitor: Visitor) -> None:
    """Two steps at once: what is answered first is not the last word."""
    pick_three(visitor)
    visitor.page.evaluate("[1, 2].forEach(() => history.back())")
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.page.evaluate("history.go(2)")
    expect_at(visitor, "Alien", f"#{ALIEN}")


def test_an_address_that_names_no_film_of_ours_is_told_and_left(visitor: Visitor) -> None:
    """What names no place at all is the beginning."""
    visitor.pick("heat", re.compile("Heat"))
    expect_at(visitor, "Heat", f"#{HEAT}")
    visitor.page.evaluate("location.hash = '#999999999'")
    expect(visitor.root.get_by_role("alert").filter(has_text="We do not know that film.")).to_be_visible()
    expect_at(visitor, "Heat", f"#{HEAT}")
    visitor.page.evaluate("location.hash = '#nonsense'")
    expect(visitor.root.get_by_role("list", name="Start with one of these")).to_be_visible()


def _tab(visitor: Visitor, address: str) -> Visitor:
    page: Page = visitor.page.context.new_page()
    page.goto(address)
    return Visitor(page, page.locator("body"))


def test_who_changes_their_mind_at_once_is_where_they_were(visitor: Visitor) -> None:
    """Back and Forward before there is an answer; the steps stay what they were."""
    visitor.pick("heat", re.compile("Heat"))
    visitor.pick("alien", re.compile("Alien"))
    expect_at(visitor, "Alien", f"#{ALIEN}")
    entries = visitor.page.evaluate("history.length")
    visitor.page.evaluate("addEventListener('popstate', () => history.forward(), { once: true }); history.back()")
    visitor.page.wait_for_timeout(500)
    expect_at(visitor, "Alien", f"#{ALIEN}")
    assert visitor.page.evaluate("history.length") == entries
    visitor.page.go_back()
    expect_at(visitor, "Heat", f"#{HEAT}")


def test_the_button_leads_where_it_says(visitor: Visitor) -> None:
    """Also when the browser's last step was another."""
    pick_three(visitor)
    visitor.page.evaluate("history.go(-2)")
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.page.evaluate("history.go(2)")
    expect_at(visitor, "Alien", f"#{ALIEN}")
    back = visitor.root.get_by_role("button", name=re.compile("^Back to"))
    expect(back).to_have_text(re.compile("Back to Toy Story$"))
    back.click()
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")


def test_who_comes_after_somebody_finds_nothing_of_theirs(visitor: Visitor) -> None:
    """Neither by Back, which passes over all of it, nor by Forward, at the door or behind it."""
    page = visitor.page
    visitor.pick("heat", re.compile("Heat"))
    visitor.pick("alien", re.compile("Alien"))
    expect_at(visitor, "Alien", f"#{ALIEN}")
    page.go_back()
    expect_at(visitor, "Heat", f"#{HEAT}")
    page.evaluate("location.hash = '#00862'")
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.button("Log out").click()
    visitor.expect_door()
    page.evaluate("history.forward()")
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile("^[^#]*$"))
    expect(page).to_have_title(re.compile("^[^·]*$"))
    page.evaluate("history.back()")
    expect(page).to_have_url("about:blank")  # where they had come from
    page.evaluate("history.forward()")
    visitor.expect_door()
    expect(page).to_have_url(re.compile("^[^#]*$"))
    visitor.enter("bob_1")
    expect_at_the_beginning(visitor)
    page.evaluate("history.back()")
    page.wait_for_timeout(500)
    expect_at_the_beginning(visitor)


@pytest.mark.parametrize("front_end", ["server"])
def test_a_reload_and_a_link_lead_to_the_film(visitor: Visitor, front_end: str) -> None:
    """With the steps before it; also by way of the log-in."""
    page = visitor.page
    visitor.pick("toy story", re.compile("Toy Story"))
    visitor.pick("heat", re.compile("Heat"))
    expect_at(visitor, "Heat", f"#{HEAT}")
    address = page.url
    page.reload()
    expect_at(visitor, "Heat", f"#{HEAT}")
    page.go_back()
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    expect_at(_tab(visitor, address), "Heat", f"#{HEAT}")
    page.reload()
    page.go_back()
    expect_at_the_beginning(visitor)
    page.go_forward()
    expect_at(visitor, "Toy Story", f"#{TOY_STORY}")
    visitor.button("Log out").click()
    visitor.expect_door()
    expect(page).to_have_url(re.compile(r"^[^#]*$"))
    expect(page).to_have_title("movierec")
    visitor.log_in("ann_1", "a long walk home")
    expect_at_the_beginning(visitor)
    visitor.button("Log out").click()

    led = _tab(visitor, f"{address}+{ALIEN}+{HEAT}")
    led.log_in("ann_1", "a long walk home")
    expect_at(led, "Heat and Alien", f"#{HEAT}+{ALIEN}")
    profile = _tab(visitor, address.replace(str(HEAT), "profile"))
    expect(profile.root.get_by_role("region", name="Profile")).to_be_visible()
    profile.button("Back to the films").click()
    expect_at_the_beginning(profile)
