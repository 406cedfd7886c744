"""The database: where it is, how it is spoken to, how its tables come about."""

from __future__ import annotations

from movierec.db.database import Database

__all__ = ["Database"]
