"""What the tests of the database room share."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert, select

from movierec.db import Database
from movierec.settings import Settings
from movierec.tables import users

_PROGRAM = """
import sys
from movierec.db import Database
from movierec.settings import Settings
from movierec.settings import load_settings
database = Database(load_settings())
print("ready", flush=True)
sys.stdin.readline()
{}
"""

COMMIT = b"\x03COMMIT"  # as PyMySQL sends this query; it also says SET AUTOCOMMIT

on_mariadb = pytest.mark.parametrize("database_settings", ["mariadb"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


def add(name: str) -> Callable[[Connection], object]:
    """Return a transaction that adds a user."""
    return lambda conn: conn.execute(insert(users).values(username=name, email=f"{name}@x.com", password="-"))


def names(database: Database) -> list[str]:
    """Return the usernames."""
    with database.read() as conn:
        return list(conn.scalars(select(users.c.username).order_by(users.c.username)))


def wait_until(condition: Callable[[], bool], limit_s: float = 10) -> None:
    """Wait for the condition; fail when it does not come true in time."""
    done = threading.Event()
    for _ in range(int(limit_s / 0.05)):
        if condition():
            return
        done.wait(0.05)
    pytest.fail(f"not within {limit_s} s")


def in_threads(count: int, fn: Callable[[], object]) -> list[BaseException]:
    """Run *fn* in *count* threads that start together; return what they raised."""
    barrier, raised = threading.Barrier(count), []

    def run() -> None:
        barrier.wait(timeout=30)
        try:
            fn()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def run_together(settings: Settings, call: str, count: int = 4) -> list[str]:
    """Run *call* on ``database`` in processes that start together; return what each printed. None may fail."""
    environ = settings.kernel_environment() | {"PATH": os.environ["PATH"]}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(call)], env=environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(count)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = []
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        printed.append(output)
    return printed
