"""Behind a proxy: https, addresses and names are what a trusted one says, and nobody else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel_page import Page, ask
from tests.server.looking import HEALTH, beacon, refused
from tests.server.test_visits import flags
from tests.serving import Server, start_server

NAME = "films.example.org"
HTTPS = f"https://{NAME}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proxied")


@pytest.fixture(scope="module")
def proxied(home: Path, toy_model: Path) -> Iterator[Server]:
    """A server whose proxy we are, with a name that visitors know it by."""
    variables = {
        "MODEL_DIR": str(toy_model), "MOVIEREC_PROXIES": "127.0.0.1, 10.0.0.0/8", "MOVIEREC_PUBLIC_URL": HTTPS,
    }  # fmt: skip
    with start_server(home, variables) as server:
        yield server


def visitor(server: Server, **headers: str) -> Page:
    """Return a page as somebody sees it who comes by the proxy."""
    return Page(server.url, headers={"Host": NAME, "Origin": HTTPS} | headers)


def test_over_https_all_cookies_are_secure_and_bound_to_the_host(proxied: Server) -> None:
    """The prefix __Host-, Secure; and browsers are told to come over https only."""
    page = visitor(proxied, X_Forwarded_Proto="https")
    page.sign_up("ann_1")
    answer = page.log_in("ann_1", keep=True)
    cookies = page.answer.set_cookies | answer.set_cookies
    assert set(cookies) == {f"__Host-movierec_{what}" for what in ("visit", "here", "login", "device")}
    for line in cookies.values():
        assert {"secure", "httponly", "path=/"} <= flags(line)
        assert "domain" not in line.lower()
    for response in (page.answer, answer, ask(proxied.url, HEALTH, Host=NAME, X_Forwarded_Proto="https")):
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    again = Page(proxied.url, cookies=page.cookies, headers=page.headers)
    assert again.ticket
    out = again.log_out()
    assert out.status == 204
    assert "secure" in flags(out.set_cookies["__Host-movierec_login"])


def test_a_page_by_its_public_name_works(proxied: Server) -> None:
    """Its host and its origin are ours, though we listen on this machine alone: page, websocket, shutdown."""
    page = visitor(proxied)
    assert "__Host-movierec_visit" in page.cookies, "the address that is typed says https"
    # As a proxy forwards it that does not keep the name.
    own = {"origin": HTTPS, "additional_headers": {"Cookie": page.cookie, "X-Forwarded-For": "198.51.100.7"}}
    with page.socket(**own) as socket_:
        assert socket_.alive()
    for origin in ("https://films.example.org.evil.example", f"http://{NAME}:81", "http://evil.example"):
        assert refused(page, **(own | {"origin": origin})) == 403
        assert beacon(page, Origin=origin).status == 403
    assert beacon(page).status == 204


@pytest.mark.parametrize("host", ["evil.example", f"www.{NAME}", f"{NAME}.evil.example", "filmsXexample.org"])
def test_other_names_are_still_refused(proxied: Server, host: str) -> None:
    """The name's dots are dots."""
    assert ask(proxied.url, HEALTH, Host=host).status == 403
    assert ask(proxied.url, HEALTH, Host=NAME).status == 200
    assert ask(proxied.url, HEALTH, Host=f"{NAME}:443").status == 200


def test_who_can_be_reached_by_others_is_asked_by_name_or_address(tmp_path: Path, toy_model: Path) -> None:
    """A page elsewhere may have its own name resolved to us, but neither our name nor an address."""
    variables = {"MODEL_DIR": str(toy_model), "MOVIEREC_HOST": "0.0.0.0", "MOVIEREC_PUBLIC_URL": HTTPS}
    with start_server(tmp_path, variables) as server:
        for host in (NAME, f"{NAME}:443", "localhost", "192.0.2.7:8866", "[2001:db8::7]:8866", "127.0.0.1"):
            assert ask(server.url, HEALTH, Host=host).status == 200
        for host in ("evil.example", f"{NAME}.evil.example", "192.0.2.7.evil.example", "[evil]", "1.2.3", ""):
            assert ask(server.url, HEALTH, Host=host).status in (400, 403)


def test_the_operator_on_this_machine_needs_no_https(proxied: Server) -> None:
    """By the address that was printed: cookies that a browser keeps without it, and no word of https."""
    answer = ask(proxied.url)
    assert len(answer.set_cookies) == 2
    assert all("secure" not in flags(line) for line in answer.set_cookies.values())
    assert answer.headers["Strict-Transport-Security"] is None


@pytest.mark.parametrize(
    ("forwarded", "peer"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.9, 198.51.100.8", "198.51.100.8"),
        ("198.51.100.9, 2001:db8::5, 10.1.2.3", "2001:db8::5"),
        ("nonsense", "127.0.0.1"),
    ],
)
def test_addresses_are_told_apart_by_the_proxys_word(proxied: Server, forwarded: str, peer: str) -> None:
    """What throttles, and what the log tells, is the visitor's address; what the visitor adds is not read."""
    assert signed_up_from(proxied, visitor(proxied, X_Forwarded_For=forwarded)) == peer


def test_what_nobody_trusted_says_is_not_believed(tmp_path: Path, toy_model: Path) -> None:
    """Without MOVIEREC_PROXIES no header counts: no Secure, and one address however many are made up."""
    lies = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "198.51.100.7", "X_Real_Ip": "198.51.100.7"}
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model)}) as server:
        page = Page(server.url, headers=lies)
        assert all("secure" not in flags(line) for line in page.answer.set_cookies.values())
        assert page.answer.headers["Strict-Transport-Security"] is None
        assert signed_up_from(server, page) == "127.0.0.1"


def signed_up_from(server: Server, page: Page) -> str:
    """Sign up; return the address that the security log has for it."""
    before = len(server.log())
    assert page.sign_up(f"user_{uuid.uuid4().hex[:12]}").status == 200
    (peer,) = re.findall(r"sign-up user=\d+ peer=(\S+)", server.log()[before:])
    return str(peer)
