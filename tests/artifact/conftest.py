"""What tests of the model on disk share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def model(toy_model: Path, tmp_path: Path) -> Path:
    """A copy of the toy model that a test may break."""
    return Path(shutil.copytree(toy_model, tmp_path / "models" / "default"))
