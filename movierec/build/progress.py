"""Tells a person what a long job is doing, and says nothing of a short one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

__all__ = ["Progress"]


class Progress:
    """A line on *stream* that names the stage, once the job has taken longer than *after_s* seconds.

    On a terminal one line is written over and over, and wiped at the end; elsewhere (a log, a pipe) each
    stage is one plain line.
    """

    def __init__(
        self, stream: TextIO | None = None, *, after_s: float = 1.0, clock: Callable[[], float] = time.monotonic
    ):
        self._stream = stream or sys.stderr
        self._clock = clock
        self._quiet_until = clock() + after_s
        self._told = ""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Tell that *stage* is under way: *done* of *total*, where that is known."""
        if self._clock() < self._quiet_until:
            return
        if not self._stream.isatty():
            if stage != self._told:
                self._write(f"{stage} …\n")
                self._told = stage
            return
        line = f"{stage} … {done / total:.0%}" if total else f"{stage} …"
        self._write("\r" + line.ljust(len(self._told)))
        self._told = line

    def finish(self) -> None:
        """Wipe the line from a terminal."""
        if self._told and self._stream.isatty():
            self._write("\r" + " " * len(self._told) + "\r")
        self._told = ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
