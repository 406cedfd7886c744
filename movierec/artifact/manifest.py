"""The manifest of a model: reading it, and saying in words what is wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from movierec.artifact.model import FILES, FOR_YOU_FILES, TRAINED_USERS
from movierec.errors import ArtifactError, ArtifactMismatch, ArtifactMissing

__all__ = ["FORMAT_VERSION", "MAKE_READABLE", "MODEL_FILE", "read_manifest"]

FORMAT_VERSION = 1
# What a folder may hold to count as a model, whole or broken, and so be replaced by a new one.
MODEL_FILE = re.compile(r"manifest\.json|catalogue\.sqlite|(ids|similar|foryou|trained)\w*\.npy")
MAKE_READABLE = "Make it readable for the user that runs movierec."
_HALF_LIKES = 1e-6, 1e6  # scores are divided by what is made of it
_MISSING = object()


def read_manifest(file: Path) -> dict[str, Any]:
    """Return what *file* says: of this format, with all files and counts.

    Raises:
        ArtifactMissing: there is no such file.
        ArtifactMismatch: it is damaged or of another format; the key is named, and what was expected.
        ArtifactError: the operating system refuses to read it.
    """
    try:
        manifest = json.loads(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise ArtifactMissing(f"there is no model at {file.parent}") from None
    except OSError as error:
        raise ArtifactError(f"{file}: {error.strerror}", hint=MAKE_READABLE) from error
    except RecursionError:
        raise _damaged(file, "not JSON that anybody has written: lists within lists within lists") from None
    except ValueError as error:
        raise _damaged(file, f"not JSON: {error!s:.100}") from error
    if not isinstance(manifest, dict):
        raise _damaged(file, _expected("it", "an object", manifest))
    version = manifest.get("format_version", _MISSING)
    if version is _MISSING:
        raise _damaged(file, _expected('"format_version"', "a whole number", version))
    if type(version) is not int or version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        raise ArtifactMismatch(
            f"{file}: the model has format {version!r:.20}, this program reads {FORMAT_VERSION}",
            hint="Update movierec, or build the model again: movierec build" if newer else None,
        )
    if fault := _files_fault(manifest) or _about_fault(manifest):
        raise _damaged(file, fault)
    return manifest


def _damaged(file: Path, fault: str) -> ArtifactMismatch:
    return ArtifactMismatch(f"{file} is damaged: {fault}")


def _files_fault(manifest: dict[str, Any]) -> str:
    """Say what is wrong with the files that are named and the counts of what is in them, or nothing."""
    files, required, counts = manifest.get("files", _MISSING), [*FILES], ["films", "neighbours"]
    if not isinstance(files, dict):
        return _expected('"files"', "an object that names each file", files)
    if manifest.keys() & {"liked_films", "wide_neighbours"} or files.keys() & set(FOR_YOU_FILES):
        required += FOR_YOU_FILES
        counts += ["liked_films", "wide_neighbours"]
    if "trained_users" in manifest or TRAINED_USERS in files:
        required.append(TRAINED_USERS)
        counts.append("trained_users")
    for name, sealed in files.items():
        if not MODEL_FILE.fullmatch(name):
            return f'"files" names {json.dumps(name):.60}, which is no file of a model'
        if not isinstance(sealed, dict):
            return _expected(f'"{name}" of "files"', "an object with size_bytes and sha256", sealed)
    for name in required:
        if name not in files:
            return f'"files" must name {name}, and does not'
    numbers = {f'"{count}"': manifest.get(count, _MISSING) for count in counts}
    numbers |= {f'"size_bytes" of {name}': sealed.get("size_bytes", _MISSING) for name, sealed in files.items()}
    for key, number in numbers.items():
        if type(number) is not int or number <= 0:
            return _expected(key, "a whole number above 0", number)
    return ""


def _about_fault(manifest: dict[str, Any]) -> str:
    """Say what is wrong with what the build tells about itself, as far as anything is made of it, or nothing."""
    name, recipe, trained_on = manifest.get("name", ""), manifest.get("recipe", {}), manifest.get("trained_on", {})
    if not isinstance(name, str):
        return _expected('"name"', "a text", name)
    if not isinstance(recipe, dict):
        return _expected('"recipe"', "an object", recipe)
    if not isinstance(trained_on, dict):
        return _expected('"trained_on"', "an object", trained_on)
    people, for_you = trained_on.get("user_count", 0), recipe.get("for_you", {})
    if type(people) is not int or people < 0:
        return _expected('"trained_on.user_count"', "a whole number", people)
    if not isinstance(for_you, dict):
        return _expected('"recipe.for_you"', "an object", for_you)
    (low, high), half_likes = _HALF_LIKES, for_you.get("half_likes", 1)
    if type(half_likes) not in (int, float) or not low <= half_likes <= high:  # nor is NaN
        return _expected('"recipe.for_you.half_likes"', f"a number from {low:f} to {high:,.0f}", half_likes)
    return ""


def _expected(key: str, what: str, found: object) -> str:
    # As it stands in the file, and safe to print: JSON escapes what would play with the terminal.
    return f"{key} must be {what}, " + ("and is missing" if found is _MISSING else f"not {json.dumps(found):.40}")
