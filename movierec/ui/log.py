"""Where a kernel's log goes: to the server's terminal, never to the browser."""

from __future__ import annotations

import logging
import os
import sys

__all__ = ["keep_log_from_browser"]

_SECURITY = "movierec.security"

# What ipykernel logs, as "Comm", for each message to a widget that is closed.
_TOO_LATE = "No such comm: %s"


def keep_log_from_browser() -> None:
    """Send what no handler is set up for, warnings, and the security log to the process's own standard error.

    In a kernel ``sys.stderr``, and file descriptor 2 too, are read and sent to the browser; Python's handler of
    last resort writes there. ipykernel keeps the descriptor that the server gave it. Elsewhere this does nothing.
    """
    descriptor = getattr(sys.stderr, "_original_stdstream_copy", None)
    if descriptor is None:
        return
    stream = os.fdopen(os.dup(descriptor), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    handler, security = logging.StreamHandler(stream), logging.StreamHandler(stream)
    for one in (handler, security):
        one.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.lastResort = handler
    # What happens at the door is worth a line of its own, when all is well, too.
    door = logging.getLogger(_SECURITY)
    door.setLevel(logging.INFO)
    door.propagate = False
    door.addHandler(security)
    logging.captureWarnings(True)
    # Whoever clicks "Log out" twice, or closes the page, sends to parts that are gone before the page can know it.
    # The message is dropped, as it should be; to the operator the line would look like a fault.
    logging.getLogger("Comm").addFilter(_is_not_too_late)
    logging.getLogger("py.warnings").addHandler(handler)


def _is_not_too_late(record: logging.LogRecord) -> bool:
    return record.msg != _TOO_LATE
