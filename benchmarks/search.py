"""How long do a key stroke, a pick and opening a model take, at 5,000 and at 100,000 films?

The films are made up, titles with words as unevenly common as in a language, so that no data is needed.
Everything is measured in one process and through the public API; all figures are medians of 7 runs, and of
those the median and the slowest of a group are printed.

    python benchmarks/search.py
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from measure import machine, ms, print_table

from movierec import open_model
from movierec.artifact import Movie, write
from movierec.recommender import Recommender

SIZES = (5_000, 100_000)
NEIGHBOURS = 100
LIMITS_MS = {"search": 1.0, "similar": 5.0, "open": 5.0}
SHORT_WORDS = ("the", "of", "a", "and", "in", "to", "my", "2", "for", "on")


def main() -> int:
    """Print a table; 1 when a group's median is above its limit."""
    table: dict[str, list[tuple[float, float]]] = {}
    for n in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            model = write_made_up_model(Path(folder) / "model", n)
            print(f"{n:,} films made up and written in {time.perf_counter() - begun:.1f} s", flush=True)
            for name, times_ms in measure(model).items():
                table.setdefault(name, []).append((statistics.median(times_ms), max(times_ms)))
    rows = [["median / slowest, in ms", *(f"{n:,}" for n in SIZES), "ratio", "limit"]]
    slow = False
    for name, figures in table.items():
        limit = LIMITS_MS[name.partition(":")[0]]
        missed = any(median > limit for median, _ in figures)
        slow |= missed
        shown = (f"{median:.3f} / {slowest:.3f}" for median, slowest in figures)
        ratio = f"{figures[1][0] / figures[0][0]:.1f}"
        rows.append([name, *shown, ratio, f"<= {limit:g}" + (" MISSED" if missed else "")])
    print_table(rows)
    print(machine())
    return int(slow)


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
        "search: nothing or nonsense": ["", " ", "%", "_", '"*', "NEAR(", "😀", "x" * 10_000, "a " * 5_000],
    }
    times = {name: [ms(searcher(recommender, text)) for text in texts] for name, texts in searches.items()}
    times["similar: ten with reasons"] = [
        ms(lambda movie=movie: recommender.similar(movie.movie_id, 10))  # type: ignore[misc]
        for movie in movies
    ]
    times["open"] = [ms(lambda: open_model(model)) for _ in range(20)]
    return times


def searcher(recommender: Recommender, text: str) -> Callable[[], object]:
    """Return what one key stroke does."""
    return lambda: recommender.search(text)


def slow_texts(draw: random.Random, recommender: Recommender) -> list[str]:
    """Return texts of many common beginnings that hardly any title has together."""
    words = [word for movie in recommender.catalogue.best_known(3_000) for word in movie.title.split()]
    begun = [
        " ".join({word[:length] for word in draw.sample(words, 8)})
        for length in (1, 2, 3, 4, 7, 20)
        for _ in range(10)
    ]
    return [*begun, "a b c d e f g h", "s t m b c d", "q x z j"]


def write_made_up_model(out: Path, n: int) -> Path:
    """Write a model of *n* films that look like films: words by Zipf's law, all fields filled."""
    draw = random.Random(n)
    vocabulary = [*SHORT_WORDS, *made_up_words(draw, 20_000)]
    common = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    names = [f"{first} {last}".title() for first, last in zip(vocabulary[10:], vocabulary[3_000:], strict=False)]
    words = iter(draw.choices(vocabulary, common, k=n * 60))

    def take(count: int) -> str:
        return " ".join(next(words) for _ in range(count))

    movies = [
        Movie(
            movie_id=row + 1, tmdb_id=row + 1, title=take(lengths).title(), year=1920 + row % 105,
            genres=tuple(draw.sample(("Drama", "Comedy", "Action", "Horror", "Romance"), 2)),
            directors=(draw.choice(names),), cast=tuple(draw.sample(names, 4)),
            keywords=tuple({take(1) for _ in range(8)}), companies=(draw.choice(names),), overview=take(40),
        )
        for row, lengths in enumerate(draw.choices((1, 2, 3, 4, 5), (2, 5, 4, 2, 1), k=n))
    ]  # fmt: skip
    steps = np.arange(1, NEIGHBOURS + 1) * 37  # spread out: none of them repeats within n films
    rows = (np.arange(n, dtype=np.int32)[:, None] + steps) % n
    scores = np.broadcast_to(np.linspace(1, 0.01, NEIGHBOURS, dtype=np.float32), rows.shape)
    return write(out, movies, rows, scores, about={"name": "made up"})


def made_up_words(draw: random.Random, count: int) -> Sequence[str]:
    """Return different words of two to four syllables, the way they begin as uneven as in a language."""
    starts, vowels = "sssttmmbbccddllrrpphhwfgnkjvyzqx", "aaeeeiioou"
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = draw.choice((2, 2, 3, 3, 4))
        found["".join(draw.choice(starts) + draw.choice(vowels) for _ in range(syllables))] = None
    return list(found)


if __name__ == "__main__":
    sys.exit(main())
