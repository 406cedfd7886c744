"""What this process has freed, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes

__all__ = ["give_back"]

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of malloc.h
# Argon2 takes 19 MiB for a moment. By itself glibc learns from the first time to keep so large a block, once for
# each thread that has hashed a password.
_GIVE_BACK_BYTES = 2**20


def give_back(*, one_arena: bool = False) -> None:
    """Have large blocks given back when they are freed; where the C library is not glibc, do nothing.

    Args:
        one_arena: besides, let threads share what others have freed, instead of each keeping its own.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _GIVE_BACK_BYTES)
        if one_arena:
            mallopt(_M_ARENA_MAX, 1)
