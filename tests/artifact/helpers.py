"""Models to break, and the seals of broken ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import Movie, open_artifact, verify, write
from movierec.errors import ArtifactMismatch

FILES = ("catalogue.sqlite", "ids.npy", "similar_rows.npy", "similar_scores.npy")


def write_numbered(out: Path, n: int, *, k: int = 1) -> Path:
    """Write a model of *n* films whose neighbours are the next *k*; its name is *n*."""
    movies = [Movie(movie_id=1000 * n + row, title=f"Film {n} {row}") for row in range(n)]
    rows = (np.arange(n)[:, None] + np.arange(1, k + 1)) % n
    return write(out, movies, rows, np.ones((n, k)), about={"name": str(n)})


def reseal(model: Path) -> None:
    """Make the manifest's sizes and hashes those of the files, as a faulty build would have done."""
    manifest = json.loads((model / "manifest.json").read_text())
    for name in manifest["files"]:
        content = (model / name).read_bytes()
        manifest["files"][name] = {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (model / "manifest.json").write_text(json.dumps(manifest))


def expect_only_verify_refuses(model: Path, name: str, change: Callable[[np.ndarray], None], said: str) -> None:
    """A faulty build that seals its faults: what *change* does to an array is not seen at opening."""
    array = np.load(model / name)
    change(array)
    np.save(model / name, array)
    reseal(model)
    open_artifact(model)
    with pytest.raises(ArtifactMismatch, match=said):
        verify(model)


def names_in(folder: Path) -> list[str]:
    return sorted(child.name for child in folder.iterdir())
