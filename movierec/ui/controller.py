"""What happens when: every message of every component comes in here, and nowhere else.

Who is logged in is a plain attribute of :class:`Controller`, out of any browser's reach. What an
action needs of the login stands beside it in :data:`_ACTIONS`; what is done once it may be done is here for the
start page, and in :mod:`movierec.ui.visitor` for all behind it.
"""

from __future__ import annotations

import enum
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from movierec.errors import AuthError, BadCredentials, InvalidRegistration, LoginExpired, MovierecError
from movierec.ui.components import Component, Footer, Stack
from movierec.ui.pages import DoorPage, Page
from movierec.ui.visitor import Visitor

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.auth import Login

__all__ = ["Controller"]

_log = logging.getLogger(__name__)

_TRUST_S = 5.0  # how long a checked login is good for searches and picks
_FAN = 5  # posters on the start page


class _Needs(enum.Enum):
    """What an action needs of the login."""

    NO_LOGIN = "only before a login"
    LOGIN = "a login, even one that has ended"
    TRUSTED_LOGIN = "a login checked in the last few seconds"
    CHECKED_LOGIN = "a login checked now"


class Controller:
    """One visit.

    Attributes:
        root: the page, a column of components.
    """

    def __init__(self, app: App, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin at the start page.

        Args:
            app: the rooms that do the work.
            clock: seconds that only grow.
        Raises:
            ArtifactError: the catalogue cannot be read.
        """
        self._app, self._clock = app, clock
        self._login: Login | None = None
        self._visitor: Visitor | None = None  # what they do; there as long as the login is
        self._checked_at = 0.0
        self._page: Page = self._door()
        self._footer = Footer(posters_url=app.settings.posters_url)
        self.root = Stack((*self._page.components, self._footer), _dom_classes=("movierec-page",))

    # ------------------------------------------------------------------ the one way in

    def handle(self, sender: Component, content: object) -> None:
        """Do what a message asks for; never raises.

        Whatever goes wrong, the visitor gets one sentence that is safe to show. The log gets the rest.
        """
        try:
            try:
                self._do(sender, content)
            except LoginExpired as error:
                self._end_visit(error.public)
        except MovierecError as error:
            if not isinstance(error, AuthError):
                _log.warning("%s: %s. %s", type(error).__name__, error, error.hint)
            sender.reply("failed", text=error.public)
        except Exception:
            _log.exception("a message to %s failed", type(sender).__name__)
            sender.reply("failed", text=MovierecError.public)

    def _do(self, sender: Component, content: object) -> None:
        kind, fields = sender.read(content)
        action = _ACTIONS[kind]
        if self._may(action.needs):
            action.do(self, sender, **fields)

    def _may(self, needs: _Needs) -> bool:
        if self._login is None or needs is _Needs.NO_LOGIN:
            return self._login is None and needs is _Needs.NO_LOGIN
        fresh = self._clock() - self._checked_at < _TRUST_S
        if needs is _Needs.CHECKED_LOGIN or (needs is _Needs.TRUSTED_LOGIN and not fresh):
            self._app.logins.check(self._login)
            self._checked_at = self._clock()
        return True

    # ------------------------------------------------------------------ the door

    def _sign_up(self, sender: Component, *, username: str, email: str, password: str, confirm: str) -> None:
        try:
            user = self._app.accounts.register(username, email, password, confirm=confirm)
        except InvalidRegistration as error:
            sender.reply("problems", problems=error.problems)
        else:
            sender.reply("created", username=user.username)

    def _log_in(self, sender: Component, *, username: str, password: str) -> None:
        try:
            login, _ = self._app.logins.begin(self._app.accounts.proofs.authenticate(username, password))
        except BadCredentials as error:
            sender.reply("problems", problems={"password": error.public})
            return
        visitor = Visitor(self._app, login.user, self.handle, arrange=self._arrange)
        self._login, self._visitor, self._checked_at = login, visitor, self._clock()
        self._show(visitor.page)

    def _log_out(self, _sender: Component) -> None:
        self._end_visit()

    def _end_visit(self, note: str = "") -> None:
        """Forget who was here, close all that they saw, and bring the start page."""
        self._login = self._visitor = None
        self._show(self._door(again=True, note=note))

    def _door(self, *, again: bool = False, note: str = "") -> DoorPage:
        return DoorPage(
            self.handle,
            self._app.catalogue.best_known(_FAN),
            password_min_length=self._app.settings.password_min_length,
            again=again,
            note=note,
        )

    def _show(self, page: Page) -> None:
        before, self._page = self._page, page
        self._arrange()
        if before is not page:
            before.close()

    def _arrange(self) -> None:
        self.root.children = (*self._page.components, self._footer)


class _Action(NamedTuple):
    do: Callable[..., None]
    needs: _Needs


def _inside(do: Callable[..., None]) -> Callable[..., None]:
    """Make a method of :class:`Visitor` something that a controller does."""

    def do_inside(controller: Controller, sender: Component, **fields: Any) -> None:
        if controller._visitor is None:
            raise LoginExpired
        do(controller._visitor, sender, **fields)

    return do_inside


_ACTIONS = {
    "sign_up": _Action(Controller._sign_up, _Needs.NO_LOGIN),
    "log_in": _Action(Controller._log_in, _Needs.NO_LOGIN),
    "log_out": _Action(Controller._log_out, _Needs.LOGIN),
    "home": _Action(_inside(Visitor.home), _Needs.TRUSTED_LOGIN),
    "search": _Action(_inside(Visitor.search), _Needs.TRUSTED_LOGIN),
    "pick": _Action(_inside(Visitor.pick), _Needs.TRUSTED_LOGIN),
    "mix": _Action(_inside(Visitor.mix), _Needs.TRUSTED_LOGIN),
    "take_out": _Action(_inside(Visitor.take_out), _Needs.TRUSTED_LOGIN),
    "back": _Action(_inside(Visitor.back), _Needs.TRUSTED_LOGIN),
    "rate": _Action(_inside(Visitor.rate), _Needs.CHECKED_LOGIN),
    "profile": _Action(_inside(Visitor.profile), _Needs.CHECKED_LOGIN),
    "close": _Action(_inside(Visitor.close_profile), _Needs.LOGIN),
    "suggest": _Action(_inside(Visitor.suggest), _Needs.TRUSTED_LOGIN),
    "save": _Action(_inside(Visitor.save), _Needs.CHECKED_LOGIN),
}
