"""Replace a folder whole, so that whoever reads it finds the old one or the new one, never a mixture.

The new folder is made beside the old one, as ``.NAME.building-…``; then the old one is renamed to
``.NAME.previous``, the new one to ``NAME``, and the previous one removed. A process that dies at
any point leaves a whole folder: :func:`steadily` reads the previous one where the new one has not
taken its place, and the next :func:`replacing` clears away what was left. (Exchanging a symbolic
link would save the fallback; not every system and archive keeps those.)
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from movierec.errors import ArtifactError, ArtifactNotWritten

if sys.platform != "win32":
    import fcntl

__all__ = ["replacing", "steadily", "sync"]

_T = TypeVar("_T")
_LOCK_WAIT_S = 120.0  # another writer of 100,000 films takes about 10 s


@contextlib.contextmanager
def replacing(out: Path, *, replaceable: Callable[[Path], bool]) -> Iterator[Path]:
    """Give a new empty folder; when the block ends well, it has taken the place of *out*.

    Args:
        out: resolved path; need not exist.
        replaceable: whether the folder that stands at *out* may be removed.
    Raises:
        ArtifactNotWritten: *out* holds something else, or another process keeps the place locked.
        OSError: the operating system refuses. In every case *out* is as it was.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with _locked(out.parent):
        _clear_remains(out)
        if out.exists() and not (out.is_dir() and replaceable(out)):
            raise ArtifactNotWritten(
                f"{out} exists and is not a model: nothing was changed",
                hint="Name a folder that does not exist yet, or one that holds a model.",
            )
        new = out.parent / f"{_building(out)}{secrets.token_hex(4)}"
        try:
            new.mkdir()
            yield new
            sync(new)
            _swap(new, out)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise


def steadily(path: Path, work: Callable[[Path], _T]) -> _T:
    """Return ``work(folder)``, done again when a writer replaced the folder in the meantime.

    Raises:
        ArtifactError: *work* raised it, and not because the folder was being replaced.
    """
    path = path.resolve()  # as the writer does, or the previous folder would be sought elsewhere
    for _attempt in range(10):
        before = _standing(path)
        try:
            result = work(before[0])
        except ArtifactError:
            if _standing(path) == before:
                raise
        else:
            if _standing(path) == before:
                return result
    raise ArtifactError(f"{path} is being replaced again and again")


def sync(path: Path) -> None:
    """Wait until *path*, a file or a folder, is on the disk."""
    if path.is_dir() and sys.platform == "win32":
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _previous(out: Path) -> Path:
    return out.parent / f".{out.name}.previous"


def _building(out: Path) -> str:
    return f".{out.name}.building-"


def _standing(path: Path) -> tuple[Path, tuple[int, int] | None]:
    """Return the folder that serves for *path*, and what tells it from its successors."""
    for folder in (path, _previous(path)):
        try:
            found = folder.stat()
        except OSError:
            continue
        return folder, (found.st_ino, found.st_mtime_ns)
    return path, None


def _swap(new: Path, out: Path) -> None:
    previous = _previous(out)
    if out.exists():
        out.rename(previous)
    try:
        new.rename(out)
    except OSError:
        if previous.exists():
            previous.rename(out)
        raise
    sync(out.parent)
    shutil.rmtree(previous, ignore_errors=True)


def _clear_remains(out: Path) -> None:
    """Put right what dead writers left; only with the lock, so that no living one is hit."""
    previous = _previous(out)
    if previous.exists() and not out.exists():
        previous.rename(out)
    for remains in [previous, *(child for child in out.parent.iterdir() if child.name.startswith(_building(out)))]:
        shutil.rmtree(remains, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other writers out. The folder itself is locked: a lock file would be litter."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + _LOCK_WAIT_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ArtifactNotWritten(
                        f"{folder}: another process has been writing here for {_LOCK_WAIT_S:.0f} s",
                        hint="Wait for the other build, or end it.",
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)  # and with it the lock
