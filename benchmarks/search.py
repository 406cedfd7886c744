"""How long do a key stroke and opening a model take, at 5,000 and at 100,000 films?

The films are made up, titles with words as unevenly common as in a language, so that no data is needed.
Everything is measured in one process and through the public API; all figures are medians of 7 runs, and of
those the median and the slowest of a group are printed.

    python benchmarks/search.py
    python benchmarks/search.py cpu     processor time, which tells what it takes on a machine that is busy, too
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from made_up import SHORT_WORDS, write_model
from measure import ms, report_times

from movierec import open_model
from movierec.artifact import Movie
from movierec.recommender import Recommender

SIZES = (5_000, 100_000)
LIMITS_MS = {"search": 1.0, "open": 5.0}


def main() -> int:
    """Print a table; 1 when a group's median is above its limit."""
    tables = {}
    for n in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            model = write_model(Path(folder) / "model", n)
            print(f"{n:,} films made up and written in {time.perf_counter() - begun:.1f} s", flush=True)
            tables[f"{n:,} films"] = measure(model)
    return report_times(tables, LIMITS_MS)


def measure(model: Path) -> dict[str, list[float]]:
    """Return milliseconds by group."""
    recommender = open_model(model)
    draw = random.Random(7)
    movies = recommender.catalogue.at_rows(draw.sample(range(len(recommender.catalogue)), 100))
    strokes = [movie.title[:end] for movie in movies for end in range(1, len(movie.title) + 1)]
    searches = {
        "search: typing 100 titles": strokes,
        "search: one letter": list("abcdefghijklmnopqrstuvwxyz0123456789"),
        "search: two words of any title": [f"{one} {two}" for one in SHORT_WORDS for two in SHORT_WORDS],
        "search: made to be slow": slow_texts(draw, recommender),
        "search: typing 20 names": typed_names(movies[:10]),
        "search: mistyped": [mistyped(draw, word) for word in long_words(movies)],
        "search: nothing or nonsense": ["", " ", "%", "_", '"*', "NEAR(", "😀", "x" * 10_000, "a " * 5_000],
    }
    times = {name: [ms(searcher(recommender, text)) for text in texts] for name, texts in searches.items()}
    times["open"] = [ms(lambda: open_model(model)) for _ in range(20)]
    return times


def searcher(recommender: Recommender, text: str) -> Callable[[], object]:
    """Return what one key stroke does."""
    return lambda: recommender.search(text)


def typed_names(movies: Sequence[Movie]) -> list[str]:
    """Return what somebody types on the way to the names of a director and an actor of each film."""
    names = [name for movie in movies for name in (movie.directors[0], movie.cast[0])]
    return [name[:end] for name in names for end in range(1, len(name) + 1)]


def long_words(movies: Sequence[Movie]) -> list[str]:
    """Return the words of titles and names in which a typing error is recognized."""
    texts = [text for movie in movies for text in (movie.title, *movie.cast)]
    return [word for text in texts for word in text.split() if len(word) > 5]


def mistyped(draw: random.Random, word: str) -> str:
    """Return *word* without one of its letters, or with a wrong one; not the first."""
    place = draw.randrange(1, len(word))
    return word[:place] + draw.choice(("", "e", "x")) + word[place + 1 :]


def slow_texts(draw: random.Random, recommender: Recommender) -> list[str]:
    """Return texts of many common beginnings that hardly any title has together."""
    words = [word for movie in recommender.catalogue.best_known(3_000) for word in movie.title.split()]
    begun = [
        " ".join({word[:length] for word in draw.sample(words, 8)})
        for length in (1, 2, 3, 4, 7, 20)
        for _ in range(10)
    ]
    return [*begun, "a b c d e f g h", "s t m b c d", "q x z j"]


if __name__ == "__main__":
    sys.exit(main())
