"""TMDB: which film is ours, and where its poster is."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from movierec.artifact import Movie
from movierec.artifact.movie import exact_key
from movierec.errors import PosterError
from movierec.posters.transport import Transport
from movierec.settings import Settings

__all__ = ["Tmdb", "image_type"]

_RECORD_BYTES = 1_000_000  # a film's record is some 5 kB, a page of search results 20 kB
_IMAGE_BYTES = 2_000_000  # a poster 342 pixels wide is 20 to 60 kB
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
        self._settings, self._clock = settings, clock
        # Apart, because one may be well while the other is not.
        self._api_host = Transport(settings, clock=clock, sleep=sleep)
        self._image_host = Transport(settings, clock=clock, sleep=sleep)

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
                raise PosterError("TMDB sent a poster_path that is none")
            return path
        return None

    def image(self, poster_path: str, *, deadline: float) -> bytes | None:
        """Return the picture at *poster_path*, ``None`` when it is not there.

        Raises:
            PosterError: it cannot be had now, is too large, or is no picture.
        """
        url = f"{self._settings.tmdb_image_url}/{_WIDTH}{poster_path}"
        return self._image_host.get(url, _picture, deadline=deadline, limit_bytes=_IMAGE_BYTES)

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
                raise PosterError("TMDB sent a search without results")
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
        return self._api_host.get(
            url, _record, query=query, headers=headers, deadline=deadline, limit_bytes=_RECORD_BYTES
        )


def image_type(content: bytes) -> str | None:
    """Return the media type that the first bytes of *content* show, ``None`` when it is no picture."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def _picture(body: bytes) -> bytes:
    if image_type(body) is None:
        raise ValueError("an image that is none")
    return body


def _record(body: bytes) -> dict[str, Any]:
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise ValueError("an answer that is no record")
    return record


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
