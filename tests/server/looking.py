"""What can be seen of a server from outside: its kernels, by its own word and by the system's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.kernel_page import Answer, Page, ask
from tests.serving import Server

HEALTH = "movierec/health"
A_KERNEL = "01234567-89ab-cdef-0123-456789abcdef"


def counts(server: Server) -> dict[str, int]:
    """Return all that the server says of its kernels."""
    told: dict[str, int] = ask(server.url, HEALTH).json()["kernels"]
    return told


def kernels(server: Server) -> dict[str, int]:
    """Return how many kernels are ready, and how many there are."""
    return {name: counts(server)[name] for name in ("ready", "running")}


def settled(server: Server, *, ready: int = 2) -> Callable[[], bool]:
    """Is the pool full, and nobody there?"""
    return lambda: kernels(server) == {"ready": ready, "running": ready}


def kernel_processes(server: Server) -> dict[int, dict[str, str]]:
    """Return pid -> environment, as the system shows it, of the server's kernels, forked or started."""
    return {
        pid: variables
        for parent, is_nursery in [(server.process.pid, False), *((pid, True) for pid in nurseries(server))]
        for pid, (command, variables) in _children(parent).items()
        if is_nursery or "--fork" not in command
    }


def nurseries(server: Server) -> list[int]:
    """Return the processes that the server's kernels are forked from: one, or none."""
    return [pid for pid, (command, _) in _children(server.process.pid).items() if "--fork" in command]


def _children(parent: int) -> dict[int, tuple[list[str], dict[str, str]]]:
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid, stat = int(entry.name), (entry / "stat").read_text()
            if int(stat.rpartition(")")[2].split()[1]) == parent and " Z " not in stat:
                command = (entry / "cmdline").read_bytes().decode().split("\0")
                lines = (entry / "environ").read_bytes().decode().split("\0")
                found[pid] = command, dict(line.partition("=")[::2] for line in lines)
    return found


def pid_of(page: Page) -> int:
    """Return the process of the page's kernel: the one that listens where it is reached."""
    lines = Path("/proc/net/unix").read_text().splitlines()
    inodes = {f"socket:[{line.split()[6]}]" for line in lines if page.kernel_id in line}
    for listener in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(listener.readlink()) in inodes:
                return int(listener.parts[2])
    raise AssertionError("the page has no kernel")


def is_there(page: Page) -> bool:
    """Is the page's kernel still there?"""
    return page.ask(f"api/kernels/{page.kernel_id}").status == 200


def refused(page: Page, **options: object) -> int:
    """Return the status with which the page's websocket is refused."""
    with pytest.raises(InvalidStatus) as caught, page.socket(**options):
        pass
    return caught.value.response.status_code


def beacon(page: Page, *, kernel_id: str = "", **headers: str | None) -> Answer:
    """Send what a page sends when it closes."""
    path = f"voila/api/shutdown/{kernel_id or page.kernel_id}"
    return page.ask(path, method="POST", body=b"", **headers)
