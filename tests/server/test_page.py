"""The page, and what every response carries."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from movierec import __version__
from tests.fake_tmdb import V3_KEY
from tests.kernel_page import Page, ask
from tests.server.looking import A_KERNEL, HEALTH, kernel_processes, kernels
from tests.serving import Server
from tests.toy import HEAT, MOVIES


def test_health_tells_what_a_watcher_needs_and_no_more(server: Server) -> None:
    """Status, version, films, kernels."""
    answer = ask(server.url, HEALTH)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    counts = answer.json().pop("kernels")
    assert answer.json() | {"kernels": counts} == {
        "status": "ok", "version": __version__, "films": len(MOVIES), "kernels": counts,
    }  # fmt: skip
    assert set(counts) == {"ready", "running", "connected", "away"}


def test_the_page_stands_by_itself(server: Server) -> None:
    """Title, language, viewport, colour scheme, an icon of its own; nothing from another host; not kept."""
    answer = ask(server.url)
    assert answer.status == 200
    for part in ("<title>movierec</title>", '<html lang="en">', 'name="viewport"', 'name="color-scheme"',
                 'rel="icon" href="data:image/svg+xml', "<noscript>"):  # fmt: skip
        assert part in answer.text
    others = set(re.findall(r"(?:https?:)?//[\w.-]+", answer.text)) - {"http://www.w3.org"}
    assert others == set()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def test_every_visit_has_a_kernel_of_its_own(server: Server) -> None:
    """Two pages, two kernels; a preheated one answers at once."""
    one, other = Page(server.url), Page(server.url)
    assert one.kernel_id != other.kernel_id
    with one.socket() as socket_:
        assert socket_.alive()


def test_the_page_is_compressed(server: Server) -> None:
    """gzip for whoever takes it, posters excepted."""
    assert ask(server.url, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    (runtime,) = re.findall(r'<script type="module" src="/([^"]+)"', ask(server.url).text)
    script, plain = ask(server.url, runtime, Accept_Encoding="gzip"), ask(server.url, runtime)
    assert (script.status, script.headers["Content-Encoding"]) == (200, "gzip")
    assert (plain.status, plain.headers["Content-Encoding"]) == (200, None)
    assert gzip.decompress(script.body) == plain.body
    poster = ask(server.url, f"movierec/posters/{HEAT}", Accept_Encoding="gzip")
    assert (poster.status, poster.headers["Content-Encoding"]) == (200, None)


@pytest.mark.parametrize("query", ["?template=classic", "?theme=dark", "?template=../../x&theme=%00", "?a=b"])
def test_neither_template_nor_theme_is_the_visitors_choice(server: Server, page: Page, query: str) -> None:
    """Whatever the address asks for, it is our page, from the pool."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    visit = Page(server.url, query)
    of_its_own = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    assert of_its_own.sub("", visit.answer.text) == of_its_own.sub("", page.answer.text)


def test_head_takes_no_kernel(server: Server) -> None:
    """HEAD says that the page is there, for nothing."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    before = kernels(server)
    for path in ("", HEALTH, f"movierec/posters/{HEAT}"):
        answer = ask(server.url, path, method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
    assert kernels(server) == before


def test_kernels_get_the_settings_and_not_the_key(server: Server, home: Path, toy_model: Path) -> None:
    """A kernel knows model, home, where posters are and where people log in; TMDB's key stays with the server."""
    processes = kernel_processes(server)
    assert len(processes) >= 2
    for variables in processes.values():
        assert variables["TMDB_API_KEY"] == ""
        assert V3_KEY not in str(variables)
        assert variables["MOVIEREC_POSTERS_URL"] == "/movierec/posters/"
        assert variables["MOVIEREC_LOGIN_URL"] == "/movierec/"
        assert variables["MOVIEREC_HOME"] == str(home)
        assert variables["MODEL_DIR"] == str(toy_model)


@pytest.mark.parametrize(
    ("path", "status"),
    [("", 200), (HEALTH, 200), (f"movierec/posters/{HEAT}", 200), ("movierec/posters/5", 404),
     ("movierec/static/0/door.js", 404), ("nothing", 404),
     (f"api/kernels/{A_KERNEL}", 404), (f"api/kernels/{A_KERNEL}/channels", 403)],
)  # fmt: skip
def test_every_response_carries_the_safety_headers(server: Server, path: str, status: int) -> None:
    """Pages, pictures, scripts and refusals alike."""
    answer = ask(server.url, path)
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Server"] is None
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not re.search("unsafe|blob|http|[*]", answer.headers["Content-Security-Policy"])


@pytest.mark.parametrize(
    ("site", "policy"),
    [("cross-site", "same-origin"), ("same-site", "same-origin"), ("none", None), ("same-origin", None)],
)
def test_a_page_that_has_led_here_keeps_no_hand_on_ours(server: Server, site: str, policy: str | None) -> None:
    """Nor one that the browser does not tell of (above); who has typed the address is not made to wait for it."""
    answer = ask(server.url, "", **{"Sec-Fetch-Site": site})
    assert answer.headers["Cross-Origin-Opener-Policy"] == policy
