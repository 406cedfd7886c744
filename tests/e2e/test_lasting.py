"""A login that lasts, on the real server: reloads, tabs, people, and cookies that no script reads."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import WATCH_DOOR
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.serving import Server

PASSWORD = "a long walk home"


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """Ours, with an empty database."""
    return serve("server")


def another_tab(visitor: Visitor) -> Visitor:
    page = visitor.page.context.new_page()
    page.goto(visitor.page.url)
    return Visitor(page, page.locator("body"))


def test_a_reload_keeps_the_login_and_never_shows_the_form(server: Server, visit: Visit) -> None:
    """Until the visitor logs out; the server's log knows what happened, and no password."""
    visitor = visit(server)
    visitor.page.context.add_init_script(WATCH_DOOR)
    visitor.enter()
    for _ in range(3):
        visitor.page.reload()
        visitor.expect_inside()
    visitor.button("Log out").click()
    visitor.expect_door()
    visitor.page.reload()
    visitor.expect_door()
    for event in ("sign-up user=1", "log-in user=1", "log-out"):
        assert f"movierec.security: {event}" in server.log()
    assert PASSWORD not in server.log()


def test_the_box_decides_how_long_the_browser_keeps_the_login(server: Server, visit: Visit) -> None:
    """Ticked: for months. Not ticked: until the browser is closed. No script ever reads it."""
    for keep in (False, True):
        visitor = visit(server)
        if not keep:
            visitor.sign_up("ann_1", "ann_1@example.com", PASSWORD)
            visitor.expect_account_created("ann_1")
        box = visitor.root.get_by_role("checkbox", name="Keep me signed in")
        box.set_checked(keep)
        visitor.log_in("ann_1", PASSWORD)
        expect(visitor.finder).to_be_visible()
        (login,) = (one for one in visitor.page.context.cookies() if "login" in one["name"])
        assert (login["expires"] > 0) is keep
        assert (login["httpOnly"], login["sameSite"]) == (True, "Strict")
        assert visitor.page.evaluate("document.cookie") == ""


def test_two_tabs_are_one_login(server: Server, visit: Visit) -> None:
    """The second is inside at once; logging out in the first refuses the second's next action, and says why."""
    one = visit(server)
    one.page.context.add_init_script(WATCH_DOOR)
    one.enter()
    two = another_tab(one)
    two.expect_inside()
    one.button("Log out").click()
    one.expect_door()
    two.button("Profile").click()
    two.expect_door("You are no longer logged in. Please log in again.")
    two.log_in("ann_1", PASSWORD)
    expect(two.finder).to_be_visible()


def test_two_people_at_two_browsers(server: Server, visit: Visit) -> None:
    """Each stays who they are, after a reload as well; one who leaves takes nobody along."""
    ann, bob = visit(server), visit(server)
    for visitor, name in ((ann, "ann_1"), (bob, "bob_1")):
        visitor.enter(name)
    for visitor, name in ((ann, "ann_1"), (bob, "bob_1")):
        visitor.page.reload()
        expect(visitor.root.get_by_text(name, exact=True)).to_be_visible()
    ann.button("Log out").click()
    ann.expect_door()
    bob.page.reload()
    expect(bob.finder).to_be_visible()


def test_two_tabs_in_which_one_person_logs_in(server: Server, visit: Visit) -> None:
    """The first goes on with the login of the second, where it was, and says so; no form is drawn."""
    one = visit(server)
    one.page.context.add_init_script(WATCH_DOOR)
    two = another_tab(one)
    two.expect_door()
    one.enter()
    one.pick("heat", re.compile("Heat"))
    two.log_in("ann_1", PASSWORD)
    expect(two.finder).to_be_visible()
    one.page.evaluate("doorSeen = false")
    one.finder.evaluate("e => { e.value = 'the old page'; }")
    one.button("Profile").click()
    expect(one.finder).to_have_value("")
    one.expect_inside()
    one.films_like("Heat")
    expect(one.root.get_by_role("alert")).to_contain_text(
        "You have signed in anew. Your last step may have to be repeated."
    )
    one.page.reload()
    one.films_like("Heat")
    for visitor in (one, two):
        visitor.open_account("Where you are signed in")
        expect(visitor.root.get_by_role("list", name="Your logins").get_by_role("listitem")).to_have_count(1)


def test_a_tab_whose_browser_somebody_else_has_logged_in_at(server: Server, visit: Visit) -> None:
    """It becomes theirs, and says so; it shows nothing of where the one before was, and does nothing there."""
    one = visit(server)
    one.sign_up("walker", "walker@example.com", PASSWORD)
    one.expect_account_created("walker")
    one.enter()
    one.pick("heat", re.compile("Heat"))
    two = another_tab(one)
    expect(two.finder).to_be_visible()
    two.button("Log out").click()
    two.expect_door()
    two.log_in("walker", PASSWORD)
    expect(two.finder).to_be_visible()
    one.button("Like Heat (1995)").click()
    expect(one.root.get_by_role("alert")).to_contain_text(
        "You are signed in as walker now. Your last step was not done."
    )
    expect(one.root.get_by_text("walker", exact=True)).to_be_visible()
    expect(one.root.get_by_role("list", name=re.compile("^Films like"))).to_have_count(0)
    expect(one.page).to_have_url(server.url)
