"""What is broken inside is refused by verify, and never written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import Movie, open_artifact, verify, write
from movierec.errors import ArtifactMismatch
from tests import toy
from tests.artifact.helpers import FILES, expect_only_verify_refuses, names_in, reseal


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_is_refused_by_verify(model: Path, name: str) -> None:
    """The file is named."""
    content = bytearray((model / name).read_bytes())
    content[-1] ^= 1
    (model / name).write_bytes(content)
    with pytest.raises(ArtifactMismatch, match=f"{name}.*SHA-256"):
        verify(model)


def _set(row: int, column: int, value: float) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[row, column] = value

    return change


FAULTS = [
    ("similar_scores.npy", _set(3, 5, np.nan), "NaN or infinite"),
    ("similar_scores.npy", _set(3, 0, np.inf), "NaN or infinite"),
    ("similar_scores.npy", _set(3, 5, 2.0), "best first"),
    ("similar_scores.npy", _set(14, 13, 0.5), "padded at the end"),
    ("similar_rows.npy", _set(3, 5, 15), "from -1 to 14"),
    ("similar_rows.npy", _set(3, 5, -2), "from -1 to 14"),
    ("similar_rows.npy", _set(3, 5, 3), "own neighbour"),
    ("similar_rows.npy", _set(3, 13, 9), "twice"),  # 9 is Alien³, the first neighbour of row 3, Alien
    ("similar_rows.npy", _set(3, 5, -1), "padded at the end"),
]


@pytest.mark.parametrize(("name", "change", "said"), FAULTS)
def test_arrays_that_make_no_sense_are_refused_by_verify(
    model: Path, name: str, change: Callable[[np.ndarray], None], said: str
) -> None:
    """A faulty build that seals its faults is found out all the same."""
    expect_only_verify_refuses(model, name, change, said)


@pytest.mark.parametrize(("name", "change", "said"), FAULTS)
def test_arrays_that_make_no_sense_are_never_written(
    model: Path, name: str, change: Callable[[np.ndarray], None], said: str
) -> None:
    """The old model stays."""
    rows, scores = toy.tables()
    change(rows if name == "similar_rows.npy" else scores)
    with pytest.raises(ArtifactMismatch, match=said):
        write(model, toy.MOVIES, rows, scores, about={"name": "new"})
    assert open_artifact(model).manifest["name"] == "toy"


@pytest.mark.parametrize(
    ("movies", "rows", "scores", "said"),
    [
        ([], np.zeros((0, 1), int), np.zeros((0, 1)), "0 films"),
        (toy.MOVIES[:2], np.zeros((2, 0), int), np.zeros((2, 0)), "expected"),
        (toy.MOVIES[:2], np.array([[1]]), np.ones((1, 1)), "expected"),
        (toy.MOVIES[:2], np.array([[1], [0]]), np.ones((2, 2)), "expected"),
        (toy.MOVIES[:2], np.array([1, 0]), np.ones(2), "expected"),
        (toy.MOVIES[:2], np.array([[1.0], [0.0]]), np.ones((2, 1)), "integers"),
        (toy.MOVIES[:2], np.array([[1], [2**33]]), np.ones((2, 1)), "from -1 to 1"),
        (toy.MOVIES[:2], np.array([[1], [0]]), np.array([["1"], ["1"]]), "floating-point"),
        (toy.MOVIES[:2], np.array([[-1, 1], [0, -1]]), np.array([[0, -0.5], [1, 0]]), "padded at the end"),
        ((toy.MOVIES[0],) * 2, np.array([[1], [0]]), np.ones((2, 1)), "same movie_id"),
    ],
)
def test_what_does_not_fit_together_is_never_written(
    tmp_path: Path, movies: list[Movie], rows: np.ndarray, scores: np.ndarray, said: str
) -> None:
    """Lengths, shapes, types and ids are checked before anything is touched."""
    with pytest.raises(ArtifactMismatch, match=said):
        write(tmp_path / "m", movies, rows, scores, about={})
    assert names_in(tmp_path) == []


def test_a_score_too_large_for_its_type_is_never_written(tmp_path: Path) -> None:
    """What only storing brings to light is found before the swap."""
    with pytest.raises(ArtifactMismatch, match="NaN or infinite"), np.errstate(over="ignore"):
        write(tmp_path / "m", toy.MOVIES[:2], [[1], [0]], [[1e300], [1.0]], about={})
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("ids", [[99], [1, 0, *range(2, 15)]])
def test_ids_and_catalogue_that_disagree_are_refused_by_verify(model: Path, ids: list[int]) -> None:
    """A film that is not in the catalogue, or two that changed places."""
    array = np.load(model / "ids.npy")
    array[: len(ids)] = ids if len(ids) == 1 else array[ids]
    np.save(model / "ids.npy", array)
    reseal(model)
    open_artifact(model)
    with pytest.raises(ArtifactMismatch, match="do not name the same films"):
        verify(model)


def test_a_sealed_file_that_is_no_database_is_refused_by_verify(model: Path) -> None:
    """SQLite's own complaint is translated, and the file named."""
    (model / "catalogue.sqlite").write_bytes(b"not a database" * 100)
    reseal(model)
    with pytest.raises(ArtifactMismatch, match=r"catalogue\.sqlite"):
        verify(model)
