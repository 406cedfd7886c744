"""TMDB: find a film's poster and fetch it, politely, within a deadline.

Every way in which TMDB, or whatever stands between us and it, can fail ends in a PosterError. The
key never leaves this file but in a request: errors carry the kind of a failure, never an address.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
import urllib3

from movierec.artifact import Movie
from movierec.artifact.movie import exact_key
from movierec.errors import PosterError
from movierec.posters.pause import Pause
from movierec.settings import Settings

__all__ = ["Tmdb"]

_log = logging.getLogger(__name__)

_CONNECT_S = 3.05  # just above a multiple of 3, TCP's first retransmission
_SILENCE_S = 3.0  # the longest wait for the next bytes
_RECORD_BYTES = 1_000_000  # a film's record is some 5 kB, a page of search results 20 kB
_IMAGE_BYTES = 2_000_000  # a poster 342 pixels wide is 20 to 60 kB
_CHUNK_BYTES = 65_536
_TRIES = 3
_BACKOFF_S = 0.2  # doubled after each try
_RETRY_AFTER_S = 1.0  # when TMDB says "too many" but not for how long
_WIDTH = "w342"
_POSTER_PATH = re.compile(r"/[\w-]{1,100}\.(?:jpe?g|png|webp)", re.ASCII)
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)  # a JSON web token; a v3 key is 32 hex digits


class Tmdb:
    """TMDB's API, as far as posters need it. Threads may share it."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._settings, self._clock, self._sleep = settings, clock, sleep
        self._pause = Pause(clock=clock, sleep=sleep)
        self._local = threading.local()

    def poster_path(self, movie: Movie, *, deadline: float) -> str | None:
        """Return where TMDB keeps the poster of *movie*, ``None`` when it has none or not that film.

        Args:
            deadline: when to give up, on the clock.
        Raises:
            PosterError: TMDB cannot be asked now, or answers nonsense.
        """
        for record in self._candidates(movie, deadline):
            path = record.get("poster_path")
            if path is None or path == "":
                return None
            if not isinstance(path, str) or not _POSTER_PATH.fullmatch(path):
                raise self._nonsense("a poster_path that is none")
            return path
        return None

    def image(self, poster_path: str, *, deadline: float) -> bytes | None:
        """Return the picture at *poster_path*, ``None`` when it is not there.

        Raises:
            PosterError: it cannot be had now, is too large, or is no picture.
        """
        body = self._get(
            f"{self._settings.tmdb_image_url}/{_WIDTH}{poster_path}", deadline=deadline, limit_bytes=_IMAGE_BYTES
        )
        if body is not None and image_type(body) is None:
            raise self._nonsense("an image that is none")
        return body

    def check(self) -> None:
        """Ask TMDB for something small.

        Raises:
            PosterError: it does not answer, or does not take the key.
        """
        if self._api("configuration", {}, deadline=self._clock() + self._settings.tmdb_timeout_s) is None:
            raise PosterError("nothing of TMDB's at its address (404)", hint="Check TMDB_API_URL.")

    def _candidates(self, movie: Movie, deadline: float) -> list[dict[str, Any]]:
        """Return TMDB's records of *movie*: by its id where it has one, else by its title and year."""
        if movie.tmdb_id is not None:
            found: Any = [self._api(f"movie/{movie.tmdb_id}", {}, deadline=deadline)]
        else:
            wanted = {"query": movie.title} | ({} if movie.year is None else {"year": str(movie.year)})
            found = (self._api("search/movie", wanted, deadline=deadline) or {}).get("results")
            if not isinstance(found, list):
                raise self._nonsense("a search without results")
        records = [record for record in found if isinstance(record, dict) and _is(movie, record)]
        # A search for a film of which we do not know the year must not pick one of several namesakes.
        return records if movie.tmdb_id is not None or movie.year is not None or len(records) == 1 else []

    def _api(self, path: str, query: dict[str, str], *, deadline: float) -> dict[str, Any] | None:
        key, headers = self._settings.tmdb_api_key, {"Accept": "application/json"}
        if _TOKEN.fullmatch(key):
            headers["Authorization"] = f"Bearer {key}"
        else:
            query = query | {"api_key": key}
        url = f"{self._settings.tmdb_api_url}/{quote(path)}"
        body = self._get(url, query=query, headers=headers, deadline=deadline, limit_bytes=_RECORD_BYTES)
        if body is None:
            return None
        try:
            record = json.loads(body)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise self._nonsense("an answer that is no record")
        return record

    def _get(self, url: str, *, deadline: float, limit_bytes: int, **request: Any) -> bytes | None:
        """Return the body at *url*, ``None`` when there is nothing there; ask again where that may help."""
        for attempt in range(_TRIES):
            self._pause.wait(deadline)
            status, body, retry_after_s = self._ask(url, deadline, limit_bytes, **request)
            if status == HTTPStatus.OK:
                self._pause.succeeded()
                return body
            if status == HTTPStatus.NOT_FOUND:
                self._pause.succeeded()
                return None
            if status == HTTPStatus.UNAUTHORIZED:
                raise self._refused()
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                self._pause.until(self._clock() + (_RETRY_AFTER_S if retry_after_s is None else retry_after_s))
                continue
            self._pause.failed(f"it answers {status}")
            if status < HTTPStatus.INTERNAL_SERVER_ERROR or attempt == _TRIES - 1:
                break
            self._sleep(min(_BACKOFF_S * 2**attempt, max(0.0, deadline - self._clock())))
        raise PosterError(f"TMDB answered {status}")

    def _ask(
        self, url: str, deadline: float, limit_bytes: int, *, query: Any = None, headers: Any = None
    ) -> tuple[int, bytes, float | None]:
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
                return status, body, _seconds(response.headers.get("Retry-After"))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            kind = type(error).__name__
        # Outside the except block: the exception, which knows the address and the key, is not chained.
        self._pause.failed(kind)
        raise PosterError(f"TMDB cannot be asked: {kind}")

    def _read(self, response: requests.Response, deadline: float, limit_bytes: int) -> bytes:
        """Return the body; read1 returns what is there, so that bytes that trickle cannot stretch time."""
        if int(response.headers.get("Content-Length") or 0) > limit_bytes:
            raise self._nonsense("too much")
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES):
            body += chunk
            if len(body) > limit_bytes:
                raise self._nonsense("too much")
            if self._clock() > deadline:
                self._pause.failed("it is too slow")
                raise PosterError("the time for one poster is over")
        return bytes(body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # neither the environment's proxies nor a .netrc's passwords
            session.headers.update({"User-Agent": "movierec", "Accept-Encoding": "identity"})
            if self._settings.tmdb_proxy:
                session.proxies = dict.fromkeys(("http", "https"), self._settings.tmdb_proxy)
        return session

    def _nonsense(self, what: str) -> PosterError:
        self._pause.failed(f"it sends {what}")
        return PosterError(f"TMDB sent {what}")

    def _refused(self) -> PosterError:
        error = PosterError(
            "TMDB does not take the key (401)",
            hint="Check TMDB_API_KEY: a v3 key (32 letters and digits) or a v4 token, from themoviedb.org.",
        )
        self._pause.refused(f"{error}; posters are drawn. {error.hint}")
        return error


def image_type(content: bytes) -> str | None:
    """Return the media type that the first bytes of *content* show, ``None`` when it is no picture."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def _is(movie: Movie, record: dict[str, Any]) -> bool:
    """Is TMDB's *record* that film: one title in common, and the year within one?"""
    ours = {exact_key(title) for title in (movie.title, movie.original_title)} - {""}
    theirs = (record.get("title"), record.get("original_title"))
    if not ours & {exact_key(title) for title in theirs if isinstance(title, str)}:
        return False
    date = record.get("release_date")
    year = int(date[:4]) if isinstance(date, str) and re.match(r"[0-9]{4}", date) else None
    if year is None or movie.year is None:
        return movie.tmdb_id is not None or movie.year is None
    return abs(year - movie.year) <= 1


def _seconds(retry_after: str | None) -> float | None:
    # The header may also be a date; TMDB sends seconds, and a second's pause does no harm otherwise.
    return float(retry_after) if retry_after and re.fullmatch(r"[0-9]{1,6}", retry_after) else None


class _NoKeys(logging.Filter):
    """urllib3 logs addresses, at DEBUG and when headers are malformed: take the key out of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "api_key=" in text:
            record.msg, record.args = re.sub(r"api_key=[^&\s'\")]*", "api_key=***", text), ()
        return True


for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_NoKeys())
