"""What a sign-up must look like. Logging in knows none of these rules: old accounts may break them."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from movierec.auth.passwords import MAX_CHARS
from movierec.errors import InvalidRegistration
from movierec.tables import email_key

__all__ = ["OWN_WORDS", "RESERVED", "SignUp", "check_email", "check_password", "check_sign_up"]

_USERNAME = re.compile(r"[A-Za-z0-9_]{3,20}", re.ASCII)
_SAME = "This is your password already."
_EMAIL_MAX_CHARS = 254  # RFC 5321: a path of 256 octets, less its angle brackets

# Names that a visitor could take for the app itself or for who runs it.
RESERVED = frozenset({
    "abuse", "admin", "administrator", "anonymous", "api", "everyone", "guest", "help", "hostmaster", "info",
    "login", "logout", "me", "moderator", "movierec", "nobody", "null", "operator", "owner", "postmaster",
    "profile", "root", "security", "settings", "signup", "staff", "superuser", "support", "sysadmin", "system",
    "undefined", "user", "webmaster",
})  # fmt: skip

# Our own words, which no password may consist of, whatever digits and signs stand around them
# (OWASP ASVS 5.0, 6.1.2 and 6.2.11).
OWN_WORDS = frozenset({
    "movierec", "movierecs", "movierecommender", "movierecommendation", "movierecommendations", "recommender",
})  # fmt: skip


_COMMON_WORDS = 5_000  # of zxcvbn's words by how often they are written


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up that keeps the rules: the username as typed, the email normalised (``email_key``)."""

    username: str
    email: str


def check_sign_up(username: object, email: object, *, password: object, confirm: object, min_chars: int) -> SignUp:
    """Hold a sign-up against the rules, all of them at once.

    Args:
        username, email, password, confirm: whatever came from the browser.
        min_chars: length of the shortest password, in characters.
    Raises:
        InvalidRegistration: ``problems`` has a short text for each field that breaks a rule.
    """
    _refuse(
        username=_username_problem(username),
        email=_email_problem(email),
        **_password_problems(password, confirm, username=username, email=email, min_chars=min_chars),
    )
    return SignUp(str(username), email_key(str(email)))


def check_password(
    password: object, confirm: object, *, username: str, email: str, min_chars: int, current: str | None = None
) -> str:
    """Hold a new password for an account that is there against the rules; return it.

    Args:
        password, confirm: whatever came from the browser.
        username, email: of the account.
        min_chars: length of the shortest password, in characters.
        current: the one that the account has, where it is known.
    Raises:
        InvalidRegistration: ``problems`` has a text for ``password`` or ``confirm``.
    """
    problems = _password_problems(password, confirm, username=username, email=email, min_chars=min_chars)
    if current is not None and password == current:  # or other places would be signed out for nothing
        problems["password"] = _SAME
    _refuse(**problems)
    return str(password)


def check_email(email: object) -> str:
    """Hold a new address against the rules; return it normalised (``email_key``).

    Raises:
        InvalidRegistration: ``problems`` has a text for ``email``.
    """
    _refuse(email=_email_problem(email))
    return email_key(str(email))


def _refuse(**problems: str) -> None:
    found = {field: text for field, text in problems.items() if text}
    if found:
        raise InvalidRegistration(found)


def _password_problems(
    password: object, confirm: object, *, username: object, email: object, min_chars: int
) -> dict[str, str]:
    return {
        "password": _password_problem(password, username=username, email=email, min_chars=min_chars),
        "confirm": "" if isinstance(confirm, str) and confirm == password else "The two passwords differ.",
    }


def _username_problem(username: object) -> str:
    if not isinstance(username, str) or not _USERNAME.fullmatch(username):
        return "3 to 20 letters (A–Z), digits or _."
    if username.lower() in RESERVED:
        return "This name is reserved. Please choose another."
    return ""


def _email_problem(email: object) -> str:
    from email_validator import EmailNotValidError, validate_email

    problem = "An address like name@example.com, please."
    if not isinstance(email, str) or len(email) > _EMAIL_MAX_CHARS:
        return problem
    try:
        # No question to the network: a name server that is down must not stop anybody.
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return problem
    return "" if len(email_key(email)) <= _EMAIL_MAX_CHARS else problem


def _password_problem(password: object, *, username: object, email: object, min_chars: int) -> str:
    """The cheap rules come first: nothing looks twice at a password that is too long."""
    if not isinstance(password, str) or len(password) < min_chars:
        return f"At least {min_chars} characters."
    if len(password) > MAX_CHARS:
        return f"At most {MAX_CHARS} characters."
    folded = password.lower()
    if isinstance(username, str) and len(username) <= MAX_CHARS and _repeats(folded, username.lower()):
        return "It must not be just your username."
    if isinstance(email, str) and _is_address(password, email):
        return "It must not be your email address."
    if "".join(filter(str.isalpha, folded)) in OWN_WORDS:
        return "It must not be just a word of this app."
    if _is_pattern(folded) or folded in _common_passwords():
        return "Too many people use this one. Please choose another."
    return ""


def _repeats(text: str, word: str) -> bool:
    """Whether *text* is *word*, once or several times over."""
    times, rest = divmod(len(text), len(word) or len(text) + 1)
    return times > 0 and rest == 0 and text == word * times


def _is_address(text: str, email: str) -> bool:
    # Looked at first: of what is no address there is no key, and making one takes a while.
    return "@" in text and len(email) <= _EMAIL_MAX_CHARS and email_key(text) == email_key(email)


def _is_pattern(text: str) -> bool:
    """Whether ASCII letters and digits repeat (``aaaaaa``, ``121212``) or run (``abcdef``, ``987654``)."""
    if not (text.isascii() and text.isalnum()):
        return False
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return text in (text + text)[1:-1] or steps in ({1}, {-1})


@cache
def _common_passwords() -> frozenset[str]:
    """Return about 38,000 passwords that many people use, in lower case: what zxcvbn knows of them.

    Its list of passwords leaves out what stands in its other lists, first names and common words among them. Only
    the file of its lists is run: importing the package takes 30 ms and 13 MB of every visitor's kernel. What is
    taken of it stays, a few MB where there are sign-ups: reading it each time would be 20 ms at a stranger's wish.
    """
    package = importlib.util.find_spec("zxcvbn")
    assert package is not None  # noqa: S101  # a dependency of ours
    lists = ModuleType("frequency_lists")
    file = Path(str(package.origin)).with_name("frequency_lists.py")
    SourceFileLoader(lists.__name__, str(file)).exec_module(lists)
    found = lists.FREQUENCY_LISTS
    names = (*found["female_names"], *found["male_names"])
    return frozenset({*found["passwords"], *names, *found["english_wikipedia"][:_COMMON_WORDS]})
