"""Sixty series that a person listed: how many of a film's siblings does a model find?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from movierec.artifact import Movie, fold
from movierec.errors import SourceError

__all__ = ["Series", "load_series", "rows_of"]

_FILM = re.compile(r"(.+) \((\d{4})\)")


@dataclass(frozen=True)
class Series:
    """A series: its name, and its films as (title, year)."""

    name: str
    films: tuple[tuple[str, int], ...]


def load_series() -> tuple[Series, ...]:
    """Read ``series.txt``, which is part of the package.

    Raises:
        SourceError: a line is not ``name | Title (Year) | Title (Year) …``.
    """
    text = (resources.files("movierec.build") / "series.txt").read_text(encoding="utf-8")
    return tuple(
        _series(line, number)
        for number, line in enumerate(text.splitlines(), 1)
        if line and not line.startswith("#")
    )


def _series(line: str, number: int) -> Series:
    name, *films = line.split(" | ")
    found = [_FILM.fullmatch(film) for film in films]
    if len(films) < 2 or not all(found):
        raise SourceError("expected: name | Title (Year) | Title (Year) …", file="series.txt", line=number)
    return Series(name, tuple((match[1], int(match[2])) for match in found if match))


def rows_of(series: Series, movies: Sequence[Movie]) -> list[int]:
    """Return the rows of the series' films that are among *movies*: same folded title, year within one."""
    wanted = {(fold(title), year + off) for title, year in series.films for off in (-1, 0, 1)}
    years = {year for _, year in wanted}  # looked at first: folding every title takes a second of an evaluation
    return [
        row for row, film in enumerate(movies) if film.year in years and (fold(film.title), film.year) in wanted
    ]
