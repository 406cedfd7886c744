"""How the server begins, and how it ends."""

from __future__ import annotations

import signal
import socket
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from movierec.cli import main
from movierec.db import Database
from movierec.settings import Settings, load_settings
from tests.db import first
from tests.db.helpers import on_mariadb
from tests.fake_tmdb import FakeTmdb
from tests.kernel_page import Page, ask
from tests.server.looking import beacon, kernel_processes, kernels, settled
from tests.serving import start_server
from tests.toy import MOVIES, write_toy_model


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_clean(tmp_path: Path, toy_model: Path, number: signal.Signals) -> None:
    """Ctrl-C or SIGTERM: one line was printed, exit status 0, no traceback, no kernel, no file left."""
    variables = {"MODEL_DIR": str(toy_model), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with start_server(tmp_path, variables) as server:
        server.wait_for(settled(server), why="a full pool")
        with Page(server.url).socket() as socket_:
            assert socket_.alive()
            processes = set(kernel_processes(server))
            assert len(processes) >= 2
            assert server.stop(number) == 0
        assert server.log() == f"movierec is at {server.url}. Ctrl-C ends it.\n"
        server_is_dead = [pid for pid in processes if Path(f"/proc/{pid}/cmdline").exists()]
        assert server_is_dead == []
        assert [path.name for path in (tmp_path / "tmp").iterdir() if "movierec" in path.name] == []


def test_it_ends_clean_while_its_kernels_are_still_starting(tmp_path: Path, toy_model: Path) -> None:
    """A Ctrl-C right after the start is as clean as any."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_POOL_SIZE": "4"}) as server:
        server.wait_for(lambda: len(kernel_processes(server)) >= 1, why="a kernel")
        assert server.stop(signal.SIGINT) == 0
        assert server.log() == f"movierec is at {server.url}. Ctrl-C ends it.\n"


def test_it_does_not_wait_for_tmdb_to_end(tmp_path: Path, toy_model: Path, tmdb: FakeTmdb) -> None:
    """With posters under way to a TMDB that hangs, the end still comes in a few seconds."""
    variables = {"MODEL_DIR": str(toy_model), "TMDB_TIMEOUT_S": "60"} | tmdb.environment()
    with start_server(tmp_path, variables) as server, ThreadPoolExecutor(10) as visitors:
        asked = tmdb.count("movie")
        tmdb.play("movie", "hang")
        try:
            for movie in MOVIES[:10]:
                visitors.submit(ask, server.url, f"movierec/posters/{movie.movie_id}")
            server.wait_for(lambda: tmdb.count("movie") >= asked + 8, why="TMDB to be asked")
            before = time.monotonic()
            assert server.stop(signal.SIGINT) == 0
            assert time.monotonic() - before < 8
        finally:
            tmdb.play("movie", "good")


def test_kernels_end_with_a_server_that_is_killed(tmp_path: Path, toy_model: Path) -> None:
    """Even kill -9 leaves no kernel behind for long."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model)}) as server:
        server.wait_for(settled(server), why="a full pool")
        processes = set(kernel_processes(server))
        server.stop(signal.SIGKILL)
        end = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            assert time.monotonic() < end
            time.sleep(0.05)


def test_an_older_embedded_file_is_upgraded(tmp_path: Path, toy_model: Path) -> None:
    """Made before tables had versions: whoever serves it next need do nothing."""
    settings = load_settings({"MOVIEREC_HOME": str(tmp_path)})
    first.make_database(settings)
    database = Database(settings)
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_POOL_SIZE": "0"}):
        database.check()


@on_mariadb
def test_an_older_database_of_a_server_is_not_served(
    database_settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells the command; when that has run, it goes on, here to an address that is none."""
    for name, value in database_settings.kernel_environment().items():
        monkeypatch.setenv(name, value)
    first.make_database(database_settings)
    serve = ["serve", "--no-browser", "--host", "no-such-host.invalid"]
    assert main(serve) == 1
    told = capsys.readouterr().err
    assert "are missing, or older than this program" in told
    assert "movierec db upgrade" in told
    assert main(["db", "upgrade"]) == 0
    assert "added column users.disabled_at" in capsys.readouterr().out
    assert main(serve) == 1
    assert "MOVIEREC_HOST" in capsys.readouterr().err


def test_a_port_that_is_taken_is_passed_over_and_told(tmp_path: Path, toy_model: Path) -> None:
    """The next free port, and the line says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_PORT": str(port)}) as server:
            assert urllib.parse.urlsplit(server.url).port > port
            assert f"(port {port} is taken)" in server.log()
            with Page(server.url).socket() as socket_:
                assert socket_.alive()


@pytest.mark.parametrize(("arguments", "opened"), [((), True), (("--no-browser",), False)])
def test_a_browser_is_opened_unless_told_not_to(
    tmp_path: Path, toy_model: Path, arguments: tuple[str, ...], opened: bool
) -> None:
    """The operator's own browser gets the address that was printed."""
    told = tmp_path / "told"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {told}.new && mv {told}.new {told}\n')
    browser.chmod(0o755)
    variables = {"MODEL_DIR": str(toy_model), "BROWSER": f"{browser} %s", "MOVIEREC_POOL_SIZE": "0"}
    with start_server(tmp_path, variables, arguments=arguments) as server:
        if opened:
            server.wait_for(told.exists, why="the browser")
            assert told.read_text() == server.url + "\n"
    assert told.exists() == opened


def fails(home: Path, variables: dict[str, str]) -> str:
    """Start a server that cannot start; return what it says."""
    with pytest.raises(AssertionError, match="ended with 1") as caught, start_server(home, variables):
        pass
    text = str(caught.value).split("It wrote:\n")[1]
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MOVIEREC_HOST": "no.such.host.invalid"}, "MOVIEREC_HOST"),
        ({"MOVIEREC_HOST": "192.0.2.1"}, "MOVIEREC_HOST"),
        ({"MOVIEREC_PORT": "eighty"}, "MOVIEREC_PORT"),
        ({"MODEL_DIR": "/nowhere"}, "movierec build"),
        ({"DB_HOST": "127.0.0.1", "DB_PORT": "1", "DB_USER": "x", "DB_PASSWORD": "hunter2"}, "127.0.0.1"),
        ({"DB_SQLITE_FILE": "/dev/null/all.sqlite3"}, "/dev/null"),
    ],
)
def test_what_keeps_it_from_starting_is_told_with_the_fix(
    tmp_path: Path, toy_model: Path, variables: dict[str, str], words: str
) -> None:
    """A wrong address, no model, no database: one message that names it, exit status 1."""
    text = fails(tmp_path, {"MODEL_DIR": str(toy_model)} | variables)
    assert words in text
    assert "→" in text
    assert "hunter2" not in text


def test_a_damaged_model_is_not_served(tmp_path: Path) -> None:
    """One byte flipped: refused before the first kernel, the file named."""
    model = write_toy_model(tmp_path / "model")
    scores = bytearray((model / "similar_scores.npy").read_bytes())
    scores[-1] ^= 1
    (model / "similar_scores.npy").write_bytes(scores)
    assert "similar_scores.npy" in fails(tmp_path, {"MODEL_DIR": str(model)})


def test_without_a_pool_every_visit_starts_its_kernel(tmp_path: Path, toy_model: Path) -> None:
    """MOVIEREC_POOL_SIZE=0: slower, and the same."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_POOL_SIZE": "0"}) as server:
        assert kernels(server) == {"ready": 0, "running": 0}
        page = Page(server.url)
        assert "<title>movierec</title>" in page.answer.text
        for variables in kernel_processes(server).values():
            assert variables["MODEL_DIR"] == str(toy_model)
        with page.socket() as socket_:
            assert socket_.alive()
        assert beacon(page).status == 204
        server.wait_for(settled(server, ready=0), why="no kernel")
