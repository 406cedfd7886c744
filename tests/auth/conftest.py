"""Accounts in a fresh database of either kind."""

from __future__ import annotations

import pytest

from movierec.auth import Accounts
from movierec.db import Database
from movierec.settings import Settings
from tests.auth.helpers import CHEAP


@pytest.fixture
def accounts(database: Database, settings: Settings) -> Accounts:
    return Accounts(database, settings, passwords=CHEAP)
