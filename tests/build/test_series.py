"""The sixty hand-listed series."""

from __future__ import annotations

from movierec.build.series import load_series, rows_of
from tests.build.worlds import movie


def test_there_are_sixty_series_of_different_films() -> None:
    """Sixty, each of two films or more, no film in two of them."""
    series = load_series()
    films = [film for each in series for film in each.films]
    assert len(series) == len({each.name for each in series}) == 60
    assert len(films) == len(set(films))
    assert all(len(each.films) >= 2 for each in series)
    assert all(1900 < year < 2030 for _, year in films)


def test_films_are_found_by_folded_title_and_year() -> None:
    """Alien³ is found as "Alien 3"'s digits say, a year off is forgiven, another film of that title is not."""
    alien = next(series for series in load_series() if series.name == "Alien")
    movies = [
        movie(1, "Alien", year=1979), movie(2, "Aliens", year=1987), movie(3, "ALIEN3", year=1992),
        movie(4, "Alien", year=2003), movie(5, "Heat", year=1995), movie(6, "Alien"),
    ]  # fmt: skip
    assert rows_of(alien, movies) == [0, 1, 2]
