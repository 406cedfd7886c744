"""What happens when: every message of every component comes in here, and nowhere else.

Who is logged in is a plain attribute of :class:`Controller`, out of any browser's reach. What an
action needs of the login stands beside it in :data:`_ACTIONS`.
"""

from __future__ import annotations

import enum
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from movierec.errors import (
    AuthError,
    BadCredentials,
    InvalidPreferences,
    InvalidRegistration,
    LoginExpired,
    MovierecError,
)
from movierec.library import Preferences
from movierec.ui import cards
from movierec.ui.components import Component, Footer, Stack
from movierec.ui.favourite import check_favourites, find_favourite, suggest_films
from movierec.ui.pages import DoorPage, FilmsPage, Page

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.auth.accounts import Login, User
    from movierec.catalogue import Movie

__all__ = ["Controller"]

_log = logging.getLogger(__name__)

_TRUST_S = 5.0  # how long a checked login is good for searches and picks
_OPTIONS = 10  # lines in the search box
_LIKE_IT = 10  # films like a pick
_FAN = 5  # posters on the start page
_STARTERS = 10  # films to start with
_HISTORY = 50  # picks that "Back" remembers


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
        self._checked_at = 0.0
        self._history: list[int] = []  # movie_ids picked, the newest last
        self._turn = 0
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
            self._app.accounts.check(self._login)
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
            login = self._app.accounts.login(username, password)
        except BadCredentials as error:
            sender.reply("problems", problems={"password": error.public})
            return
        view = self._start_view(self._favourite(login.user.user_id))
        page = FilmsPage(self.handle, login.user, view, posters_url=self._app.settings.posters_url)
        self._login, self._checked_at = login, self._clock()
        self._history.clear()
        self._show(page)

    def _log_out(self, _sender: Component) -> None:
        self._end_visit()

    def _end_visit(self, note: str = "") -> None:
        """Forget who was here, close all that they saw, and bring the start page."""
        self._login = None
        self._history.clear()
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

    # ------------------------------------------------------------------ films

    def _home(self, _sender: Component) -> None:
        self._history.clear()
        self._films.show_films(self._start_view(self._favourite(self._user.user_id)))
        self._arrange()

    def _search(self, sender: Component, *, seq: int, text: str) -> None:
        movies = self._app.catalogue.search(text, limit=_OPTIONS)
        sender.reply("options", seq=seq, options=[cards.option(movie) for movie in movies])

    def _pick(self, _sender: Component, *, movie_id: int) -> None:
        before = self._history[-1] if self._history else None
        self._open(movie_id, back=self._history if before != movie_id else self._history[:-1])
        if before != movie_id:
            self._history = [*self._history, movie_id][-_HISTORY:]

    def _back(self, _sender: Component) -> None:
        if len(self._history) > 1:
            self._open(self._history[-2], back=self._history[:-2])
            self._history.pop()

    def _open(self, movie_id: int, *, back: list[int]) -> None:
        movie = self._app.catalogue.by_id(movie_id)
        picks = self._app.recommender.similar(movie_id, k=_LIKE_IT)
        earlier = self._app.catalogue.by_id(back[-1]) if back else None
        self._films.show_films(cards.pick_view(movie, picks, turn=self._next_turn(), back=earlier))
        self._arrange()

    def _start_view(self, favourite: Movie | None) -> dict[str, Any]:
        movies = self._app.catalogue.best_known(_STARTERS)
        return cards.start_view(movies, turn=self._next_turn(), favourite=favourite)

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn

    # ------------------------------------------------------------------ the profile

    def _profile(self, _sender: Component) -> None:
        if self._films.profile is not None:
            self._films.show_films()
        else:
            preferences = self._app.library.preferences(self._user.user_id)
            self._films.show_profile(self._user, preferences, self._app.catalogue.genres())
        self._arrange()

    def _close_profile(self, _sender: Component) -> None:
        self._films.show_films()
        self._arrange()

    def _suggest(self, sender: Component, *, seq: int, text: str) -> None:
        movies = suggest_films(self._app.catalogue, text)
        sender.reply("suggestions", seq=seq, films=[movie.label for movie in movies])

    def _save(self, sender: Component, **fields: str) -> None:
        library, user_id = self._app.library, self._user.user_id
        try:
            before = library.preferences(user_id)
            preferences = check_favourites(self._app.catalogue, Preferences(**fields), before=before)
            library.save_preferences(user_id, preferences)
        except InvalidPreferences as error:
            sender.reply("problems", problems=error.problems)
        else:
            sender.reply("saved", favorite_movie=preferences.favorite_movie)

    def _favourite(self, user_id: int) -> Movie | None:
        """Return the favourite film of the profile; a nicety that never stands in the way."""
        try:
            label = self._app.library.preferences(user_id).favorite_movie
            return find_favourite(self._app.catalogue, label)
        except MovierecError as error:
            _log.warning("favourite film left out: %s", error)
            return None

    # ------------------------------------------------------------------ what an action may rely on

    @property
    def _user(self) -> User:
        if self._login is None:
            raise LoginExpired
        return self._login.user

    @property
    def _films(self) -> FilmsPage:
        if not isinstance(self._page, FilmsPage):
            raise LoginExpired
        return self._page


class _Action(NamedTuple):
    do: Callable[..., None]
    needs: _Needs


_ACTIONS = {
    "sign_up": _Action(Controller._sign_up, _Needs.NO_LOGIN),
    "log_in": _Action(Controller._log_in, _Needs.NO_LOGIN),
    "log_out": _Action(Controller._log_out, _Needs.LOGIN),
    "home": _Action(Controller._home, _Needs.TRUSTED_LOGIN),
    "search": _Action(Controller._search, _Needs.TRUSTED_LOGIN),
    "pick": _Action(Controller._pick, _Needs.TRUSTED_LOGIN),
    "back": _Action(Controller._back, _Needs.TRUSTED_LOGIN),
    "profile": _Action(Controller._profile, _Needs.CHECKED_LOGIN),
    "close": _Action(Controller._close_profile, _Needs.LOGIN),
    "suggest": _Action(Controller._suggest, _Needs.TRUSTED_LOGIN),
    "save": _Action(Controller._save, _Needs.CHECKED_LOGIN),
}
