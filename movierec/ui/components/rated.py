"""The films that the visitor has said something of, to look through and to take back."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["Rated"]


class Rated(Component):
    """Films liked and films that are not for the visitor, each with the way to say otherwise.

    Below the profile, and there as long as it is: a film stays in its list when its rating changes, so that a slip
    can be put right where it was made. Reply: ``rated``.
    """

    script = "rated.js"
    styles = ("settings.css", "thoughts.css", "rated.css")

    liked = traitlets.List(traitlets.Dict(), help="Cards, the last one liked first.").tag(sync=True)
    disliked = traitlets.List(traitlets.Dict(), help="Cards, the last one waved away first.").tag(sync=True)
    ratings = traitlets.Dict(help="What they think of these films by now: movie_id -> 1 or -1.").tag(sync=True)

    accepts: ClassVar[Messages] = {"pick": {"movie_id": int}, "rate": {"movie_id": int, "value": int}}

    def movie_ids(self) -> list[int]:
        """Return the films in both lists."""
        return [film["movie_id"] for film in (*self.liked, *self.disliked)]
