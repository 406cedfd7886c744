"""The foot of every page, and the style that all components share."""

from __future__ import annotations

import traitlets

from movierec.ui.components.base import Component

__all__ = ["Footer"]


class Footer(Component):
    """Who made the posters.

    It is part of every page, before and after login, so it brings the shared style: tokens, page,
    posters, forms.
    """

    script = "footer.js"
    styles = ("theme.css", "poster.css", "forms.css", "footer.css")

    posters_url = traitlets.Unicode(help="Where posters are; empty: all are drawn, TMDB made none.").tag(sync=True)
