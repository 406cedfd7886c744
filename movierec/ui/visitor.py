"""What somebody who is logged in can do: find and mix films, say what they think of them, change their profile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from movierec.errors import InvalidArgument, InvalidPreferences
from movierec.library import Preferences
from movierec.recommender import MAX_MIX
from movierec.ui import cards
from movierec.ui.alike import films_like
from movierec.ui.beginning import beginning
from movierec.ui.export import export
from movierec.ui.favourite import check_favourites, suggest_films
from movierec.ui.pages import FilmsPage
from movierec.ui.places import places
from movierec.ui.taste import Taste
from movierec.ui.trail import Trail, films_of, onward, towards

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.auth import Login
    from movierec.ui.components import Act, Component

__all__ = ["Visitor"]

_OPTIONS = 10  # lines in the search box
# Where the address leads is gone to all the same, so a step back or forward has been done.
_ANEW = "You have signed in anew. Your last step may have to be repeated."
_NOT_DONE = "Your last step was not done."


class Visitor:
    """One login, from its beginning to its end; each method is what a message asks for.

    Attributes:
        user: who it is, as stored when that was last looked at.
        page: what they see.
    """

    def __init__(
        self, app: App, login: Login, act: Act, *, arrange: Callable[[], None], before: Login | None = None
    ) -> None:
        """Begin with films to start with.

        Args:
            app: the rooms that do the work.
            login: whose it is.
            act: where the page's messages go.
            arrange: called when there may be other components on the page than before.
            before: a login that ended without their doing, when this page was its.
        """
        self._app, self._arrange = app, arrange
        self._login_id, self.user = login.login_id, login.user
        self._taste = Taste(app, self.user.user_id)
        self._trail: Trail = ()
        self._turn = 0
        beginning = self._beginning()
        is_same = before is not None and before.user.user_id == login.user.user_id
        notes = []
        if before is not None:
            notes.append(_ANEW if is_same else f"You are signed in as {self.user.username} now. {_NOT_DONE}")
        if self._taste.unread:
            notes.append("Your likes cannot be read just now.")
        self.page = FilmsPage(
            act,
            self.user,
            beginning,
            visits=[str(one.login_id) for one in (login, before if is_same else None) if one],
            has_likes=self._taste.has_likes,
            settings=app.settings,
            note=" ".join(notes),
        )

    # ------------------------------------------------------------------ films

    def home(self, _sender: Component) -> None:
        """Go back to the beginning: the list "For you" first, where there is one."""
        beginning = self._beginning()
        self._trail = ()
        self._show(**beginning)

    def search(self, sender: Component, *, seq: int, text: str) -> None:
        """Find films for what is being typed."""
        found = self._app.catalogue.find(text, limit=_OPTIONS)
        sender.reply("options", seq=seq, options=[cards.option(one.movie, person=one.person) for one in found])

    def pick(self, _sender: Component, *, movie_id: int) -> None:
        """Show films like one."""
        self._walk(onward(self._trail, (movie_id,)))

    def mix(self, _sender: Component, *, movie_id: int) -> None:
        """Add a film to what is picked."""
        films = self._trail[-1] if self._trail else ()
        if movie_id in films:
            title = self._app.catalogue.by_id(movie_id).title
            raise InvalidArgument(
                f"{movie_id} twice in a mix", public=f"{title} is in it already. Choose another."
            )
        if len(films) == MAX_MIX:
            raise InvalidArgument(f"a mix of {MAX_MIX + 1}", public=f"A mix has at most {MAX_MIX} films.")
        self._walk(onward(self._trail, (*films, movie_id)))

    def take_out(self, _sender: Component, *, movie_id: int) -> None:
        """Take a film out of a mix; the last one stays."""
        if self._trail:
            films = tuple(one for one in self._trail[-1] if one != movie_id)
            self._walk(onward(self._trail, films or self._trail[-1]))

    def back(self, _sender: Component) -> None:
        """Go back to the pick or mix before."""
        if len(self._trail) > 1:
            self._walk(self._trail[:-1])

    def go_to(self, sender: Component, *, films: str) -> None:
        """Show what the page's address names: a pick, a mix, or the beginning."""
        chosen = films_of(films)
        if chosen:
            self._walk(towards(self._trail, chosen))
        else:
            self.home(sender)

    def _walk(self, trail: Trail) -> None:
        """Show the films at the end of a trail; when they cannot be shown, all stays as it is."""
        self._show(view=self._view(trail))
        self._trail = trail
        # Another page of theirs may have said more of films. It seldom has, so the films do not wait for that.
        if self._taste.read():
            view = self._view(trail)
            news = {} if view["films"] == self.page.grid.view["films"] else {"view": view}
            self._tell(for_you=self._taste.for_you(self.page.grid.for_you), **news)

    def _view(self, trail: Trail) -> dict[str, Any]:
        return films_like(self._app, self._taste, trail, turn=self._next_turn())

    def _beginning(self) -> dict[str, Any]:
        return beginning(self._app, self._taste, self.user.user_id, turn=self._next_turn())

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn

    # ------------------------------------------------------------------ what they think of films

    def rate(self, sender: Component, *, movie_id: int, value: int) -> None:
        """Save 1, -1 or 0 for a film, and show what follows from it."""
        movie = self._app.catalogue.by_id(movie_id)
        before = self._taste.rate(movie_id, value)
        for_you: dict[str, Any] | None = self.page.grid.for_you
        try:
            for_you = self._taste.for_you(for_you)
        finally:  # whatever happens to the list, the rating is saved
            self._tell(for_you=for_you)
        sender.reply(
            "rated", movie_id=movie_id, value=value, before=before, text=cards.rated(movie, value, before=before)
        )

    def _show(self, **traits: Any) -> None:
        self._uncover()
        self._tell(hidden=False, **traits)

    def _tell(self, **traits: Any) -> None:
        """Hand the films' widget new traits, with what the visitor thinks of all films in them, as one message."""
        grid = self.page.grid
        shown = cards.shown_in(traits.get("view", grid.view), traits.get("for_you", grid.for_you))
        with grid.hold_sync():
            for name, value in {**traits, "ratings": self._taste.of(shown)}.items():
                setattr(grid, name, value)
        if self.page.rated is not None:
            self.page.rated.ratings = self._taste.of(self.page.rated.movie_ids())
        self.page.header.for_you = self._taste.has_likes

    # ------------------------------------------------------------------ the profile

    def profile(self, _sender: Component) -> None:
        """Open the profile, or close it."""
        if self.page.profile is not None:
            self.close_profile(_sender)
        else:
            preferences = self._app.library.preferences(self.user.user_id)
            self._taste.read()
            self.page.show_profile(
                self.user,
                preferences,
                self._app.catalogue.genres(),
                rated=self._taste.rated(),
                places=self._places(),
            )
            self._tell()
            self._arrange()

    def close_profile(self, _sender: Component) -> None:
        """Go back to the films."""
        self._uncover()
        self.page.grid.hidden = False

    def _uncover(self) -> None:
        """Take away what lies over the films, before they come: scrolling to them stops where a page shrinks."""
        if self.page.profile is not None:
            self.page.close_profile()
            self._arrange()

    def suggest(self, sender: Component, *, seq: int, text: str) -> None:
        """Find films for a favourite that is being typed."""
        movies = suggest_films(self._app.catalogue, text)
        sender.reply("suggestions", seq=seq, films=[movie.label for movie in movies])

    def save(self, sender: Component, **fields: str) -> None:
        """Save the favourites of the profile."""
        library, user_id = self._app.library, self.user.user_id
        try:
            before = library.preferences(user_id)
            preferences = check_favourites(self._app.catalogue, Preferences(**fields), before=before)
            library.save_preferences(user_id, preferences)
        except InvalidPreferences as error:
            sender.reply("problems", problems=error.problems)
        else:
            sender.reply("saved", favorite_movie=preferences.favorite_movie)

    # ------------------------------------------------------------------ the account

    def look_at_account(self, _sender: Component) -> None:
        """Show the account as it is now: a password, an email or a login has changed."""
        self.page.show_account(self.user, places=self._places())

    def end_login(self, sender: Component, *, login_id: int) -> None:
        """Log the visitor out somewhere else."""
        self._app.logins.end_one(self.user.user_id, login_id)
        self.look_at_account(sender)
        sender.reply("ended")

    def export(self, sender: Component) -> None:
        """Hand out all that is stored about the visitor."""
        sender.reply("data", data=export(self._app, self.user.user_id))

    def _places(self) -> list[dict[str, Any]]:
        active = self._app.logins.active(self.user.user_id)
        return places(active, here=self._login_id, now=datetime.now(UTC))
