"""On real data: the model of TMDB-5000, where this machine has it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from movierec.settings import Settings
from tests.e2e.visitor import Visitor


def test_two_films_of_one_name_can_be_told_apart_and_both_open(
    settings: Settings, tmdb5000_model, serve, visit
) -> None:
    """*Batman*: 1989 and 1966, each with its own ten."""
    visitor: Visitor = visit(serve("server", settings.replace(model_dir=tmdb5000_model)))
    visitor.enter()
    lists = []
    for year in ("1989", "1966"):
        options = visitor.search("batman")
        options.filter(has_text=re.compile(rf"Batman.*{year}")).first.click()
        expect(visitor.root.get_by_role("heading", name="Batman", exact=True)).to_be_visible()
        expect(visitor.root.get_by_role("main")).to_contain_text(year)
        lists.append(visitor.films_like("Batman").inner_text())
    assert lists[0] != lists[1]


def test_letters_typed_in_ascii_find_the_film(settings: Settings, tmdb5000_model, serve, visit) -> None:
    """What is on no keyboard need not be typed."""
    visitor: Visitor = visit(serve("server", settings.replace(model_dir=tmdb5000_model)))
    visitor.enter()
    for typed, title in (("amelie", "Amélie"), ("walle", "WALL·E"), ("alien3", "Alien³"), ("9", "9")):
        expect(visitor.search(typed).first).to_contain_text(title)
