"""The app itself runs on the runtime: the start page, logging in, finding and picking a film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from movierec.app import App, create_app
from movierec.settings import Settings
from movierec.ui.controller import Controller
from tests.runtime.conftest import Tab
from tests.runtime.web import Web


@pytest.fixture
def app(settings: Settings) -> App:
    """The app on an embedded database and the toy model."""
    app = create_app(settings)
    app.db.create()
    return app


@pytest.fixture
def door(tab: Tab, app: App) -> Tab:
    """The start page of the app."""
    return tab.show(Controller(app).root)


def enter(tab: Tab) -> None:
    """Sign up and log in, as a visitor does it."""
    tab.role("tab", "Sign up").click()
    tab.role("textbox", "Username").fill("ann_1")
    tab.role("textbox", "Email").fill("ann_1@example.com")
    password = tab.page.get_by_label("Password", exact=True).locator("visible=true")
    password.fill("a long walk home")
    tab.page.get_by_label("Confirm password", exact=True).fill("a long walk home")
    tab.page.keyboard.press("Enter")
    expect(tab.role("tab", "Log in")).to_have_attribute("aria-selected", "true")
    password.fill("a long walk home")
    tab.page.keyboard.press("Enter")
    expect(tab.role("combobox", "Find a film")).to_be_focused()


def test_a_visit(door: Tab) -> None:
    """From the start page to ten films and out again, under the strict policy."""
    expect(door.role("heading", "Name one film. Get ten for tonight.")).to_be_visible()
    enter(door)
    door.role("combobox", "Find a film").press_sequentially("toy")
    door.role("option", "Toy Story (1995) John Lasseter").click()
    expect(door.role("list", "Films like Toy Story")).to_be_visible()
    expect(door.page.locator(".mr-card")).to_have_count(10)
    door.role("button", "Log out").click()
    expect(door.role("textbox", "Username")).to_be_focused()


# Whenever anything comes into the page or leaves it, before it is painted: what is there?
_WATCH = """
window.sights = new Set();
new MutationObserver(() => {
  const there = {
    skeleton: "#loading", door: ".mr-door > *", films: ".mr-film", header: ".mr-bar", foot: "footer",
  };
  const seen = Object.keys(there).filter((name) => document.querySelector(there[name]));
  if (document.getElementById("app")) sights.add(seen.join(" "));
}).observe(document, { childList: true, subtree: true });
"""


def test_who_is_signed_in_sees_the_skeleton_and_then_the_films(tab: Tab, app: App, web: Web) -> None:
    """Never the form, never a page without anything, never half of one: all comes in one go."""
    app = replace(app, settings=app.settings.replace(login_url="/movierec/"))
    user = app.accounts.register("ann_1", "ann_1@example.com", "a long walk home", confirm="a long walk home")
    login, _ = app.logins.begin(app.accounts.proofs.authenticate(user.username, "a long walk home"))
    web.ticket = app.logins.issue_ticket(login, kernel_id="the-kernel")
    tab.page.add_init_script(_WATCH)
    tab.show(Controller(app, kernel_id="the-kernel").root)
    expect(tab.role("combobox", "Find a film")).to_be_visible()
    sights = tab.page.evaluate("[...sights]")
    assert sights[0] == "skeleton"
    assert sights[-1] == "films header foot"
    assert set(sights) <= {"skeleton", "skeleton films header foot", "films header foot"}
    assert tab.find("#movierec-ticket").count() == 0


def test_data_is_downloaded_under_the_strict_policy(door: Tab) -> None:
    """The page makes the file itself, and needs no right to load anything for it."""
    enter(door)
    door.role("button", "Profile").click()
    with door.page.expect_download() as download:
        door.role("button", "Download my data").click()
    assert '"username": "ann_1"' in Path(download.value.path()).read_text("utf-8")
