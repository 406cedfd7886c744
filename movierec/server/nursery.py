"""The process that kernels are forked from, and how one is asked for. Linux only.

::

    nursery = Nursery(environment, preload=["movierec.app"])
    nursery.start()
    process = await nursery.fork("connection.json", environment=environment, cwd=".")
    …
    nursery.close()
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

__all__ = ["PROGRAM", "CannotFork", "ForkedProcess", "Nursery", "can_fork"]

_log = logging.getLogger(__name__)

# -P: no module is imported from beside the program. By its file: -m would first import all of movierec.server.
PROGRAM = [sys.executable, "-P", str(Path(__file__).with_name("kernel.py"))]
_REQUEST_BYTES, _ANSWER_BYTES = 10**5, 10**4  # one message each; Linux passes twice that many bytes in one
_ANSWER_S = 30.0  # the first kernel waits for all that is preloaded, and the machine may be busy
_END_S, _REST_S = 1.0, 30.0
_UNKNOWN = -1  # how a process that is not our child has ended, only its parent is told


class CannotFork(Exception):
    """No kernel can be forked now; one may be started instead."""


def can_fork() -> bool:
    """Return whether this system can: Linux, and one that has descriptors of processes."""
    if sys.platform != "linux" or not hasattr(signal, "pidfd_send_signal"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # an old Linux, or a sandbox that does not allow it
        return False
    return True


class ForkedProcess:
    """A kernel's process, with as much of :class:`subprocess.Popen` as LocalProvisioner uses.

    It is held by a descriptor, not by its number: that may by now be another process's.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pidfd: int):
        self.pid, self._pidfd = pid, pidfd
        self._ends = select.poll()
        self._ends.register(pidfd, select.POLLIN)
        self.returncode: int | None = None

    def poll(self, timeout_ms: int | None = 0) -> int | None:
        """Return None as long as the process lives, then -1."""
        if self.returncode is None and self._ends.poll(timeout_ms):
            self._let_go()
        return self.returncode

    def wait(self) -> int:
        """Return -1 once the process has ended."""
        self.poll(None)
        return _UNKNOWN

    def send_signal(self, number: int) -> None:
        """Send a signal to the process; to none when it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # just now
                signal.pidfd_send_signal(self._pidfd, number)

    def _let_go(self) -> None:
        if self.returncode is None:
            self.returncode = _UNKNOWN
            os.close(self._pidfd)

    __del__ = _let_go


class Nursery:
    """The process that kernels are forked from. It ends, and they with it, when this one does, however it ends.

    When it has died, the next kernel starts it anew.
    """

    def __init__(self, environment: Mapping[str, str], *, preload: Sequence[str] = ()):
        """Start nothing yet.

        Args:
            environment: the process's own. Nothing may be in it that a kernel may not know: every kernel's
                ``/proc/<pid>/environ`` goes on showing this one, whatever its own environment is.
            preload: modules that every kernel will need; importing them must start no thread.
        """
        self._environment, self._preload = dict(environment), tuple(preload)
        # One thread: to the other end one request comes after the other, and no event loop waits.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="nursery")
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._rests_until = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's number; None when none has been started."""
        return self._process.pid if self._process else None

    def start(self) -> Future[None]:
        """Begin to import now; the first kernel would wait for it."""
        return self._thread.submit(self._begin)

    async def fork(
        self, connection_file: str | Path, *, environment: Mapping[str, str], cwd: str | Path
    ) -> ForkedProcess:
        """Return a new kernel's process.

        Args:
            connection_file: Jupyter's description of how the kernel is reached.
            environment: all of the kernel's; read by programs, too late for Python (``PYTHON…``) and libc.
            cwd: where it stands.
        Raises:
            CannotFork: neither this nursery nor a new one could.
        """
        content = {"connection_file": str(connection_file), "environment": dict(environment), "cwd": str(cwd)}
        request = json.dumps(content).encode()
        if len(request) > _REQUEST_BYTES:
            raise CannotFork(f"its environment is too large ({len(request)} bytes)")
        asked = asyncio.wrap_future(self._thread.submit(self._fork, request))
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            asked.add_done_callback(_end_unwanted)
            raise

    def close(self) -> None:
        """End the process and all its kernels; do nothing when that is done."""
        if not self._closed:
            self._closed = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)  # an answer that is waited for: none will come
            self._thread.submit(self._end)
            self._thread.shutdown()

    # ------------------------------------------------------------------ in the thread

    def _fork(self, request: bytes) -> ForkedProcess:
        if time.monotonic() < self._rests_until:
            raise CannotFork("the process that kernels are forked from has failed a moment ago")
        try:
            if self._process is not None:
                with contextlib.suppress(OSError, EOFError):
                    return self._ask(request)
                if self._closed:
                    raise RuntimeError("the nursery is closed")
                _log.warning("the process that kernels are forked from has ended; a new one is started")
            self._begin()
            return self._ask(request)
        except (OSError, EOFError) as error:
            self._rests_until = time.monotonic() + _REST_S
            raise CannotFork(f"the process that kernels are forked from cannot be started: {error}") from error

    def _begin(self) -> None:
        self._end()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(_ANSWER_S)
        with theirs:
            command = [*PROGRAM, "--fork", str(theirs.fileno()), "--preload", *self._preload]
            # A session of its own: the terminal's Ctrl-C is for the server.
            self._process = subprocess.Popen(  # noqa: S603 - this Python and a module of ours
                command, env=self._environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    def _ask(self, request: bytes) -> ForkedProcess:
        assert self._socket is not None  # noqa: S101
        self._socket.send(request)
        answer, pidfds, _, _ = socket.recv_fds(self._socket, _ANSWER_BYTES, 1)
        if not answer:
            raise EOFError("it has ended")
        content: dict[str, Any] = json.loads(answer)
        if "error" in content:
            raise CannotFork(content["error"])
        if not pidfds:
            os.kill(content["pid"], signal.SIGKILL)  # nobody could ever end it otherwise
            raise CannotFork("too many open files")
        return ForkedProcess(content["pid"], pidfds[0])

    def _end(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:  # it still imports
                self._process.kill()
                self._process.wait()
            self._process = None


def _end_unwanted(asked: asyncio.Future[ForkedProcess]) -> None:
    """End a kernel that came after whoever asked for it had gone."""
    if not asked.cancelled() and asked.exception() is None:
        asked.result().send_signal(signal.SIGKILL)
