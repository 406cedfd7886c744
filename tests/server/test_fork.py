"""Kernels that are started, and kernels that are forked: real processes, told apart by nothing but their cost."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from movierec.server.nursery import ForkedProcess, Nursery, can_fork
from tests.server.forked import ENVIRONMENT, LIMIT_S, Kernel, is_gone, links, started, wait_for

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")


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
    while kernel.client.get_iopub_msg(timeout=LIMIT_S)["msg_type"] != "stream":
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
    assert environment == ENVIRONMENT | {"HOME": str(tmp_path), "SPECIAL": "ä = 1\n2"}
    assert (cwd, alone) == (str(tmp_path), True)
    given = Path(f"/proc/{nursery.pid}/environ").read_text().split("\0")
    assert set(filter(None, given)) == {f"{name}={value}" for name, value in ENVIRONMENT.items()}


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
