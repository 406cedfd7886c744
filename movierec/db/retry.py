"""How often something is tried again, and after how long."""

from __future__ import annotations

import random
import time

__all__ = ["PATIENCE_S", "TRIES", "pause"]

TRIES = 6
PATIENCE_S = 8.0  # no further try after so long: somebody waits in front of a page


def pause(attempt: int) -> None:
    """Wait a moment that grows with each try and differs between those who collided."""
    time.sleep(random.uniform(0.5, 1.0) * 0.02 * 2**attempt)  # noqa: S311  # 0.02 to 0.64 s
