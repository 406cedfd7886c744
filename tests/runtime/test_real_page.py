"""The app itself runs on the runtime: the start page, logging in, finding and picking a film."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from movierec.app import create_app
from movierec.settings import Settings
from movierec.ui.controller import Controller
from tests.runtime.conftest import Tab


@pytest.fixture
def door(tab: Tab, settings: Settings) -> Tab:
    """The start page of the app on the toy model."""
    app = create_app(settings)
    app.db.create()
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
