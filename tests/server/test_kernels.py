"""Kernels end with their pages, and dead ones are noticed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel_page import Page
from tests.server.looking import beacon, counts, is_there, kernel_processes, kernels, pid_of, refused, settled
from tests.serving import Server, start_server


def test_a_page_that_closes_ends_its_kernel(server: Server) -> None:
    """The beacon with the visit's cookie ends this kernel and no other."""
    page, other = Page(server.url), Page(server.url)
    assert is_there(page)
    assert beacon(page).status == 204
    assert not is_there(page)
    assert refused(page) == 404
    assert beacon(page).status == 404
    with other.socket() as socket_:
        assert socket_.alive()


@pytest.mark.parametrize(
    "headers", [{"Cookie": None}, {"Cookie": "a=b"}, {"Origin": "http://evil.example"}, {"Origin": None}]
)
def test_a_beacon_from_elsewhere_ends_nothing(page: Page, headers: dict[str, str | None]) -> None:
    """Without the visit's cookie, from another site, or without a word of where from: 403."""
    assert beacon(page, **headers).status == 403
    with page.socket() as socket_:
        assert socket_.alive()


def test_kernels_without_a_page_are_ended_and_those_in_use_or_ready_are_not(
    tmp_path: Path, toy_model: Path
) -> None:
    """A page that is gone is given a while; an open one, and the pool, as long as they like."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_AWAY_S": "2"}) as server:
        left = Page(server.url)
        with left.socket() as socket_:
            assert socket_.alive()
            assert counts(server) | {"ready": 0, "running": 0} == {
                "ready": 0, "running": 0, "connected": 1, "away": 0
            }  # fmt: skip
        server.wait_for(lambda: counts(server)["away"] == 1, why="the page to be missed")
        with left.socket() as socket_:
            assert socket_.alive(), "it came back in time"
            assert counts(server)["away"] == 0
        with Page(server.url).socket() as socket_:
            assert socket_.alive()
            never_opened = Page(server.url)
            server.wait_for(lambda: not is_there(left), why="the kernel of a page that has gone")
            server.wait_for(lambda: not is_there(never_opened), why="the kernel of a page that never came")
            server.wait_for(lambda: kernels(server) == {"ready": 2, "running": 3}, why="a full pool and a visitor")
            assert socket_.alive()
        server.wait_for(settled(server), why="the last kernel to be ended")


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory, toy_model: Path) -> Iterator[Server]:
    """A server whose kernels may be killed."""
    with start_server(tmp_path_factory.mktemp("mortal"), {"MODEL_DIR": str(toy_model)}) as server:
        yield server


def test_a_ready_kernel_that_dies_is_replaced(mortal: Server) -> None:
    """Whoever comes next gets one that lives."""
    server = mortal
    server.wait_for(settled(server), why="a full pool")
    before = set(kernel_processes(server))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    server.wait_for(lambda: not before & set(kernel_processes(server)), why="the end of the dead")
    server.wait_for(
        lambda: kernels(server)["ready"] == 2 and len(kernel_processes(server)) == 2, why="new kernels"
    )
    with Page(server.url).socket() as socket_:
        assert socket_.alive()


def test_a_kernel_that_dies_leaves_nothing_open(mortal: Server) -> None:
    """No socket, no file: a server lives long, and kernels die now and then."""

    def full() -> bool:
        return kernels(mortal)["ready"] == 2

    def held() -> int:
        return len(list(Path(f"/proc/{mortal.process.pid}/fd").iterdir()))

    mortal.wait_for(full, why="a full pool")
    before = held()
    for _ in range(3):
        (pid, *_) = kernel_processes(mortal)
        os.kill(pid, signal.SIGKILL)
        mortal.wait_for(lambda pid=pid: pid not in kernel_processes(mortal), why="its end")
        mortal.wait_for(full, why="a full pool")
    mortal.wait_for(lambda: held() <= before + 2, why="what the dead held")


def test_a_page_whose_kernel_dies_is_told(mortal: Server) -> None:
    """Status "dead", and no empty kernel in its place."""
    page = Page(mortal.url)
    with page.socket() as socket_:
        assert socket_.alive()
        os.kill(pid_of(page), signal.SIGKILL)
        socket_.hear_any(lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "dead")
    assert not is_there(page)


def test_a_kernel_that_dies_is_one_line_for_the_operator(tmp_path: Path, toy_model: Path) -> None:
    """Which one, and whose; nothing of a restart, which nobody has tried, and nothing of those that are ended."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_POOL_SIZE": "1"}) as server:
        assert beacon(Page(server.url)).status == 204
        page = Page(server.url)
        with page.socket() as socket_:
            assert socket_.alive()
            os.kill(pid_of(page), signal.SIGKILL)
            socket_.hear_any(lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "dead")
        server.wait_for(settled(server, ready=1), why="nobody but one that waits")
        (waiting,) = kernel_processes(server)
        os.kill(waiting, signal.SIGKILL)
        server.wait_for(lambda: "a kernel that waited" in server.log(), why="a line about it")
        assert server.stop() == 0
        lines = re.findall(r"(?:WARNING|ERROR|CRITICAL) (.*)", server.log())
    assert len(lines) == 2, lines
    assert lines[0] == f"movierec.server.kernels: the kernel of a page has died: {page.kernel_id[:8]}…"
    assert re.fullmatch(r"movierec\.server\.kernels: a kernel that waited for a page has died: \w{8}…", lines[1])
