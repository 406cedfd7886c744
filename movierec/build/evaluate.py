"""How good is a model? Its figures on what people like, beside those of two systems it has to beat.

Protocol: a like is four stars or more; the catalogue is the whole model; MovieLens films are joined by
TMDB id. Users whose ids are odd are asked when *users* is "odd", and then popularity is counted among the
even ones, and the other way round: nobody is recommended what they told us themselves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import Movie, open_artifact
from movierec.build.baselines import classic_lists, popularity_lists
from movierec.build.franchise import franchise_keys
from movierec.build.metrics import head_of, measure, share_of_siblings
from movierec.build.ratings import Likes, read_likes
from movierec.build.series import load_series, rows_of
from movierec.catalogue import Catalogue

__all__ = ["Evaluation", "Row", "evaluate"]

_PARITY = {"even": 0, "odd": 1}


@dataclass(frozen=True)
class Row:
    """One system's figures, each from 0 to 1.

    Attributes:
        ndcg, hit, weighted_ndcg, coverage: see :class:`movierec.build.metrics.Figures`.
        tail_ndcg: nDCG@10 with the 2 % most-liked films taken out of everything.
        franchise: mean share of a film's siblings, by franchise key, in its first ten.
        series: the same share for the sixty series that are listed by hand.
    """

    system: str
    ndcg: float
    hit: float
    weighted_ndcg: float
    tail_ndcg: float
    coverage: float
    franchise: float
    series: float


_HEADINGS = ("nDCG@10", "hit@10", "w-nDCG@10", "tail nDCG@10", "cov@10", "franchise@10", "series@10")


@dataclass(frozen=True)
class Evaluation:
    """What :func:`evaluate` found; ``str()`` of it is a table to read, :meth:`as_dict` is for machines."""

    model: str
    users: str
    user_count: int
    queries: int
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as dicts, lists, texts and numbers."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        width = max(len(row.system) for row in self.rows)
        lines = [
            f"{self.model}: more like this, {self.queries:,} queries of {self.user_count:,} {self.users} users",
            "",
            "  ".join(["system".ljust(width), *_HEADINGS]),
        ]
        for row in self.rows:
            figures = dataclasses.astuple(row)[1:]
            cells = [f"{figure:.3f}".rjust(len(name)) for name, figure in zip(_HEADINGS, figures, strict=True)]
            lines.append("  ".join([row.system.ljust(width), *cells]))
        return "\n".join([*lines, "", *self.notes])


def evaluate(model_path: Path, ratings_dir: Path, *, users: str = "odd") -> Evaluation:
    """Measure a model's lists of similar films, beside the classic system and popularity.

    Args:
        model_path: a model's folder.
        ratings_dir: a MovieLens folder with ``ratings.csv`` and ``links.csv``.
        users: "odd" or "even": whose likes are to be found; the others' make the popularity list.
    Returns:
        A row for each system. The model is measured as it is served: by its stored lists, of which the
        tail figure can use what is left once the most-liked films are taken out.
    Raises:
        ArtifactError: the model cannot be opened.
        SourceError: the ratings cannot be read.
        ValueError: *users* is something else.
    """
    if users not in _PARITY:
        raise ValueError(f'users must be "odd" or "even", not {users!r}')
    artifact = open_artifact(model_path)
    movies = _movies(Catalogue(artifact))
    likes = read_likes(ratings_dir, artifact.ids)
    test, train = likes.only(_PARITY[users]), likes.only(1 - _PARITY[users])
    lists = {
        "classic (seed)": classic_lists(movies, 10 + len(head_of(test.per_film()))),
        "popularity": popularity_lists(train.per_film(), 10 + len(head_of(test.per_film()))),
        "this model": np.asarray(artifact.similar_rows),
    }
    return Evaluation(
        model=str(artifact.manifest.get("name", model_path.name)),
        users=users,
        user_count=len(test.users),
        queries=measure(lists["popularity"], test.liked).queries,
        rows=tuple(_rows(lists, test, movies)),
        notes=likes.notes,
    )


def _movies(catalogue: Catalogue) -> list[Movie]:
    return catalogue.at_rows(range(len(catalogue)))


def _rows(lists: dict[str, NDArray[np.int32]], test: Likes, movies: list[Movie]) -> Iterator[Row]:
    head = head_of(test.per_film())
    siblings: dict[str, list[int]] = {}
    for row, key in enumerate(franchise_keys([film.title for film in movies])):
        if key:
            siblings.setdefault(key, []).append(row)
    listed = [rows_of(series, movies) for series in load_series()]
    for system, rows in lists.items():
        figures = measure(rows, test.liked)
        yield Row(
            system=system,
            ndcg=figures.ndcg,
            hit=figures.hit,
            weighted_ndcg=figures.weighted_ndcg,
            tail_ndcg=measure(rows, test.liked, without=head).ndcg,
            coverage=figures.coverage,
            franchise=share_of_siblings(rows, siblings.values())[0],
            series=share_of_siblings(rows, listed)[0],
        )
