"""The database: where it is, how it is spoken to, how its tables come about.

``database`` is what others use: connections and transactions. ``target`` makes an engine of the settings,
``embedded`` the file that is used where they name no server, ``schema`` the tables, which :mod:`migrations` brings
from one version to the next. ``faults`` tells what drivers say in words for the operator, ``retry`` how often
something is tried again.
"""

from __future__ import annotations

from movierec.db.database import Database

__all__ = ["Database"]
