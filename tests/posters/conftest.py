"""A TMDB of our own, and stores that ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from movierec.posters import PosterStore
from movierec.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.posters.clock import Clock
from tests.toy import MOVIES


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(MOVIES) as fake:
        yield fake


@pytest.fixture
def asking(settings: Settings, tmdb: FakeTmdb) -> Settings:
    """Settings that lead to the fake TMDB."""
    return tmdb.settings(settings)


@pytest.fixture
def store(asking: Settings) -> Iterator[PosterStore]:
    with closing(PosterStore(asking)) as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(asking: Settings, clock: Clock) -> Iterator[PosterStore]:
    """A store whose time is the test's."""
    with closing(PosterStore(asking, clock=clock, sleep=clock.sleep)) as store:
        yield store
