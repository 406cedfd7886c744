"""Who is at the other end of a request: what address, over https or not, from which page, in what browser."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

import idna
from tornado.httputil import HTTPServerRequest, split_host_and_port

__all__ = ["Peers", "label_of"]

# The first that is found counts: nearly every browser says that it is Safari, many that they are Chrome.
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser/": "Samsung Internet", "Firefox/": "Firefox",
    "FxiOS/": "Firefox", "Chrome/": "Chrome", "CriOS/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "CrOS": "ChromeOS",
    "Macintosh": "macOS", "Linux": "Linux",
}  # fmt: skip
_PORTS = {"http": 80, "https": 443}
_WITH_PORT = re.compile(r"(?:\[([^]]+)\]|([0-9.]+))(?::[0-9]+)?")


class Peers:
    """What is believed of requests: a proxy's word about whom it speaks for, if the operator has named the proxy.

    Attributes:
        public_host: the name by which visitors know the server, as requests have it; empty where there is none.
    """

    def __init__(self, *, proxies: str, public_url: str):
        """Take the two settings: networks with spaces between, and an address or nothing."""
        self._proxies = [ipaddress.ip_network(network) for network in proxies.split()]
        public = urlsplit(public_url)
        self._public_is_https = public.scheme == "https"
        self._public_origin = public.scheme, _netloc(public.scheme, public.netloc)
        self.public_host = split_host_and_port(self._public_origin[1])[0]

    def address(self, request: HTTPServerRequest) -> str:
        """Return the visitor's address: the last one in X-Forwarded-For that is no proxy of ours.

        What stands before it the visitor may have written.
        """
        seen = _ip(request.remote_ip or "")
        for told in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
            before = _ip(told.strip())
            if before is None or not self._is_proxy(seen):
                break
            seen = before
        return "" if seen is None else str(seen)

    def is_https(self, request: HTTPServerRequest) -> bool:
        """Return whether the visitor's browser speaks https, to us or to a proxy of ours."""
        is_proxy = self._is_proxy(_ip(request.remote_ip or ""))
        told = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
        if is_proxy and told == "https":
            return True
        # A proxy may hide the name that was asked for; the operator, on its machine, may come without it.
        by_proxy = is_proxy and "X-Forwarded-For" in request.headers
        return self._public_is_https and (by_proxy or request.host_name == self.public_host)

    def is_own_origin(self, request: HTTPServerRequest, origin: str | None) -> bool:
        """Return whether *origin*, which a browser names, is a page of this server."""
        if not origin:
            return False
        scheme, _, rest = origin.lower().partition("://")
        netloc = _netloc(scheme, rest)
        if scheme not in _PORTS or not netloc:
            return False
        return netloc == _netloc(scheme, request.host) or (scheme, netloc) == self._public_origin

    def _is_proxy(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._proxies)


def _netloc(scheme: str, netloc: str) -> str:
    """Return host and port as a browser writes them: in lower case and ASCII, without the port of the scheme."""
    host, port = split_host_and_port(netloc.lower())
    if not host.isascii():
        with contextlib.suppress(idna.IDNAError):  # a name that no browser asks for
            host = idna.encode(host, uts46=True).decode()
    return host if port in (None, _PORTS.get(scheme)) else f"{host}:{port}"


def _ip(text: str) -> IPv4Address | IPv6Address | None:
    found = _WITH_PORT.fullmatch(text)  # as some proxies write it
    try:
        address = ipaddress.ip_address((found[1] or found[2]) if found else text)
    except ValueError:
        return None
    # Who listens on [::] sees 10.0.0.5 as ::ffff:10.0.0.5.
    return getattr(address, "ipv4_mapped", None) or address


def label_of(user_agent: str) -> str:
    """Return words of ours for a browser, such as "Firefox on Linux", from what it says of itself."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
