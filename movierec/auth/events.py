"""The log of what happens at the door: one line for each event, without any name, password or token in it."""

from __future__ import annotations

import logging

__all__ = ["record"]

_log = logging.getLogger("movierec.security")


def record(event: str, *, user_id: int | None = None, peer: str = "", detail: str = "") -> None:
    """Write one line.

    Args:
        event: what happened, as words of ours.
        user_id: whose account it is about; names are not written, somebody may have typed a password there.
        peer: the visitor's address, where it is known.
        detail: more words of ours.
    """
    user = f" user={user_id}" if user_id is not None else ""
    _log.info("%s%s%s%s", event, user, f" peer={peer}" if peer else "", f" ({detail})" if detail else "")
