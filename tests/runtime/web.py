"""A server of one page: HTTP and the kernel's websocket on one port of the loopback."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import InvalidState, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from tests.runtime.kernel import Kernel

PAGE = Path(__file__).parent.parent.parent / "movierec" / "server" / "page"
PROTOCOL = "v1.kernel.websocket.jupyter.org"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
KERNEL_ID = "0f3c"


class Web:
    """The server, and what can be wrong with it.

    Attributes:
        roots: the ids of the models that the page shows.
        policy: the Content-Security-Policy of every response.
        extra: more for the page's JSON.
        ticket: what the page brings for who is signed in, if anything.
        instead: what stands in place of the page's JSON; if it is empty there is no such element.
        missing: the kernel is not known: 404.
        away: no request is answered.
        closed_to_sockets: websockets are refused, all else is answered.
        on_socket: called when a websocket asks to be opened.
        sessions: the session ids of the websockets, in order.
        asked: method and path of each request; beacons: path, form fields.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.roots: list[str] = []
        self.policy = POLICY
        self.extra: dict[str, Any] = {}
        self.ticket: str | None = None
        self.missing = self.away = self.closed_to_sockets = False
        self.on_socket: Callable[[], None] = lambda: None
        self.sessions: list[str] = []
        self.asked: list[str] = []
        self.beacons: list[tuple[str, str]] = []
        self.instead: str | None = None
        self._sockets: list[socket.socket] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                web.asked.append(f"GET {self.path}")
                if web.away:
                    self._break()
                elif "Upgrade" in self.headers:
                    web._websocket(self)
                else:
                    self._answer(*web._get(urlsplit(self.path).path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                web.beacons.append((self.path, body))
                self._answer(204, "text/plain", "")

            def _answer(self, status: int, content_type: str, body: str) -> None:
                data = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", f"{content_type}; charset=utf-8")
                self.send_header("Content-Security-Policy", web.policy)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _break(self) -> None:
                self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.drop()
        self._server.shutdown()
        self._server.server_close()

    # ------------------------------------------------------------------ HTTP

    def _get(self, path: str) -> tuple[int, str, str]:
        if path == "/":
            return 200, "text/html", self._page()
        if path == f"/api/kernels/{KERNEL_ID}":
            return (404, "text/plain", "") if self.missing else (200, "application/json", "{}")
        if path in ("/page/runtime.js", "/page/banner.css"):
            return 200, _TYPES[Path(path).suffix], (PAGE / Path(path).name).read_text("utf-8")
        if path in self.kernel.scripts:
            return 200, _TYPES[Path(path).suffix], self.kernel.scripts[path]
        return 404, "text/plain", ""

    def _page(self) -> str:
        with self.kernel.lock:
            content = {
                "base_url": "/", "kernel_id": KERNEL_ID, "roots": self.roots, "prefetch": [],
                "states": self.kernel.states(), **self.extra,
            }  # fmt: skip
        text = json.dumps(content).replace("<", "\\u003c")
        text = text if self.instead is None else self.instead
        element = f'<script type="application/json" id="movierec-page">{text}</script>' if text else ""
        if self.ticket is not None:
            ticket = json.dumps({"ticket": self.ticket})
            element += f'<script type="application/json" id="movierec-ticket">{ticket}</script>'
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>movierec</title>'
            '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="/page/banner.css"><script type="module" src="/page/runtime.js"></script>'
            f'</head><body><div id="loading">Loading</div><div id="app"></div>{element}</body></html>'
        )

    # ------------------------------------------------------------------ the websocket

    def _websocket(self, handler: BaseHTTPRequestHandler) -> None:
        self.on_socket()
        handler.close_connection = True
        url = urlsplit(handler.path)
        if self.missing or self.closed_to_sockets or url.path != f"/api/kernels/{KERNEL_ID}/channels":
            handler.send_error(404 if self.missing else 503)
            return
        connection = handler.connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        protocol = ServerProtocol(subprotocols=[PROTOCOL], max_size=1_000_000)  # type: ignore[list-item]
        lines = [handler.requestline, *(f"{name}: {value}" for name, value in handler.headers.items())]
        protocol.receive_data("\r\n".join([*lines, "", ""]).encode())
        (request,) = protocol.events_received()
        protocol.send_response(protocol.accept(request))
        assert protocol.subprotocol == PROTOCOL
        lock = threading.Lock()

        def flush() -> None:
            for data in protocol.data_to_send():
                if data:
                    connection.sendall(data)

        def send(frame: bytes) -> None:
            with lock, contextlib.suppress(OSError, InvalidState):  # a page that is going, or has gone
                protocol.send_binary(frame)
                flush()

        with lock:
            flush()
        self.sessions.append(parse_qs(url.query)["session_id"][0])
        self._sockets.append(connection)
        self.kernel.attach(send)
        try:
            while data := connection.recv(65536):
                protocol.receive_data(data)
                for event in protocol.events_received():
                    if isinstance(event, Frame) and event.opcode is Opcode.BINARY:
                        self.kernel.hear(bytes(event.data))
                with lock:
                    flush()
                if protocol.close_expected():
                    break
        except (OSError, WebSocketException):
            pass  # the connection is over, one way or the other
        finally:
            self.kernel.detach(send)
            self._sockets.remove(connection)

    @property
    def open_sockets(self) -> int:
        return len(self._sockets)

    def drop(self) -> None:
        """Break every websocket, without a word."""
        for connection in list(self._sockets):
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RDWR)


_TYPES = {".js": "text/javascript", ".css": "text/css"}
