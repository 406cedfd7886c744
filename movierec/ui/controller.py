"""What happens when: every message of every component comes in here, and nowhere else.

Who is logged in is a plain attribute of :class:`Controller`, out of any browser's reach. What an
action needs of the login stands beside it in :data:`_ACTIONS`; what is done once it may be done is here for who
comes and goes, and in :mod:`movierec.ui.visitor` for all that is done inside.

Where the server has a way for forms with passwords (``MOVIEREC_LOGIN_URL``), that is the only one: here they are
refused, and whoever has logged in there brings a ticket.
"""

from __future__ import annotations

import enum
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from movierec.auth import FORMS, NEEDS_LOGIN, Caller
from movierec.errors import AuthError, InvalidArgument, LoginExpired, MovierecError
from movierec.ui.components import Component, Footer, Stack
from movierec.ui.kernel import own_kernel_id
from movierec.ui.pages import DoorPage, Page
from movierec.ui.visitor import Visitor

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.auth import Login

__all__ = ["Controller"]

_log = logging.getLogger(__name__)

_TRUST_S = 5.0  # how long a checked login is good for what is asked at each key stroke
_FAN = 5  # posters on the start page
_DELETED = "Your account and everything about you are deleted."
_OUT_EVERYWHERE = "You are logged out everywhere."
# Nobody can use that login any more: only this kernel knew of it.
_STILL_LISTED = "You are logged out. We cannot reach our records, so your profile may go on listing this place."
_TICKETS = {"ticket", "come_back"}


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

    def __init__(
        self, app: App, *, clock: Callable[[], float] = time.monotonic, kernel_id: str | None = None
    ) -> None:
        """Begin at the start page.

        Args:
            app: the rooms that do the work.
            clock: seconds that only grow.
            kernel_id: which kernel tickets must be for; its own by default.
        Raises:
            ArtifactError: the catalogue cannot be read.
        """
        self._app, self._clock = app, clock
        self._kernel_id = own_kernel_id() if kernel_id is None else kernel_id
        self._login: Login | None = None
        self._before: Login | None = None  # the last one, if it ended without their doing
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
                self._end_visit(error.public, expired=True)
        except Exception as error:
            _tell_operator(error, sender)
            sender.reply("failed", text=getattr(error, "public", MovierecError.public))

    def _do(self, sender: Component, content: object) -> None:
        kind, fields = sender.read(content)
        at_server = bool(self._app.settings.login_url)
        if (kind in FORMS and at_server) or (kind in _TICKETS and not at_server):
            raise InvalidArgument(f"{kind}: there is another way in")
        action = _ACTIONS[kind]
        if self._may(action.needs):
            action.do(self, sender, **fields)

    def _may(self, needs: _Needs) -> bool:
        if self._login is None or self._visitor is None or needs is _Needs.NO_LOGIN:
            return self._login is None and needs is _Needs.NO_LOGIN
        fresh = self._clock() - self._checked_at < _TRUST_S
        if needs is _Needs.CHECKED_LOGIN or (needs is _Needs.TRUSTED_LOGIN and not fresh):
            self._visitor.user = self._app.logins.check(self._login)
            self._checked_at = self._clock()
        return True

    # ------------------------------------------------------------------ coming and going

    def _fill_in(self, sender: Component, kind: str, fields: dict[str, Any]) -> None:
        answer = self._app.desk.answer(kind, fields, Caller(login=self._login))
        if answer.login is not None:
            self._enter(answer.login)
        elif answer.ended:
            deleted = answer.reply["kind"] == "deleted"
            self._end_visit(_DELETED if deleted else answer.reply["text"], expired=not deleted)
        else:
            sender.reply(**answer.reply)
            if answer.reply["kind"] == "changed":
                self._do(sender, {"kind": "account_changed"})

    def _redeem(self, sender: Component, *, ticket: str, before: Login | None = None) -> None:
        try:
            login = self._app.logins.redeem_ticket(ticket, kernel_id=self._kernel_id)
        except LoginExpired:
            sender.reply("refused")
        else:
            self._enter(login, before=before)

    def _come_back(self, sender: Component, *, ticket: str) -> None:
        """By a login that this browser has begun in another tab, without seeing the form here."""
        self._redeem(sender, ticket=ticket, before=self._before)

    def _enter(self, login: Login, *, before: Login | None = None) -> None:
        visitor = Visitor(self._app, login, self.handle, arrange=self._arrange, before=before)
        self._login, self._visitor, self._checked_at = login, visitor, self._clock()
        self._show(visitor.page)

    def _log_out(self, sender: Component) -> None:
        login = self._login
        try:
            self._end_visit()  # first, because it needs no database: who wants to leave can
        finally:
            if login is not None:
                self._end(login, sender)

    def _end(self, login: Login, sender: Component) -> None:
        """End a login whose page is closed already: what goes wrong is told at the door."""
        try:
            self._app.logins.end(login)
        except Exception as error:
            _tell_operator(error, sender)
            # Of our server's login that page knows more: it has the cookie's ended, and says how that goes.
            if isinstance(self._page, DoorPage) and not self._app.settings.login_url:
                self._page.door.warning = _STILL_LISTED

    def _log_out_everywhere(self, _sender: Component) -> None:
        if self._login is not None:
            self._app.logins.end_all(self._login.user.user_id)
        self._end_visit(_OUT_EVERYWHERE)

    def _account_deleted(self, _sender: Component) -> None:
        """By the server, says the page; believed when it is so."""
        try:
            self._may(_Needs.CHECKED_LOGIN)
        except LoginExpired:
            self._end_visit(_DELETED)

    def _end_visit(self, note: str = "", *, expired: bool = False) -> None:
        """Forget who was here, close all that they saw, and bring the start page."""
        self._before = self._login if expired else None
        self._login = self._visitor = None
        self._show(self._door(again=True, note=note, expired=expired))

    def _door(self, **traits: Any) -> DoorPage:
        return DoorPage(
            self.handle,
            self._app.catalogue.best_known(_FAN),
            password_min_length=self._app.settings.password_min_length,
            login_url=self._app.settings.login_url,
            **traits,
        )

    def _show(self, page: Page) -> None:
        before, self._page = self._page, page
        self._arrange()
        if before is not page:
            before.close()

    def _arrange(self) -> None:
        self.root.children = (*self._page.components, self._footer)


def _tell_operator(error: Exception, sender: Component) -> None:
    if not isinstance(error, MovierecError):
        _log.error("a message to %s failed", type(sender).__name__, exc_info=error)
    elif not isinstance(error, AuthError):
        _log.warning("%s: %s. %s", type(error).__name__, error, error.hint)


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


def _form(kind: str) -> Callable[..., None]:
    """Make a kind of form something that a controller does."""

    def fill_in(controller: Controller, sender: Component, **fields: Any) -> None:
        controller._fill_in(sender, kind, fields)

    return fill_in


_ACTIONS = {
    **{
        kind: _Action(_form(kind), _Needs.CHECKED_LOGIN if kind in NEEDS_LOGIN else _Needs.NO_LOGIN)
        for kind in FORMS
    },
    "ticket": _Action(Controller._redeem, _Needs.NO_LOGIN),
    "come_back": _Action(Controller._come_back, _Needs.NO_LOGIN),
    "log_out": _Action(Controller._log_out, _Needs.LOGIN),
    "log_out_everywhere": _Action(Controller._log_out_everywhere, _Needs.CHECKED_LOGIN),
    "account_deleted": _Action(Controller._account_deleted, _Needs.LOGIN),
    "account_changed": _Action(_inside(Visitor.look_at_account), _Needs.CHECKED_LOGIN),
    "end_login": _Action(_inside(Visitor.end_login), _Needs.CHECKED_LOGIN),
    "export": _Action(_inside(Visitor.export), _Needs.CHECKED_LOGIN),
    "home": _Action(_inside(Visitor.home), _Needs.CHECKED_LOGIN),
    "search": _Action(_inside(Visitor.search), _Needs.TRUSTED_LOGIN),
    "pick": _Action(_inside(Visitor.pick), _Needs.CHECKED_LOGIN),
    "mix": _Action(_inside(Visitor.mix), _Needs.CHECKED_LOGIN),
    "take_out": _Action(_inside(Visitor.take_out), _Needs.CHECKED_LOGIN),
    "back": _Action(_inside(Visitor.back), _Needs.CHECKED_LOGIN),
    "go_to": _Action(_inside(Visitor.go_to), _Needs.CHECKED_LOGIN),
    "rate": _Action(_inside(Visitor.rate), _Needs.CHECKED_LOGIN),
    "profile": _Action(_inside(Visitor.profile), _Needs.CHECKED_LOGIN),
    "close": _Action(_inside(Visitor.close_profile), _Needs.CHECKED_LOGIN),
    "suggest": _Action(_inside(Visitor.suggest), _Needs.TRUSTED_LOGIN),
    "save": _Action(_inside(Visitor.save), _Needs.CHECKED_LOGIN),
}
