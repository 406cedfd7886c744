"""The store of posters: one request at a time for each film, few at once, never an error."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from movierec.artifact import Movie
from movierec.errors import PosterError
from movierec.posters.cache import PosterCache
from movierec.posters.tmdb import Tmdb, image_type
from movierec.settings import Settings

__all__ = ["Poster", "PosterStore"]

_log = logging.getLogger(__name__)

_AT_ONCE = 8  # requests to TMDB; it allows some 40 a second
_READERS = 2


@dataclass(frozen=True)
class Poster:
    """A picture; its type was read off its first bytes, whatever its sender said."""

    content: bytes
    content_type: str  # image/jpeg, image/png or image/webp


class PosterStore:
    """Posters of films, from disk or from TMDB. Without a key there are none.

    Threads may share it. Pictures on disk are read by threads of their own: they never queue
    behind a TMDB that does not answer.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._enabled = bool(settings.tmdb_api_key)
        self._timeout_s, self._clock = settings.tmdb_timeout_s, clock
        self._tmdb = Tmdb(settings, clock=clock, sleep=sleep)
        self._cache = PosterCache(settings.poster_cache_dir, limit_bytes=settings.poster_cache_mb * 1_000_000)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="poster-cache")
        self._askers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="poster-tmdb")
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Poster | None]] = {}

    def poster(self, movie: Movie) -> Poster | None:
        """Return the poster of *movie*, or ``None`` when there is none to show now."""
        return self.submit(movie).result()

    def submit(self, movie: Movie) -> Future[Poster | None]:
        """Begin to get the poster of *movie*.

        Returns:
            What will hold the poster, or ``None`` when there is none to show now; never an error.
            Whoever asks for the same film meanwhile shares it; it cannot be cancelled.
        """
        answer: Future[Poster | None] = Future()
        answer.set_running_or_notify_cancel()  # it is shared: nobody may cancel it
        if not self._enabled:
            answer.set_result(None)
            return answer
        key = _key(movie)
        with self._lock:
            if key in self._under_way:
                return self._under_way[key]
            self._under_way[key] = answer
        self._then(self._readers, self._look_up, key, movie)
        return answer

    def check(self) -> None:
        """Ask TMDB for something small, for ``movierec doctor``.

        Raises:
            PosterError: TMDB does not answer, or does not take the key.
        """
        self._tmdb.check()

    def close(self) -> None:
        """Give up what has not begun; what is under way ends by itself, within its deadline."""
        for threads in (self._readers, self._askers):
            threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            keys = list(self._under_way)
        for key in keys:
            self._answer(key, None)

    def _look_up(self, key: str, movie: Movie) -> None:
        content = self._cache.get(key)
        if content is None:
            self._then(self._askers, self._fetch, key, movie)
        else:
            self._answer(key, content)

    def _fetch(self, key: str, movie: Movie) -> None:
        deadline = self._clock() + self._timeout_s
        try:
            path = self._tmdb.poster_path(movie, deadline=deadline)
            content = (path and self._tmdb.image(path, deadline=deadline)) or b""
        except PosterError as error:
            # Not remembered: it may be there the next time that somebody asks.
            _log.info("no poster of film %d now: %s", movie.movie_id, error)
            self._answer(key, None)
            return
        self._cache.put(key, content)
        self._answer(key, content)

    def _then(
        self, threads: ThreadPoolExecutor, work: Callable[[str, Movie], None], key: str, movie: Movie
    ) -> None:
        def guarded() -> None:
            try:
                work(key, movie)
            except Exception as error:  # whatever it is, the page goes on with its drawn poster
                # Only its kind: a foreign error's text may hold an address, and that the key.
                _log.error("no poster of film %d: %s", movie.movie_id, type(error).__name__)
                self._answer(key, None)

        try:
            threads.submit(guarded)
        except RuntimeError:  # closed meanwhile
            self._answer(key, None)

    def _answer(self, key: str, content: bytes | None) -> None:
        with self._lock:
            answer = self._under_way.pop(key, None)
        if answer is not None:
            kind = image_type(content) if content else None
            answer.set_result(Poster(content, kind) if content and kind else None)


def _key(movie: Movie) -> str:
    # The title too: another model may give the same negative movie_id to another film.
    film = f"{movie.tmdb_id}|{movie.title}|{movie.year}".encode()
    return f"{movie.movie_id}-{hashlib.blake2b(film, digest_size=6).hexdigest()}"
