"""What a page needs of a Jupyter server: its kernel, and no other; everything else is not there."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Awaitable
from http import HTTPStatus
from types import TracebackType
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler, read_header_from_binary_message

from movierec.server.connection import Connection
from movierec.server.peers import Peers
from movierec.server.visits import Cookies

__all__ = [
    "Everybody", "KernelHandler", "KernelSocket", "NotHere", "OwnOrigin", "Plain", "Refused", "ShutdownHandler",
]  # fmt: skip

_log = logging.getLogger(__name__)

_PROTOCOL = "v1.kernel.websocket.jupyter.org"
_SESSION = re.compile(r"[0-9a-f]{32}")
# What a kernel may say to its page: not its streams and errors, a traceback is for the log.
_MAY_PASS = {
    "comm_open", "comm_msg", "comm_close", "comm_info_reply", "kernel_info_reply", "shutdown_reply", "status",
}  # fmt: skip


class Everybody(IdentityProvider):
    """Anyone may see the page: logging in is the app's business, so no cookie and no login page of Jupyter's."""

    def get_user(self, handler: RequestHandler) -> User:  # noqa: ARG002 - the library's signature
        return User("visitor")

    def get_handlers(self) -> list[tuple[str, object]]:
        return []

    def is_token_authenticated(self, handler: RequestHandler) -> bool:  # noqa: ARG002
        return False  # so that the origin of every request is looked at


class Plain(RequestHandler):
    """Errors as one line of text: the stock pages tell more, and load fonts from elsewhere."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ARG002
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(f"{status_code} {HTTPStatus(status_code).phrase}\n")

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        # Refusals are not news, and anybody could fill the log with them.
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)


class NotHere(Plain):
    """Whatever no other handler serves."""

    def prepare(self) -> None:
        raise HTTPError(404)


class Refused(Plain):
    """A request under a foreign name: a page elsewhere may have had its own name resolved to this machine."""

    def prepare(self) -> None:
        raise HTTPError(403)


class OwnOrigin(Plain, JupyterHandler):
    """What a page of another site, where the browser names it, is refused."""

    def initialize(self, peers: Peers, cookies: Cookies) -> None:
        self._peers, self._cookies = peers, cookies

    def check_origin(self, origin: str | None = None) -> bool:
        """Return whether the request is from a page of ours, or does not say."""
        origin = origin or self.request.headers.get("Origin")
        return not origin or self._peers.is_own_origin(self.request, origin)

    def check_xsrf_cookie(self) -> None:
        """Not needed: browsers name the origin of all that is no GET, and send a visit to its own site only."""

    async def prepare(self) -> None:  # type: ignore[override]
        if not self.check_origin():
            raise HTTPError(403)
        await super().prepare()

    def check_kernel(self, kernel_id: str) -> None:
        """Go on only if the kernel is there, and has been given to this visit."""
        kernels: Any = self.kernel_manager
        if not kernels.is_there(kernel_id):
            raise HTTPError(404)
        visit = self._cookies.get(self, "visit")
        if not kernels.belongs(kernel_id, visit):
            # Not now: a page takes 403 and 404 for the end, and will soon have heard of the visit's new secret.
            raise HTTPError(409 if kernels.belonged(kernel_id, visit) else 403)


class KernelHandler(OwnOrigin):
    """Tells a page whether its kernel is still there; not a way to end, restart or list any."""

    async def get(self, kernel_id: str) -> None:
        self.set_header("Cache-Control", "no-store")
        self.check_kernel(kernel_id)
        kernels: Any = self.kernel_manager
        self.write(await ensure_async(kernels.kernel_model(kernel_id)))


class ShutdownHandler(OwnOrigin):
    """Ends a kernel when its page closes: the page sends a beacon."""

    async def post(self, kernel_id: str) -> None:
        if not self.request.headers.get("Origin"):
            raise HTTPError(403)
        self.check_kernel(kernel_id)
        kernels: Any = self.kernel_manager
        await kernels.end(kernel_id)
        self.set_status(204)


class KernelSocket(OwnOrigin, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """A page's way to its kernel, which has one at a time."""

    kernel_websocket_connection_class = Connection

    async def get(self, kernel_id: str) -> None:
        """Open the websocket, for the page that the kernel was given to and no other."""
        # Before anything else: the stock handler first attaches to the kernel, and takes a missing Origin for
        # a script that may pass.
        if not self.request.headers.get("Origin"):
            raise HTTPError(403)
        self.check_kernel(kernel_id)
        # The older protocol would need another way to tell what passes; and what is read by it is believed.
        protocols = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        if _PROTOCOL not in map(str.strip, protocols):
            raise HTTPError(400)
        if not _SESSION.fullmatch(self.get_argument("session_id", "")):
            raise HTTPError(400)
        stock: Any = super().get(kernel_id=kernel_id)
        await stock

    async def open(self, kernel_id: str) -> None:
        self.set_nodelay(True)  # a click's answer is small: 45 ms with Nagle's algorithm, 4 without
        kernels: Any = self.kernel_manager
        if not kernels.belongs(kernel_id, self._cookies.get(self, "visit")):
            self.close()  # somebody has logged in since this was asked for
            return
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        # What was on its way when the connection was closed still comes, and no protocol is known any more.
        if self.ws_connection is None or self.selected_subprotocol != _PROTOCOL:
            return
        try:
            if not isinstance(ws_message, bytes) or not _table_fits(ws_message):
                raise ValueError("not of the protocol")
            super().on_message(ws_message)
        except Exception as error:
            _log.warning("a page sent what is no message (%s): its connection is closed", type(error).__name__)
            self.close(1003)

    def write_message(self, message: bytes | str | dict[str, Any], binary: bool = False) -> Awaitable[None] | None:
        header = read_header_from_binary_message(message) if isinstance(message, bytes) else None
        if header and header.get("msg_type") in _MAY_PASS:
            with contextlib.suppress(WebSocketClosedError):  # the page has just gone
                answer: Awaitable[None] | None = super().write_message(message, binary)
                return answer
        return None


def _table_fits(message: bytes) -> bool:
    """Does the table that a message begins with (how many places, the places) end within it?

    jupyter_server believes the number: eight bytes of ones, and it counts to 2**64.
    """
    return len(message) >= 8 * (1 + int.from_bytes(message[:8], "little"))
