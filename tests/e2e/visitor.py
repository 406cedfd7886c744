"""A person at the app, driven by what they would see or hear: roles and names, never CSS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Visitor:
    """Verbs of a visit; ``root`` is the page, or the notebook's output where the app is one part of it."""

    page: Page
    root: Locator

    def field(self, name: str) -> Locator:
        """Return the text field of the open tab that is labelled *name*."""
        return self.root.get_by_role("textbox", name=name, exact=True)

    def password(self, name: str = "Password") -> Locator:
        return self.root.locator("input[type=password]:visible").and_(self.root.get_by_label(name, exact=True))

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def tab(self, name: str) -> Locator:
        return self.root.get_by_role("tab", name=name, exact=True)

    def sign_up(self, username: str, email: str, password: str, confirm: str | None = None) -> None:
        self.tab("Sign up").click()
        panel = self.root.get_by_role("tabpanel", name="Sign up")
        expect(panel).to_be_visible()
        self.field("Username").fill(username)
        self.field("Email").fill(email)
        self.password("Password").fill(password)
        self.password("Confirm password").fill(password if confirm is None else confirm)
        self.button("Create account").click()

    def expect_account_created(self, username: str) -> None:
        expect(self.root.get_by_role("status").filter(has_text="Account created")).to_be_visible()
        expect(self.tab("Log in")).to_have_attribute("aria-selected", "true")
        expect(self.field("Username")).to_have_value(username)
        expect(self.button("Log out")).to_have_count(0)

    def log_in(self, username: str, password: str) -> None:
        self.tab("Log in").click()
        self.field("Username").fill(username)
        self.password("Password").fill(password)
        self.button("Log in").click()

    def enter(self, username: str = "ann_1", password: str = "a long walk home") -> None:
        """Sign up and log in."""
        self.sign_up(username, f"{username}@example.com", password)
        self.expect_account_created(username)
        self.log_in(username, password)
        expect(self.finder).to_be_visible()

    def expect_inside(self) -> None:
        """Expect the films, and that no form was drawn on the way to them; ``WATCH_DOOR`` looks."""
        expect(self.finder).to_be_visible()
        assert not self.page.evaluate("doorSeen")

    def expect_door(self, said: str = "") -> None:
        """Expect the start page, which says why."""
        expect(self.tab("Log in")).to_be_visible()
        if said:
            expect(self.root.get_by_role("status").filter(has_text=said)).to_be_visible()

    def open_account(self, part: str) -> None:
        """Open the profile, and a part of the account below it."""
        self.button("Profile").click()
        self.button(part).click()

    @property
    def finder(self) -> Locator:
        return self.root.get_by_role("combobox", name="Find a film")

    def options(self) -> Locator:
        return self.root.get_by_role("listbox").get_by_role("option")

    def search(self, text: str) -> Locator:
        """Type *text* as a person does, key by key, and return the options."""
        self.finder.fill("")
        self.finder.press_sequentially(text, delay=20)
        return self.options()

    def films_like(self, title: str) -> Locator:
        """Return the list of films like *title*, once it is there with ten items."""
        films = self.root.get_by_role("list", name=re.compile(rf"^Films like {re.escape(title)}"))
        expect(films.get_by_role("listitem")).to_have_count(10)
        return films

    def pick(self, text: str, option: re.Pattern[str]) -> Locator:
        """Search for *text* and click the first option that matches."""
        self.search(text).filter(has_text=option).first.click()
        return self.films_like(option.pattern.split("\\")[0].rstrip("^"))
