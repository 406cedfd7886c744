"""A login cookie brings a ticket with the page, and the ticket brings the login to that page's kernel, once."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from movierec.app import FrontDesk, front_desk
from movierec.auth import Answer, Caller, Login
from movierec.db import Database
from movierec.errors import LoginExpired
from movierec.server import reception
from movierec.server.front_end import FrontEnd
from movierec.server.notebook import Prepared
from movierec.server.page import PageHandler, PageText
from movierec.settings import Settings
from tests.kernel_page import PASSWORD, Page
from tests.loop import play
from tests.server.test_forms import login_cookie
from tests.serving import Server


def test_a_reload_with_a_login_cookie_brings_a_ticket(server: Server, someone: Page, desk: FrontDesk) -> None:
    """Before the page says which kernel it has; for that kernel."""
    assert someone.ticket is None
    someone.log_in()
    page = Page(server.url, cookies=someone.cookies)
    assert page.answer.text.index("movierec-ticket") < page.answer.text.index("movierec-page")
    assert page.ticket
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", page.ticket)
    found = desk.logins.redeem_ticket(page.ticket, kernel_id=page.kernel_id)
    assert found.user.username == someone.username
    assert login_cookie(server) not in page.answer.set_cookies, "a page makes no new login"


def test_a_visitor_without_one_gets_no_ticket_and_no_place_for_it(server: Server) -> None:
    """The page is that of a stranger, also with a cookie of the right form that is nobody's: it is cleared."""
    page = Page(server.url, cookies={login_cookie(server): "x" * 43})
    assert page.ticket is None
    assert "movierec-ticket" not in page.answer.text
    assert login_cookie(server) not in page.cookies


def test_a_ticket_is_good_for_one_kernel_and_once(server: Server, someone: Page, desk: FrontDesk) -> None:
    """In another kernel's hands it is worth nothing, and after that in its own neither."""
    someone.log_in()
    page, other = Page(server.url, cookies=someone.cookies), Page(server.url, cookies=someone.cookies)
    assert page.ticket
    assert other.ticket
    desk.logins.redeem_ticket(page.ticket, kernel_id=page.kernel_id)
    for ticket in (page.ticket, other.ticket):
        with pytest.raises(LoginExpired):
            desk.logins.redeem_ticket(ticket, kernel_id=page.kernel_id)


def test_a_page_can_ask_for_another_ticket(server: Server, someone: Page, desk: FrontDesk) -> None:
    """A new one each time, for its kernel, that takes the place of the one before; another page's stays."""
    someone.log_in()
    other = Page(server.url, cookies=someone.cookies)
    assert other.ticket
    answers = [someone.send("ticket", {}) for _ in range(2)]
    assert [(answer.status, answer.json()["kind"]) for answer in answers] == [(200, "ticket")] * 2
    before, ticket = (answer.json()["ticket"] for answer in answers)
    with pytest.raises(LoginExpired):
        desk.logins.redeem_ticket(before, kernel_id=someone.kernel_id)
    for page, its in ((someone, ticket), (other, other.ticket)):
        assert desk.logins.redeem_ticket(its, kernel_id=page.kernel_id).user.username == someone.username


class Quick:
    """A front desk at which every login ends as soon as it has begun, or is known."""

    def __init__(self, real: FrontDesk) -> None:
        self._real, self.desk, self.logins = real, self, self

    def answer(self, *form: Any) -> Answer:
        answer = self._real.desk.answer(*form)
        assert answer.login
        self._real.logins.end(answer.login)
        return answer

    def by_token(self, token: str) -> Login:
        login = self._real.logins.by_token(token)
        self._real.logins.end(login)
        return login

    def issue_ticket(self, login: Login, *, kernel_id: str) -> str:
        return self._real.logins.issue_ticket(login, kernel_id=kernel_id)


def test_a_login_that_ends_before_its_ticket_is_made_has_expired(
    database_settings: Settings, database: Database
) -> None:
    """In another tab, between two looks into the database, of either kind: that is no failure of the database."""
    real = front_desk(database, database_settings)
    real.accounts.register("ann_1", "ann@example.com", PASSWORD, confirm=PASSWORD)
    fields = {"username": "ann_1", "password": PASSWORD, "keep": False}
    quick: Any = Quick(real)

    async def story() -> None:
        inside = reception.Reception(quick)
        page = reception.Page("k", None)
        answer, _ = await inside.answer("log_in", fields, Caller(), token="", page=page)
        assert answer.reply == {"kind": "welcome", "ticket": ""}, "the page asks for one, and hears the rest"
        token = real.desk.answer("log_in", fields, Caller()).token
        login = await inside.login(token)
        with pytest.raises(LoginExpired):
            await inside.ticket(login, kernel_id="k")
        handler: Any = SimpleNamespace(_reception=inside, _kernels=SimpleNamespace(let_in=lambda *_: None))
        assert await PageHandler._ticket(handler, login, "k") == "", "nor does the page fail that brings it"
        inside.close()

    play(story())


def test_nobody_gets_a_ticket_for_anothers_kernel(server: Server, page: Page, someone: Page) -> None:
    """With a login of one's own even: 403, or a stranger's page would become one's own."""
    someone.log_in()
    assert someone.send("ticket", {"kernel_id": page.kernel_id}).status == 403
    assert Page(server.url, cookies=someone.cookies).ticket


def test_a_login_that_has_ended_brings_no_ticket(server: Server, someone: Page, desk: FrontDesk) -> None:
    """Ended elsewhere: the cookie is cleared by the page, or by its question for a ticket."""
    for asks in (False, True):
        someone.log_in()
        page = Page(server.url, cookies=someone.cookies)
        login = desk.logins.by_token(someone.cookies[login_cookie(server)])
        desk.logins.end(login)
        if asks:
            answer = page.send("ticket", {})
            assert (answer.status, answer.json()["kind"]) == (401, "failed")
        else:
            assert Page(server.url, cookies=page.cookies).ticket is None
        assert login_cookie(server) not in page.cookies


@pytest.fixture
def locked(home: Path) -> Iterator[None]:
    """Nobody can write to the database."""
    with closing(sqlite3.connect(home / "movierec.sqlite3", isolation_level=None, timeout=30)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def test_a_page_does_not_wait_for_a_database_that_does_not_answer(
    server: Server, someone: Page, request: pytest.FixtureRequest
) -> None:
    """It comes with an empty ticket, and asks for one itself later; the cookie stays."""
    someone.log_in()
    request.getfixturevalue("locked")
    page = Page(server.url, cookies=someone.cookies)
    assert page.ticket == ""
    assert login_cookie(server) in page.cookies
    assert "bone" in page.answer.text, "the page is whole"
    assert page.kernel_id


def test_a_log_out_that_the_database_does_not_take_can_be_tried_again(
    server: Server, someone: Page, request: pytest.FixtureRequest
) -> None:
    """503, and the cookie stays: without it nobody could end that login."""
    someone.log_in()
    request.getfixturevalue("locked")
    answer = someone.log_out()
    assert (answer.status, answer.json()["kind"], answer.set_cookies) == (503, "failed", {})
    assert login_cookie(server) in someone.cookies


def test_a_page_begins_with_what_it_will_need() -> None:
    """A stranger's with the door, that of somebody who is logged in with the films; the other comes later."""
    text = PageText(FrontEnd({"door.js": "", "films.js": ""}, first=("door.js",), inside=("films.js",)), "/")
    prepared = Prepared("k", (), {})
    for inside, first, later in ((False, "door", "films"), (True, "films", "door")):
        assert re.findall(r'"modulepreload" href="[^"]+/(\w+)\.js"', text.head(inside=inside)) == [first]
        rest = text.rest(prepared, "x" * 43 if inside else None)
        assert re.findall(r'"prefetch":\["[^"]+/(\w+)\.js"\]', rest) == [later]
