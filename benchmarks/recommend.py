"""How long do recommendations take, and how much memory, from few likes and from many, at 5,000 and 50,000 films?

Everything goes through the public API, with films and reasons, as the page asks for it; a time is the median of
7 runs, and of those the median and the slowest of 20 people are printed. Somebody's likes are drawn from the
thousand best-known films. The models: TMDB-5000 with the ratings of ml-latest-small, 50,000 made-up films with the
tables of a model without ratings, and with those of one with. Where the films are made up the tables are as well:
as large as the build's, and with nothing to be learned from them.

Memory is that of a process of its own, Linux only: the pages that it has written to and so shares with nobody. The
model's tables, which all visitors share, are not part of it; how much of them was read is told apart.

    python benchmarks/recommend.py      MOVIEREC_DATA_DIR names the folder with tmdb-5000/ and ml-latest-small/
    python benchmarks/recommend.py cpu  processor time, which tells what it takes on a machine that is busy, too
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from made_up import write_model
from measure import Figure, data_dir, ms, report_times

from movierec import open_model
from movierec.recommender import MAX_MIX, Recommender

FILMS = 50_000
PEOPLE = 20
KNOWN = 1_000  # people like films that are known
LIMITS_MS = {"similar": 5.0, "mix": 5.0, "for you": 5.0, "open": 5.0}

MEMORY = """
import gc, random, re, sys
from movierec import open_model

def pages():
    gc.collect()
    text = open("/proc/self/smaps_rollup").read()
    kib = {name: int(size) for name, size in re.findall(r"^(\\w+):\\s+(\\d+) kB", text, re.MULTILINE)}
    return kib["Private_Dirty"], kib["Private_Clean"] + kib["Shared_Clean"]

path, likes, known = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
recommender = open_model(path)
ids = [movie.movie_id for movie in recommender.catalogue.best_known(known)]
people = [dict.fromkeys(random.Random(seed).sample(ids, min(likes, len(ids) // 2)), 1.0) for seed in range(51)]
recommender.similar(ids[0])  # what a page has done before
own, mapped = pages()
recommender.for_you(people[0])
own_once, mapped_once = pages()
for weights in people[1:]:
    recommender.for_you(weights)
print((own_once - own) / 1024, (pages()[0] - own) / 1024, (mapped_once - mapped) / 1024)
"""


def main() -> int:
    """Print two tables; 1 when a group's median is above its limit."""
    tables, sizes = {}, []
    with tempfile.TemporaryDirectory(prefix="movierec-") as folder:
        for name, model in models(Path(folder)):
            print(f"{name}: there", flush=True)
            tables[name] = measure(model)
            if Path("/proc/self/smaps_rollup").exists():
                sizes += memory(name, model)
    return report_times(tables, LIMITS_MS, more=sizes)


def models(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield names of models, and where they are."""
    from movierec.build.pipeline import build

    data = data_dir()
    if data:
        ratings = data / "ml-latest-small"
        yield "TMDB-5000, likes", build("tmdb5000", data / "tmdb-5000", folder / "a", ratings_dir=ratings).path
    else:
        yield "built-in", build("builtin", None, folder / "a").path
    yield f"{FILMS:,} films", write_model(folder / "b", FILMS)
    yield f"{FILMS:,} films, likes", write_model(folder / "c", FILMS, likes=True)


def measure(model: Path) -> dict[str, list[float]]:
    """Return milliseconds by group."""
    recommender = open_model(model)
    ids = [movie.movie_id for movie in recommender.catalogue.best_known(KNOWN)]
    draws = [random.Random(seed) for seed in range(PEOPLE)]

    def times(ask: Callable[[list[int]], object], count: int) -> list[float]:
        """Return a time for each person, of what is asked about *count* films."""
        return [ms(partial(ask, draw.sample(ids, count))) for draw in draws]

    return {
        "similar: to one film": times(recommender.similar, 1),
        "mix: of two": times(recommender.similar, 2),
        f"mix: of {MAX_MIX}": times(recommender.similar, MAX_MIX),
        "for you: from 1 like": times(likes(recommender), 1),
        "for you: from 5 likes": times(likes(recommender), 5),
        "for you: from 50 likes": times(likes(recommender), 50),
        "much: from 50 likes, 25 dislikes, 100 seen": times(opinions(recommender), 175),
        "much: from 500 likes": times(likes(recommender), 500),
        "first: mix after opening": [ms(lambda: open_model(model).similar(ids[:2])) for _ in draws],
        "first: for you after opening": [ms(lambda: open_model(model).for_you({ids[0]: 1.0})) for _ in draws],
        "open": [ms(lambda: open_model(model)) for _ in draws],
    }


def likes(recommender: Recommender) -> Callable[[list[int]], object]:
    """Return what is asked for somebody who likes some films."""
    return lambda films: recommender.for_you(dict.fromkeys(films, 1.0))


def opinions(recommender: Recommender) -> Callable[[list[int]], object]:
    """Return what is asked for somebody who likes two sevenths of some films, dislikes one, and has seen four."""

    def ask(films: list[int]) -> object:
        liked, disliked, seen = films[:50], films[50:75], films[75:]
        return recommender.for_you({**dict.fromkeys(liked, 1.0), **dict.fromkeys(disliked, -1.0)}, exclude=seen)

    return ask


def memory(name: str, model: Path) -> list[Figure]:
    """Return MiB that recommendations from 50 likes add to a process that has opened *model*."""
    done = [
        subprocess.run(
            [sys.executable, "-c", MEMORY, model, "50", str(KNOWN)], check=True, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    first, fifty, mapped = zip(*(map(float, run.stdout.split()) for run in done), strict=True)
    return [
        Figure(f"{name}: private memory after one from 50 likes", first, "MiB"),
        Figure("  after fifty more", fifty, "MiB"),
        Figure("  read of the shared tables by the first", mapped, "MiB"),
    ]


if __name__ == "__main__":
    sys.exit(main())
