"""Posters: the right one, soon, or none; whatever TMDB, the network or the disk do."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from movierec.artifact import Movie
from movierec.errors import PosterError
from movierec.posters import Poster, PosterStore
from movierec.posters.cache import PosterCache
from movierec.posters.tmdb import image_type
from movierec.settings import Settings
from tests.fake_tmdb import PICTURE, V3_KEY, V4_TOKEN, FakeTmdb
from tests.faults import in_child
from tests.toy import ALIEN_3, AMELIE, HEAT, MOVIES, UNKNOWN_FACTS, UP, WALL_E

FILM = {movie.movie_id: movie for movie in MOVIES}
GOOD = Poster(PICTURE, "image/png")


class Clock:
    """Time that passes only when somebody sleeps or the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(MOVIES) as fake:
        yield fake


@pytest.fixture
def asking(settings: Settings, tmdb: FakeTmdb) -> Settings:
    """Settings that lead to the fake TMDB."""
    return tmdb.settings(settings)


@pytest.fixture
def store(asking: Settings) -> Iterator[PosterStore]:
    store = PosterStore(asking)
    yield store
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(asking: Settings, clock: Clock) -> Iterator[PosterStore]:
    """A store whose time is the test's."""
    store = PosterStore(asking, clock=clock, sleep=clock.sleep)
    yield store
    store.close()


# --- the right film


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


# --- keys


@pytest.mark.parametrize(("key", "in_query"), [(V3_KEY, True), (V4_TOKEN, False)])
def test_both_kinds_of_keys_are_used_as_they_must_be(
    settings: Settings, tmdb: FakeTmdb, key: str, in_query: bool
) -> None:
    """A v3 key goes into the query, a v4 token into a header; the image host gets neither."""
    assert PosterStore(tmdb.settings(settings, key)).poster(FILM[HEAT]) == GOOD
    api, image = tmdb.requests
    assert api.query.get("api_key") == (key if in_query else None)
    assert api.headers.get("Authorization") == (None if in_query else f"Bearer {key}")
    assert key not in f"{image.path} {image.query} {image.headers}"


def test_without_a_key_nobody_is_asked(settings: Settings, tmdb: FakeTmdb) -> None:
    """No key: no poster, at once, and no request."""
    store = PosterStore(tmdb.settings(settings, key=""))
    assert store.submit(FILM[HEAT]).done()
    assert store.poster(FILM[HEAT]) is None
    assert tmdb.requests == []


def test_a_refused_key_is_told_once_and_not_tried_again(
    timed: PosterStore, tmdb: FakeTmdb, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """401: the operator reads what to do, one time; TMDB has peace for ten minutes."""
    tmdb.play("movie", "401")
    assert [timed.poster(FILM[movie_id]) for movie_id in (HEAT, UP, WALL_E)] == [None, None, None]
    assert tmdb.count("movie") == 1
    clock.now += 601
    assert timed.poster(FILM[HEAT]) is None
    hints = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(hints) == 1
    assert "TMDB_API_KEY" in hints[0]
    tmdb.play("movie", "good")
    clock.now += 601
    assert timed.poster(FILM[HEAT]) == GOOD


def test_check_tells_what_is_wrong_with_the_key(settings: Settings, tmdb: FakeTmdb) -> None:
    """`movierec doctor` learns whether TMDB answers and takes the key."""
    PosterStore(tmdb.settings(settings)).check()
    tmdb.play("configuration", "401")
    with pytest.raises(PosterError, match="does not take the key") as caught:
        PosterStore(tmdb.settings(settings)).check()
    assert "TMDB_API_KEY" in caught.value.hint
    tmdb.play("configuration", "404")
    with pytest.raises(PosterError, match="404"):
        PosterStore(tmdb.settings(settings)).check()


@pytest.mark.parametrize("key", [V3_KEY, V4_TOKEN, "näïve key\twith 'quotes' & signs"])
@pytest.mark.parametrize(
    "play", ["401", "404", "429", "500", "503", "drop", "malformed", "truncated", "redirect", "unreachable"]
)
def test_the_key_is_never_written_anywhere(
    settings: Settings, tmdb: FakeTmdb, clock: Clock, caplog: pytest.LogCaptureFixture, key: str, play: str
) -> None:
    """Not into a log, at any level, not into an error, not into the cache."""
    caplog.set_level(logging.DEBUG)
    asking = tmdb.settings(settings, key)
    if play == "unreachable":
        asking = asking.replace(tmdb_api_url=f"http://127.0.0.1:{_free_port()}/3")
    else:
        tmdb.play("movie", play)
        tmdb.play("configuration", play)
    store = PosterStore(asking, clock=clock, sleep=clock.sleep)
    store.poster(FILM[HEAT])
    with pytest.raises(PosterError) as caught:
        store.check()
    written = caplog.text + "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    written += str(caught.value) + caught.value.hint + repr(vars(caught.value)) + repr(asking)
    for path in settings.poster_cache_dir.rglob("*") if settings.poster_cache_dir.exists() else ():
        written += path.name + path.read_bytes().decode("latin-1")
    for secret in (key, key.split(".")[-1], key.replace(" ", "+"), key.replace("\t", "%09")):
        assert secret not in written


# --- what TMDB may do


@pytest.mark.parametrize("kind", ["movie", "image"])
@pytest.mark.parametrize("play", ["hang", "trickle", "drop", "refuse", "no such host"])
def test_a_dead_or_slow_tmdb_costs_no_more_than_the_time_allowed(
    settings: Settings, tmdb: FakeTmdb, kind: str, play: str
) -> None:
    """Silence, dripping bytes, refused connections, names that do not resolve: no poster, in time."""
    dead = {"refuse": f"http://127.0.0.1:{_free_port()}", "no such host": "http://tmdb.invalid"}
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


# --- many at once


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


# --- on disk


def test_a_poster_is_fetched_once_for_all_processes(asking: Settings, store: PosterStore, tmdb: FakeTmdb) -> None:
    """What one process has fetched, another serves."""
    assert store.poster(FILM[HEAT]) == GOOD
    tmdb.play("movie", "503")
    assert PosterStore(asking).poster(FILM[HEAT]) == GOOD
    assert tmdb.count("movie") == 1


def test_another_film_under_the_same_id_is_another_poster(store: PosterStore, tmdb: FakeTmdb) -> None:
    """Negative ids are a model's own: another model's film gets its own poster."""
    tmdb.records = {
        n: {"title": t, "release_date": "2000-01-01", "poster_path": "/p.jpg"} for n, t in ((1, "A"), (2, "B"))
    }
    assert store.poster(Movie(movie_id=-1, title="A", year=2000)) == GOOD
    assert store.poster(Movie(movie_id=-1, title="B", year=2000)) == GOOD
    assert tmdb.count("search") == 2


DAMAGES = {
    "truncated": lambda content: content[:-1],
    "emptied": lambda content: content[:0],
    "flipped": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "longer": lambda content: content + b"x",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_fetched_again(
    asking: Settings, store: PosterStore, tmdb: FakeTmdb, damage: str
) -> None:
    """Truncated, emptied, flipped or longer: it is noticed and healed."""
    assert store.poster(FILM[HEAT]) == GOOD
    (path,) = asking.poster_cache_dir.iterdir()
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert store.poster(FILM[HEAT]) == GOOD
    assert tmdb.count("image") == 2
    assert store.poster(FILM[HEAT]) == GOOD
    assert tmdb.count("image") == 2


def test_no_poster_is_believed_for_a_day(tmp_path: Path) -> None:
    """A poster may be added to TMDB: a day later it is asked for again."""
    now = time.time()
    PosterCache(tmp_path, limit_bytes=10**6).put("a", b"")
    assert PosterCache(tmp_path, limit_bytes=10**6, clock=lambda: now + 86_000).get("a") == b""
    assert PosterCache(tmp_path, limit_bytes=10**6, clock=lambda: now + 87_000).get("a") is None


def test_the_cache_keeps_to_its_limit_and_drops_the_least_recently_used(tmp_path: Path) -> None:
    """Ten pictures of 8 kB, room for five: the oldest go, but not one that was looked at since."""
    clock = Clock()
    clock.now = time.time()
    cache = PosterCache(tmp_path, limit_bytes=5 * 8192, clock=clock)
    picture = PICTURE + bytes(8000 - len(PICTURE))
    for n in range(5):
        cache.put(f"film-{n}", picture)
        os.utime(tmp_path / f"film-{n}", (clock.now - 50_000 + n, clock.now - 50_000 + n))
    assert cache.get("film-0") == picture
    cache.put("film-5", picture)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film-0", "film-3", "film-4", "film-5"]


def test_two_processes_share_the_limit(tmp_path: Path) -> None:
    """What another process has written counts."""
    one, other = (PosterCache(tmp_path, limit_bytes=4 * 4096) for _ in range(2))
    for n in range(8):
        (one if n % 2 else other).put(f"film-{n}", b"x" * 4000)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 6 * 4096


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    """A half-written file is never taken for a poster, and goes after an hour."""
    half = tmp_path / ".123-456-film-1"
    half.write_bytes(b"half")
    cache = PosterCache(tmp_path, limit_bytes=10**6)
    cache.put("film-2", b"x")
    assert half.exists()
    old = time.time() - 4000
    os.utime(half, (old, old))
    PosterCache(tmp_path, limit_bytes=10**6).put("film-3", b"x")
    assert not half.exists()
    assert cache.get("film-1") is None


def test_a_folder_that_may_not_be_written_to_still_serves(asking: Settings, tmdb: FakeTmdb) -> None:
    """As a user without any right to the folder: posters come, uncached, with one warning."""
    asking.poster_cache_dir.mkdir(parents=True)
    asking.poster_cache_dir.chmod(0o555)

    def ask() -> str:
        warnings: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger("movierec").addHandler(handler)
        store = PosterStore(asking)
        got = [store.poster(FILM[movie_id]) == GOOD for movie_id in (HEAT, UP)]
        return f"{got} {len(warnings)} {'cannot be kept' in warnings[0]}"

    assert in_child(ask, as_nobody=True).startswith("[True, True] 1 True")


def test_a_full_disk_still_serves(asking: Settings, tmdb: FakeTmdb) -> None:
    """No room for a single byte: posters come, and no half file stays."""
    import resource
    import signal

    def ask() -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        store = PosterStore(asking)
        return str([store.poster(FILM[movie_id]) == GOOD for movie_id in (HEAT, UP)])

    assert in_child(ask).startswith("[True, True]")
    assert list(asking.poster_cache_dir.iterdir()) == []


def test_a_bug_of_ours_is_a_drawn_poster_too(
    store: PosterStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is raised inside, who asks gets an answer, and the log gets a line without details."""
    monkeypatch.setattr(store._cache, "get", lambda _key: 1 / 0)
    assert store.submit(FILM[HEAT]).result(5) is None
    assert "ZeroDivisionError" in caplog.text


def test_a_proxy_is_a_setting_and_the_environment_is_not_asked(
    settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP_PROXY of the environment is ignored; TMDB_PROXY is used."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{_free_port()}")
    assert PosterStore(tmdb.settings(settings)).poster(FILM[HEAT]) == GOOD
    elsewhere = settings.replace(
        tmdb_api_key=V3_KEY, tmdb_api_url="http://api.invalid/3", tmdb_image_url="http://image.invalid/t/p",
        tmdb_proxy=_proxy(tmdb),
    )  # fmt: skip
    assert PosterStore(elsewhere).poster(FILM[UP]) == GOOD


def _proxy(tmdb: FakeTmdb) -> str:
    """Start the least of all HTTP proxies: whatever it is asked for, it asks the fake TMDB."""
    listener = socket.create_server(("127.0.0.1", 0))
    host, port = tmdb.address.removeprefix("http://").split(":")

    def relay() -> None:
        while True:
            client, _ = listener.accept()
            line, _, rest = client.recv(65_536).partition(b"\r\n")
            method, url, version = line.split()
            path = b"/" + url.split(b"/", 3)[3]
            with client, socket.create_connection((host, int(port))) as server:
                server.sendall(b" ".join((method, path, version)) + b"\r\nConnection: close\r\n" + rest)
                while data := server.recv(65_536):
                    client.sendall(data)

    threading.Thread(target=relay, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
