"""Start the server, tell where it is, and end it and everything it started."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.ioloop import PeriodicCallback
from tornado.netutil import bind_sockets

from movierec.artifact import verify
from movierec.db import Database
from movierec.errors import SettingsError
from movierec.memory import give_back
from movierec.posters import PosterStore
from movierec.server.front_end import FrontEnd
from movierec.server.nursery import can_fork
from movierec.settings import Settings

__all__ = ["run"]

_HERE = Path(__file__).parent
_PORTS_TRIED = 100
_PLACE_BYTES = 35  # a socket's path has at most 103 on macOS; 18 are our folder's, 50 the kernel's
_BODY_BYTES, _BODY_S = 100_000, 10.0  # nothing larger is ever posted to us
_IDLE_CONNECTION_S = 120
_END_KERNELS_S = 5.0
_OPEN_FILES = 65_536
_LOOK_AFTER_KERNELS_S = 2.0


def run(settings: Settings, front_end: FrontEnd, *, open_browser: bool, notebook: Path | None = None) -> int:
    """Serve the app until Ctrl-C or SIGTERM.

    Args:
        settings: the model must be there; the database is made when it is missing, an older file upgraded.
        front_end: what the notebook's widgets need.
        open_browser: show the page in the operator's browser once it is served.
        notebook: the one to serve, another than the app's.
    Returns:
        0, for the shell.
    Raises:
        ArtifactError: the model is missing or damaged.
        StorageError: the database cannot be reached or made, or its tables are older or newer than the program.
        SettingsError: the address cannot be listened on.
    """
    _log_lines()
    _allow_open_files()
    give_back()
    if settings.fork == "yes" and not can_fork():
        raise SettingsError("MOVIEREC_FORK: this system cannot fork kernels; leave it at auto")
    verify(settings.model_dir)
    db = Database(settings)
    db.prepare()
    with _listening(settings) as sockets, _connection_folder() as folder:
        serving = _serve(
            settings, front_end, db, sockets, folder, notebook or _notebook(), open_browser=open_browser
        )
        asyncio.run(serving)
    return 0


async def _serve(
    settings: Settings,
    front_end: FrontEnd,
    db: Database,
    sockets: list[socket.socket],
    folder: Path,
    notebook: Path,
    *,
    open_browser: bool,
) -> None:
    stop = _stop_signal()
    # Here, because Voilà takes a second or two: what keeps us from starting was told before.
    from movierec.app import front_desk
    from movierec.server.reception import Reception
    from movierec.server.services import Films, Health, HealthHandler, PosterHandler, model_mark
    from movierec.server.site import Site

    port = sockets[0].getsockname()[1]
    local = _all_loopback(sockets)
    reception = Reception(front_desk(db, settings))
    site = Site(settings, front_end, reception=reception, notebook=notebook, port=port, local=local, folder=folder)
    films, posters = Films(settings.model_dir), PosterStore(settings)
    health = Health(films, settings.model_dir, db, site.count_kernels)
    application = site.application(
        [
            ("movierec/health", HealthHandler, {"health": health}),
            (r"movierec/posters/(-?[0-9]{1,15})", PosterHandler, {"films": films, "posters": posters}),
        ],
        model_mark=lambda: model_mark(settings.model_dir),
    )
    server = HTTPServer(
        application,
        max_body_size=_BODY_BYTES,
        body_timeout=_BODY_S,
        idle_connection_timeout=_IDLE_CONNECTION_S,
    )
    server.add_sockets(sockets)
    looking_after = PeriodicCallback(site.look_after_kernels, _LOOK_AFTER_KERNELS_S * 1000)
    looking_after.start()
    try:
        await _announce(settings, port, site.base_url, open_browser=open_browser)
        await stop.wait()
    finally:
        logging.disable()  # what is interrupted on its way complains, with tracebacks
        looking_after.stop()
        server.stop()
        posters.close()
        health.close()
        reception.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(site.close(), _END_KERNELS_S)


async def _announce(settings: Settings, port: int, base_url: str, *, open_browser: bool) -> None:
    """Print the address once it answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    url = f"http://{host}:{port}{base_url}"
    await AsyncHTTPClient().fetch(f"{url}movierec/health", raise_error=False)
    taken = "" if port == settings.port else f" (port {settings.port} is taken)"
    sys.stdout.write(f"movierec is at {url}{taken}. Ctrl-C ends it.\n")
    sys.stdout.flush()
    if open_browser and _has_desktop():
        # In a thread, because some browsers take their time.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _has_desktop() -> bool:
    # Without one, a text browser would be started, in this very terminal.
    return sys.platform in ("win32", "darwin") or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )


def _stop_signal() -> asyncio.Event:
    """Return what is set by Ctrl-C and by SIGTERM."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: its event loop cannot
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[list[socket.socket]]:
    """Listen on the configured port, or on the next that is free."""
    sockets = _bind(settings)
    try:
        yield sockets
    finally:
        for sock in sockets:
            sock.close()


def _bind(settings: Settings) -> list[socket.socket]:
    last = min(settings.port + _PORTS_TRIED, 65_536) - 1
    for port in range(settings.port, last + 1):
        try:
            return bind_sockets(port, settings.host)
        except (socket.gaierror, UnicodeError) as error:  # the latter: not even of a name's form
            raise SettingsError(f"MOVIEREC_HOST: {settings.host!r} is no address of this machine") from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise SettingsError(f"MOVIEREC_HOST: {settings.host!r} is no address of this machine") from error
            if error.errno == errno.EACCES:
                raise SettingsError(f"MOVIEREC_PORT: {port} may not be listened on by this user") from error
            if error.errno != errno.EADDRINUSE:
                raise SettingsError(f"MOVIEREC_HOST, MOVIEREC_PORT: {error.strerror}") from error
    raise SettingsError(f"MOVIEREC_PORT: all ports from {settings.port} to {last} are taken")


@contextlib.contextmanager
def _connection_folder() -> Iterator[Path]:
    """Make a folder that only we may enter, for the sockets of kernels, with a path short enough for them."""
    place = Path(tempfile.gettempdir())
    if len(os.fsencode(place)) > _PLACE_BYTES and Path("/tmp").is_dir():  # noqa: S108 - made for us alone
        place = Path("/tmp")  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="movierec-", dir=place) as folder:
        yield Path(folder)


def _allow_open_files() -> None:
    """Open as many files as the system lets us: a visitor takes about thirteen, and 1,024 is what shells allow."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _all_loopback(sockets: list[socket.socket]) -> bool:
    return all(ipaddress.ip_address(sock.getsockname()[0].split("%")[0]).is_loopback for sock in sockets)


def _notebook() -> Path:
    """Return the one notebook that is served: the wheel's, or the checkout's."""
    installed = _HERE / "app.ipynb"
    return installed if installed.exists() else _HERE.parent.parent / "notebooks" / "app.ipynb"


class _Line(logging.Formatter):
    """One line for a warning, without the ids of kernels: who knows one can talk to that kernel."""

    _ID = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")

    def format(self, record: logging.LogRecord) -> str:
        return self._ID.sub(r"\1…", super().format(record))


def _is_news(record: logging.LogRecord) -> bool:
    # The first is true of every page: Jupyter gives tornado milliseconds as seconds. The other of each connection
    # that gives way to another before it is used, and anybody could fill the log with it.
    message = record.getMessage()
    return "websocket_ping_timeout" not in message and not message.startswith("Got events for closed stream")


def _log_lines() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Line("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_is_news)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("movierec.security").setLevel(logging.INFO)  # who logs in, and who tries to
