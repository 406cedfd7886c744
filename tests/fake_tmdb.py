"""TMDB, played by a local server: good, slow, broken or hostile, as the test says.

::

    with FakeTmdb(MOVIES) as tmdb:
        settings = settings.replace(tmdb_api_key=V3_KEY, tmdb_api_url=tmdb.api_url,
                                    tmdb_image_url=tmdb.image_url)
        tmdb.play("movie", "500", "good")      # the first time 500, good from then on
        ...
        assert tmdb.count("movie") == 2

Kinds of requests: ``movie`` (by id), ``search``, ``image``, ``configuration``. A play is the name of
a method ``_play_…`` below (``429`` may be followed by a Retry-After: ``"429 1"``; ``slow`` by
seconds), or ``good``.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from movierec.artifact import Movie
from movierec.settings import Settings

V3_KEY = "0123456789abcdef0123456789abcdef"
V4_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJtb3ZpZXJlYyJ9.c2lnbmF0dXJlLW9mLWEtdGVzdA"
PATIENCE_S = 20.0  # how long a request that hangs is held at most


def png(width: int = 342, height: int = 513, grey: int = 128) -> bytes:
    """Return a picture that a browser shows: one even grey."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([grey]) * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PICTURE = png()


@dataclass(frozen=True)
class Request:
    """What was asked of TMDB."""

    kind: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class FakeTmdb:
    """A TMDB that knows *movies*; it accepts both kinds of keys. Usable in a ``with``."""

    movies: Iterable[Movie] = ()
    picture: bytes = PICTURE
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self.records = {movie.tmdb_id or 900_000 + n: record(movie) for n, movie in enumerate(self.movies)}
        self._plays: dict[str, list[str]] = {}
        self._at_once = 0
        self._lock = threading.Lock()
        self.ended = threading.Event()

    def __enter__(self) -> FakeTmdb:
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"tmdb": self}))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        return f"{self.address}/3"

    @property
    def image_url(self) -> str:
        return f"{self.address}/t/p"

    def environment(self, key: str = V3_KEY) -> dict[str, str]:
        """Return the settings, as environment variables, of a program that is to ask this TMDB."""
        return {"TMDB_API_KEY": key, "TMDB_API_URL": self.api_url, "TMDB_IMAGE_URL": self.image_url}

    def settings(self, settings: Settings, key: str = V3_KEY) -> Settings:
        """Return *settings*, changed to ask this TMDB."""
        return settings.replace(tmdb_api_key=key, tmdb_api_url=self.api_url, tmdb_image_url=self.image_url)

    def play(self, kind: str, *plays: str) -> None:
        """Answer the next requests of *kind* like that, one after the other; the last one stays."""
        with self._lock:
            self._plays[kind] = list(plays)

    def count(self, kind: str) -> int:
        """Return how many requests of *kind* have come."""
        with self._lock:
            return sum(request.kind == kind for request in self.requests)

    def begin(self, request: Request) -> str:
        with self._lock:
            self.requests.append(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            plays = self._plays.get(request.kind, ["good"])
            return plays.pop(0) if len(plays) > 1 else plays[0]

    def end(self) -> None:
        with self._lock:
            self._at_once -= 1


def record(movie: Movie) -> dict[str, Any]:
    """Return TMDB's record of *movie*, with a poster."""
    return {
        "id": movie.tmdb_id,
        "title": movie.title,
        "original_title": movie.original_title or movie.title,
        "release_date": f"{movie.year}-06-15" if movie.year else "",
        "poster_path": f"/poster{abs(movie.movie_id)}.jpg",
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are part of the play."""


class _Handler(BaseHTTPRequestHandler):
    tmdb: FakeTmdb
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        kind = "image" if parts.path.startswith("/t/p/") else parts.path.split("/")[2]
        play = self.tmdb.begin(Request(kind, parts.path, query, dict(self.headers)))
        name, _, more = play.partition(" ")
        try:
            getattr(self, f"_play_{name}")(*more.split())
        except OSError:
            self.close_connection = True  # the client has gone
        finally:
            self.tmdb.end()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _send(self, body: bytes, status: int = 200, media: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        lengths = {} if "Content_Length" in headers else {"Content-Length": str(len(body))}
        for header, value in {"Content-Type": media, **lengths, **headers}.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> bytes:
        """Return what a good TMDB would send."""
        path = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        if path.path.startswith("/t/p/"):
            return self.tmdb.picture
        if path.path.startswith("/3/movie/"):
            found = self.tmdb.records.get(int(path.path.rpartition("/")[2]))
            return json.dumps(found).encode() if found else b""
        if path.path == "/3/search/movie":
            found_all = [r for r in self.tmdb.records.values() if query["query"].lower() in r["title"].lower()]
            if "year" in query:
                found_all = [r for r in found_all if r["release_date"][:4] in ("", query["year"])]
            return json.dumps({"page": 1, "results": found_all}).encode()
        return json.dumps({"images": {}}).encode()

    def _play_good(self) -> None:
        body = self._answer()
        self._send(
            body, media="image/png" if body == self.tmdb.picture else "application/json"
        ) if body else self._play_404()

    def _play_slow(self, seconds: str = "0.2") -> None:
        self.tmdb.ended.wait(float(seconds))
        self._play_good()

    def _play_hang(self) -> None:
        self.tmdb.ended.wait(PATIENCE_S)
        self.close_connection = True

    def _play_trickle(self) -> None:
        self._send(b"", Content_Length="100000")
        while not self.tmdb.ended.wait(0.1):
            self.wfile.write(b" ")

    def _play_drop(self) -> None:
        self.close_connection = True

    def _play_401(self) -> None:
        self._send(b'{"status_code":7,"status_message":"Invalid API key: You must be granted a valid key."}', 401)

    def _play_404(self) -> None:
        self._send(b'{"status_code":34,"status_message":"The resource could not be found."}', 404)

    def _play_429(self, retry_after: str = "") -> None:
        self._send(b"{}", 429, **({"Retry-After": retry_after} if retry_after else {}))

    def _play_500(self) -> None:
        self._send(b"<html>oops</html>", 500, "text/html")

    def _play_503(self) -> None:
        self._send(b"", 503)

    def _play_truncated(self) -> None:
        body = self._answer()
        self._send(body[: len(body) // 2])

    def _play_cut(self) -> None:
        body = self._answer()
        self._send(body[: len(body) // 2], Content_Length=str(len(body)))
        self.close_connection = True

    def _play_list(self) -> None:
        self._send(b"[1, 2, 3]")

    def _play_numbers(self) -> None:
        numbers = {"title": 7, "original_title": 7, "release_date": 1995, "poster_path": 7}
        self._send(json.dumps({**json.loads(self._answer()), **numbers}).encode())

    def _play_poster(self, value: str) -> None:
        """Send the record with another poster_path: JSON, or ``missing``."""
        found = json.loads(self._answer())
        found.pop("poster_path")
        self._send(
            json.dumps(found if value == "missing" else {**found, "poster_path": json.loads(value)}).encode()
        )

    def _play_huge(self) -> None:
        """Announce 100 MB, and send them as long as somebody reads."""
        self._send(self.tmdb.picture, media="image/png", Content_Length=str(100_000_000))
        self._pour()

    def _play_endless(self) -> None:
        """Send 100 MB without announcing how much it will be."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(self.tmdb.picture)
        self._pour()
        self.close_connection = True

    def _pour(self) -> None:
        for _ in range(1000):
            self.wfile.write(bytes(100_000))

    def _play_text(self) -> None:
        self._send(b"<script>alert(1)</script>", media="image/jpeg")

    def _play_redirect(self) -> None:
        self._send(b"", 302, Location=self.tmdb.address + "/elsewhere/stolen")

    def _play_malformed(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nNo colon in this header\r\n\r\n{")
        self.close_connection = True
