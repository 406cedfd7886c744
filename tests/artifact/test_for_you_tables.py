"""The optional parts of a model: tables for likes, and who they were learned from."""

from __future__ import annotations

import dataclasses
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import ForYouTables, open_artifact, verify, write
from movierec.errors import ArtifactMismatch
from tests import toy
from tests.artifact.helpers import expect_only_verify_refuses, reseal

TABLES = (
    "foryou_rows.npy",
    "foryou_weights.npy",
    "foryou_similar_rows.npy",
    "foryou_similar_scores.npy",
    "foryou_kinds.npy",
)
FILES = (*TABLES, "trained_users.npy")
FIELD_OF = dict(zip(TABLES, ("rows", "weights", "similar_rows", "similar_scores", "kinds"), strict=True))


@pytest.fixture
def model(rated_toy_model: Path, tmp_path: Path) -> Path:
    """A copy of the toy model with tables of likes that a test may break."""
    return Path(shutil.copytree(rated_toy_model, tmp_path / "models" / "default"))


def edit_manifest(model: Path, change: Callable[[dict], object]) -> None:
    manifest = json.loads((model / "manifest.json").read_text())
    change(manifest)
    (model / "manifest.json").write_text(json.dumps(manifest))


# ------------------------------------------------------------------------------- written and read


def test_what_was_written_is_read(rated_toy_model: Path) -> None:
    """The five arrays and the fingerprints come back in the types of the format, mapped and read-only."""
    opened = open_artifact(rated_toy_model)
    given = toy.for_you_tables()
    dtypes = {"rows": np.int32, "weights": np.float32, "similar_rows": np.int32, "similar_scores": np.float32}
    dtypes["kinds"] = np.uint64
    for field, dtype in dtypes.items():
        array = getattr(opened.for_you, field)
        assert array.dtype == dtype
        assert np.array_equal(array, getattr(given, field))
        assert isinstance(array.base, np.memmap)
        assert not array.flags.writeable
    assert opened.trained_users().dtype == np.uint64
    assert opened.trained_users().tolist() == [3, 2**63, 2**64 - 1]
    verify(rated_toy_model)


def test_wider_types_are_stored_in_those_of_the_format(tmp_path: Path) -> None:
    """What numpy makes by default may be given, in any order of memory."""
    given = toy.for_you_tables()
    wide = ForYouTables(
        rows=given.rows.astype(np.int64),
        weights=np.asfortranarray(given.weights.astype(np.float64)),
        similar_rows=given.similar_rows.astype(np.int64),
        similar_scores=given.similar_scores.astype(np.float64),
        kinds=given.kinds,
    )
    opened = open_artifact(write(tmp_path / "m", toy.MOVIES, *toy.tables(), about={}, for_you=wide))
    assert opened.for_you is not None
    assert np.array_equal(opened.for_you.weights, given.weights)
    assert opened.for_you.rows.dtype == opened.for_you.similar_rows.dtype == np.int32


def test_a_model_without_ratings_has_neither(toy_model: Path) -> None:
    """No tables and no users, and no file of theirs."""
    opened = open_artifact(toy_model)
    assert opened.for_you is None
    assert opened.trained_users().tolist() == []
    assert not [file.name for file in toy_model.iterdir() if file.name in FILES]


def test_nobody_is_the_same_as_no_users(tmp_path: Path) -> None:
    """An empty array of users is not stored."""
    nobody = np.zeros(0, np.uint64)
    out = write(tmp_path / "m", toy.MOVIES, *toy.tables(), about={}, trained_users=nobody)
    assert open_artifact(out).trained_users().tolist() == []


def test_opening_reads_no_array_and_takes_milliseconds(tmp_path: Path) -> None:
    """3,000 films, 1,500 of them liked: damage is not seen, and the best of ten openings takes under 5 ms."""
    n, m = 3000, 1500
    movies = [dataclasses.replace(toy.MOVIES[-1], movie_id=row) for row in range(n)]
    rows, scores = (np.arange(n)[:, None] + 1) % n, np.ones((n, 1))
    likes = ForYouTables(
        rows=np.arange(m),
        weights=np.zeros((m, m)),
        similar_rows=rows,
        similar_scores=scores,
        kinds=np.zeros(n, np.uint64),
    )
    users = np.arange(9, dtype=np.uint64)
    out = write(tmp_path / "m", movies, rows, scores, about={}, for_you=likes, trained_users=users)
    for name in FILES:
        content = bytearray((out / name).read_bytes())
        content[-1] ^= 0xFF
        (out / name).write_bytes(content)
    taken = []
    for _ in range(10):
        begun = time.perf_counter()
        open_artifact(out)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.005
    with pytest.raises(ArtifactMismatch):
        verify(out)


# ------------------------------------------------------------------------------- refused at open


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_or_missing_file_is_refused_at_open(model: Path, name: str) -> None:
    """The file is named, and building again is advised."""
    content = (model / name).read_bytes()
    (model / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ArtifactMismatch, match=name) as caught:
        open_artifact(model)
    assert "movierec build" in caught.value.hint
    (model / name).unlink()
    with pytest.raises(ArtifactMismatch, match=f"{name} is missing"):
        open_artifact(model)


@pytest.mark.parametrize("name", FILES)
def test_a_manifest_that_leaves_one_of_the_files_out_is_refused(model: Path, name: str) -> None:
    """All four tables or none: part of them serves nobody."""
    edit_manifest(model, lambda manifest: manifest["files"].pop(name))
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json is damaged"):
        open_artifact(model)


@pytest.mark.parametrize("count", ["liked_films", "wide_neighbours", "trained_users"])
@pytest.mark.parametrize("value", [None, 0, -1, 1.0, True, "8", []])
def test_a_count_that_is_none_is_refused(model: Path, count: str, value: object) -> None:
    """So is one that is missing while its files are there."""
    edit_manifest(model, lambda manifest: manifest.update({count: value}))
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json is damaged"):
        open_artifact(model)
    edit_manifest(model, lambda manifest: manifest.pop(count))
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json is damaged"):
        open_artifact(model)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("foryou_rows.npy", np.arange(7, dtype=np.int32)),
        ("foryou_rows.npy", np.arange(8)),
        ("foryou_weights.npy", np.zeros((8, 7), np.float32)),
        ("foryou_weights.npy", np.zeros(64, np.float32)),
        ("foryou_weights.npy", np.zeros((8, 8))),
        ("foryou_similar_rows.npy", np.zeros((15, 3), np.int32)),
        ("foryou_similar_rows.npy", np.zeros((14, 4), np.int32)),
        ("foryou_similar_scores.npy", np.zeros((15, 4), np.float64)),
        ("trained_users.npy", np.zeros(3, np.int64)),
        ("trained_users.npy", np.zeros(2, np.uint64)),
    ],
)
def test_arrays_of_another_shape_or_type_are_refused_at_open(model: Path, name: str, array: np.ndarray) -> None:
    """The file is named even when its size and hash are as the manifest says; eight films have likes."""
    np.save(model / name, array)
    reseal(model)
    with pytest.raises(ArtifactMismatch, match=name):
        open_artifact(model)


# ------------------------------------------------------------------------------- refused by verify


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_is_refused_by_verify(model: Path, name: str) -> None:
    """The file is named."""
    content = bytearray((model / name).read_bytes())
    content[-1] ^= 1
    (model / name).write_bytes(content)
    open_artifact(model)
    with pytest.raises(ArtifactMismatch, match=f"{name}.*SHA-256"):
        verify(model)


def _set(place: int | tuple[int, int], value: float) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[place] = value

    return change


FAULTS = [
    ("foryou_rows.npy", _set(0, -1), "from 0 to 14, ascending"),
    ("foryou_rows.npy", _set(7, 15), "from 0 to 14, ascending"),
    ("foryou_rows.npy", _set(0, 14), "from 0 to 14, ascending"),
    ("foryou_rows.npy", _set(0, 2), "each once"),  # 2 is Up, the second film with likes
    ("foryou_weights.npy", _set((1, 2), np.nan), "weight is NaN or infinite"),
    ("foryou_weights.npy", _set((1, 2), -np.inf), "weight is NaN or infinite"),
    ("foryou_weights.npy", _set((3, 3), 0.1), "weight of a film for itself"),
    ("foryou_similar_rows.npy", _set((3, 0), 15), "for-you similar rows must be integers from -1 to 14"),
    ("foryou_similar_rows.npy", _set((3, 0), 3), "own neighbour"),
    ("foryou_similar_rows.npy", _set((0, 1), 8), "twice"),  # 8 is Batman of 1989, the first of row 0
    ("foryou_similar_rows.npy", _set((0, 0), -1), "padded at the end"),
    ("foryou_similar_scores.npy", _set((0, 0), np.inf), "for-you similar score is NaN or infinite"),
    ("foryou_similar_scores.npy", _set((0, 1), 9), "best first"),
    ("foryou_similar_scores.npy", _set((14, 3), 1), "padded at the end"),
]


@pytest.mark.parametrize(("name", "change", "said"), FAULTS)
def test_tables_that_make_no_sense_are_refused_by_verify(
    model: Path, name: str, change: Callable[[np.ndarray], None], said: str
) -> None:
    """A faulty build that seals its faults is found out all the same."""
    expect_only_verify_refuses(model, name, change, said)


@pytest.mark.parametrize(("name", "change", "said"), FAULTS)
def test_tables_that_make_no_sense_are_never_written(
    model: Path, name: str, change: Callable[[np.ndarray], None], said: str
) -> None:
    """The model that is there stays."""
    tables = toy.for_you_tables()
    change(getattr(tables, FIELD_OF[name]))
    with pytest.raises(ArtifactMismatch, match=said):
        write(model, toy.MOVIES, *toy.tables(), about={"name": "new"}, for_you=tables)
    assert open_artifact(model).manifest["name"] == "toy"


@pytest.mark.parametrize(
    ("field", "array", "said"),
    [
        ("rows", np.zeros(0, int), "m > 0"),
        ("rows", np.arange(7), "expected"),
        ("rows", np.arange(8.0), "integers"),
        ("rows", np.zeros((8, 1), int), "expected"),
        ("weights", np.zeros((8, 7)), "expected"),
        ("weights", np.zeros((8, 8), int), "floating-point"),
        ("similar_rows", np.full((14, 4), -1), "expected"),
        ("similar_rows", np.full((15, 0), -1), "expected"),
        ("similar_scores", np.zeros((15, 3)), "expected"),
        ("kinds", np.zeros(14, np.uint64), "expected"),
        ("kinds", np.zeros(15, np.int64), "uint64"),
    ],
)
def test_what_does_not_fit_together_is_never_written(
    tmp_path: Path, field: str, array: np.ndarray, said: str
) -> None:
    """Shapes and types are checked before anything is touched."""
    tables = dataclasses.replace(toy.for_you_tables(), **{field: array})
    with pytest.raises(ArtifactMismatch, match=said):
        write(tmp_path / "m", toy.MOVIES, *toy.tables(), about={}, for_you=tables)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("users", [[3, 2], [2, 2]])
def test_users_out_of_order_are_refused_by_verify_and_never_written(model: Path, users: list[int]) -> None:
    """Ascending, each once: an evaluation looks them up."""
    wrong = np.array([1, *users], np.uint64)
    with pytest.raises(ArtifactMismatch, match="ascending"):
        write(model, toy.MOVIES, *toy.tables(), about={}, trained_users=wrong)
    np.save(model / "trained_users.npy", wrong)
    reseal(model)
    with pytest.raises(ArtifactMismatch, match="ascending"):
        verify(model)


def test_a_model_with_tables_is_replaced_by_one_without(model: Path) -> None:
    """Its files count as those of a model."""
    write(model, toy.MOVIES, *toy.tables(), about={})
    assert open_artifact(model).for_you is None
