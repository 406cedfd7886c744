"""A login that lasts, on the real server: reloads, tabs, people, and all that ends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.serving import Server

PASSWORD, NEW = "a long walk home", "another long walk"
# Whenever anything comes into the page, before it is painted: is anything drawn of the door?
_WATCH = """
window.doorSeen = false;
new MutationObserver(() => { doorSeen ||= Boolean(document.querySelector(".mr-door > *")); })
  .observe(document, { childList: true, subtree: true });
"""


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """Ours, with an empty database."""
    return serve("server")


def expect_inside(visitor: Visitor) -> None:
    """Expect the films, and that no form was drawn on the way to them."""
    expect(visitor.finder).to_be_visible()
    assert not visitor.page.evaluate("doorSeen")


def expect_door(visitor: Visitor, said: str = "") -> None:
    """Expect the start page, which says why."""
    expect(visitor.tab("Log in")).to_be_visible()
    if said:
        expect(visitor.root.get_by_role("status").filter(has_text=said)).to_be_visible()


def another_tab(visitor: Visitor) -> Visitor:
    page = visitor.page.context.new_page()
    page.goto(visitor.page.url)
    return Visitor(page, page.locator("body"))


def another_browser(visit: Visit, server: Server) -> Visitor:
    """Log the same person in elsewhere."""
    there = visit(server)
    there.log_in("ann_1", PASSWORD)
    expect(there.finder).to_be_visible()
    return there


def open_account(visitor: Visitor, part: str) -> None:
    visitor.button("Profile").click()
    visitor.button(part).click()


def test_a_reload_keeps_the_login_and_never_shows_the_form(server: Server, visit: Visit) -> None:
    """Until the visitor logs out; the server's log knows what happened, and no password."""
    visitor = visit(server)
    visitor.page.add_init_script(_WATCH)
    visitor.enter()
    for _ in range(3):
        visitor.page.reload()
        expect_inside(visitor)
    visitor.button("Log out").click()
    expect_door(visitor)
    visitor.page.reload()
    expect_door(visitor)
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
    one.page.context.add_init_script(_WATCH)
    one.enter()
    two = another_tab(one)
    expect_inside(two)
    one.button("Log out").click()
    expect_door(one)
    two.button("Profile").click()
    expect_door(two, "You are no longer logged in. Please log in again.")
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
    expect_door(ann)
    bob.page.reload()
    expect(bob.finder).to_be_visible()


def test_another_password_signs_out_elsewhere(server: Server, visit: Visit) -> None:
    """And not here; the new email and the data are there, and a reload is still no form."""
    here = visit(server)
    here.page.add_init_script(_WATCH)
    here.enter()
    there = another_browser(visit, server)
    open_account(here, "Password")
    here.password("Current password").fill(PASSWORD)
    here.password("New password").fill(NEW)
    here.password("Confirm new password").fill(NEW)
    here.button("Change password").click()
    said = here.root.get_by_role("status").filter(has_text="Password changed. Other places are signed out.")
    expect(said).to_be_visible()
    there.button("Profile").click()
    expect_door(there, "You are no longer logged in.")
    here.button("Email").click()
    here.field("New email").fill("new@example.com")
    here.password("Password").fill(NEW)
    here.button("Change email").click()
    expect(here.root.get_by_role("region", name="Profile", exact=True)).to_contain_text("new@example.com")
    with here.page.expect_download() as download:
        here.button("Download my data").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8"))["profile"]["email"] == "new@example.com"
    here.page.reload()
    expect_inside(here)


def test_logging_out_everywhere_and_deleting_the_account(server: Server, visit: Visit) -> None:
    """All browsers are out; then the account is gone, and its name free."""
    here = visit(server)
    here.enter()
    there = another_browser(visit, server)
    open_account(here, "Where you are signed in")
    here.button("Log out everywhere").click()
    expect_door(here, "You are logged out everywhere.")
    there.button("Profile").click()
    expect_door(there, "You are no longer logged in.")
    here.log_in("ann_1", PASSWORD)
    expect(here.finder).to_be_visible()
    open_account(here, "Delete account")
    here.password("Password").fill(PASSWORD)
    here.button("Delete my account for good").click()
    expect_door(here, "Your account and everything about you is deleted.")
    here.page.reload()
    here.enter()
