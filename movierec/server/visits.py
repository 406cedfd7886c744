"""Cookies: which visit a request belongs to, and whose login the browser keeps.

A *visit* is one browser, from its first page until it is closed. A kernel belongs to the visit whose page it was
given to; its id alone is worth nothing. When somebody logs in, the visit goes on under a new secret: whoever has
copied the old one, at a computer that is shared, sees nothing of what comes.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from typing import Literal

from tornado.web import RequestHandler

from movierec.server.once import KEPT_S
from movierec.server.peers import Peers

__all__ = ["Cookies", "Renewals", "digest", "new_visit"]

What = Literal["visit", "login", "device", "here"]

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # 256 bits
_HINT = re.compile(r"[01]")
_BYTES = 32
_YEAR_S = 31_536_000


class Cookies:
    """The server's cookies; none can be read by scripts.

    ``visit``, ``login`` and ``device`` are secrets, which browsers send with nothing that another site has begun.
    ``here`` is none: it tells a page that another site leads to that there may be such secrets.
    """

    def __init__(self, port: int, peers: Peers, *, kept_s: int):
        """Set up.

        Args:
            port: part of the names, because cookies are shared by all servers of one host.
            peers: knows who asks over https.
            kept_s: how long a login lasts that is kept.
        """
        self._port, self._peers = port, peers
        self._lasts_s = {"visit": 0, "login": kept_s, "device": _YEAR_S, "here": _YEAR_S}

    def get(self, handler: RequestHandler, what: What) -> str:
        """Return a cookie's value; empty when there is none, or none that we would have set."""
        value = handler.get_cookie(self._name(handler, what), "") or ""
        return value if (_HINT if what == "here" else _TOKEN).fullmatch(value) else ""

    def set(self, handler: RequestHandler, what: What, value: str, *, kept: bool = True) -> None:
        """Set a cookie; one that is not *kept* is forgotten when the browser is closed, a visit's always."""
        handler.set_cookie(
            self._name(handler, what),
            value,
            path="/",
            max_age=self._lasts_s[what] if kept else None,
            httponly=True,
            secure=self._peers.is_https(handler.request),
            samesite="Lax" if what == "here" else "Strict",
        )

    def clear(self, handler: RequestHandler, what: What) -> None:
        """Have the browser forget a cookie."""
        secure = self._peers.is_https(handler.request)
        handler.clear_cookie(self._name(handler, what), path="/", httponly=True, secure=secure, samesite="Strict")

    def _name(self, handler: RequestHandler, what: What) -> str:
        # With the prefix, browsers take the cookie over https only, and from no other name of the domain.
        if self._peers.is_https(handler.request):
            return f"__Host-movierec_{what}"
        return f"movierec_{what}_{self._port}"


class Renewals:
    """Which visits go on under which new secret, for as long as their browser may not have heard of it.

    Args:
        clock: seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._next: dict[bytes, tuple[bytes, float]] = {}  # until when

    def add(self, before: bytes, after: bytes) -> None:
        """Remember a renewal, by the digests of both secrets."""
        self._forget()
        self._next[before] = after, self._clock() + KEPT_S

    def last(self, visit: bytes) -> bytes:
        """Return the visit's last secret, as a digest: its own, when it was not renewed lately."""
        self._forget()
        while visit in self._next:
            visit = self._next[visit][0]
        return visit

    def _forget(self) -> None:
        now = self._clock()
        self._next = {before: entry for before, entry in self._next.items() if entry[1] > now}


def new_visit() -> str:
    """Return a secret of 256 bits, 43 characters."""
    return secrets.token_urlsafe(_BYTES)


def digest(visit: str) -> bytes:
    """Return what is remembered of a visit: its SHA-256."""
    return hashlib.sha256(visit.encode()).digest()
