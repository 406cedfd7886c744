"""Would you recommend these to a friend? The ten films most like each of forty well-known ones, with reasons.

From every genre and decade, and many countries, of the built-in catalogue. A film is explained when it shares with
the one that was picked its series, a director, a lead, or two of what is left: a pair of genres, and each keyword.
Four of the first five must be; whether the list is a good one, only reading it tells.

    python benchmarks/builtin_neighbours.py            the forty, and the share of the whole catalogue
    python benchmarks/builtin_neighbours.py "La Haine" others, by what a search finds first

Ends with 1 when of one of the films fewer than four of the first five are explained.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from movierec.artifact import Movie
from movierec.build.pipeline import build
from movierec.build.progress import Progress
from movierec.recommender import Pick, Recommender, open_model

FIRST, LEAST = 5, 4

WELL_KNOWN = (
    ("Metropolis", 1927), ("Modern Times", 1936), ("Citizen Kane", 1941), ("Casablanca", 1942),
    ("Bicycle Thieves", 1948), ("Singin' in the Rain", 1952), ("Seven Samurai", 1954), ("Pather Panchali", 1955),
    ("The Seventh Seal", 1957), ("Some Like It Hot", 1959), ("Psycho", 1960), ("8½", 1963),
    ("The Good, the Bad and the Ugly", 1966), ("2001: A Space Odyssey", 1968), ("The Godfather", 1972),
    ("Star Wars", 1977), ("Alien", 1979), ("The Shining", 1980), ("When Harry Met Sally...", 1989),
    ("Pulp Fiction", 1994), ("The Lion King", 1994), ("Toy Story", 1995), ("Titanic", 1997),
    ("Saving Private Ryan", 1998), ("The Matrix", 1999), ("In the Mood for Love", 2000), ("Amélie", 2001),
    ("Spirited Away", 2001), ("The Lord of the Rings: The Fellowship of the Ring", 2001), ("City of God", 2002),
    ("Pan's Labyrinth", 2006), ("The Dark Knight", 2008), ("Man on Wire", 2008), ("3 Idiots", 2009),
    ("A Separation", 2011), ("Mad Max: Fury Road", 2015), ("Get Out", 2017), ("Paddington 2", 2017),
    ("Parasite", 2019), ("Everything Everywhere All at Once", 2022),
)  # fmt: skip


def main() -> int:
    """Print the lists, then how many films of the catalogue have good ones; 1 when one of those shown has not."""
    with tempfile.TemporaryDirectory(prefix="movierec-") as folder:
        build("builtin", None, Path(folder) / "model", progress=Progress(None))
        recommender = open_model(Path(folder) / "model")
        movies = recommender.catalogue.at_rows(range(len(recommender.catalogue)))
        if named := sys.argv[1:]:
            shown = [recommender.search(name, limit=1)[0] for name in named]
        else:
            shown = [movie for movie in movies if (movie.title, movie.year) in WELL_KNOWN]
            assert len(shown) == len(WELL_KNOWN), "one of the forty is not in the catalogue"
        weak = [movie.label for movie in shown if not show(recommender, movie)]
        good = sum(explained_first(movie, recommender.similar(movie.movie_id, FIRST)) >= LEAST for movie in movies)
    print(f"{len(shown) - len(weak)} of {len(shown)} shown have {LEAST} of the first {FIRST} explained", end="; ")
    print(f"of the whole catalogue {good:,} of {len(movies):,}, {good / len(movies):.1%}")
    if weak:
        print(f"weak: {', '.join(weak)}")
    return int(bool(weak))


def show(recommender: Recommender, movie: Movie) -> bool:
    """Print the ten films most like *movie*; are enough of the first explained?"""
    picks = recommender.similar(movie.movie_id)
    count = explained_first(movie, picks)
    print(f"{movie.label}: {count} of {FIRST}{'' if count >= LEAST else ' WEAK'}")
    for pick in picks:
        told = "; ".join(f"{reason.kind} {', '.join(reason.values)}".strip() for reason in pick.reasons)
        print(f"  {'+' if explained(movie, pick.movie) else '-'} {pick.movie.label}: {told}")
    print()
    return count >= LEAST


def explained_first(movie: Movie, picks: Iterable[Pick]) -> int:
    """Return how many of the first picks are explained."""
    return sum(explained(movie, pick.movie) for pick in list(picks)[:FIRST])


def explained(movie: Movie, other: Movie) -> bool:
    """Do they share the series, a director, a lead, or two of a pair of genres and keywords?"""
    if movie.series and movie.series == other.series:
        return True
    if shared(movie.directors, other.directors) or shared(movie.cast, other.cast):
        return True
    return shared(movie.keywords, other.keywords) + (shared(movie.genres, other.genres) >= 2) >= 2


def shared(ours: Iterable[str], theirs: Iterable[str]) -> int:
    """Return how many names are in both."""
    return len(set(ours) & set(theirs))


if __name__ == "__main__":
    sys.exit(main())
