"""What the doctor finds, fault by fault, and what it tells to do."""

from __future__ import annotations

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from movierec.db import Database
from movierec.doctor import (
    Finding,
    inspect,
    inspect_database,
    inspect_model,
    inspect_server,
    inspect_settings,
    inspect_tmdb,
)
from movierec.settings import Settings
from tests.auth.helpers import add_row
from tests.db import first
from tests.db.helpers import on_mariadb
from tests.fake_tmdb import V3_KEY, FakeTmdb
from tests.faults import in_child
from tests.mariadb import free_port
from tests.toy import write_toy_model


def only(findings: list[Finding], state: str) -> Finding:
    """Return the one finding, which has to be of this state."""
    (found,) = findings
    assert found.state == state
    assert bool(found.fix) or state == "ok"
    return found


# ------------------------------------------------------------ settings, all together


def test_settings_tell_where_they_come_from(settings: Settings) -> None:
    """Home without a .env is fine; with one it is named."""
    assert f"no .env in {settings.home}" in only(inspect_settings(settings), "ok").text
    (settings.home / ".env").touch()
    assert str(settings.home / ".env") in only(inspect_settings(settings), "ok").text


def test_a_wrong_setting_is_all_that_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else can be looked at without settings."""
    monkeypatch.setenv("MOVIEREC_HOME", str(settings.home))
    monkeypatch.setenv("MOVIEREC_PORT", "eighty")
    found = only(inspect(), "wrong")
    assert "MOVIEREC_PORT" in found.text
    assert ".env.example" in found.fix


def test_a_fresh_home_is_in_order(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every topic is looked at, in the order in which one would mend them, and nothing is made by looking."""
    for name, value in settings.kernel_environment().items():
        monkeypatch.setenv(name, value)
    found = inspect()
    assert [finding.topic for finding in found] == ["settings", "model", "database", "posters", "server"]
    assert [finding.state for finding in found] == ["ok", "ok", "ok", "note", "ok"]
    assert list(settings.home.iterdir()) == []


def test_a_finding_reads_well() -> None:
    """A mark, the topic, the text, and the fix below it; all of it as JSON."""
    found = Finding("model", "wrong", "there is none", "build it")
    assert str(found) == "✗ model      there is none\n             → build it"
    assert str(Finding("model", "ok", "there")) == "✓ model      there"
    assert json.loads(json.dumps(found.as_dict())) == {
        "topic": "model", "state": "wrong", "text": "there is none", "fix": "build it",
    }  # fmt: skip


# ------------------------------------------------------------ model


def test_a_whole_model_is_described(settings: Settings) -> None:
    """How many films of what, and where."""
    assert only(inspect_model(settings), "ok").text == f"15 films from toy in {settings.model_dir}"


def test_a_missing_model_is_wrong(settings: Settings) -> None:
    """The fix is the command that builds one."""
    found = only(inspect_model(settings.replace(model_dir=settings.home / "nowhere")), "wrong")
    assert "nowhere" in found.text
    assert "movierec build" in found.fix


def test_a_damaged_model_is_wrong(settings: Settings) -> None:
    """One byte of any file is enough, also one that opening does not look at."""
    for name in sorted(path.name for path in settings.model_dir.resolve().iterdir() if path.is_file()):
        model = write_toy_model(settings.home / f"with broken {name}")
        content = bytearray((model / name).read_bytes())
        content[len(content) // 2] ^= 1
        (model / name).write_bytes(content)
        found = only(inspect_model(settings.replace(model_dir=model)), "wrong")
        assert "movierec build" in found.fix, name


# ------------------------------------------------------------ database


def test_an_embedded_file_is_not_made_by_looking(settings: Settings) -> None:
    """Missing or empty, it will be made at the first use; then it is there."""
    will_be_made = f"SQLite file {settings.db_sqlite_file}: will be made at the first use"
    assert only(inspect_database(settings), "ok").text == will_be_made
    assert not settings.db_sqlite_file.exists()
    settings.db_sqlite_file.touch()
    assert only(inspect_database(settings), "ok").text == will_be_made
    assert settings.db_sqlite_file.stat().st_size == 0
    Database(settings).create()
    assert only(inspect_database(settings), "ok").text == f"SQLite file {settings.db_sqlite_file}"


def test_a_file_that_cannot_be_made_is_wrong(settings: Settings, open_folder: Path) -> None:
    """It is told before the first visitor comes; so is one that is there but read-only, or below a file."""
    closed = open_folder / "closed"
    closed.mkdir()
    (closed / "films.sqlite3").touch(mode=0o444)
    closed.chmod(0o555)
    elsewhere = settings.replace(db_sqlite_file=closed / "new" / "films.sqlite3")
    told = in_child(lambda: only(inspect_database(elsewhere), "wrong"), as_nobody=True)
    assert "films.sqlite3: cannot be made: Permission denied" in told
    assert "DB_SQLITE_FILE" in told
    there = settings.replace(db_sqlite_file=closed / "films.sqlite3")
    told = in_child(lambda: only(inspect_database(there), "wrong"), as_nobody=True)
    assert "films.sqlite3: it exists, but is read-only" in told
    closed.chmod(0o755)
    below = settings.replace(db_sqlite_file=closed / "films.sqlite3" / "films.sqlite3")
    assert "cannot be made" in only(inspect_database(below), "wrong").text


def test_a_file_of_another_kind_is_wrong(settings: Settings) -> None:
    """A letter, and a database of another program."""
    settings.db_sqlite_file.write_text("a letter to my aunt " * 100)
    assert "not a database" in only(inspect_database(settings), "wrong").text
    settings.db_sqlite_file.unlink()
    with sqlite3.connect(settings.db_sqlite_file) as conn:
        conn.execute("CREATE TABLE recipes (name TEXT)")
    found = only(inspect_database(settings), "wrong")
    assert "table" in found.text
    assert found.fix == "Run: movierec db upgrade"


def test_a_server_that_is_down_is_wrong(settings: Settings) -> None:
    """With which settings to look at, and no password."""
    down = settings.replace(db_host="127.0.0.1", db_port=free_port(), db_user="me", db_password="pa55word")
    found = only(inspect_database(down), "wrong")
    assert "nothing answers there" in found.text
    assert "DB_PORT" in found.fix
    assert "pa55word" not in str(found)


@on_mariadb
def test_a_missing_database_is_wrong_until_it_is_made(database_settings: Settings) -> None:
    """The fix is the command that makes it."""
    found = only(inspect_database(database_settings), "wrong")
    assert "the database does not exist" in found.text
    assert found.fix == "Run: movierec db upgrade"
    Database(database_settings).create()
    assert database_settings.db_name in only(inspect_database(database_settings), "ok").text


def test_an_older_database_is_wrong_and_so_is_a_newer_one(database_settings: Settings) -> None:
    """The fix is the command, or a newer program; looking changes nothing."""
    first.make_database(database_settings)
    found = only(inspect_database(database_settings), "wrong")
    assert "older than this program" in found.text
    assert found.fix == "Run: movierec db upgrade"
    first.stamp(database_settings, "9999")
    found = only(inspect_database(database_settings), "wrong")
    assert "of version '9999', are newer than this program" in found.text
    assert found.fix.startswith("Update movierec")


def test_names_that_differ_only_in_case_are_noted(settings: Settings) -> None:
    """Databases of the classic app may hold Bob and bob."""
    database = Database(settings)
    database.create()
    for name in ("Bob", "alice", "bob"):
        add_row(database, name, "-")
    fine, noted = inspect_database(settings)
    assert (fine.state, noted.state) == ("ok", "note")
    assert noted.text == "usernames that differ only in case: Bob / bob"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a\0b", "mysql://me@host\0/films", "mysql://me@host/fi\0lms", "mysql://m\0e@host/films",
        "mysql://me@host/\ud800", "mysql://me:\ud800@host/films", "mysql://me@host/a\nb",
        "mysql://me@host:99999/films", "mysql://me@host:0/films", "mysql://me@host:-1/films",
    ],
)  # fmt: skip
def test_junk_in_db_url_is_wrong_and_nothing_worse(settings: Settings, url: str) -> None:
    """The variable is named, and no traceback comes."""
    assert only(inspect_database(settings.replace(db_url=url)), "wrong").text.startswith("DB_URL: ")


def test_the_port_in_db_url_is_named(settings: Settings) -> None:
    """What is wrong with it, not that nobody answers."""
    found = only(inspect_database(settings.replace(db_url="mysql://me@127.0.0.1:99999/films")), "wrong")
    assert found.text == "DB_URL: the port is not a whole number from 1 to 65535"


@pytest.mark.parametrize(
    ("changes", "unverified"),
    [
        ({}, ""),
        ({"db_host": "db.example", "db_user": "me"}, "db.example"),
        ({"db_host": "127.0.0.1", "db_user": "me"}, ""),
        ({"db_url": "mysql://me:p[w@db.example/films"}, "db.example"),
    ],
)
def test_a_server_that_nobody_verifies(settings: Settings, changes: dict[str, str], unverified: str) -> None:
    """One on another machine, without DB_SSL_CA, however its address was given."""
    assert Database(settings.replace(**changes)).unverified_host == unverified


# ------------------------------------------------------------ posters


def test_no_key_is_noted(settings: Settings) -> None:
    """Nothing is wrong without one."""
    assert "TMDB_API_KEY" in only(inspect_tmdb(settings), "note").fix


def test_a_good_key_is_told(settings: Settings) -> None:
    """With where TMDB was asked, and without the key."""
    with FakeTmdb() as tmdb:
        found = only(inspect_tmdb(tmdb.settings(settings)), "ok")
        assert tmdb.api_url in found.text
        assert V3_KEY not in str(found)
        assert tmdb.count("configuration") == 1


def test_a_key_that_is_refused_is_wrong(settings: Settings) -> None:
    """The key is what to look at."""
    with FakeTmdb() as tmdb:
        tmdb.play("configuration", "401")
        found = only(inspect_tmdb(tmdb.settings(settings)), "wrong")
    assert "401" in found.text
    assert "TMDB_API_KEY" in found.fix
    assert V3_KEY not in str(found)


@pytest.mark.parametrize("play", ["500", "drop", "list", "truncated"])
def test_a_tmdb_that_is_broken_is_wrong(settings: Settings, play: str) -> None:
    """With what to look at."""
    with FakeTmdb() as tmdb:
        tmdb.play("configuration", play)
        assert "TMDB_PROXY" in only(inspect_tmdb(tmdb.settings(settings)), "wrong").fix


def test_a_tmdb_out_of_reach_is_wrong(settings: Settings) -> None:
    """Address, proxy and network are what to look at."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    for changes in ({"tmdb_api_url": nowhere}, {"tmdb_proxy": nowhere}, {"tmdb_api_url": "http://a..b"}):
        found = only(inspect_tmdb(settings.replace(tmdb_api_key=V3_KEY, tmdb_timeout_s=2.0, **changes)), "wrong")
        assert all(word in found.fix for word in ("TMDB_API_URL", "TMDB_PROXY", "network"))
        assert V3_KEY not in str(found)


# ------------------------------------------------------------ server


def test_this_machine_only(settings: Settings) -> None:
    """As it is by default."""
    assert "this machine only" in only(inspect_server(settings), "ok").text


def test_visitors_whose_proxy_is_not_known_are_noted(settings: Settings) -> None:
    """They all have its address; with the proxy's there is nothing to say."""
    behind = settings.replace(public_url="https://films.example.org")
    for host in ("127.0.0.1", "0.0.0.0"):
        *_, found = inspect_server(behind.replace(host=host, password_min_length=15))
        assert (found.state, "films.example.org" in found.text) == ("note", True)
        assert "MOVIEREC_PROXIES" in found.fix
    assert only(inspect_server(behind.replace(proxies="127.0.0.1 10.0.0.0/8")), "ok")


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0"])
def test_proxies_that_are_everybody_are_noted(settings: Settings, everybody: str) -> None:
    """Whose word on their address counts; a wide network does no harm by itself."""
    listening, found = inspect_server(settings.replace(proxies=f"10.0.0.0/8 {everybody}"))
    assert (listening.state, found.state) == ("ok", "note")
    assert found.text.startswith(everybody)
    assert "MOVIEREC_PROXIES" in found.fix


def test_an_address_that_others_reach_is_noted(settings: Settings) -> None:
    """Https is the operator's; short passwords are noted then, and only then."""
    proxy, passwords = inspect_server(settings.replace(host="0.0.0.0"))
    assert (proxy.state, passwords.state) == ("note", "note")
    assert "https" in proxy.fix
    assert "passwords of 6 characters" in passwords.text
    assert "PASSWORD_MIN_LENGTH" in passwords.fix
    assert only(inspect_server(settings.replace(host="0.0.0.0", password_min_length=8)), "note") == proxy


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a socket that Tornado forgets
@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a..b", "x" * 100, "a\0b"])
def test_an_address_that_cannot_be_listened_on_is_wrong(settings: Settings, host: str) -> None:
    """One that is kept for documentation (RFC 5737), and names that are none."""
    found = only(inspect_server(settings.replace(host=host)), "wrong")
    assert repr(host) in found.text
    assert "MOVIEREC_HOST" in found.fix


def test_looking_at_the_server_leaves_no_socket(settings: Settings) -> None:
    """The port that is going to be used is not even tried."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert only(inspect_server(settings.replace(port=taken.getsockname()[1])), "ok")
        assert len(list(Path("/proc/self/fd").iterdir())) == before
