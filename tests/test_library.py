"""What a user keeps: saved once, read back as it was."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, insert, select

from movierec.db import Database
from movierec.errors import InvalidArgument, InvalidPreferences, LoginExpired
from movierec.library import Library, Preferences
from movierec.settings import Settings
from movierec.tables import ratings, user_preferences, users
from tests.db.helpers import COMMIT, in_threads, on_mariadb
from tests.proxy import LossyProxy


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


@pytest.fixture
def bob(database: Database) -> int:
    """A user's id."""
    row = {"username": "bob", "email": "bob@example.com", "password": "-"}
    return database.write(lambda conn: conn.execute(insert(users).values(**row)).inserted_primary_key[0])


def count(database: Database) -> int:
    with database.read() as conn:
        return len(conn.execute(select(user_preferences.c.id)).all())


def test_there_are_none_at_first(library: Library, bob: int) -> None:
    """Nor for somebody who is not there."""
    assert library.preferences(bob) == Preferences("", "")
    assert library.preferences(bob + 1) == Preferences()


@pytest.mark.parametrize(
    "preferences",
    [
        Preferences("Crime", "Heat (1995)"),
        Preferences("", ""),
        Preferences("Animation", "千と千尋の神隠し (2001) 🎬"),
        Preferences("' OR 1=1 --", "<img src=x onerror=alert(1)> \x00 %s \\"),
        Preferences("g" * 100, "é" * 255),
    ],
)
def test_what_is_saved_is_read_back(library: Library, bob: int, preferences: Preferences) -> None:
    """Letter by letter, up to the width of the columns."""
    library.save_preferences(bob, preferences)
    assert library.preferences(bob) == preferences


def test_saving_again_writes_over(library: Library, bob: int, database: Database) -> None:
    """The same twice included: there is one row."""
    for preferences in (Preferences("Crime", "Heat (1995)"), Preferences("Drama"), Preferences("Drama")):
        library.save_preferences(bob, preferences)
        assert library.preferences(bob) == preferences
    assert count(database) == 1


def test_pages_that_save_at_once_make_one_row(bob: int, database_settings: Settings, database: Database) -> None:
    """One waits for the other, first time or not."""
    barrier, raised = threading.Barrier(8), []

    def save() -> None:
        library = Library(Database(database_settings))
        barrier.wait(timeout=30)
        try:
            library.save_preferences(bob, Preferences("Crime", "Heat (1995)"))
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=save) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert raised == []
    assert count(database) == 1


def test_each_user_has_their_own(library: Library, bob: int, database: Database) -> None:
    """Saving for one leaves the other's alone."""
    row = {"username": "carl", "email": "carl@example.com", "password": "-"}
    carl = database.write(lambda conn: conn.execute(insert(users).values(**row)).inserted_primary_key[0])
    library.save_preferences(bob, Preferences("Crime"))
    library.save_preferences(carl, Preferences("Drama"))
    assert library.preferences(bob) == Preferences("Crime")


@pytest.mark.parametrize(
    ("preferences", "fields"),
    [
        (Preferences("g" * 101, "f" * 256), {"favorite_genre", "favorite_movie"}),
        (Preferences("Crime", "f" * 1_000_000), {"favorite_movie"}),
        (Preferences("\ud800", "Heat (1995)"), {"favorite_genre"}),
        (Preferences(None, ["Heat"]), {"favorite_genre", "favorite_movie"}),
    ],
)
def test_what_does_not_fit_is_told_with_its_field(
    library: Library, bob: int, preferences: Preferences, fields: set[str]
) -> None:
    """And what was there stays."""
    library.save_preferences(bob, Preferences("Drama"))
    with pytest.raises(InvalidPreferences) as caught:
        library.save_preferences(bob, preferences)
    assert set(caught.value.problems) == fields
    assert library.preferences(bob) == Preferences("Drama")


def test_saving_for_an_account_that_is_gone_is_refused(library: Library, bob: int, database: Database) -> None:
    """Deleted in another tab."""
    database.write(lambda conn: conn.execute(delete(users)))
    with pytest.raises(LoginExpired):
        library.save_preferences(bob, Preferences("Crime"))
    assert count(database) == 0


def test_ratings_are_kept_the_oldest_first(library: Library, bob: int) -> None:
    """Ids of all sizes, likes and dislikes, in the order in which they were said."""
    assert library.ratings(bob) == {}
    for movie_id, value in ((949, 1), (-3, -1), (2**63 - 1, 1), (1, -1)):
        assert library.rate(bob, movie_id, value) == 0
    assert list(library.ratings(bob).items()) == [(949, 1), (-3, -1), (2**63 - 1, 1), (1, -1)]
    assert library.ratings(bob + 1) == {}


def test_a_rating_tells_what_was_there_before(library: Library, bob: int) -> None:
    """The same again, the other way round, taken back, taken back again."""
    before = [library.rate(bob, 949, value) for value in (1, 1, -1, 0, 0, -1)]
    assert before == [0, 1, 1, -1, 0, 0]
    assert library.ratings(bob) == {949: -1}


def test_only_a_new_opinion_makes_a_rating_young(library: Library, bob: int) -> None:
    """Said again it keeps its place; changed, or taken back and given again, it is the newest."""
    for movie_id in (1, 2, 3):
        library.rate(bob, movie_id, 1)
    library.rate(bob, 1, 1)
    assert list(library.ratings(bob)) == [1, 2, 3]
    library.rate(bob, 1, -1)
    assert list(library.ratings(bob)) == [2, 3, 1]
    library.rate(bob, 2, 0)
    library.rate(bob, 2, 1)
    assert list(library.ratings(bob).items()) == [(3, 1), (1, -1), (2, 1)]


def test_each_user_has_ratings_of_their_own_that_go_with_them(
    library: Library, bob: int, database: Database
) -> None:
    """Two users, one film; when one is deleted, the other's rating stays."""
    row = {"username": "carl", "email": "carl@example.com", "password": "-"}
    carl = database.write(lambda conn: conn.execute(insert(users).values(**row)).inserted_primary_key[0])
    library.rate(bob, 949, 1)
    assert library.rate(carl, 949, -1) == 0
    database.write(lambda conn: conn.execute(delete(users).where(users.c.id == bob)))
    with pytest.raises(LoginExpired):
        library.rate(bob, 949, 1)
    assert (library.ratings(bob), library.ratings(carl)) == ({}, {949: -1})


@pytest.mark.parametrize("value", [2, -2, None, 0.5, 1.0, True, False, "1", [1]])
def test_what_is_no_rating_is_refused(library: Library, bob: int, value: object) -> None:
    """Before the database hears of it."""
    with pytest.raises(InvalidArgument, match="value"):
        library.rate(bob, 949, value)  # type: ignore[arg-type]
    assert library.ratings(bob) == {}


@pytest.mark.parametrize("movie_id", [2**63, -(2**63) - 1, 10**400, "x", "949", None, 949.0, True])
def test_what_is_no_id_is_refused(library: Library, bob: int, movie_id: object) -> None:
    """Before the database hears of it."""
    with pytest.raises(InvalidArgument, match="movie_id"):
        library.rate(bob, movie_id, 1)  # type: ignore[arg-type]
    assert library.ratings(bob) == {}


@pytest.mark.parametrize("movie_id", [2**63 - 1, -(2**63)])
def test_the_largest_and_the_least_id_are_kept(library: Library, bob: int, movie_id: int) -> None:
    """As everything between them."""
    assert library.rate(bob, movie_id, 1) == 0
    assert library.rate(bob, movie_id, -1) == 1
    assert library.ratings(bob) == {movie_id: -1}


def test_pages_that_rate_one_film_at_once_leave_one_rating(
    bob: int, database_settings: Settings, database: Database
) -> None:
    """They wait for each other: of eight that say the same, seven find it said."""
    before: list[int] = []
    assert in_threads(8, lambda: before.append(Library(Database(database_settings)).rate(bob, 949, 1))) == []
    assert sorted(before) == [0, 1, 1, 1, 1, 1, 1, 1]
    with database.read() as conn:
        assert [tuple(row) for row in conn.execute(select(ratings.c.movie_id, ratings.c.value))] == [(949, 1)]


@on_mariadb
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("first", "then"), [(0, 1), (1, -1), (-1, 0)])
def test_a_rating_is_saved_and_told_though_the_line_is_lost(
    library: Library, bob: int, database_settings: Settings, moment: str, first: int, then: int
) -> None:
    """COMMIT, or the answer to it: the second try tells what the first one found."""
    library.rate(bob, 949, first)
    with LossyProxy(3306, COMMIT, moment) as proxy:
        through = Library(Database(database_settings.replace(db_port=proxy.port)))
        assert through.rate(bob, 949, then) == first
        assert proxy.lost == 1
    assert library.ratings(bob) == ({949: then} if then else {})
