"""A model folder that is there: open it, verify it."""

from __future__ import annotations

import hashlib
import sqlite3
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import catalogue_file
from movierec.artifact.faults import for_you_fault, similar_fault, users_fault
from movierec.artifact.manifest import MAKE_READABLE, read_manifest
from movierec.artifact.model import CATALOGUE, FOR_YOU_FILES, MANIFEST, TRAINED_USERS, Artifact, ForYouTables
from movierec.artifact.swap import steadily
from movierec.errors import ArtifactError, ArtifactMismatch

__all__ = ["open_artifact", "seal", "verify"]


def open_artifact(path: Path) -> Artifact:
    """Open the model at *path*; a millisecond or two.

    Checks manifest, format version, file sizes, shapes and dtypes, and reads nothing else.

    Raises:
        ArtifactMissing: there is no model at *path*.
        ArtifactMismatch: a file is missing, truncated, or of another format or shape; it is named.
        ArtifactError: the operating system refuses to read it.
    """
    return steadily(Path(path), _open)


def verify(path: Path) -> None:
    """Read every byte of the model at *path* and check it.

    On top of what :func:`open_artifact` checks: hashes, that ids and catalogue agree, that the
    neighbours of a film are rows of other films, each once, best first, with finite scores, and that
    the tables for likes are of films of the model, in order and finite.

    Raises:
        ArtifactError: as :func:`open_artifact`.
    """
    steadily(Path(path), _verify)


def seal(file: Path) -> dict[str, Any]:
    """Return what the manifest tells of a file: its size and its hash."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"size_bytes": file.stat().st_size, "sha256": digest}


def _open(folder: Path) -> Artifact:
    manifest = read_manifest(folder / MANIFEST)
    n, k, users = manifest["films"], manifest["neighbours"], manifest.get("trained_users")
    for name, sealed in manifest["files"].items():
        _check_size(folder / name, sealed["size_bytes"])
    try:
        connection = catalogue_file.connect(folder / CATALOGUE)
    except sqlite3.Error as error:
        raise ArtifactError(f"{folder / CATALOGUE}: {error}", hint=MAKE_READABLE) from error
    artifact = Artifact(
        path=folder,
        manifest=manifest,
        ids=_map(folder / "ids.npy", (n,), np.int64),
        similar_rows=_map(folder / "similar_rows.npy", (n, k), np.int32),
        similar_scores=_map(folder / "similar_scores.npy", (n, k), np.float32),
        for_you=_open_for_you(folder, manifest),
        trained=_map(folder / TRAINED_USERS, (users,), np.uint64) if users else None,
        connection=connection,
    )
    weakref.finalize(artifact, connection.close)
    return artifact


def _open_for_you(folder: Path, manifest: Mapping[str, Any]) -> ForYouTables | None:
    if "liked_films" not in manifest:
        return None
    n, m, wide = manifest["films"], manifest["liked_films"], manifest["wide_neighbours"]
    rows, weights, similar_rows, similar_scores, kinds = (folder / name for name in FOR_YOU_FILES)
    return ForYouTables(
        rows=_map(rows, (m,), np.int32),
        weights=_map(weights, (m, m), np.float32),
        similar_rows=_map(similar_rows, (n, wide), np.int32),
        similar_scores=_map(similar_scores, (n, wide), np.float32),
        kinds=_map(kinds, (n,), np.uint64),
    )


def _check_size(file: Path, size_bytes: int) -> None:
    try:
        found_bytes = file.stat().st_size
    except FileNotFoundError:
        raise ArtifactMismatch(f"{file} is missing") from None
    except OSError as error:
        raise ArtifactError(f"{file}: {error.strerror}", hint=MAKE_READABLE) from error
    if found_bytes != size_bytes:
        raise ArtifactMismatch(f"{file} has {found_bytes} bytes, the manifest says {size_bytes}")


def _map(file: Path, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    try:
        # Not np.load, which takes a file for a zip archive or a pickle when it looks like one.
        array = np.lib.format.open_memmap(file, mode="r")
    except OSError as error:
        raise ArtifactError(f"{file}: {error.strerror}", hint=MAKE_READABLE) from error
    except ValueError as error:
        raise ArtifactMismatch(f"{file} is not a plain array: {error!s:.100}") from error
    if array.shape != shape or array.dtype != dtype:
        raise ArtifactMismatch(f"{file}: {array.dtype} {array.shape}, expected {np.dtype(dtype)} {shape}")
    return np.asarray(array)  # a plain view: memmap's own indexing is ten times slower


def _verify(folder: Path) -> None:
    artifact = _open(folder)
    for name, sealed in artifact.manifest["files"].items():
        if seal(folder / name) != sealed:
            raise ArtifactMismatch(f"{folder / name} is not the file that was written: another SHA-256")
    fault = similar_fault(artifact.ids, artifact.similar_rows, artifact.similar_scores)
    if artifact.for_you:
        fault = fault or for_you_fault(artifact.for_you, len(artifact.ids))
    if fault := fault or users_fault(artifact.trained_users()):
        raise ArtifactMismatch(f"{folder}: {fault}")
    try:
        films = artifact.connection.execute('SELECT "row", movie_id FROM films ORDER BY "row"').fetchall()
    except sqlite3.Error as error:
        raise ArtifactMismatch(f"{artifact.catalogue_file}: {error}") from error
    if films != list(enumerate(artifact.ids.tolist())):
        raise ArtifactMismatch(f"{artifact.catalogue_file} and ids.npy do not name the same films")
