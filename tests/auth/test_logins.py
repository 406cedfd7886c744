"""Logging in: who may, what it costs, and what a login is worth afterwards."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, update

from movierec.auth import Login
from movierec.auth.passwords import Passwords
from movierec.db import Database
from movierec.errors import (
    BadCredentials,
    LoginExpired,
)
from movierec.settings import Settings
from movierec.tables import users
from tests.auth.hashers import CountingHasher, cheap
from tests.auth.helpers import CHEAP, PASSWORD, Door, add_row, sign_up, stored_hash
from tests.classic import sha256

WRONG = [
    ("bob", "wrong"), ("nobody", PASSWORD), ("bob ", PASSWORD), ("bob\x00", PASSWORD), ("\ud800", PASSWORD),
    ("%", PASSWORD), ("bob@example.com", PASSWORD), ("x" * 256, PASSWORD), ("x" * 1_000_000, "x" * 1_000_000),
    ("bob", ""), ("", ""), ("bob", PASSWORD + " "), ("bob", PASSWORD * 200), ("bob", None), (None, PASSWORD),
    (["bob"], PASSWORD), (1, {}), ("classic", sha256(PASSWORD)), ("damaged", PASSWORD), ("empty", ""),
]  # fmt: skip


def test_every_failed_login_looks_the_same_and_costs_the_same(database: Database, settings: Settings) -> None:
    """One sentence, one Argon2 computation, whatever was wrong."""
    hasher = CountingHasher()
    door = Door(database, settings, passwords=Passwords(hasher))
    sign_up(door)
    add_row(database, "classic", sha256(PASSWORD))
    add_row(database, "damaged", "$argon2id$v=19$m=8,t=1,p=1$")
    add_row(database, "empty", "")
    for username, password in WRONG:
        hasher.done.clear()
        with pytest.raises(BadCredentials) as caught:
            door.login(username, password)
        assert (str(caught.value), caught.value.hint) == (BadCredentials.public, "")
        assert hasher.done == ["verify"], f"{username!r:.20} with {password!r:.20}"


def test_a_classic_hash_becomes_argon2id_and_follows_its_parameters(
    database: Database, settings: Settings
) -> None:
    """At the first login, and again when the parameters have been raised; the wrong password changes nothing."""
    add_row(database, "bob", sha256(PASSWORD).upper())
    begun: list[Login] = []
    for passes in (1, 2):
        door = Door(database, settings, passwords=cheap(passes))
        before = stored_hash(database)
        with pytest.raises(BadCredentials):
            door.login("bob", "wrong")
        assert stored_hash(database) == before
        login = door.login("bob", PASSWORD)
        assert stored_hash(database).startswith(f"$argon2id$v=19$m=8,t={passes},p=1$")
        assert door.check(login).username == "bob"
        after = stored_hash(database)
        door.login("bob", PASSWORD)
        assert stored_hash(database) == after
        begun.append(login)
        assert {door.check(one).username for one in begun} == {"bob"}, "it is the same password: all logins go on"


def test_two_first_logins_of_a_classic_account_at_once(database_settings: Settings, database: Database) -> None:
    """Both hold afterwards, though only one of the new hashes is stored."""
    add_row(database, "bob", sha256(PASSWORD))
    both_verified = threading.Barrier(2)

    class MeetingHasher(CountingHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            both_verified.wait(timeout=10)
            return super().hash(password, salt=salt)

    logins: list[Login] = []

    def run() -> None:
        door = Door(Database(database_settings), database_settings, passwords=Passwords(MeetingHasher()))
        logins.append(door.login("bob", PASSWORD))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    door = Door(database, database_settings, passwords=CHEAP)
    assert [door.check(login).username for login in logins] == ["bob", "bob"]


def test_a_database_that_cannot_be_written_to_locks_nobody_out(
    door: Door, database: Database, database_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The outdated hash stays for now; the log says so, without the hash."""
    add_row(database, "bob", sha256(PASSWORD))
    on_server, embedded = "FOR EACH ROW SIGNAL SQLSTATE '45000'", "BEGIN SELECT RAISE(ABORT, ''); END"
    refusal = on_server if database_settings.db_host else embedded
    database.write(lambda conn: conn.exec_driver_sql(f"CREATE TRIGGER refuse BEFORE UPDATE ON users {refusal}"))
    login = door.login("bob", PASSWORD)
    assert door.check(login).username == "bob"
    assert stored_hash(database) == sha256(PASSWORD)
    assert "outdated" in caplog.text
    assert sha256(PASSWORD) not in caplog.text


def test_bob_and_carl_are_never_mixed_up(door: Door) -> None:
    """The password of one does not open the other."""
    sign_up(door, "bob", password="password of bob")
    sign_up(door, "carl", password="password of carl")
    with pytest.raises(BadCredentials):
        door.login("bob", "password of carl")
    assert door.login("carl", "password of carl").user.username == "carl"


def test_a_login_shows_no_secret(door: Door, database: Database) -> None:
    """Not in its repr, not in that of what holds it."""
    sign_up(door)
    login = door.login("bob", PASSWORD)
    for shown in (repr(login), repr([login]), str(login.user)):
        assert "argon2" not in shown
        assert PASSWORD not in shown


def test_a_login_ends_with_its_account(door: Door, database: Database) -> None:
    """Deleted elsewhere: the next action is refused, also when somebody else has the name by then."""
    sign_up(door)
    login = door.login("bob", PASSWORD)
    database.write(lambda conn: conn.execute(delete(users)))
    with pytest.raises(LoginExpired):
        door.check(login)
    sign_up(door)
    with pytest.raises(LoginExpired):
        door.check(login)


def test_a_login_ends_with_its_password(door: Door, database: Database) -> None:
    """Changed elsewhere, even to the same one."""
    sign_up(door)
    login = door.login("bob", PASSWORD)
    database.write(lambda conn: conn.execute(update(users).values(password=CHEAP.hash(PASSWORD))))
    with pytest.raises(LoginExpired):
        door.check(login)
    assert door.check(door.login("bob", PASSWORD)).username == "bob"


def test_a_check_tells_what_is_stored_now(door: Door, database: Database) -> None:
    """An address that was changed elsewhere is the new one."""
    sign_up(door)
    login = door.login("bob", PASSWORD)
    database.write(lambda conn: conn.execute(update(users).values(email="new@example.com")))
    assert door.check(login).email == "new@example.com"
