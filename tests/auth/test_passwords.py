"""Password hashes: Argon2id, the classic SHA-256, and the same work for every answer."""

from __future__ import annotations

import hashlib

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movierec.auth.passwords import MAX_CHARS, Passwords
from movierec.settings import Settings
from tests.auth.hashers import CountingHasher, cheap

CHEAP = cheap()
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=50)  # lone surrogates included
# SHA-256 of "abc", from FIPS 180-2, appendix B.1.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_hashes_are_argon2id_with_owasps_minimum(settings: Settings) -> None:
    """19 MiB, two passes, one lane; a new salt each time; short enough for the classic column."""
    passwords = Passwords.of(settings)
    first, second = passwords.hash("secret"), passwords.hash("secret")
    assert argon2.extract_parameters(first) == argon2.Parameters(
        type=argon2.Type.ID,
        version=19,
        salt_len=16,
        hash_len=32,
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
    )
    assert first != second
    assert len(first) <= 255
    assert passwords.verify(first, "secret")
    assert not passwords.needs_rehash(first)


@given(password=ANY_TEXT, other=ANY_TEXT)
def test_a_password_is_verified_exactly_as_received(password: str, other: str) -> None:
    """Any characters, nothing trimmed, folded or cut off."""
    stored = CHEAP.hash(password)
    assert CHEAP.verify(stored, password)
    assert CHEAP.verify(stored, other) == (other == password)


@pytest.mark.parametrize(
    "change",
    [str.strip, str.lower, lambda p: p[:72], lambda p: p.split("\x00")[0], lambda p: p.replace("\ud800", "?")],
)
def test_nothing_about_a_password_is_ignored(change) -> None:
    """Spaces, case, everything beyond 72 bytes, everything after a NUL."""
    password = " Pass\x00word \ud800" + "x" * 1000 + "! "
    assert change(password) != password
    assert not CHEAP.verify(CHEAP.hash(password), change(password))


@pytest.mark.parametrize("stored", [ABC, ABC.upper(), ABC[:32].upper() + ABC[32:]])
def test_the_classic_hash_of_either_case_fits(stored: str) -> None:
    """64 hex digits, no salt; to be replaced at once."""
    assert CHEAP.verify(stored, "abc")
    assert not CHEAP.verify(stored, "abd")
    assert CHEAP.needs_rehash(stored)


@given(ANY_TEXT)
def test_every_classic_password_fits(password: str) -> None:
    """Whatever could be typed into the classic app, in UTF-8."""
    encoded = password.encode("utf-8", "surrogatepass")
    assert CHEAP.verify(hashlib.sha256(encoded).hexdigest(), password)


@pytest.mark.parametrize(
    "stored",
    [None, "", "abc", ABC[:-1], ABC + "0", ABC + "\n", "ｂ" + ABC[1:], 5, b"$argon2id$", "$argon2id$", "$argon2",
     "$argon2id$v=19$m=8,t=1,p=1$AAAA$", "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43],
)  # fmt: skip
def test_no_password_fits_a_damaged_hash(stored: object) -> None:
    """Not the empty one, not the hash itself."""
    for password in ("abc", "", stored):
        assert not CHEAP.verify(stored, password)


@pytest.mark.parametrize("password", [None, 5, b"abc", ["abc"], "x" * (MAX_CHARS + 1), "x" * 10_000_000])
def test_what_is_no_password_fits_nothing(password: object) -> None:
    """Other types, and texts beyond the limit, which are not even looked at."""
    assert not CHEAP.verify(ABC, password)
    assert not CHEAP.verify(CHEAP.hash("abc"), password)


def test_raised_parameters_ask_for_a_new_hash() -> None:
    """And the old one is verified all the same."""
    stored = cheap(passes=1).hash("secret")
    raised = cheap(passes=2)
    assert raised.verify(stored, "secret")
    assert raised.needs_rehash(stored)
    assert not raised.needs_rehash(raised.hash("secret"))


@pytest.mark.parametrize("password", ["right", "wrong", "", "\ud800", "x" * 1025, None, 7])
@pytest.mark.parametrize("kind", ["argon2id", "unknown", "classic", "empty", "damaged", "cut off"])
def test_every_verification_costs_one_argon2_computation(kind: str, password: object) -> None:
    """Neither the kind of account nor the kind of password can be told by the time an answer takes."""
    hasher = CountingHasher()
    passwords = Passwords(hasher)
    right = passwords.hash("right")
    stored = {
        "argon2id": right,
        "unknown": None,
        "classic": hashlib.sha256(b"right").hexdigest(),
        "empty": "",
        "damaged": "$argon2id$v=19$m=8,t=1,p=1$!!!!",
        "cut off": right[: right.rindex("$") + 1],
    }[kind]
    hasher.done.clear()
    assert passwords.verify(stored, password) == (password == "right" and kind in ("argon2id", "classic"))
    assert hasher.done == ["verify"]


def test_after_parameters_are_raised_a_wrong_password_costs_as_much_as_before_an_unknown_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An older hash is cheaper to verify; what is missing to the new price is spent all the same."""
    spent: list[int] = []

    class Spy(argon2.PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            spent.append(self.memory_cost * self.time_cost)
            return super().hash(password, salt=salt)

    stored = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("right")
    raised = Passwords(argon2.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    monkeypatch.setattr("movierec.auth.passwords.PasswordHasher", Spy)
    assert not raised.verify(stored, "wrong")
    assert 8 * 1 + sum(spent) == 64 * 2
    spent.clear()
    assert raised.verify(stored, "right")
    assert spent == [], "it is replaced at once, which costs as much"


@pytest.mark.parametrize(("memory_kib", "passes", "is_outdated"), [(8, 1, True), (16, 2, False), (32, 3, False)])
def test_only_a_cheaper_hash_is_outdated(memory_kib: int, passes: int, is_outdated: bool) -> None:
    """One that another server, or an earlier setting, has made dearer stays as it is."""
    ours = Passwords(argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    stored = argon2.PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1).hash("x")
    assert ours.needs_rehash(stored) == is_outdated
