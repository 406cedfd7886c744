"""The page where our server logs people in: where passwords go, and what somebody who is signed in never sees."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, expect

from movierec.app import App
from movierec.ui.controller import Controller
from tests.ui.browser import Tab
from tests.ui.front_desk import LOGIN_URL, FrontDesk
from tests.ui.opener import PASSWORD, Opener, enter, kinds, log_in
from tests.ui.opener import SERVED_KERNEL_ID as KERNEL_ID
from tests.ui.wire import Wire

NEW = "another long walk"


# ---------------------------------------------------------------------------------- the forms


@pytest.mark.parametrize("keep", [False, True])
def test_a_password_goes_to_the_server_and_a_ticket_to_the_kernel(opener: Opener, keep: bool) -> None:
    """The kernel hears of no password; the box decides how long the login lasts."""
    tab = opener()
    log_in(tab, keep=keep)
    expect(tab.finder).to_be_visible()
    assert kinds(tab) == ["ticket"]
    assert PASSWORD not in str(tab.sent)
    (asked,) = opener.server.asked
    assert asked == ("POST", "login", {"username": "ann_1", "password": PASSWORD, "keep": keep})


def test_the_box_is_ticked_by_key_and_by_its_words(opener: Opener) -> None:
    """A real check box, large enough to hit; not ticked at first."""
    box = opener().role("checkbox", "Keep me signed in")
    expect(box).not_to_be_checked()
    box.press("Space")
    expect(box).to_be_checked()
    box.page.get_by_text("Keep me signed in").click()
    expect(box).not_to_be_checked()
    size = box.bounding_box()
    assert size
    assert min(size["width"], size["height"]) >= 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door_of_our_server(opener: Opener, scheme: str) -> None:
    """With its box, ticked, and an alert of the whole form, in both colour schemes."""
    tab = opener()
    tab.page.emulate_media(color_scheme=scheme)
    opener.server.instead["login"] = (
        429,
        '{"kind": "failed", "text": "Too many attempts. Try again in 7 seconds.", "retry_after_s": 7}',
    )
    log_in(tab, keep=True)
    expect(tab.role("alert")).to_be_visible()
    assert [(found["id"], found["nodes"]) for found in Axe().run(tab.page).response["violations"]] == []


def test_problems_stand_where_they_stand_without_a_server(opener: Opener) -> None:
    """One alert about both fields; an account is created, and its name is filled in."""
    tab = opener()
    log_in(tab, "wrong")
    expect(tab.role("alert")).to_have_text("That username and password do not match.")
    expect(tab.password()).to_be_focused()
    tab.sign_up("bob_1", confirm="another")
    expect(tab.role("alert")).to_have_text("The two passwords differ.")
    tab.password("Confirm password").fill(PASSWORD)
    tab.press("Enter")
    expect(tab.role("status")).to_have_text("Account created")
    expect(tab.role("textbox", "Username")).to_have_value("bob_1")
    assert kinds(tab) == []


def test_an_answer_of_the_server_stands_in_the_form_that_asked(opener: Opener) -> None:
    """Though it is the second that was sent: answers of a server come in any order."""
    tab = opener()
    broken = f"**{LOGIN_URL}login"
    tab.page.route(broken, lambda route: route.abort())
    log_in(tab, "wrong")
    waiting = tab.page.locator("form > [aria-disabled=true]")
    expect(waiting).to_have_text(["Log in"])
    tab.sign_up("bob_1", confirm="another")
    expect(tab.role("alert")).to_have_text("The two passwords differ.")
    expect(waiting).to_have_text(["Log in"])
    tab.page.unroute(broken)
    expect(waiting).to_have_count(0)
    tab.role("tab", "Log in").click()
    expect(tab.role("alert")).to_have_text("That username and password do not match.")


def test_a_reset_code_leads_back_to_the_log_in(opener: Opener) -> None:
    """A form of its own, quiet; the name is filled in, before and after, and the focus is where one goes on."""
    code = opener.app.front_desk.recovery.make_code(opener.server.log_in().user)
    opener.server.token = ""
    tab = opener()
    tab.role("textbox", "Username").fill("ann_1")
    tab.role("button", "I have a reset code").click()
    expect(tab.role("textbox", "Username")).to_have_value("ann_1")
    expect(tab.role("textbox", "Reset code")).to_be_focused()
    tab.role("textbox", "Reset code").fill("wrong")
    tab.password("New password").fill(NEW)
    tab.password("Confirm new password").fill(NEW)
    tab.role("button", "Save new password").click()
    expect(tab.role("textbox", "Reset code")).to_have_attribute("aria-invalid", "true")
    tab.role("textbox", "Reset code").fill(code)
    tab.press("Enter")
    expect(tab.role("status")).to_have_text("Password saved. You can log in now.")
    expect(tab.role("textbox", "Username")).to_have_value("ann_1")
    expect(tab.role("textbox", "Reset code")).to_have_count(0)
    assert tab.focused() == "Password"
    tab.page.keyboard.type(NEW)
    tab.press("Enter")
    expect(tab.finder).to_be_visible()


def test_the_way_back_from_the_reset_form(opener: Opener) -> None:
    """By its button, which leads to the one that led there."""
    tab = opener()
    tab.role("button", "I have a reset code").click()
    tab.role("button", "Back to log in").click()
    expect(tab.role("button", "I have a reset code")).to_be_focused()
    expect(tab.role("button", "Log in")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (429, '{"kind": "failed", "text": "Too many attempts. Try again in 7 seconds."}',
         "Too many attempts. Try again in 7 seconds."),
        (503, '{"kind": "failed", "text": "Many people are logging in just now."}',
         "Many people are logging in just now."),
        (500, "<h1>Internal error</h1>", "Something went wrong on our side. Please try again."),
        (403, "", "This page has to be loaded again.Reload"),
    ],
)  # fmt: skip
def test_whatever_the_server_says_is_told_beside_the_form(
    opener: Opener, status: int, body: str, text: str
) -> None:
    """In its words where they are ours; and the form can be sent again."""
    tab = opener()
    opener.server.instead["login"] = (status, body)
    log_in(tab)
    expect(tab.role("alert")).to_have_text(text)
    del opener.server.instead["login"]
    tab.press("Enter")
    expect(tab.finder).to_be_visible()


@pytest.mark.parametrize(
    ("form", "lasting"),
    [("login", "Forgot it? Whoever runs this app can give you a reset code."), ("signup", "")],
)
def test_a_wait_is_told_until_it_is_over(opener: Opener, form: str, lasting: str) -> None:
    """After that it would not be true any more; who may have forgotten the password keeps the way out."""
    tab = opener()
    text = "Too many attempts. Try again in 7 seconds."
    opener.server.instead[form] = (429, json.dumps({"kind": "failed", "text": text, "retry_after_s": 7}))
    tab.page.clock.install()
    if form == "login":
        log_in(tab)
    else:
        tab.sign_up("bob_1")
    expect(tab.role("alert")).to_have_text(f"{text} {lasting}".strip())
    tab.page.clock.run_for(6000)
    expect(tab.role("alert")).to_contain_text("in 7 seconds")
    tab.page.clock.run_for(1100)
    expect(tab.role("alert")).to_have_text([lasting] if lasting else [])


def test_a_server_out_of_reach_is_told(opener: Opener) -> None:
    """After a minute of trying; the form does not wait for ever."""
    tab = opener()
    tab.page.route(f"**{LOGIN_URL}login", lambda route: route.abort())
    tab.page.clock.install()
    log_in(tab)
    for _ in range(70):
        tab.page.clock.run_for(1000)
    expect(tab.role("alert")).to_have_text("We cannot be reached right now. Check your connection and try again.")


def test_a_form_whose_answer_is_lost_is_sent_again_under_its_name(opener: Opener) -> None:
    """So that a server can answer as before, instead of doing it twice; another form has another name."""
    tab = opener()
    names = []

    def lose(route: Route) -> None:
        names.append(route.request.headers["x-movierec-form"])
        route.abort()

    tab.page.route(f"**{LOGIN_URL}login", lose, times=2)
    log_in(tab, "wrong")
    expect(tab.role("alert")).to_have_text("That username and password do not match.")
    tab.page.keyboard.type(PASSWORD)
    tab.press("Enter")
    expect(tab.finder).to_be_visible()
    assert names == [opener.server.names[0]] * 2
    assert opener.server.names[0] != opener.server.names[1]


# ---------------------------------------------------------------------------------- signed in already


def test_who_is_signed_in_never_sees_the_form(opener: Opener) -> None:
    """Not for a moment: no form comes into the page before the films do."""
    opener.server.log_in()
    tab = opener(opener.server.new_ticket())
    expect(tab.finder).to_be_visible()
    assert tab.page.evaluate("document.querySelector('#movierec-ticket')") is None, "nobody else reads it there"
    assert kinds(tab) == ["ticket"]
    assert opener.server.asked == []
    assert not tab.page.evaluate("doorSeen")


def test_an_old_ticket_is_changed_for_a_new_one(opener: Opener) -> None:
    """A slow line, or a page that the browser kept: still no form."""
    opener.server.log_in()
    ticket = opener.server.new_ticket()
    opener.app.logins.redeem_ticket(ticket, kernel_id=KERNEL_ID)
    tab = opener(ticket)
    expect(tab.finder).to_be_visible()
    assert [place for _, place, _ in opener.server.asked] == ["ticket"]
    assert not tab.page.evaluate("doorSeen")


def test_a_page_without_a_ticket_asks_for_one(opener: Opener) -> None:
    """The database was away while the server made the page."""
    opener.server.log_in()
    tab = opener("")
    expect(tab.finder).to_be_visible()
    assert [message["kind"] for message in tab.sent] == ["ticket"]
    assert not tab.page.evaluate("doorSeen")


def test_a_login_that_is_over_brings_the_form(opener: Opener) -> None:
    """Asked for once; then it is the start page, as for anybody, and works."""
    login = opener.server.log_in()
    ticket = opener.server.new_ticket()
    opener.app.logins.end(login)
    tab = opener(ticket)
    expect(tab.role("tab", "Log in")).to_be_visible()
    expect(tab.role("alert")).to_have_count(0)
    assert [place for _, place, _ in opener.server.asked] == ["ticket"]
    enter(tab)


def test_a_database_that_stays_away_is_told(opener: Opener) -> None:
    """With a button to load the page again, because they are signed in."""
    opener.server.log_in()
    opener.server.instead["ticket"] = (503, '{"kind": "failed", "text": "We cannot reach our records right now."}')
    tab = opener("")
    expect(tab.role("alert")).to_contain_text("We cannot reach our records right now.")
    expect(tab.role("button", "Reload")).to_be_visible()


def test_a_ticket_in_a_page_without_our_server_is_no_matter(browser: Browser, app: App, wire: Wire) -> None:
    """Plain Voilà: whatever else stands in the page, the form is drawn."""
    Controller(app)
    server = FrontDesk(app, KERNEL_ID)
    server.ticket = "x" * 43
    tab = Tab(browser, wire, server)
    expect(tab.role("tab", "Log in")).to_be_visible()
    expect(tab.role("checkbox")).to_have_count(0)
    tab.enter()
    tab.close()
    assert (server.asked, tab.errors) == ([], [])


def test_a_login_that_another_tab_has_put_a_new_one_in_place_of(opener: Opener) -> None:
    """The browser is signed in, so this tab comes in with its next click and says so; no form is drawn."""
    tab = opener()
    enter(tab)
    opener.app.logins.end_token(opener.server.token)
    opener.server.log_in()
    tab.page.evaluate("doorSeen = false")
    tab.finder.evaluate("e => { e.value = 'the old page'; }")
    tab.role("button", "Profile").click()
    expect(tab.finder).to_have_value("")
    assert opener.server.asked[-1] == ("POST", "ticket", {})
    expect(tab.role("alert")).to_contain_text("You have signed in anew. Your last step may have to be repeated.")
    assert kinds(tab) == ["ticket", "profile", "come_back"]
    assert not tab.page.evaluate("doorSeen")


# ---------------------------------------------------------------------------------- and out again


def test_logging_out_ends_the_browser_s_login_too(opener: Opener) -> None:
    """The server is told, so that the next page begins at the door."""
    tab = opener()
    enter(tab)
    tab.role("button", "Log out").click()
    expect(tab.role("tab", "Log in")).to_be_visible()
    assert ("DELETE", "login", None) in opener.server.asked
    assert opener.server.token == ""


def test_logging_out_everywhere_ends_the_browser_s_login_too(opener: Opener) -> None:
    """After all the others, which the kernel ends."""
    other = opener.server.log_in()
    opener.server.token = ""
    tab = opener()
    enter(tab)
    tab.role("button", "Profile").click()
    tab.role("button", "Where you are signed in").click()
    with tab.page.expect_request(lambda request: request.method == "DELETE"):
        tab.role("button", "Log out everywhere").click()
    expect(tab.role("status")).to_have_text("You are logged out everywhere.")
    assert opener.app.logins.active(other.user.user_id) == []


def account(opener: Opener, part: str) -> Tab:
    """Open a part of the account."""
    tab = opener()
    enter(tab)
    tab.role("button", "Profile").click()
    tab.role("button", part).click()
    return tab


def test_another_password_by_the_server(opener: Opener) -> None:
    """The kernel sees no password, goes on, and shows that other places are signed out."""
    other = opener.server.log_in()
    opener.server.token = ""
    tab = account(opener, "Password")
    expect(tab.role("button", "Where you are signed in")).to_have_accessible_description("2 places")
    tab.password("Current password").fill(PASSWORD)
    tab.password("New password").fill(NEW)
    tab.password("Confirm new password").fill(NEW)
    tab.press("Enter")
    expect(tab.role("status")).to_have_text("Password changed. Other places are signed out.")
    expect(tab.role("button", "Where you are signed in")).to_have_accessible_description("Only here")
    assert kinds(tab) == ["ticket", "profile", "account_changed"]
    assert len(opener.app.logins.active(other.user.user_id)) == 1


def test_another_email_by_the_server(opener: Opener) -> None:
    """Shown at once."""
    tab = account(opener, "Email")
    tab.role("textbox", "New email").fill("new@example.com")
    tab.password().fill(PASSWORD)
    tab.press("Enter")
    expect(tab.role("region", "Profile")).to_contain_text("new@example.com")


def test_the_account_is_deleted_by_the_server(opener: Opener) -> None:
    """And the kernel brings the start page, which says so."""
    tab = account(opener, "Delete account")
    tab.password().fill(PASSWORD)
    tab.role("button", "Delete my account for good").click()
    expect(tab.role("status")).to_have_text("Your account and everything about you are deleted.")
    assert kinds(tab) == ["ticket", "profile", "account_deleted"]


def test_a_form_of_a_login_that_is_over_leads_to_the_start_page(opener: Opener) -> None:
    """The server knows of no login: the kernel looks, and says why."""
    tab = account(opener, "Email")
    opener.app.logins.end_all(opener.app.logins.by_token(opener.server.token).user.user_id)
    tab.role("textbox", "New email").fill("new@example.com")
    tab.password().fill(PASSWORD)
    tab.press("Enter")
    expect(tab.role("status")).to_have_text("You are no longer logged in. Please log in again.")
    assert [place for _, place, _ in opener.server.asked] == ["login", "change_email", "ticket"]
