"""Posters over HTTP."""

from __future__ import annotations

import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from movierec.artifact import Movie, write
from tests.fake_tmdb import PICTURE, FakeTmdb
from tests.kernel_page import ask
from tests.server.looking import HEALTH, kernel_processes
from tests.serving import Server, start_server
from tests.toy import ALIEN, HEAT, TOY_STORY


def test_a_poster_is_served_to_be_kept(server: Server) -> None:
    """The picture, its type, a long life, and an ETag that saves sending it again."""
    answer = ask(server.url, f"movierec/posters/{TOY_STORY}")
    assert (answer.status, answer.body) == (200, PICTURE)
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    again = ask(server.url, f"movierec/posters/{TOY_STORY}", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "movie_id",
    ["5", "-5", "0", "99999999999", "9" * 15, "9" * 40, "9" * 4000, "1.5", "1e3", "abc", "862abc", "862/",
     "862.jpg", "%2e%2e", "862%00", "٨٦٢", "+862", " 862", "0x35e", "NaN", "-", "--862"],
)  # fmt: skip
def test_only_films_of_the_model_are_asked_for(server: Server, tmdb: FakeTmdb, movie_id: str) -> None:
    """Any other id: 404, and TMDB hears nothing of it."""
    before = len(tmdb.requests)
    assert ask(server.url, "movierec/posters/" + urllib.parse.quote(movie_id, safe="%/")).status in (400, 404)
    assert len(tmdb.requests) == before


def test_no_poster_now_is_an_empty_answer_for_a_minute(server: Server, tmdb: FakeTmdb) -> None:
    """204: the browser keeps the drawn poster, and asks again another time."""
    tmdb.play("movie", "404")
    try:
        answer = ask(server.url, f"movierec/posters/{ALIEN}")
    finally:
        tmdb.play("movie", "good")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_without_a_key_posters_are_answered_at_once(tmp_path: Path, toy_model: Path) -> None:
    """No key: kernels are told that there are no posters, and whoever asks anyway gets 204."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "TMDB_API_URL": "http://192.0.2.1"}) as server:
        before = time.monotonic()
        assert ask(server.url, f"movierec/posters/{HEAT}").status == 204
        assert ask(server.url, "movierec/posters/5").status == 404
        assert time.monotonic() - before < 1
        for variables in kernel_processes(server).values():
            assert variables["MOVIEREC_POSTERS_URL"] == ""


def test_fifty_posters_at_once_while_tmdb_hangs(tmp_path: Path) -> None:
    """All are answered within the time allowed, and meanwhile the server answers others at once."""
    films = [Movie(movie_id=n, tmdb_id=n, title=f"Film {n}", year=2000) for n in range(1, 51)]
    rows = [[(n + 1) % 50] for n in range(50)]
    model = write(tmp_path / "model", films, rows, [[0.5]] * 50, about={"name": "fifty"})
    with FakeTmdb(films) as tmdb:
        tmdb.play("movie", "hang")
        variables = {"MODEL_DIR": str(model), "TMDB_TIMEOUT_S": "1", "MOVIEREC_POOL_SIZE": "0"}
        with start_server(tmp_path, variables | tmdb.environment()) as server, ThreadPoolExecutor(50) as visitors:
            before = time.monotonic()
            answers = [visitors.submit(ask, server.url, f"movierec/posters/{film.movie_id}") for film in films]
            server.wait_for(lambda: tmdb.count("movie") >= 8, why="TMDB to be asked")
            asked = time.monotonic()
            assert ask(server.url, HEALTH).status == 200
            assert time.monotonic() - asked < 0.5
            assert {answer.result(30).status for answer in answers} == {204}
            assert time.monotonic() - before < 5
