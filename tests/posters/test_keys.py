"""Keys of both kinds, how they are used, and that they are told nobody; the proxy."""

from __future__ import annotations

import logging
import socket
import threading
import traceback

import pytest

from movierec.errors import PosterError
from movierec.posters import PosterStore
from movierec.settings import Settings
from tests.fake_tmdb import V3_KEY, V4_TOKEN, FakeTmdb
from tests.posters.clock import FILM, GOOD, Clock
from tests.serving import free_port
from tests.toy import HEAT, UP, WALL_E


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
        asking = asking.replace(tmdb_api_url=f"http://127.0.0.1:{free_port()}/3")
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


def test_a_proxy_is_a_setting_and_the_environment_is_not_asked(
    settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP_PROXY of the environment is ignored; TMDB_PROXY is used."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
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
