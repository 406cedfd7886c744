"""Accounts: making one, and changing what stands in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from movierec.auth.events import record
from movierec.auth.passwords import Passwords
from movierec.auth.people import COLUMNS, User, called, user_of
from movierec.auth.proof import Proofs, Proven
from movierec.auth.rules import SignUp, check_email, check_password, check_sign_up
from movierec.auth.throttle import Throttle
from movierec.auth.tokens import digest
from movierec.db import Database
from movierec.errors import DuplicateKey, InvalidRegistration, LoginExpired, NameTaken, Unstorable
from movierec.settings import Settings
from movierec.tables import logins, reset_codes, username_key, users

__all__ = ["Accounts"]

_TAKEN = "This name is taken."
_UNSTORABLE = "We cannot save all letters of this address."
_TAKEN_EMAIL = "There is an account with this address already."


class Accounts:
    """The accounts in *db*.

    Attributes:
        proofs: how somebody proves to be the owner of one.

    Args:
        db: where they are.
        settings: for the length of the shortest password, and the parameters of hashes.
        throttle: what holds off those who guess, if not as usual.
        passwords: how passwords are hashed, if not as the settings say.
    """

    def __init__(
        self,
        db: Database,
        settings: Settings,
        *,
        throttle: Throttle | None = None,
        passwords: Passwords | None = None,
    ):
        self._db = db
        self._min_chars = settings.password_min_length
        self._throttle = throttle or Throttle(db, settings)
        self._passwords = passwords or Passwords.of(settings)
        self.proofs = Proofs(db, self._throttle, self._passwords)

    def register(
        self, username: object, email: object, password: object, *, confirm: object, peer: str = ""
    ) -> User:
        """Make an account; nobody is logged in by that.

        Args:
            username, email, password, confirm: whatever came from the browser.
            peer: the visitor's address, where it is known.
        Raises:
            InvalidRegistration: ``problems`` has a text for each field that breaks a rule.
            NameTaken: the same, where the username or the email belongs to somebody already.
            TooManyAttempts: there were many sign-ups from this address.
            StorageError: the database cannot be reached or refuses.
        """
        form = check_sign_up(username, email, password=password, confirm=confirm, min_chars=self._min_chars)
        if peer:
            self.proofs.reserve(self._throttle.budgets.sign_up(peer), peer=peer)
        hashed = self._passwords.hash(str(password))

        def add(conn: Connection) -> User:
            found = _by_key(conn, form)
            if found is not None and found.password == hashed:
                # Salted a moment ago, so this row is ours: it was saved, only the answer got lost.
                return user_of(found)
            _refuse_taken(conn, form)
            conn.execute(
                insert(users).values(
                    username=form.username,
                    email=form.email,
                    password=hashed,
                    username_key=username_key(form.username),
                    email_key=form.email,
                )
            )
            return user_of(_by_key(conn, form))

        try:
            user = self._db.write(add, idempotent=True)
        except DuplicateKey:
            pass  # somebody was faster, with one of the two or with both
        except Unstorable:
            # Only a classic table in an old character set; usernames are ASCII, so it is the address.
            raise InvalidRegistration({"email": _UNSTORABLE}) from None
        else:
            record("sign-up", user_id=user.user_id, peer=peer)
            return user
        with self._db.read() as conn:
            _refuse_taken(conn, form)
        raise NameTaken({"username": _TAKEN})  # and gone again since

    def change_password(
        self,
        proven: Proven,
        password: object,
        confirm: object,
        *,
        current: str | None = None,
        login_id: int | None = None,
    ) -> Proven:
        """Give an account a new password; all its logins but one end.

        Args:
            proven: the owner, who has just given the old one, or a code in its place.
            password, confirm: whatever came from the browser.
            current: the old one, where it was given; it is no new one.
            login_id: the login that goes on.
        Raises:
            InvalidRegistration: ``problems`` has a text for each field that breaks a rule.
            LoginExpired: the password was changed by somebody else a moment ago, or the account is gone.
            StorageError: the database cannot be reached or refuses.
        """
        user = proven.user
        new = check_password(
            password, confirm, username=user.username, email=user.email, min_chars=self._min_chars, current=current
        )
        hashed = self._passwords.hash(new)
        self.store_password(user.user_id, hashed, instead_of=proven.stored, login_id=login_id)
        return Proven(user, hashed)

    def store_password(self, user_id: int, hashed: str, *, instead_of: str, login_id: int | None = None) -> None:
        """Store a hash in another's place, and end all logins but *login_id*.

        Raises:
            LoginExpired: the account has another password than *instead_of* by now, or is gone.
            StorageError: the database cannot be reached or refuses.
        """

        def save(conn: Connection) -> None:
            mine = and_(users.c.id == user_id, users.c.password.in_((instead_of, hashed)))
            if not conn.execute(update(users).where(mine).values(password=hashed)).rowcount:
                raise LoginExpired
            others = and_(logins.c.user_id == user_id, logins.c.id != (login_id or 0))
            conn.execute(delete(logins).where(others))
            conn.execute(update(logins).where(logins.c.user_id == user_id).values(password_digest=digest(hashed)))
            conn.execute(delete(reset_codes).where(reset_codes.c.user_id == user_id))

        self._db.write(save, idempotent=True)
        record("password changed", user_id=user_id)

    def change_email(self, user: User, email: object) -> User:
        """Give an account a new address.

        Raises:
            InvalidRegistration: it breaks a rule.
            NameTaken: it belongs to somebody else already.
            TooManyAttempts: there were many new addresses for this account.
            LoginExpired: there is no such account any more.
            StorageError: the database cannot be reached or refuses.
        """
        address = check_email(email)
        self.proofs.reserve(self._throttle.budgets.new_email(user.user_id), user_id=user.user_id, peer="")

        def save(conn: Connection) -> User:
            query = called(users.c.email, users.c.email_key, address, address)
            if any(row.id != user.user_id for row in conn.execute(query)):
                raise NameTaken({"email": _TAKEN_EMAIL})
            here = users.c.id == user.user_id
            conn.execute(update(users).where(here).values(email=address, email_key=address))
            row = conn.execute(select(*COLUMNS).where(here)).one_or_none()
            if row is None:
                raise LoginExpired
            return user_of(row)

        try:
            changed = self._db.write(save, idempotent=True)
        except DuplicateKey:
            raise NameTaken({"email": _TAKEN_EMAIL}) from None
        except Unstorable:
            raise InvalidRegistration({"email": _UNSTORABLE}) from None
        record("email changed", user_id=user.user_id)
        return changed


def _refuse_taken(conn: Connection, form: SignUp) -> None:
    problems = {}
    key = username_key(form.username)
    if conn.execute(called(users.c.username, users.c.username_key, form.username, key)).first():
        problems["username"] = _TAKEN
    if conn.execute(called(users.c.email, users.c.email_key, form.email, form.email)).first():
        problems["email"] = _TAKEN_EMAIL
    if problems:
        raise NameTaken(problems)


def _by_key(conn: Connection, form: SignUp) -> Any:
    """The row with this username's key, or None."""
    key = username_key(form.username)
    return conn.execute(select(*COLUMNS).where(users.c.username_key == key)).one_or_none()
