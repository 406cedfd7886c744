"""Password hashes: Argon2id, and the classic app's SHA-256 until its owner next logs in."""

from __future__ import annotations

import hashlib
import hmac
import re

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

__all__ = ["MAX_CHARS", "Passwords"]

MAX_CHARS = 1024  # no person's password is longer; hashing more would be work for an attacker's asking

# OWASP Password Storage Cheat Sheet, minimum for Argon2id. 28 ms on the machine this was made on;
# the library's own default takes 64 MiB and 160 ms, for each of many visitors at once.
MEMORY_KIB = 19_456  # 19 MiB
PASSES = 2
LANES = 1

_CLASSIC = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)


class Passwords:
    """Hashes and verifies; every verification costs one Argon2 computation, whatever is stored.

    Args:
        hasher: other parameters or, in tests, one that counts.
    """

    def __init__(self, hasher: PasswordHasher | None = None):
        self._hasher = hasher or PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        # Well formed, of our parameters, and nobody's: it costs as much as a real one and never
        # matches. Built, not computed: a first login that cost more would tell names apart.
        self._nobodys = (
            f"$argon2id$v=19$m={self._hasher.memory_cost},t={self._hasher.time_cost}"
            f",p={self._hasher.parallelism}${'A' * 22}${'A' * 43}"
        )

    def hash(self, password: str) -> str:
        """Return a new Argon2id hash with a salt of its own, 97 characters."""
        return self._hasher.hash(_as_bytes(password))

    def verify(self, stored: object, password: object) -> bool:
        """Return whether *password* is the one behind *stored*.

        Args:
            stored: an Argon2 hash, a classic SHA-256 in hex, or anything else (None for an unknown
                name, a damaged hash), which no password matches.
            password: what came from the visitor; no password is anything but text of at most
                :data:`MAX_CHARS`.
        """
        if not isinstance(password, str) or len(password) > MAX_CHARS:
            self._matches(self._nobodys, b"")
            return False
        given = _as_bytes(password)
        if not isinstance(stored, str) or not stored.startswith("$argon2"):
            self._matches(self._nobodys, given)
            return isinstance(stored, str) and _is_classic(stored, given)
        try:
            return self._matches(stored, given)
        except (InvalidHashError, VerificationError):  # damaged: it failed before any work was done
            self._matches(self._nobodys, given)
            return False

    def needs_rehash(self, stored: str) -> bool:
        """Return whether *stored*, just verified, is classic or made with other parameters."""
        return not stored.startswith("$argon2") or self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, given: bytes) -> bool:
        try:
            return self._hasher.verify(stored, given)
        except VerifyMismatchError:
            return False


def _as_bytes(password: str) -> bytes:
    # Exactly as received, lone surrogates included, which a browser can send and UTF-8 refuses.
    return password.encode("utf-8", "surrogatepass")


def _is_classic(stored: str, given: bytes) -> bool:
    """Whether *stored* is the hex of the unsalted SHA-256 of *given*."""
    if not _CLASSIC.fullmatch(stored):
        return False
    return hmac.compare_digest(stored.lower(), hashlib.sha256(given).hexdigest())
