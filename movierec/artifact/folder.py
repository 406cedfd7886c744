"""The model folder: write it, open it, verify it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from movierec.artifact import catalogue_file
from movierec.artifact.movie import Movie
from movierec.artifact.swap import replacing, steadily, sync
from movierec.errors import ArtifactError, ArtifactMismatch, ArtifactMissing, ArtifactNotWritten

__all__ = ["Artifact", "open_artifact", "verify", "write"]

_FORMAT_VERSION = 1
_MANIFEST, _CATALOGUE = "manifest.json", "catalogue.sqlite"
_FILES = (_CATALOGUE, "ids.npy", "similar_rows.npy", "similar_scores.npy")
# What a folder may hold to count as a model, whole or broken, and so be replaced by a new one.
_MODEL_FILE = re.compile(r"manifest\.json|catalogue\.sqlite|(ids|similar|foryou)\w*\.npy")
_MAKE_READABLE = "Make it readable for the user that runs movierec."


@dataclass(frozen=True, kw_only=True, eq=False)
class Artifact:
    """An open model. Its arrays are memory-mapped: read-only, and shared by all processes."""

    path: Path
    manifest: Mapping[str, Any]
    ids: NDArray[np.int64]  # (n,)
    similar_rows: NDArray[np.int32]  # (n, K)
    similar_scores: NDArray[np.float32]  # (n, K)
    connection: sqlite3.Connection  # to catalogue.sqlite; for catalogue.py, which locks it

    @property
    def catalogue_file(self) -> Path:
        return self.path / _CATALOGUE


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
    neighbours of a film are rows of other films, each once, best first, with finite scores.

    Raises:
        ArtifactError: as :func:`open_artifact`.
    """
    steadily(Path(path), _verify)


def write(
    out: Path,
    movies: Sequence[Movie],
    similar_rows: ArrayLike,
    similar_scores: ArrayLike,
    *,
    about: Mapping[str, Any],
) -> Path:
    """Write a model and put it in the place of the one at *out*, whole or not at all.

    Args:
        movies: n films in order of renown, best known first: their positions are the rows.
        similar_rows: (n, K) integers, the most similar films of each row, best first; -1 pads.
        similar_scores: (n, K) their scores, descending; 0 pads.
        about: what else the manifest tells: name, source, licence, recipe, evaluation, …
    Returns:
        *out*, resolved.
    Raises:
        ArtifactMismatch: films and arrays do not fit together; says how.
        ArtifactNotWritten: no room, no permission, or something else stands at *out*.
    """
    out = Path(out).resolve()
    ids = np.array([movie.movie_id for movie in movies], np.int64)
    rows, scores = np.asarray(similar_rows), np.asarray(similar_scores)
    if fault := _fault(ids, rows, scores):
        raise ArtifactMismatch(f"{out} was not written: {fault}", hint="")
    try:
        with replacing(out, replaceable=_is_model) as new:
            _write_catalogue(new / _CATALOGUE, movies)
            _write_array(new / "ids.npy", ids)
            _write_array(new / "similar_rows.npy", rows.astype(np.int32))
            _write_array(new / "similar_scores.npy", scores.astype(np.float32))
            manifest = {
                "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
                **about,
                "format_version": _FORMAT_VERSION,
                "films": len(ids),
                "neighbours": rows.shape[1],
                "files": {name: _seal(new / name) for name in _FILES},
            }
            _write_file(new / _MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False).encode())
            verify(new)
    except OSError as error:
        raise ArtifactNotWritten(f"{out} was not written: {error}") from error
    return out


def _is_model(folder: Path) -> bool:
    return all(_MODEL_FILE.fullmatch(child.name) and child.is_file() for child in folder.iterdir())


def _write_catalogue(file: Path, movies: Sequence[Movie]) -> None:
    try:
        catalogue_file.create(file, movies)
    except sqlite3.Error as error:
        raise ArtifactNotWritten(f"{file}: {error}") from error
    sync(file)


def _write_array(file: Path, array: NDArray[Any]) -> None:
    # By way of memory: numpy's own writing to files reports a full disk without saying so.
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    _write_file(file, content.getvalue())


def _write_file(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
        sync(file)
    except OSError as error:
        raise ArtifactNotWritten(f"{file}: {error.strerror}") from error


def _seal(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"size_bytes": file.stat().st_size, "sha256": digest}


def _open(folder: Path) -> Artifact:
    manifest = _read_manifest(folder / _MANIFEST)
    n, k = manifest["films"], manifest["neighbours"]
    for name, sealed in manifest["files"].items():
        _check_size(folder / name, sealed["size_bytes"])
    try:
        connection = catalogue_file.connect(folder / _CATALOGUE)
    except sqlite3.Error as error:
        raise ArtifactError(f"{folder / _CATALOGUE}: {error}", hint=_MAKE_READABLE) from error
    artifact = Artifact(
        path=folder,
        manifest=manifest,
        ids=_map(folder / "ids.npy", (n,), np.int64),
        similar_rows=_map(folder / "similar_rows.npy", (n, k), np.int32),
        similar_scores=_map(folder / "similar_scores.npy", (n, k), np.float32),
        connection=connection,
    )
    weakref.finalize(artifact, connection.close)
    return artifact


def _read_manifest(file: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(file.read_bytes())
        version = manifest["format_version"]
    except (FileNotFoundError, NotADirectoryError):
        raise ArtifactMissing(f"there is no model at {file.parent}") from None
    except OSError as error:
        raise ArtifactError(f"{file}: {error.strerror}", hint=_MAKE_READABLE) from error
    except (ValueError, TypeError, KeyError) as error:
        raise ArtifactMismatch(f"{file} is damaged: {error!r:.100}") from error
    if version != _FORMAT_VERSION:
        newer = isinstance(version, int) and version > _FORMAT_VERSION
        raise ArtifactMismatch(
            f"{file}: the model has format {version!r:.20}, this program reads {_FORMAT_VERSION}",
            hint="Update movierec, or build the model again: movierec build" if newer else None,
        )
    try:
        counts, files = (manifest["films"], manifest["neighbours"]), manifest["files"]
        sizes = [sealed["size_bytes"] for sealed in files.values()]
        whole = all(type(number) is int and number > 0 for number in (*counts, *sizes))
        if not whole or not set(_FILES) <= set(files) or not all(map(_MODEL_FILE.fullmatch, files)):
            raise ValueError("counts or files")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArtifactMismatch(f"{file} is damaged: {error!r:.100}") from error
    return cast(dict[str, Any], manifest)


def _check_size(file: Path, size_bytes: int) -> None:
    try:
        found_bytes = file.stat().st_size
    except FileNotFoundError:
        raise ArtifactMismatch(f"{file} is missing") from None
    except OSError as error:
        raise ArtifactError(f"{file}: {error.strerror}", hint=_MAKE_READABLE) from error
    if found_bytes != size_bytes:
        raise ArtifactMismatch(f"{file} has {found_bytes} bytes, the manifest says {size_bytes}")


def _map(file: Path, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    try:
        # Not np.load, which takes a file for a zip archive or a pickle when it looks like one.
        array = np.lib.format.open_memmap(file, mode="r")
    except OSError as error:
        raise ArtifactError(f"{file}: {error.strerror}", hint=_MAKE_READABLE) from error
    except ValueError as error:
        raise ArtifactMismatch(f"{file} is not a plain array: {error!s:.100}") from error
    if array.shape != shape or array.dtype != dtype:
        raise ArtifactMismatch(f"{file}: {array.dtype} {array.shape}, expected {np.dtype(dtype)} {shape}")
    return np.asarray(array)  # a plain view: memmap's own indexing is ten times slower


def _verify(folder: Path) -> None:
    artifact = _open(folder)
    for name, sealed in artifact.manifest["files"].items():
        if _seal(folder / name) != sealed:
            raise ArtifactMismatch(f"{folder / name} is not the file that was written: another SHA-256")
    if fault := _fault(artifact.ids, artifact.similar_rows, artifact.similar_scores):
        raise ArtifactMismatch(f"{folder}: {fault}")
    try:
        films = artifact.connection.execute('SELECT "row", movie_id FROM films ORDER BY "row"').fetchall()
    except sqlite3.Error as error:
        raise ArtifactMismatch(f"{artifact.catalogue_file}: {error}") from error
    if films != list(enumerate(artifact.ids.tolist())):
        raise ArtifactMismatch(f"{artifact.catalogue_file} and ids.npy do not name the same films")


def _fault(ids: NDArray[Any], rows: NDArray[Any], scores: NDArray[Any]) -> str:
    """Say what is wrong with the arrays, or nothing."""
    n = len(ids)
    if n == 0 or rows.ndim != 2 or len(rows) != n or rows.shape[1] == 0 or scores.shape != rows.shape:
        return f"{n} films, similar rows {rows.shape}, scores {scores.shape}: expected n > 0, (n, K), (n, K)"
    if scores.dtype.kind != "f" or not np.isfinite(scores).all():
        return "a score is NaN or infinite, or not a floating-point number"
    if rows.dtype.kind not in "iu" or rows.min() < -1 or rows.max() >= n:
        return f"similar rows must be integers from -1 to {n - 1}"
    if len(np.unique(ids)) != n:
        return "two films have the same movie_id"
    ordered, used = np.sort(rows, axis=1), rows >= 0
    itself = rows == np.arange(n)[:, None]
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    if itself.any() or twice.any():
        return "a film is its own neighbour, or has one twice"
    misplaced = used[:, 1:] & (~used[:, :-1] | (scores[:, 1:] > scores[:, :-1]))
    if misplaced.any() or scores[~used].any():
        return "the neighbours of a film are not best first, padded at the end"
    return ""
