"""Write a model folder, whole or not at all."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from movierec.artifact import catalogue_file
from movierec.artifact.faults import for_you_fault, similar_fault, users_fault
from movierec.artifact.folder import seal, verify
from movierec.artifact.manifest import FORMAT_VERSION, MODEL_FILE
from movierec.artifact.model import CATALOGUE, FOR_YOU_FILES, MANIFEST, TRAINED_USERS, ForYouTables
from movierec.artifact.movie import Movie
from movierec.artifact.swap import replacing, sync
from movierec.errors import ArtifactMismatch, ArtifactNotWritten

__all__ = ["write"]


def write(
    out: Path,
    movies: Sequence[Movie],
    similar_rows: ArrayLike,
    similar_scores: ArrayLike,
    *,
    about: Mapping[str, Any],
    for_you: ForYouTables | None = None,
    trained_users: NDArray[np.uint64] | None = None,
) -> Path:
    """Write a model and put it in the place of the one at *out*, whole or not at all.

    Args:
        movies: n films in order of renown, best known first: their positions are the rows.
        similar_rows: (n, K) integers, the most similar films of each row, best first; -1 pads.
        similar_scores: (n, K) their scores, descending; 0 pads.
        about: what else the manifest tells: name, source, licence, recipe, evaluation, …
        for_you: what was learned from likes; integers and floats may be of wider types than those of the format,
            but kinds are uint64.
        trained_users: (u,) fingerprints of those whose likes they were, ascending.
    Returns:
        *out*, resolved.
    Raises:
        ArtifactMismatch: films and arrays do not fit together; says how.
        ArtifactNotWritten: no room, no permission, or something else stands at *out*.
    """
    out = Path(out).resolve()
    ids = np.array([movie.movie_id for movie in movies], np.int64)
    rows, scores = np.asarray(similar_rows), np.asarray(similar_scores)
    users = np.zeros(0, np.uint64) if trained_users is None else np.asarray(trained_users)
    fault = similar_fault(ids, rows, scores) or users_fault(users)
    if fault := fault or (for_you_fault(for_you, len(ids)) if for_you else ""):
        raise ArtifactMismatch(f"{out} was not written: {fault}", hint="")
    counts = {"films": len(ids), "neighbours": rows.shape[1]}
    arrays: dict[str, NDArray[Any]] = {
        "ids.npy": ids,
        "similar_rows.npy": rows.astype(np.int32),
        "similar_scores.npy": _float32(scores),
    }
    if for_you:
        counts |= {"liked_films": len(for_you.rows), "wide_neighbours": for_you.similar_rows.shape[1]}
        arrays |= dict(zip(FOR_YOU_FILES, _as_stored(for_you), strict=True))
    if len(users):
        counts["trained_users"] = len(users)
        arrays[TRAINED_USERS] = users
    try:
        with replacing(out, replaceable=_is_model) as new:
            _write_catalogue(new / CATALOGUE, movies)
            for name, array in arrays.items():
                _write_file(new / name, *_parts(array))
            manifest = {
                "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
                **about,
                "format_version": FORMAT_VERSION,
                **counts,
                "files": {name: seal(new / name) for name in (CATALOGUE, *arrays)},
            }
            _write_file(new / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False).encode())
            verify(new)
    except OSError as error:
        raise ArtifactNotWritten(f"{out} was not written: {error}") from error
    return out


def _as_stored(tables: ForYouTables) -> list[NDArray[Any]]:
    """Return the five arrays in the order of their files."""
    return [
        tables.rows.astype(np.int32),
        _float32(tables.weights),
        tables.similar_rows.astype(np.int32),
        _float32(tables.similar_scores),
        tables.kinds,
    ]


def _float32(array: NDArray[Any]) -> NDArray[np.float32]:
    return array.astype(np.float32, copy=False)


def _is_model(folder: Path) -> bool:
    return all(MODEL_FILE.fullmatch(child.name) and child.is_file() for child in folder.iterdir())


def _write_catalogue(file: Path, movies: Sequence[Movie]) -> None:
    try:
        catalogue_file.create(file, movies)
    except sqlite3.Error as error:
        raise ArtifactNotWritten(f"{file}: {error}") from error
    sync(file)


def _parts(array: NDArray[Any]) -> tuple[bytes, memoryview]:
    """Return the header of a ``.npy`` file and its data, uncopied where it is in order."""
    # Not np.save: its own writing to files reports a full disk without saying so.
    array = np.ascontiguousarray(array)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return header.getvalue(), array.data.cast("B")


def _write_file(file: Path, *parts: bytes | memoryview) -> None:
    try:
        with file.open("wb") as content:
            for part in parts:
                content.write(part)
        sync(file)
    except OSError as error:
        raise ArtifactNotWritten(f"{file}: {error.strerror}") from error
