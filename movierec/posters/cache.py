"""Pictures on disk: small files, written whole or not at all, checked whenever they are read.

A file is the digest of a picture and the picture. An empty picture says that the film has none.
Several processes may share a folder: they meet in nothing but renames and removals of whole files.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["PosterCache"]

_log = logging.getLogger(__name__)

_DIGEST_BYTES = 16
_BLOCK_BYTES = 4096  # what the smallest file takes on a usual file system
_NONE_LASTS_S = 86_400.0  # a poster may be added to TMDB any day
_TOUCH_AFTER_S = 3_600.0  # "recently used" to the hour is enough, and spares a write for every read
_ABANDONED_S = 3_600.0  # a temporary file of that age belongs to a process that died
_ROOM_LEFT = 0.9  # evict down to this share of the limit, or every write would have to evict again


class PosterCache:
    """A folder of pictures that holds at most about *limit_bytes*; the least recently used go first.

    It never raises: what cannot be read is absent, what cannot be written is not kept.
    """

    def __init__(self, folder: Path, *, limit_bytes: int, clock: Callable[[], float] = time.time):
        self._folder, self._limit_bytes, self._clock = folder, limit_bytes, clock
        self._lock = threading.Lock()
        self._size_bytes: int | None = None  # as of our last look, plus what we wrote since
        self._complained = False

    def get(self, key: str) -> bytes | None:
        """Return the picture, empty when it is known that there is none, ``None`` when nothing is known."""
        path = self._folder / key
        try:
            content = path.read_bytes()
            age_s = self._clock() - path.stat().st_mtime
        except OSError:
            return None
        digest, picture = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if digest != _digest(picture):
            _log.warning("a damaged file in the poster cache is fetched again")
            _remove(path)
            return None
        if not picture:
            return None if age_s > _NONE_LASTS_S else picture
        if age_s > _TOUCH_AFTER_S:
            now = self._clock()
            with contextlib.suppress(OSError):
                os.utime(path, (now, now))
        return picture

    def put(self, key: str, picture: bytes) -> None:
        """Keep *picture*; an empty one says that there is none."""
        # A name that no other process or thread uses, and that no key looks like.
        temporary = self._folder / f".{os.getpid()}-{threading.get_ident()}-{key}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(_digest(picture) + picture)
            temporary.replace(self._folder / key)
        except OSError as error:
            _remove(temporary)
            self._complain(error)
            return
        self._make_room(_blocks(_DIGEST_BYTES + len(picture)))

    def _complain(self, error: OSError) -> None:
        if not self._complained:  # once: it will be the same for every poster
            _log.warning("posters are served but cannot be kept in %s: %s", self._folder, error.strerror)
            self._complained = True

    def _make_room(self, added_bytes: int) -> None:
        with self._lock:
            if self._size_bytes is not None:
                self._size_bytes += added_bytes
                if self._size_bytes <= self._limit_bytes:
                    return
            # Others may write here too: whenever it matters, the folder itself is asked.
            files = sorted(self._files())
            size_bytes = sum(size for _, size, _ in files)
            if size_bytes > self._limit_bytes:
                for _, size, path in files:
                    _remove(path)
                    size_bytes -= size
                    if size_bytes <= self._limit_bytes * _ROOM_LEFT:
                        break
            self._size_bytes = size_bytes

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Yield last use, size and path of everything kept; clear away what a dead process left."""
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                try:
                    stat = entry.stat(follow_symlinks=False)
                except OSError:
                    continue  # another process has just removed it
                if not entry.name.startswith("."):
                    yield stat.st_mtime, _blocks(stat.st_size), Path(entry.path)
                elif self._clock() - stat.st_mtime > _ABANDONED_S:
                    _remove(Path(entry.path))


def _digest(picture: bytes) -> bytes:
    return hashlib.blake2b(picture, digest_size=_DIGEST_BYTES).digest()


def _blocks(size_bytes: int) -> int:
    return -(-size_bytes // _BLOCK_BYTES) * _BLOCK_BYTES


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
