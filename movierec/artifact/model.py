"""An open model: its arrays, the connection to its films, the names of its files."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CATALOGUE",
    "FILES",
    "FOR_YOU_FILES",
    "MANIFEST",
    "TRAINED_USERS",
    "Artifact",
    "ForYouTables",
    "KindSets",
]

MANIFEST, CATALOGUE = "manifest.json", "catalogue.sqlite"
FILES = (CATALOGUE, "ids.npy", "similar_rows.npy", "similar_scores.npy")  # every model has these
FOR_YOU_FILES = (
    "foryou_rows.npy",
    "foryou_weights.npy",
    "foryou_similar_rows.npy",
    "foryou_similar_scores.npy",
    "foryou_kinds.npy",
)
TRAINED_USERS = "trained_users.npy"


class KindSets(NamedTuple):
    """The different sets of kinds that n films are of: hundreds, of thousands of films.

    Attributes:
        sets: (s, 64) uint8, 1 for the kinds in each, that of the lowest bit first.
        of_films: (n,) which of them each film has.
        films: (64,) how many films are of each kind.
    """

    sets: NDArray[np.uint8]
    of_films: NDArray[np.intp]
    films: NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class ForYouTables:
    """What was learned from people's ratings, for recommendations from many films; n films, m of them rated.

    Attributes:
        rows: (m,) int32, ascending: the rows of the films for which there are weights.
        weights: (m, m) float32: ``weights[i, j]`` is what a like of the film at ``rows[i]`` adds to the one at
            ``rows[j]``; the diagonal is 0.
        similar_rows: (n, W) int32: a wider table of similar films, best first, for few likes; -1 pads.
        similar_scores: (n, W) float32: its scores, descending; 0 pads.
        kinds: (n,) uint64: the kinds of film that each is, a bit for each kind.
    """

    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    similar_rows: NDArray[np.int32]
    similar_scores: NDArray[np.float32]
    kinds: NDArray[np.uint64]

    @cached_property
    def kind_sets(self) -> KindSets:
        """What *kinds* say, ready to reckon with: worked out once, where it is asked for."""
        sets, of_films, counts = np.unique(self.kinds, return_inverse=True, return_counts=True)
        by_byte = sets.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
        bits = np.unpackbits(by_byte, axis=1, bitorder="little")
        return KindSets(bits, of_films, counts @ bits)


@dataclass(frozen=True, kw_only=True, eq=False)
class Artifact:
    """An open model. Its arrays are memory-mapped: read-only, and shared by all processes.

    Attributes:
        ids: (n,) int64, the movie_id of each row.
        similar_rows, similar_scores: (n, K) int32 and float32, the most similar films of each row.
        for_you: None where the model was made without ratings.
        trained: (u,) uint64, what :meth:`trained_users` returns; None where the model was made without ratings.
        connection: to catalogue.sqlite; for the room catalogue, which locks it.
    """

    path: Path
    manifest: Mapping[str, Any]
    ids: NDArray[np.int64]
    similar_rows: NDArray[np.int32]
    similar_scores: NDArray[np.float32]
    for_you: ForYouTables | None
    trained: NDArray[np.uint64] | None
    connection: sqlite3.Connection

    @property
    def catalogue_file(self) -> Path:
        return self.path / CATALOGUE

    def trained_users(self) -> NDArray[np.uint64]:
        """Return (u,) fingerprints, ascending, of the people whose ratings the model was made with.

        An evaluation refuses to ask them; empty where there were none.
        """
        return np.zeros(0, np.uint64) if self.trained is None else np.array(self.trained)
