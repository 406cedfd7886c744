"""The way from a page to its kernel, and what may pass on it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
import uuid
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.kernel_page import PROTOCOL, Page, Socket, framed
from tests.server.looking import counts, pid_of, refused
from tests.serving import Server


@pytest.mark.parametrize(
    "origin", [None, "http://evil.example", "null", "file://", "http://localhost:1", "http://127.0.0.1"]
)
def test_a_websocket_from_elsewhere_is_refused(page: Page, origin: str | None) -> None:
    """A foreign Origin, and none at all, even by one who knows the kernel's id."""
    assert refused(page, origin=origin) == 403


def test_a_websocket_in_another_protocol_is_refused(page: Page) -> None:
    """In the older one, messages could not be told apart."""
    assert refused(page, protocol="other") == 400


def test_a_protocol_that_only_looks_like_ours_is_refused(page: Page) -> None:
    """With it none would be agreed upon, and messages be read by the older one, which believes what they say."""
    assert refused(page, protocol=f"not-{PROTOCOL}") == 400


def test_a_kernel_has_one_websocket(server: Server, page: Page) -> None:
    """A new one closes the older: nobody listens beside a page, and forty hold no more open than one."""

    def held() -> int:
        return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

    with page.socket() as last:
        assert last.alive()
        before = held()
        with contextlib.ExitStack() as opened:
            older = last
            for _ in range(40):
                newer = opened.enter_context(page.socket())
                assert newer.alive()
                assert is_closed(older)
                older = newer
            server.wait_for(lambda: held() <= before + 3, why="what the older ones held")
            assert newer.alive()
            for _ in range(40):  # as fast as they come: many give way while they connect
                newer = opened.enter_context(page.socket())
            assert newer.alive()
            server.wait_for(lambda: held() <= before + 3, why="what these held")
            assert counts(server)["connected"] == 1
    server.wait_for(lambda: counts(server)["connected"] == 0, why="a count of none")
    assert "closed stream" not in server.log(), "nobody fills the log"
    assert "Traceback" not in server.log()


def is_closed(socket_: Socket) -> bool:
    """Does the server end the connection?"""
    try:
        while True:
            socket_.connection.recv(timeout=10)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False


def test_a_page_that_comes_back_hears_what_was_said_to_the_connection_it_lost(server: Server) -> None:
    """Which the server takes for open: what the kernel says until the new one is there is said to that one."""
    page = Page(server.url)
    pid, session_id = pid_of(page), uuid.uuid4().hex
    with page.socket(session_id=session_id) as lost:
        assert lost.alive()
        os.kill(pid, signal.SIGSTOP)
        asked = lost.send("kernel_info_request", {})
        with page.socket(session_id=session_id) as socket_:
            os.kill(pid, signal.SIGCONT)
            assert socket_.hear(asked, "kernel_info_reply")
            assert is_closed(lost)
            assert socket_.alive()


def test_what_comes_after_the_end_of_a_connection_is_not_read(server: Server, page: Page) -> None:
    """A bad message and one that the older protocol would take for a hundred million parts, in one packet."""
    before = memory_mib(server)
    with page.socket() as socket_:
        frames = [b"\xff" * 64, bytes([6, 0, 0, 0]) + bytes(4) + bytes(232)]
        raw = b"".join(masked(frame) for frame in frames)
        socket_.connection.socket.sendall(raw)
        with contextlib.suppress(ConnectionClosed):
            while True:
                socket_.connection.recv(timeout=10)
    with page.socket() as socket_:
        assert socket_.alive()
    assert memory_mib(server) < before + 200


def memory_mib(server: Server) -> int:
    """Return the most that the server's process has held so far."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def masked(frame: bytes) -> bytes:
    """Return *frame* as a browser puts it on the wire, masked with nothing."""
    size = bytes([0x80 | len(frame)]) if len(frame) < 126 else bytes([0xFE]) + len(frame).to_bytes(2, "big")
    return b"\x82" + size + bytes(4) + frame


@pytest.mark.parametrize("session_id", ["", "x" * 32, "a" * 5000, "0" * 31])
def test_a_session_that_is_no_pages_is_refused(page: Page, session_id: str) -> None:
    """Only what the runtime makes, which no log is filled by."""
    headers = {
        "Origin": page.origin, "Upgrade": "websocket", "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec_WebSocket_Protocol": PROTOCOL,
    }  # fmt: skip
    assert page.ask(f"api/kernels/{page.kernel_id}/channels?session_id={session_id}", **headers).status == 400


def test_nobody_can_run_code(page: Page, tmp_path: Path) -> None:
    """execute_request and its like do not reach the kernel, on any channel."""
    proof = tmp_path / "proof"
    content = {"code": f"open({str(proof)!r}, 'w')", "silent": False, "store_history": False,
               "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}  # fmt: skip
    with page.socket() as socket_:
        for channel in ("shell", "control", "stdin", "iopub"):
            for msg_type in (
                "execute_request",
                "debug_request",
                "input_reply",
                "inspect_request",
                "complete_request",
            ):
                socket_.send(msg_type, content, channel=channel)
        assert socket_.alive()
        assert not proof.exists()
        heard = {message["msg_type"] for message in socket_.heard}
        assert not heard & {"execute_reply", "inspect_reply", "complete_reply", "debug_reply", "error", "stream"}


def test_a_message_that_is_too_large_is_refused_and_the_kernel_lives(page: Page) -> None:
    """A 50 MB password ends its connection; a new one finds the kernel as it was."""
    for size in (1_000_001, 50_000_000):
        with page.socket() as socket_:
            content = {"comm_id": "x", "data": {"password": "x" * size}}
            assert closed_by(socket_, framed("comm_msg", content))
    with page.socket() as socket_:
        assert socket_.alive()


@pytest.mark.parametrize(
    "frame", [b"", b"\x00" * 7, b"\xff" * 64, b"\x01" + b"\x00" * 30, "text", "{}", "[" * 100_000]
)
def test_bytes_that_are_no_message_end_the_connection_only(page: Page, frame: bytes | str) -> None:
    """Garbage costs whoever sends it their connection, and nobody else anything."""
    with page.socket() as socket_:
        assert closed_by(socket_, frame)
    with page.socket() as socket_:
        assert socket_.alive()


def closed_by(socket_: Socket, frame: bytes | str) -> bool:
    """Does the server close the connection when it gets *frame*?"""
    with contextlib.suppress(ConnectionClosed):
        socket_.connection.send(frame)
    return is_closed(socket_)


def test_a_kernels_errors_do_not_reach_the_page(page: Page) -> None:
    """Whatever a message does in the kernel, only widgets' messages and states come back."""
    with page.socket() as socket_:
        for content in ({}, {"comm_id": 7}, {"comm_id": "x", "target_name": "y"}, {"comm_id": [], "data": "z"}):
            for msg_type in ("comm_open", "comm_msg", "comm_close"):
                socket_.send(msg_type, content)
        assert socket_.alive()
        heard = {message["msg_type"] for message in socket_.heard}
    assert heard <= {"status", "comm_close", "comm_open", "comm_msg", "kernel_info_reply"}


def test_answers_come_without_delay(page: Page) -> None:
    """Small messages are sent at once: most round trips take a few milliseconds."""
    with page.socket() as socket_:
        socket_.alive()
        times = []
        for _ in range(30):
            before = time.monotonic()
            socket_.hear(socket_.send("comm_info_request", {}), "comm_info_reply")
            times.append(time.monotonic() - before)
    assert sorted(times)[len(times) // 2] < 0.03
