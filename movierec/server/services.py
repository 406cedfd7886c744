"""Our own routes: posters and health."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from movierec import __version__
from movierec.artifact import Movie, open_artifact
from movierec.catalogue import Catalogue
from movierec.db import Database
from movierec.errors import MovierecError, UnknownMovie
from movierec.posters import PosterStore
from movierec.server.handlers import Plain

__all__ = ["Films", "Health", "HealthHandler", "PosterHandler", "model_mark"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 2.0
_HEALTH_LASTS_S = 2.0
_HEALTH_TIMEOUT_S = 3.0
_POSTER_LASTS = "public, max-age=604800, immutable"
_NO_POSTER_LASTS = "public, max-age=60"  # it may be there soon: TMDB was slow, a pause ends


def model_mark(model_dir: Path) -> object:
    """Return what tells the model in *model_dir* from one that is swapped in later; None when there is none."""
    try:
        stat = (model_dir / "manifest.json").stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


class Films:
    """The films of the model that is in place: one that is swapped in is noticed within seconds."""

    def __init__(self, model_dir: Path, *, clock: Callable[[], float] = time.monotonic):
        self._model_dir, self._clock = model_dir, clock
        self._looked_at = clock()
        self._mark = model_mark(model_dir)
        self._catalogue = Catalogue(open_artifact(model_dir))

    def by_id(self, movie_id: int) -> Movie:
        """Return one film.

        Raises:
            UnknownMovie: the model has none of that id.
        """
        return self.catalogue().by_id(movie_id)

    def catalogue(self) -> Catalogue:
        """Return the catalogue that is in place now; the last good one when that cannot be opened."""
        if self._clock() - self._looked_at > _LOOK_EVERY_S:
            self._looked_at = self._clock()
            mark = model_mark(self._model_dir)
            if mark != self._mark:
                self._reopen(mark)
        return self._catalogue

    def _reopen(self, mark: object) -> None:
        try:
            self._catalogue = Catalogue(open_artifact(self._model_dir))
            self._mark = mark
        except MovierecError as error:
            _log.warning("the films of before stay in use: %s", error)


class Health:
    """Whether the app can be used, looked at no more often than every few seconds."""

    def __init__(self, films: Films, model_dir: Path, db: Database, kernels: Callable[[], dict[str, int]]):
        self._films, self._model_dir, self._db, self._kernels = films, model_dir, db, kernels
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._check: asyncio.Future[bool] | None = None
        self._checked_at = 0.0
        self._well = False

    async def report(self) -> tuple[int, dict[str, Any]]:
        """Return an HTTP status and what to say; nothing in it is secret."""
        well = await self._is_well()
        return (200 if well else 503), {
            "status": "ok" if well else "unavailable",
            "version": __version__,
            "films": len(self._films.catalogue()),
            "kernels": self._kernels(),
        }

    async def _is_well(self) -> bool:
        if time.monotonic() - self._checked_at > _HEALTH_LASTS_S:
            # One check at a time, however many ask and however long it takes.
            if self._check is None or self._check.done():
                self._check = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
            done, _ = await asyncio.wait([self._check], timeout=_HEALTH_TIMEOUT_S)
            self._well = self._check in done and self._check.result()
            if done:
                self._checked_at = time.monotonic()
        return self._well

    def _look(self) -> bool:
        try:
            open_artifact(self._model_dir).connection.close()
            self._db.check()
        except MovierecError as error:
            _log.warning("not healthy: %s", error)
            return False
        return True

    def close(self) -> None:
        """Stop looking."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class HealthHandler(Plain):
    """``/movierec/health``: for whoever watches over the server."""

    def initialize(self, health: Health) -> None:
        self._health = health

    async def get(self) -> None:
        status, report = await self._health.report()
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.write(report)

    head = get


class PosterHandler(Plain):
    """``/movierec/posters/<movie_id>``: a film's poster, or 204 when there is none to show now."""

    def initialize(self, films: Films, posters: PosterStore) -> None:
        self._films, self._posters = films, posters

    async def get(self, movie_id: str) -> None:
        try:
            movie = self._films.by_id(int(movie_id))
        except UnknownMovie:
            raise HTTPError(404) from None
        except MovierecError as error:
            _log.warning("no poster of film %s: %s", movie_id, error)
            raise HTTPError(503) from None
        poster = await asyncio.wrap_future(self._posters.submit(movie))
        if poster is None:
            self.set_status(204)
            self.set_header("Cache-Control", _NO_POSTER_LASTS)
            return
        self.set_header("Content-Type", poster.content_type)
        self.set_header("Cache-Control", _POSTER_LASTS)
        self.write(poster.content)

    head = get
