"""Time as tests like it, and what a good poster is."""

from __future__ import annotations

from movierec.posters import Poster
from tests.fake_tmdb import PICTURE
from tests.toy import MOVIES

FILM = {movie.movie_id: movie for movie in MOVIES}
GOOD = Poster(PICTURE, "image/png")


class Clock:
    """Time that passes only when somebody sleeps or the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
