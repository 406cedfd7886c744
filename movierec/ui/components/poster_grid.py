"""The films: the one picked and those like it, or some to start with."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["PosterGrid"]


class PosterGrid(Component):
    """One picked film with its details, and cards of films, each with the reason why.

    All that it shows is one trait, so that a pick is one message down, one up and one drawing.
    """

    script = "poster_grid.js"
    styles = ("poster_grid.css",)

    view = traitlets.Dict(help="Made by movierec.ui.cards: a start_view or a pick_view.").tag(sync=True)
    posters_url = traitlets.Unicode(help="Posters are at this + movie_id; empty: drawn ones only.").tag(sync=True)
    hidden = traitlets.Bool(help="Whether something else is shown in its place.").tag(sync=True)

    accepts: ClassVar[Messages] = {
        "pick": {"movie_id": int},
        "back": {},
    }
