"""When to leave TMDB alone: after it said so, after it refused the key, after failures in a row."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from movierec.errors import PosterError

__all__ = ["Pause"]

_log = logging.getLogger(__name__)

_FAILURES = 6  # in a row
_FIRST_S, _LONGEST_S = 30.0, 480.0  # doubled for each time that TMDB is still not back
_REFUSED_S = 600.0
_ASKED_FOR_S = 900.0  # the longest Retry-After that is believed


class Pause:
    """Counts failures in a row, of all threads together, and keeps everybody away for a while."""

    def __init__(self, *, clock: Callable[[], float], sleep: Callable[[float], None]):
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._failures, self._length_s = 0, _FIRST_S
        self._told = False

    def wait(self, deadline: float) -> None:
        """Sleep until the pause is over.

        Raises:
            PosterError: it outlasts *deadline*.
        """
        while (left_s := self._until - self._clock()) > 0:
            if self._until >= deadline:
                raise PosterError("TMDB is left alone for a while")
            self._sleep(left_s)

    def until(self, moment: float) -> None:
        """TMDB asked for a pause until *moment*, on the clock."""
        with self._lock:
            self._until = max(self._until, min(moment, self._clock() + _ASKED_FOR_S))

    def failed(self, how: str) -> None:
        """A request failed; the last of several in a row begins a pause."""
        with self._lock:
            self._failures += 1
            if self._failures < _FAILURES or self._until > self._clock():
                return  # those that were under way when the pause began do not lengthen it
            self._until = self._clock() + self._length_s
            _log.warning("TMDB fails (%s): posters are drawn for %.0f s", how, self._length_s)
            self._length_s = min(2 * self._length_s, _LONGEST_S)
            self._failures = _FAILURES - 1  # afterwards one failure is enough

    def refused(self, how: str) -> None:
        """The key was refused; *how* is told once."""
        with self._lock:
            self._until = self._clock() + _REFUSED_S
            told, self._told = self._told, True
        if not told:
            _log.warning("%s", how)

    def succeeded(self) -> None:
        """TMDB answered as it should."""
        with self._lock:
            self._failures, self._length_s, self._told = 0, _FIRST_S, False
