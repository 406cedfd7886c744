"""Requests to TMDB: within a deadline, of limited size, repeated where that may help.

Every failure ends in a PosterError that tells its kind and never an address: addresses hold the key.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import requests
import urllib3

from movierec.errors import PosterError
from movierec.posters.pause import Pause
from movierec.settings import Settings

__all__ = ["Transport"]

_CONNECT_S = 3.05  # just above TCP's first retransmission
_SILENCE_S = 3.0  # the longest wait for the next bytes
_CHUNK_BYTES = 65_536
_TRIES = 3
_BACKOFF_S = 0.2  # doubled after each try
_RETRY_AFTER_S = 1.0  # when TMDB says "too many" but not for how long


T = TypeVar("T")


@dataclass(frozen=True)
class _Answer:
    how: str  # what to say of it when it was not good
    status: int = 0  # 0: the connection broke; often it was one that had been kept open too long
    body: bytes = b""
    retry_after_s: float = 0.0

    @property
    def may_differ_next_time(self) -> bool:
        return self.status == 0 or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


class Transport:
    """Gets things from one of TMDB's hosts. Threads may share it."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float], sleep: Callable[[float], None]):
        self._proxy, self._clock, self._sleep = settings.tmdb_proxy, clock, sleep
        self._pause = Pause(clock=clock, sleep=sleep)
        self._local = threading.local()

    def get(
        self,
        url: str,
        parse: Callable[[bytes], T],
        *,
        deadline: float,
        limit_bytes: int,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T | None:
        """Return what *parse* makes of the body at *url*, ``None`` when there is nothing there.

        Args:
            parse: raises ValueError, with a few words, for nonsense.
        Raises:
            PosterError: it cannot be had now.
        """
        for attempt in range(_TRIES):
            self._pause.wait(deadline)
            answer = self._ask(url, query, headers, deadline, limit_bytes)
            if answer.status == HTTPStatus.OK:
                return self._parsed(answer.body, parse)
            if answer.status == HTTPStatus.NOT_FOUND:
                self._pause.succeeded()
                return None
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise self._refused()
            if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._pause.until(self._clock() + answer.retry_after_s)
                continue
            self._pause.failed(answer.how)
            if not answer.may_differ_next_time:
                break
            self._sleep(min(_BACKOFF_S * 2**attempt, max(0.0, deadline - self._clock())))
        raise PosterError(f"TMDB cannot be asked: {answer.how}")

    def _parsed(self, body: bytes, parse: Callable[[bytes], T]) -> T:
        try:
            parsed = parse(body)
        except ValueError as error:
            raise self._failed(f"it sends {error}") from None
        self._pause.succeeded()
        return parsed

    def _ask(
        self,
        url: str,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        deadline: float,
        limit_bytes: int,
    ) -> _Answer:
        left_s = deadline - self._clock()
        if left_s <= 0:
            raise PosterError("the time for one poster is over")
        timeout = (min(_CONNECT_S, left_s), min(_SILENCE_S, left_s))
        try:
            with self._session().get(
                url, params=query, headers=headers, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                status = response.status_code
                body = self._read(response, deadline, limit_bytes) if status == HTTPStatus.OK else b""
                return _Answer(f"it answers {status}", status, body, _seconds(response.headers.get("Retry-After")))
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            kind, again = "it is too slow", False
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            kind, again = type(error).__name__, isinstance(error, requests.ConnectionError)
        # Outside the except blocks: the exception, which knows the address and the key, is not chained.
        if again:
            return _Answer(kind)
        raise self._failed(kind)

    def _read(self, response: requests.Response, deadline: float, limit_bytes: int) -> bytes:
        """Return the body; read1 returns what is there, so that bytes that trickle cannot stretch time."""
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES):
            body += chunk
            if len(body) > limit_bytes:
                raise self._failed("it sends too much")
            if self._clock() > deadline:
                raise self._failed("it is too slow")
        return bytes(body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # neither the environment's proxies nor a .netrc's passwords
            session.headers.update({"User-Agent": "movierec", "Accept-Encoding": "identity"})
            if self._proxy:
                session.proxies = dict.fromkeys(("http", "https"), self._proxy)
        return session

    def _failed(self, how: str) -> PosterError:
        self._pause.failed(how)
        return PosterError(f"TMDB cannot be asked: {how}")

    def _refused(self) -> PosterError:
        error = PosterError(
            "TMDB does not take the key (401)",
            hint="Check TMDB_API_KEY: a v3 key (32 letters and digits) or a v4 token, from themoviedb.org.",
        )
        self._pause.refused(f"{error}; posters are drawn. {error.hint}")
        return error


def _seconds(retry_after: str | None) -> float:
    # The header may also be a date; TMDB sends seconds, and one second does no harm otherwise.
    return float(retry_after) if retry_after and re.fullmatch(r"[0-9]{1,6}", retry_after) else _RETRY_AFTER_S


class _NoKeys(logging.Filter):
    """urllib3 logs addresses, at DEBUG and when headers are malformed: take the key out of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "api_key=" in text:
            record.msg, record.args = re.sub(r"api_key=[^&\s'\")]*", "api_key=***", text), ()
        return True


for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_NoKeys())
