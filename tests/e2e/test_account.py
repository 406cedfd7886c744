"""The account, looked after on the real server: what it ends, and where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.chromium import WATCH_DOOR
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.serving import Server

PASSWORD, NEW = "a long walk home", "another long walk"


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """Ours, with an empty database."""
    return serve("server")


def another_browser(visit: Visit, server: Server) -> Visitor:
    """Log the same person in elsewhere."""
    there = visit(server)
    there.log_in("ann_1", PASSWORD)
    expect(there.finder).to_be_visible()
    return there


def test_another_password_signs_out_elsewhere(server: Server, visit: Visit) -> None:
    """And not here; the new email and the data are there, and a reload is still no form."""
    here = visit(server)
    here.page.context.add_init_script(WATCH_DOOR)
    here.enter()
    there = another_browser(visit, server)
    here.open_account("Password")
    here.password("Current password").fill(PASSWORD)
    here.password("New password").fill(NEW)
    here.password("Confirm new password").fill(NEW)
    here.button("Change password").click()
    said = here.root.get_by_role("status").filter(has_text="Password changed. Other places are signed out.")
    expect(said).to_be_visible()
    there.button("Profile").click()
    there.expect_door("You are no longer logged in.")
    here.button("Email").click()
    here.field("New email").fill("new@example.com")
    here.password("Password").fill(NEW)
    here.button("Change email").click()
    expect(here.root.get_by_role("region", name="Profile", exact=True)).to_contain_text("new@example.com")
    with here.page.expect_download() as download:
        here.button("Download my data").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8"))["profile"]["email"] == "new@example.com"
    here.page.reload()
    here.expect_inside()


def test_logging_out_everywhere_and_deleting_the_account(server: Server, visit: Visit) -> None:
    """All browsers are out; then the account is gone, and its name free."""
    here = visit(server)
    here.enter()
    there = another_browser(visit, server)
    here.open_account("Where you are signed in")
    here.button("Log out everywhere").click()
    here.expect_door("You are logged out everywhere.")
    there.button("Profile").click()
    there.expect_door("You are no longer logged in.")
    here.log_in("ann_1", PASSWORD)
    expect(here.finder).to_be_visible()
    here.open_account("Delete account")
    here.password("Password").fill(PASSWORD)
    here.button("Delete my account for good").click()
    here.expect_door("Your account and everything about you are deleted.")
    here.page.reload()
    here.enter()
