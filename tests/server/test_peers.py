"""What is believed of a request: address, scheme, origin, browser."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from movierec.server.peers import Peers, label_of

PROXIES = "10.0.0.5 192.168.7.0/24 fd00::/8"


def request(address: str = "203.0.113.9", host: str = "127.0.0.1:8866", **headers: str) -> HTTPServerRequest:
    context: Any = SimpleNamespace(remote_ip=address, protocol="http")
    named = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()} | {"Host": host})
    connection: Any = SimpleNamespace(context=context)
    line = RequestStartLine("GET", "/", "HTTP/1.1")
    return HTTPServerRequest(start_line=line, headers=named, connection=connection)


@pytest.mark.parametrize(
    ("address", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # from nobody that is trusted
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("::ffff:10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("fd12::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.5", "1.1.1.1, 198.51.100.7", "198.51.100.7"),  # what stands before it is the visitor's word
        ("10.0.0.5", "1.1.1.1, 198.51.100.7, 192.168.7.20", "198.51.100.7"),  # two proxies, one after the other
        ("10.0.0.5", "192.168.7.20, 192.168.7.21", "192.168.7.20"),
        ("10.0.0.5", "unknown", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7, ", "10.0.0.5"),
        ("10.0.0.5", "1.1.1.1, <script>, 192.168.7.20", "192.168.7.20"),
        ("10.0.0.5", "203.0.113.9:4711", "203.0.113.9"),  # with a port, as some proxies write it
        ("10.0.0.5", "[2001:db8::1]:4711", "2001:db8::1"),
        ("10.0.0.5", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.5", "198.51.100.7, 192.168.7.20:80", "198.51.100.7"),
        ("10.0.0.5", "203.0.113.9:x", "10.0.0.5"),
        ("10.0.0.5", "[203.0.113.9", "10.0.0.5"),
        ("10.0.0.6", "198.51.100.7", "10.0.0.6"),
        ("fe80::1%eth0", "", "fe80::1%eth0"),
        ("", "198.51.100.7", ""),
    ],
)
def test_an_address_is_taken_from_proxies_of_ours_only(address: str, forwarded: str, expected: str) -> None:
    """X-Forwarded-For from the right, as long as who says it is a proxy that was named."""
    asked = request(address, **({"X_Forwarded_For": forwarded} if forwarded else {}))
    assert Peers(proxies=PROXIES, public_url="").address(asked) == expected


@pytest.mark.parametrize(
    ("public_url", "address", "host", "told", "expected"),
    [
        ("", "10.0.0.5", "x", "https", True),
        ("", "10.0.0.5", "x", "http, https", True),  # the last is the proxy's own word
        ("", "10.0.0.5", "x", "https, http", False),
        ("", "10.0.0.5", "x", "", False),
        ("", "203.0.113.9", "x", "https", False),  # anybody can say so
        ("https://films.example.org", "203.0.113.9", "films.example.org", "", True),
        ("https://films.example.org", "203.0.113.9", "FILMS.example.org:443", "http", True),
        ("https://films.example.org", "10.0.0.5", "127.0.0.1:8866", "", False),  # the operator, on that machine
        ("http://films.example.org", "10.0.0.5", "films.example.org", "", False),
        ("http://films.example.org", "10.0.0.5", "films.example.org", "https", True),
    ],
)
def test_https_is_what_the_operator_or_their_proxy_says(
    public_url: str, address: str, host: str, told: str, expected: bool
) -> None:
    """X-Forwarded-Proto from a proxy that was named, or the address that visitors type."""
    asked = request(address, host, **({"X_Forwarded_Proto": told} if told else {}))
    assert Peers(proxies=PROXIES, public_url=public_url).is_https(asked) is expected


def test_a_proxy_may_hide_the_name_that_was_asked_for() -> None:
    """What it forwards is asked for by the public address, which says https."""
    peers = Peers(proxies=PROXIES, public_url="https://films.example.org")
    assert peers.is_https(request("10.0.0.5", X_Forwarded_For="198.51.100.7"))
    assert not peers.is_https(request("203.0.113.9", X_Forwarded_For="198.51.100.7"))


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://127.0.0.1:8866", True), ("https://127.0.0.1:8866", True), ("HTTP://127.0.0.1:8866", True),
        ("https://films.example.org", True), ("https://FILMS.example.org", True),
        ("http://films.example.org", False), ("https://films.example.org:8443", False),
        ("https://films.example.org.evil.example", False), ("http://127.0.0.1", False),
        ("http://127.0.0.1:88", False), ("null", False), ("", False), (None, False),
        ("file://127.0.0.1:8866", False), ("127.0.0.1:8866", False), ("http://evil@127.0.0.1:8866", False),
    ],
)  # fmt: skip
def test_a_page_of_ours_is_one_of_this_host_or_of_the_public_address(origin: str | None, expected: bool) -> None:
    """Scheme, host and port count; nothing that only begins or ends like it."""
    peers = Peers(proxies="", public_url="https://films.example.org")
    assert peers.is_own_origin(request(), origin) is expected


@pytest.mark.parametrize(
    ("public_url", "host", "origin", "expected"),
    [
        ("https://films.example.org:443", "127.0.0.1:8866", "https://films.example.org", True),
        ("http://films.example.org:80", "127.0.0.1:8866", "http://films.example.org", True),
        ("https://films.example.org:80", "127.0.0.1:8866", "https://films.example.org", False),
        ("https://films.example.org:8443", "127.0.0.1:8866", "https://films.example.org:8443", True),
        ("https://films.example.org:8443", "127.0.0.1:8866", "https://films.example.org", False),
        ("https://München.example", "127.0.0.1:8866", "https://xn--mnchen-3ya.example", True),
        ("https://straße.example:443", "127.0.0.1:8866", "https://xn--strae-oqa.example", True),
        ("https://münchen.example", "127.0.0.1:8866", "https://munchen.example", False),
        ("", "films.example.org:443", "https://films.example.org", True),
        ("", "films.example.org:80", "https://films.example.org", False),
        ("", "127.0.0.1:8866", "", False),
        ("", "127.0.0.1:8866", "://", False),
    ],
)
def test_an_address_is_the_same_however_it_is_written(
    public_url: str, host: str, origin: str, expected: bool
) -> None:
    """Browsers leave out a scheme's own port, and write names of other letters in ASCII; operators may not."""
    assert Peers(proxies="", public_url=public_url).is_own_origin(request(host=host), origin) is expected


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://München.example", "xn--mnchen-3ya.example"),
        ("https://a\u200c.example", "a\u200c.example"),
        ("", ""),
        ("https://Films.example.org", "films.example.org"),
        ("http://films.example.org:81/x", "films.example.org"),
        ("http://[::1]:8866", "[::1]"),
    ],
)
def test_the_public_host_is_as_requests_name_it(public_url: str, host: str) -> None:
    """Lower case, without a port."""
    assert Peers(proxies="", public_url=public_url).public_host == host


_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("system", "browser", "label"),
    [
        ("X11; Linux x86_64; rv:128.0", "Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("X11; Linux x86_64", f"{_WEBKIT} Chrome/126.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Windows NT 10.0; Win64", f"{_WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"),
        ("Macintosh; Intel Mac OS X 14_5", f"{_WEBKIT} Version/17.5 Safari/605.1.15", "Safari on macOS"),
        ("iPhone; CPU iPhone OS 17_5 like Mac OS X", f"{_WEBKIT} CriOS/126.0 Safari/604.1", "Chrome on iPhone"),
        ("Linux; Android 14", f"{_WEBKIT} SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
         "Samsung Internet on Android"),
        ("Linux", "curl/8.5.0", "A browser on Linux"),
        ("", "", "A browser"),
        ("<b>\x00", "Firefox/" * 10_000, "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_words_of_ours(system: str, browser: str, label: str) -> None:
    """Nothing of what it says of itself is repeated."""
    assert label_of(f"Mozilla/5.0 ({system}) {browser}") == label
