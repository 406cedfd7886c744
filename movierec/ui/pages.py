"""The pages: which components each is made of, and what they show at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from movierec.ui import cards
from movierec.ui.components import (
    Account,
    Act,
    Component,
    Door,
    Header,
    Notice,
    PosterGrid,
    Profile,
    Rated,
    SearchBox,
)

if TYPE_CHECKING:
    from movierec.auth import User
    from movierec.catalogue import Movie
    from movierec.library import Preferences
    from movierec.settings import Settings

__all__ = ["DoorPage", "FilmsPage", "Page"]


class Page:
    """Components in the order of the page; closing it closes them all."""

    def __init__(self, components: Iterable[Component]) -> None:
        self.components = list(components)

    def close(self) -> None:
        """End every component: afterwards there is nothing left to read or to send messages to."""
        for component in self.components:
            component.close()
        self.components.clear()


class DoorPage(Page):
    """Before the login."""

    def __init__(self, act: Act, films: Iterable[Movie], **traits: Any) -> None:
        """Make it of the films in its fan and the other traits of :class:`Door`."""
        self.door = Door(act, films=[cards.card(movie) for movie in films], **traits)
        super().__init__([self.door])


class FilmsPage(Page):
    """After the login: find a film, see those like it, look after the profile."""

    def __init__(
        self,
        act: Act,
        user: User,
        films: Mapping[str, Any],
        *,
        visits: Sequence[str],
        has_likes: bool,
        settings: Settings,
        note: str = "",
    ) -> None:
        """Make it of *films*, what :class:`PosterGrid` shows at first, and a *note* of what went wrong.

        *visits* tell the places of this login, and of one that it goes on from, from another's.
        """
        self._act, self._settings = act, settings
        self.header = Header(act, username=user.username, for_you=has_likes, login_url=settings.login_url)
        self.search = SearchBox(act)
        self.grid = PosterGrid(act, posters_url=settings.posters_url, visits=list(visits), **films)
        self.profile: Profile | None = None
        self.rated: Rated | None = None
        self.account: Account | None = None
        super().__init__([self.header, self.search, self.grid, Notice(note=note)])

    def close_profile(self) -> None:
        """Close what lies over the films, which stay hidden until nothing else is there any more."""
        self.header.profile_open = False
        for part in (self.profile, self.rated, self.account):
            if part is not None:
                self.components.remove(part)
                part.close()
        self.profile = self.rated = self.account = None

    def show_profile(
        self,
        user: User,
        preferences: Preferences,
        genres: Sequence[str],
        *,
        rated: Mapping[str, Any],
        places: Sequence[dict[str, Any]],
    ) -> None:
        """Show the profile, what :class:`Rated` shows, and the account, instead of the films."""
        self.close_profile()
        self.profile = Profile(
            self._act,
            username=user.username,
            email=user.email,
            since=f"{user.created_at.day} {user.created_at:%B %Y}" if user.created_at else "",
            # A genre from another catalogue stays a choice: saving the film must not lose it.
            genres=sorted({*genres, preferences.favorite_genre} - {""}),
            favorite_genre=preferences.favorite_genre,
            favorite_movie=preferences.favorite_movie,
        )
        self.rated = Rated(self._act, **rated)
        self.account = Account(
            self._act,
            username=user.username,
            email=user.email,
            password_min_length=self._settings.password_min_length,
            places=list(places),
            login_url=self._settings.login_url,
        )
        # Last: ipywidgets' own front ends draw anew whatever comes after a new child.
        self.components += [self.profile, self.rated, self.account]
        self.header.profile_open = True
        self.grid.hidden = True

    def show_account(self, user: User, *, places: Sequence[dict[str, Any]]) -> None:
        """Show what the account is now, where it is shown."""
        if self.profile is not None and self.account is not None:
            self.profile.email = self.account.email = user.email
            self.account.places = list(places)
