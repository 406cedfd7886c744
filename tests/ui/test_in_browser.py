"""The page as people have it: keys, mouse, focus, what is read out, what is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from movierec.app import App
from movierec.artifact import Movie
from movierec.ui import cards
from movierec.ui.controller import Controller
from tests.toy import HEAT, TOY_STORY_2
from tests.ui.browser import Tab
from tests.ui.wire import Wire

FILM = re.compile(r"^(?!Like |Not for me: ).+ \(\d{4}\)$|^Untold$")  # a card, and not what is thought of it


@pytest.fixture
def inside(tab: Tab) -> Tab:
    """The films, after signing up and logging in."""
    tab.enter()
    return tab


# ---------------------------------------------------------------------------------- the door


def test_tabs_are_moved_through_with_the_arrows(tab: Tab) -> None:
    """One stop for the Tab key; arrows, Home and End select; the panel bears the tab's name."""
    tab.role("tab", "Log in").focus()
    for key, name in [("ArrowRight", "Sign up"), ("ArrowRight", "Log in"), ("ArrowLeft", "Sign up"),
                      ("Home", "Log in"), ("End", "Sign up")]:  # fmt: skip
        tab.press(key)
        assert tab.focused() == name
        expect(tab.role("tab", name)).to_have_attribute("aria-selected", "true")
        expect(tab.role("tabpanel", name)).to_be_visible()
        expect(tab.role("tabpanel")).to_have_count(1)


def test_password_managers_know_the_fields(tab: Tab) -> None:
    """By autocomplete, inside real forms; passwords are masked and may be pasted."""
    kinds = "form => [...form.querySelectorAll('input')].map(i => [i.name, i.type, i.autocomplete])"
    assert tab.page.locator("form").first.evaluate(kinds) == [
        ["username", "text", "username"],
        ["password", "password", "current-password"],
    ]
    assert tab.page.locator("form").last.evaluate(kinds) == [
        ["username", "text", "username"],
        ["email", "email", "email"],
        ["password", "password", "new-password"],
        ["confirm", "password", "new-password"],
    ]
    tab.password().evaluate("""input => {
        const event = new ClipboardEvent('paste', { cancelable: true, bubbles: true });
        window.pasted = input.dispatchEvent(event);
    }""")
    assert tab.page.evaluate("pasted") is True
    assert tab.page.locator("form").first.evaluate("form => form.method") == "post"


def test_signing_up_leads_to_the_log_in_tab(tab: Tab) -> None:
    """Status, tab, username, focus; no password left in any field; nobody is logged in."""
    tab.password().fill("of another account")
    tab.sign_up("ann_1")
    expect(tab.role("status")).to_have_text("Account created")
    expect(tab.role("tab", "Log in")).to_have_attribute("aria-selected", "true")
    expect(tab.role("textbox", "Username")).to_have_value("ann_1")
    assert tab.focused() == "Password"
    passwords = tab.page.locator("input[type=password]").evaluate_all("all => all.map(i => i.value)")
    assert passwords == ["", "", ""]
    expect(tab.role("button", "Log out")).to_have_count(0)


def test_each_broken_rule_stands_beside_its_field(tab: Tab) -> None:
    """As an alert that describes it; the focus goes to the first; typing takes it away."""
    tab.sign_up("an", password="abc", confirm="abd")
    for name, text in [("Username", "3 to 20 letters"), ("Confirm password", "differ")]:
        field = tab.page.get_by_label(name, exact=True).locator("visible=true")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(text))
    expect(tab.role("alert")).to_have_count(3)
    assert tab.focused() == "Username"
    tab.role("textbox", "Username").fill("ann_1")
    expect(tab.role("textbox", "Username")).not_to_have_attribute("aria-invalid", "true")
    expect(tab.role("textbox", "Username")).to_have_accessible_description(
        re.compile("3 to 20 letters, digits or _")
    )
    expect(tab.role("alert")).to_have_count(2)


def test_hints_come_before_errors(tab: Tab) -> None:
    """Nobody has to break a rule to learn it."""
    tab.role("tab", "Sign up").click()
    expect(tab.role("textbox", "Username")).to_have_accessible_description("3 to 20 letters, digits or _.")
    expect(tab.password()).to_have_accessible_description(re.compile("At least 6 characters"))


def test_a_wrong_password_is_about_both_fields_and_is_forgotten(tab: Tab) -> None:
    """One alert; the password is typed again from nothing."""
    tab.role("textbox", "Username").fill("nobody_here")
    tab.password().fill("wrong")
    tab.press("Enter")
    expect(tab.role("alert")).to_have_text("That username and password do not match.")
    for field in (tab.role("textbox", "Username"), tab.password()):
        expect(field).to_have_accessible_description("That username and password do not match.")
        expect(field).to_have_attribute("aria-invalid", "true")
    expect(tab.password()).to_have_value("")
    assert tab.focused() == "Password"


def test_what_is_missing_is_told_without_asking(tab: Tab) -> None:
    """No message is sent for an empty form."""
    tab.role("button", "Log in").click()
    expect(tab.role("alert")).to_have_text(["Enter your username.", "Enter your password."])
    assert tab.focused() == "Username"
    assert tab.sent == []


def test_a_huge_password_is_not_even_sent(tab: Tab) -> None:
    """A clear error, and cheap."""
    tab.role("textbox", "Username").fill("ann_1")
    tab.password().evaluate("(input, text) => { input.value = text; }", "x" * 2_000_000)
    tab.role("button", "Log in").click()
    expect(tab.role("alert")).to_have_text("At most 1024 characters, please.")
    assert tab.sent == []


def test_a_form_waits_visibly_and_is_sent_once(tab: Tab) -> None:
    """Impatient clicks do nothing; what was typed stays until the answer is there."""
    tab.page.evaluate("hold()")
    tab.sign_up()
    button = tab.role("button", "Create account")
    for _ in range(3):
        button.dispatch_event("click")
        tab.press("Enter")
    expect(button).to_have_attribute("aria-disabled", "true")
    assert [message["kind"] for message in tab.sent] == ["sign_up"]
    tab.page.evaluate("release(0)")
    expect(tab.role("status")).to_have_text("Account created")


def test_a_password_can_be_looked_at_until_it_is_sent(tab: Tab) -> None:
    """Then it is hidden again: a password manager looks for a password."""
    tab.password().fill("secret")
    tab.role("button", "Show").click()
    expect(tab.page.locator("input[name=password]").first).to_have_attribute("type", "text")
    tab.role("textbox", "Username").fill("ann_1")
    tab.press("Enter")
    expect(tab.page.locator("input[name=password]").first).to_have_attribute("type", "password")


# ---------------------------------------------------------------------------------- searching


def options(tab: Tab) -> Any:
    return tab.role("listbox").get_by_role("option")


def active(tab: Tab) -> str:
    """Return the option that a screen reader would read."""
    return str(
        tab.finder.evaluate(
            "i => document.getElementById(i.getAttribute('aria-activedescendant'))?.textContent ?? ''"
        )
    )


def test_the_search_is_where_a_visit_begins(inside: Tab) -> None:
    """After the login the focus is not lost; nothing is open yet."""
    expect(inside.finder).to_be_focused()
    expect(inside.finder).to_have_attribute("aria-expanded", "false")


def test_options_are_moved_through_with_keys(inside: Tab) -> None:
    """Down, up, over both ends by way of the text; Home and End once an option is active."""
    inside.finder.press_sequentially("batman")
    expect(options(inside)).to_have_text(
        [re.compile(r"^Batman \(1989\) Tim"), re.compile(r"^Batman \(1966\) Leslie")]
    )
    expect(inside.finder).to_have_attribute("aria-expanded", "true")
    assert active(inside) == ""
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "End"):
        inside.press(key)
        seen.append(re.sub(r"\D", "", active(inside)))
    assert seen == ["1989", "1966", "", "1966", "1989", "1966"]
    expect(inside.role("option").and_(inside.page.locator("[aria-selected=true]"))).to_have_count(1)


def test_an_option_tells_who_was_asked_for(inside: Tab) -> None:
    """The actor by whose name it was found, where the director stands of other films."""
    inside.finder.press_sequentially("hanks")
    expect(options(inside)).to_have_text(["Toy Story (1995) with Tom Hanks", "Toy Story 2 (1999) with Tom Hanks"])


def test_enter_picks_the_active_option(inside: Tab) -> None:
    """And the list is closed, the box empty for the next search."""
    inside.finder.press_sequentially("batman")
    expect(options(inside)).to_have_count(2)
    inside.press("ArrowDown", "ArrowDown", "Enter")
    expect(inside.role("heading", "Batman")).to_be_focused()
    expect(inside.page.get_by_text("1966").first).to_be_visible()
    expect(inside.finder).to_have_value("")
    expect(inside.finder).to_have_attribute("aria-expanded", "false")


def test_enter_alone_picks_the_first(inside: Tab) -> None:
    """Also when it comes before the answer."""
    inside.page.evaluate("hold()")
    inside.finder.press_sequentially("heat")
    inside.press("Enter")
    inside.page.evaluate("release(3)")
    expect(inside.role("list", "Films like Heat")).to_be_visible()


def test_escape_closes_then_clears(inside: Tab) -> None:
    """First the list, then the text."""
    inside.finder.press_sequentially("toy")
    expect(options(inside).first).to_be_visible()
    inside.press("Escape")
    expect(inside.role("listbox")).to_have_count(0)
    expect(inside.finder).to_have_value("toy")
    inside.press("Escape")
    expect(inside.finder).to_have_value("")


def test_an_option_can_be_clicked(inside: Tab) -> None:
    """The list does not close under the mouse."""
    inside.finder.press_sequentially("batman")
    options(inside).filter(has_text="1966").click()
    expect(inside.role("list", "Films like Batman")).to_be_visible()
    assert inside.sent[-1] == {"kind": "pick", "movie_id": 2661}


def test_a_stale_answer_is_never_shown(inside: Tab) -> None:
    """The answer to "b" comes after the one to "batman": it is dropped, as is one after the text was cleared."""
    inside.page.evaluate("hold()")
    inside.finder.press_sequentially("to")
    inside.finder.fill("heat")
    inside.page.evaluate("release(2, 0, 1)")
    expect(options(inside)).to_have_text([re.compile("^Heat"), re.compile("with Heath Ledger$")])
    inside.page.evaluate("hold()")
    inside.finder.press_sequentially("x")
    inside.finder.fill("")
    inside.page.evaluate("release(0)")
    expect(inside.role("listbox")).to_have_count(0)
    expect(inside.page.get_by_text("No film found")).not_to_be_visible()


def test_nothing_found_is_said(inside: Tab) -> None:
    """With what was looked for and what can be, seen and heard."""
    inside.finder.press_sequentially("qqq")
    expect(
        inside.page.locator("p:visible", has_text="No film found for “qqq”. You can search for titles,").first
    ).to_be_visible()
    expect(inside.whisper).to_have_text(
        "No film found for “qqq”. You can search for titles, directors and actors."
    )
    expect(inside.finder).to_have_attribute("aria-expanded", "false")


def test_nothing_found_is_not_shown_to_who_has_left(inside: Tab) -> None:
    """It would stay open over the films: only the text has keys that close it."""
    inside.page.evaluate("hold()")
    inside.finder.press_sequentially("q")
    inside.press("Tab")
    inside.page.evaluate("release(0)")
    expect(inside.whisper).to_contain_text("No film found for “q”.")
    expect(inside.page.locator(".mr-nothing")).to_be_hidden()


# ---------------------------------------------------------------------------------- films


def test_a_pick_is_ten_films_each_with_a_button_and_a_reason(inside: Tab) -> None:
    """Named as others rely on; the focus is at the film picked, and the status says what came."""
    inside.finder.press_sequentially("toy story")
    inside.press("Enter")
    films = inside.page.get_by_role("list", name=re.compile("^Films like Toy Story"))
    expect(films.get_by_role("listitem")).to_have_count(10)
    expect(films.get_by_role("button", name=FILM)).to_have_count(10)
    expect(films.get_by_role("button").first).to_have_accessible_name("Toy Story 2 (1999)")
    expect(films.get_by_role("listitem").first.locator("em", has_text="John Lasseter")).to_be_visible()
    expect(inside.role("heading", "Toy Story")).to_be_focused()
    expect(inside.whisper).to_have_text("Ten films like Toy Story")


def test_a_card_is_the_next_pick(inside: Tab) -> None:
    """By key; the way back is one button."""
    inside.role("button", "Alien (1979)").focus()
    inside.press("Enter")
    inside.page.evaluate("scrollTo(0, 150)")
    inside.role("list", "Films like Alien").get_by_role("button").first.click()
    expect(inside.role("heading", "Alien³")).to_be_focused()
    bar, heading = inside.role("banner").bounding_box(), inside.role("heading", "Alien³").bounding_box()
    assert bar is not None
    assert heading is not None
    assert heading["y"] >= bar["y"] + bar["height"], "not under the bar at the top"
    inside.role("button", "Back to Alien", exact=False).click()
    expect(inside.role("button", "Alien³ (1992)")).to_be_focused()
    assert inside.page.evaluate("scrollY") == 150, "where they were"
    assert [message for message in inside.sent if message["kind"] in ("pick", "back")] == [
        {"kind": "pick", "movie_id": 348},
        {"kind": "pick", "movie_id": 8077},
        {"kind": "back"},
    ]


def test_a_wait_shows(inside: Tab) -> None:
    """Busy at once, shapes of films when it takes longer, and never a second question meanwhile."""
    inside.page.evaluate("hold()")
    inside.role("button", "Up (2009)").dblclick()
    assert [message["kind"] for message in inside.sent].count("pick") == 1
    expect(inside.role("main")).to_have_attribute("aria-busy", "true")
    expect(inside.page.locator(".mr-bone").first).to_be_visible()
    inside.page.evaluate("release(0)")
    expect(inside.role("list", "Films like Up")).to_be_visible()
    expect(inside.role("main")).not_to_have_attribute("aria-busy", "true")


def release_while_typing(tab: Tab) -> None:
    """Let an answer come in the middle of a word, and see that the word stays whole."""
    tab.finder.click()
    tab.page.keyboard.type("alie")
    tab.page.evaluate("release(0)")
    expect(tab.role("heading", "Heat").or_(tab.role("heading", "Profile"))).to_be_visible()
    tab.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    tab.page.keyboard.type("n")
    expect(tab.finder).to_have_value("alien")
    expect(tab.finder).to_be_focused()


@pytest.mark.parametrize("name", ["Heat (1995)", "Profile"])
def test_what_was_asked_for_takes_nobody_out_of_the_next_word(inside: Tab, name: str) -> None:
    """Who types on while films or the profile are on their way goes on typing when they come."""
    inside.page.evaluate("hold()")
    inside.role("button", name).click()
    release_while_typing(inside)


def test_films_that_come_back_take_nobody_out_of_the_next_word(inside: Tab) -> None:
    """The same when the profile is closed."""
    inside.role("button", "Heat (1995)").click()
    expect(inside.role("heading", "Heat")).to_be_focused()
    inside.role("button", "Profile").click()
    expect(inside.role("heading", "Profile")).to_be_focused()
    inside.page.evaluate("hold()")
    inside.role("button", "Profile").click()
    release_while_typing(inside)


def test_a_failure_is_an_alert_and_the_films_come_back(inside: Tab, wire: Wire) -> None:
    """One sentence; it can be closed, and is gone once they are elsewhere."""
    inside.page.evaluate("hold()")
    inside.role("button", "Up (2009)").click()
    expect(inside.page.locator(".mr-bone").first).to_be_visible()
    grid = wire.id("PosterGrid")
    inside.page.wait_for_function("holding.length")  # the true answer, which is lost
    inside.page.evaluate("holding = null")
    failed = {"method": "custom", "content": {"kind": "failed", "text": "Something went wrong."}}
    inside.page.evaluate("m => take([m])", {"type": "comm_msg", "id": grid, "data": failed})
    expect(inside.role("alert")).to_contain_text("Something went wrong.")
    expect(inside.role("button", "Up (2009)")).to_be_visible()
    inside.role("button", "Dismiss").click()
    expect(inside.role("alert")).to_have_count(0)
    inside.page.evaluate("m => take([m])", {"type": "comm_msg", "id": grid, "data": failed})
    expect(inside.role("alert")).to_be_visible()
    inside.role("button", "Up (2009)").click()
    expect(inside.role("heading", "Up")).to_be_focused()
    expect(inside.role("alert")).to_have_count(0)


def test_real_posters_lie_over_the_drawn_ones(browser: Browser, app: App, wire: Wire) -> None:
    """Those that exist; one that does not leaves no trace, and nothing moves."""
    Controller(replace(app, settings=app.settings.replace(posters_url="/posters/")))
    tab = Tab(browser, wire)
    tab.posters[HEAT] = False
    tab.posters[TOY_STORY_2] = False
    tab.enter()
    box = tab.role("button", "Heat (1995)").bounding_box()
    expect(tab.page.locator("img.mr-loaded")).to_have_count(8)
    expect(tab.role("button", "Heat (1995)").locator("img")).to_have_count(0)
    expect(tab.role("button", "Heat (1995)").get_by_text("Heat").first).to_be_visible()
    assert tab.role("button", "Heat (1995)").bounding_box() == box
    assert tab.page.locator("img").first.evaluate("i => [i.loading, i.decoding, i.alt]") == ["lazy", "async", ""]
    tab.close()


def test_without_posters_no_image_is_asked_for(inside: Tab) -> None:
    """The drawn poster is the poster."""
    expect(inside.page.locator("img")).to_have_count(0)
    expect(inside.page.locator(".mr-poster")).to_have_count(10)


def test_texts_are_texts(inside: Tab, wire: Wire) -> None:
    """Markup, right-to-left text and control characters in a film do nothing but stand there."""
    evil = Movie(
        movie_id=1, title="<img src=x onerror=window.evil=1>", overview="<script>window.evil=1</script>\u202eabc",
        tagline="<b>bold</b>", cast=("<i>who</i>",), keywords=("</li><li>",), year=2000,
    )  # fmt: skip
    view = cards.pick_view([evil], [], turn=99, back=[evil])
    update = {"method": "update", "state": {"view": view}}
    inside.page.evaluate("m => take([m])", {"type": "comm_msg", "id": wire.id("PosterGrid"), "data": update})
    expect(inside.role("heading", evil.title)).to_be_visible()
    expect(inside.page.get_by_text("<script>")).to_be_visible()
    assert inside.page.evaluate("window.evil") is None
    expect(inside.page.locator("main :is(img, script, b, i)")).to_have_count(0)


# ---------------------------------------------------------------------------------- the profile


def test_the_profile_is_saved(inside: Tab) -> None:
    """Names as others rely on; a film is found by a few letters; a wrong one is told beside its field."""
    inside.role("button", "Profile").click()
    profile = inside.role("region", "Profile")
    expect(profile).to_contain_text("ann_1@example.com")
    profile.get_by_role("combobox", name="Favourite genre").select_option("Crime")
    film = profile.get_by_role("textbox", name="Favourite film")
    film.fill("Nothing like it")
    profile.get_by_role("button", name="Save").click()
    expect(film).to_have_accessible_description(re.compile("We do not have that film"))
    expect(film).to_be_focused()
    film.fill("hea")
    profile.get_by_role("button", name="Heat (1995)").click()
    expect(film).to_have_value("Heat (1995)")
    profile.get_by_role("button", name="Save").click()
    expect(inside.role("status")).to_have_text("Saved")
    inside.role("button", "Back to the films", exact=False).click()
    expect(inside.role("heading", "Start with one of these")).to_be_focused()
    expect(profile).to_have_count(0)


def test_what_is_saved_takes_no_place_of_what_is_typed_meanwhile(inside: Tab) -> None:
    """The answer has the film's full name, and comes when another is being written."""
    inside.role("button", "Profile").click()
    film = inside.role("textbox", "Favourite film")
    film.fill("heat")
    expect(inside.role("list", "Films you may mean")).to_be_visible()
    inside.page.evaluate("hold()")
    inside.role("button", "Save").click()
    film.fill("alie")
    inside.page.evaluate("release(0)")
    expect(inside.role("status")).to_have_text("Saved")
    expect(film).to_have_value("alie")


def test_logging_out_brings_the_start_page(inside: Tab) -> None:
    """Nothing of the visit is left in the page."""
    inside.role("button", "Profile").click()
    expect(inside.role("region", "Profile")).to_be_visible()
    inside.role("button", "Log out").click()
    expect(inside.role("tab", "Log in")).to_be_visible()
    assert "ann_1" not in inside.page.content()
    expect(inside.page.locator(".movierec-page > *")).to_have_count(2)


# ---------------------------------------------------------------------------------- for everybody


def journey(tab: Tab) -> Iterator[str]:
    """Go through the whole app; stop wherever there is something to look at."""
    expect(tab.role("tab", "Log in")).to_be_visible()
    yield "door"
    tab.sign_up("an", password="abc", confirm="abd")
    expect(tab.role("alert")).to_have_count(3)
    yield "errors"
    tab.role("tab", "Log in").click()
    tab.role("button", "I have a reset code").click()
    tab.role("button", "Save new password").click()
    expect(tab.role("alert")).to_have_count(2)
    yield "reset"
    tab.enter()
    yield "start"
    tab.finder.press_sequentially("to")
    expect(options(tab).first).to_be_visible()
    tab.press("ArrowDown")
    yield "search"
    tab.finder.fill("the dark kn")
    expect(options(tab)).to_have_count(1)
    tab.press("Enter")
    expect(tab.role("list", "Films like The Dark Knight")).to_be_visible()
    yield "pick"
    films = tab.role("list", "Films like The Dark Knight")
    films.get_by_role("button", name="Like ").first.click()
    films.get_by_role("button", name="Not for me: ").last.click()
    expect(tab.role("button", "Undo")).to_be_visible()
    expect(tab.role("list", "For you").get_by_role("listitem")).to_have_count(10)
    yield "likes"
    tab.role("button", "Mix with…").click()
    tab.role("combobox", "Mix The Dark Knight with…").fill("amel")
    expect(options(tab)).to_have_count(1)
    yield "mixing"
    tab.press("Enter")
    expect(tab.role("list", "Films like The Dark Knight and Amélie")).to_be_visible()
    yield "mix"
    tab.role("button", "For you").click()
    expect(tab.role("heading", "For you")).to_be_focused()
    yield "for you"
    tab.role("button", "Profile").click()
    tab.role("textbox", "Favourite film").fill("toy")
    expect(tab.role("button", "Toy Story (1995)")).to_be_visible()
    yield "profile"
    for part in ("Password", "Email", "Where you are signed in", "Delete account"):
        tab.role("button", part).click()
    for action in ("Change password", "Delete my account for good"):
        tab.role("button", action).click()
    expect(tab.role("alert")).to_have_count(2)
    yield "account"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, app: App, wire: Wire, scheme: str) -> None:
    """On every page, in both colour schemes."""
    Controller(app)
    tab = Tab(browser, wire, color_scheme=scheme)
    axe = Axe()
    for stop in journey(tab):
        found = axe.run(tab.page).response["violations"]
        assert [
            (stop, v["id"], [n["target"] for n in v["nodes"]], v["nodes"][0]["failureSummary"]) for v in found
        ] == []
    tab.close()


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_wider_than_a_narrow_screen(browser: Browser, app: App, wire: Wire, width: int) -> None:
    """320 px: a small phone, and 1280 px at 400 %; 640 px: 1280 px at 200 %. Targets are large enough to hit."""
    Controller(app)
    tab = Tab(browser, wire, viewport={"width": width, "height": 640}, has_touch=True)
    for stop in journey(tab):
        assert tab.page.evaluate("document.documentElement.scrollWidth") == width, stop
        small = tab.page.locator(
            "button:visible, input:visible, select:visible, [role=option]:visible"
        ).evaluate_all(
            "all => all.filter(e => Math.min(e.offsetWidth, e.offsetHeight) < 40).map(e => e.outerHTML)"
        )
        assert small == [], stop
    tab.close()


def test_the_page_stands_still_for_those_who_ask_for_it(browser: Browser, app: App, wire: Wire) -> None:
    """With reduced motion no transition is long enough to be seen."""
    Controller(app)
    tab = Tab(browser, wire, reduced_motion="reduce")
    tab.enter()
    longest = tab.page.locator(".movierec *").evaluate_all(
        "all => Math.max(...all.map(e => parseFloat(getComputedStyle(e).transitionDuration)))"
    )
    assert longest <= 0.001
    tab.close()


def test_focus_can_be_seen_wherever_it_goes(inside: Tab) -> None:
    """Every stop of the Tab key has a ring."""
    inside.role("button", "movierec, back to the start").focus()
    for _ in range(33):  # Profile, Log out, the search, ten films and what is thought of each
        inside.press("Tab")
        ring = inside.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid", inside.focused()[-200:]


def bottom_of_the_bar(tab: Tab) -> float:
    return float(tab.role("banner").evaluate("e => e.getBoundingClientRect().bottom"))


def test_the_bar_covers_nothing_that_has_the_focus(inside: Tab) -> None:
    """Whichever way the Tab key goes: WCAG 2.2, 2.4.11."""
    inside.role("button", "Heat (1995)").click()
    expect(inside.role("heading", "Heat")).to_be_focused()
    covered = []
    for key in ["Tab"] * 24 + ["Shift+Tab"] * 20:
        inside.press(key)
        if inside.page.evaluate("document.activeElement.matches('.mr-films *')"):
            covered.append(inside.page.evaluate("document.activeElement.getBoundingClientRect().top"))
    assert inside.page.evaluate("scrollY") > 0
    assert min(covered) >= bottom_of_the_bar(inside)


@pytest.mark.parametrize("then", ["", "toy"])
def test_the_search_box_comes_out_from_under_the_bar(inside: Tab, then: str) -> None:
    """When what is left of it is clicked, and when somebody types who has scrolled away."""
    inside.role("button", "Heat (1995)").click()
    expect(inside.role("heading", "Heat")).to_be_focused()
    inside.finder.focus()
    inside.page.evaluate("scrollTo(0, 0)")
    below = inside.finder.evaluate("e => e.getBoundingClientRect().bottom") - bottom_of_the_bar(inside)
    inside.page.evaluate("y => scrollTo(0, y)", below - 20)
    box = inside.finder.bounding_box()
    assert box
    assert box["y"] < bottom_of_the_bar(inside)
    if then:
        inside.page.keyboard.type(then)
    else:
        inside.page.mouse.click(box["x"] + 40, bottom_of_the_bar(inside) + 10)
    inside.page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 64")
