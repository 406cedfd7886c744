"""From a source to a model on disk."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from movierec import artifact
from movierec.artifact import Movie
from movierec.build.features import FIELDS, YEAR_SCALE, YEAR_WEIGHT, describe
from movierec.build.franchise import franchise_keys, series_keys
from movierec.build.neighbours import nearest
from movierec.build.progress import Progress
from movierec.build.sources import Source, read_source

__all__ = ["Built", "build", "with_series"]

NEIGHBOURS = 100


@dataclass(frozen=True)
class Built:
    """What :func:`build` made; ``str()`` of it is what a person wants to know.

    Attributes:
        path: the model's folder.
        notes: what the source lacked or had wrong, with counts.
    """

    path: Path
    source: str
    films: int
    seconds: float
    notes: tuple[str, ...]

    def __str__(self) -> str:
        made = f"{self.films:,} films from {self.source} in {self.seconds:.1f} s: {self.path}"
        return "\n".join([*self.notes, made])


def build(
    source_name: str, data_dir: Path | None, out: Path, *, k: int = NEIGHBOURS, progress: Progress | None = None
) -> Built:
    """Read a source, compare its films with one another, write the model and put it in place.

    Args:
        source_name: one of :data:`movierec.build.sources.NAMES`.
        data_dir: the folder with the source's files; None for ``builtin``.
        out: where the model goes; one that is there already is replaced once the new one is whole.
        k: how many similar films are kept for each.
        progress: told of every stage; one that writes to stderr by default.
    Raises:
        SourceError: the data is missing or malformed; nothing was written.
        ArtifactError: the model could not be written; the old one is as it was.

    TMDB-5000: about 2 s on one core; benchmarks/build.py.
    """
    begun = time.perf_counter()
    tell = progress or Progress()
    try:
        tell("Reading films")
        source = read_source(source_name, data_dir)
        tell("Describing films")
        features = describe(with_series(source.movies))
        k = max(1, min(k, len(source.movies) - 1))
        rows, scores = nearest(features, k, progress=lambda done, n: tell("Comparing films", done, n))
        tell("Writing the model")
        about = _about(source, k=k, prior=bool(features.prior.any()), seconds=time.perf_counter() - begun)
        # The model is served with fewer siblings than it is made with: a page gives them as a reason.
        movies = with_series(source.movies, keys_of=series_keys)
        path = artifact.write(out, movies, rows, scores, about=about)
    finally:
        tell.finish()
    return Built(path, source.name, len(source.movies), time.perf_counter() - begun, source.notes)


def with_series(
    movies: Sequence[Movie], *, keys_of: Callable[[Sequence[str]], list[str]] = franchise_keys
) -> tuple[Movie, ...]:
    """Return *movies* with their ``series`` filled in: the key of those that have siblings."""
    keys = keys_of([film.title for film in movies])
    return tuple(dataclasses.replace(film, series=key) for film, key in zip(movies, keys, strict=True))


def _about(source: Source, *, k: int, prior: bool, seconds: float) -> dict[str, Any]:
    return {
        "name": source.name,
        "source": source.name,
        "licence": source.licence,
        "build_seconds": round(seconds, 2),
        "recipe": {
            "name": "content",
            "fields": {field.name: field.weight for field in FIELDS},
            "year": {"weight": YEAR_WEIGHT, "scale_years": YEAR_SCALE},
            "prior": prior,
            "k": k,
        },
        "notes": list(source.notes),
    }
