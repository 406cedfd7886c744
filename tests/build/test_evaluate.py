"""The table of figures: who is asked, what is compared, what is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from movierec import artifact
from movierec.build.evaluate import Evaluation, evaluate
from movierec.build.held_out import HISTORIES, hold_out, measure_for_you
from movierec.build.ratings import read_likes
from movierec.errors import ArtifactMismatch, ArtifactMissing, InvalidArgument, SourceError, TrainedByUsers
from movierec.recommender import open_model
from tests.build.files import write_movielens
from tests.build.worlds import movie
from tests.toy import MOVIES, tables

LINKS = [(number, film.tmdb_id) for number, film in enumerate(MOVIES) if film.tmdb_id]
NUMBER = {film.label: number for number, film in enumerate(MOVIES)}


def rated(user: int, *labels: str) -> list[tuple[int, int, float]]:
    return [(user, NUMBER[label], 5.0) for label in labels]


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
    assert table[5].split()[:5] == ["this", "model", "1.000", "±.000", "1.000"]
    assert table[7] == "for you, from some of a user's likes"
    assert table[9].split() == ["known", "system", "nDCG@10", "Recall@20", "cov@10", "variety@10"]
    # Nobody has eight likes, so there is nothing to say about three that are known.
    assert table[11].split() == ["(0", "users)", "popularity", "-", "-", "-", "-"]
    assert "ratings.csv: 5 ratings by 3 users" in table
    assert max(map(len, table)) <= 110


def test_even_users_can_be_asked_instead(toy_model: Path, tmp_path: Path) -> None:
    """Then the odd ones' likes are the popularity list: here exactly what the even user likes."""
    ratings = [*rated(1, "Heat (1995)", "The Insider (1999)"), *rated(2, "Heat (1995)", "The Insider (1999)")]
    result = evaluate(toy_model, write_movielens(tmp_path, ratings, LINKS), users="even")
    popularity = next(row for row in result.rows if row.system == "popularity")
    assert popularity.ndcg == 1
    with pytest.raises(InvalidArgument, match="users must be"):
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


@pytest.mark.parametrize(
    "ratings",
    [
        rated(1, "Heat (1995)"),
        rated(1, "Heat (1995)") + rated(3, "The Insider (1999)"),
        [(1, NUMBER["Heat (1995)"], 5.0), (1, NUMBER["Up (2009)"], 3.5)],
        rated(2, "Heat (1995)", "The Insider (1999)"),
    ],
    ids=["one like", "one like each", "one like, one rating", "only even users"],
)
def test_where_nothing_can_be_measured_there_are_no_figures(
    toy_model: Path, tmp_path: Path, ratings: list[tuple[int, int, float]]
) -> None:
    """A question and an answer take two likes of one user; zeros would look like a bad model."""
    with pytest.raises(SourceError, match=r"csv: no odd user likes two films of the model; asked: \d$") as caught:
        evaluate(toy_model, write_movielens(tmp_path, ratings, LINKS))
    assert "four stars or more" in caught.value.hint
    assert "--users even" in caught.value.hint


def test_what_has_nothing_to_be_measured_on_is_not_a_zero(tmp_path: Path) -> None:
    """Of 26 films one is the head; without it the one user has a like left, so the tail asks nothing.

    No two of the films are siblings either.
    """
    movies = [movie(number, f"{chr(96 + number)}x", tmdb_id=number, overview="Space.") for number in range(1, 27)]
    rows = np.array([[(row + 1) % 26] for row in range(26)], np.int32)
    path = artifact.write(
        tmp_path / "model", movies, rows, np.ones((26, 1), np.float32), about={"name": "letters"}
    )
    links = [(film.movie_id, film.tmdb_id) for film in movies]
    result = evaluate(path, write_movielens(tmp_path / "ml", [(1, 1, 5.0), (1, 2, 5.0)], links))
    model = result.rows[-1]
    assert (model.ndcg, model.tail_ndcg, model.franchise, model.series) == (0.5, None, None, None)
    assert "tail_ndcg" not in model.intervals
    assert json.loads(json.dumps(result.as_dict()))["rows"][-1]["tail_ndcg"] is None
    line = str(result).splitlines()[5].split()
    # nDCG, hit, weighted nDCG; tail; coverage of two films in 26; siblings, twice
    assert line == [
        "this", "model", ".500", "±.000", ".500", "±.000", ".500", "±.000", "-", ".077", "-", "-",
    ]  # fmt: skip
    assert "-: there was nobody, or no film, to measure it on" in result.notes


def test_a_damaged_model_is_not_measured(toy_model: Path, tmp_path: Path) -> None:
    """Also where the damage is in nobody's way: here one letter of a name."""
    folder = write_movielens(tmp_path / "ml", rated(1, "Heat (1995)", "The Insider (1999)"), LINKS)
    model = Path(shutil.copytree(toy_model, tmp_path / "model"))
    content = (model / "catalogue.sqlite").read_bytes()
    (model / "catalogue.sqlite").write_bytes(content.replace(b"Michael Mann", b"Michael Mamn"))
    with pytest.raises(ArtifactMismatch, match=r"catalogue\.sqlite"):
        evaluate(model, folder)


def test_an_evaluation_is_plain(toy_model: Path, tmp_path: Path) -> None:
    """It can be compared and holds numbers that JSON knows, not numpy's."""
    folder = write_movielens(tmp_path, rated(1, "Heat (1995)", "The Insider (1999)"), LINKS)
    first, second = evaluate(toy_model, folder), evaluate(toy_model, folder)
    assert isinstance(first, Evaluation)
    assert first == second
    found = first.as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))
    for row in found["rows"] + found["for_you"]:
        intervals = row.pop("intervals")
        ends = [end for interval in intervals.values() for end in interval.values()]
        assert {type(figure) for figure in [*list(row.values())[3:], *ends]} == {float}
        assert all(0 <= intervals[name]["low"] <= row[name] <= intervals[name]["high"] <= 1 for name in intervals)


EIGHT = [film.label for film in MOVIES if film.tmdb_id][:8]
LIKED_BY_ALL = [rating for user in (1, 2, 3) for rating in rated(user, *EIGHT)]


def test_recommendations_from_several_films(rated_toy_model: Path, tmp_path: Path) -> None:
    """Users 1 and 3 like the eight films that user 2 likes, so popularity finds all that is held out.

    3 likes leave five films to find, 80 % (six of eight) leave two; nobody has the ten likes that 5 need.
    """
    folder = write_movielens(tmp_path, LIKED_BY_ALL, LINKS)
    found = {(row.system, row.known): row for row in evaluate(rated_toy_model, folder).for_you}
    assert [known for system, known in found if system == "popularity"] == [3, 5, 10, 0.8]
    for known, users in ((3, 2), (0.8, 2), (5, 0), (10, 0)):
        row = found["popularity", known]
        assert (row.users, row.ndcg, row.recall) == pytest.approx((users, 1, 1) if users else (0, 0, 0))


def test_the_model_is_measured_as_it_is_served(rated_toy_model: Path, tmp_path: Path) -> None:
    """By the picks of for_you, with its own diversity and with none."""
    folder = write_movielens(tmp_path, LIKED_BY_ALL, LINKS)
    found = {(row.system, row.known): row for row in evaluate(rated_toy_model, folder).for_you}
    model = open_model(rated_toy_model)
    ids = [film.movie_id for film in MOVIES]
    likes = read_likes(folder, np.array(ids)).only(1)
    for system, options in (("this model", {}), ("this model, diversity 0", {"diversity": 0.0})):
        for size in HISTORIES:
            held = hold_out(likes.liked, size)
            shown = np.full((len(held.places), 20), -1)
            for place, known in enumerate(held.histories()):
                picks = model.for_you({ids[row]: 1.0 for row in known}, 20, **options)
                shown[place, : len(picks)] = [ids.index(pick.movie.movie_id) for pick in picks]
            expected = measure_for_you(shown, held.relevant)
            row = found[system, size]
            assert (row.ndcg, row.recall, row.coverage) == (expected.ndcg, expected.recall, expected.coverage)


def taught(path: Path, folder: Path, users: str, *, record: bool = True) -> Path:
    """Write the toy model as if it had learned from *users* of *folder*."""
    likes = read_likes(folder, np.array([film.movie_id for film in MOVIES]))
    if users != "all":
        likes = likes.only(users == "odd")
    about = {"name": "toy", "trained_on": {"ratings": "ml", "users": users, "user_count": len(likes.users)}}
    return artifact.write(
        path, MOVIES, *tables(), about=about, trained_users=np.sort(likes.fingerprints) if record else None
    )


def people(seed: int, users: int = 12) -> list[tuple[int, int, float]]:
    """Return what so many users think of the films of the toy world and two hundred others."""
    rng = np.random.RandomState(seed)
    return [
        (user, int(film), float(rng.randint(1, 11) / 2))
        for user in range(1, users + 1)
        for film in rng.choice(len(MOVIES) + 200, 60, replace=False)
    ]


ALL_LINKS = [*LINKS, *((number, 10**6 + number) for number in range(len(MOVIES) - 1, len(MOVIES) + 200))]


@pytest.mark.parametrize(
    ("trained", "asked", "refused"),
    [("even", "even", True), ("odd", "odd", True), ("all", "odd", True), ("all", "even", True),
     ("even", "odd", False), ("odd", "even", False)],
)  # fmt: skip
def test_people_who_trained_the_model_are_refused(tmp_path: Path, trained: str, asked: str, refused: bool) -> None:
    """In the same folder, a copy of it with another name, and one in another order."""
    ratings = people(0)
    model = taught(tmp_path / "model", write_movielens(tmp_path / "ml", ratings, ALL_LINKS), trained)
    others = [ratings[place] for place in np.random.RandomState(1).permutation(len(ratings))]
    for folder in (tmp_path / "ml", write_movielens(tmp_path / "copy", others, ALL_LINKS)):
        if refused:
            with pytest.raises(TrainedByUsers, match=f"^6 of the 6 {asked} users trained this model$"):
                evaluate(model, folder, users=asked)
        else:
            notes = evaluate(model, folder, users=asked).notes
            people_then = f"this model has learned from 6 people, {trained} users of ml; none of them is asked"
            assert notes[-1] == people_then


def test_some_of_the_people_and_some_of_their_ratings_are_known_again(tmp_path: Path) -> None:
    """One user of six in a folder with eleven others; a folder in which every fourth rating is left out."""
    ratings = people(0)
    model = taught(tmp_path / "model", write_movielens(tmp_path / "ml", ratings, ALL_LINKS), "even")
    mixed = [rating for rating in people(5) if rating[0] != 4] + [rating for rating in ratings if rating[0] == 4]
    with pytest.raises(TrainedByUsers, match=r"^1 of the 6 even users"):
        evaluate(model, write_movielens(tmp_path / "mixed", mixed, ALL_LINKS), users="even")
    thinned = [rating for place, rating in enumerate(ratings) if place % 4]
    with pytest.raises(TrainedByUsers):
        evaluate(model, write_movielens(tmp_path / "thinned", thinned, ALL_LINKS), users="even")


def test_other_people_with_the_same_ids_are_asked(tmp_path: Path) -> None:
    """Also by a model that was trained by all users of another folder."""
    model = taught(tmp_path / "model", write_movielens(tmp_path / "ml", people(0), ALL_LINKS), "all")
    folder = write_movielens(tmp_path / "others", people(5), ALL_LINKS)
    for users in ("odd", "even"):
        assert evaluate(model, folder, users=users).user_count == 6


def test_a_model_that_does_not_tell_who_trained_it_is_refused(tmp_path: Path) -> None:
    """Only for the users that it may have been, and with what to do about it."""
    folder = write_movielens(tmp_path / "ml", people(0), ALL_LINKS)
    model = taught(tmp_path / "model", folder, "even", record=False)
    with pytest.raises(TrainedByUsers, match="no record") as caught:
        evaluate(model, folder, users="even")
    assert "--users even" in caught.value.hint
    assert evaluate(model, folder, users="odd").user_count == 6


def test_of_very_many_users_some_are_asked(toy_model: Path, tmp_path: Path) -> None:
    """Always the same ones, and a note says so."""
    folder = write_movielens(tmp_path, people(0, users=40), ALL_LINKS)
    result = evaluate(toy_model, folder, max_users=7)
    assert result.user_count == 7
    assert "7 of 20 odd users are asked, drawn at random" in result.notes
    assert evaluate(toy_model, folder, max_users=7) == result
    assert not any("users are asked" in note for note in evaluate(toy_model, folder).notes)
