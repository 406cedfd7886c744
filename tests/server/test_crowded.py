"""Many log in at once: those who do not are not kept waiting, and the last are told so."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path

from tests.kernel_page import PASSWORD, Answer, Page, ask
from tests.server.looking import HEALTH
from tests.serving import start_server

MANY = 100  # more than there are threads and places in line
BUSY = "Many people are logging in just now. Please try again in a moment."


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Let nobody write to the database: whoever logs in waits, until they are told that it does not answer."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def is_busy(answer: Answer) -> bool:
    return answer.status == 503 and answer.json() == {"kind": "failed", "text": BUSY}


def test_a_full_line_turns_away_and_nobody_else_waits(tmp_path: Path, toy_model: Path) -> None:
    """All threads are taken: health, scripts, pages, websockets answer as ever; the surplus is told at once."""
    variables = {"MODEL_DIR": str(toy_model), "LOGIN_FAILURES_PER_ADDRESS": "1000000"}
    with start_server(tmp_path, variables) as server, ThreadPoolExecutor(MANY) as crowd:
        page = Page(server.url)
        assert page.sign_up("ann_1").status == 200
        (script,) = re.findall(r'<script type="module" src="/([^"]+)"', page.answer.text)
        with page.socket() as socket_:
            assert socket_.alive()
            with locked(tmp_path / "movierec.sqlite3"):
                tries = [crowd.submit(page.log_in, f"guest_{number}", PASSWORD) for number in range(MANY)]
                server.wait_for(lambda: any(one.done() for one in tries), why="one who is turned away")
                assert is_busy(next(one.result() for one in tries if one.done()))
                assert ask(server.url, HEALTH).status == 200
                assert ask(server.url, script).status == 200
                assert Page(server.url).kernel_id != page.kernel_id
                assert socket_.alive()
                assert any(not one.done() for one in tries), "all of this while the others waited"
            wait(tries)
        answers = [one.result() for one in tries]
        assert {answer.status for answer in answers} <= {401, 503}
        assert sum(map(is_busy, answers)) < MANY
        assert page.log_in("ann_1").status == 200
