"""Logins that last: how long, where, and how they end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from movierec.auth import Accounts, Login, Logins
from movierec.auth.proof import Proven
from movierec.auth.tokens import digest
from movierec.db import Database
from movierec.errors import LoginExpired, StorageError
from movierec.settings import Settings
from movierec.tables import logins as table
from movierec.tables import tickets, users
from tests.auth.clock import Clock
from tests.auth.helpers import CHEAP, PASSWORD

KERNEL, OTHER = "0f0e0d0c-0b0a-0908-0706-050403020100", "1f0e0d0c-0b0a-0908-0706-050403020100"


@pytest.fixture
def logins(database: Database, settings: Settings, clock: Clock) -> Logins:
    return Logins(database, settings, now=clock)


@pytest.fixture
def proven(database: Database, settings: Settings) -> Proven:
    accounts = Accounts(database, settings, passwords=CHEAP)
    accounts.register("bob", "bob@example.com", PASSWORD, confirm=PASSWORD)
    return accounts.proofs.authenticate("bob", PASSWORD)


def holds(logins: Logins, login: Login) -> bool:
    try:
        logins.check(login)
    except LoginExpired:
        return False
    return True


def test_a_token_finds_its_login_and_only_its_digest_is_stored(
    database: Database, logins: Logins, proven: Proven
) -> None:
    """256 bits, another each time; a token that was changed finds nothing."""
    login, token = logins.begin(proven, label="Firefox on Linux")
    assert logins.by_token(token) == login
    assert len(token) == 43
    assert logins.begin(proven)[1] != token
    for wrong in (token[:-1], token + "x", token.swapcase(), "", digest(token)):
        with pytest.raises(LoginExpired):
            logins.by_token(wrong)
    with database.read() as conn:
        row = conn.execute(select(table).where(table.c.id == login.login_id)).one()
    assert row.token_digest == digest(token)
    assert token not in repr(tuple(row))


@pytest.mark.parametrize(
    ("kept", "idle", "longest"), [(False, {"hours": 12}, {"hours": 72}), (True, {"days": 14}, {"days": 90})]
)
def test_how_long_a_login_lasts(
    logins: Logins, proven: Proven, clock: Clock, kept: bool, idle: dict[str, int], longest: dict[str, int]
) -> None:
    """Unused it ends after the idle time; used all the time, at its longest. To the second."""
    start = clock.time
    login, token = logins.begin(proven, kept=kept)
    clock.forward(**idle)
    clock.forward(seconds=-1)
    assert holds(logins, login), "and is thereby used"
    clock.forward(**idle)
    assert not holds(logins, login)
    with pytest.raises(LoginExpired):
        logins.by_token(token)

    clock.time = start
    login, _ = logins.begin(proven, kept=kept)
    clock.forward(**longest)
    end = clock.time
    clock.time = start
    step = {unit: number / 2 for unit, number in idle.items()}
    while clock.time < end:
        assert holds(logins, login)
        clock.forward(**step)
    assert not holds(logins, login)


def test_the_settings_decide(database: Database, settings: Settings, proven: Proven, clock: Clock) -> None:
    """An operator wants ten minutes less or a year more."""
    logins = Logins(database, settings.replace(login_idle_h=1), now=clock)
    login, _ = logins.begin(proven)
    clock.forward(minutes=60)
    assert not holds(logins, login)


def test_log_out_here_elsewhere_and_everywhere(logins: Logins, proven: Proven) -> None:
    """Each ends what it says, at once, and the others go on; a second time does nothing."""
    here, there, third = (logins.begin(proven)[0] for _ in range(3))
    logins.end(here)
    logins.end(here)
    assert [holds(logins, one) for one in (here, there, third)] == [False, True, True]
    _, token = logins.begin(proven)
    logins.end_token(token)
    logins.end_token(token)
    with pytest.raises(LoginExpired):
        logins.by_token(token)
    assert logins.end_all(proven.user.user_id) == 2
    assert not holds(logins, there)
    assert not holds(logins, third)


def test_nobody_ends_the_logins_of_others(logins: Logins, proven: Proven) -> None:
    """By their number: it must be one of one's own."""
    login, _ = logins.begin(proven)
    assert not logins.end_one(proven.user.user_id + 1, login.login_id)
    assert holds(logins, login)
    assert logins.end_one(proven.user.user_id, login.login_id)
    assert not holds(logins, login)


def test_where_somebody_is_logged_in(logins: Logins, proven: Proven, clock: Clock) -> None:
    """The place used last first, without those that are over; times with their zone."""
    logins.begin(proven, label="Firefox on Linux")
    clock.forward(hours=11)
    laptop, _ = logins.begin(proven, label="Safari on macOS", kept=True)
    clock.forward(hours=1)
    [active] = logins.active(proven.user.user_id)
    assert (active.login_id, active.label, active.kept) == (laptop.login_id, "Safari on macOS", True)
    assert active.seen_at.tzinfo is UTC
    assert logins.active(proven.user.user_id + 1) == []
    phone, _ = logins.begin(proven, label="Chrome on Android")
    clock.forward(minutes=2)
    logins.check(laptop)
    assert [one.login_id for one in logins.active(proven.user.user_id)] == [laptop.login_id, phone.login_id]


def test_a_login_holds_where_its_use_cannot_be_written_down(
    logins: Logins, proven: Proven, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads needs no write; one that fails, which may take seconds, is tried again a minute later at most."""
    login, token = logins.begin(proven)
    tries, write = [], database.write

    def refuse(*_: object, **__: object) -> None:
        tries.append(clock())
        raise StorageError("locked")

    monkeypatch.setattr(database, "write", refuse)
    for _ in range(3):
        clock.forward(minutes=2)
        for _ in range(3):
            assert logins.check(login).username == "bob"
            assert logins.by_token(token).user.username == "bob"
            clock.forward(seconds=5)
    assert len(tries) == 3
    monkeypatch.setattr(database, "write", write)
    clock.forward(minutes=1)
    logins.check(login)
    [active] = logins.active(proven.user.user_id)
    assert active.seen_at.replace(tzinfo=None) == clock()


def test_of_more_than_twenty_the_one_not_used_for_longest_ends(
    logins: Logins, proven: Proven, clock: Clock
) -> None:
    """The newest is never the one that ends."""
    begun = []
    for _ in range(20):
        begun.append(logins.begin(proven)[0])
        clock.forward(minutes=2)
    logins.check(begun[0])
    newest, _ = logins.begin(proven)
    assert [holds(logins, one) for one in (begun[0], begun[1], begun[2], newest)] == [True, False, True, True]


@pytest.mark.parametrize("what", ["disabled_at", "password"])
def test_a_login_ends_with_what_it_rests_on(
    database: Database, logins: Logins, proven: Proven, clock: Clock, what: str
) -> None:
    """The account is disabled, or another program has stored another password."""
    login, token = logins.begin(proven)
    ticket = logins.issue_ticket(login, kernel_id=KERNEL)
    value = clock() if what == "disabled_at" else CHEAP.hash(PASSWORD)
    database.write(lambda conn: conn.execute(update(users).values({what: value})))
    assert not holds(logins, login)
    with pytest.raises(LoginExpired):
        logins.by_token(token)
    with pytest.raises(LoginExpired):
        logins.redeem_ticket(ticket, kernel_id=KERNEL)


def test_a_new_token_takes_the_place_of_the_old_one(logins: Logins, proven: Proven) -> None:
    """The login goes on, with what its kernel knows of it."""
    login, old = logins.begin(proven)
    new = logins.renew_token(login, proven.stored)
    assert holds(logins, login)
    assert logins.by_token(new) == login
    with pytest.raises(LoginExpired):
        logins.by_token(old)


def test_what_is_over_is_removed(database: Database, logins: Logins, proven: Proven, clock: Clock) -> None:
    """Its tickets, too; what goes on stays."""
    over, _ = logins.begin(proven)
    logins.issue_ticket(over, kernel_id=KERNEL)
    clock.forward(hours=13)
    stays, _ = logins.begin(proven)
    logins.sweep()
    with database.read() as conn:
        assert conn.scalars(select(table.c.id)).all() == [stays.login_id]
        assert conn.execute(select(tickets)).all() == []


# ------------------------------------------------------------------ tickets


def test_a_ticket_brings_a_login_to_its_kernel_once(database: Database, logins: Logins, proven: Proven) -> None:
    """Not to another kernel, not twice; neither it nor the kernel's id is stored."""
    login, _ = logins.begin(proven, kept=True)
    ticket = logins.issue_ticket(login, kernel_id=KERNEL)
    with database.read() as conn:
        stored = repr(conn.execute(select(tickets)).all())
    assert ticket not in stored
    assert KERNEL not in stored
    with pytest.raises(LoginExpired):
        logins.redeem_ticket(ticket, kernel_id=OTHER)
    assert logins.redeem_ticket(ticket, kernel_id=KERNEL) == login
    with pytest.raises(LoginExpired):
        logins.redeem_ticket(ticket, kernel_id=KERNEL)


def test_a_ticket_of_a_login_that_has_ended_is_worth_nothing(logins: Logins, proven: Proven) -> None:
    """Logged out in another tab, a moment before."""
    login, _ = logins.begin(proven)
    ticket = logins.issue_ticket(login, kernel_id=KERNEL)
    logins.end(login)
    with pytest.raises(LoginExpired):
        logins.redeem_ticket(ticket, kernel_id=KERNEL)


def test_of_eight_who_have_the_same_ticket_one_gets_in(
    database_settings: Settings, database: Database, proven: Proven
) -> None:
    """At the same moment, from kernels of their own processes."""
    logins = Logins(database, database_settings)
    ticket = logins.issue_ticket(logins.begin(proven)[0], kernel_id=KERNEL)
    barrier = threading.Barrier(8)

    def redeem(_: int) -> str:
        own = Logins(Database(database_settings), database_settings)
        barrier.wait(timeout=30)
        try:
            own.redeem_ticket(ticket, kernel_id=KERNEL)
        except LoginExpired:
            return "refused"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(redeem, range(8))) == ["in"] + ["refused"] * 7


LIFE = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 40)),
        st.tuples(st.just("redeem"), st.sampled_from([KERNEL, OTHER])),
        st.tuples(st.just("tamper"), st.integers(0, 42)),
        st.tuples(st.just("log out"), st.none()),
    ),
    max_size=6,
)


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
@property_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(life=LIFE)
def test_whatever_happens_to_a_ticket(logins: Logins, proven: Proven, clock: Clock, life: list) -> None:
    """It is good exactly once, untampered, for its kernel, within thirty seconds, while its login goes on."""
    login, _ = logins.begin(proven)
    ticket, issued_at = logins.issue_ticket(login, kernel_id=KERNEL), clock.time
    used = over = False
    for what, about in life:
        if what == "wait":
            clock.forward(seconds=about)
        elif what == "log out":
            logins.end(login)
            over = True
        else:
            letter = "A" if what == "tamper" and ticket[about] != "A" else "B"
            given_ = ticket[:about] + letter + ticket[about + 1 :] if what == "tamper" else ticket
            kernel_id = about if what == "redeem" else KERNEL
            young = (clock.time - issued_at).total_seconds() < 30
            good = what == "redeem" and about == KERNEL and young and not used and not over
            try:
                assert logins.redeem_ticket(given_, kernel_id=kernel_id) == login
                came_in = True
            except LoginExpired:
                came_in = False
            assert came_in == good
            used = used or (what == "redeem" and about == KERNEL)
