"""The rules of a sign-up, at their edges, each with its field."""

from __future__ import annotations

import string
import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from movierec.auth.rules import OWN_WORDS, RESERVED, SignUp, check_password, check_sign_up
from movierec.errors import InvalidRegistration
from movierec.tables import email_key, username_key

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("username", "email", "password", "confirm")
INERT = ["' OR 1=1 --", "<img src=x onerror=alert(1)>", "\ud800", "a\x00b", "", " ", "x" * 1_000_000]


def problems(**changes: Any) -> dict[str, str]:
    """Return the problems of a sign-up that is right but for *changes*."""
    form = {"username": "bob", "email": "bob@example.com", "password": "sesame-open", "min_chars": 6} | changes
    form.setdefault("confirm", form["password"])
    try:
        check_sign_up(form.pop("username"), form.pop("email"), **form)
    except InvalidRegistration as error:
        return error.problems
    return {}


@pytest.mark.parametrize("username", ["bob", "x" * 20, "___", "123", "Bob_2", "admin1", "A_z"])
def test_usernames_that_are_welcome(username: str) -> None:
    """From 3 to 20 letters, digits or underscores."""
    assert problems(username=username) == {}


@pytest.mark.parametrize(
    "username",
    ["bo", "x" * 21, "bob\n", "bob ", " bob", "b b", "b\tb", "аdmin", "bo\u200bb", "bób", "bob²", "b٣b", "ｂｏｂ",
     "bob-", *INERT],
)  # fmt: skip
def test_usernames_that_are_not(username: str) -> None:
    """One too few or too many, a line break at the end, letters that look like others, markup."""
    assert problems(username=username) == {"username": "3 to 20 letters (A–Z), digits or _."}


@pytest.mark.parametrize(
    "username", ["admin", "ADMIN", "root", "Root", "system", "movierec", "MovieRec", "Support"]
)
def test_reserved_usernames(username: str) -> None:
    """Nobody is called like the app or whoever runs it, in whatever case."""
    assert set(problems(username=username)) == {"username"}


def test_reserved_names_and_own_words_are_written_as_they_are_compared() -> None:
    """In lower case; the words without digits or signs."""
    assert all(name == username_key(name) for name in RESERVED)
    assert all(word.islower() and word.isalpha() for word in OWN_WORDS)


@given(ANY_TEXT | st.text(string.ascii_letters + string.digits + "_-\n ", max_size=25))
def test_the_username_rule_is_what_it_says(username: str) -> None:
    """Held against a second way of saying it."""
    assume(username.lower() not in RESERVED)
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
    welcome = 3 <= len(username) <= 20 and set(username) <= allowed
    assert ("username" not in problems(username=username)) == welcome


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("user@example.com", "user@example.com"),
        ("USER@X.com", "user@x.com"),
        ("user@X.COM", "user@x.com"),
        ("First.Last+films@example.co.uk", "first.last+films@example.co.uk"),
        ("u@münchen.de", "u@xn--mnchen-3ya.de"),
        ("u@MÜNCHEN.de", "u@xn--mnchen-3ya.de"),
        ("u@xn--mnchen-3ya.de", "u@xn--mnchen-3ya.de"),
        ("JÖRG@example.com", "jörg@example.com"),
        ("jo\u0308rg@example.com", "jörg@example.com"),
        ("用户@example.com", "用户@example.com"),
    ],
)
def test_addresses_that_are_welcome_and_what_is_kept(email: str, key: str) -> None:
    """The local part in lower case, the domain in ASCII: two spellings of an address are one."""
    kept = check_sign_up("bob", email, password="sesame-open", confirm="sesame-open", min_chars=6)
    assert kept == SignUp("bob", key)
    assert email_key(email) == key


@pytest.mark.parametrize(
    "email",
    ["user@example.com\n", "\nuser@example.com", " user@example.com", "user@example.com ", "user@example",
     "user@localhost", "@example.com", "user@", "user", "a@b@example.com", "u ser@example.com",
     "user@exa mple.com", "Bob <bob@example.com>", "user@[127.0.0.1]", "\ud800@example.com",
     "u@\ud800.com", "u\x00@example.com",
     "x" * 250 + "@example.com", "u@" + "x" * 64 + ".com", "u@" + "x." * 130 + "com", *INERT],
)  # fmt: skip
def test_addresses_that_are_not(email: str) -> None:
    """Nothing around the address, nothing cut off, and it has to fit its column."""
    assert problems(email=email) == {"email": "An address like name@example.com, please."}


@given(ANY_TEXT | st.emails())
def test_an_email_key_is_its_own_key(text: str) -> None:
    """So what a sign-up stores and what an adoption computes are the same."""
    try:
        key = check_sign_up("bob", text, password="sesame-open", confirm="sesame-open", min_chars=6).email
    except InvalidRegistration:
        return
    assert email_key(key) == key
    assert len(key) <= 254
    assert problems(email=key) == {}


@given(st.emails())
def test_the_case_of_an_address_does_not_matter(email: str) -> None:
    """Upper, lower or as it came: one key."""
    assert email_key(email.upper()) == email_key(email.lower()) == email_key(email)


@pytest.mark.parametrize(
    ("password", "is_welcome"),
    [("q4&tz", False), ("q4&tz!", True), ("q" * 64 + "&", True), ("é" * 1024, True), ("é" * 1025, False)],
    ids=["5", "6", "65", "1024", "1025"],
)
def test_the_length_of_a_password(password: str, is_welcome: bool) -> None:
    """From the setting's length, 6 by default, to 1024 characters, whatever they take in bytes."""
    assert (problems(password=password) == {}) == is_welcome


@pytest.mark.parametrize(("min_chars", "is_welcome"), [(7, True), (8, False)])
def test_the_shortest_password_is_a_setting(min_chars: int, is_welcome: bool) -> None:
    """And the message names it."""
    assert problems(password="q4&tz!7", min_chars=min_chars) == (
        {} if is_welcome else {"password": "At least 8 characters."}
    )


@pytest.mark.parametrize(
    "password",
    ["password123", "Password123", "123456", "qwerty", "bobbob", "BobBob", "movierec", "MovieRec!", "movierec2024",
     "--Movie-Recommender--", "1234movierec", "michael", "Jessica", "facebook", "aaaaaa", "222222", "00000000",
     "121212", "12341234", "abcabc", "abcdef", "ABCDEFG", "01234567", "987654", "zyxwvu"],
)  # fmt: skip
def test_passwords_that_somebody_would_guess(password: str) -> None:
    """Common ones, names and what repeats or runs, in whatever case; the username; our own words, dressed up."""
    assert set(problems(username="bobbob", password=password)) == {"password"}


@pytest.mark.parametrize("password", ["odd_3odd_3", "Odd_3ODD_3", "odd_3" * 3, "odd_3" * 200])
def test_a_username_is_no_password_however_often(password: str) -> None:
    """Whoever knows the name would try that next."""
    assert problems(username="odd_3", password=password) == {"password": "It must not be just your username."}


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("bob@example.com", "bob@example.com"),
        ("bob@example.com", "BOB@Example.com"),
        ("Bob@Example.com", "bob@example.com"),
        ("u@münchen.de", "u@xn--mnchen-3ya.de"),
        ("u@xn--mnchen-3ya.de", "U@MÜNCHEN.de"),
        ("jo\u0308rg@example.com", "JÖRG@example.com"),
    ],
)
def test_an_email_address_is_no_password(email: str, password: str) -> None:
    """In whatever spelling: one's address is known to many."""
    assert problems(email=email, password=password) == {"password": "It must not be your email address."}
    with pytest.raises(InvalidRegistration) as caught:
        check_password(password, password, username="bob", email=email_key(email), min_chars=6)
    assert set(caught.value.problems) == {"password"}


@pytest.mark.parametrize("password", ["odd_3odd_", "odd_3odd_3!", "odd_33odd_3", "dod_3dod_3", "rob@example.com"])
def test_what_only_looks_like_the_name_or_the_address_is_welcome(password: str) -> None:
    """Somebody else's address, a name with something to it."""
    assert problems(username="odd_3", password=password) == {}


@pytest.mark.parametrize("username", ["", "x", "\ud800", "x" * 5000])
def test_an_account_that_breaks_the_rules_gets_a_new_password(username: str) -> None:
    """A classic one may have any name and no address."""
    assert check_password("sesame-open", "sesame-open", username=username, email="", min_chars=6) == "sesame-open"


def test_the_password_that_somebody_has_is_no_new_one() -> None:
    """Exactly that one, also where it breaks a rule; without knowing it nothing can be said."""
    rules = {"username": "bob", "email": "bob@example.com", "min_chars": 6}
    for password in ("sesame-open", "bob"):
        with pytest.raises(InvalidRegistration) as caught:
            check_password(password, password, current=password, **rules)
        assert caught.value.problems == {"password": "This is your password already."}
    assert check_password("Sesame-open", "Sesame-open", current="sesame-open", **rules) == "Sesame-open"
    assert check_password("sesame-open", "sesame-open", **rules) == "sesame-open"


@pytest.mark.parametrize(
    "password",
    ["secure123", "Pass@Word", "      ", "\ud800" * 6, "a\x00b\x00c\x00", "пароль-мой", "🎬🎬🎬🎬🎬🎬",
     "bobbob and I", "I like movierec", "abcdeg", "12121x", "aaaaaz", "acegik", "' OR 1=1 --",
     "<img src=x onerror=alert(1)>"],
)  # fmt: skip
def test_passwords_that_are_welcome(password: str) -> None:
    """No strength score and no rules of composition: any characters will do."""
    assert problems(username="bobbob", password=password) == {}


@pytest.mark.parametrize("confirm", ["sesame-open ", "Sesame-open", "", None, ["sesame-open"], "x" * 1_000_000])
def test_both_passwords_have_to_be_the_same(confirm: object) -> None:
    """Exactly."""
    assert problems(confirm=confirm) == {"confirm": "The two passwords differ."}


def test_all_problems_are_told_at_once() -> None:
    """In the order of the form, short, and without repeating what was typed."""
    told = problems(username="b b", email="nowhere", password="short", confirm="different")
    assert list(told) == list(FIELDS)
    assert all(len(text) <= 60 for text in told.values())
    assert "nowhere" not in str(told)


@given(username=ANYTHING, email=ANYTHING, password=ANYTHING, confirm=ANYTHING)
def test_whatever_a_browser_sends_is_a_problem_of_a_field(**form: object) -> None:
    """No other error comes out, whatever went in."""
    told = problems(**form)
    assert set(told) <= set(FIELDS)
    assert told or all(isinstance(value, str) for value in form.values())


def test_enormous_fields_are_refused_at_once() -> None:
    """Fifty million characters cost no more than looking at how many they are."""
    huge = "x" * 50_000_000
    started = time.process_time()
    told = problems(username=huge, email=huge + "@example.com", password=huge)
    assert set(told) == {"username", "email", "password"}
    assert time.process_time() - started < 1
