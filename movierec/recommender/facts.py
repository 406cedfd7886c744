"""The facts that two films share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from movierec.artifact import Movie, fold
from movierec.recommender.picks import MOST_VALUES, Kind, Reason

__all__ = ["in_common", "shared_facts"]

# TMDB's keywords for what is not in the story, or in many: nobody likes a film for them.
_DULL = frozenset({
    "3d", "aftercreditsstinger", "based on novel", "duringcreditsstinger", "explosion", "female nudity", "imax",
    "independent film", "male nudity", "nudity", "remake", "sequel", "sex", "woman director",
})  # fmt: skip


def shared_facts(movie: Movie, other: Movie, rarity: Mapping[str, int], *, film: str = "") -> tuple[Reason, ...]:
    """Return the facts that two films share, most telling first; none when there is none.

    Args:
        movie: the film that was picked.
        rarity: in how many films each of its keywords is found.
        film: its title where a reason has to name it.

    That their overviews use the same words is left out: without weights the words are mostly
    "young" and "finds", and nobody could check "a similar story".
    """
    directors = _shared(movie.directors, other.directors)
    # Prominent in both films first; who directed both is named already.
    cast = [name for name in _shared(movie.cast, other.cast) if name not in directors]
    cast.sort(key=lambda name: movie.cast.index(name) + other.cast.index(name))
    keywords = [word for word in _shared(movie.keywords, other.keywords) if word not in _DULL]
    keywords.sort(key=lambda word: (rarity.get(word, 0), word))
    reasons: list[Reason] = []
    if movie.series and movie.series == other.series:
        # Two films of one title are a remake, or two that have only that in common.
        same = fold(movie.title) == fold(other.title)
        reasons.append(Reason("title" if same else "series", film=film))
    reasons += _some("director", directors, film) + _some("cast", cast, film) + _some("keywords", keywords, film)
    # A fact about half of all films says little; it completes a list, or stands where there is none.
    if len(reasons) < 2:
        reasons += _some("genres", _shared(movie.genres, other.genres), film)
    if len(reasons) < 2:
        reasons += _some("studio", _shared(movie.companies, other.companies), film)
    if len(reasons) < 2 and movie.year and other.year and movie.year // 10 == other.year // 10:
        reasons.append(Reason("decade", (f"the {movie.year // 10 * 10}s",), film))
    return tuple(reasons)


def in_common(movies: Sequence[Movie]) -> Movie:
    """Return a film that has the facts which all *movies* have, and no others."""
    first, *others = movies
    decades = {movie.year // 10 if movie.year else None for movie in movies}
    return Movie(
        movie_id=first.movie_id,
        title=first.title if len({fold(movie.title) for movie in movies}) == 1 else "",
        series=first.series if len({movie.series for movie in movies}) == 1 else "",
        year=first.year if len(decades) == 1 else None,
        genres=_of_all(first.genres, (other.genres for other in others)),
        directors=_of_all(first.directors, (other.directors for other in others)),
        cast=_of_all(first.cast, (other.cast for other in others)),
        keywords=_of_all(first.keywords, (other.keywords for other in others)),
        companies=_of_all(first.companies, (other.companies for other in others)),
    )


def _of_all(ours: Iterable[str], all_theirs: Iterable[Iterable[str]]) -> tuple[str, ...]:
    shared = list(ours)
    for theirs in all_theirs:
        shared = _shared(shared, theirs)
    return tuple(shared)


def _shared(ours: Collection[str], theirs: Iterable[str]) -> list[str]:
    """Return what is in both, in our order, each once."""
    others = set(theirs)
    if others.isdisjoint(ours):  # as most are
        return []
    return [value for value in dict.fromkeys(ours) if value in others]


def _some(kind: Kind, values: list[str], film: str) -> list[Reason]:
    return [Reason(kind, tuple(values[:MOST_VALUES]), film)] if values else []
