"""Visitors' kernels: how one is started, and when one is ended."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import os
import time
from collections.abc import Mapping
from typing import Any

from jupyter_client.ioloop.restarter import AsyncIOLoopKernelRestarter
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from tornado.web import HTTPError
from traitlets import Type

from movierec.server.fork import COMMAND, ForkedKernel
from movierec.server.once import Once
from movierec.server.visits import Renewals, digest, new_visit

__all__ = ["Kernels", "OneKernel", "OwnKernelSpec", "Watch"]

_log = logging.getLogger(__name__)

_NAME = "python3"
_UNOPENED_S = 30.0  # a page connects as soon as it has arrived, on a slow line seconds later


class OwnKernelSpec(KernelSpecManager):
    """The only kind of kernel there is: this Python.

    A ``python3`` that somebody has registered with Jupyter may be a Python without movierec.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        return {_NAME: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        if kernel_name != _NAME:
            raise NoSuchKernel(kernel_name)
        return KernelSpec(argv=COMMAND, name=_NAME, display_name="movierec", language="python")


class Watch(AsyncIOLoopKernelRestarter):
    """Notices that a kernel has died, and leaves it at that.

    A kernel that came back would be empty: no widget of its page would be in it. The stock class brings kernels
    back; with a limit of none it does not, and writes of each that restarting it has failed.
    """

    async def poll(self) -> None:  # type: ignore[override]
        if not await self.kernel_manager.is_alive() and not self.kernel_manager.shutting_down:
            self.stop()
            self._fire_callbacks("dead")


class OneKernel(ServerKernelManager):
    """Jupyter's manager of one kernel, without its log of events, whose schema it would read for every kernel."""

    restarter_class = Type(Watch)

    def emit(self, schema_id: object, data: object) -> None:
        pass


class Kernels(AsyncMappingKernelManager):
    """Starts kernels, and ends those whose page has gone.

    What it asks of its site: ``kernel_environment``, and the ``nursery`` that kernels are forked from, if there
    is one.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)  # type: ignore[no-untyped-call]
        self._endings: set[asyncio.Future[None]] = set()  # or nobody would hold them
        self._renewals = Renewals()

    def pre_start_kernel(self, kernel_name: str | None, kwargs: Any) -> Any:
        """Choose who starts the kernel's process."""
        manager, name, kernel_id = super().pre_start_kernel(kernel_name, kwargs)
        site: Any = self.parent
        if site.nursery is not None:
            manager.provisioner = ForkedKernel(
                nursery=site.nursery, kernel_id=kernel_id, kernel_spec=manager.kernel_spec, parent=manager
            )
        return manager, name, kernel_id

    async def start_kernel(self, *, env: Mapping[str, str] | None = None, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel that sees our settings, and not TMDB's key."""
        # Over this process's environment: the key may be in it.
        site: Any = self.parent
        env = {**(os.environ if env is None else env), **site.kernel_environment}
        kernel_id = str(await super().start_kernel(env=env, **kwargs))
        kernel = self._of(kernel_id)
        kernel.away_since, kernel.was_opened, kernel.visit, kernel.login_id = None, False, b"", None
        kernel.once, kernel.open_connection = Once(), None
        return kernel_id

    def start_watching_activity(self, kernel_id: str) -> None:
        """Take the kernel for ready, as it is by now, and do not watch it.

        The stock manager would read all that each kernel says once more, to end those that have been idle for
        long. Ours end when their page has gone.
        """
        self._of(kernel_id).execution_state = "idle"

    def give(self, kernel_id: str, visit: str) -> None:
        """A visitor has been given the kernel: their page will connect to it, or never come."""
        kernel = self._of(kernel_id)
        kernel.away_since, kernel.visit = time.monotonic(), self._renewals.last(digest(visit))

    def belongs(self, kernel_id: str, visit: str) -> bool:
        """Return whether that is a kernel which has been given to *visit*."""
        return hmac.compare_digest(self._visit_of(kernel_id), digest(visit))

    def _visit_of(self, kernel_id: str) -> bytes:
        visit: bytes = getattr(self._of(kernel_id), "visit", b"") if kernel_id in self else b""
        return visit

    def renew(self, visit: str) -> str:
        """Return the visit's new secret: from now on all its kernels belong to that one alone."""
        before, renewed = self._renewals.last(digest(visit)), new_visit()
        for kernel_id in self.list_kernel_ids():
            if self._visit_of(kernel_id) == before:
                self._of(kernel_id).visit = digest(renewed)
        self._renewals.add(before, digest(renewed))
        return renewed

    def is_over(self, visit: str) -> bool:
        """Return whether the visit has had another secret since a moment ago."""
        return self._renewals.last(digest(visit)) != digest(visit)

    def belonged(self, kernel_id: str, visit: str) -> bool:
        """Return whether the kernel was the visit's until a moment ago: its browser may not have heard yet."""
        return self.is_over(visit) and self._visit_of(kernel_id) == self._renewals.last(digest(visit))

    def let_in(self, kernel_id: str, login_id: int) -> None:
        """A page has been given a ticket that brings this login to its kernel."""
        if kernel_id in self:
            self._of(kernel_id).login_id = login_id

    def login_of(self, kernel_id: str) -> int | None:
        """Return the login that the kernel's page was let in with last."""
        return getattr(self._of(kernel_id), "login_id", None) if kernel_id in self else None

    def once_of(self, kernel_id: str) -> Once[Any]:
        """Return what has been answered to the kernel's page."""
        once: Once[Any] = self._of(kernel_id).once
        return once

    def notify_connect(self, kernel_id: str) -> None:
        """A page has opened its websocket."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        if kernel_id in self:
            kernel = self._of(kernel_id)
            kernel.away_since, kernel.was_opened = None, True

    def notify_disconnect(self, kernel_id: str) -> None:
        """A page has lost its websocket, or closed it."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        if kernel_id in self and not self._kernel_connections.get(kernel_id):
            self._of(kernel_id).away_since = time.monotonic()

    async def end_abandoned(self, away_s: float) -> None:
        """End the kernels whose page has been away for longer than *away_s* seconds, or has never come."""
        now = time.monotonic()
        abandoned = []
        for kernel_id in self.list_kernel_ids():
            kernel = self._of(kernel_id)
            since = getattr(kernel, "away_since", None)
            if since is not None and now - since > (away_s if kernel.was_opened else min(away_s, _UNOPENED_S)):
                abandoned.append(kernel_id)
        await asyncio.gather(*map(self.end, abandoned))

    async def end(self, kernel_id: str) -> None:
        """End a kernel now: nothing in it is worth waiting for."""
        with contextlib.suppress(KeyError, HTTPError):  # somebody else was quicker
            await ensure_async(self.shutdown_kernel(kernel_id, now=True))  # type: ignore[no-untyped-call]

    def is_there(self, kernel_id: str) -> bool:
        """Return whether the kernel's process lives: the list of kernels learns of an end a second later."""
        if kernel_id not in self:
            return False
        process = getattr(self._of(kernel_id).provisioner, "process", None)
        return process is not None and process.poll() is None

    def count(self) -> dict[str, int]:
        """Return how many kernels run, how many have their page, and how many wait for it to come back."""
        ids = self.list_kernel_ids()
        away = sum(getattr(self._of(kernel_id), "away_since", None) is not None for kernel_id in ids)
        connected = sum(bool(self._kernel_connections.get(kernel_id)) for kernel_id in ids)
        return {"running": len(ids), "connected": connected, "away": away}

    def _handle_kernel_died(self, kernel_id: str) -> None:
        whose = "the kernel of a page" if self._visit_of(kernel_id) else "a kernel that waited for a page"
        _log.warning("%s has died: %s", whose, kernel_id)
        # Jupyter's own way forgets a kernel, and keeps its sockets, its files and what it said to a page.
        ending = asyncio.ensure_future(self.end(kernel_id))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    def _of(self, kernel_id: str) -> Any:
        return self.get_kernel(kernel_id)
