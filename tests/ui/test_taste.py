"""What a visitor thinks of films, without a page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from movierec.app import App
from movierec.ui.taste import Taste


def taste_of(ratings: dict[int, int]) -> Taste:
    """Return the taste of somebody with these ratings, of films that are all known."""
    app = SimpleNamespace(
        library=SimpleNamespace(ratings=lambda _user_id: ratings),
        catalogue=SimpleNamespace(known=list),
        db=SimpleNamespace(stamp=lambda: None),
    )
    taste = Taste(cast(App, app), 1)
    taste.read()
    return taste


@pytest.mark.parametrize("dislikes", [0, 1, 10, 1000])
def test_however_many_films_are_waved_away_few_more_are_asked_for(dislikes: int) -> None:
    """All that are not for them come first: at most four times what has to be looked at is made."""
    taste = taste_of(dict.fromkeys(range(dislikes), -1))
    asked = []

    def offer(k: int) -> list[int]:
        asked.append(k)
        return list(range(5000))[:k]

    kept = taste.keep(offer, 10, movie_id=lambda film: film)
    assert kept == list(range(dislikes, dislikes + 10))
    assert sum(asked) <= 4 * (dislikes + 10)
