"""The whole visit, in a real browser, on every front end and every database."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from movierec.db import Database
from movierec.settings import Settings
from tests.e2e.visitor import Visitor

CARD = re.compile(r".+ \(\d{4}\)$")


@pytest.mark.parametrize("front_end", ["server", "voila", "lab"])
def test_from_sign_up_to_log_out(front_end: str, database_settings: Settings, builtin_model, serve, visit) -> None:
    """Sign up, log in, type, pick, ten cards that say why, another pick, profile, save, log out."""
    if front_end != "server" and database_settings.db_host:
        Database(database_settings).create()  # kernels make no tables on a server; `movierec db upgrade` does
    server = serve(front_end, database_settings.replace(model_dir=builtin_model))
    visitor: Visitor = visit(server, front_end=front_end)
    root = visitor.root

    visitor.sign_up("ann_1", "ann@example.com", "a long walk home")
    visitor.expect_account_created("ann_1")
    visitor.log_in("ann_1", "a long walk home")

    options = visitor.search("toy sto")
    expect(options.first).to_contain_text("Toy Story")
    visitor.finder.press("ArrowDown")
    visitor.finder.press("Enter")
    films = visitor.films_like("Toy Story")
    first_five = films.get_by_role("listitem").all()[:5]
    assert any("Toy Story 2" in card.inner_text() for card in first_five)
    for card in films.get_by_role("listitem").all():
        button = card.get_by_role("button").first
        assert CARD.match(button.get_attribute("aria-label") or button.inner_text())
        assert card.locator("em").count() >= 1, "every card says why"

    card = films.get_by_role("listitem").first.get_by_role("button").first
    title = re.sub(r" \(\d{4}\)$", "", card.get_attribute("aria-label"))
    card.click()
    visitor.films_like(title)

    if front_end == "lab":
        assert "#" not in visitor.page.url, "the address is the notebook's"

    visitor.button("Profile").click()
    profile = root.get_by_role("region", name="Profile")
    expect(profile).to_contain_text("ann@example.com")
    profile.get_by_role("combobox", name="Favourite genre").select_option("Animation")
    profile.get_by_role("textbox", name="Favourite film").fill("Toy Story (1995)")
    profile.get_by_role("button", name="Save", exact=True).click()
    expect(root.get_by_role("status").filter(has_text="Saved")).to_be_visible()

    visitor.button("Log out").click()
    expect(visitor.tab("Log in")).to_be_visible()
    expect(visitor.finder).to_have_count(0)

    visitor.log_in("ann_1", "a long walk home")
    expect(visitor.button("Toy Story (1995)").first).to_be_visible()
    visitor.button("Profile").click()
    expect(profile.get_by_role("combobox", name="Favourite genre")).to_have_value("Animation")
    expect(profile.get_by_role("textbox", name="Favourite film")).to_have_value("Toy Story (1995)")


def test_every_broken_rule_is_told_beside_its_field(builtin_model, settings: Settings, serve, visit) -> None:
    """The form names each problem where it is, and puts the visitor into the first."""
    visitor: Visitor = visit(serve("server", settings.replace(model_dir=builtin_model)))
    visitor.sign_up("an", "nobody", "12345", confirm="123456")
    for name in ("Username", "Email"):
        expect(visitor.field(name)).to_have_attribute("aria-invalid", "true")
    expect(visitor.root.get_by_role("alert")).to_have_count(4)
    expect(visitor.field("Username")).to_be_focused()
    described = visitor.field("Username").get_attribute("aria-describedby").split()[-1]
    expect(visitor.page.locator(f"[id='{described}']")).to_contain_text("3 to 20")

    visitor.log_in("nobody_here", "wrong wrong")
    unknown = visitor.root.get_by_role("alert").inner_text()
    visitor.sign_up("ann_1", "ann@example.com", "a long walk home")
    visitor.expect_account_created("ann_1")
    visitor.log_in("ann_1", "wrong wrong")
    expect(visitor.root.get_by_role("alert")).to_have_text(unknown)
