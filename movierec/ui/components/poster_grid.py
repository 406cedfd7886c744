"""The films: the one picked and those like it, or some to start with, and the list "For you"."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["PosterGrid"]


class PosterGrid(Component):
    """One picked film with its details, or a mix, and cards of films, each with the reason why.

    What a pick changes is one trait, so that it is one message down, one up and one drawing; the list
    "For you" is another, so that a like draws nothing but that. Reply: ``rated``.
    """

    script = "poster_grid.js"
    styles = ("poster_grid.css", "thoughts.css", "mix.css")

    view = traitlets.Dict(help="Made by movierec.ui.cards: a start_view or a pick_view.").tag(sync=True)
    for_you = traitlets.Dict(None, allow_none=True, help="Made by movierec.ui.taste: a for_you_view.").tag(
        sync=True
    )
    ratings = traitlets.Dict(help="What the visitor thinks of the films shown: movie_id -> 1 or -1.").tag(
        sync=True
    )
    posters_url = traitlets.Unicode(help="Posters are at this + movie_id; empty: drawn ones only.").tag(sync=True)
    visits = traitlets.List(traitlets.Unicode(), help="Whose places in the browser's history lead anywhere.").tag(
        sync=True
    )
    hidden = traitlets.Bool(help="Whether something else is shown in its place.").tag(sync=True)

    accepts: ClassVar[Messages] = {
        "pick": {"movie_id": int},
        "mix": {"movie_id": int},
        "take_out": {"movie_id": int},
        "back": {},
        "go_to": {"films": str},
        "profile": {},
        "rate": {"movie_id": int, "value": int},
    }
