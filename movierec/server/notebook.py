"""The notebook that is served: run in a kernel before anybody comes, and what its page then needs."""

from __future__ import annotations

import contextlib
import copy
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from voila.execute import VoilaExecutor

__all__ = ["Notebook", "Prepared"]

_WIDGET = "application/vnd.jupyter.widget-view+json"
_STATES = "application/vnd.jupyter.widget-state+json"
_CELL_S = 60  # longer than any cell of a page should take


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
        executor.kc = await executor.async_start_new_kernel_client()
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
