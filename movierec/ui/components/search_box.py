"""The search box: asks at each key stroke, shows films to choose from."""

from __future__ import annotations

from typing import ClassVar

from movierec.ui.components.base import Component, Messages

__all__ = ["SearchBox"]


class SearchBox(Component):
    """A combobox, "Find a film"; while a film is chosen for a mix, "Mix Heat with…".

    Every question has a number, ``seq``; the reply ``options`` carries it back, and the page drops
    all replies but the one to its newest question.
    """

    script = "search_box.js"
    styles = ("search_box.css",)

    accepts: ClassVar[Messages] = {
        "search": {"seq": int, "text": str},
        "pick": {"movie_id": int},
        "mix": {"movie_id": int},
    }
