"""The one place where the rooms are wired together."""

from __future__ import annotations

import dataclasses
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import movierec
from movierec.app import create_app
from movierec.errors import ArtifactMissing, SettingsError, StorageError
from movierec.library import Preferences
from movierec.settings import Settings
from tests.mariadb import free_port
from tests.toy import HEAT, INSIDER, MOVIES


def test_every_room_is_ready(settings: Settings) -> None:
    """One visitor's way through all of them: sign up, log in, pick, keep a favourite."""
    app = create_app(settings)
    assert app.settings is settings
    assert len(app.catalogue) == len(MOVIES)
    assert app.catalogue is app.recommender.catalogue
    assert app.recommender.similar(HEAT, k=1)[0].movie.movie_id == INSIDER
    user = app.accounts.register("bob", "bob@example.com", "sesame-open", confirm="sesame-open")
    login, _ = app.logins.begin(app.accounts.proofs.authenticate("bob", "sesame-open"))
    assert app.logins.check(login) == user
    app.library.save_preferences(user.user_id, Preferences(favorite_movie="Heat (1995)"))
    assert app.library.preferences(user.user_id).favorite_movie == "Heat (1995)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        app.settings = settings


def test_nothing_is_connected_to(settings: Settings) -> None:
    """Kernels are started in advance: a server hears of them when there is something to ask."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        create_app(settings.replace(db_host="127.0.0.1", db_port=server.getsockname()[1], db_user="me"))
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    create_app(settings)
    assert list(settings.home.iterdir()) == []


def test_films_are_shown_while_the_database_is_down(settings: Settings) -> None:
    """Only who needs the database hears of it."""
    app = create_app(settings.replace(db_host="127.0.0.1", db_port=free_port(), db_user="me"))
    assert app.catalogue.by_id(HEAT).title == "Heat"
    with pytest.raises(StorageError):
        app.library.preferences(1)


def test_a_missing_model_is_told(settings: Settings) -> None:
    """With its place; settings that name no database are told, too."""
    with pytest.raises(ArtifactMissing, match="nowhere"):
        create_app(settings.replace(model_dir=settings.home / "nowhere"))
    with pytest.raises(SettingsError, match="DB_URL"):
        create_app(settings.replace(db_url="sqlite://"))


def test_settings_are_read_when_none_are_given(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment, as in a visitor's kernel."""
    for name, value in settings.kernel_environment().items():
        monkeypatch.setenv(name, value)
    assert create_app().settings == settings


def test_the_package_hands_them_out_and_loads_nothing_before(toy_model: Path) -> None:
    """`import movierec` loads no room; create_app and open_model are there when asked for, others are not."""
    program = (
        "import sys, movierec; print([name for name in sys.modules if name.startswith('movierec.')]);"
        "print(movierec.open_model(sys.argv[1]).by_id(949).title, 'movierec.app' in sys.modules);"
        "print(movierec.create_app.__module__)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(toy_model)], capture_output=True, text=True, timeout=60, env=os.environ
    )
    assert ended.stdout == "[]\nHeat False\nmovierec.app\n", ended.stderr
    assert movierec.create_app is create_app
    with pytest.raises(AttributeError, match="no attribute 'create_up'"):
        _ = movierec.create_up
