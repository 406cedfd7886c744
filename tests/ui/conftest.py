"""A visit without a browser: the real app on the toy model, and the wire that its widgets speak on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import ipywidgets
import pytest
from playwright.sync_api import Browser

from movierec.app import App, create_app
from movierec.settings import Settings
from movierec.ui.controller import Controller
from tests.ui.browser import Tab
from tests.ui.opener import Opener
from tests.ui.wire import Wire

PASSWORD = "a long walk home"
BEHIND_THE_LOGIN = {"Header", "SearchBox", "PosterGrid", "Notice", "Profile", "Rated", "Account"}
KERNEL_ID = "the-kernel"


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """A browser in memory; no widget outlives its test."""
    yield Wire(monkeypatch)
    ipywidgets.Widget.close_all()


@pytest.fixture
def app(settings: Settings) -> App:
    """The app on an embedded database and the toy model."""
    app = create_app(settings)
    app.db.create()
    return app


class Clock:
    """Seconds that pass when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Visit:
    """A visitor: verbs, each a message as the page sends it; the answers are what it returns."""

    wire: Wire
    app: App
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.controller = Controller(self.app, clock=self.clock, kernel_id=KERNEL_ID)

    def swap(self, **rooms: Any) -> None:
        """Put others in the place of rooms, from now on."""
        app = replace(self.app, **rooms)
        self.controller._app = app
        if self.controller._visitor is not None:
            self.controller._visitor._app = self.controller._visitor._taste._app = app

    def sign_up(self, username: str = "ann_1", password: str = PASSWORD, confirm: str | None = None) -> Any:
        return self.wire.say(
            "Door", "sign_up", username=username, email=f"{username}@example.com", password=password,
            confirm=password if confirm is None else confirm,
        )  # fmt: skip

    def log_in(self, username: str = "ann_1", password: str = PASSWORD) -> Any:
        return self.wire.say("Door", "log_in", username=username, password=password, keep=False)

    def enter(self) -> Visit:
        self.sign_up()
        self.log_in()
        return self

    def pick(self, movie_id: int) -> Any:
        return self.wire.say("SearchBox", "pick", movie_id=movie_id)

    @property
    def view(self) -> Any:
        """What the films' widget shows."""
        return self.wire.state("PosterGrid")["view"]

    @property
    def shown(self) -> list[str]:
        """The classes of the page's parts, in order."""
        children = self.wire.state("VBoxModel")["children"]
        return [self.wire.name(child.removeprefix("IPY_MODEL_")) for child in children]


@pytest.fixture
def visit(wire: Wire, app: App) -> Visit:
    """A visitor at the start page."""
    return Visit(wire, app)


@pytest.fixture
def inside(visit: Visit) -> Visit:
    """A visitor who has signed up and logged in."""
    return visit.enter()


@pytest.fixture
def tab(browser: Browser, app: App, wire: Wire) -> Iterator[Tab]:
    """The start page in a tab of its own; a page that threw an error fails its test."""
    Controller(app)
    tab = Tab(browser, wire)
    yield tab
    tab.close()
    assert tab.errors == []


@pytest.fixture
def opener(browser: Browser, app: App, wire: Wire) -> Iterator[Opener]:
    """Opens tabs at our server; none may throw an error."""
    opener = Opener(browser, app, wire)
    yield opener
    for tab in opener.tabs:
        tab.close()
        # The browser's own line about each status above 399 is no error of the page's.
        assert [error for error in tab.errors if not error.startswith("Failed to load resource")] == []
