"""Logging out of our server when that does not work at once: what the visitor is told, and where the page goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from movierec.auth.logins import Logins
from movierec.errors import StorageError
from tests.ui.browser import ORIGIN, Tab
from tests.ui.front_desk import LOGIN_URL
from tests.ui.opener import Opener, enter, log_in

LATE = "You may still be signed in on this device: logging out has not worked yet. We keep trying."
STUCK = "You may still be signed in on this device: logging out has not worked."
_CUT = "() => { Model.prototype.send = () => { throw new Error('Cannot send on a dead kernel'); }; }"


class Trouble:
    """A server that cannot end logins, until it is mended."""

    def __init__(self, tab: Tab, status: int = 503) -> None:
        self._tab, self._status, self.tries = tab, status, 0
        tab.page.route(f"**{LOGIN_URL}login", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.method != "DELETE":
            route.fallback()
            return
        self.tries += 1
        if self._status:
            route.fulfill(status=self._status)

    def mend(self) -> None:
        self._tab.page.unroute(f"**{LOGIN_URL}login", self._answer)


@pytest.fixture
def inside(opener: Opener) -> Tab:
    """Somebody who has logged in; time passes for the page only when told to."""
    tab = opener()
    tab.page.clock.install()
    enter(tab)
    return tab


def wait(tab: Tab, seconds: int) -> None:
    """Let time pass, and what happens in it happen."""
    for _ in range(seconds):
        tab.page.clock.run_for(1000)


def try_in_vain(tab: Tab) -> None:
    """Log out until that is given up."""
    tab.role("button", "Log out").click()
    expect(tab.role("alert")).to_contain_text(LATE)
    for _ in range(20):
        wait(tab, 10)
        if LATE not in (tab.role("alert").text_content() or ""):
            break
    expect(tab.role("alert")).to_contain_text(STUCK)


@pytest.mark.parametrize("status", [503, 403])
def test_a_login_that_cannot_be_ended_is_told_until_it_is(opener: Opener, inside: Tab, status: int) -> None:
    """At the start page, which is there at once; it is tried again, and the warning goes when that has worked."""
    trouble = Trouble(inside, status)
    inside.role("button", "Log out").click()
    expect(inside.role("tab", "Log in")).to_be_visible()
    expect(inside.role("alert")).to_contain_text(LATE)
    wait(inside, 3)
    assert trouble.tries >= 2
    inside.role("tab", "Sign up").click()
    expect(inside.role("alert")).to_contain_text(LATE)
    trouble.mend()
    wait(inside, 10)
    expect(inside.role("status")).to_have_text("You are logged out.")
    expect(inside.role("alert")).to_have_count(0)
    assert opener.server.token == ""


def test_a_log_out_that_works_needs_no_words(inside: Tab) -> None:
    """And no other page: the start page that the kernel brings is the one that stays."""
    inside.page.evaluate("window.same = true")
    inside.role("button", "Log out").click()
    expect(inside.role("tab", "Log in")).to_be_visible()
    wait(inside, 10)
    expect(inside.role("status")).to_be_empty()
    expect(inside.role("alert")).to_have_count(0)
    assert inside.page.evaluate("window.same")


def test_a_server_that_says_nothing_is_told_too(inside: Tab) -> None:
    """Who walks away from a shared computer does not wait for long."""
    Trouble(inside, status=0)
    inside.role("button", "Log out").click()
    expect(inside.role("tab", "Log in")).to_be_visible()
    wait(inside, 3)
    expect(inside.role("alert")).to_contain_text(LATE)


def test_what_is_given_up_can_be_tried_again(opener: Opener, inside: Tab) -> None:
    """After two minutes; the focus is somewhere useful when the button has gone."""
    trouble = Trouble(inside)
    try_in_vain(inside)
    tries = trouble.tries
    assert 10 <= tries <= 25, "pauses that grow"
    wait(inside, 30)
    assert trouble.tries == tries
    inside.role("button", "Try again").click()
    expect(inside.role("alert")).to_contain_text(LATE)
    expect(inside.role("button", "Try again")).to_be_focused()
    trouble.mend()
    wait(inside, 10)
    expect(inside.role("status")).to_have_text("You are logged out.")
    assert inside.focused() == "Username"
    assert opener.server.token == ""


def test_nothing_is_ended_once_somebody_logs_in(opener: Opener, inside: Tab) -> None:
    """It would be their login. Who does not get in is told that the one before may not have ended."""
    trouble = Trouble(inside)
    inside.role("button", "Log out").click()
    expect(inside.role("alert")).to_contain_text(LATE)
    log_in(inside, "wrong")
    expect(inside.role("alert").first).to_have_text(f"{STUCK}Try again")
    expect(inside.role("alert").last).to_have_text("That username and password do not match.")
    tries = trouble.tries
    trouble.mend()
    wait(inside, 60)
    enter(inside)
    wait(inside, 60)
    assert trouble.tries == tries
    assert opener.server.token
    assert [method for method, _, _ in opener.server.asked] == ["POST"] * 3


def test_a_page_that_has_lost_its_kernel_goes_to_the_start_page_itself(opener: Opener, inside: Tab) -> None:
    """As soon as the server has ended the login; the address does not tell where they were."""
    inside.page.evaluate("location.hash = '#949'")
    inside.page.evaluate(_CUT)
    with inside.page.expect_navigation():
        inside.role("button", "Log out").click()
    assert inside.page.url == f"{ORIGIN}/"
    assert opener.server.token == ""


def test_a_kernel_that_says_nothing_is_given_a_moment(opener: Opener, inside: Tab) -> None:
    """Then the page goes to the start page without it."""
    inside.page.evaluate("hold()")
    with inside.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        inside.role("button", "Log out").click()
    assert opener.server.token == ""
    with inside.page.expect_navigation():
        wait(inside, 3)


def test_without_kernel_and_server_the_page_says_that_it_tries(inside: Tab) -> None:
    """Once, not at each try; and goes to the start page when the server is back."""
    trouble = Trouble(inside)
    inside.page.evaluate(_CUT)
    inside.role("button", "Log out").click()
    expect(inside.role("alert")).to_contain_text(LATE)
    inside.role("button", "Dismiss").click()
    tries = trouble.tries
    wait(inside, 10)
    assert trouble.tries > tries
    expect(inside.role("alert")).to_have_count(0)
    try_in_vain(inside)
    trouble.mend()
    with inside.page.expect_navigation():
        inside.role("button", "Log out").click()


def test_who_is_not_logged_out_everywhere_stays_here_too(
    opener: Opener, inside: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the profile is closed as ever."""

    def fail(_logins: Logins, _user_id: int) -> int:
        raise StorageError("locked")

    monkeypatch.setattr(Logins, "end_all", fail)
    inside.role("button", "Profile").click()
    inside.role("button", "Where you are signed in").click()
    inside.role("button", "Log out everywhere").click()
    expect(inside.role("alert")).to_contain_text("We cannot reach our records right now.")
    inside.role("button", "Back to the films", exact=False).click()
    expect(inside.role("region", "Profile")).to_have_count(0)
    wait(inside, 3)
    assert [method for method, _, _ in opener.server.asked] == ["POST"]


def test_without_our_server_the_door_tells_what_the_kernel_could_not_do(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to try again: nobody has a cookie, and the kernel has forgotten the login."""

    def fail(_logins: Logins, _login: object) -> None:
        raise StorageError("locked")

    monkeypatch.setattr(Logins, "end", fail)
    tab.enter()
    tab.role("button", "Log out").click()
    expect(tab.role("tab", "Log in")).to_be_visible()
    expect(tab.role("alert")).to_have_text(
        "You are logged out. We cannot reach our records, so your profile may go on listing this place."
    )
    expect(tab.role("button", "Try again")).to_have_count(0)
