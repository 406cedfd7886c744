"""Behind a proxy: https, addresses and names are what a trusted one says, and nobody else."""

from __future__ import annotations

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
        "SIGN_UPS_PER_ADDRESS": "2",
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


def test_the_operator_on_this_machine_needs_no_https(proxied: Server) -> None:
    """By the address that was printed: cookies that a browser keeps without it, and no word of https."""
    answer = ask(proxied.url)
    assert len(answer.set_cookies) == 2
    assert all("secure" not in flags(line) for line in answer.set_cookies.values())
    assert answer.headers["Strict-Transport-Security"] is None


def test_addresses_are_told_apart_by_the_proxys_word(proxied: Server) -> None:
    """Two sign-ups from one address, then a wait; another has its own; what the visitor adds is not read."""

    def status(number: int, forwarded: str) -> int:
        page = visitor(proxied, X_Forwarded_For=forwarded)
        return page.sign_up(f"somebody_{number}").status

    assert [status(number, "198.51.100.7") for number in range(3)] == [200, 200, 429]
    assert status(4, "198.51.100.8") == 200
    assert status(5, "198.51.100.9, 198.51.100.7") == 429
    assert status(6, "198.51.100.9, 198.51.100.7, 10.1.2.3") == 429


def test_what_nobody_trusted_says_is_not_believed(tmp_path: Path, toy_model: Path) -> None:
    """Without MOVIEREC_PROXIES no header counts: no Secure, and one address however many are made up."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "SIGN_UPS_PER_ADDRESS": "2"}) as server:
        statuses = []
        for number in range(3):
            page = Page(
                server.url,
                headers={
                    "X_Forwarded_Proto": "https",
                    "X_Forwarded_For": f"198.51.100.{number}",
                    "X_Real_Ip": "1.1.1.1",
                },
            )
            assert all("secure" not in flags(line) for line in page.answer.set_cookies.values())
            assert page.answer.headers["Strict-Transport-Security"] is None
            statuses.append(page.sign_up(f"somebody_{number}").status)
    assert statuses == [200, 200, 429]
