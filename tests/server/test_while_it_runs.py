"""What changes under a running server: the model, the database."""

from __future__ import annotations

from pathlib import Path

from movierec.artifact import write
from tests.fake_tmdb import FakeTmdb
from tests.kernel_page import ask
from tests.server.looking import HEALTH
from tests.serving import start_server
from tests.toy import HEAT, MOVIES, UP, WALL_E, tables, write_toy_model


def test_a_model_that_is_swapped_in_is_noticed(tmp_path: Path, tmdb: FakeTmdb) -> None:
    """Films of a model that was built meanwhile have posters; a broken one leaves the last in use."""
    model = write_toy_model(tmp_path / "model")
    with start_server(tmp_path, {"MODEL_DIR": str(model)} | tmdb.environment()) as server:
        assert ask(server.url, f"movierec/posters/{UP}").status == 200
        other = [movie for movie in MOVIES if movie.movie_id in (HEAT, WALL_E)]
        write(model, other, [[1], [0]], [[0.5], [0.5]], about={"name": "two"})
        server.wait_for(lambda: ask(server.url, f"movierec/posters/{UP}").status == 404, why="the new model")
        assert ask(server.url, f"movierec/posters/{HEAT}").status == 200
        server.wait_for(lambda: ask(server.url, HEALTH).json()["films"] == 2, why="the new model")
        (model / "manifest.json").write_text("{")
        server.wait_for(lambda: ask(server.url, HEALTH).status == 503, why="bad health")
        assert ask(server.url, f"movierec/posters/{HEAT}").status == 200
        write(model, MOVIES, *tables(), about={"name": "toy"})
        server.wait_for(lambda: ask(server.url, HEALTH).json()["films"] == len(MOVIES), why="a good model again")


def test_health_is_bad_while_the_database_is(tmp_path: Path, toy_model: Path) -> None:
    """The database gone: 503, nothing secret in it; back: 200."""
    file = tmp_path / "accounts.sqlite3"
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "DB_SQLITE_FILE": str(file)}) as server:
        assert ask(server.url, HEALTH).status == 200
        good = file.read_bytes()
        for more in tmp_path.glob("accounts.sqlite3-*"):
            more.unlink()
        file.write_bytes(b"not a database at all, but as long as the head of one would be" * 40)
        server.wait_for(lambda: ask(server.url, HEALTH).status == 503, why="bad health")
        answer = ask(server.url, HEALTH)
        assert answer.json()["status"] == "unavailable"
        assert "sqlite" not in answer.text
        file.write_bytes(good)
        server.wait_for(lambda: ask(server.url, HEALTH).status == 200, why="good health")
