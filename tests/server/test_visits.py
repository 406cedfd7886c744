"""A kernel belongs to the visit that it was given to: its id alone is worth nothing."""

from __future__ import annotations

import http.cookies
import os
import re
import signal
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from movierec.server.kernels import Kernels
from movierec.server.visits import Renewals, digest
from tests.kernel_page import Page, ask
from tests.server.looking import A_KERNEL, beacon, kernels, pid_of, refused, settled
from tests.serving import Server, free_port, start_server


def port_of(server: Server) -> int:
    port = urllib.parse.urlsplit(server.url).port
    assert port
    return port


def flags(line: str) -> set[str]:
    """Return what a Set-Cookie line says beside name and value, in lower case."""
    return {part.strip().lower() for part in line.split(";")[1:]}


def test_a_visits_cookie_is_a_secret_of_256_bits_that_no_script_and_no_other_site_gets(server: Server) -> None:
    """Read from the wire: HttpOnly, SameSite=Strict, gone with the browser; and there is no other secret."""
    cookies = ask(server.url).set_cookies
    visit, hint = f"movierec_visit_{port_of(server)}", f"movierec_here_{port_of(server)}"
    assert set(cookies) == {visit, hint}
    assert re.match(rf"{visit}=[A-Za-z0-9_-]{{43}};", cookies[visit])
    assert flags(cookies[visit]) == {"httponly", "path=/", "samesite=strict"}
    assert cookies[hint].startswith(f"{hint}=1;")
    assert flags(cookies[hint]) == {"httponly", "path=/", "samesite=lax", "max-age=31536000"}


def test_two_tabs_are_one_visit(server: Server) -> None:
    """The second page keeps the cookie, so the first tab's kernel can still be reached."""
    one = Page(server.url)
    other = Page(server.url, cookies=one.cookies)
    assert f"movierec_visit_{port_of(server)}" not in other.answer.set_cookies
    for page in (one, other):
        with page.socket() as socket_:
            assert socket_.alive()


@pytest.mark.parametrize("value", ["", "x", "x" * 42, "x" * 44, "x" * 42 + "ä", "x" * 42 + "%", "x" * 5000])
def test_what_is_no_visits_cookie_is_replaced(server: Server, value: str) -> None:
    """Nobody can choose a visit that is easy to guess, or fill memory with it."""
    name = f"movierec_visit_{port_of(server)}"
    assert name in ask(server.url, Cookie=f"{name}={value}").set_cookies


@pytest.mark.parametrize(
    "cookies",
    [
        pytest.param(lambda _: {}, id="no cookie"),
        pytest.param(lambda server: Page(server.url).cookies, id="a visit of one's own"),
        pytest.param(lambda server: {f"movierec_visit_{port_of(server)}": "x" * 43}, id="made up"),
    ],
)
def test_anothers_kernel_cannot_be_reached_by_its_id(
    server: Server, page: Page, cookies: Callable[[Server], dict[str, str]]
) -> None:
    """Websocket, kernel route, shutdown, forms: 403, and the kernel lives."""
    header = "; ".join(f"{name}={value}" for name, value in cookies(server).items())
    assert refused(page, additional_headers={"Cookie": header}) == 403
    assert page.ask(f"api/kernels/{page.kernel_id}", Cookie=header).status == 403
    assert beacon(page, Cookie=header).status == 403
    for path in ("ticket", "login"):
        fields = {} if path == "ticket" else {"username": "ann_1", "password": "x", "keep": False}
        assert page.send(path, fields, Cookie=header).status == 403
    with page.socket() as socket_:
        assert socket_.alive()


def test_who_copied_a_visit_has_nothing_of_a_log_in(server: Server, someone: Page) -> None:
    """From a computer that is shared: cookie and kernel's id of before open no way to what is shown after."""
    copied, other_tab = dict(someone.cookies), Page(server.url, cookies=someone.cookies)
    with someone.socket() as socket_:
        assert someone.log_in().status == 200
        assert socket_.alive(), "the page's own way stays open"
        header = "; ".join(f"{name}={value}" for name, value in copied.items())
        for page in (someone, other_tab):
            assert refused(page, additional_headers={"Cookie": header}) == 409
            assert page.ask(f"api/kernels/{page.kernel_id}", Cookie=header).status == 409
            assert page.send("ticket", {}, Cookie=header).status == 409
            assert beacon(page, Cookie=header).status == 409
        assert socket_.alive()
    for page in (someone, other_tab):
        with page.socket() as socket_:
            assert socket_.alive()


def test_a_visit_that_has_a_new_secret_begins_no_page_under_the_old_one(server: Server, someone: Page) -> None:
    """Reloaded before it heard of the new one, a browser gets another."""
    name, copied = f"movierec_visit_{port_of(server)}", dict(someone.cookies)
    assert someone.log_in().status == 200
    page = Page(server.url, cookies=dict(copied))
    assert page.cookies[name] not in (copied[name], someone.cookies[name])
    with page.socket() as socket_:
        assert socket_.alive()


def test_a_websocket_that_is_asked_for_before_a_log_in_is_not_opened_after(server: Server, someone: Page) -> None:
    """While its kernel was busy, the visit has got a new secret."""
    pid, copied = pid_of(someone), "; ".join(f"{name}={value}" for name, value in someone.cookies.items())
    os.kill(pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as thread:
            late = thread.submit(is_open, someone, copied)
            assert someone.log_in().status == 200
            os.kill(pid, signal.SIGCONT)
            assert not late.result()
    finally:
        os.kill(pid, signal.SIGCONT)
    with someone.socket() as socket_:
        assert socket_.alive()


def is_open(page: Page, cookie: str) -> bool:
    """Does the kernel answer by a websocket that is asked for with this cookie?"""
    try:
        with page.socket(additional_headers={"Cookie": cookie}) as socket_:
            return socket_.alive()
    except (ConnectionClosed, InvalidStatus):
        return False


def test_renewals_are_followed_for_as_long_as_a_page_asks_again() -> None:
    """From the first secret to the third; and each is forgotten after ninety seconds."""
    time = 0.0
    renewals = Renewals(clock=lambda: time)
    renewals.add(b"one", b"two")
    time = 60.0
    renewals.add(b"two", b"three")
    assert [renewals.last(each) for each in (b"one", b"two", b"three", b"x")] == [b"three"] * 3 + [b"x"]
    time = 90.0
    assert [renewals.last(each) for each in (b"one", b"two")] == [b"one", b"three"]
    time = 150.0
    assert renewals.last(b"two") == b"two"


def test_a_page_that_is_on_its_way_while_somebody_logs_in_is_of_the_visit_that_goes_on() -> None:
    """It was asked for with the old secret, in another tab, and had to wait for its kernel."""
    kernel: Any = SimpleNamespace()
    kernels: Any = SimpleNamespace(_of=lambda _: kernel, _renewals=Renewals())
    kernels._renewals.add(digest("old"), digest("new"))
    Kernels.give(kernels, "k", "old")
    assert kernel.visit == digest("new")


def test_a_kernel_that_waits_for_its_visitor_is_nobodys(server: Server, page: Page) -> None:
    """Were its id known: no visit has it."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    listening = Path("/proc/net/unix").read_text()
    ids = set(re.findall(r"kernel-([0-9a-f-]{36})-ipc", listening))
    waiting = [kernel_id for kernel_id in ids if page.ask(f"api/kernels/{kernel_id}", Cookie=None).status == 403]
    assert len(waiting) >= 2
    assert {page.ask(f"api/kernels/{kernel_id}").status for kernel_id in set(waiting) - {page.kernel_id}} == {403}


def test_a_kernel_that_does_not_exist_is_not_found(page: Page) -> None:
    """Also by a visit of ours."""
    assert page.ask(f"api/kernels/{A_KERNEL}").status == 404


def test_after_a_restart_old_kernels_are_worth_nothing(tmp_path: Path, toy_model: Path) -> None:
    """Not with the visit's cookie either; the login goes on, in a new page."""
    variables = {"MODEL_DIR": str(toy_model), "MOVIEREC_PORT": str(free_port())}
    with start_server(tmp_path, variables) as server:
        page = Page(server.url)
        page.sign_up("ann_1")
        assert page.log_in("ann_1").status == 200
    with start_server(tmp_path, variables) as server:
        assert refused(page) == 404
        assert page.ask(f"api/kernels/{page.kernel_id}").status == 404
        assert beacon(page).status == 404
        assert page.send("ticket", {}).status == 403
        assert Page(server.url, cookies=page.cookies).ticket


def test_a_page_that_another_site_leads_to_is_asked_for_once_more(server: Server) -> None:
    """The browser did not send its secrets: no kernel is taken, no visit begun, and the same address is asked."""
    browser = Page(server.url)
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    before = kernels(server)["running"]
    name = f"movierec_here_{port_of(server)}"
    led = ask(server.url, Cookie=f"{name}=1", Sec_Fetch_Site="cross-site")
    assert led.status == 200
    assert '<meta http-equiv="refresh" content="0">' in led.text
    assert "movierec-page" not in led.text
    assert led.headers["Cache-Control"] == "no-store"
    assert set(led.set_cookies) == {name}
    assert kernels(server)["running"] == before
    # Now the page asks, so that everything is sent.
    hint = http.cookies.SimpleCookie(led.set_cookies[name])[name].value
    again = Page(server.url, cookies=browser.cookies | {name: hint}, headers={"Sec_Fetch_Site": "same-origin"})
    assert again.cookies[name] == "1"
    assert again.cookies == browser.cookies


def test_a_page_is_asked_for_once_more_but_once(server: Server) -> None:
    """A browser that is still said to come from another site gets the page; so does one that was never here."""
    name = f"movierec_here_{port_of(server)}"
    for cookies in ({name: "0"}, {}, {name: "yes"}):
        assert Page(server.url, cookies=dict(cookies), headers={"Sec_Fetch_Site": "cross-site"}).kernel_id


def test_a_visit_that_ends_leaves_no_kernel(tmp_path: Path, toy_model: Path) -> None:
    """The beacon of each of its pages ends that page's kernel."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model)}) as server:
        one = Page(server.url)
        other = Page(server.url, cookies=one.cookies)
        assert beacon(one).status == 204
        with other.socket() as socket_:
            assert socket_.alive()
        assert beacon(one, kernel_id=other.kernel_id).status == 204, "one browser's pages may end each other"
        server.wait_for(settled(server), why="no kernel in use")
