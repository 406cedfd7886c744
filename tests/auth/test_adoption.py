"""A database made by the classic app is taken over as it is, and goes on serving that app, too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from movierec.auth.passwords import Passwords
from movierec.auth.people import ambiguous_names
from movierec.db import Database
from movierec.errors import (
    BadCredentials,
    InvalidPreferences,
    InvalidRegistration,
    NameTaken,
    SchemaError,
)
from movierec.library import Library, Preferences
from movierec.settings import Settings
from tests import classic
from tests.auth.helpers import Door

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
COLUMNS = """SELECT table_name, column_name, column_type, is_nullable, column_default, extra, collation_name
    FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name NOT LIKE '%%\\_key'
    AND column_name != 'disabled_at' AND table_name IN ('users', 'user_preferences')
    ORDER BY table_name, ordinal_position"""
KEYS = """SELECT table_name, index_name, column_name, non_unique FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND index_name NOT LIKE 'movierec%%'
    AND table_name IN ('users', 'user_preferences') ORDER BY 1, 2, 3"""
FOREIGN_KEYS = """SELECT table_name, constraint_name, delete_rule FROM information_schema.referential_constraints
    WHERE constraint_schema = DATABASE() AND table_name IN ('users', 'user_preferences')"""


pytestmark = pytest.mark.parametrize("database_settings", ["mariadb"], indirect=True)


@pytest.fixture
def mariadb_settings(database_settings: Settings) -> Settings:
    """Settings of a database that does not exist yet, on the server."""
    return database_settings


@pytest.fixture(params=classic.VARIANTS, ids=str)
def variant(request: pytest.FixtureRequest) -> classic.Variant:
    return request.param


@pytest.fixture
def old(mariadb_settings: Settings, variant: classic.Variant) -> Settings:
    """Settings of a classic database of each variant."""
    classic.make_database(mariadb_settings, variant)
    return mariadb_settings


@pytest.fixture
def latin1(mariadb_settings: Settings) -> Settings:
    """Settings of a classic database whose letters are those of Western Europe, told apart by byte."""
    classic.make_database(mariadb_settings, classic.VARIANTS[2])
    return mariadb_settings


def adopt(settings: Settings) -> Door:
    database = Database(settings)
    database.create()
    database.check()
    return Door(database, settings, passwords=CHEAP)


def test_adoption_only_adds(old: Settings) -> None:
    """Columns, indexes, foreign keys and rows of the classic app are the same afterwards."""
    bob = classic.add_user(old, "bob", "hunter2")
    classic.rows(old, "INSERT INTO user_preferences (user_id, favorite_genre) VALUES (%s, 'Drama')", bob)
    if classic.rows(old, "SHOW COLUMNS FROM users LIKE 'updated_at'"):
        classic.rows(old, "UPDATE users SET updated_at = '2020-02-02 20:20:20'")
    queries = [COLUMNS, KEYS, FOREIGN_KEYS, "SELECT * FROM user_preferences"]
    before = [classic.rows(old, query) for query in queries]
    [row] = classic.rows(old, "SELECT * FROM users")
    adopt(old)
    assert [classic.rows(old, query) for query in queries] == before
    [adopted] = classic.rows(old, "SELECT * FROM users")
    assert adopted == (*row, "bob", "bob@example.com", None)


def test_adoption_is_done_once(old: Settings) -> None:
    """What was done is told; the second time there is nothing to do."""
    classic.add_user(old, "bob", "hunter2")
    done = Database(old).create()
    assert done[:5] == [
        "added column users.username_key",
        "added column users.email_key",
        "added index movierec_email_key",
        "added index movierec_username_key",
        "made table ratings",
    ]
    assert {"added column users.disabled_at", "made table logins"} <= set(done)
    assert done[-1] == "filled 2 keys"
    assert Database(old).create() == []


def test_a_database_not_adopted_yet_is_told_with_the_command(old: Settings) -> None:
    """Kernels do not change tables; they say who does."""
    with pytest.raises(SchemaError) as caught:
        Database(old).check()
    assert "movierec db upgrade" in caught.value.hint
    assert not classic.rows(old, "SHOW COLUMNS FROM users LIKE 'username_key'")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "ALTER TABLE user_preferences CHANGE created_at made_on TIMESTAMP",
            "user_preferences without a column created_at",
        ),
        ("CREATE TABLE tickets (seat INT, price INT)", "tickets without a column ticket_digest"),
    ],
    ids=["of the first step", "of the second step"],
)
def test_another_programs_tables_are_left_alone(mariadb_settings: Settings, statement: str, told: str) -> None:
    """A table of other columns is refused before anything is touched, whichever step would add it."""
    classic.make_database(mariadb_settings, classic.VARIANTS[0])
    classic.rows(mariadb_settings, statement)
    with pytest.raises(SchemaError, match=told) as caught:
        Database(mariadb_settings).create()
    assert "DB_NAME" in caught.value.hint
    assert not classic.rows(mariadb_settings, "SHOW COLUMNS FROM users LIKE 'username_key'")


@pytest.mark.parametrize("spell", [str.lower, str.upper], ids=["lower", "upper"])
def test_a_classic_password_works_and_becomes_argon2id(old: Settings, spell) -> None:
    """SHA-256 in hex of either case is taken once; afterwards the hash is Argon2id and still fits."""
    classic.add_user(old, "bob", "", stored=spell(classic.sha256("hunter2")))
    door = adopt(old)
    login = door.login("bob", "hunter2")
    [[stored]] = classic.rows(old, "SELECT password FROM users")
    assert str(stored).startswith("$argon2id$")
    assert door.check(login).username == "bob"
    assert door.login("bob", "hunter2").user == login.user
    with pytest.raises(BadCredentials):
        door.login("bob", "hunter3")


def test_names_and_addresses_that_break_todays_rules_log_in(old: Settings) -> None:
    """Spaces, accents, a reserved name and an address that is none: who is in, stays in."""
    for name in ("José Ñandú", "a", "admin", "me@work.example", "x" * 255):
        classic.add_user(old, name, "1", email=f"not an address {name[:20]}")
    door = adopt(old)
    for name in ("José Ñandú", "a", "admin", "me@work.example", "x" * 255):
        assert door.login(name, "1").user.username == name


def test_what_the_collation_takes_for_equal_is_not_the_same_name(old: Settings) -> None:
    """The right password of résumé does not open anything under a name that only looks like it to SQL."""
    classic.add_user(old, "résumé", "hunter2")
    door = adopt(old)
    assert door.login("RÉSUMÉ", "hunter2").user.username == "résumé"
    for typed in ("resume", "RESUME", "résumé ", " résumé", "résumé\x00", "résumé\u200b"):
        with pytest.raises(BadCredentials):
            door.login(typed, "hunter2")


def test_another_emoji_is_another_name(mariadb_settings: Settings) -> None:
    """utf8mb4_unicode_ci takes all emoji for one; we do not."""
    classic.make_database(mariadb_settings, classic.VARIANTS[3])
    classic.add_user(mariadb_settings, "😀", "hunter2")
    door = adopt(mariadb_settings)
    assert door.login("😀", "hunter2").user.username == "😀"
    with pytest.raises(BadCredentials):
        door.login("😁", "hunter2")


def test_a_name_that_the_column_cannot_hold_is_just_unknown(old: Settings) -> None:
    """A Latin-1 table cannot even compare some names; the visitor sees the usual sentence."""
    door = adopt(old)
    for typed in ("用户", "😀", "\ud800", "б"):
        with pytest.raises(BadCredentials):
            door.login(typed, "hunter2")


def test_bob_and_BOB_both_present(latin1: Settings) -> None:  # noqa: N802
    """Each logs in by the exact spelling, no third spelling is anybody, and the operator is told."""
    ids = [classic.add_user(latin1, name, f"password of {name}") for name in ("Bob", "bob", "carl")]
    door = adopt(latin1)
    for user_id, name in zip(ids, ("Bob", "bob"), strict=False):
        assert door.login(name, f"password of {name}").user.user_id == user_id
        with pytest.raises(BadCredentials):
            door.login("BOB", f"password of {name}")
    with pytest.raises(BadCredentials):
        door.login("bob", "password of Bob")
    assert door.login("CARL", "password of carl").user.username == "carl"
    assert ambiguous_names(Database(latin1)) == [("Bob", "bob")]
    with pytest.raises(NameTaken):
        door.register("BOB", "new@example.com", "some-password", confirm="some-password")


def test_classic_names_and_addresses_are_taken(old: Settings) -> None:
    """Whatever the case and the spelling of the domain, and whoever added the row, before or after."""
    classic.add_user(old, "Before", "1", email="Old.User@X.com")
    door = adopt(old)
    classic.add_user(old, "After", "1", email="After@X.com")

    def sign_up(username: str, email: str) -> set[str]:
        with pytest.raises(NameTaken) as caught:
            door.register(username, email, "some-password", confirm="some-password")
        return set(caught.value.problems)

    assert sign_up("before", "new@example.com") == {"username"}
    assert sign_up("BEFORE", "old.user@x.com") == {"username", "email"}
    assert sign_up("new_one", "OLD.USER@X.COM") == {"email"}
    assert sign_up("after", "new@example.com") == {"username"}
    assert sign_up("new_one", "after@x.com") == {"email"}


def test_the_classic_app_goes_on_adding_users(old: Settings) -> None:
    """Rows added by a program that knows nothing of our columns work, and get their keys at the next start."""
    door = adopt(old)
    classic.add_user(old, "Late", "hunter2")
    assert door.login("late", "hunter2").user.username == "Late"
    assert Database(old).create() == ["filled 2 keys"]


def test_letters_that_an_old_table_cannot_hold_are_told(latin1: Settings) -> None:
    """Nothing is stored as question marks: the field says why."""
    door = adopt(latin1)
    with pytest.raises(InvalidRegistration) as refused:
        door.register("new_one", "用户@example.com", "some-password", confirm="some-password")
    assert set(refused.value.problems) == {"email"}
    user = door.register("new_one", "new@example.com", "some-password", confirm="some-password")
    library = Library(Database(latin1))
    library.save_preferences(user.user_id, Preferences("Drama", "Amélie (2001)"))
    with pytest.raises(InvalidPreferences) as caught:
        library.save_preferences(user.user_id, Preferences("Drama", "千と千尋の神隠し (2001)"))
    assert set(caught.value.problems) == {"favorite_movie"}
    assert library.preferences(user.user_id) == Preferences("Drama", "Amélie (2001)")


def test_of_several_preference_rows_the_newest_counts(old: Settings) -> None:
    """The newest is read and written over; no further one is made."""
    bob = classic.add_user(old, "bob", "hunter2")
    insert = (
        "INSERT INTO user_preferences (user_id, favorite_genre, favorite_movie, created_at) VALUES (%s,%s,%s,%s)"
    )
    classic.rows(old, insert, bob, "Drama", "Heat (1995)", "2024-05-05 12:00:00")
    classic.rows(old, insert, bob, "Comedy", None, "2024-06-06 12:00:00")
    classic.rows(old, insert, bob, "Horror", "Alien (1979)", "2024-04-04 12:00:00")
    adopt(old)
    library = Library(Database(old))
    assert library.preferences(bob) == Preferences("Comedy", "")
    library.save_preferences(bob, Preferences("Crime", "Ronin (1998)"))
    assert library.preferences(bob) == Preferences("Crime", "Ronin (1998)")
    genres = classic.rows(old, "SELECT favorite_genre FROM user_preferences ORDER BY created_at")
    assert genres == (("Horror",), ("Drama",), ("Crime",))


def test_since_when_is_the_moment_it_was_in_any_time_zone(old: Settings) -> None:
    """A row written by a session in another zone is read as the same moment, in UTC."""
    with classic.connect(old) as conn, conn.cursor() as cursor:
        cursor.execute("SET time_zone = '+05:30'")
        cursor.execute(
            "INSERT INTO users (username, email, password, created_at) VALUES ('bob', 'b@example.com', %s, %s)",
            (classic.sha256("hunter2"), "2024-01-01 05:30:00"),
        )
    user = adopt(old).login("bob", "hunter2").user
    assert user.created_at == datetime(2024, 1, 1, 0, 0, tzinfo=UTC)
