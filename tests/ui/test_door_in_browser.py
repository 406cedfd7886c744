"""The start page over time: what it says, and when it stops saying it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from movierec.app import App
from movierec.ui.controller import Controller
from tests.ui.browser import Tab
from tests.ui.wire import Wire

GOOD, NEUTRAL = "rgb(28, 106, 67)", "rgb(139, 135, 120)"  # --mr-good and --mr-edge, in the light


def created(tab: Tab) -> None:
    tab.sign_up("ann_1")
    expect(tab.role("status")).to_have_text("Account created")


def test_the_good_news_ends_when_the_visitor_goes_on(tab: Tab) -> None:
    """By click, by key, by sending either form: it is about what was done before."""
    created(tab)
    tab.role("tab", "Sign up").click()
    expect(tab.role("status")).to_have_text("")
    tab.sign_up("ann_2")
    expect(tab.role("status")).to_have_text("Account created")
    tab.role("tab", "Log in").focus()
    tab.press("ArrowRight")
    expect(tab.role("status")).to_have_text("")
    tab.sign_up("ann_3")
    expect(tab.role("status")).to_have_text("Account created")
    tab.password().fill("wrong")
    tab.page.evaluate("hold()")
    tab.press("Enter")
    expect(tab.role("status")).to_have_text("")
    tab.page.evaluate("release(0)")
    expect(tab.role("alert")).to_have_text("That username and password do not match.")


@pytest.mark.parametrize("name", ["ann_1 ", " ann_1"])
def test_a_space_that_nobody_sees_is_told(tab: Tab, name: str) -> None:
    """Once the pair is refused: a name from elsewhere may have one."""
    tab.role("textbox", "Username").fill(name)
    tab.password().fill("a long walk home")
    tab.press("Enter")
    said = "That username and password do not match. There is a space before or after the username."
    expect(tab.role("alert")).to_have_text(said)


def test_good_news_said_twice_is_new_twice(tab: Tab) -> None:
    """A screen reader reads out what is added, not what is the same."""
    watch = "new MutationObserver(all => all.forEach(m => { added += m.addedNodes.length; }))"
    tab.page.evaluate("window.added = 0")
    tab.role("status").evaluate(f"e => {watch}.observe(e, {{ childList: true }})")
    created(tab)
    assert tab.page.evaluate("added") == 1
    created_again = {"kind": "created", "username": "ann_1"}
    door = tab.wire.id("Door")
    message = {"type": "comm_msg", "id": door, "data": {"method": "custom", "content": created_again}}
    tab.page.evaluate("m => take([m])", message)
    assert tab.page.evaluate("added") == 2
    expect(tab.role("status")).to_have_text("Account created")


def test_an_answer_that_is_a_problem_ends_the_good_news(tab: Tab) -> None:
    """Never a tick above an alert."""
    created(tab)
    failed = {"method": "custom", "content": {"kind": "failed", "text": "Something went wrong."}}
    tab.page.evaluate("m => take([m])", {"type": "comm_msg", "id": tab.wire.id("Door"), "data": failed})
    expect(tab.role("alert")).to_have_text("Something went wrong.")
    expect(tab.role("status")).to_have_text("")


def test_length_is_counted_in_characters(tab: Tab) -> None:
    """As the server counts: 600 emoji are 600, though a browser keeps each as two; 1025 are too many."""
    tab.sign_up("ann_1", password="🎬🍿🎥" * 200)
    expect(tab.role("status")).to_have_text("Account created")
    tab.password().fill("🎬" * 1025)
    tab.press("Enter")
    expect(tab.role("alert")).to_have_text("At most 1024 characters, please.")


def test_a_login_that_has_ended_is_no_good_news(tab: Tab, app: App) -> None:
    """It is told without the colour of what went well."""
    created(tab)
    expect(tab.role("status")).to_have_css("border-inline-start-color", GOOD)
    tab.password().fill("a long walk home")
    tab.press("Enter")
    expect(tab.finder).to_be_visible()
    app.logins.end_all(1)
    tab.role("button", "Profile").click()
    expect(tab.role("status")).to_have_text("You are no longer logged in. Please log in again.")
    expect(tab.role("status")).to_have_css("border-inline-start-color", NEUTRAL)


@pytest.mark.parametrize(("touch", "name"), [(False, "Username"), (True, "Log in")])
def test_after_logging_out_the_focus_is_at_the_way_in(
    browser: Browser, app: App, wire: Wire, touch: bool, name: str
) -> None:
    """In the field where there is a keyboard, else at the tab. For who has just come, the browser decides."""
    Controller(app)
    tab = Tab(browser, wire, has_touch=touch, is_mobile=touch)
    expect(tab.role("tab", "Log in")).to_be_visible()
    assert tab.page.evaluate("document.activeElement === document.body")
    tab.enter()
    tab.role("button", "Log out").click()
    expected = tab.role("tab", name) if touch else tab.role("textbox", name)
    expect(expected).to_be_focused()
    tab.close()


# ---------------------------------------------------------------------------------- answers that come late


def held_log_in(tab: Tab) -> None:
    """Send a pair that does not match, and keep its answer back."""
    tab.role("textbox", "Username").fill("ann_1")
    tab.password().fill("wrong")
    tab.page.evaluate("hold()")
    tab.press("Enter")


def test_a_late_answer_takes_nobody_away_from_where_they_type(tab: Tab) -> None:
    """Else the rest of a password would be typed into the field "Username", where anybody can read it."""
    tab.role("tab", "Sign up").click()
    tab.password().fill("a long walk home")
    tab.page.evaluate("hold()")
    tab.press("Enter")
    tab.password("Confirm password").click()
    tab.page.keyboard.type("a long ")
    tab.page.evaluate("release(0)")
    expect(tab.role("alert").first).to_be_visible()
    tab.page.keyboard.type("walk home")
    expect(tab.password("Confirm password")).to_have_value("a long walk home")
    expect(tab.role("textbox", "Username")).to_have_value("")


def test_a_password_that_is_being_typed_again_stays(tab: Tab) -> None:
    """The alert comes all the same."""
    held_log_in(tab)
    tab.password().fill("")
    tab.page.keyboard.type("a long ")
    tab.page.evaluate("release(0)")
    expect(tab.role("alert")).to_have_text("That username and password do not match.")
    expect(tab.password()).to_have_value("a long ")


@pytest.mark.parametrize("by", ["key", "button"])
def test_an_answer_takes_who_has_waited_for_it_to_the_field(tab: Tab, by: str) -> None:
    """From the field or the button that it was sent with."""
    tab.role("textbox", "Username").fill("ann_1")
    tab.password().fill("wrong")
    if by == "key":
        tab.press("Enter")
    else:
        tab.role("button", "Log in").click()
    expect(tab.role("alert")).to_be_visible()
    expect(tab.password()).to_be_focused()
    expect(tab.password()).to_have_value("")


def test_an_account_that_is_made_late_brings_nobody_to_the_log_in(tab: Tab) -> None:
    """Who has begun another form there is told, and goes on with it; the form that was sent is empty."""
    tab.page.evaluate("hold()")
    tab.sign_up("ann_1")
    tab.role("tab", "Log in").click()
    tab.role("textbox", "Username").fill("bob_1")
    tab.password().click()
    tab.page.keyboard.type("a long ")
    tab.page.evaluate("release(0)")
    expect(tab.role("status")).to_have_text("Account created")
    tab.page.keyboard.type("walk")
    expect(tab.role("textbox", "Username")).to_have_value("bob_1")
    expect(tab.password()).to_have_value("a long walk")
    values = tab.page.locator("form").last.locator("input").evaluate_all("all => all.map(i => i.value)")
    assert values == ["", "", "", ""]


def test_an_answer_stands_in_the_form_that_asked(tab: Tab) -> None:
    """Whichever is open by then; and the other one, which waits too, goes on waiting."""
    held_log_in(tab)
    tab.sign_up("ann_1", confirm="another")
    waiting = tab.page.locator("form > [aria-disabled=true]")
    expect(waiting).to_have_text(["Log in", "Create account"])
    tab.page.evaluate("take(holding[0])")
    expect(waiting).to_have_text(["Create account"])
    expect(tab.role("alert")).to_have_count(0)
    tab.page.evaluate("take(holding[1])")
    expect(waiting).to_have_count(0)
    expect(tab.role("alert")).to_have_text("The two passwords differ.")
    tab.role("tab", "Log in").click()
    expect(tab.role("alert")).to_have_text("That username and password do not match.")
