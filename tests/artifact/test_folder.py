"""A model on disk: what is written is what is read."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import open_artifact, verify
from tests import toy
from tests.artifact.helpers import FILES, names_in, write_numbered


def test_what_was_written_is_read(toy_model: Path) -> None:
    """Ids, rows and scores come back as they were given, in the types that the format names."""
    opened = open_artifact(toy_model)
    rows, scores = toy.tables()
    assert opened.ids.dtype == np.int64
    assert opened.ids.tolist() == [movie.movie_id for movie in toy.MOVIES]
    assert opened.similar_rows.dtype == np.int32
    assert np.array_equal(opened.similar_rows, rows)
    assert opened.similar_scores.dtype == np.float32
    assert np.array_equal(opened.similar_scores, scores)
    verify(toy_model)


def test_the_manifest_tells_what_the_model_is(toy_model: Path) -> None:
    """Name, source and licence as given; counts, build time, and every other file's size and hash."""
    manifest = json.loads((toy_model / "manifest.json").read_text())
    assert (manifest["name"], manifest["source"], manifest["licence"]) == ("toy", "tests/toy.py", "MIT")
    assert (manifest["format_version"], manifest["films"], manifest["neighbours"]) == (1, 15, 14)
    assert manifest["built_at"].endswith("+00:00")
    assert set(manifest["files"]) == set(FILES) == set(names_in(toy_model)) - {"manifest.json"}
    for name, sealed in manifest["files"].items():
        content = (toy_model / name).read_bytes()
        assert sealed == {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_the_arrays_are_mapped_and_read_only(toy_model: Path) -> None:
    """A kernel shares the arrays with all others and cannot change them."""
    opened = open_artifact(toy_model)
    for array in (opened.ids, opened.similar_rows, opened.similar_scores):
        assert isinstance(array.base, np.memmap)
        assert not array.flags.writeable


def test_other_users_may_read_a_new_model(tmp_path: Path) -> None:
    """What root builds, a server without privileges can open: modes follow the umask."""
    old = os.umask(0o022)
    try:
        model = write_numbered(tmp_path / "m", 3)
    finally:
        os.umask(old)
    assert stat.S_IMODE(model.stat().st_mode) == 0o755
    assert {stat.S_IMODE(file.stat().st_mode) for file in model.iterdir()} == {0o644}


@pytest.mark.parametrize("name", ["a model", "50%", "what?", "mod#l", "m[1]*", "modèle"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    """Characters that mean something in addresses and patterns are just characters."""
    for n in (3, 4):
        model = write_numbered(tmp_path / name, n)
    assert open_artifact(model).connection.execute("SELECT count(*) FROM films").fetchall() == [(4,)]
    assert names_in(tmp_path) == [name]


def test_a_new_model_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Whoever has the old one open keeps it; whoever opens now gets the new one; nothing else is left."""
    out = tmp_path / "deep" / "default"
    write_numbered(out, 3)
    before = open_artifact(out)
    write_numbered(out, 4)
    assert before.ids.tolist() == [3000, 3001, 3002]
    assert before.connection.execute("SELECT movie_id FROM films WHERE row = 0").fetchall() == [(3000,)]
    assert open_artifact(out).ids.tolist() == [4000, 4001, 4002, 4003]
    assert names_in(out.parent) == ["default"]


def test_a_link_to_a_model_stays_a_link(tmp_path: Path) -> None:
    """Building into a symbolic link replaces what it points to."""
    target = write_numbered(tmp_path / "disk" / "m", 3)
    link = tmp_path / "default"
    link.symlink_to(target)
    write_numbered(link, 4)
    assert link.is_symlink()
    assert len(open_artifact(link).ids) == len(open_artifact(target).ids) == 4
