"""The way through picks and mixes: where it goes on, where it leads back to, and how an address names a place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from movierec.errors import InvalidArgument
from movierec.recommender import MAX_MIX

__all__ = ["Films", "Trail", "address_of", "films_of", "onward", "towards"]

Films = tuple[int, ...]  # movie_ids: one pick, or the picks of a mix
Trail = tuple[Films, ...]  # from where it began, or as far back as it is remembered, to what is shown

_REMEMBERED = 50
_ADDRESS = re.compile(rf"-?[0-9]{{1,9}}(\+-?[0-9]{{1,9}}){{0,{MAX_MIX - 1}}}")


def onward(trail: Trail, films: Films) -> Trail:
    """Return the trail that goes on to *films*; what is shown already is no step."""
    return trail if trail[-1:] == (films,) else (*trail, films)[-_REMEMBERED:]


def towards(trail: Trail, films: Films) -> Trail:
    """Return the trail that leads to *films*: back to where they were shown last, or on."""
    return trail[: len(trail) - trail[::-1].index(films)] if films in trail else onward(trail, films)


def address_of(movie_ids: Iterable[int]) -> str:
    """Return how the page's address names a pick, or a mix (``862+348``)."""
    return "+".join(map(str, movie_ids))


def films_of(address: str) -> Films:
    """Return the films that an address names; an empty one, that of the beginning, names none.

    Raises:
        InvalidArgument: it is not made as :func:`address_of` does, or has more films than a mix.
    """
    if address and not _ADDRESS.fullmatch(address):
        raise InvalidArgument("an address that names no films")
    return tuple(dict.fromkeys(map(int, filter(None, address.split("+")))))
