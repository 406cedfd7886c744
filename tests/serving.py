"""Real servers for tests: ours, stock Voilà and JupyterLab, each a process of its own on a free port.

::

    with start_server(home, {"MODEL_DIR": str(toy_model)}) as server:
        requests.get(server.url + "movierec/health")
        ...
        assert "Traceback" not in server.log()

*home* is the program's home, an empty folder; the variables are its settings, the environment's are
left out. A server is ready when the block begins; when it dies instead, or does not answer in time,
the error holds its log.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from movierec.settings import SETTINGS, Settings

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "app.ipynb"
START_S = 60.0
STOP_S = 15.0
_SERVE = "import sys; from movierec.cli import main; sys.exit(main(['serve', *sys.argv[1:]]))"


@dataclass
class Server:
    """A server that runs; ``url`` is its page."""

    process: subprocess.Popen[bytes]
    log_file: Path
    url: str = ""

    def log(self) -> str:
        """Return what it has written so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, what: Callable[[], object], *, why: str, limit_s: float = START_S) -> None:
        """Wait until *what* returns something true; fail, with the log, when the server dies or time is over."""
        end = time.monotonic() + limit_s
        while not what():
            state = f"ended with {self.process.returncode}" if self.process.poll() is not None else "runs"
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the server {state}; waited for: {why}. It wrote:\n{self.log()}")
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not stop in {STOP_S} s. It wrote:\n{self.log()}") from None


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def variables_of(settings: Settings) -> dict[str, str]:
    """Return *settings* as environment variables, keys included."""
    keys = {"TMDB_API_KEY": settings.tmdb_api_key, "TMDB_PROXY": settings.tmdb_proxy}
    return settings.kernel_environment() | keys


def environment(home: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program whose settings are *variables* and that finds nothing of its user's."""
    # A kernel that believes to be pytest's own does not part its log from what it sends to the page.
    names = {setting.name for setting in SETTINGS} | {"PYTEST_CURRENT_TEST"}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    jupyter = {
        "HOME": str(home), "IPYTHONDIR": f"{home}/.ipython", "JUPYTER_CONFIG_DIR": f"{home}/.jupyter",
        "JUPYTER_DATA_DIR": f"{home}/.jupyter-data", "JUPYTER_RUNTIME_DIR": f"{home}/.jupyter-run",
        "JUPYTERLAB_SETTINGS_DIR": f"{home}/.lab/settings", "JUPYTERLAB_WORKSPACES_DIR": f"{home}/.lab/workspaces",
        "PYTHONUNBUFFERED": "1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    return inherited | jupyter | {"MOVIEREC_HOME": str(home)} | dict(variables)


@contextlib.contextmanager
def start_server(
    home: Path, variables: Mapping[str, str] | None = None, *, arguments: Sequence[str] = ("--no-browser",)
) -> Iterator[Server]:
    """Start ``movierec serve``, by default on a free port."""
    variables = {"MOVIEREC_PORT": str(free_port())} | dict(variables or {})
    with _process([sys.executable, "-c", _SERVE, *arguments], home, variables) as server:
        line = re.compile(r"^movierec is at (http://\S+/)", re.MULTILINE)
        server.wait_for(lambda: line.search(server.log()), why="the line with its address")
        found = line.search(server.log())
        assert found
        server.url = found[1]
        yield server


@contextlib.contextmanager
def start_voila(
    home: Path, variables: Mapping[str, str] | None = None, *, notebook: Path = NOTEBOOK
) -> Iterator[Server]:
    """Start stock Voilà, on the app's notebook by default."""
    port = free_port()
    command = [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}",
               "--Voila.ip=127.0.0.1", "--Voila.port_retries=0"]  # fmt: skip
    with _process(command, home, variables or {}) as server:
        server.url = f"http://127.0.0.1:{port}/"
        # Not the page itself: that would start a kernel for nobody.
        server.wait_for(lambda: answers(server.url + "voila/static/voila.js"), why="an answer")
        yield server


@contextlib.contextmanager
def start_jupyterlab(home: Path, variables: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start JupyterLab, without a token, on a copy of the app's notebook; ``url`` opens the notebook."""
    port = free_port()
    folder = home / "lab"
    folder.mkdir(exist_ok=True)
    shutil.copy(NOTEBOOK, folder)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
               f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}",
               "--IdentityProvider.token=", "--LabApp.news_url=None", "--LabApp.extension_manager=readonly",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdates"]  # fmt: skip
    with _process(command, home, variables or {}) as server:
        server.url = f"http://127.0.0.1:{port}/lab/tree/app.ipynb"
        server.wait_for(lambda: answers(f"http://127.0.0.1:{port}/api"), why="an answer")
        yield server


FRONT_ENDS = {"server": start_server, "voila": start_voila, "lab": start_jupyterlab}


def answers(url: str) -> bool:
    """Does anything answer at *url*, whatever it says?"""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _end_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):  # Linux can, others leave it
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@contextlib.contextmanager
def _process(command: Sequence[str], home: Path, variables: Mapping[str, str]) -> Iterator[Server]:
    log_file = home / f"server-{time.monotonic_ns()}.log"
    with log_file.open("wb") as log:
        # A session of its own: a Ctrl-C meant for the tests does not reach it before we have read its log. It
        # ends with us all the same, however we end.
        process = subprocess.Popen(
            command, cwd=home, env=environment(home, variables), stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent,
        )  # fmt: skip
    server = Server(process, log_file)
    try:
        yield server
    finally:
        server.stop()
