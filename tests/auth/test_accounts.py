"""Accounts: who may have one, who comes first, what the operator is told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from movierec.auth.people import ambiguous_names
from movierec.db import Database
from movierec.errors import (
    BadCredentials,
    InvalidRegistration,
    NameTaken,
    SchemaError,
    StorageError,
)
from movierec.settings import Settings
from movierec.tables import metadata, users
from tests.auth.helpers import CHEAP, PASSWORD, Door, add_row, count, sign_up, stored_hash
from tests.db.helpers import COMMIT, on_mariadb
from tests.proxy import LossyProxy


def test_sign_up_then_log_in(door: Door) -> None:
    """Who signed up logs in, and is who they said they are, since just now."""
    user = sign_up(door, "Bob", "Bob.Ross@Example.COM")
    assert (user.username, user.email) == ("Bob", "bob.ross@example.com")
    assert user.created_at is not None
    assert user.created_at.utcoffset() == timedelta(0)
    assert abs(user.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    login = door.login("Bob", PASSWORD)
    assert login.user == user
    assert door.check(login) == user


def test_a_sign_up_leaves_nothing_to_be_filled_in(door: Door, database: Database) -> None:
    """Its keys are there from the first moment, where they stop others."""
    sign_up(door, "Bob", "Bob@Example.com")
    with database.read() as conn:
        assert conn.execute(select(users.c.username_key, users.c.email_key)).all() == [("bob", "bob@example.com")]
    assert database.create() == []


def test_the_real_parameters_are_used_by_default(database: Database, settings: Settings) -> None:
    """What is stored is Argon2id with OWASP's minimum."""
    sign_up(Door(database, settings))
    assert stored_hash(database).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_rules_come_before_the_database(database: Database, settings: Settings) -> None:
    """With the shortest password of the settings; nothing is stored."""
    door = Door(database, settings.replace(password_min_length=12), passwords=CHEAP)
    with pytest.raises(InvalidRegistration) as caught:
        sign_up(door, "b b")
    assert set(caught.value.problems) == {"username", "email", "password"}
    assert caught.value.problems["password"] == "At least 12 characters."
    assert count(database) == 0


@pytest.mark.parametrize("username", ["bob", "Bob", "BOB"])
def test_a_name_is_taken_in_whatever_case(door: Door, database: Database, username: str) -> None:
    """The field is told, and the first one keeps the account."""
    first = sign_up(door, "bob")
    with pytest.raises(NameTaken) as caught:
        sign_up(door, username, "other@example.com", "another-password")
    assert set(caught.value.problems) == {"username"}
    assert door.login(username, PASSWORD).user == first
    assert count(database) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("user@x.com", "USER@X.com"),
        ("u@münchen.de", "u@xn--mnchen-3ya.de"),
        ("u@xn--mnchen-3ya.de", "U@MÜNCHEN.DE"),
        ("jo\u0308rg@example.com", "JÖRG@example.com"),
    ],
)
def test_an_address_is_taken_in_whatever_spelling(door: Door, first: str, second: str) -> None:
    """One address, one account."""
    sign_up(door, "bob", first)
    with pytest.raises(NameTaken) as caught:
        sign_up(door, "carl", second)
    assert set(caught.value.problems) == {"email"}


def test_addresses_that_only_look_alike_are_two(door: Door) -> None:
    """A collation may take them for one; letters are compared as they are."""
    for username, email in (
        ("one", "jörg@example.com"),
        ("two", "jorg@example.com"),
        ("three", "j0rg@example.com"),
    ):
        assert sign_up(door, username, email).email == email


def test_both_taken_fields_are_told(door: Door) -> None:
    """As every rule is: all at once."""
    sign_up(door, "bob")
    with pytest.raises(NameTaken) as caught:
        sign_up(door, "BOB", "BOB@example.com")
    assert list(caught.value.problems) == ["username", "email"]


@pytest.mark.parametrize("same", ["everything", "username", "email"])
def test_of_twelve_sign_ups_at_once_one_wins(database_settings: Settings, database: Database, same: str) -> None:
    """The unique keys decide; the others are told that it is taken, and nothing else goes wrong."""
    barrier, outcomes = threading.Barrier(12), []

    def run(number: int) -> None:
        door = Door(Database(database_settings), database_settings, passwords=CHEAP)
        username = f"bob{number}" if same == "email" else "bOb" if number % 2 else "Bob"
        email = f"bob{number}@example.com" if same == "username" else "bob@example.com"
        barrier.wait(timeout=30)
        try:
            outcomes.append(sign_up(door, username, email))
        except BaseException as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NameTaken"] * 11 + ["User"]
    expected = {"everything": {"username", "email"}, "username": {"username"}, "email": {"email"}}[same]
    assert all(set(error.problems) == expected for error in outcomes if isinstance(error, NameTaken))
    assert count(database) == 1


@on_mariadb
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sign_up_whose_answer_is_lost_is_made_once(
    database_settings: Settings, database: Database, moment: str
) -> None:
    """Whether COMMIT arrived or not: one account, and its owner is not told that the name is taken."""
    with LossyProxy(3306, COMMIT, moment) as proxy:
        through = database_settings.replace(db_port=proxy.port)
        user = sign_up(Door(Database(through), through, passwords=CHEAP))
        assert proxy.lost == 1
    assert user.username == "bob"
    assert count(database) == 1


def test_inert_texts_are_refused_or_kept_as_they_are(door: Door) -> None:
    """SQL and markup are letters like any others."""
    for evil in ("' OR 1=1 --", "<img src=x onerror=alert(1)>", "x\x00y", "\ud800"):
        with pytest.raises(InvalidRegistration):
            sign_up(door, evil, "bob@example.com")
        with pytest.raises(BadCredentials):
            door.login(evil, evil)
    sign_up(door, "bob", password="' OR 1=1 -- <img src=x>\x00\ud800")
    assert door.login("bob", "' OR 1=1 -- <img src=x>\x00\ud800").user.username == "bob"
    with pytest.raises(BadCredentials):
        door.login("bob", "' OR 1=1 -- <img src=x>")


def test_names_that_differ_only_in_case_are_found(door: Door, database: Database) -> None:
    """Rows of another program, where the database lets both in; none otherwise."""
    sign_up(door, "carl")
    assert ambiguous_names(database) == []
    add_row(database, "Dora", "-")
    try:
        add_row(database, "dora", "-")
    except StorageError:
        return  # this collation takes them for one
    assert ambiguous_names(database) == [("Dora", "dora")]


def test_a_database_without_tables_is_told(database: Database, door: Door) -> None:
    """Signing up and logging in name the command."""
    sign_up(door)
    login = door.login("bob", PASSWORD)
    database.write(metadata.drop_all)
    for call in (
        lambda: sign_up(door),
        lambda: door.login("bob", PASSWORD),
        lambda: door.check(login),
    ):
        with pytest.raises(SchemaError) as caught:
            call()
        assert "movierec db upgrade" in caught.value.hint
