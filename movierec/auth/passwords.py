"""Password hashes: Argon2id, and the classic app's SHA-256 until its owner next logs in."""

from __future__ import annotations

import hashlib
import hmac
import re

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from movierec.settings import Settings

__all__ = ["MAX_CHARS", "Passwords"]

MAX_CHARS = 1024  # no person's password is longer; hashing more would be work for an attacker's asking

# The settings' defaults and least values are OWASP's minimum for Argon2id (Password Storage Cheat Sheet): 28 ms on
# the machine this was made on. The library's own default takes 64 MiB and 160 ms, for each of many visitors.
LANES = 1
_LEAST_KIB = 8  # what Argon2 takes at least for each lane

_CLASSIC = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)


class Passwords:
    """Hashes and verifies; every verification costs what one of our parameters costs, whatever is stored.

    Args:
        hasher: with the parameters for new hashes.
    """

    def __init__(self, hasher: PasswordHasher):
        self._hasher = hasher
        # Well formed, of our parameters, and nobody's: it costs as much as a real one and never
        # matches. Built, not computed: a first login that cost more would tell names apart.
        self._nobodys = (
            f"$argon2id$v=19$m={self._hasher.memory_cost},t={self._hasher.time_cost}"
            f",p={self._hasher.parallelism}${'A' * 22}${'A' * 43}"
        )

    @classmethod
    def of(cls, settings: Settings) -> Passwords:
        """Return what hashes with the parameters of the settings."""
        return cls(
            PasswordHasher(
                time_cost=settings.argon2_passes,
                memory_cost=settings.argon2_memory_kib,
                parallelism=LANES,
                type=Type.ID,
            )
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
            return self._matches(stored, given) or self._make_up_for(stored, given)
        except (InvalidHashError, VerificationError):  # damaged: it failed before any work was done
            self._matches(self._nobodys, given)
            return False

    def needs_rehash(self, stored: str) -> bool:
        """Return whether *stored*, just verified, is classic or cheaper to guess than a new hash would be.

        A hash with higher parameters stays: another server, or an earlier setting, wanted it so.
        """
        if not stored.startswith("$argon2"):
            return True
        its = extract_parameters(stored)
        return (
            its.type is not Type.ID
            or its.memory_cost < self._hasher.memory_cost
            or its.time_cost < self._hasher.time_cost
        )

    def _make_up_for(self, stored: str, given: bytes) -> bool:
        """Spend what verifying *stored* has cost less than a hash of our parameters; return False.

        After the parameters were raised, an account whose owner has not logged in since would otherwise answer a
        wrong password sooner than a name that does not exist.
        """
        its, passes = extract_parameters(stored), self._hasher.time_cost
        missing_kib = self._hasher.memory_cost - its.memory_cost * its.time_cost // passes
        if missing_kib >= _LEAST_KIB:
            PasswordHasher(time_cost=passes, memory_cost=missing_kib, parallelism=LANES).hash(given)
        return False

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
