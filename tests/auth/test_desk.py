"""The front desk: what becomes of each form, whoever fills it in."""

from __future__ import annotations

import dataclasses
import logging

import pytest
from sqlalchemy import update

from movierec.app import FrontDesk, front_desk
from movierec.auth import FORMS, NEEDS_LOGIN, Accounts, Answer, Caller, Desk, Recovery
from movierec.db import Database
from movierec.errors import LoginExpired
from movierec.settings import Settings
from movierec.tables import metadata, users
from tests.auth.clock import Clock
from tests.auth.helpers import CHEAP, PASSWORD, stored_hash

NEW = "another long walk"
KERNEL = "0f0e0d0c-0b0a-0908-0706-050403020100"


@pytest.fixture
def front(database: Database, settings: Settings, clock: Clock) -> FrontDesk:
    """The rooms as the app ties them together, but for cheap hashes and a clock for codes."""
    real = front_desk(database, settings)
    accounts = Accounts(database, settings, passwords=CHEAP)
    recovery = Recovery(database, accounts, now=clock)
    desk = Desk(accounts, real.logins, recovery, real.personal)
    return dataclasses.replace(real, accounts=accounts, recovery=recovery, desk=desk)


@pytest.fixture
def bob(front: FrontDesk) -> Answer:
    """Bob has signed up and logged in."""
    reply = fill_in(front, "sign_up", username="bob", email="bob@example.com", password=PASSWORD, confirm=PASSWORD)
    assert reply.reply == {"kind": "created", "username": "bob"}
    return log_in(front)


def fill_in(front: FrontDesk, kind: str, caller: Caller | None = None, **fields: object) -> Answer:
    return front.desk.answer(kind, fields, caller or Caller())


def log_in(front: FrontDesk, username: str = "bob", password: str = PASSWORD, **caller: object) -> Answer:
    return fill_in(front, "log_in", Caller(**caller), username=username, password=password, keep=False)  # type: ignore[arg-type]


def test_a_log_in(front: FrontDesk, bob: Answer) -> None:
    """A login, its token, no device where there is no browser; neither is in any repr."""
    assert (bob.status, bob.reply, bob.ended) == (200, {"kind": "welcome"}, False)
    assert bob.login is not None
    assert front.logins.by_token(bob.token) == bob.login
    assert bob.device == ""
    from_browser = log_in(front, peer="192.0.2.1", label="Firefox on Linux")
    assert from_browser.token not in repr(from_browser)
    assert from_browser.device
    assert from_browser.device not in repr(from_browser)
    assert from_browser.device not in repr(Caller(device=from_browser.device))


def test_a_new_log_in_ends_the_browsers_one_before(front: FrontDesk, bob: Answer) -> None:
    """Another token each time, and the old one is worth nothing."""
    second = log_in(front, login=bob.login, peer="192.0.2.1")
    assert second.token != bob.token
    with pytest.raises(LoginExpired):
        front.logins.by_token(bob.token)


def test_wrong_credentials_are_told_alike(front: FrontDesk, bob: Answer, database: Database) -> None:
    """Unknown, wrong, disabled: the same words, the same status."""
    expected = ({"kind": "problems", "problems": {"password": "That username and password do not match."}}, 401)
    for username, password in (("nobody", PASSWORD), ("bob", "wrong")):
        answer = log_in(front, username, password)
        assert (answer.reply, answer.status) == expected
    database.write(lambda conn: conn.execute(update(users).values(disabled_at=Clock()())))
    answer = log_in(front)
    assert (answer.reply, answer.status, answer.token) == (*expected, "")


def test_too_many_attempts_are_told_with_their_wait(front: FrontDesk, bob: Answer) -> None:
    """As text and as seconds."""
    for _ in range(5):
        log_in(front, password="wrong")
    answer = log_in(front)
    text = "Too many attempts. Try again in 1 second."
    assert answer.reply == {"kind": "failed", "text": text, "retry_after_s": 1}
    assert (answer.status, answer.retry_after_s, answer.login) == (429, 1, None)


def test_broken_rules_are_told_field_by_field(front: FrontDesk, bob: Answer) -> None:
    """Sign-up, new password, new address."""
    answer = fill_in(front, "sign_up", username="b", email="b", password="b", confirm="c")
    assert set(answer.reply["problems"]) == {"username", "email", "password", "confirm"}
    assert answer.status == 422
    mine = Caller(login=bob.login)
    answer = fill_in(front, "change_password", mine, current=PASSWORD, password="bob", confirm="bob")
    assert set(answer.reply["problems"]) == {"password"}
    answer = fill_in(front, "change_email", mine, email="b", password=PASSWORD)
    assert set(answer.reply["problems"]) == {"email"}


def test_a_changed_password(front: FrontDesk, bob: Answer) -> None:
    """The old one is asked for; other logins end, this one goes on under a new token; codes are void."""
    elsewhere = log_in(front)
    code = front.recovery.make_code(bob.login.user)  # type: ignore[union-attr]
    mine = Caller(login=bob.login)
    refused = fill_in(front, "change_password", mine, current="wrong", password=NEW, confirm=NEW)
    assert (refused.reply, refused.status) == (
        {"kind": "problems", "problems": {"current": "This is not your password."}},
        401,
    )
    answer = fill_in(front, "change_password", mine, current=PASSWORD, password=NEW, confirm=NEW)
    assert answer.reply == {"kind": "changed", "what": "password"}
    assert bob.login is not None
    assert front.logins.by_token(answer.token).login_id == bob.login.login_id
    assert front.logins.check(bob.login).username == "bob"
    for token in (bob.token, elsewhere.token):
        with pytest.raises(LoginExpired):
            front.logins.by_token(token)
    assert log_in(front).status == 401
    assert log_in(front, password=NEW).status == 200
    assert fill_in(front, "reset", username="bob", code=code, password=PASSWORD, confirm=PASSWORD).status == 401


def test_the_same_password_again_is_no_change(front: FrontDesk, bob: Answer) -> None:
    """It is said beside the field; nobody is signed out, and a wrong old one is still told as that."""
    elsewhere = log_in(front)
    mine = Caller(login=bob.login)
    answer = fill_in(front, "change_password", mine, current=PASSWORD, password=PASSWORD, confirm=PASSWORD)
    told = {"kind": "problems", "problems": {"password": "This is your password already."}}
    assert (answer.status, answer.reply) == (422, told)
    assert front.logins.by_token(bob.token).login_id == bob.login.login_id  # type: ignore[union-attr]
    assert front.logins.by_token(elsewhere.token) == elsewhere.login
    answer = fill_in(front, "change_password", mine, current=NEW, password=NEW, confirm=NEW)
    assert set(answer.reply["problems"]) == {"current"}


def test_a_new_password_is_neither_name_nor_address(front: FrontDesk, bob: Answer) -> None:
    """Those of the account, at each way to a new one."""
    code = front.recovery.make_code(bob.login.user)  # type: ignore[union-attr]
    for password in ("bobbob", "Bob@example.com"):
        new = {"password": password, "confirm": password}
        sign_up = fill_in(front, "sign_up", username="BoB", email="bob@EXAMPLE.com", **new)
        change = fill_in(front, "change_password", Caller(login=bob.login), current=PASSWORD, **new)
        reset = fill_in(front, "reset", username="bob", code=code, **new)
        for answer in (sign_up, change, reset):
            assert set(answer.reply["problems"]) == {"password"}


def test_a_changed_address(front: FrontDesk, bob: Answer) -> None:
    """Normalised, told, asked for with the password; not one that somebody has, one's own in other letters is."""
    fill_in(front, "sign_up", username="carl", email="carl@example.com", password=PASSWORD, confirm=PASSWORD)
    mine = Caller(login=bob.login)
    for email, password, problems in (
        ("new@example.com", "wrong", {"password"}),
        ("CARL@example.com", PASSWORD, {"email"}),
    ):
        assert (
            set(fill_in(front, "change_email", mine, email=email, password=password).reply["problems"]) == problems
        )
    for email in ("BOB@Example.com", "New@Example.com", "new@example.com"):
        answer = fill_in(front, "change_email", mine, email=email, password=PASSWORD)
        assert answer.reply == {"kind": "changed", "what": "email", "email": email.lower()}
    assert bob.login is not None
    assert front.logins.check(bob.login).email == "new@example.com"
    again = fill_in(
        front, "sign_up", username="dora", email="new@example.com", password=PASSWORD, confirm=PASSWORD
    )
    assert set(again.reply["problems"]) == {"email"}


def test_a_deleted_account(front: FrontDesk, bob: Answer) -> None:
    """The password is asked for; afterwards there is nobody, anywhere."""
    elsewhere = log_in(front)
    mine = Caller(login=bob.login)
    assert fill_in(front, "delete_account", mine, password="wrong").ended is False
    answer = fill_in(front, "delete_account", mine, password=PASSWORD)
    assert (answer.reply, answer.ended) == ({"kind": "deleted"}, True)
    assert log_in(front).status == 401
    with pytest.raises(LoginExpired):
        front.logins.by_token(elsewhere.token)


@pytest.mark.parametrize("kind", sorted(NEEDS_LOGIN))
def test_without_a_login_that_holds(front: FrontDesk, bob: Answer, kind: str) -> None:
    """Nothing is changed, the right password or not; the way back is told."""
    assert bob.login is not None
    front.logins.end(bob.login)
    fields = dict.fromkeys(FORMS[kind], PASSWORD)
    for caller in (Caller(), Caller(login=bob.login)):
        answer = fill_in(front, kind, caller, **fields)
        assert (answer.status, answer.ended) == (401, True)
        assert answer.reply == {"kind": "failed", "text": "You are no longer logged in. Please log in again."}


# ------------------------------------------------------------------ reset


def test_a_code_lets_its_owner_choose_a_password_once(front: FrontDesk, bob: Answer, database: Database) -> None:
    """However they type it; all logins end, and nobody is logged in by it."""
    assert bob.login is not None
    code = front.recovery.make_code(bob.login.user)
    assert len(code) == 29
    assert code not in stored_hash(database)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = fill_in(front, "reset", username="BOB", code=typed, password=NEW, confirm=NEW)
    assert (answer.reply, answer.login) == ({"kind": "reset", "username": "bob"}, None)
    with pytest.raises(LoginExpired):
        front.logins.check(bob.login)
    assert log_in(front, password=NEW).status == 200
    again = fill_in(front, "reset", username="bob", code=code, password=PASSWORD, confirm=PASSWORD)
    assert set(again.reply["problems"]) == {"code"}


def test_a_code_that_is_not_good(front: FrontDesk, bob: Answer, clock: Clock, database: Database) -> None:
    """Another's, an older one, one of an hour ago, a made-up one, of nobody, of a disabled account: alike."""
    assert bob.login is not None
    fill_in(front, "sign_up", username="carl", email="carl@example.com", password=PASSWORD, confirm=PASSWORD)
    older = front.recovery.make_code(bob.login.user)
    code = front.recovery.make_code(bob.login.user)

    def reset(username: str, code: str, password: str = NEW) -> Answer:
        return fill_in(front, "reset", username=username, code=code, password=password, confirm=password)

    answers = [reset(*pair) for pair in (("bob", older), ("bob", ""), ("carl", code), ("nobody", code))]
    assert reset("bob", code, "x").reply["problems"].keys() == {"password"}, "and the code is still good"
    clock.forward(minutes=60)
    answers.append(reset("bob", code))
    code = front.recovery.make_code(bob.login.user)
    database.write(lambda conn: conn.execute(update(users).values(disabled_at=clock())))
    answers.append(reset("bob", code))
    text = "That username and code do not match, or the code is no longer valid."
    assert all(answer.reply == {"kind": "problems", "problems": {"code": text}} for answer in answers)
    assert {answer.status for answer in answers} == {401}


def reset(front: FrontDesk, code: str, caller: Caller | None = None) -> Answer:
    return fill_in(front, "reset", caller, username="bob", code=code, password=NEW, confirm=NEW)


def test_guessing_codes_is_throttled(front: FrontDesk, bob: Answer) -> None:
    """From one address, on whatever accounts; in a kernel, which knows none, on one account."""
    from_home = Caller(peer="192.0.2.1")
    for number in range(20):
        assert reset(front, f"{number}", from_home).status == 401
    assert reset(front, "20", from_home).status == 429
    for number in range(5):
        assert reset(front, f"{number}").status == 401
    assert reset(front, "5").status == 429


def test_whoever_throttles_an_account_leaves_its_owner_the_code(front: FrontDesk, bob: Answer) -> None:
    """With it they choose a password, and from that browser they log in, while strangers go on guessing."""
    for _ in range(6):
        log_in(front, password="wrong", peer="198.51.100.7")
    assert bob.login is not None
    answer = reset(front, front.recovery.make_code(bob.login.user), Caller(peer="192.0.2.1"))
    assert answer.status == 200
    assert log_in(front, password=NEW, peer="192.0.2.1").status == 429
    assert log_in(front, password=NEW, peer="192.0.2.1", device=answer.device).status == 200


@pytest.mark.parametrize("how", ["change", "reset"])
def test_a_new_password_forgets_other_devices(front: FrontDesk, bob: Answer, how: str) -> None:
    """Whoever knew the old one has no budget of their own any more; the device that it was done from stays."""
    here, there = (log_in(front, peer="192.0.2.1") for _ in range(2))
    assert bob.login is not None
    if how == "change":
        mine = Caller(login=here.login, peer="192.0.2.1", device=here.device)
        form = {"current": PASSWORD, "password": NEW, "confirm": NEW}
        assert fill_in(front, "change_password", mine, **form).status == 200
    else:
        reset(front, front.recovery.make_code(bob.login.user), Caller(peer="192.0.2.1", device=here.device))
    know = front.accounts.proofs.devices.know
    user_id = bob.login.user.user_id
    assert not know(user_id, there.device)
    assert know(user_id, here.device) == (how == "change")


def test_whose_address_it_is_cannot_be_asked_for_ever(front: FrontDesk, bob: Answer) -> None:
    """A new address that is taken tells that somebody has it: after ten tries there is a wait."""
    mine = Caller(login=bob.login)
    fill_in(front, "sign_up", username="carl", email="carl@example.com", password=PASSWORD, confirm=PASSWORD)
    for _ in range(10):
        assert fill_in(front, "change_email", mine, email="carl@example.com", password=PASSWORD).status == 422
    assert fill_in(front, "change_email", mine, email="carl@example.com", password=PASSWORD).status == 429


# ------------------------------------------------------------------ whatever goes wrong


def test_a_database_that_refuses_is_one_safe_sentence(
    front: FrontDesk, bob: Answer, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """With a status of its own; the log has the rest, without what was typed."""
    database.write(metadata.drop_all)
    answer = log_in(front)
    assert answer.status == 503
    assert answer.reply["kind"] == "failed"
    assert "SELECT" not in answer.reply["text"]
    assert "movierec db upgrade" in caplog.text
    assert PASSWORD not in caplog.text


def test_each_event_is_one_line_without_secrets(
    front: FrontDesk, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    """Sign-up, login, failure, throttle, password change, deletion: who by number, from where."""
    caplog.set_level(logging.INFO, "movierec.security")
    form = {"username": "bob", "email": "bob@example.com", "password": PASSWORD, "confirm": PASSWORD}
    fill_in(front, "sign_up", Caller(peer="192.0.2.1"), **form)
    bob = log_in(front, peer="192.0.2.1")
    for _ in range(6):
        log_in(front, password="wrong guess", peer="192.0.2.1")
    log_in(front, "my password by mistake")
    mine = Caller(login=bob.login)
    fill_in(front, "change_password", mine, current=PASSWORD, password=NEW, confirm=NEW)
    fill_in(front, "delete_account", mine, password=NEW)
    lines = [record.getMessage() for record in caplog.records if record.name == "movierec.security"]
    assert lines == [
        "sign-up user=1 peer=192.0.2.1",
        "log-in user=1 peer=192.0.2.1",
        *["wrong password user=1 peer=192.0.2.1"] * 5,
        "throttled user=1 peer=192.0.2.1 (peer, user, 1 s)",
        "wrong password (unknown name)",
        "password changed user=1",
        "account deleted user=1",
    ]
    for secret in (PASSWORD, NEW, "wrong guess", "mistake", bob.token, bob.device, "example.com"):
        assert secret not in caplog.text
