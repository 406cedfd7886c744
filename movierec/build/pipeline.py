"""From a source to a model on disk."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from movierec import artifact
from movierec.artifact import Movie
from movierec.build import for_you, more_like_this
from movierec.build.features import YEAR_SCALE, Recipe, describe, kind_names, recipe_for
from movierec.build.franchise import franchise_keys, series_keys
from movierec.build.more_like_this import MoreLikeThis, facts_to_show
from movierec.build.neighbours import nearest
from movierec.build.progress import Progress
from movierec.build.ratings import Likes, read_likes
from movierec.build.sources import read_source
from movierec.errors import InvalidArgument, SourceError

__all__ = ["USERS", "Built", "build", "with_series"]

NEIGHBOURS = 100
USERS = ("all", "even", "odd")  # whose ratings are learned from, by user id


@dataclass(frozen=True)
class Built:
    """What :func:`build` made; ``str()`` of it is what a person wants to know.

    Attributes:
        path: the model's folder.
        notes: what the source and the ratings lacked or had wrong, with counts.
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
    source_name: str,
    data_dir: Path | None,
    out: Path,
    *,
    ratings_dir: Path | None = None,
    users: str = "all",
    k: int = NEIGHBOURS,
    progress: Progress | None = None,
) -> Built:
    """Read a source, compare its films with one another, write the model and put it in place.

    Args:
        source_name: one of :data:`movierec.build.sources.NAMES`.
        data_dir: the folder with the source's files; None for ``builtin``.
        out: where the model goes; one that is there already is replaced once the new one is whole.
        ratings_dir: a MovieLens folder; without one, films are compared by their facts alone.
        users: one of :data:`USERS`; half of them is for measuring the model on the other half.
        k: how many similar films are kept for each.
        progress: told of every stage; one that writes to stderr by default.
    Raises:
        SourceError: the data is missing or malformed; nothing was written.
        InvalidArgument: *users* is something else, or chooses where there are no ratings; or a folder was named
            for a source that reads none.
        ArtifactError: the model could not be written; the old one is as it was.

    How long it takes, and how much memory: docs/performance.md.
    """
    if users not in USERS or (users != "all" and not ratings_dir):
        raise InvalidArgument(
            f"users must be one of {', '.join(USERS)}, and all without ratings: {users!r:.40}",
            hint="Name the ratings that they gave: --ratings DIR; or leave --users out.",
        )
    begun = time.perf_counter()
    tell = progress or Progress()
    try:
        tell("Reading films")
        source = read_source(source_name, data_dir)
        likes = None
        if ratings_dir:
            tell("Reading ratings")
            likes = _likes(source.movies, ratings_dir, users)
        tell("Describing films")
        movies = with_series(source.movies)
        recipe = recipe_for(source)
        features = describe(movies, recipe)
        taste = MoreLikeThis(likes.liked, facts_to_show(movies)) if likes else None
        k = max(1, min(k, len(source.movies) - 1))
        rows, scores = nearest(
            features, k, taste=taste, progress=lambda done, n: tell("Comparing films", done, n)
        )  # fmt: skip
        tables = None
        if likes:
            tell("Learning from likes")
            tables = for_you.for_you_tables(
                likes, features, progress=lambda done, n: tell("Learning from likes", done, n)
            )
        tell("Writing the model")
        notes = source.notes + (likes.notes if likes else ())
        about = {
            "name": source.name,
            "source": source.name,
            "licence": source.licence,
            "recipe": _told(recipe, movies, k=k, prior=bool(features.prior.any()), rated=likes is not None),
            **({"trained_on": _trained_on(likes, ratings_dir, users)} if likes and ratings_dir else {}),
            "build_seconds": round(time.perf_counter() - begun, 2),
            "notes": list(notes),
        }
        path = artifact.write(
            out,
            # The model is served with fewer siblings than it is made with: a page gives them as a reason.
            with_series(source.movies, keys_of=series_keys),
            rows,
            scores,
            about=about,
            for_you=tables,
            trained_users=np.unique(likes.fingerprints) if likes else None,
        )
    finally:
        tell.finish()
    return Built(path, source.name, len(source.movies), time.perf_counter() - begun, notes)


def _likes(movies: Sequence[Movie], folder: Path, users: str) -> Likes:
    """Return what the chosen users like; a model that would learn from nobody is refused."""
    likes = read_likes(folder, np.array([film.movie_id for film in movies], dtype=np.int64))
    if users != "all":
        likes = likes.only(USERS.index(users) - 1)
    if not likes.liked.nnz:
        whom = "nobody" if users == "all" else f"nobody whose id is {users}"
        raise SourceError(
            f"{whom} likes a film of the model",
            file=folder / "ratings.csv",
            hint="A like is four stars or more, and links.csv tells the TMDB id of a film. Take other ratings"
            + (" or other users, or build without them." if users != "all" else ", or build without them."),
        )
    return likes


def with_series(
    movies: Sequence[Movie], *, keys_of: Callable[[Sequence[str]], list[str]] = franchise_keys
) -> tuple[Movie, ...]:
    """Return *movies* with their ``series`` filled in: the key of those that have siblings."""
    keys = keys_of([film.title for film in movies])
    return tuple(dataclasses.replace(film, series=key) for film, key in zip(movies, keys, strict=True))


def _told(recipe: Recipe, movies: Sequence[Movie], *, k: int, prior: bool, rated: bool) -> dict[str, Any]:
    """Return what the manifest tells of how the model was made."""
    content = {
        "name": "content and likes" if rated else "content",
        "fields": {field.name: field.weight for field in recipe.fields},
        "year": {"weight": recipe.year_weight, "scale_years": YEAR_SCALE},
        "prior": prior,
        "k": k,
    }
    if not rated:
        return content
    # In the order of their bits in the model's kinds, from the lowest.
    several = for_you.PARAMETERS | {"kinds": kind_names(movies)}
    return content | {"likes": more_like_this.PARAMETERS, "for_you": several}


def _trained_on(likes: Likes, ratings_dir: Path, users: str) -> dict[str, Any]:
    return {
        "ratings": ratings_dir.resolve().name,
        "users": users,
        "user_count": len(likes.users),
        "likes": int(likes.liked.nnz),
    }
