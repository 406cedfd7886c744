"""Our Voilà: one notebook, at ``/``, with only the routes that its page needs."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.utils import url_path_join
from tornado.web import Application
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.static_file_handler import MultiStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from movierec.server import handlers
from movierec.server.headers import SafetyHeaders
from movierec.server.kernels import Kernels, OwnKernelSpec
from movierec.settings import Settings

__all__ = ["Site"]

_MESSAGE_BYTES = 1_000_000  # the largest that a page of ours sends is a few kB
_FILL_DELAY_S = 0.1
_FOLDER_BYTES = 103 - len("/kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-5")  # a socket's path, on macOS
_KERNEL_ID = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_LOOPBACK = r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])"
_EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]


class Site(Voila):  # type: ignore[misc]
    """The page's server, up to where it listens.

    Attributes:
        kernel_environment: variables for visitors' kernels, over those of this process.
    """

    name = "voila"

    def __init__(self, settings: Settings, *, notebook: Path, port: int, local: bool, connection_folder: Path):
        """Set up, start nothing.

        Args:
            settings: what is configured.
            notebook: the one that is served.
            port: where the server will listen; preheated kernels are told.
            local: only this machine can reach it, so that other names for it are not ours.
            connection_folder: for what kernels are reached by.
        """
        # With a logger of its own, traitlets sets up no handler; no configuration file is read either: a
        # stray voila.json must not open what is closed here.
        super().__init__(log=logging.getLogger("movierec.server"), config=_config(settings, connection_folder))
        self.notebook_path, self.port, self.ip = str(notebook), port, settings.host
        self._local, self.connection_dir = local, str(connection_folder)
        base = self.base_url
        posters_url = url_path_join(base, "movierec/posters/") if settings.tmdb_api_key else ""
        self.kernel_environment = settings.replace(posters_url=posters_url).kernel_environment()
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()

    @property
    def notebook_name(self) -> str:
        """The notebook, as Voilà's pool of kernels names it."""
        return Path(self.notebook_path).name

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        return settings | {
            "compress_response": True,
            "websocket_max_message_size": _MESSAGE_BYTES,
            "xsrf_cookie_kwargs": {"samesite": "Strict", "path": self.base_url},
            "log_function": _log_request,
        }

    def init_handlers(self) -> list[Any]:
        """Return the routes; what is not listed is not there."""
        stock: dict[Any, Any] = {handler[1]: (handler[2:] or ({},))[0] for handler in super().init_handlers()}
        files = r"(.*)"
        routes = [
            ("", handlers.PageHandler, stock[TornadoVoilaHandler]),
            (rf"api/kernels/{_KERNEL_ID}", handlers.KernelHandler, {}),
            (rf"api/kernels/{_KERNEL_ID}/channels", handlers.KernelSocket, {}),
            (rf"voila/api/shutdown/{_KERNEL_ID}", handlers.ShutdownHandler, {}),
            (rf"voila/static/{files}", handlers.FrontEndFiles, stock[MultiStaticFileHandler]),
            (rf"voila/labextensions/{files}", handlers.ExtensionFiles, stock[FileFindHandler]),
        ]
        return [(url_path_join(self.base_url, path), handler, more) for path, handler, more in routes]

    def application(self, more_routes: list[Any]) -> Application:
        """Make the web application; the first kernels begin to start.

        Args:
            more_routes: tornado's (path below the base, handler, arguments), looked at first.
        """
        self.app = Application(**self.init_settings())
        self.app.add_transform(SafetyHeaders)
        own = [(url_path_join(self.base_url, path), handler, more) for path, handler, more in more_routes]
        routes = [*own, *self.init_handlers(), (".*", handlers.NotHere)]
        self.app.add_handlers(_LOOPBACK if self._local else ".*", routes)
        self.app.add_handlers(".*", [(".*", handlers.Refused)])
        return self.app


def _sockets_fit(folder: Path) -> bool:
    """Is the path of *folder* short enough for kernels' sockets in it?"""
    return sys.platform != "win32" and len(os.fsencode(folder)) <= _FOLDER_BYTES


def _config(settings: Settings, connection_folder: Path) -> Config:
    idle_s = max(1, round(settings.kernel_idle_s))
    return Config(
        {
            "VoilaConfiguration": {
                "template": "movierec",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "file_allowlist": [],
                "show_tracebacks": False,
                "extension_allowlist": _EXTENSIONS,
                "preheat_kernel": True,  # with a pool of none, too: the same code starts every kernel
                "default_pool_size": settings.pool_size,
                "multi_kernel_manager_class": Kernels,
                "kernel_spec_manager_class": OwnKernelSpec,
            },
            "Voila": {"identity_provider_class": handlers.Everybody, "token": ""},
            "VoilaKernelManager": {"fill_delay": _FILL_DELAY_S},
            "Kernels": {
                "cull_idle_timeout": idle_s,
                "cull_interval": max(1, min(60, idle_s // 4)),
                "cull_connected": False,
            },
            # A kernel that died and came back would be empty: no widget of its page would be in it.
            "KernelRestarter": {"restart_limit": 0},
            # Files in a folder that only we may enter: a port would let every user of the machine listen in.
            "KernelManager": {"transport": "ipc" if _sockets_fit(connection_folder) else "tcp"},
            # Or a database of signatures is opened in the operator's home for every page.
            "NotebookNotary": {"db_file": ":memory:", "secret": os.urandom(32)},
        }
    )


def _log_request(handler: Any) -> None:
    if handler.get_status() >= 500:
        request = handler.request
        logging.getLogger("movierec.server").warning(
            "%d: %s %s", handler.get_status(), request.method, request.path
        )
