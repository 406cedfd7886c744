"""Notebook tests (``pytest --nbval-lax notebooks``) run in a home of their own, with the built-in model in it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the home, before any kernel inherits the environment."""
    from movierec.build.pipeline import build

    session.config.stash[_HOME] = home = tempfile.TemporaryDirectory(prefix="movierec-notebooks-")
    build("builtin", None, Path(home.name) / "models" / "default")
    for name in ("DB_HOST", "DB_URL", "MODEL_DIR", "DB_SQLITE_FILE"):
        os.environ.pop(name, None)
    os.environ["MOVIEREC_HOME"] = home.name


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing behind."""
    session.config.stash[_HOME].cleanup()


_HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
