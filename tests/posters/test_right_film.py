"""The poster is that of the film, or there is none."""

from __future__ import annotations

import pytest

from movierec.artifact import Movie
from movierec.posters import PosterStore
from tests.fake_tmdb import FakeTmdb
from tests.posters.clock import FILM, GOOD
from tests.toy import ALIEN_3, AMELIE, HEAT, UNKNOWN_FACTS, WALL_E


@pytest.mark.parametrize("movie_id", [HEAT, WALL_E, ALIEN_3, AMELIE])
def test_a_film_gets_its_poster_by_its_id(store: PosterStore, tmdb: FakeTmdb, movie_id: int) -> None:
    """The film is asked for by id, the picture 342 pixels wide."""
    assert store.poster(FILM[movie_id]) == GOOD
    assert [request.path for request in tmdb.requests] == [
        f"/3/movie/{movie_id}",
        f"/t/p/w342/poster{movie_id}.jpg",
    ]


@pytest.mark.parametrize(
    ("title", "original_title", "date", "accepted"),
    [
        ("HEAT", "", "1995-12-15", True),
        ("Fuego", "Heat", "1995-12-15", True),  # the original title will do
        ("Heat", "Heat", "1996-01-01", True),  # within one year
        ("Heat", "Heat", "1994-12-31", True),
        ("Heat", "Heat", "1997-01-01", False),
        ("Heat", "Heat", "1993-01-01", False),
        ("Heat", "Heat", "", True),  # the id and the title agree, the date is not known
        ("Cold", "Frio", "1995-12-15", False),
        ("", "", "1995-12-15", False),
    ],
)
def test_a_record_is_believed_when_title_and_year_agree(
    store: PosterStore, tmdb: FakeTmdb, title: str, original_title: str, date: str, accepted: bool
) -> None:
    """An id that means another film at TMDB does not put that film's poster on ours."""
    tmdb.records[HEAT] |= {"title": title, "original_title": original_title, "release_date": date}
    assert store.poster(FILM[HEAT]) == (GOOD if accepted else None)


def test_a_film_without_tmdb_id_is_searched_for_by_title_and_year(store: PosterStore, tmdb: FakeTmdb) -> None:
    """Of the results, the one of exactly that title and about that year is taken."""
    wanted = Movie(movie_id=-7, title="Amélie", year=2001)
    tmdb.records = {
        1: {"id": 1, "title": "Amelie rennt", "release_date": "2001-01-01", "poster_path": "/wrong1.jpg"},
        2: {"id": 2, "title": "Amelie", "release_date": "2001-04-25", "poster_path": "/right.jpg"},
    }
    tmdb.records[2]["title"] = "Amélie"
    assert store.poster(wanted) == GOOD
    assert tmdb.requests[0].query.items() >= {"query": "Amélie", "year": "2001"}.items()
    assert tmdb.requests[-1].path == "/t/p/w342/right.jpg"


def test_of_several_namesakes_none_is_guessed(store: PosterStore, tmdb: FakeTmdb) -> None:
    """Where not even the year is known, a title that two films bear finds neither."""
    assert store.poster(FILM[UNKNOWN_FACTS]) == GOOD
    namesakes = {
        n: {"id": n, "title": "Mystery", "release_date": f"{n}", "poster_path": "/p.jpg"} for n in (1950, 1990)
    }
    tmdb.records = namesakes
    assert store.poster(Movie(movie_id=-8, title="Mystery")) is None
