"""Are the facts of the built-in catalogue right? Every one that other data also states is compared with it.

Compared with TMDB-5000, by TMDB id: title, original title, year, directors, genres, countries, language,
runtime; with MovieLens: title and year of the id. A film of ours without an id is looked for by title and
year. Leading actors are not compared: the credits file at hand orders them by fame, not by part.

    python benchmarks/builtin_facts.py     MOVIEREC_DATA_DIR names the folder of tmdb-5000/ and ml-latest-small/

Ends with 1 when a disagreement is not explained in ``EXPLAINED``.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from movierec.artifact import Movie, fold
from movierec.build.builtin import read_builtin
from movierec.build.tmdb5000 import read_tmdb5000

RUNTIME_TOLERANCE_MIN = 3  # projection speed, end credits
YEAR_TOLERANCE = 1  # a festival in autumn, cinemas in spring

# MovieLens' words for TMDB's genres.
GENRES = {"Children": "Family", "Sci-Fi": "Science Fiction", "Musical": "Music", "Film-Noir": "Crime"}

_NO_GENRES = "(no genres listed)"
_ARTICLES = "A|An|The|Das|Der|Det|Die|El|Gli|I|Il|L'|La|Las|Le|Les|Lo|Los|O|Un|Une"

_DISNEY = "theirs is one of the sequence directors; ours supervised"
_CUT = "theirs is another cut, or miscounted; ours is that of the cinemas"
_ABROAD = "theirs is the year in which it was first seen abroad"
_UNSEEN = "the copy of links.csv that was checked had lost this film; an identity once given stays"
_SCRIPT = "theirs is transliterated"
_TITLE = "the same title in another form"
_ANNOUNCED = "theirs is a title under which the film was announced"
_NAME = "the same person's name in another form"
_SPOKEN = "theirs is the language of a country that made it; ours the one mostly spoken in the film"
_CANTONESE = "cn is no ISO 639-1 code: theirs is Cantonese, which ISO 639-1 counts as zh"
_USSR = "there was no Russia then, but the Soviet Union"

# (movie_id, fact) → why we stay with ours.
EXPLAINED: Mapping[tuple[int, str], str] = {
    (-28, "id"): _UNSEEN,  # Twelve Monkeys
    (-27, "id"): _UNSEEN,  # Heat
    (11, "title"): _TITLE,  # Star Wars
    (28, "runtime"): _CUT,  # Apocalypse Now
    (55, "directors"): _NAME,  # Amores Perros
    (76, "runtime"): _CUT,  # Before Sunrise
    (408, "directors"): _DISNEY,  # Snow White and the Seven Dwarfs
    (533, "title"): _TITLE,  # The Curse of the Were-Rabbit
    (583, "title"): _TITLE,  # Life of Brian
    (593, "countries"): _USSR,  # Solaris
    (628, "title"): _TITLE,  # Interview with the Vampire
    (670, "title"): _TITLE,  # Oldboy
    (895, "year"): _ABROAD,  # Andrei Rublev
    (905, "directors"): _NAME,  # Pandora's Box
    (905, "runtime"): _CUT,  # Pandora's Box
    (1024, "runtime"): _CUT,  # Heavenly Creatures
    (1164, "directors"): _NAME,  # Babel
    (1251, "language"): _SPOKEN,  # Letters from Iwo Jima
    (1396, "title"): _TITLE,  # Mirror
    (1891, "title"): _TITLE,  # The Empire Strikes Back
    (1892, "title"): _TITLE,  # Return of the Jedi
    (3082, "directors"): _NAME,  # Modern Times
    (3170, "directors"): _DISNEY,  # Bambi
    (4348, "runtime"): _CUT,  # Pride & Prejudice
    (4550, "title"): _TITLE,  # Lady Vengeance
    (8885, "original title"): _SCRIPT,  # Waltz with Bashir
    (9470, "language"): _CANTONESE,  # Kung Fu Hustle
    (10515, "title"): _TITLE,  # Castle in the Sky
    (10895, "directors"): _DISNEY,  # Pinocchio
    (13245, "title"): _TITLE,  # Atanarjuat
    (19913, "title"): _TITLE,  # (500) Days of Summer
    (21334, "title"): _TITLE,  # Children of Heaven
    (26317, "title"): _TITLE,  # Man with a Movie Camera
    (30497, "title"): _TITLE,  # The Texas Chain Saw Massacre
    (36658, "title"): _TITLE,  # X2
    (37495, "directors"): _NAME,  # Four Lions
    (37495, "runtime"): _CUT,  # Four Lions
    (41154, "title"): _TITLE,  # Men in Black 3
    (62215, "language"): _SPOKEN,  # Melancholia
    (82690, "runtime"): _CUT,  # Wreck-It Ralph
    (94329, "title"): _TITLE,  # The Raid
    (110415, "language"): _SPOKEN,  # Snowpiercer
    (140607, "title"): _TITLE,  # Star Wars: The Force Awakens
    (180299, "title"): _TITLE,  # The Raid 2
    (188927, "title"): _ANNOUNCED,  # Star Trek Beyond
    (191714, "original title"): _SCRIPT,  # The Lunchbox
    (194662, "title"): _TITLE,  # Birdman
    (210577, "runtime"): _CUT,  # Gone Girl
    (281957, "directors"): _NAME,  # The Revenant
}


class Disagreement(NamedTuple):
    """One fact that ours and another source state differently."""

    film: Movie
    fact: str
    ours: object
    theirs: object
    source: str

    @property
    def reason(self) -> str:
        """Why we stay with ours; "" while nobody has looked into it."""
        return EXPLAINED.get((self.film.movie_id, self.fact), "")

    def __str__(self) -> str:
        text = f"{self.film.label} [{self.film.movie_id}] {self.fact}: {self.ours}; {self.source}: {self.theirs}"
        return f"{text} ({self.reason})" if self.reason else text


@dataclass(frozen=True)
class Listed:
    """A film of MovieLens; ``titles`` are folded."""

    titles: frozenset[str]
    year: int
    genres: frozenset[str]


def main() -> int:
    """Print the counts, then every disagreement; 1 when one is not explained."""
    data = Path(os.environ.get("MOVIEREC_DATA_DIR", ""))
    if not (data / "tmdb-5000").is_dir():
        print("no MOVIEREC_DATA_DIR with tmdb-5000/ and ml-latest-small/: nothing to compare with")
        return 0
    compared, found = compare(read_builtin().movies, read_tmdb(data), read_movielens(data))
    for fact, count in compared.items():
        differ = sum(d.fact == fact for d in found)
        explained = sum(d.fact == fact and bool(d.reason) for d in found)
        print(f"{fact:15} {count:5} compared, {count - differ:5} agree, {explained:3} explained, "
              f"{differ - explained:3} not")  # fmt: skip
    for disagreement in sorted(found, key=lambda d: (bool(d.reason), d.fact)):
        print(disagreement)
    return int(any(not d.reason for d in found))


def compare(
    films: Iterable[Movie], tmdb: Mapping[int, Movie], movielens: Mapping[int, Listed]
) -> tuple[Counter[str], list[Disagreement]]:
    """Return how often each fact was compared, and every disagreement."""
    compared: Counter[str] = Counter()
    found = []
    known = _by_title(tmdb, movielens)
    for film in films:
        for fact, ours, theirs, agree, source in _facts(film, tmdb, movielens, known):
            compared[fact] += 1
            if not agree:
                found.append(Disagreement(film, fact, ours, theirs, source))
    return compared, found


def read_tmdb(data: Path) -> dict[int, Movie]:
    """Return the films of TMDB-5000 by id."""
    return {film.movie_id: film for film in read_tmdb5000(data / "tmdb-5000").movies}


def read_movielens(data: Path) -> dict[int, Listed]:
    """Return the films of MovieLens by TMDB id; links.csv may have lost its header."""
    folder = data / "ml-latest-small"
    with (folder / "links.csv").open(encoding="utf-8", newline="") as file:
        tmdb_ids = {row[0]: int(row[2]) for row in csv.reader(file) if row[0].isdigit() and row[2]}
    with (folder / "movies.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["movieId"] in tmdb_ids]
    return {tmdb_ids[row["movieId"]]: _listed(row["title"], row["genres"]) for row in rows}


def _listed(title: str, genres: str) -> Listed:
    """Read MovieLens' "Hate (Haine, La) (1995)": every title that it gives, articles back in front."""
    written = re.fullmatch(r"(.*?)\s*(?:\((\d{4})[^)]*\))?\s*", title.strip(), re.DOTALL)
    assert written is not None
    titles = [re.sub(r"\([^)]*\)", "", written[1]), *re.findall(r"\(([^)]*)\)", written[1])]
    plain = (re.sub(r"^a\.?k\.?a\.? ", "", text.strip()) for text in titles)
    turned = (re.sub(rf"^(.*), ({_ARTICLES})$", r"\2 \1", text) for text in plain)
    named = frozenset(GENRES.get(genre, genre) for genre in genres.split("|") if genre != _NO_GENRES)
    return Listed(frozenset(fold(text) for text in turned), int(written[2] or 0), named)


def _by_title(tmdb: Mapping[int, Movie], movielens: Mapping[int, Listed]) -> dict[tuple[str, int], int]:
    known = {(title, listed.year): movie_id for movie_id, listed in movielens.items() for title in listed.titles}
    for film in tmdb.values():
        known[fold(film.title), film.year or 0] = film.movie_id
    return known


def _facts(
    film: Movie, tmdb: Mapping[int, Movie], movielens: Mapping[int, Listed], known: Mapping[tuple[str, int], int]
) -> Iterator[tuple[str, object, object, bool, str]]:
    """Yield (fact, ours, theirs, do they agree, source) for all that can be compared."""
    there, listed = tmdb.get(film.movie_id), movielens.get(film.movie_id)
    if film.tmdb_id is None:
        other = known.get((fold(film.title), film.year or 0))
        yield "id", "none", other, other is None, "titles and years"
    else:
        yield "id", film.tmdb_id, "not there", bool(there or listed), "either"
    if listed:
        ours = {fold(film.title), fold(film.original_title)}
        yield "title", film.title, " / ".join(listed.titles), bool(ours & listed.titles), "MovieLens"
        near = abs((film.year or 0) - listed.year) <= YEAR_TOLERANCE
        yield "year", film.year, listed.year, near, "MovieLens"
    if there:
        yield from _against(film, there, listed)
    elif listed and listed.genres:
        yield "genres", film.genres, set(listed.genres), bool(set(film.genres) & listed.genres), "MovieLens"


def _against(film: Movie, there: Movie, listed: Listed | None) -> Iterator[tuple[str, object, object, bool, str]]:
    genres = {*there.genres, *(listed.genres if listed else ())}
    pairs = [
        ("title", film.title, there.title, fold(film.title) in (fold(there.title), fold(there.original_title))),
        ("original title", film.original_title, there.original_title, _same_original(film, there)),
        ("year", film.year, there.year, abs((film.year or 0) - (there.year or 0)) <= YEAR_TOLERANCE),
        ("genres", film.genres, there.genres, set(film.genres) <= genres),
        ("language", film.language, there.language, film.language == there.language),
    ]
    if there.directors:
        agree = {_name(name) for name in there.directors} <= {_name(name) for name in film.directors}
        pairs.append(("directors", film.directors, there.directors, agree))
    if there.countries:
        shared = bool(set(film.countries) & set(there.countries))
        pairs.append(("countries", film.countries, there.countries, shared))
    if there.runtime_min:
        near = abs((film.runtime_min or 0) - there.runtime_min) <= RUNTIME_TOLERANCE_MIN
        pairs.append(("runtime", film.runtime_min, there.runtime_min, near))
    for fact, ours, theirs, agree in pairs:
        yield fact, ours, theirs, bool(agree), "TMDB-5000"


def _same_original(film: Movie, there: Movie) -> bool:
    ours, theirs = fold(film.original_title), fold(there.original_title)
    return ours == theirs or theirs == fold(there.title)


def _name(name: str) -> frozenset[str]:
    """Return a name's words in no order: "Bong Joon-ho" is "Joon-ho Bong"."""
    return frozenset(fold(name).split())


if __name__ == "__main__":
    sys.exit(main())
