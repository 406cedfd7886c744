"""Accounts in a fresh database of either kind."""

from __future__ import annotations

import hypothesis
import pytest

from movierec.db import Database
from movierec.settings import Settings
from tests.auth.clock import Clock
from tests.auth.helpers import CHEAP, Door

# A busy machine is no bug: what must be fast is measured where that is promised.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with few attempts from one address, so that tests need no more."""
    return settings.replace(login_failures_per_address=20)


@pytest.fixture
def door(database: Database, settings: Settings) -> Door:
    return Door(database, settings, passwords=CHEAP)


@pytest.fixture
def clock() -> Clock:
    return Clock()
