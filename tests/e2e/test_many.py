"""Many people at once on a real database server: nobody is lost, nobody is there twice."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pymysql
import pytest

from movierec.settings import Settings
from tests.conftest import MARIADB
from tests.crowd_client import Guest
from tests.kernel_page import Answer, Page
from tests.serving import Server

FIFTY, TWO_HUNDRED = 50, 200
AT_A_TIME = 20

pytestmark = pytest.mark.parametrize("database_settings", ["mariadb"], indirect=True)


@pytest.fixture
def server(serve: Callable[..., Server], database_settings: Settings) -> Server:
    """Ours, on MariaDB, for people who all come from one address."""
    plenty = {"SIGN_UPS_PER_ADDRESS": "100000", "LOGIN_FAILURES_PER_ADDRESS": "100000", "LOGIN_FAILURES": "1000"}
    return serve("server", database_settings, MOVIEREC_AWAY_S="3600", **plenty)


def at_once(attempts: list[Callable[[], Answer]]) -> list[Answer]:
    """Make all attempts at the same moment."""
    barrier = threading.Barrier(len(attempts))

    def make(attempt: Callable[[], Answer]) -> Answer:
        barrier.wait(timeout=60)
        return attempt()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(make, attempts))


def sql(settings: Settings, statement: str) -> tuple[tuple[object, ...], ...]:
    with pymysql.connect(**MARIADB, database=settings.db_name) as conn, conn.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_fifty_sign_ups_and_log_ins_at_once(server: Server, database_settings: Settings) -> None:
    """Half of them want the same name: one has it. All others get in; no answer that is not documented."""
    page = Page(server.url)
    names = [f"guest_{number}" if number % 2 else "Same_Name" for number in range(FIFTY)]
    answers = at_once([lambda name=name: page.sign_up(name) for name in names])
    taken = {"kind": "problems", "problems": {"username": "This name is taken.",
             "email": "There is an account with this address already."}}  # fmt: skip
    assert Counter(answer.status for answer in answers) == {200: FIFTY // 2 + 1, 422: FIFTY // 2 - 1}
    assert all(answer.json() == taken for answer in answers if answer.status == 422)
    assert sql(database_settings, "SELECT COUNT(*), COUNT(DISTINCT username_key) FROM users") == ((26, 26),)

    # Each from a browser of their own: one browser has one login at a time.
    pages = [Page(server.url, cookies=dict(page.cookies)) for _ in range(FIFTY)]
    logins = at_once([lambda one=one, name=name: one.log_in(name) for one, name in zip(pages, names, strict=True)])
    assert {answer.status for answer in logins} == {200}
    assert len({answer.json()["ticket"] for answer in logins}) == FIFTY
    counted = dict(sql(database_settings, "SELECT user_id, COUNT(*) FROM logins GROUP BY user_id"))
    # Of one account's twenty-five logins at once the newest twenty go on.
    assert sorted(counted.values()) == [1] * 25 + [20]
    assert sql(database_settings, "SELECT MAX(failures) FROM attempts WHERE budget LIKE 'peer%'") == ((0,),)
    assert "Traceback" not in server.log()


def test_two_hundred_visitors_on_a_server_with_151_connections(
    server: Server, database_settings: Settings
) -> None:
    """All are logged in, with kernels that idle; then every one of them searches and picks."""
    assert int(str(sql(database_settings, "SELECT @@max_connections")[0][0])) < TWO_HUNDRED

    async def live() -> None:
        guests = [Guest(server.url, f"guest_{number}") for number in range(TWO_HUNDRED)]
        for start in range(0, TWO_HUNDRED, AT_A_TIME):
            await asyncio.gather(*(come(guest) for guest in guests[start : start + AT_A_TIME]))
        for start in range(0, TWO_HUNDRED, AT_A_TIME):
            await asyncio.gather(*(act(guest) for guest in guests[start : start + AT_A_TIME]))

    async def come(guest: Guest) -> None:
        await guest.arrive()
        await guest.enter()

    async def act(guest: Guest) -> None:
        _, films = await guest.search("toy")
        assert films
        await guest.pick(films[0])

    with ThreadPoolExecutor(1) as thread:  # in this one the browser's driver has its event loop
        thread.submit(lambda: asyncio.run(live())).result()
    assert sql(database_settings, "SELECT COUNT(*) FROM logins") == ((TWO_HUNDRED,),)
    connected = sql(database_settings, "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()")
    assert int(str(connected[0][0])) < 20, "nobody holds a connection while they do nothing"
