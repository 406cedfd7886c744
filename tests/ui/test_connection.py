"""What a visitor meets when the kernel is gone or says nothing, or when records cannot be read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from movierec.errors import StorageError
from movierec.library import Library
from tests.ui.browser import Tab
from tests.ui.test_components import FOLDER

LOST = "The connection is lost. Reload the page."
_CUT = "() => { Model.prototype.send = () => { throw new Error('Cannot send on a dead kernel'); }; }"


@pytest.fixture
def cut(tab: Tab) -> Tab:
    """The films, with a kernel that has died: sending throws, as it does in Voilà and in JupyterLab."""
    tab.enter()
    tab.page.evaluate(_CUT)
    return tab


def reload(tab: Tab) -> None:
    """Press "Reload" and see the page go and come."""
    tab.page.evaluate("window.old = true")
    with tab.page.expect_navigation():
        tab.role("button", "Reload").click()
    assert tab.page.evaluate("window.old") is None


def test_typing_says_once_that_the_connection_is_lost(cut: Tab) -> None:
    """One alert for all key strokes, no error in the page (the tab's fixture looks), and a way on."""
    cut.finder.press_sequentially("to")
    expect(cut.role("alert")).to_contain_text(LOST)
    cut.role("alert").evaluate("e => { e.dataset.first = 'yes'; }")
    cut.finder.press_sequentially("y")
    expect(cut.role("alert")).to_have_attribute("data-first", "yes")
    expect(cut.page.locator(".mr-asking")).to_have_count(0)
    reload(cut)


@pytest.mark.parametrize("name", ["Profile", "Log out", "movierec, back to the start", "Up (2009)"])
def test_every_button_says_that_the_connection_is_lost(cut: Tab, name: str) -> None:
    """Each time it is pressed, not the first time only; the films stay."""
    for _ in range(2):
        cut.role("button", name).click()
        expect(cut.role("alert")).to_contain_text(LOST)
        cut.role("button", "Dismiss").click()
    expect(cut.role("main")).not_to_have_attribute("aria-busy", "true")
    expect(cut.role("button", "Up (2009)")).to_be_visible()
    assert cut.focused() != ""


def test_the_start_page_says_it_in_the_form(tab: Tab) -> None:
    """Which can be sent again."""
    tab.page.evaluate(_CUT)
    for _ in range(2):
        tab.sign_up()
        expect(tab.role("alert")).to_contain_text(LOST)
        expect(tab.role("button", "Create account")).not_to_have_attribute("aria-disabled", "true")
    reload(tab)


def test_the_profile_says_it_too(tab: Tab) -> None:
    """Saving, suggesting, leaving."""
    tab.enter()
    tab.role("button", "Profile").click()
    film = tab.role("textbox", "Favourite film")
    expect(film).to_be_visible()
    tab.page.evaluate(_CUT)
    for act in (
        lambda: film.press_sequentially("h"),
        lambda: tab.role("button", "Save").click(),
        lambda: tab.role("button", "Back to the films", exact=False).click(),
    ):
        act()
        expect(tab.role("alert")).to_contain_text(LOST)
        tab.role("button", "Dismiss").click()


def test_films_can_be_picked_again_after_a_wait_in_vain(tab: Tab) -> None:
    """The shapes give way to the films from before, and the next click is a pick."""
    tab.enter()
    tab.page.clock.install()
    tab.page.evaluate("hold()")
    tab.role("button", "Up (2009)").click()
    tab.page.clock.run_for(1000)
    expect(tab.page.locator(".mr-bone").first).to_be_visible()
    tab.page.clock.run_for(12000)
    expect(tab.role("alert")).to_contain_text("No answer yet.")
    expect(tab.role("main")).not_to_have_attribute("aria-busy", "true")
    tab.page.evaluate("holding = null")
    tab.role("button", "Alien (1979)").click()
    expect(tab.role("list", "Films like Alien")).to_be_visible()
    assert [message["kind"] for message in tab.sent].count("pick") == 2


def test_a_silence_is_told_once(tab: Tab) -> None:
    """Where the page around us says that the connection is lost, no second bar says that no answer came."""
    tab.enter()
    tab.page.clock.install()
    tab.page.evaluate("hold()")
    tab.role("button", "Up (2009)").click()
    tab.page.clock.run_for(13000)
    alert = tab.page.locator("[role=alert]", has_text="No answer yet.")
    expect(alert).to_be_visible()
    tab.page.add_style_tag(content=(FOLDER.parents[1] / "server/page/banner.css").read_text("utf-8"))
    expect(alert).to_be_visible()
    banner = (
        "document.body.insertAdjacentHTML('beforeend', '<div class=page-banner><p>Connection lost.</p></div>')"
    )
    tab.page.evaluate(banner)
    expect(alert).to_be_hidden()


def test_there_is_one_way_to_send() -> None:
    """A component that sends by itself would throw when the kernel is gone."""
    found = {
        path.name: len(re.findall(r"\bmodel\.send\(", path.read_text("utf-8"))) for path in FOLDER.glob("*.js")
    }
    assert {name: count for name, count in found.items() if count} == {"dom.js": 1}


def test_likes_that_cannot_be_read_are_told(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and the hearts that are empty are no riddle; what is said next takes its place."""

    def gone(_library: Library, _user_id: int) -> dict[int, int]:
        raise StorageError("gone")

    monkeypatch.setattr(Library, "ratings", gone)
    tab.enter()
    expect(tab.role("alert")).to_contain_text("Your likes cannot be read just now.")
    tab.role("button", "Like Heat (1995)").click()
    expect(tab.role("status")).to_contain_text("Liked Heat")
    expect(tab.role("alert")).to_have_count(0)
