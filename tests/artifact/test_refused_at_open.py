"""What is broken is refused by name, at open, without being read."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import open_artifact, verify
from movierec.errors import ArtifactMismatch, ArtifactMissing
from tests.artifact.helpers import FILES, reseal
from tests.faults import in_child


@pytest.mark.parametrize("make", [Path.exists, Path.mkdir, Path.touch])
def test_no_model_says_how_to_build_one(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """No folder, an empty folder, a file in its place: the path is named, and `movierec build`."""
    make(tmp_path / "nothing")
    for look in (open_artifact, verify):
        with pytest.raises(ArtifactMissing, match="nothing") as caught:
            look(tmp_path / "nothing")
        assert "movierec build" in caught.value.hint


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused_at_open(model: Path, name: str) -> None:
    """The file is named, and building again is advised."""
    content = (model / name).read_bytes()
    (model / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ArtifactMismatch, match=name) as caught:
        open_artifact(model)
    assert "movierec build" in caught.value.hint


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_at_open(model: Path, name: str) -> None:
    """The file is named."""
    (model / name).unlink()
    with pytest.raises(ArtifactMismatch, match=f"{name} is missing"):
        open_artifact(model)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged: not JSON: Expecting value: line 1"),
        (b"{", "damaged: not JSON: Expecting property name"),
        (b"\xff\xfe", "damaged: not JSON: Expecting value"),
        (b"\x80{}", "damaged: not JSON: 'utf-8' codec can't decode byte 0x80"),
        (b"[" * 100_000, "damaged: not JSON that anybody has written"),
        (b"[]", r"damaged: it must be an object, not \[\]$"),
        (b"null", "damaged: it must be an object, not null$"),
        (b"{}", 'damaged: "format_version" must be a whole number, and is missing$'),
        (b'{"format_version": 0}', "format 0"),
        (b'{"format_version": true}', "format True"),
        (b'{"format_version": "one"}', "format 'one'"),
        (b'{"format_version": 1}', 'damaged: "files" must be an object that names each file, and is missing$'),
        (
            b'{"format_version": 1, "files": []}',
            r"damaged: .files. must be an object that names each file, not \[\]$",
        ),
        (b'{"format_version": 1, "files": {}}', "damaged: .files. must name catalogue.sqlite, and does not$"),
    ],
)
def test_a_manifest_that_says_nothing_useful_is_refused(model: Path, content: bytes, said: str) -> None:
    """Whatever stands in manifest.json, the answer is one named error that names the file and what is wrong."""
    (model / "manifest.json").write_bytes(content)
    with pytest.raises(ArtifactMismatch, match=rf"manifest\.json.*{said}"):
        open_artifact(model)


def a_size(value: object) -> dict[str, object]:
    return {"files": {"ids.npy": {"size_bytes": value}}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"films": "15"}, '"films" must be a whole number above 0, not "15"'),
        ({"films": 0}, '"films" must be a whole number above 0, not 0'),
        ({"neighbours": None}, '"neighbours" must be a whole number above 0, not null'),
        ({"neighbours": True}, '"neighbours" must be a whole number above 0, not true'),
        ({"liked_films": 8}, '"files" must name foryou_rows.npy, and does not'),
        ({"trained_users": 8}, '"files" must name trained_users.npy, and does not'),
        ({"files": {"ids.npy": 7}}, '"ids.npy" of "files" must be an object with size_bytes and sha256, not 7'),
        (a_size("x"), '"size_bytes" of ids.npy must be a whole number above 0, not "x"'),
        ({"files": {"../\n": {}}}, r'"files" names "../\n", which is no file of a model'),
        ({"name": 7}, '"name" must be a text, not 7'),
        ({"recipe": 7}, '"recipe" must be an object, not 7'),
        ({"recipe": {"for_you": [7]}}, '"recipe.for_you" must be an object, not [7]'),
        ({"recipe": {"for_you": {"half_likes": float("nan")}}},
         '"recipe.for_you.half_likes" must be a number from 0.000001 to 1,000,000, not NaN'),
        ({"trained_on": "me"}, '"trained_on" must be an object, not "me"'),
        ({"trained_on": {"user_count": "seven"}}, '"trained_on.user_count" must be a whole number, not "seven"'),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value.split(",")[0],
)  # fmt: skip
def test_what_is_wrong_with_a_manifest_is_told_in_words(
    model: Path, change: dict[str, dict[str, object]], said: str
) -> None:
    """The key, what was expected and what stands there; not what Python says when it stumbles over it."""
    manifest = json.loads((model / "manifest.json").read_text())
    files = manifest["files"] | change.get("files", {})
    (model / "manifest.json").write_text(json.dumps(manifest | change | {"files": files}))
    with pytest.raises(ArtifactMismatch) as caught:
        open_artifact(model)
    assert str(caught.value) == f"{model / 'manifest.json'} is damaged: {said}"
    assert caught.value.hint == "Build it again: movierec build"


@pytest.mark.parametrize(
    "recipe",
    [None, "by hand", [], {"for_you": None}, {"for_you": [14]}]
    + [
        {"for_you": {"half_likes": value}}
        for value in (0, -1, float("nan"), float("inf"), 10**400, "14", None, True)
    ],
)
def test_a_recipe_that_nothing_can_be_scored_by_is_refused(model: Path, recipe: object) -> None:
    """At open, and not at each recommendation; a recipe without the number is none of these."""
    manifest = json.loads((model / "manifest.json").read_text())
    for sound in ({}, {"for_you": {}}, {"for_you": {"half_likes": 16}}, {"for_you": {"half_likes": 0.5}}):
        (model / "manifest.json").write_text(json.dumps(manifest | {"recipe": sound}))
        open_artifact(model)
    (model / "manifest.json").write_text(json.dumps(manifest | {"recipe": recipe}))
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json is damaged"):
        open_artifact(model)


def test_files_outside_the_model_are_not_looked_at(model: Path) -> None:
    """A manifest cannot point out of its folder."""
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["files"]["../../etc/passwd"] = {"size_bytes": 1, "sha256": ""}
    (model / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json is damaged"):
        open_artifact(model)


def test_a_newer_format_says_to_update(model: Path) -> None:
    """Building again with an old program is not the first thing to try."""
    manifest = json.loads((model / "manifest.json").read_text())
    (model / "manifest.json").write_text(json.dumps(manifest | {"format_version": 2}))
    with pytest.raises(ArtifactMismatch, match="format 2, this program reads 1") as caught:
        open_artifact(model)
    assert "Update movierec" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("ids.npy", np.arange(14)),
        ("ids.npy", np.arange(15, dtype=np.int32)),
        ("ids.npy", np.arange(15.0)),
        ("similar_rows.npy", np.zeros((15, 13), np.int32)),
        ("similar_rows.npy", np.zeros((14, 14), np.int32)),
        ("similar_rows.npy", np.zeros(15 * 14, np.int32)),
        ("similar_scores.npy", np.zeros((15, 13), np.float32)),
        ("similar_scores.npy", np.zeros((15, 14), np.float64)),
    ],
)
def test_arrays_of_another_shape_or_type_are_refused_at_open(model: Path, name: str, array: np.ndarray) -> None:
    """The file is named even when its size and hash are as the manifest says."""
    np.save(model / name, array)
    reseal(model)
    with pytest.raises(ArtifactMismatch, match=name):
        open_artifact(model)


class _Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("name", FILES[1:])
@pytest.mark.parametrize("form", ["object array", "pickle", "zip"])
def test_nothing_is_ever_unpickled(model: Path, tmp_path: Path, name: str, form: str) -> None:
    """A pickle in an array's place is refused unread, sealed or not."""
    trap = _Trap(tmp_path / "sprung")
    if form == "object array":
        np.save(model / name, np.array([trap], object), allow_pickle=True)
    elif form == "pickle":
        (model / name).write_bytes(pickle.dumps(trap))
    else:
        np.savez(tmp_path / "x.npz", a=np.array([trap], object))
        (tmp_path / "x.npz").rename(model / name)
    reseal(model)
    for look in (open_artifact, verify):
        with pytest.raises(ArtifactMismatch, match=name):
            look(model)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", ["manifest.json", *FILES])
def test_a_file_that_may_not_be_read_is_named(toy_model: Path, open_folder: Path, name: str) -> None:
    """Without permission the error names the file and says what to do; it is not "build again"."""
    model = Path(shutil.copytree(toy_model, open_folder / "m"))
    (model / name).chmod(0)
    answer = in_child(lambda: verify(model), as_nobody=True)
    assert answer.startswith(f"ArtifactError: {model / name}")
    assert "readable" in answer


def test_opening_reads_neither_arrays_nor_catalogue(model: Path) -> None:
    """Damage inside the files costs nothing at open; that is what verify is for."""
    for name in FILES:
        content = bytearray((model / name).read_bytes())
        content[-1] ^= 0xFF
        (model / name).write_bytes(content)
    (model / "catalogue.sqlite").write_bytes(bytes((model / "catalogue.sqlite").stat().st_size))
    open_artifact(model)
    with pytest.raises(ArtifactMismatch):
        verify(model)
