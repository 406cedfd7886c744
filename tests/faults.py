"""Ways to make things go wrong for real: other users, small disks, sudden ends."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

NOBODY = 65_534


def in_child(work: Callable[[], object], *, as_nobody: bool = False) -> str:
    """Run *work* in a process of its own and return what it returned, or which error it raised, as text.

    An empty text means that the process was killed. With *as_nobody* it has no privileges: root may write
    anywhere, so that a test of permissions would prove nothing.
    """
    reader, writer = os.pipe()

    def answer() -> None:
        if as_nobody and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            text = str(work())
        except BaseException as error:
            text = f"{type(error).__name__}: {error} → {getattr(error, 'hint', '')}"
        os.write(writer, text.encode())

    pid = start_child(answer)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return text


def start_child(work: Callable[[], object]) -> int:
    """Run *work* in a process of its own, and return its pid; it exits with 0 when nothing was raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside numpy's idle threads
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return pid


def die_at_step(step: int, folder: Path) -> None:
    """End this process without warning just before its *step*-th touch of the file system in *folder*."""
    left = step

    def watch(event: str, args: tuple[Any, ...]) -> None:
        nonlocal left
        touches = event in ("os.rename", "os.mkdir", "os.rmdir", "os.remove") or (
            event in ("open", "sqlite3.connect") and str(folder) in str(args[0])
        )
        if touches:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
