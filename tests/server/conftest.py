"""One server that the tests here share, as long as they leave it as it was."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from movierec.app import FrontDesk, front_desk
from movierec.db import Database
from movierec.server.nursery import Nursery
from movierec.settings import load_settings
from tests.fake_tmdb import V3_KEY, FakeTmdb
from tests.kernel_page import PASSWORD, Page
from tests.server.forked import nursery_of
from tests.serving import Server, start_server
from tests.toy import MOVIES


@pytest.fixture(scope="session")
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(MOVIES) as fake:
        yield fake


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def server(home: Path, toy_model: Path, tmdb: FakeTmdb) -> Iterator[Server]:
    """The shared server; when all is over, its log must tell no secrets."""
    # Pages come and go between tests: none is missed. And all are of one address.
    variables = {
        "MODEL_DIR": str(toy_model), "MOVIEREC_AWAY_S": "3600", "SIGN_UPS_PER_ADDRESS": "1000000",
        "LOGIN_FAILURES_PER_ADDRESS": "1000000",
    } | tmdb.environment()  # fmt: skip
    with start_server(home, variables) as server:
        yield server
        log = server.log()
    assert V3_KEY not in log
    assert PASSWORD not in log
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}", log), "the id of a kernel is a secret"
    assert "Traceback" not in log


@pytest.fixture(scope="session")
def page(server: Server) -> Page:
    """A visit that all share; its kernel must live on."""
    return Page(server.url)


@pytest.fixture
def desk(server: Server, home: Path) -> FrontDesk:
    """The same accounts and logins as the server's, from another process: this one."""
    settings = load_settings({"MOVIEREC_HOME": str(home)})
    return front_desk(Database(settings), settings)


@pytest.fixture
def someone(server: Server) -> Page:
    """The page of somebody who has an account that no other test has, and is not logged in."""
    page = Page(server.url)
    page.username = f"user_{uuid.uuid4().hex[:12]}"
    assert page.sign_up(page.username).json() == {"kind": "created", "username": page.username}
    return page


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One that all share and nobody ends."""
    with nursery_of("numpy.random") as nursery:
        nursery.start()
        yield nursery
