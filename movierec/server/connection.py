"""A page's connection to its kernel: one at a time, and each ends once."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

__all__ = ["Connection"]


class Connection(ZMQChannelsWebsocketConnection):
    """Jupyter's connection, which makes the kernel's older one give way.

    The stock one is ended by whoever notices, also twice, and then counts one page too few.
    """

    _is_on = _is_settled = _ends = False

    def connect(self) -> Any:
        kernel: Any = self.kernel_manager
        older, kernel.open_connection = kernel.open_connection, self
        if older is not None and older.session_key == self.session_key:
            older.give_way()  # as if the page had left: what was said to it is kept for us
            older = None
        self._is_on = True
        connected = super().connect()
        if older is not None:
            older.give_way()
        if connected is None:
            self._settle()
        else:
            connected.add_done_callback(lambda _: self._settle())
        return connected

    def give_way(self) -> None:
        """Hear nothing of the kernel any more, from now on, and close the websocket."""
        self.disconnect()
        self.websocket_handler.close()

    def on_restart_failed(self) -> None:
        """Tell the page that its kernel has died; the operator hears of it from :class:`Kernels`, once."""
        self._send_status_message("dead")  # type: ignore[no-untyped-call]

    def disconnect(self) -> Any:
        if self._is_on:
            self._is_on = False
            if self._is_settled:
                self._end()
            else:  # it is about to listen to its channels, which would have another owner by then
                self._ends = True
        elif self._open_sessions.get(self.session_key) is self.websocket_handler:
            del self._open_sessions[self.session_key]

    def _settle(self) -> None:
        self._is_settled = True
        if self._ends:
            self._end()

    def _end(self) -> None:
        end: Any = super().disconnect
        end()
