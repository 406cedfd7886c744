"""TCP proxies: one that loses connections at a chosen moment, one that can be shut."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Literal, Self


class _Proxy:
    """Takes connections on 127.0.0.1 within the block, and passes to the server what its kind lets through."""

    def __init__(self, port: int):
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._server_port)) as server,
        ):
            self._pump(client, server)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        while True:
            for source in select.select([client, server], [], [])[0]:
                data = source.recv(65536)
                if not data or not self._passes(data, source, other[source], by_client=source is client):
                    return

    def _passes(self, data: bytes, source: socket.socket, other: socket.socket, *, by_client: bool) -> bool:
        """Hand on what *source* said, or not; return whether the connection lives on."""
        raise NotImplementedError


class LossyProxy(_Proxy):
    """Passes bytes to a server on 127.0.0.1; loses a connection when the client says *trigger*.

    Args:
        port: the server's.
        trigger: what the client's packet contains when it is time.
        moment: "before" the server sees that packet, or "after" it has answered, unheard by the client.
        times: how many connections to lose; later ones live.
    """

    def __init__(self, port: int, trigger: bytes, moment: Literal["before", "after"], *, times: int = 1):
        super().__init__(port)
        self._trigger, self._moment, self._times = trigger, moment, times
        self.lost = 0

    def _passes(self, data: bytes, _source: socket.socket, other: socket.socket, *, by_client: bool) -> bool:
        lost = by_client and self._trigger in data and self._is_time()
        if not lost or self._moment == "after":
            other.sendall(data)
        if lost and self._moment == "after":
            other.recv(65536)
        return not lost

    def _is_time(self) -> bool:
        with self._lock:
            if self.lost == self._times:
                return False
            self.lost += 1
            return True


class Gate(_Proxy):
    """Passes bytes to a server on 127.0.0.1 as long as it is open."""

    def __init__(self, port: int):
        super().__init__(port)
        self._open = True
        self._passing: set[socket.socket] = set()
        self._mute: set[socket.socket] = set()

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.shut()

    def shut(self) -> None:
        """Lose every connection, and take no other."""
        with self._lock:
            self._open = False
            for each in self._passing:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._passing.clear()

    def hold(self) -> None:
        """Keep from now on what the server says over the connections that there are, and keep them open."""
        with self._lock:
            self._mute |= self._passing

    def open(self) -> None:
        """Pass bytes again."""
        with self._lock:
            self._open = True

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        with self._lock:
            if not self._open:
                return
            self._passing |= {client, server}
        super()._pump(client, server)

    def _passes(self, data: bytes, source: socket.socket, other: socket.socket, *, by_client: bool) -> bool:
        if by_client or source not in self._mute:
            other.sendall(data)
        return True
