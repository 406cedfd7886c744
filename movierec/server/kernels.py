"""Visitors' kernels: how one is started, how some are kept ready, when one is ended."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

__all__ = ["Kernels", "OwnKernelSpec", "Pool"]

_NAME = "python3"
_UNOPENED_S = 120.0  # a page opens its websocket a second or two after it has arrived, on a slow line later
_REST_S = 30.0
_ARGUMENTS = (
    "--HistoryManager.enabled=False",  # or every kernel would open the operator's history database
    "--InteractiveShellApp.ignore_cwd=True",  # no module is imported from wherever a kernel stands
    "--IPKernelApp.log_level=CRITICAL",  # or a page's malformed messages fill our log; the app has its own
)
# Argon2 takes 19 MiB for a moment. By itself glibc learns from the first time to keep so large a block: every
# kernel whose visitor has logged in would hold 78 MiB instead of 59. Other C libraries ignore the variable.
_GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": str(2**20)}  # bytes; larger blocks go back when they are freed


class OwnKernelSpec(KernelSpecManager):
    """The only kind of kernel there is: this Python.

    A ``python3`` that somebody has registered with Jupyter may be a Python without movierec.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        return {_NAME: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        if kernel_name != _NAME:
            raise NoSuchKernel(kernel_name)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *_ARGUMENTS]
        return KernelSpec(argv=argv, name=_NAME, display_name="movierec", language="python")


class Kernels(AsyncMappingKernelManager):
    """Starts kernels, and ends those that nobody looks at.

    Voilà derives its own manager from this class, which adds the pool; culling leaves the pool alone.
    """

    async def start_kernel(self, *, env: Mapping[str, str] | None = None, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel that sees our settings, and not TMDB's key."""
        # Over what Voilà passes, which is this process's environment: the key may be in it.
        site: Any = self.parent
        env = {**(os.environ if env is None else env), **_GIVE_BACK, **site.kernel_environment}
        kernel_id = str(await super().start_kernel(env=env, **kwargs))
        kernel: Any = self.get_kernel(kernel_id)
        kernel.was_opened, kernel.left_pool_at = False, None
        return kernel_id

    def notify_connect(self, kernel_id: str) -> None:
        """A page has opened its websocket."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        if kernel_id in self:
            kernel: Any = self.get_kernel(kernel_id)
            kernel.was_opened = True

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel whose page has been gone for long, or never came."""
        kernel: Any = self.get_kernel(kernel_id)
        if kernel.left_pool_at is None:
            # Seen outside the pool for the first time: its waiting in there does not count.
            kernel.left_pool_at, kernel.last_activity = time.monotonic(), datetime.now(UTC)
        elif kernel.was_opened:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]
        elif time.monotonic() - kernel.left_pool_at > min(_UNOPENED_S, self.cull_idle_timeout):
            await ensure_async(self.shutdown_kernel(kernel_id))  # type: ignore[no-untyped-call]


class Pool:
    """The preheated kernels of the one notebook, as Voilà's kernel manager keeps them.

    Voilà fills its pool when a visitor takes a kernel and at no other time: one that failed to
    start, or died while waiting, would be missing for good, or be given to a visitor. And one that has
    opened a model would show its films to somebody who comes after another model has been built.
    """

    def __init__(self, kernels: Any, notebook: str, *, model_mark: Callable[[], object]):
        """Look after the pool.

        Args:
            kernels: Voilà's kernel manager.
            notebook: which pool of it.
            model_mark: tells the model that is in place from others; None while there is none.
        """
        self._kernels, self._notebook, self._model_mark = kernels, notebook, model_mark
        self._made_for = model_mark()
        self._rests_until = 0.0

    def count(self) -> dict[str, int]:
        """Return how many kernels wait for a visitor, and how many there are in all."""
        return {"ready": sum(task.done() for task in self._tasks()), "running": len(self._kernels)}

    async def refill(self) -> None:
        """Throw out what is dead or of another model, and start what is missing."""
        mark = self._model_mark()
        if mark not in (None, self._made_for):
            self._made_for = mark
            await self._empty()
        for task in tuple(self._tasks()):
            if task.done() and not self._lives(task):
                self._tasks().remove(task)
                if task.cancelled() or task.exception():
                    # What failed will fail again: not every two seconds.
                    self._rests_until = time.monotonic() + _REST_S
        if time.monotonic() >= self._rests_until:
            self._kernels.fill_if_needed(delay=0, notebook_name=self._notebook)

    async def _empty(self) -> None:
        tasks = tuple(self._tasks())
        self._tasks().clear()  # at once: from here on no visitor is given one of them
        for task in tasks:
            with contextlib.suppress(Exception):  # a kernel that did not start need not be ended
                await ensure_async(self._kernels.shutdown_kernel((await task)["kernel_id"]))

    def _tasks(self) -> list[Any]:
        tasks: list[Any] = self._kernels._pools[self._notebook]
        return tasks

    def _lives(self, task: Any) -> bool:
        return not task.cancelled() and task.exception() is None and task.result()["kernel_id"] in self._kernels
