"""Posters on disk: kept, shared, healed, bounded, and not needed."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from movierec.artifact import Movie
from movierec.posters import PosterStore
from movierec.posters.cache import PosterCache
from movierec.settings import Settings
from tests.fake_tmdb import PICTURE, FakeTmdb
from tests.faults import in_child
from tests.posters.clock import FILM, GOOD, Clock
from tests.toy import HEAT, UP


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
