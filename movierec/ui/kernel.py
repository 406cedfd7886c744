"""Which kernel this process is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

__all__ = ["own_kernel_id"]

_CONNECTION_FILE = re.compile(r"kernel-(.+)\.json")


def own_kernel_id() -> str:
    """Return the id by which Jupyter's server knows this kernel; empty where there is none.

    A page cannot tell: it would be asked which kernel a ticket is for.
    """
    program = sys.modules.get("ipykernel.kernelapp")  # in a kernel it is there
    if program is None or not program.IPKernelApp.initialized():
        return ""
    match = _CONNECTION_FILE.fullmatch(Path(program.IPKernelApp.instance().connection_file).name)
    return match[1] if match else ""
