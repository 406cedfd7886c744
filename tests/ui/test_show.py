"""What the notebook calls: the app, or one friendly sentence in its place; and where the log goes."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from comm.base_comm import CommManager

from movierec.settings import Settings
from movierec.ui import show
from movierec.ui.log import keep_log_from_browser
from tests.ui.wire import Wire

NOTEBOOK = Path(__file__).parent.parent.parent / "notebooks" / "app.ipynb"


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings as a launcher hands them to a kernel."""
    for name, value in settings.kernel_environment().items():
        monkeypatch.setenv(name, value)
    return settings


def parts(wire: Wire, page: object) -> list[str]:
    return [wire.name(child.comm.comm_id) for child in page.children]  # type: ignore[attr-defined]


def test_the_notebook_shows_the_app(wire: Wire, environment: Settings) -> None:
    """A page in a column, beginning at the door."""
    assert parts(wire, show()) == ["Door", "Footer"]


def test_the_notebook_is_one_call() -> None:
    """Code belongs in the package; the notebook is clean and small."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code == ["from movierec.ui import show\n\nshow()"]


@pytest.mark.parametrize(
    ("name", "value", "sentence", "hint"),
    [
        ("MODEL_DIR", "nowhere", "Our film catalogue is not available right now.", "movierec build"),
        ("DB_PORT", "many", "The app is not set up correctly. Please tell whoever runs it.", "DB_PORT"),
    ],
)
def test_an_app_that_cannot_start_says_so_kindly(
    wire: Wire, environment: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    name: str, value: str, sentence: str, hint: str,
) -> None:  # fmt: skip
    """The visitor gets a sentence; the log gets what is wrong and what to do; the wire gets no path."""
    monkeypatch.setenv(name, value)
    page = show()
    assert parts(wire, page) == ["Unavailable", "Footer"]
    assert wire.state("Unavailable")["text"] == sentence
    assert hint in caplog.text
    assert str(environment.home) not in wire.text


def test_a_defect_at_the_start_is_no_traceback_on_the_page(
    wire: Wire, environment: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong."""

    def broken(*_: object) -> None:
        raise RuntimeError("a detail")

    monkeypatch.setattr("movierec.app.create_app", broken)
    show()
    assert wire.state("Unavailable")["text"] == "Something went wrong on our side. Please try again."
    assert "a detail" not in wire.text
    assert "a detail" in caplog.text


def test_in_a_kernel_the_log_passes_by_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ipykernel takes from stderr goes to the browser; its copy of the real one does not."""

    class KernelStderr:
        def __init__(self, descriptor: int) -> None:
            self._original_stdstream_copy = descriptor
            self.taken = ""

        def write(self, text: str) -> None:
            self.taken += text

        def flush(self) -> None:
            pass

    reading, writing = os.pipe()
    stderr = KernelStderr(writing)
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])  # pytest's own would make the last resort needless
    monkeypatch.setattr(logging.getLogger("py.warnings"), "handlers", [])
    monkeypatch.setattr(logging.getLogger("Comm"), "filters", [])
    security = logging.getLogger("movierec.security")
    for name, value in {"handlers": [], "propagate": True}.items():
        monkeypatch.setattr(security, name, value)
    level = security.level
    keep_log_from_browser()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("careful", UserWarning, stacklevel=1)
        raise ValueError("café")
    except ValueError:
        logging.getLogger("anybody").exception("it %s", "failed")
        CommManager().get_comm("of-a-closed-part")
        logging.getLogger("Comm").warning("no such luck")
        logging.getLogger("movierec.auth").info("somebody else's business")
        security.info("log-in user=7")
    finally:
        logging.captureWarnings(False)
        security.setLevel(level)
    logging.lastResort.stream.close()  # type: ignore[union-attr]
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        text = told.read()
    assert "ERROR anybody: it failed" in text
    assert "ValueError: café" in text
    assert "careful" in text
    assert "no such luck" in text
    assert text.count("INFO movierec.security: log-in user=7\n") == 1
    assert "somebody else's business" not in text
    assert "of-a-closed-part" not in text, "who sends to a part that has just been closed is no fault"
    assert stderr.taken == ""


def test_outside_a_kernel_the_log_is_left_alone() -> None:
    """A test or a script has set it up as it likes."""
    before = logging.lastResort
    keep_log_from_browser()
    assert logging.lastResort is before


def test_the_room_imports_nothing_until_it_is_used() -> None:
    """Whoever looks at the package pays for no widget."""
    program = (
        "import sys, movierec.ui; print([n for n in sys.modules if n in ('ipywidgets', 'sqlalchemy', 'numpy')])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "[]"
