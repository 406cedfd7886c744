"""Hashers for tests: one that costs next to nothing, one that counts what it does."""

from __future__ import annotations

from argon2 import PasswordHasher

from movierec.auth.passwords import Passwords


def cheap(passes: int = 1) -> Passwords:
    """Return real Argon2id with the smallest parameters."""
    return Passwords(PasswordHasher(time_cost=passes, memory_cost=8, parallelism=1))


class CountingHasher(PasswordHasher):
    """Counts the Argon2 computations: those that ended, whether the password matched or not."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.done: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.done.append("hash")
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        """Count a verification only if its hash is of our parameters: a damaged one costs nothing."""
        if str(hash).startswith("$argon2id$v=19$m=8,t=1,p=1$") and len(hash) == len(self.hash_of_nothing):
            self.done.append("verify")
        return super().verify(hash, password)

    hash_of_nothing = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("")
