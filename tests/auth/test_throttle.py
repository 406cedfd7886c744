"""Holding off those who guess: when there is a wait, for whom, and who gets in all the same."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from movierec.auth import Accounts, Logins
from movierec.auth.devices import Devices
from movierec.auth.throttle import Budget, Throttle
from movierec.auth.tokens import digest
from movierec.db import Database
from movierec.errors import BadCredentials, InvalidRegistration, NameTaken, TooManyAttempts
from movierec.settings import Settings
from movierec.tables import attempts, devices, users
from tests.auth.clock import Clock
from tests.auth.hashers import CountingHasher
from tests.auth.helpers import CHEAP, PASSWORD

PEER, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def throttle(database: Database, settings: Settings, clock: Clock) -> Throttle:
    return Throttle(database, settings, now=clock)


@pytest.fixture
def accounts(database: Database, settings: Settings, throttle: Throttle) -> Accounts:
    accounts = Accounts(database, settings, throttle=throttle, passwords=CHEAP)
    accounts.register("bob", "bob@example.com", PASSWORD, confirm=PASSWORD)
    return accounts


def fail(accounts: Accounts, times: int, username: str = "bob", **caller: str) -> None:
    for _ in range(times):
        with pytest.raises(BadCredentials):
            accounts.proofs.authenticate(username, "wrong", **caller)


def wait_of(accounts: Accounts, username: str = "bob", password: str = PASSWORD, **caller: str) -> float:
    with pytest.raises(TooManyAttempts) as caught:
        accounts.proofs.authenticate(username, password, **caller)
    return caught.value.retry_after_s


@pytest.mark.parametrize("username", ["bob", "nobody"])
def test_after_five_failures_waits_double(accounts: Accounts, clock: Clock, username: str) -> None:
    """1, 2, 4 … seconds, no more than a quarter of an hour; the same for a name that does not exist."""
    fail(accounts, 5, username)
    for expected in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        assert wait_of(accounts, username) == expected
        clock.forward(seconds=expected)
        fail(accounts, 1, username)


@pytest.mark.parametrize(("wait_s", "told"), [(0.2, 1), (1.0, 1), (2.4, 3), (900.0, 900)])
def test_a_wait_that_is_told_is_long_enough(wait_s: float, told: int) -> None:
    """Whoever waits as long as they were told does not wait again."""
    error = TooManyAttempts(wait_s)
    assert error.seconds == told
    assert f" {told} second" in error.public


def test_the_wait_is_told_and_then_the_right_password_works(accounts: Accounts, clock: Clock) -> None:
    """In whole seconds, safe to show; a success wipes out all failures."""
    fail(accounts, 5)
    with pytest.raises(TooManyAttempts) as caught:
        accounts.proofs.authenticate("BOB", PASSWORD)
    assert caught.value.public == "Too many attempts. Try again in 1 second."
    clock.forward(seconds=1)
    assert accounts.proofs.authenticate("bob", PASSWORD).user.username == "bob"
    fail(accounts, 5)


def test_what_was_refused_is_not_counted(accounts: Accounts, clock: Clock) -> None:
    """Trying during the wait does not make it longer: a password manager that insists locks nobody out."""
    fail(accounts, 5)
    for _ in range(50):
        assert wait_of(accounts) == 1
    clock.forward(seconds=1)
    accounts.proofs.authenticate("bob", PASSWORD)


def test_failures_are_forgotten_after_a_quiet_day(accounts: Accounts, clock: Clock) -> None:
    """The first wait is one second again."""
    fail(accounts, 4)
    clock.forward(days=1)
    fail(accounts, 5)
    assert wait_of(accounts) == 1


def test_fifty_guesses_at_once_are_no_more_than_five(database_settings: Settings, database: Database) -> None:
    """None overtakes the count: only as many are verified as are free."""
    hasher = CountingHasher()
    Accounts(database, database_settings, passwords=CHEAP).register(
        "bob", "bob@example.com", PASSWORD, confirm=PASSWORD
    )
    barrier = threading.Barrier(50)

    def guess(number: int) -> str:
        from movierec.auth.passwords import Passwords

        accounts = Accounts(Database(database_settings), database_settings, passwords=Passwords(hasher))
        barrier.wait(timeout=30)
        try:
            accounts.proofs.authenticate("bob", f"guess {number}", peer=PEER)
        except (BadCredentials, TooManyAttempts) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(50) as pool:
        outcomes = sorted(pool.map(guess, range(50)))
    # The sixth is free again after a second, which a slow machine may take.
    verified = outcomes.count("BadCredentials")
    assert 5 <= verified <= 7
    assert outcomes.count("TooManyAttempts") == 50 - verified
    assert hasher.done == ["verify"] * verified


def test_an_address_has_twenty_failures_on_whatever_accounts(accounts: Accounts) -> None:
    """Then it waits, others do not; an account that was not touched is reached from elsewhere."""
    for number in range(20):
        fail(accounts, 1, f"name_{number}", peer=PEER)
    assert wait_of(accounts, peer=PEER) == 1
    assert accounts.proofs.authenticate("bob", PASSWORD, peer=ELSEWHERE).user.username == "bob"


def test_a_success_gives_an_address_its_own_attempt_back_and_no_more(accounts: Accounts) -> None:
    """Whoever has an account of their own cannot wash their address clean with it."""
    for number in range(19):
        fail(accounts, 1, f"name_{number}", peer=PEER)
    for _ in range(3):
        accounts.proofs.authenticate("bob", PASSWORD, peer=PEER)
    fail(accounts, 1, "name_20", peer=PEER)
    assert wait_of(accounts, peer=PEER) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_whose_address_it_is(throttle: Throttle, one: str, other: str, same: bool) -> None:
    """An IPv6 customer has a whole /64; IPv4 written as IPv6 is the same."""
    assert (throttle.budgets.peer(one).key == throttle.budgets.peer(other).key) == same


def test_the_owner_gets_in_on_a_known_device_while_others_guess(accounts: Accounts, clock: Clock) -> None:
    """The account and the address are throttled; the device has five failures of its own."""
    device = accounts.proofs.devices.remember(1, "")
    fail(accounts, 5, peer=PEER)
    for number in range(15):
        fail(accounts, 1, f"name_{number}", peer=PEER)
    assert wait_of(accounts, "name_x", peer=PEER), "the address"
    assert wait_of(accounts, peer=ELSEWHERE), "the account"
    assert accounts.proofs.authenticate("bob", PASSWORD, peer=PEER, device=device).user.username == "bob"
    assert wait_of(accounts, peer=PEER), "the way in is the owner's alone"
    fail(accounts, 5, peer=PEER, device=device)
    assert wait_of(accounts, peer=PEER, device=device) == 1


def test_a_device_of_another_is_no_way_in(accounts: Accounts) -> None:
    """Only for the account that was logged in to there; a made-up token is none at all."""
    accounts.register("carl", "carl@example.com", PASSWORD, confirm=PASSWORD)
    device = accounts.proofs.devices.remember(2, "")
    fail(accounts, 5)
    assert wait_of(accounts, device=device)
    assert wait_of(accounts, device="made up")


def test_a_device_keeps_its_token_and_a_foreign_one_is_replaced(database: Database, accounts: Accounts) -> None:
    """Two people on one device share it; what we did not make is not taken over. Only its digest is stored."""
    accounts.register("carl", "carl@example.com", PASSWORD, confirm=PASSWORD)
    remember = accounts.proofs.devices.remember
    device = remember(1, "planted")
    assert device != "planted"
    assert remember(2, device) == device
    with database.read() as conn:
        stored = conn.execute(select(devices.c.user_id, devices.c.device_digest)).all()
    assert sorted(stored) == [(1, digest(device)), (2, digest(device))]


def test_a_device_is_forgotten_after_a_year_or_fifty_others(
    accounts: Accounts, database: Database, settings: Settings, clock: Clock
) -> None:
    """Whoever keeps no cookies is a new device each time: the table does not grow by that."""
    own = Devices(database, now=clock)
    first = own.remember(1, "")
    clock.forward(minutes=1)
    for _ in range(49):
        own.remember(1, "")
    assert own.know(1, first)
    clock.forward(minutes=1)
    last = own.remember(1, "")
    assert (own.know(1, first), own.know(1, last)) == (False, True)
    Logins(database, settings, now=clock).sweep()
    assert own.know(1, last)
    clock.forward(days=366)
    Logins(database, settings, now=clock).sweep()
    assert not own.know(1, last)


def test_who_is_logged_in_confirms_on_a_budget_of_their_own(accounts: Accounts) -> None:
    """Strangers who throttle the account do not keep its owner from changing it, nor the other way round."""
    user = accounts.proofs.authenticate("bob", PASSWORD).user
    fail(accounts, 5)
    accounts.proofs.confirm(user, PASSWORD)
    for _ in range(5):
        with pytest.raises(BadCredentials):
            accounts.proofs.confirm(user, "wrong")
    with pytest.raises(TooManyAttempts):
        accounts.proofs.confirm(user, PASSWORD)


def test_a_disabled_account_is_counted_like_any_other(accounts: Accounts, database: Database) -> None:
    """With the right password, too."""
    database.write(lambda conn: conn.execute(update(users).values(disabled_at=Clock()())))
    for _ in range(5):
        with pytest.raises(BadCredentials):
            accounts.proofs.authenticate("bob", PASSWORD)
    assert wait_of(accounts) == 1


def test_sign_ups_from_one_address_are_limited(
    database: Database, settings: Settings, throttle: Throttle, clock: Clock
) -> None:
    """Those that keep the rules, taken names among them; from nowhere (a kernel) there is no limit."""
    accounts = Accounts(database, settings, throttle=throttle, passwords=CHEAP)
    throttle.budgets._settings = settings.replace(sign_ups_per_address=3)

    def sign_up(name: str, peer: str = PEER) -> None:
        accounts.register(name, f"{name}@example.com", PASSWORD, confirm=PASSWORD, peer=peer)

    sign_up("ann")
    with pytest.raises(NameTaken):
        sign_up("ann")
    for _ in range(9):
        with pytest.raises(InvalidRegistration):
            sign_up("x")
    sign_up("bea")
    with pytest.raises(TooManyAttempts):
        sign_up("carla")
    sign_up("dora", ELSEWHERE)
    sign_up("eve", "")
    clock.forward(seconds=1)
    sign_up("carla")


def test_neither_names_nor_addresses_are_stored(accounts: Accounts, database: Database) -> None:
    """Somebody may have typed a password where their name should be."""
    fail(accounts, 1, "my secret password", peer=PEER)
    with database.read() as conn:
        stored = " ".join(conn.scalars(select(attempts.c.budget)).all())
    assert "secret" not in stored
    assert PEER not in stored
    assert digest("my secret password") not in stored, "a hash without a key can be looked up"


def test_the_key_is_the_same_for_all_servers(database_settings: Settings, database: Database) -> None:
    """Two that start at the same moment count together."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(
            pool.map(
                lambda _: Throttle(Database(database_settings), database_settings).budgets.peer(PEER).key, range(8)
            )
        )
    assert len(keys) == 1


def test_what_is_counted_by_parallel_successes_is_given_back(
    database_settings: Settings, database: Database
) -> None:
    """Whatever their order; afterwards an address is as free as before."""
    accounts = Accounts(database, database_settings, passwords=CHEAP)
    for number in range(15):
        accounts.register(f"name_{number}", f"{number}@example.com", PASSWORD, confirm=PASSWORD)

    def come(number: int) -> None:
        own = Accounts(Database(database_settings), database_settings, passwords=CHEAP)
        own.proofs.authenticate(f"name_{number}", PASSWORD, peer=PEER)

    with ThreadPoolExecutor(15) as pool:
        list(pool.map(come, range(15)))
    with database.read() as conn:
        assert conn.scalars(select(attempts.c.failures)).all() == [0]


@given(st.integers(0, 10_000))
def test_waits_never_shrink_and_never_pass_their_limit(failures: int) -> None:
    """For whatever number of failures, however absurd."""
    budget = Budget("x", 5, 900.0, 86_400.0, owner=True)
    assert 0 <= budget.wait_s(failures) <= budget.wait_s(failures + 1) <= 900


def test_the_table_does_not_grow_for_ever(database: Database, settings: Settings) -> None:
    """What is forgotten is removed when somebody logs in."""
    old = Clock()
    row = {"budget": "peer x", "failures": 3, "not_before": old(), "forgotten_at": old()}
    database.write(lambda conn: conn.execute(insert(attempts).values(**row)))
    Logins(database, settings).sweep()
    with database.read() as conn:
        assert conn.execute(select(attempts)).all() == []
