"""What the tests of accounts share."""

from __future__ import annotations

from sqlalchemy import insert, select

from movierec.auth import Accounts, Login, Logins, User
from movierec.auth.passwords import Passwords
from movierec.db import Database
from movierec.settings import Settings
from movierec.tables import users
from tests.auth.hashers import cheap

PASSWORD = "sesame-open"
CHEAP = cheap()


class Door:
    """Accounts and logins as one: who comes in, and whether they may stay."""

    def __init__(self, database: Database, settings: Settings, *, passwords: Passwords | None = None) -> None:
        self.accounts = Accounts(database, settings, passwords=passwords)
        self.logins = Logins(database, settings)
        self.register, self.check = self.accounts.register, self.logins.check

    def login(self, username: object, password: object) -> Login:
        return self.logins.begin(self.accounts.proofs.authenticate(username, password))[0]


def sign_up(door: Door, username: object = "bob", email: object = "", password: object = PASSWORD) -> User:
    return door.register(username, email or f"{username}@example.com", password, confirm=password)


def add_row(database: Database, username: str, stored: str) -> None:
    """Add an account as another program would."""
    row = {"username": username, "email": f"{username}@other.example", "password": stored}
    database.write(lambda conn: conn.execute(insert(users).values(**row)))


def stored_hash(database: Database, username: str = "bob") -> str:
    with database.read() as conn:
        return str(conn.scalar(select(users.c.password).where(users.c.username == username)))


def count(database: Database) -> int:
    with database.read() as conn:
        return len(conn.execute(select(users.c.id)).all())
