"""The account, told by messages as a page sends them where the kernel is all there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from movierec.auth import ActiveLogin, Login
from movierec.catalogue import Catalogue
from movierec.errors import ArtifactMismatch, LoginExpired
from movierec.tables import metadata
from movierec.ui.places import ago, places
from tests.toy import HEAT
from tests.ui.conftest import PASSWORD, Visit

NEW = "another long walk"


@pytest.fixture
def account(inside: Visit) -> Visit:
    """A visitor whose account is open."""
    inside.wire.say("Header", "profile")
    return inside


def elsewhere(visit: Visit, username: str = "ann_1", password: str = PASSWORD) -> Login:
    """Log the visitor in on another machine."""
    proven = visit.app.accounts.proofs.authenticate(username, password)
    return visit.app.logins.begin(proven, label="Firefox on Linux")[0]


def has_ended(visit: Visit, login: Login) -> bool:
    try:
        visit.app.logins.check(login)
    except LoginExpired:
        return True
    return False


def tell(visit: Visit, kind: str, **fields: Any) -> Any:
    return visit.wire.say("Account", kind, **fields)


# ---------------------------------------------------------------------------------- password and email


def test_another_password_ends_all_other_logins(account: Visit) -> None:
    """This page goes on; the old password is worth nothing."""
    other = elsewhere(account)
    answer = tell(account, "change_password", current=PASSWORD, password=NEW, confirm=NEW)
    assert answer == [{"kind": "changed", "what": "password"}]
    assert has_ended(account, other)
    account.pick(HEAT)
    assert account.shown[0] == "Header"
    account.wire.say("Header", "log_out")
    account.log_in(password=PASSWORD)
    assert account.shown == ["Door", "Footer"]
    account.log_in(password=NEW)
    assert account.shown[0] == "Header"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"current": "wrong", "password": NEW, "confirm": NEW}, "current"),
        ({"current": PASSWORD, "password": "abc", "confirm": "abc"}, "password"),
        ({"current": PASSWORD, "password": NEW, "confirm": "not the same"}, "confirm"),
    ],
)
def test_a_password_that_cannot_be_is_told_beside_its_field(
    account: Visit, fields: dict[str, str], field: str
) -> None:
    """And nothing has changed, here or elsewhere."""
    other = elsewhere(account)
    (answer,) = tell(account, "change_password", **fields)
    assert answer["kind"] == "problems"
    assert list(answer["problems"]) == [field]
    assert not has_ended(account, other)


def test_another_email_is_shown_at_once(account: Visit) -> None:
    """In the profile and in the account."""
    (answer,) = tell(account, "change_email", email="new@example.com", password=PASSWORD)
    assert answer == {"kind": "changed", "what": "email", "email": "new@example.com"}
    assert account.wire.state("Profile")["email"] == "new@example.com"
    assert account.wire.state("Account")["email"] == "new@example.com"


def test_an_email_needs_the_password(account: Visit) -> None:
    """Whoever finds a page that was left open does not take the account over."""
    (answer,) = tell(account, "change_email", email="new@example.com", password="wrong")
    assert answer == {"kind": "problems", "problems": {"password": "This is not your password."}}
    assert account.wire.state("Account")["email"] == "ann_1@example.com"


def test_what_changed_elsewhere_is_shown_when_the_profile_is_opened(inside: Visit) -> None:
    """Not what it was when the visit began."""
    user = elsewhere(inside).user
    inside.app.accounts.change_email(user, "new@example.com")
    inside.wire.say("Header", "profile")
    assert inside.wire.state("Profile")["email"] == "new@example.com"


def test_passwords_of_an_account_never_come_back(account: Visit) -> None:
    """Not as a trait, not in an answer."""
    tell(account, "change_password", current="s3cret of one", password="s3cret of two", confirm="s3cret of two")
    tell(account, "change_password", current=PASSWORD, password="s3cret of two", confirm="s3cret of two")
    tell(account, "change_email", email="new@example.com", password="s3cret of two")
    tell(account, "delete_account", password="s3cret of one")
    assert "s3cret" not in account.wire.text


# ---------------------------------------------------------------------------------- logins


def test_logging_out_ends_the_login(inside: Visit) -> None:
    """In the database: nothing that a page kept can be used again."""
    login = inside.controller._login
    assert login is not None
    inside.wire.say("Header", "log_out")
    assert has_ended(inside, login)


def test_the_list_of_logins_begins_with_this_one(inside: Visit) -> None:
    """Labels are the browsers' names; a notebook has none."""
    elsewhere(inside)
    inside.wire.say("Header", "profile")
    here, other = inside.wire.state("Account")["places"]
    assert (here["label"], here["here"]) == ("A notebook", True)
    assert (other["label"], other["here"]) == ("Firefox on Linux", False)


def test_a_login_elsewhere_can_be_ended(account: Visit) -> None:
    """That one alone; the list shows what is left."""
    other, third = elsewhere(account), elsewhere(account)
    assert tell(account, "end_login", login_id=other.login_id) == [{"kind": "ended"}]
    assert has_ended(account, other)
    assert not has_ended(account, third)
    assert len(account.wire.state("Account")["places"]) == 2


def test_nobody_ends_the_login_of_somebody_else(account: Visit) -> None:
    """Whatever number a page sends."""
    account.app.accounts.register("bob_1", "bob@example.com", PASSWORD, confirm=PASSWORD)
    bob = elsewhere(account, "bob_1")
    tell(account, "end_login", login_id=bob.login_id)
    assert not has_ended(account, bob)


def test_logging_out_everywhere_ends_this_one_too(account: Visit) -> None:
    """The start page says so."""
    other = elsewhere(account)
    tell(account, "log_out_everywhere")
    assert has_ended(account, other)
    assert account.shown == ["Door", "Footer"]
    assert account.wire.state("Door")["note"] == "You are logged out everywhere."


NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=-1), "just now"), (timedelta(seconds=119), "just now"),
        (timedelta(minutes=2), "2 minutes ago"), (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"), (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"), (timedelta(days=29, hours=23), "29 days ago"),
        (timedelta(days=30), "on 29 October 2026"),
    ],
    ids=str,
)  # fmt: skip
def test_how_long_ago_is_told_in_words(before: timedelta, words: str) -> None:
    """As people say it, without a time of day, which would be another one elsewhere."""
    assert ago(NOW - before, now=NOW) == words


def test_the_page_s_own_login_is_listed_first_whichever_was_used_last() -> None:
    """The others stay in their order."""
    logins = [ActiveLogin(number, f"browser {number}", NOW, NOW, False) for number in (3, 1, 2)]
    assert [place["login_id"] for place in places(logins, here=2, now=NOW)] == [2, 3, 1]


# ---------------------------------------------------------------------------------- data


def test_all_that_is_stored_is_handed_out(account: Visit) -> None:
    """Profile, preferences, ratings, logins; no hash and no token."""
    account.wire.say("PosterGrid", "rate", movie_id=HEAT, value=1)
    account.wire.say("Profile", "save", favorite_genre="Crime", favorite_movie="Heat (1995)")
    (answer,) = tell(account, "export")
    data = answer["data"]
    assert data["profile"]["email"] == "ann_1@example.com"
    assert data["user_preferences"][0]["favorite_movie"] == "Heat (1995)"
    assert [(rating["movie_id"], rating["value"]) for rating in data["ratings"]] == [(HEAT, 1)]
    assert data["logins"][0]["label"] == "A notebook"
    assert "argon2" not in str(data)
    assert "digest" not in str(data)


def test_rated_films_are_handed_out_by_their_titles(account: Visit) -> None:
    """A number says nothing to whose data it is; of a film that is in no model any more, it is all there is."""
    account.wire.say("PosterGrid", "rate", movie_id=HEAT, value=1)
    account.app.library.rate(account.controller._visitor.user.user_id, 4_000_000_000, -1)
    (answer,) = tell(account, "export")
    films = {rating["movie_id"]: (rating.get("title"), rating.get("year")) for rating in answer["data"]["ratings"]}
    assert films == {HEAT: ("Heat", 1995), 4_000_000_000: (None, None)}


def test_data_is_handed_out_without_titles_where_films_cannot_be_read(
    account: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose data it is gets it all the same."""
    account.wire.say("PosterGrid", "rate", movie_id=HEAT, value=1)

    def damaged(_catalogue: Catalogue, _movie_ids: object) -> list[int]:
        raise ArtifactMismatch("damaged")

    monkeypatch.setattr(Catalogue, "known", damaged)
    (answer,) = tell(account, "export")
    assert [(rating["movie_id"], "title" in rating) for rating in answer["data"]["ratings"]] == [(HEAT, False)]


def test_deleting_the_account_leaves_no_row_and_says_so(account: Visit) -> None:
    """Only with the password; then the start page is back."""
    account.wire.say("PosterGrid", "rate", movie_id=HEAT, value=1)
    (answer,) = tell(account, "delete_account", password="wrong")
    assert answer["problems"] == {"password": "This is not your password."}
    tell(account, "delete_account", password=PASSWORD)
    assert account.shown == ["Door", "Footer"]
    assert account.wire.state("Door")["note"] == "Your account and everything about you are deleted."
    with account.app.db.read() as conn:
        left = {name: conn.scalar(select(func.count()).select_from(metadata.tables[name]))
                for name in ("users", "user_preferences", "ratings", "logins", "tickets")}  # fmt: skip
    assert set(left.values()) == {0}


def test_a_page_cannot_pretend_that_an_account_is_deleted(account: Visit) -> None:
    """What it says is looked up."""
    tell(account, "account_deleted")
    assert account.shown[0] == "Header"


# ---------------------------------------------------------------------------------- a forgotten password


def test_a_reset_code_buys_a_new_password_and_logs_nobody_in(visit: Visit) -> None:
    """Once; every login of before is over."""
    visit.sign_up()
    other = elsewhere(visit)
    code = visit.app.front_desk.recovery.make_code(other.user)
    fields = {"username": "ann_1", "code": code, "password": NEW, "confirm": NEW}
    assert visit.wire.say("Door", "reset", **fields) == [{"kind": "reset", "username": "ann_1"}]
    assert visit.shown == ["Door", "Footer"]
    assert has_ended(visit, other)
    (again,) = visit.wire.say("Door", "reset", **fields)
    assert list(again["problems"]) == ["code"]
    visit.log_in(password=NEW)
    assert visit.shown[0] == "Header"


def test_too_many_guesses_are_told_to_wait(visit: Visit) -> None:
    """How long, in one sentence; the right password has to wait as well."""
    visit.sign_up()
    for _ in range(visit.app.settings.login_failures + 1):
        visit.log_in(password="wrong")
    (answer,) = visit.log_in()
    assert answer["kind"] == "failed"
    assert answer["text"].startswith("Too many attempts. Try again in ")
