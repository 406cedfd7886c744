"""Our Voilà: one notebook, at ``/``, with only the routes that its page needs."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import zmq
from jupyter_server.utils import url_path_join
from tornado.web import Application
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from movierec.server import forms, handlers
from movierec.server.front_end import FrontEnd
from movierec.server.headers import SafetyHeaders
from movierec.server.kernels import Kernels, OwnKernelSpec
from movierec.server.notebook import Notebook
from movierec.server.nursery import Nursery, can_fork
from movierec.server.page import PageHandler, PageText
from movierec.server.peers import Peers
from movierec.server.pool import Pool
from movierec.server.reception import Reception
from movierec.server.static import StaticHandler
from movierec.server.visits import Cookies
from movierec.settings import Settings

__all__ = ["Site"]

_MESSAGE_BYTES = 1_000_000  # the largest that a page of ours sends is a few kB
_PING_MS, _PONG_MS = 15_000, 30_000  # a page that has lost its line without a word is noticed after so long
_FROM_PAGES = ["comm_msg", "comm_info_request", "kernel_info_request"]
_RECONNECT_MS = 10  # ZeroMQ's 100 would be most of the time until a new kernel has answered
_DEAD_S = 1.0  # how often kernels are looked at
_AT_ONCE = max(2, os.cpu_count() or 1)  # kernels started at the same time: starting one keeps one core busy
_FOLDER_BYTES = 103 - len("/kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-5")  # a socket's path, on macOS
_KERNEL_ID = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_LOOPBACK = r"localhost|127\.\d+\.\d+\.\d+|\[::1\]"
_ANY_ADDRESS = r"\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\]"  # nobody can have that resolved to another machine


class Site(Voila):  # type: ignore[misc]
    """The page's server, up to where it listens.

    Attributes:
        kernel_environment: variables for visitors' kernels, over those of this process.
        nursery: what kernels are forked from; None where they are started.
        pool: kernels that are ready.
    """

    name = "voila"

    def __init__(
        self,
        settings: Settings,
        front_end: FrontEnd,
        *,
        reception: Reception,
        notebook: Path,
        port: int,
        local: bool,
        folder: Path,
    ):
        """Set up, start nothing.

        Args:
            settings: what is configured.
            front_end: what the notebook's widgets need.
            reception: where people log in.
            notebook: the one that is served.
            port: where the server will listen.
            local: only this machine can reach it, so that other names for it are not ours.
            folder: for what kernels are reached by.
        """
        # With a logger of its own, traitlets sets up no handler; no configuration file is read either: a
        # stray voila.json must not open what is closed here.
        super().__init__(log=logging.getLogger("movierec.server"), config=_config(folder))
        self.notebook_path, self.port, self.ip = str(notebook), port, settings.host
        self._settings, self._local, self.connection_dir = settings, local, str(folder)
        self.voila_configuration = VoilaConfiguration(parent=self)
        self._page, self._reception = PageText(front_end, self.base_url), reception
        self._peers = Peers(proxies=settings.proxies, public_url=settings.public_url)
        self._cookies = Cookies(port, self._peers, kept_s=settings.login_kept_max_d * 86_400)
        posters_url = url_path_join(self.base_url, "movierec/posters/") if settings.tmdb_api_key else ""
        login_url = url_path_join(self.base_url, "movierec/")
        told = settings.replace(posters_url=posters_url, static_url=self._page.files.url, login_url=login_url)
        self.kernel_environment = told.kernel_environment()
        self.nursery: Nursery | None = None
        if settings.fork == "yes" or (settings.fork == "auto" and can_fork()):
            self.nursery = Nursery({**os.environ, **self.kernel_environment}, preload=front_end.modules)
            self.nursery.start()
        self.pool: Pool

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        return settings | {
            "compress_response": True,
            "websocket_max_message_size": _MESSAGE_BYTES,
            "ws_ping_interval": _PING_MS,
            "ws_ping_timeout": _PONG_MS,
            "log_function": _log_request,
        }

    def init_handlers(self) -> list[Any]:
        """Return the routes; what is not listed is not there."""
        asked = {"peers": self._peers, "cookies": self._cookies}
        inside = {**asked, "reception": self._reception, "kernels": self.kernel_manager}
        routes: list[tuple[str, Any, dict[str, Any]]] = [
            ("", PageHandler, {**inside, "text": self._page, "pool": self.pool}),
            (r"movierec/static/([0-9a-f]+)/([a-z_]+\.(?:js|css))", StaticHandler, {"files": self._page.files}),
            *forms.routes(**inside),
            (rf"api/kernels/{_KERNEL_ID}", handlers.KernelHandler, asked),
            (rf"api/kernels/{_KERNEL_ID}/channels", handlers.KernelSocket, asked),
            (rf"voila/api/shutdown/{_KERNEL_ID}", handlers.ShutdownHandler, asked),
        ]
        return [(url_path_join(self.base_url, path), handler, more) for path, handler, more in routes]

    def application(self, more_routes: list[Any], *, model_mark: Any) -> Application:
        """Make the web application; the first kernels begin to start.

        Args:
            more_routes: tornado's (path below the base, handler, arguments), looked at first.
            model_mark: tells the model that is in place from others.
        """
        self.app = Application(**self.init_settings())
        safety: Any = partial(SafetyHeaders, peers=self._peers)
        self.app.add_transform(safety)
        kernels = self.kernel_manager
        kernels.context.reconnect_ivl = _RECONNECT_MS
        kernels.context.set(zmq.MAX_SOCKETS, kernels.context.get(zmq.SOCKET_LIMIT))  # 1,023 are 170 visitors
        kernels.allowed_message_types = _FROM_PAGES
        self.pool = Pool(
            Notebook(Path(self.notebook_path), kernels).prepare,
            size=self._settings.pool_size,
            at_once=_AT_ONCE,
            is_alive=kernels.is_there,
            end=kernels.end,
            model_mark=model_mark,
        )
        own = [(url_path_join(self.base_url, path), handler, more) for path, handler, more in more_routes]
        routes = [*own, *self.init_handlers(), (".*", handlers.NotHere)]
        self.app.add_handlers(self._host_names(), routes)
        self.app.add_handlers(".*", [(".*", handlers.Refused)])
        self.pool.fill()
        return self.app

    def _host_names(self) -> str:
        """Return a pattern of the names under which we are asked; where nobody says which there are, any."""
        public = self._peers.public_host
        if not self._local and not public:
            return ".*"
        names = (_LOOPBACK, "" if self._local else _ANY_ADDRESS, re.escape(public))
        return f"({'|'.join(filter(None, names))})"

    async def look_after_kernels(self) -> None:
        """End those that nobody wants, start those that are missing."""
        await self.kernel_manager.end_abandoned(self._settings.away_s)
        await self.pool.look_after()

    def count_kernels(self) -> dict[str, int]:
        """Return how many kernels there are, by what they do."""
        counts: dict[str, int] = self.kernel_manager.count()
        return {"ready": self.pool.ready, **counts}

    async def close(self) -> None:
        """End all kernels."""
        try:
            await self.pool.close()
            kernels = self.kernel_manager
            await asyncio.gather(*map(kernels.end, kernels.list_kernel_ids()), return_exceptions=True)
        finally:
            if self.nursery is not None:
                self.nursery.close()


def _sockets_fit(folder: Path) -> bool:
    """Is the path of *folder* short enough for kernels' sockets in it?"""
    return sys.platform != "win32" and len(os.fsencode(folder)) <= _FOLDER_BYTES


def _config(folder: Path) -> Config:
    return Config(
        {
            "VoilaConfiguration": {
                "file_allowlist": [],
                "show_tracebacks": False,
                "multi_kernel_manager_class": Kernels,
                "kernel_spec_manager_class": OwnKernelSpec,
            },
            "Voila": {"identity_provider_class": handlers.Everybody, "token": ""},
            "Kernels": {"kernel_manager_class": "movierec.server.kernels.OneKernel"},
            "KernelRestarter": {"time_to_dead": _DEAD_S},
            # Files in a folder that only we may enter: a port would let every user of the machine listen in.
            "KernelManager": {"transport": "ipc" if _sockets_fit(folder) else "tcp"},
        }
    )


def _log_request(handler: Any) -> None:
    if handler.get_status() >= 500:
        request = handler.request
        logging.getLogger("movierec.server").warning(
            "%d: %s %s", handler.get_status(), request.method, request.path
        )
