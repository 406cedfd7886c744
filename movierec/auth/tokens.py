"""What lets somebody in: random, and stored only as what it was made into."""

from __future__ import annotations

import hashlib
import re
import secrets

__all__ = ["as_code", "digest", "new_code", "new_token"]

_TOKEN_BYTES = 32  # 256 bits; OWASP ASVS 5.0, 7.2.3 asks for 128
# Crockford's 32 letters: no I, L, O or U, which people mistake for 1, 0 and V.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS = 24  # 120 bits: enough to be stored as a plain hash (ASVS 6.5.2 asks for 112)
_GROUPS = 6
_MISTAKEN = str.maketrans("ILO", "110")


def new_token() -> str:
    """Return 256 random bits as 43 characters that cookies and addresses can hold."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_code() -> str:
    """Return a code for a person to type: 120 random bits as six groups of four letters and digits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
    size = _CODE_LETTERS // _GROUPS
    return "-".join(letters[start : start + size] for start in range(0, _CODE_LETTERS, size))


def as_code(typed: str) -> str:
    """Return what somebody typed as :func:`new_code` writes it, whatever case, spaces and dashes they used."""
    return re.sub(r"[^0-9A-Z]", "", typed[:200].upper()).translate(_MISTAKEN)


def digest(secret: str) -> str:
    """Return the SHA-256 of *secret* in hex, 64 characters: enough for what cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
