"""Kernels that are started, and kernels that are forked: real processes, told apart by nothing but their cost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from movierec.server.fork import COMMAND, CannotFork, ForkedKernel, ForkedProcess, Nursery, can_fork
from tests.loop import play

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")

_LIMIT_S = 20.0
_SPEC = KernelSpec(argv=COMMAND, name="python3", display_name="movierec", language="python")
_FROM_THERE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parent.parent.parent)}


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + _LIMIT_S
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
            message = self.client.get_iopub_msg(timeout=_LIMIT_S)
            if message["parent_header"].get("msg_id") == request:
                self.heard.append(message)
                if message["content"].get("execution_state") == "idle":
                    return


@contextlib.contextmanager
def started(folder: Path, *, nursery: Nursery | None = None, **more: str) -> Iterator[Kernel]:
    """Start a kernel with its files in *folder*: forked where there is a nursery."""
    number = len(list(folder.glob("*.json")))
    manager = KernelManager(transport="ipc", connection_file=str(folder / f"k{number}.json"))
    manager._kernel_spec = _SPEC
    if nursery:
        manager.provisioner = ForkedKernel(nursery=nursery, kernel_id="k", kernel_spec=_SPEC, parent=manager)
    manager.start_kernel(env=_FROM_THERE | {"HOME": str(folder)} | more, cwd=str(folder))
    client = manager.client()
    client.start_channels(hb=False)
    try:
        client.wait_for_ready(timeout=_LIMIT_S)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@contextlib.contextmanager
def nursery_of(*preload: str) -> Iterator[Nursery]:
    nursery = Nursery(_FROM_THERE, preload=preload)
    try:
        yield nursery
    finally:
        nursery.close()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One that all share and nobody ends."""
    with nursery_of("numpy.random") as nursery:
        nursery.start()
        yield nursery


@pytest.fixture(params=["started", "forked"])
def kernel(request: pytest.FixtureRequest, tmp_path: Path, nursery: Nursery) -> Iterator[Kernel]:
    """A kernel of either kind."""
    with started(tmp_path, nursery=nursery if request.param == "forked" else None) as kernel:
        assert isinstance(kernel.process, ForkedProcess) == (request.param == "forked")
        yield kernel


def test_a_kernel_runs_code_and_answers_widgets(kernel: Kernel) -> None:
    """A widget is opened, told a value by the page, and asked for the state of all."""
    assert kernel.run("print(6 * 7)") == "42"
    kernel.run("import ipywidgets; box = ipywidgets.IntText()")
    comm_id = next(m["content"]["comm_id"] for m in kernel.heard if "IntTextModel" in str(m["content"]))
    kernel.tell("comm_msg", comm_id=comm_id, data={"method": "update", "state": {"value": 7}, "buffer_paths": []})
    assert kernel.run("print(box.value)") == "7"

    asking = {"comm_id": "asking", "target_name": "jupyter.widget.control", "data": {}}
    kernel.tell("comm_open", metadata={"version": "1.0.0"}, **asking)
    kernel.tell("comm_msg", comm_id="asking", data={"method": "request_states"})
    answers = [m["content"]["data"] for m in kernel.heard if m["msg_type"] == "comm_msg"]
    assert [answer["states"][comm_id]["state"]["value"] for answer in answers] == [7]


def test_a_kernel_is_lean_and_leaves_the_home_alone(kernel: Kernel, tmp_path: Path) -> None:
    """No debugger, no completion, no history, one thread of numpy's; its log goes where the server's does."""
    assert kernel.run("import sys; print(sys.modules.get('debugpy'), sys.modules.get('jedi'))") == "None None"
    assert kernel.run("print(get_ipython().history_manager.enabled)") == "False"
    assert kernel.run("print(sys.stderr._original_stdstream_copy > 2)") == "True"
    kernel.run("import os, numpy; before = len(os.listdir('/proc/self/task'))")
    kernel.run("numpy.ones((500, 500)) @ numpy.ones(500)")
    assert kernel.run("print(len(os.listdir('/proc/self/task')) - before)") == "0"
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("k0")] == []


def test_nothing_of_the_operators_is_run(tmp_path: Path, nursery: Nursery) -> None:
    """Neither start-up files nor configuration of IPython's, even where they are."""
    startup = tmp_path / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("print(1); left = 1")
    (startup.parent / "ipython_config.py").write_text("c.InteractiveShellApp.exec_lines = ['left = 1']")
    for kind in (nursery, None):
        with started(tmp_path, nursery=kind) as kernel:
            assert kernel.run("print('left' in globals())") == "False"


def test_a_kernel_can_be_interrupted(kernel: Kernel) -> None:
    """A signal ends what runs, and the kernel goes on."""
    request = kernel.client.execute("import time\nprint('now', flush=True)\ntime.sleep(60)")
    while kernel.client.get_iopub_msg(timeout=_LIMIT_S)["msg_type"] != "stream":
        pass
    kernel.manager.interrupt_kernel()
    kernel.hear_answers(request)
    assert [m["content"]["ename"] for m in kernel.heard if m["msg_type"] == "error"] == ["KeyboardInterrupt"]
    assert kernel.run("print('on')") == "on"


@pytest.mark.parametrize("politely", [True, False])
def test_a_kernel_ends_when_told(kernel: Kernel, politely: bool) -> None:
    """By message or by signal: it is alive before, and then not even a dead process is left."""
    process, pid = kernel.process, kernel.pid
    assert kernel.manager.is_alive()
    assert process.poll() is None
    kernel.manager.shutdown_kernel(now=not politely)
    assert process.poll() is not None
    assert not kernel.manager.is_alive()
    wait_for(lambda: is_gone(pid))
    process.send_signal(signal.SIGKILL)  # nothing, and to nobody


def test_the_end_of_a_kernel_is_noticed(tmp_path: Path, nursery: Nursery) -> None:
    """poll() says None as long as it lives, then -1, also to whoever has waited."""
    with started(tmp_path, nursery=nursery) as kernel:
        pid = kernel.pid
        assert pid == kernel.process.pid
        assert kernel.process.poll() is None
        os.kill(pid, signal.SIGSEGV)
        assert kernel.process.wait() == -1
        assert kernel.process.poll() == -1
        assert not kernel.manager.is_alive()
        wait_for(lambda: is_gone(pid))


def test_a_forked_kernel_has_the_environment_and_the_place_asked_for(tmp_path: Path, nursery: Nursery) -> None:
    """Not one variable more or less, and the nursery's own is what it was given."""
    show = "import os, json; print(json.dumps([dict(os.environ), os.getcwd(), os.getsid(0) == os.getpid()]))"
    with started(tmp_path, nursery=nursery, SPECIAL="ä = 1\n2") as kernel:
        environment, cwd, alone = json.loads(kernel.run(show))
    assert environment == _FROM_THERE | {"HOME": str(tmp_path), "SPECIAL": "ä = 1\n2"}
    assert (cwd, alone) == (str(tmp_path), True)
    given = Path(f"/proc/{nursery.pid}/environ").read_text().split("\0")
    assert set(filter(None, given)) == {f"{name}={value}" for name, value in _FROM_THERE.items()}


def test_forked_kernels_share_no_randomness_and_no_descriptor(tmp_path: Path, nursery: Nursery) -> None:
    """Each has its own numbers, ids and key; of the nursery's sockets and of its brothers it has none."""
    draw = "import random, uuid, numpy; print(random.random(), uuid.uuid4(), numpy.random.random(), "
    draw += "get_ipython().kernel.session.session)"
    with started(tmp_path, nursery=nursery) as first, started(tmp_path, nursery=nursery) as second:
        assert not set(first.run(draw).split()) & set(second.run(draw).split())
        theirs = {link for fd, link in links(str(nursery.pid)).items() if fd > 2}
        assert any("pidfd" in link for link in theirs)
        for kernel in (first, second):
            held = {link for fd, link in links(kernel.pid).items() if fd > 2}
            assert not held & theirs
            assert not any("pidfd" in link for link in held)


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
        import sys, asyncio; from movierec.server.fork import Nursery
        nursery = Nursery({_FROM_THERE!r})
        fork = lambda: nursery.fork({str(tmp_path / "k.json")!r}, environment={_FROM_THERE!r}, cwd="/")
        kernel = asyncio.run(fork())
        print(nursery.pid, kernel.pid, flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_FROM_THERE) as server:
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
            return await nursery.fork(tmp_path / "k.json", environment=_FROM_THERE, cwd=tmp_path)

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
        play(give_up(nursery), _LIMIT_S)


@pytest.mark.parametrize(("source", "reason"), [("1 / 0", "cannot be started"), (
    "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "threads",
)])  # fmt: skip
def test_what_cannot_be_forked_is_started(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, source: str, reason: str
) -> None:
    """A preloaded module that fails, or starts a thread: CannotFork says so, and a provisioner does without."""
    (tmp_path / "broken.py").write_text(source)
    nursery = Nursery(_FROM_THERE | {"PYTHONPATH": f"{_FROM_THERE['PYTHONPATH']}:{tmp_path}"}, preload=["broken"])
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
