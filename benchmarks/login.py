"""Does a refused login tell by its time whether the name exists? And how long does a login take?

All ways to be refused are taken by turns, many times, through the front desk that forms go through, with real
parameters and a real database (SQLite; MariaDB too where one listens on this machine). What is held to a limit is
how much the median of each differs from that of a wrong password.

    python benchmarks/login.py
"""

from __future__ import annotations

import random
import secrets
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pymysql
from measure import Figure, report
from sqlalchemy import insert, update

from movierec.app import FrontDesk, front_desk
from movierec.auth import Answer, Caller
from movierec.auth.passwords import Passwords
from movierec.db import Database
from movierec.settings import Settings, load_settings
from movierec.tables import users
from tests.classic import sha256
from tests.conftest import MARIADB

TRIES = 100
DIFFERS = 1.1  # the noise of medians of so many tries on a busy machine
PASSWORD = "a long walk home"
WRONG = "wrong password"


def main() -> int:
    """Print a table for each database; 1 when a refusal's time differs from a wrong password's."""
    status = 0
    for settings in databases():
        db = Database(settings)
        db.create()
        print(db.describe().split(" at ")[0].split(" file ")[0])
        status |= measure(front_desk(db, settings), db, settings)
        print()
    return status


@contextmanager
def mariadb(settings: Settings) -> Iterator[Settings]:
    """Give settings of a database on this machine's server; it is dropped afterwards."""
    name = f"movierec_bench_{secrets.token_hex(6)}"
    try:
        yield settings.replace(db_host=MARIADB["host"], db_port=MARIADB["port"], db_user="root", db_name=name)
    finally:
        with pymysql.connect(**MARIADB) as server, server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")


def databases() -> Iterator[Settings]:
    """Give settings of an embedded database, and of one on the server where there is one."""
    with tempfile.TemporaryDirectory(prefix="movierec-") as home:
        unlimited = {"LOGIN_FAILURES": "10000", "LOGIN_FAILURES_PER_ADDRESS": "1000000"}
        settings = load_settings({"MOVIEREC_HOME": home, **unlimited}, Path(home))
        yield settings
        try:
            pymysql.connect(**MARIADB, connect_timeout=2).close()
        except pymysql.Error:
            print("no MariaDB on this machine: not measured there")
            return
        with mariadb(settings) as on_server:
            yield on_server


def measure(front: FrontDesk, db: Database, settings: Settings) -> int:
    """Log in in all ways by turns and print how long each takes."""
    for name in ("ann", "gone"):
        form = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "confirm": PASSWORD}
        front.desk.answer("sign_up", form, Caller())
    cheaper = Passwords.of(settings.replace(argon2_memory_kib=settings.argon2_memory_kib // 2))
    rows = {
        "classic": sha256(PASSWORD),
        "corrupt": "$argon2id$v=19$m=19456,t=2,p=1$",
        "older": cheaper.hash(PASSWORD),
    }

    when = datetime(2026, 1, 1)
    db.write(lambda conn: conn.execute(update(users).where(users.c.username == "gone").values(disabled_at=when)))
    for name, stored in rows.items():
        row = {"username": name, "email": f"{name}@example.com", "password": stored}
        db.write(lambda conn, row=row: conn.execute(insert(users).values(**row)))

    def try_(username: str, password: str) -> Callable[[], Answer]:
        form = {"username": username, "password": password, "keep": False}
        return lambda: front.desk.answer("log_in", form, Caller(peer="192.0.2.1"))

    ways = {
        WRONG: try_("ann", "wrong"),
        "unknown name": try_("nobody", PASSWORD),
        "disabled account": try_("gone", PASSWORD),
        "corrupt hash": try_("corrupt", PASSWORD),
        "classic hash, wrong password": try_("classic", "wrong"),
        "hash of lower parameters, wrong password": try_("older", "wrong"),
        "right password": try_("ann", PASSWORD),
    }
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(TRIES):
        for name, way in random.sample(sorted(ways.items()), len(ways)):  # no way always comes after the same one
            begun = time.perf_counter()
            way()
            times[name].append((time.perf_counter() - begun) * 1_000)
    figures = [
        Figure(
            name,
            times[name],
            "ms",
            other={} if name == WRONG else {WRONG: times[WRONG]},
            against=WRONG,
            ratio_limit=None if name in (WRONG, "right password") else DIFFERS,
        )
        for name in ways
    ]
    sooner = [f.what for f in figures if f.ratio_limit and f._ratio() < 1 / DIFFERS]
    if sooner:
        print(f"answered sooner than a wrong password: {', '.join(sooner)}")
    return report(figures) | int(bool(sooner))


if __name__ == "__main__":
    raise SystemExit(main())
