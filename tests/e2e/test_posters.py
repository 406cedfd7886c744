"""Posters in the browser, from a TMDB that is good, slow, broken or not there: the drawn card always stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from movierec.settings import Settings
from tests.e2e.visitor import Visitor
from tests.fake_tmdb import FakeTmdb
from tests.toy import MOVIES

SHOWN = "img => img.complete && img.naturalWidth > 0"


@pytest.fixture
def tmdb():
    with FakeTmdb(MOVIES) as played:
        yield played


def pick_toy_story(visitor: Visitor):
    visitor.enter()
    visitor.search("toy sto").first.click()
    return visitor.films_like("Toy Story")


def test_posters_come_from_our_own_server(settings: Settings, tmdb: FakeTmdb, serve, visit) -> None:
    """Real ones lie over the drawn ones, and the browser speaks to nobody but us."""
    server = serve("server", settings, **tmdb.environment())
    visitor: Visitor = visit(server)
    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    films = pick_toy_story(visitor)
    images = films.locator("img")
    expect(images).to_have_count(10)
    for image in images.all():
        image.scroll_into_view_if_needed()
        visitor.page.wait_for_function(SHOWN, arg=image.element_handle())
    foreign = [url for url in asked if not url.startswith((server.url, "blob:", "data:", "ws:"))]
    assert foreign == []


PLAYS = ("slow 0.5", "401", "404", "429 1, good", "500", "503", "hang", "truncated", "numbers")


@pytest.mark.parametrize("play", PLAYS)
def test_whatever_tmdb_does_the_page_stands(play: str, settings: Settings, tmdb: FakeTmdb, serve, visit) -> None:
    """Ten cards at once, each with its title; not one broken image, nothing raw, the page goes on working."""
    tmdb.play("movie", *play.split(", "))
    server = serve("server", settings, TMDB_TIMEOUT_S="2", **tmdb.environment())
    visitor: Visitor = visit(server)
    films = pick_toy_story(visitor)
    settled = """() => [...document.querySelectorAll("[role=list] img")]
        .filter((img) => img.getBoundingClientRect().top < innerHeight)
        .every((img) => img.complete && img.naturalWidth)"""
    visitor.page.wait_for_function(settled, timeout=15_000)
    shown = "() => [...document.querySelectorAll('[role=list] img')].some((img) => img.naturalWidth)"
    # Slow, or told to come back in a second: within the deadline, so the real posters do arrive.
    assert visitor.page.evaluate(shown) == play.startswith(("slow", "429"))
    expect(films.get_by_role("listitem").first).to_contain_text("Toy Story 2")
    visitor.button("Toy Story 2 (1999)").click()
    visitor.films_like("Toy Story 2")
    assert "Traceback" not in server.log()
    assert tmdb.environment()["TMDB_API_KEY"] not in server.log()
