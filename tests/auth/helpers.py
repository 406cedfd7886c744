"""What the tests of accounts share."""

from __future__ import annotations

from sqlalchemy import insert, select

from movierec.auth import Accounts, User
from movierec.db import Database
from movierec.tables import users
from tests.auth.hashers import cheap

PASSWORD = "sesame-open"
CHEAP = cheap()


def sign_up(accounts: Accounts, username: object = "bob", email: object = "", password: object = PASSWORD) -> User:
    return accounts.register(username, email or f"{username}@example.com", password, confirm=password)


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
