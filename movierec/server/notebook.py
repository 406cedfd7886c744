"""The notebook that is served: run in a kernel before anybody comes, and what its page then needs."""

from __future__ import annotations

import contextlib
import copy
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from voila.execute import VoilaExecutor

__all__ = ["Notebook", "Prepared"]

_WIDGET = "application/vnd.jupyter.widget-view+json"
_STATES = "application/vnd.jupyter.widget-state+json"
_CELL_S = 60  # longer than any cell of a page should take
_START_S, _ASK_AGAIN_S = 60.0, 0.03


@dataclass(frozen=True)
class Prepared:
    """A kernel in which the notebook has run.

    Attributes:
        kernel_id: who knows it can talk to the kernel.
        roots: model ids of the widgets that the notebook shows, in its order.
        states: model id -> widget, in Jupyter's widget-state format.
    """

    kernel_id: str
    roots: tuple[str, ...]
    states: dict[str, Any]


class Notebook:
    """Runs in a kernel of its own for every visitor."""

    def __init__(self, path: Path, kernels: Any):
        """Read the notebook once.

        Args:
            path: the file.
            kernels: a kernel manager of Jupyter's, with ours among its ancestors.
        """
        self._path, self._kernels = path, kernels
        self._content: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]

    async def prepare(self) -> Prepared:
        """Start a kernel and run the notebook in it.

        Raises:
            Exception: whatever keeps a kernel from starting or a cell from ending well; no kernel is left.
        """
        kernel_id = str(await ensure_async(self._kernels.start_kernel(cwd=str(self._path.parent))))
        try:
            return await self._run(kernel_id)
        except BaseException:
            with contextlib.suppress(Exception):
                await ensure_async(self._kernels.shutdown_kernel(kernel_id, now=True))
            raise

    async def _run(self, kernel_id: str) -> Prepared:
        notebook = copy.deepcopy(self._content)
        kernel = self._kernels.get_kernel(kernel_id)
        log = logging.getLogger("movierec.notebook")
        executor = VoilaExecutor(notebook, km=kernel, timeout=_CELL_S, log=log)
        # Not by its execute(): that would take Ctrl-C away from us.
        executor.reset_execution_trackers()
        executor.kc = await _connect(kernel)
        try:
            for index, cell in enumerate(notebook.cells):
                await executor.execute_cell(cell, None, index, store_history=False)
        finally:
            executor.kc.stop_channels()
        executor.set_widgets_metadata()
        outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
        return Prepared(
            kernel_id,
            tuple(data[_WIDGET]["model_id"] for data in outputs if _WIDGET in data),
            notebook.metadata.get("widgets", {}).get(_STATES, {}).get("state", {}),
        )


async def _connect(kernel: Any) -> Any:
    """Return a client of the kernel, once what the kernel publishes arrives.

    jupyter_client's own way to wait ends with 0.2 s of silence: longer than a forked kernel takes to start.
    """
    client = kernel.client()
    client.start_channels(stdin=False, hb=False)
    asked = set()
    end = time.monotonic() + _START_S
    try:
        while time.monotonic() < end:
            asked.add(client.kernel_info())
            with contextlib.suppress(Empty):
                while (await client.get_iopub_msg(timeout=_ASK_AGAIN_S))["parent_header"].get(
                    "msg_id"
                ) not in asked:
                    pass
                return client
            if not await ensure_async(kernel.is_alive()):
                raise RuntimeError("the kernel ended while it started")
        raise TimeoutError(f"the kernel did not answer within {_START_S:.0f} s")
    except BaseException:
        client.stop_channels()
        raise
