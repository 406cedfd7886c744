"""Kernels to look at from outside, started or forked, and what a system tells of processes."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from movierec.server.fork import COMMAND, ForkedKernel
from movierec.server.nursery import Nursery

LIMIT_S = 20.0
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
SPEC = KernelSpec(argv=COMMAND, name="python3", display_name="movierec", language="python")


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_S
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_gone(pid: int | None) -> bool:
    """Is there no such process, not even one that nobody has waited for?"""
    return not Path(f"/proc/{pid}").exists()


def is_dead(pid: int) -> bool:
    """Does the process no longer run, whether or not whoever inherited it has waited for it?"""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def links(pid: int | str) -> dict[int, str]:
    """Return what the open descriptors of a process are."""
    return {int(entry.name): str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}


@dataclass
class Kernel:
    """A kernel that runs, and a client of it."""

    manager: KernelManager
    client: BlockingKernelClient
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return int(self.run("import os; print(os.getpid())"))

    @property
    def process(self) -> Any:
        provisioner: Any = self.manager.provisioner
        return provisioner.process

    def run(self, code: str) -> str:
        """Run *code* and return what it printed."""
        self.hear_answers(self.client.execute(code))
        assert [m["content"] for m in self.heard if m["msg_type"] == "error"] == []
        return "".join(m["content"]["text"] for m in self.heard if m["msg_type"] == "stream").strip()

    def tell(self, msg_type: str, *, metadata: dict[str, str] | None = None, **content: Any) -> None:
        """Send a message on the shell channel."""
        message = self.client.session.msg(msg_type, content, metadata=metadata)
        self.client.shell_channel.send(message)
        self.hear_answers(message["header"]["msg_id"])

    def hear_answers(self, request: str) -> None:
        """Collect in ``heard`` what the kernel publishes about *request* until it has done with it."""
        self.heard.clear()
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT_S)
            if message["parent_header"].get("msg_id") == request:
                self.heard.append(message)
                if message["content"].get("execution_state") == "idle":
                    return


@contextlib.contextmanager
def started(folder: Path, *, nursery: Nursery | None = None, **more: str) -> Iterator[Kernel]:
    """Start a kernel with its files in *folder*: forked where there is a nursery."""
    number = len(list(folder.glob("*.json")))
    manager = KernelManager(transport="ipc", connection_file=str(folder / f"k{number}.json"))
    manager._kernel_spec = SPEC
    if nursery:
        manager.provisioner = ForkedKernel(nursery=nursery, kernel_id="k", kernel_spec=SPEC, parent=manager)
    manager.start_kernel(env=ENVIRONMENT | {"HOME": str(folder)} | more, cwd=str(folder))
    client = manager.client()
    client.start_channels(hb=False)
    try:
        client.wait_for_ready(timeout=LIMIT_S)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@contextlib.contextmanager
def nursery_of(*preload: str) -> Iterator[Nursery]:
    nursery = Nursery(ENVIRONMENT, preload=preload)
    try:
        yield nursery
    finally:
        nursery.close()
