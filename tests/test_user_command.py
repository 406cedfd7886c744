"""``movierec user``: what operators can do, and what they are told."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import insert, select

from movierec.app import App, create_app
from movierec.auth import Caller
from movierec.cli import main
from movierec.errors import LoginExpired, StorageError
from movierec.library import Preferences
from movierec.settings import Settings
from movierec.tables import metadata, users
from tests.toy import HEAT

PASSWORD, NEW = "a long walk home", "another long walk"


@pytest.fixture
def app(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> App:
    """Ann and Bob have accounts; ann has left something in every table."""
    for name, value in database_settings.kernel_environment().items():
        monkeypatch.setenv(name, value)
    app = create_app(database_settings)
    app.db.create()
    for name in ("ann", "bob"):
        form = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "confirm": PASSWORD}
        app.desk.answer("sign_up", form, Caller())
        answer = log_in(app, name, peer="192.0.2.1", label="Firefox on Linux")
        assert answer.login is not None
        user_id = answer.login.user.user_id
        app.library.rate(user_id, HEAT, 1)
        app.library.save_preferences(user_id, Preferences(favorite_movie="Heat (1995)"))
        app.logins.issue_ticket(answer.login, kernel_id="x")
        app.front_desk.recovery.make_code(answer.login.user)
        log_in(app, name, "wrong")
        app.desk.answer("change_email", {"email": "x", "password": "wrong"}, Caller(login=answer.login))
    return app


def log_in(app: App, name: str, password: str = PASSWORD, **caller: str):
    return app.desk.answer("log_in", {"username": name, "password": password, "keep": False}, Caller(**caller))


def rows_of(app: App) -> dict[str, int]:
    with app.db.read() as conn:
        return {table.name: len(conn.execute(select(table)).all()) for table in metadata.sorted_tables}


def test_list_and_show(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Who there is, and where they are logged in; no hash, no token, no password."""
    assert main(["user", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["1", "ann", "ann@example.com"],
        ["2", "bob", "bob@example.com"],
    ]
    assert main(["user", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(one["username"], one["logins"], one["ratings"]) for one in listed] == [("ann", 1, 1), ("bob", 1, 1)]
    assert main(["user", "show", "ANN"]) == 0
    shown = capsys.readouterr().out
    assert "Firefox on Linux, since " in shown
    assert "argon2" not in shown
    assert main(["user", "show", "ann", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["logins"][0]["label"] == "Firefox on Linux"


def test_a_reset_prints_a_code_that_its_owner_uses(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Alone on the standard output, to be piped; the operator sees no password."""
    assert main(["user", "reset-password", "ann"]) == 0
    said = capsys.readouterr()
    code = said.out.strip()
    assert "60 minutes" in said.err
    form = {"username": "ann", "code": code, "password": NEW, "confirm": NEW}
    assert app.desk.answer("reset", form, Caller()).reply == {"kind": "reset", "username": "ann"}
    assert log_in(app, "ann", NEW).status == 200


def test_disable_and_enable(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Logins end at once; what was kept is there afterwards."""
    login = log_in(app, "ann").login
    assert main(["user", "disable", "ann"]) == 0
    with pytest.raises(LoginExpired):
        app.logins.check(login)
    assert log_in(app, "ann").status == 401
    assert log_in(app, "bob").status == 200
    capsys.readouterr()
    assert main(["user", "list"]) == 0
    ann, bob = capsys.readouterr().out.splitlines()
    assert ann.endswith("disabled")
    assert not bob.endswith("disabled")
    main(["user", "reset-password", "ann"])
    assert "enable it first" in capsys.readouterr().err
    assert main(["user", "enable", "ann"]) == 0
    answer = log_in(app, "ann")
    assert app.library.ratings(answer.login.user.user_id) == {HEAT: 1}


def test_delete_leaves_no_row(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """In no table, and nothing of anybody else's is touched; without a yes nothing happens."""
    before = rows_of(app)
    assert main(["user", "delete", "ann"]) == 1
    assert "nothing was deleted" in capsys.readouterr().err
    assert rows_of(app) == before
    assert main(["user", "delete", "ann", "--yes"]) == 0
    after = rows_of(app)
    per_person = {name: count // 2 for name, count in before.items() if count >= 2}
    assert {"users", "user_preferences", "ratings", "logins", "tickets", "devices", "reset_codes"} <= set(
        per_person
    )
    # In "attempts": bob's own two, and the address that both came from.
    assert {name: after[name] for name in per_person} == per_person | {"attempts": 3}
    assert main(["user", "show", "ann"]) == 1
    assert main(["user", "show", "bob"]) == 0


class Terminal(io.StringIO):
    """What somebody types; at its end comes Ctrl-D."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["", "\n", "n\n", "no\n", "yess\n", "j\n"])
def test_without_a_yes_nobody_is_deleted(
    app: App, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end of the input (Ctrl-D) is a no like any other, on a line of its own."""
    before = rows_of(app)
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert main(["user", "delete", "ann"]) == 1
    question, _, said = capsys.readouterr().out.partition("[y/N] ")
    assert question.startswith("Delete ann and all that is stored about them")
    assert said == ("" if typed else "\n") + "Nothing was deleted.\n"
    assert rows_of(app) == before


@pytest.mark.parametrize("typed", ["y\n", "Y\n", "yes\n", "YES\n", " Yes \n", "y"])
def test_who_says_yes_is_believed(
    app: App, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In either length and any case."""
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert main(["user", "delete", "ann"]) == 0
    assert "ann is deleted" in capsys.readouterr().out
    assert rows_of(app)["users"] == 1


def test_delete_does_not_trust_foreign_keys(app: App) -> None:
    """An adopted database may have none: the rows go all the same."""
    with app.db.read() as conn:
        sqlite = conn.dialect.name == "sqlite"
    if sqlite:
        import sqlite3

        with sqlite3.connect(app.settings.db_sqlite_file) as conn:  # which does not look at them by itself
            conn.execute("PRAGMA writable_schema = ON")
            conn.execute("UPDATE sqlite_master SET sql = replace(sql, ' ON DELETE CASCADE', '')")
    else:
        app.db.write(lambda conn: conn.exec_driver_sql("ALTER TABLE user_preferences DROP FOREIGN KEY "
                                                        "user_preferences_ibfk_1"))  # fmt: skip
    assert main(["user", "delete", "ann", "--yes"]) == 0
    assert rows_of(app)["user_preferences"] == 1


def test_export_is_all_that_is_stored(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Profile, preferences, ratings, logins, devices, attempts: facts, and nothing that lets somebody in."""
    assert main(["user", "export", "ann"]) == 0
    said = capsys.readouterr().out
    data = json.loads(said)
    assert data["profile"]["email"] == "ann@example.com"
    assert data["user_preferences"][0]["favorite_movie"] == "Heat (1995)"
    assert [(one["movie_id"], one["value"]) for one in data["ratings"]] == [(HEAT, 1)]
    assert data["logins"][0]["label"] == "Firefox on Linux"
    assert len(data["devices"]) == len(data["reset_codes"]) == 1
    assert [one["failures"] for one in data["failed_attempts"]] == [1, 1]
    with app.db.read() as conn:
        for table in metadata.sorted_tables:
            for row in conn.execute(select(table)):
                for name, value in row._mapping.items():
                    if name == "password" or name.endswith(("_digest", "secret")):
                        assert str(value) not in said, f"{table.name}.{name}"
    assert "bob" not in said


def test_changes_of_address_are_told_as_what_they_are(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """They are counted, the one that was refused too, but nobody has failed at anything and nobody has to wait."""
    login = log_in(app, "ann").login
    for email in ("ann@example.org", "ann@example.net", "bob@example.com"):
        app.desk.answer("change_email", {"email": email, "password": PASSWORD}, Caller(login=login))
    assert main(["user", "export", "ann"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["profile"]["email"] == "ann@example.net"
    assert data["failed_attempts"] == []
    (changes,) = data["email_changes"]
    assert (changes["tries"], changes["not_before"]) == (3, None)
    assert changes["forgotten_at"].endswith("+00:00")


def test_a_wait_is_told(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """With its end: five failures are free, one was made before."""
    for _ in range(5):
        log_in(app, "ann", "wrong")
    assert main(["user", "export", "ann"]) == 0
    (login,) = (one for one in json.loads(capsys.readouterr().out)["failed_attempts"] if one["failures"] > 1)
    assert login["not_before"].endswith("+00:00")


def test_end_logins(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one, or of everybody."""
    ann, bob = log_in(app, "ann").login, log_in(app, "bob").login
    assert main(["user", "end-logins", "ann"]) == 0
    assert "2 logins ended" in capsys.readouterr().out
    with pytest.raises(LoginExpired):
        app.logins.check(ann)
    assert app.logins.check(bob).username == "bob"
    assert main(["user", "end-logins", "--everybody"]) == 0
    with pytest.raises(LoginExpired):
        app.logins.check(bob)


def test_an_unknown_name_is_told(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do; nothing is changed."""
    for action in ("show", "disable", "enable", "reset-password", "export", "end-logins", "delete"):
        assert main(["user", action, "nobody"]) == 1
        assert "no account called 'nobody'" in capsys.readouterr().err


def test_names_that_differ_in_case_must_be_exact(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is disabled for another."""
    row = {"username": "Ann", "email": "other@example.com", "password": "-"}
    try:
        app.db.write(lambda conn: conn.execute(insert(users).values(**row)))
    except StorageError:
        return  # this collation takes them for one
    assert main(["user", "disable", "ANN"]) == 1
    assert main(["user", "disable", "Ann"]) == 0
    assert log_in(app, "ann").status == 200


def test_looking_makes_no_database(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody has ever signed up there is nobody."""
    for name, value in settings.kernel_environment().items():
        monkeypatch.setenv(name, value)
    assert main(["user", "list"]) == 0
    assert "no accounts yet" in capsys.readouterr().out
    assert main(["user", "show", "ann"]) == 1
    assert not settings.db_sqlite_file.exists()
