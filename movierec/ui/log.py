"""Where a kernel's log goes: to the server's terminal, never to the browser."""

from __future__ import annotations

import logging
import os
import sys

__all__ = ["keep_log_from_browser"]


def keep_log_from_browser() -> None:
    """Send what no handler is set up for, and warnings, to the process's own standard error.

    In a kernel ``sys.stderr``, and file descriptor 2 too, are read and sent to the browser; Python's handler of
    last resort writes there. ipykernel keeps the descriptor that the server gave it. Elsewhere this does nothing.
    """
    descriptor = getattr(sys.stderr, "_original_stdstream_copy", None)
    if descriptor is None:
        return
    stream = os.fdopen(os.dup(descriptor), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.lastResort = handler
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(handler)
