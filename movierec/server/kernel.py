"""The program that a visitor's kernel is: IPython's kernel without what a page never needs.

::

    python kernel.py -f CONNECTION_FILE [arguments of ipykernel's]
    python kernel.py --fork FD [--preload MODULE ...]

The first form is one kernel. The second is a nursery (Linux): a process that has imported all that a kernel
needs and forks one for each request that comes over the socket FD; :mod:`movierec.server.nursery` is at its
other end. A forked kernel's memory is the nursery's until it writes to it: most of it is paid once. Of
movierec's nothing is imported here but ``memory`` and what is preloaded: by its file, not with -m, the program is
all there is.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any, ClassVar

for _name in ("debugpy", "jedi"):
    sys.modules[_name] = None  # type: ignore[assignment] # importing it fails; debugpy is 14 MB of every kernel

# Below that, because this is what would import them.
from ipykernel import ipkernel  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.zmqshell import ZMQInteractiveShell  # noqa: E402
from IPython.core.profiledir import ProfileDir  # noqa: E402
from traitlets import Type, default  # noqa: E402
from traitlets.config import Config  # noqa: E402

from movierec.memory import give_back  # noqa: E402

__all__ = ["Kernel", "KernelApp", "Shell", "main"]

_CONFIG = {
    "HistoryManager": {"enabled": False},
    "InteractiveShellApp": {"ignore_cwd": True},  # no module is imported from wherever a kernel stands
    # Or a page's malformed messages fill our log; the app has its own. By the logger's level, not by "log_level",
    # its handler's: three records would be made of each message, for nobody.
    "IPKernelApp": {"logging_config": {"loggers": {"KernelApp": {"level": "CRITICAL"}}}},
}
_PRELOAD = (
    "ipykernel.debugger", "tornado.platform.asyncio", "IPython.core.completerlib", "faulthandler", "ipywidgets",
    "anywidget",
)  # fmt: skip
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_REQUEST_BYTES = 2**20


class Shell(ZMQInteractiveShell):
    """A shell that neither looks for nor makes a folder of IPython's, and leaves the environment as it is."""

    def init_ipython_dir(self, ipython_dir: str | None) -> None: ...
    def init_environment(self) -> None: ...
    def init_virtualenv(self) -> None: ...


class _NoModules:
    """``sys``, as seen where no module has been imported."""

    modules: ClassVar[dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


class Kernel(ipkernel.IPythonKernel):
    """A kernel with that shell, and without a debugger."""

    shell_class = Type(Shell)

    def __init__(self, **traits: Any):
        # The stock class lists the files of all modules, for the debugger. Reading their names is writing to their
        # counters of references: 5 MB that a forked kernel would no longer share.
        vars(ipkernel)["sys"] = _NoModules()
        try:
            super().__init__(**traits)  # type: ignore[no-untyped-call]
        finally:
            vars(ipkernel)["sys"] = sys

    async def poll_stopped_queue(self) -> None: ...


class KernelApp(IPKernelApp):
    """A kernel's process: nothing of the operator's ``~/.ipython`` is read, and none is made."""

    kernel_class = Type(Kernel)

    @default("ipython_dir")
    def _no_ipython_dir(self) -> str:
        return ""

    def init_profile_dir(self) -> None:
        self.profile_dir = ProfileDir(parent=self)  # one without a place

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        if argv:  # what parses it makes 3 MB of traits' descriptions, also for nothing
            super().parse_command_line(argv)

    def init_config_files(self) -> None: ...
    def init_pdb(self) -> None: ...
    def init_gui_pylab(self) -> None: ...
    def init_extensions(self) -> None: ...
    def init_code(self) -> None: ...

    def init_control(self, context: Any) -> None:
        super().init_control(context)  # type: ignore[no-untyped-call]
        # It is for subshells, and makes every message of a page change threads twice more.
        self.shell_channel_thread = None


def main(argv: Sequence[str] | None = None) -> None:
    """Be a kernel; or a nursery and, in each of its children, a kernel."""
    parser = argparse.ArgumentParser(prog="kernel.py", add_help=False, allow_abbrev=False)
    parser.add_argument("--fork", type=int, metavar="FD")
    parser.add_argument("--preload", nargs="*", default=[], metavar="MODULE")
    options, arguments = parser.parse_known_args(argv)
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # a kernel reads rows: numpy's threads would be for nothing
    give_back(one_arena=True)  # or each of a kernel's ten threads may keep what others have freed
    app: Any = KernelApp.instance(config=Config(_CONFIG))
    if options.fork is not None:
        app.parent_handle = os.getpid()  # a kernel ends when the nursery does
        for name in (*_PRELOAD, *options.preload):
            importlib.import_module(name)
        request = _nurse(socket.socket(fileno=options.fork))
        if request is None:
            return
        _settle(request["environment"], request["cwd"])
        app.connection_file = request["connection_file"]
    app.initialize(arguments)
    if "ipywidgets" in sys.modules:  # imported before there was a kernel that it could have asked
        sys.modules["ipywidgets"].register_comm_target()
    app.start()


def _nurse(server: socket.socket) -> dict[str, Any] | None:
    """Fork a kernel for each request.

    Returns:
        In a child, what was asked for; in the nursery, once the server has gone and all children are ended, None.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business
    gc.collect()
    gc.freeze()  # or a child's first collection would write to, and so copy, every object
    children: list[int] = []  # pidfds
    poller = select.poll()
    poller.register(server, select.POLLIN)
    while True:
        for fd, _ in poller.poll():
            if fd in children:
                poller.unregister(fd)
                children.remove(fd)
                os.waitid(os.P_PIDFD, fd, os.WEXITED)
                os.close(fd)
                continue
            message = server.recv(_REQUEST_BYTES)
            if not message:
                for child in children:
                    signal.pidfd_send_signal(child, signal.SIGKILL)
                for child in children:  # whoever inherits us may never wait for the dead
                    os.waitid(os.P_PIDFD, child, os.WEXITED)
                return None
            try:
                _check_alone()
                pid = os.fork()
                if pid:
                    children.append(_hold(pid))
            except OSError as error:
                _answer(server, {"error": str(error)})
                continue
            if not pid:
                for inherited in (*children, server.detach()):
                    os.close(inherited)
                request: dict[str, Any] = json.loads(message)
                return request
            poller.register(children[-1], select.POLLIN)
            _answer(server, {"pid": pid}, children[-1])


def _check_alone() -> None:
    """Raise OSError when there are threads: a fork copies one, and the others' locks are locked for ever."""
    threads = len(os.listdir("/proc/self/task")) - 1  # noqa: PTH208 - of names
    if threads:
        raise OSError(f"a preloaded module has started threads ({threads})")


def _hold(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except OSError:  # too many open files
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


def _answer(server: socket.socket, content: dict[str, Any], *fds: int) -> None:
    with contextlib.suppress(OSError):  # it has gone: the next look at the socket tells
        socket.send_fds(server, [json.dumps(content).encode()], fds)


def _settle(environment: dict[str, str], cwd: str) -> None:
    """Make a child a process of its own: session, signals, environment, place, randomness."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


if __name__ == "__main__":
    main()
