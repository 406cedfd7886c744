"""What TMDB may do, and that it costs no more than a poster."""

from __future__ import annotations

import logging
import time

import pytest

from movierec.artifact import Movie
from movierec.posters import PosterStore
from movierec.posters.tmdb import image_type
from movierec.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.posters.clock import FILM, GOOD, Clock
from tests.serving import free_port
from tests.toy import HEAT, MOVIES, UP


@pytest.mark.parametrize("kind", ["movie", "image"])
@pytest.mark.parametrize("play", ["hang", "trickle", "drop", "refuse", "no such host"])
def test_a_dead_or_slow_tmdb_costs_no_more_than_the_time_allowed(
    settings: Settings, tmdb: FakeTmdb, kind: str, play: str
) -> None:
    """Silence, dripping bytes, refused connections, names that do not resolve: no poster, in time."""
    dead = {"refuse": f"http://127.0.0.1:{free_port()}", "no such host": "http://tmdb.invalid"}
    asking = tmdb.settings(settings).replace(tmdb_timeout_s=0.6)
    if play in dead:
        asking = asking.replace(**{{"movie": "tmdb_api_url", "image": "tmdb_image_url"}[kind]: dead[play]})
    else:
        tmdb.play(kind, play)
    before = time.monotonic()
    assert PosterStore(asking).poster(FILM[HEAT]) is None
    assert time.monotonic() - before < 2 * 0.6 + 0.3


def test_a_failure_that_may_pass_is_not_remembered(store: PosterStore, tmdb: FakeTmdb) -> None:
    """What failed now is asked for again the next time, and found."""
    tmdb.play("movie", "truncated", "list", "good")
    tmdb.play("image", "text", "good")
    assert [store.poster(FILM[UP]) for _ in range(4)] == [None, None, None, GOOD]


def test_a_500_is_tried_again(timed: PosterStore, tmdb: FakeTmdb, clock: Clock) -> None:
    """An error of TMDB's own is often gone a moment later."""
    tmdb.play("movie", "500", "503", "good")
    tmdb.play("image", "500", "good")
    assert timed.poster(FILM[HEAT]) == GOOD
    assert (tmdb.count("movie"), tmdb.count("image")) == (3, 2)
    assert clock.slept == [0.2, 0.4, 0.2]


def test_a_broken_connection_is_made_again(timed: PosterStore, tmdb: FakeTmdb) -> None:
    """One that was kept open too long breaks at its next use: that alone costs no poster."""
    tmdb.play("movie", "drop", "good")
    assert timed.poster(FILM[HEAT]) == GOOD


def test_not_found_is_remembered(store: PosterStore, asking: Settings, tmdb: FakeTmdb) -> None:
    """A film that TMDB does not have is not asked for again, not by another process either."""
    assert store.poster(Movie(movie_id=5, tmdb_id=5, title="Unheard Of", year=1999)) is None
    assert PosterStore(asking).poster(Movie(movie_id=5, tmdb_id=5, title="Unheard Of", year=1999)) is None
    assert tmdb.count("movie") == 1


@pytest.mark.parametrize("value", ["null", "missing", '""'])
def test_a_film_without_a_poster_is_remembered(store: PosterStore, tmdb: FakeTmdb, value: str) -> None:
    """A record without a poster says that there is none."""
    tmdb.play("movie", f"poster {value}")
    assert (store.poster(FILM[HEAT]), store.poster(FILM[HEAT])) == (None, None)
    assert (tmdb.count("movie"), tmdb.count("image")) == (1, 0)


@pytest.mark.parametrize("value", ["7", "[]", '"../../3/account"', '"//evil.example/x.jpg"', '"/a.svg"'])
def test_a_senseless_poster_path_is_not_followed(store: PosterStore, tmdb: FakeTmdb, value: str) -> None:
    """Numbers, lists and paths that lead elsewhere are no poster, and are not remembered."""
    tmdb.play("movie", f"poster {value}", "good")
    assert store.poster(FILM[HEAT]) is None
    assert tmdb.count("image") == 0
    assert store.poster(FILM[HEAT]) == GOOD


NONSENSE = ["cut", "list", "huge", "endless", "malformed", "redirect"]


@pytest.mark.parametrize(
    ("kind", "play"),
    [("movie", "truncated"), ("movie", "numbers"), *((k, play) for k in ("movie", "image") for play in NONSENSE)],
)
def test_nonsense_is_no_poster(store: PosterStore, tmdb: FakeTmdb, kind: str, play: str) -> None:
    """Half a record, a list, numbers for texts, 100 MB, a redirect: no poster, no error."""
    tmdb.play(kind, play)
    assert store.poster(FILM[HEAT]) is None
    assert not any("elsewhere" in request.path for request in tmdb.requests)


def test_text_that_is_called_an_image_is_refused(store: PosterStore, tmdb: FakeTmdb) -> None:
    """The first bytes say what it is, not the sender."""
    tmdb.play("image", "text")
    assert store.poster(FILM[HEAT]) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"", None),
    ],
)
def test_pictures_are_told_by_their_first_bytes(content: bytes, expected: str | None) -> None:
    """JPEG, PNG and WebP, nothing that could carry a script."""
    assert image_type(content) == expected


def test_retry_after_is_honoured(timed: PosterStore, tmdb: FakeTmdb, clock: Clock) -> None:
    """429 with Retry-After 1: one second later it is asked again, and there it is."""
    tmdb.play("movie", "429 1", "good")
    assert timed.poster(FILM[HEAT]) == GOOD
    assert clock.slept == [1.0]


def test_a_long_retry_after_keeps_everybody_away_for_so_long(
    timed: PosterStore, tmdb: FakeTmdb, clock: Clock
) -> None:
    """A pause longer than the time for one poster: no waiting, and no request until it is over."""
    tmdb.play("movie", "429 60", "good")
    assert timed.poster(FILM[HEAT]) is None
    clock.now += 50
    assert timed.poster(FILM[UP]) is None
    assert tmdb.count("movie") == 1
    clock.now += 11
    assert timed.poster(FILM[UP]) == GOOD


@pytest.mark.parametrize("value", ["", "soon", "-5", "Wed,21Oct2026", "99999999999999"])
def test_a_senseless_retry_after_is_a_short_pause(timed: PosterStore, tmdb: FakeTmdb, value: str) -> None:
    """A date or nonsense means: a second."""
    tmdb.play("movie", f"429 {value}".strip(), "good")
    assert timed.poster(FILM[HEAT]) == GOOD


def test_a_tmdb_that_is_down_is_left_alone_for_a_while(
    timed: PosterStore, tmdb: FakeTmdb, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """503 always: after six failures no more calls for half a minute, then one, then twice as long."""
    tmdb.play("movie", "503")
    assert [timed.poster(movie) for movie in MOVIES[:8]] == [None] * 8
    assert tmdb.count("movie") == 6
    clock.now += 31
    assert [timed.poster(movie) for movie in MOVIES[:3]] == [None] * 3
    assert tmdb.count("movie") == 7
    clock.now += 31
    assert timed.poster(FILM[HEAT]) is None
    assert tmdb.count("movie") == 7
    tmdb.play("movie", "good")
    clock.now += 30
    assert timed.poster(FILM[HEAT]) == GOOD
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 2
    assert "503" in warnings[0]


@pytest.mark.parametrize(("kind", "play"), [("movie", "truncated"), ("image", "text"), ("image", "503")])
def test_constant_nonsense_is_left_alone_too(timed: PosterStore, tmdb: FakeTmdb, kind: str, play: str) -> None:
    """A portal that answers everything with a page of its own, an image host that is down: six requests."""
    tmdb.play(kind, play)
    assert [timed.poster(movie) for movie in MOVIES[:10]] == [None] * 10
    assert tmdb.count(kind) == 6
