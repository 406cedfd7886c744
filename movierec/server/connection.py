"""A page's connection to its kernel, which ends once."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

__all__ = ["Connection"]


class Connection(ZMQChannelsWebsocketConnection):
    """Jupyter's connection, for websockets that have to give way to another one.

    The stock one is ended by whoever notices, also twice, and then counts one page too few.
    """

    _is_on = False
    _connected: Any = None

    def connect(self) -> Any:
        self._is_on = True
        self._connected = super().connect()
        return self._connected

    def disconnect(self) -> Any:
        end: Any = super().disconnect
        if not self._is_on:
            if self._open_sessions.get(self.session_key) is self.websocket_handler:
                del self._open_sessions[self.session_key]
            return
        self._is_on = False
        if self._connected is None or self._connected.done():
            end()
        else:  # it is about to listen to its channels, which would have another owner by then
            self._connected.add_done_callback(lambda _: end())
