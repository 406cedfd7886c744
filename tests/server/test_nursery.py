"""The process that kernels are forked from: it ends, fails and stands still, and nobody is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from movierec.server.nursery import CannotFork, ForkedProcess, Nursery, can_fork
from tests.loop import play
from tests.server.forked import ENVIRONMENT, LIMIT_S, is_dead, is_gone, nursery_of, started, wait_for

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")


def test_the_next_kernel_brings_a_dead_nursery_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A kernel ends with its nursery; the one after comes from a new nursery, and the log has one warning."""
    with nursery_of() as nursery, started(tmp_path, nursery=nursery) as kernel:
        before, pid = nursery.pid, kernel.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: kernel.process.poll() is not None)
        with started(tmp_path, nursery=nursery) as later:
            assert isinstance(later.process, ForkedProcess)
            assert later.run("print(1)") == "1"
        assert nursery.pid != before
        assert is_gone(before)
        wait_for(lambda: is_dead(pid))
    assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 1


def test_everything_ends_with_the_server_however_it_dies(tmp_path: Path) -> None:
    """kill -9 of whoever holds the other end: the nursery and its kernels are gone."""
    script = f"""if True:
        import sys, asyncio; from movierec.server.nursery import Nursery
        nursery = Nursery({ENVIRONMENT!r})
        fork = lambda: nursery.fork({str(tmp_path / "k.json")!r}, environment={ENVIRONMENT!r}, cwd="/")
        kernel = asyncio.run(fork())
        print(nursery.pid, kernel.pid, flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as server:
        assert server.stdout
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(pids) == 2
        assert not any(map(is_gone, pids))
        server.kill()
        wait_for(lambda: is_dead(pids[0]) and is_gone(pids[1]))


def test_a_nursery_that_is_closed_ends_its_kernels(tmp_path: Path) -> None:
    """At once; and closing twice, or one that was never used, does nothing."""
    with nursery_of() as nursery, started(tmp_path, nursery=nursery) as kernel:
        pid, mother = kernel.pid, nursery.pid
        nursery.close()
        wait_for(lambda: is_gone(mother) and is_gone(pid))
    Nursery({}).close()


def test_ctrl_c_is_not_for_the_nursery(tmp_path: Path, nursery: Nursery) -> None:
    """It neither dies of it nor stands in the terminal's group."""
    with started(tmp_path, nursery=nursery):
        pid = nursery.pid
        assert pid is not None
        assert os.getsid(pid) == pid
        os.kill(pid, signal.SIGINT)
        with started(tmp_path, nursery=nursery) as kernel:
            assert kernel.run("print(1)") == "1"
        assert nursery.pid == pid


def test_a_slow_nursery_stops_nobody_and_whoever_gives_up_leaves_no_kernel(tmp_path: Path) -> None:
    """While it stands still the event loop turns; a kernel that comes too late is ended."""

    async def give_up(nursery: Nursery) -> None:
        async def fork() -> ForkedProcess:
            return await nursery.fork(tmp_path / "k.json", environment=ENVIRONMENT, cwd=tmp_path)

        (await fork()).send_signal(signal.SIGKILL)
        assert nursery.pid is not None
        os.kill(nursery.pid, signal.SIGSTOP)
        asking = asyncio.ensure_future(fork())
        done, _ = await asyncio.wait([asking], timeout=0.05)
        assert not done
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()
        os.kill(nursery.pid, signal.SIGCONT)
        later = await fork()  # one after the other: by now the unwanted one has come
        later.send_signal(signal.SIGKILL)
        children = Path(f"/proc/{nursery.pid}/task/{nursery.pid}/children")
        while children.read_text():
            await asyncio.sleep(0.01)

    with nursery_of() as nursery:
        play(give_up(nursery), LIMIT_S)


@pytest.mark.parametrize(("source", "reason"), [("1 / 0", "cannot be started"), (
    "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "threads",
)])  # fmt: skip
def test_what_cannot_be_forked_is_started(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, source: str, reason: str
) -> None:
    """A preloaded module that fails, or starts a thread: CannotFork says so, and a provisioner does without."""
    (tmp_path / "broken.py").write_text(source)
    nursery = Nursery(ENVIRONMENT | {"PYTHONPATH": f"{ENVIRONMENT['PYTHONPATH']}:{tmp_path}"}, preload=["broken"])
    with contextlib.closing(nursery):
        with pytest.raises(CannotFork, match=reason):
            play(nursery.fork(tmp_path / "k.json", environment={}, cwd=tmp_path))
        with started(tmp_path, nursery=nursery) as kernel:
            assert isinstance(kernel.process, subprocess.Popen)
            assert kernel.run("print(1)") == "1"
    assert "started instead of forked" in caplog.text


def test_a_request_that_is_too_large_harms_nobody(tmp_path: Path, nursery: Nursery) -> None:
    """It is refused before it is sent: the nursery, and so its kernels, live on."""
    with started(tmp_path, nursery=nursery) as kernel:
        before = nursery.pid
        with pytest.raises(CannotFork, match="too large"):
            play(nursery.fork(tmp_path / "k", environment={"X": "x" * 10**5}, cwd=tmp_path))
        with started(tmp_path, nursery=nursery, X="x" * 9 * 10**4) as large:
            assert large.run("import os; print(len(os.environ['X']))") == "90000"
        assert nursery.pid == before
        assert kernel.run("print(1)") == "1"


def test_closing_does_not_wait_for_a_nursery_that_stands_still(tmp_path: Path) -> None:
    """Whoever waits for a kernel is told, and no new nursery is started."""

    async def close(nursery: Nursery) -> int:
        await asyncio.wrap_future(nursery.start())
        pid = nursery.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        asking = asyncio.ensure_future(nursery.fork(tmp_path / "k", environment={}, cwd=tmp_path))
        await asyncio.sleep(0)
        await asyncio.to_thread(nursery.close)
        with pytest.raises(RuntimeError, match="closed"):
            await asking
        return pid

    begun = time.monotonic()
    with nursery_of() as nursery:
        assert is_gone(play(close(nursery)))
    assert time.monotonic() - begun < 10
