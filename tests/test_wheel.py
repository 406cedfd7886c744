"""The wheel is the whole product: installed anywhere, it serves the app from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from movierec.settings import load_settings
from tests.db import first
from tests.serving import start_server

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as pip builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(pip, capture_output=True, text=True, timeout=240)
    if built.returncode and os.environ.get("CI") != "true":
        pytest.skip("pip cannot get what builds a wheel (hatchling): is there a network?")
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("movierec-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder it is installed into, away from the checkout."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(folder)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True, timeout=240)
    return folder


def test_it_holds_the_package_the_notebook_and_nothing_else(wheel: Path) -> None:
    """No tests, no data of others, no models; the notebook is the checkout's."""
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
        notebook = content.read("movierec/server/app.ipynb")
    assert {name.split("/")[0].split("-")[0] for name in names} == {"movierec"}
    assert json.loads(notebook) == json.loads((ROOT / "notebooks" / "app.ipynb").read_bytes())
    pages = {f"server/page/{name}" for name in ("page.html", "page.css", "banner.css", "runtime.js")}
    migrations = {f"db/migrations/{name}" for name in ("env.py", "versions/v0002_logins.py")}
    needed = pages | migrations | {"build/films.jsonl", "ui/components/dom.js", "py.typed"}
    assert {f"movierec/{name}" for name in needed} <= set(names)
    assert not [name for name in names if name.endswith((".npy", ".sqlite", ".sqlite3", ".csv", ".env"))]


def test_it_serves_the_app_from_a_folder_of_its_own(installed: Path, tmp_path: Path) -> None:
    """It builds its model there, upgrades an older database, and all that runs is the wheel's own code."""
    first.make_database(load_settings({"MOVIEREC_HOME": str(tmp_path)}))
    # Before site-packages, where the checkout may be installed.
    with start_server(tmp_path, {"PYTHONPATH": str(installed), "MOVIEREC_HOME": ""}) as server:
        with urllib.request.urlopen(server.url + "movierec/health", timeout=30) as answer:
            health = json.load(answer)
        assert health["status"] == "ok"
        assert health["films"] >= 100
        with urllib.request.urlopen(server.url, timeout=60) as answer:
            assert "movierec" in answer.read().decode()
    assert (tmp_path / "models" / "default" / "manifest.json").exists()
    where = [sys.executable, "-c", "import movierec.server.launcher as it; print(it.__file__, it._notebook())"]
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    shown = subprocess.run(where, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True).stdout
    assert all(path.startswith(str(installed)) for path in shown.split())
