"""What can be seen of a server from outside: its kernels, by its own word and by the system's."""

from __future__ import annotations

import contextlib
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.kernel_page import Answer, Page, ask
from tests.serving import Server

HEALTH = "movierec/health"
A_KERNEL = "01234567-89ab-cdef-0123-456789abcdef"


def kernels(server: Server) -> dict[str, int]:
    """Return how many kernels are ready, and how many there are."""
    counts: dict[str, int] = ask(server.url, HEALTH).json()["kernels"]
    return counts


def settled(server: Server, *, ready: int = 2) -> Callable[[], bool]:
    """Is the pool full, and nobody there?"""
    return lambda: kernels(server) == {"ready": ready, "running": ready}


def kernel_processes(server: Server) -> dict[int, dict[str, str]]:
    """Return pid -> environment of the kernels that the server has started."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid, stat = int(entry.name), (entry / "stat").read_text()
            if int(stat.rpartition(")")[2].split()[1]) == server.process.pid and " Z " not in stat:
                lines = (entry / "environ").read_bytes().decode().split("\0")
                found[pid] = dict(line.partition("=")[::2] for line in lines)
    return found


def pid_of(page: Page) -> int:
    """Return the process of the page's kernel."""
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if page.kernel_id in cmdline.read_text():
                return int(cmdline.parent.name)
    raise AssertionError("the page has no kernel")


def is_there(page: Page) -> bool:
    """Is the page's kernel still there?"""
    return ask(page.url, f"api/kernels/{page.kernel_id}").status == 200


def refused(page: Page, **options: object) -> int:
    """Return the status with which the page's websocket is refused."""
    with pytest.raises(InvalidStatus) as caught, page.socket(**options):
        pass
    return caught.value.response.status_code


def beacon(page: Page, *, kernel_id: str = "", **headers: str) -> Answer:
    """Send what a page sends when it closes."""
    body = urllib.parse.urlencode({"_xsrf": page.xsrf}).encode()
    path = f"voila/api/shutdown/{kernel_id or page.kernel_id}"
    headers = {"Cookie": f"_xsrf={page.xsrf}", "Content_Type": "application/x-www-form-urlencoded"} | headers
    return ask(page.url, path, method="POST", body=body, **headers)
