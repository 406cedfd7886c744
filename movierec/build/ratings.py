"""MovieLens files, read as who likes what."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from movierec.build.csvfile import read_csv, require_folder
from movierec.build.fingerprints import fingerprints
from movierec.build.records import Record, Tally
from movierec.errors import SourceError

__all__ = ["Likes", "read_likes"]

LIKE = 4.0  # stars out of five; from here on a rating is a like
_STARS = (0.5, 5.0)


@dataclass(frozen=True)
class Likes:
    """Who likes what.

    Attributes:
        users: (u,) int64, ascending: the user ids.
        liked: (u, n) sparse booleans: which of the model's n films, by row, each of them likes.
        notes: what was left out, with counts; one sentence each.
        fingerprints: (u,) uint64: by which a model knows later who trained it; empty where likes are not
            from a file.
        stars: (u, n) float32, sparse: all ratings, likes or not; None where only likes are known.
    """

    users: NDArray[np.int64]
    liked: sparse.csr_array
    notes: tuple[str, ...] = ()
    fingerprints: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    stars: sparse.csr_array | None = None

    def only(self, parity: int) -> Likes:
        """Return the users whose ids are even (0) or odd (1)."""
        return self.at(np.flatnonzero(self.users % 2 == parity))

    def at(self, places: NDArray[np.intp]) -> Likes:
        """Return the users at *places*, in that order."""
        prints = self.fingerprints[places] if len(self.fingerprints) else self.fingerprints
        stars = None if self.stars is None else self.stars[places]
        return Likes(self.users[places], self.liked[places], self.notes, prints, stars)

    def per_film(self) -> NDArray[np.int64]:
        """Return (n,) how many of the users like each film."""
        return np.bincount(self.liked.indices, minlength=self.liked.shape[1])


def read_likes(folder: Path, ids: NDArray[np.int64]) -> Likes:
    """Read ``ratings.csv`` and ``links.csv`` of a MovieLens release.

    Of several ratings of one film by one user the last in the file counts.

    Args:
        folder: columns are found by the names in the headers. ``ratings.csv`` without one is refused;
            ``links.csv`` without one is read in MovieLens's order, and a note says so.
        ids: (n,) the TMDB id of each row of the model.
    Raises:
        SourceError: the folder, a file or a column is missing, empty or malformed, or no rating is of a film in
            *ids*.
    """
    require_folder(folder, hint="Name the folder of a MovieLens release: it holds ratings.csv and links.csv.")
    ratings, links = Tally(folder / "ratings.csv"), Tally(folder / "links.csv")
    rows_by_film = _rows_by_film(links, {int(movie_id): row for row, movie_id in enumerate(ids)})
    users, films, stars = _read_ratings(ratings)
    last = _last_of_each(users, films)
    notes = [f"ratings.csv: {len(users):,} ratings by {len(np.unique(users)):,} users", *ratings.notes()]
    if repeated := len(users) - len(last):
        notes.append(f"ratings.csv: a film rated again by the same user, the last counts: {repeated:,}")
    users, films, stars = users[last], films[last], stars[last]
    names, film_of = np.unique(films, return_inverse=True)
    rows = np.array([rows_by_film.get(int(name), _UNLINKED) for name in names], dtype=np.int64)[film_of]
    for code, what in ((_UNLINKED, "not in links.csv"), (_NO_ROW, "without a tmdbId, or not in the model")):
        if missing := int((rows == code).sum()):
            what = f"of films {what}, left out: {missing:,} (films: {len(np.unique(films[rows == code])):,})"
            notes.append(f"ratings.csv: {what}")
    if not (rows >= 0).any():
        raise SourceError(
            "no rating is of a film in the model", file=ratings.file, hint="Is links.csv of the same release?"
        )
    people, person_of = np.unique(users, return_inverse=True)
    rated = _rated(person_of[rows >= 0], rows[rows >= 0], stars[rows >= 0], (len(people), len(ids)))
    liked = sparse.csr_array(rated >= LIKE)
    return Likes(people, liked, (*notes, *links.notes()), fingerprints(users, films, stars), rated)


def _rated(
    people: NDArray[np.int64], rows: NDArray[np.int64], stars: NDArray[np.float64], shape: tuple[int, int]
) -> sparse.csr_array:
    """Return stars by person and row; of two MovieLens films that are one film at TMDB the higher ones."""
    upwards = np.argsort(stars, kind="stable")
    kept = upwards[_last_of_each(people[upwards], rows[upwards])]
    rated = sparse.coo_array((stars[kept].astype(np.float32), (people[kept], rows[kept])), shape)
    return rated.tocsr()


_UNLINKED, _NO_ROW = -2, -1
_LINKS = ("movieId", "imdbId", "tmdbId")  # in the order that MovieLens documents


def _rows_by_film(tally: Tally, rows: dict[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    # ids alone cannot be mistaken for one another here, so a lost header costs a note and not the file.
    for line, values in read_csv(tally.file, ("movieId", "tmdbId"), without_header=_LINKS):
        if line == 1:
            tally.add(f"no header, so its beginning may be lost; read as {', '.join(_LINKS)}", line)
        record = Record(tally, line, values)
        film = record.integer("movieId")
        if film in found:
            record.refuse("movieId", f"{film} occurs twice")
        if record.text("tmdbId"):
            found[film] = rows.get(record.integer("tmdbId"), _NO_ROW)
        else:
            found[film] = _NO_ROW
            tally.add("no tmdbId", line)
    return found


def _read_ratings(tally: Tally) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return user, film and stars of each rating within bounds; others are counted."""
    users, films, stars = array("q"), array("q"), array("d")
    low, high = _STARS
    for line, values in read_csv(tally.file, ("userId", "movieId", "rating")):
        try:
            user, film, rating = int(values["userId"]), int(values["movieId"]), float(values["rating"])
            if not low <= rating <= high:
                tally.add(f"a rating outside {low}–{high:g}, left out", line)
                continue
            users.append(user)
            films.append(film)
            stars.append(rating)
        except (ValueError, OverflowError):
            record = Record(tally, line, values)
            record.integer("userId")
            record.integer("movieId")
            record.refuse("rating", f"expected a number of stars, found {values['rating'][:40]!r}")
    return np.array(users), np.array(films), np.array(stars)


def _last_of_each(users: NDArray[np.int64], films: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the places of the last rating of each user and film, in the order of the file."""
    order = np.lexsort((np.arange(len(users)), films, users))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (np.diff(users[order]) != 0) | (np.diff(films[order]) != 0)
    return np.sort(order[last])
