"""Many posters at once."""

from __future__ import annotations

from concurrent.futures import wait

from movierec.artifact import Movie
from movierec.posters import PosterStore
from movierec.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.posters.clock import FILM, GOOD
from tests.toy import HEAT, MOVIES


def test_fifty_at_once_all_arrive_and_few_are_asked_for_at_a_time(asking: Settings, tmdb: FakeTmdb) -> None:
    """Fifty posters: each asked for once, at most eight requests at a time."""
    films = [Movie(movie_id=n, tmdb_id=n, title=f"Film {n}", year=2000) for n in range(1, 51)]
    tmdb.records = {
        film.movie_id: {"title": film.title, "release_date": "2000-01-01", "poster_path": f"/p{film.movie_id}.jpg"}
        for film in films
    }
    tmdb.play("movie", "slow 0.02")
    store = PosterStore(asking)
    answers = [store.submit(film) for film in films]
    wait(answers, timeout=20)
    assert [answer.result(0) for answer in answers] == [GOOD] * 50
    assert len(tmdb.requests) == 100
    assert 2 <= tmdb.most_at_once <= 8


def test_the_same_film_is_asked_for_once(store: PosterStore, tmdb: FakeTmdb) -> None:
    """Twenty visitors look at one film: TMDB is asked once."""
    tmdb.play("movie", "slow 0.1")
    answers = [store.submit(FILM[HEAT]) for _ in range(20)]
    assert [answer.result(10) for answer in answers] == [GOOD] * 20
    assert (tmdb.count("movie"), tmdb.count("image")) == (1, 1)


def test_posters_on_disk_do_not_wait_for_a_tmdb_that_hangs(asking: Settings, tmdb: FakeTmdb) -> None:
    """With every request to TMDB hanging, what is on disk is there at once."""
    store = PosterStore(asking.replace(tmdb_timeout_s=5.0))
    assert store.poster(FILM[HEAT]) == GOOD
    tmdb.play("movie", "hang")
    stuck = [store.submit(Movie(movie_id=n, tmdb_id=n, title="Stuck")) for n in range(1, 20)]
    assert store.submit(FILM[HEAT]).result(2) == GOOD
    assert not any(answer.done() for answer in stuck)
    store.close()


def test_closing_answers_whoever_waits(asking: Settings, tmdb: FakeTmdb) -> None:
    """A store that is closed leaves nobody waiting, then and afterwards."""
    store = PosterStore(asking)
    tmdb.play("movie", "hang")
    answers = [store.submit(film) for film in MOVIES]
    store.close()
    assert [answer.result(2) for answer in answers] == [None] * len(MOVIES)
    assert store.submit(FILM[HEAT]).result(2) is None
