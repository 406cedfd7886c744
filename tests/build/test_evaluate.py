"""The table of figures: who is asked, what is compared, what is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from movierec import artifact
from movierec.build.baselines import classic_lists, popularity_lists
from movierec.build.evaluate import Evaluation, evaluate
from movierec.errors import ArtifactMissing, SourceError
from tests.build.files import write_movielens
from tests.build.worlds import movie
from tests.toy import MOVIES

LINKS = [(number, film.tmdb_id) for number, film in enumerate(MOVIES) if film.tmdb_id]
NUMBER = {film.label: number for number, film in enumerate(MOVIES)}


def rated(user: int, *labels: str) -> list[tuple[int, int, float]]:
    return [(user, NUMBER[label], 5.0) for label in labels]


def test_films_by_how_many_like_them() -> None:
    """For each film the most-liked others, by row where equal."""
    assert popularity_lists(np.array([1, 5, 0, 5]), 2).tolist() == [[1, 3], [3, 0], [1, 3], [1, 0]]
    assert popularity_lists(np.array([1, 5, 0]), 9).tolist() == [[1, 2], [0, 2], [1, 0]]


def test_the_classic_system_by_hand() -> None:
    """One bag of words: "red car" shares two of two words with itself, one of two with each other film.

    A director written in one word is one word, so that another Mann is nobody.
    """
    movies = [
        movie(1, overview="red car"),
        movie(2, overview="red", directors=("Anthony Mann",)),
        movie(3, overview="car red"),
        movie(4, keywords=("the",), directors=("Michael Mann",), overview="blue"),
        movie(5, directors=("Michael Mann",), overview="blue sky sky sky"),
    ]
    lists = classic_lists(movies, 2)
    assert lists[0].tolist() == [2, 1]
    assert lists[1].tolist() == [0, 2]
    assert lists[3].tolist() == [4, 0]


def test_a_person_reads_a_table_and_a_program_json(toy_model: Path, tmp_path: Path) -> None:
    """Odd users are asked; what the even ones like is the popularity list.

    User 1 likes both Toy Stories: the model has each first in the list of the other, so its nDCG is 1.
    The even users like Heat and The Insider only: popularity finds a Toy Story nowhere in the first two,
    but after them, in order of renown, at the sixth place or later.
    """
    ratings = [
        *rated(1, "Toy Story (1995)", "Toy Story 2 (1999)"),
        *rated(2, "Heat (1995)", "The Insider (1999)"),
        *rated(4, "Heat (1995)"),
    ]
    result = evaluate(toy_model, write_movielens(tmp_path, ratings, LINKS), users="odd")
    rows = {row.system: row for row in result.rows}
    assert list(rows) == ["classic (seed)", "popularity", "this model"]
    assert rows["this model"].ndcg == rows["this model"].hit == 1
    # Popularity: Heat, The Insider, The Dark Knight, WALL·E, Up, Alien, then the other Toy Story: place 7
    # from Toy Story 2; from Toy Story, Amélie comes before Toy Story 2: place 8.
    assert rows["popularity"].ndcg == pytest.approx((1 / np.log2(8) + 1 / np.log2(9)) / 2)
    assert (result.user_count, result.queries, result.users) == (1, 2, "odd")
    found = json.loads(json.dumps(result.as_dict()))
    assert [row["system"] for row in found["rows"]] == list(rows)
    assert found["notes"][0] == "ratings.csv: 5 ratings by 3 users"
    table = str(result).splitlines()
    assert table[0] == "toy: more like this, 2 queries of 1 odd users"
    assert table[2].split("  ")[0] == "system"
    assert table[5].split()[:4] == ["this", "model", "1.000", "1.000"]
    assert table[7] == "ratings.csv: 5 ratings by 3 users"


def test_even_users_can_be_asked_instead(toy_model: Path, tmp_path: Path) -> None:
    """Then the odd ones' likes are the popularity list: here exactly what the even user likes."""
    ratings = [*rated(1, "Heat (1995)", "The Insider (1999)"), *rated(2, "Heat (1995)", "The Insider (1999)")]
    result = evaluate(toy_model, write_movielens(tmp_path, ratings, LINKS), users="even")
    popularity = next(row for row in result.rows if row.system == "popularity")
    assert popularity.ndcg == 1
    with pytest.raises(ValueError, match="odd"):
        evaluate(toy_model, tmp_path, users="all")


def test_siblings_are_looked_for_by_key_and_by_hand(tmp_path: Path) -> None:
    """Two Toy Stories find each other, two Shreks do not: half of the siblings; the list by hand agrees."""
    names = ("Toy Story", 1995), ("Toy Story 2", 1999), ("Shrek", 2001), ("Shrek 2", 2004)
    movies = [
        movie(number + 1, title, year=year, tmdb_id=number + 1, overview="Space.")
        for number, (title, year) in enumerate(names)
    ]
    rows, scores = np.array([[1], [0], [0], [0]], np.int32), np.ones((4, 1), np.float32)
    path = artifact.write(tmp_path / "model", movies, rows, scores, about={"name": "four"})
    ratings = write_movielens(tmp_path / "ml", [(1, 1, 5), (1, 2, 5)], [(1, 1), (2, 2)])
    model = evaluate(path, ratings).rows[-1]
    assert (model.franchise, model.series) == (0.5, 0.5)


def test_what_is_missing_is_told(toy_model: Path, tmp_path: Path) -> None:
    """No model, no ratings: each its own error."""
    with pytest.raises(ArtifactMissing):
        evaluate(tmp_path / "nothing", tmp_path)
    with pytest.raises(SourceError):
        evaluate(toy_model, tmp_path)


def test_an_evaluation_is_plain(toy_model: Path, tmp_path: Path) -> None:
    """It can be compared and holds numbers that JSON knows, not numpy's."""
    folder = write_movielens(tmp_path, rated(1, "Heat (1995)", "The Insider (1999)"), LINKS)
    first, second = evaluate(toy_model, folder), evaluate(toy_model, folder)
    assert isinstance(first, Evaluation)
    assert first == second
    assert all(type(figure) is float for row in first.as_dict()["rows"] for figure in list(row.values())[1:])
