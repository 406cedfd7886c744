"""The account as people have it: what opens, what is read out, where the focus goes, what is downloaded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from movierec.app import App
from tests.ui.browser import Tab

PASSWORD, NEW = "a long walk home", "another long walk"


@pytest.fixture
def account(tab: Tab) -> Tab:
    """The profile is open."""
    tab.enter()
    tab.role("button", "Profile").click()
    expect(tab.role("region", "Your account")).to_be_visible()
    return tab


def opened(tab: Tab, name: str) -> Locator:
    """Open a part of the account; return its button."""
    button = tab.role("region", "Your account").get_by_role("button", name=name, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    return button


def test_it_is_closed_until_it_is_opened(account: Tab) -> None:
    """Four lines and a button; what is behind them is for who asks. The log-out stays in sight at the top."""
    region = account.role("region", "Your account")
    expect(region.get_by_role("heading", level=3)).to_have_text(
        ["Password", "Email", "Where you are signed in", "Your data", "Delete account"]
    )
    expect(region.get_by_role("textbox")).to_have_count(0)
    expect(region.locator("input:visible")).to_have_count(0)
    expect(region.get_by_role("button", name="Email")).to_have_accessible_description("ann_1@example.com")
    expect(account.role("heading", "Profile")).to_be_focused()
    expect(account.role("button", "Log out")).to_be_in_viewport()


def test_it_opens_and_closes_by_key(account: Tab) -> None:
    """The focus stays at the button, which says whether it is open."""
    button = account.role("button", "Delete account")
    button.focus()
    for key, state in [("Enter", "true"), ("Space", "false"), ("Enter", "true")]:
        account.press(key)
        expect(button).to_have_attribute("aria-expanded", state)
        expect(button).to_be_focused()
    account.press("Tab")
    assert account.focused() == "Password"


def test_the_whole_line_opens_it(account: Tab) -> None:
    """Not the word alone."""
    account.role("button", "Email").scroll_into_view_if_needed()
    box = account.role("button", "Email").bounding_box()
    line = account.page.locator(".mr-more", has=account.role("button", "Email")).bounding_box()
    assert box
    assert line
    account.page.mouse.click(line["x"] + line["width"] - 20, box["y"] + box["height"] / 2)
    expect(account.role("textbox", "New email")).to_be_visible()


def test_password_managers_know_whose_password_it_is(account: Tab) -> None:
    """By a field for the username, hidden, in front of the passwords."""
    kinds = "form => [...form.querySelectorAll('input')].map(i => [i.name, i.type, i.autocomplete, i.value])"
    forms = account.role("region", "Your account").locator("form")
    name = ["username", "text", "username", "ann_1"]
    assert [form.evaluate(kinds) for form in forms.all()] == [
        [
            name,
            ["current", "password", "current-password", ""],
            ["password", "password", "new-password", ""],
            ["confirm", "password", "new-password", ""],
        ],
        [name, ["email", "email", "email", ""], ["password", "password", "current-password", ""]],
        [name, ["password", "password", "current-password", ""]],
    ]


def test_another_password(account: Tab) -> None:
    """A wrong one is told beside its field; a right one closes the form, empties it, and says what is new."""
    button = opened(account, "Password")
    account.password("Current password").fill("wrong")
    account.password("New password").fill(NEW)
    account.password("Confirm new password").fill(NEW)
    account.press("Enter")
    expect(account.role("alert")).to_have_text("This is not your password.")
    expect(account.password("Current password")).to_be_focused()
    account.password("Current password").fill(PASSWORD)
    account.press("Enter")
    expect(account.role("status")).to_have_text("Password changed. Other places are signed out.")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    values = account.page.locator("input[type=password]").evaluate_all("all => all.map(i => i.value)")
    assert set(values) == {""}


def test_another_email(account: Tab) -> None:
    """It stands in the profile and on the line at once."""
    opened(account, "Email")
    account.role("textbox", "New email").fill("new@example.com")
    account.password().fill(PASSWORD)
    account.press("Enter")
    expect(account.role("status")).to_have_text("Your email is new@example.com now.")
    expect(account.role("region", "Profile")).to_contain_text("new@example.com")
    expect(account.role("button", "Email")).to_have_accessible_description("new@example.com")


def test_a_login_elsewhere_is_ended(account: Tab, app: App) -> None:
    """It is gone from the list, and the focus is not."""
    proven = app.accounts.proofs.authenticate("ann_1", PASSWORD)
    app.logins.begin(proven, label="Firefox on Linux")
    for _ in range(2):
        account.role("button", "Profile").click()
    button = opened(account, "Where you are signed in")
    expect(button).to_have_accessible_description("2 places")
    logins = account.role("list", "Your logins").get_by_role("listitem")
    expect(logins).to_have_text(
        [re.compile("^A notebookThis one"), re.compile("^Firefox on LinuxLast used just now")]
    )
    account.role("button", "End Firefox on Linux").click()
    expect(logins).to_have_count(1)
    expect(account.role("status")).to_have_text("Signed out there")
    expect(button).to_have_accessible_description("Only here")
    expect(button).to_be_focused()


def test_logging_out_everywhere(account: Tab) -> None:
    """The start page, which says so."""
    opened(account, "Where you are signed in")
    account.role("button", "Log out everywhere").click()
    expect(account.role("status")).to_have_text("You are logged out everywhere.")
    assert "ann_1" not in account.page.content()


def test_all_data_is_downloaded(account: Tab) -> None:
    """A file of JSON, named after the visitor; nothing is asked of any server."""
    with account.page.expect_download() as download:
        account.role("button", "Download my data").click()
    assert download.value.suggested_filename == "movierec-ann_1.json"
    data = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert data["profile"]["username"] == "ann_1"
    expect(account.role("status")).to_have_text("Your data is in your downloads")


def test_the_account_is_deleted(account: Tab, app: App) -> None:
    """It says what goes, asks for the password, and the start page says that it is done."""
    opened(account, "Delete account")
    expect(account.page.get_by_text("cannot be brought back")).to_be_visible()
    account.role("button", "Delete my account for good").click()
    expect(account.role("alert")).to_have_text("Enter your password.")
    account.password().fill(PASSWORD)
    account.role("button", "Delete my account for good").click()
    expect(account.role("status")).to_have_text("Your account and everything about you are deleted.")
    expect(account.role("tab", "Log in")).to_be_visible()


def test_a_failure_is_told_in_the_form_that_was_sent(account: Tab) -> None:
    """And where none was, in the notice."""
    opened(account, "Email")
    account.page.evaluate("hold()")
    account.role("textbox", "New email").fill("new@example.com")
    account.password().fill(PASSWORD)
    account.press("Enter")
    account.page.wait_for_function("holding.length")
    account.page.evaluate("holding = null")
    content = {"kind": "failed", "text": "Too many attempts. Try again in 7 seconds."}
    failed = {
        "type": "comm_msg",
        "id": account.wire.id("Account"),
        "data": {"method": "custom", "content": content},
    }
    account.page.evaluate("m => take([m])", failed)
    expect(account.page.locator("form").get_by_role("alert")).to_have_text(content["text"])
    expect(account.role("button", "Change email")).not_to_have_attribute("aria-disabled", "true")
    account.page.evaluate("m => take([m])", failed)
    expect(account.page.locator(".mr-toasts").get_by_role("alert")).to_contain_text(content["text"])


def test_what_has_the_focus_is_not_under_the_bar(account: Tab) -> None:
    """With all of it open, on a low window: WCAG 2.2, 2.4.11."""
    account.page.set_viewport_size({"width": 1280, "height": 500})
    for name in ("Password", "Email", "Delete account"):
        opened(account, name)
    account.role("button", "Change password").click()
    expect(account.password("Current password")).to_be_focused()
    field, bar = account.password("Current password").bounding_box(), account.role("banner").bounding_box()
    assert field
    assert bar
    assert field["y"] >= bar["y"] + bar["height"]


def test_a_late_answer_leaves_another_form_alone(account: Tab) -> None:
    """The password is changed, and said to be; what is being typed elsewhere stays, and so does the focus."""
    opened(account, "Password")
    account.password("Current password").fill(PASSWORD)
    account.password("New password").fill(NEW)
    account.password("Confirm new password").fill(NEW)
    account.page.evaluate("hold()")
    account.press("Enter")
    opened(account, "Delete account")
    account.password().click()
    account.page.keyboard.type("a long ")
    account.page.evaluate("release(0)")
    expect(account.role("status")).to_have_text("Password changed. Other places are signed out.")
    expect(account.role("button", "Password")).to_have_attribute("aria-expanded", "false")
    account.page.keyboard.type("walk home")
    expect(account.password()).to_have_value(PASSWORD)
