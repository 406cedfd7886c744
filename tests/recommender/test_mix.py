"""Films like several films at once."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import Movie, write
from movierec.errors import InvalidArgument
from movierec.recommender import MAX_MIX, Reason, Recommender, open_model
from movierec.recommender.mix import _taking_turns
from tests import toy

A, B, X, P, Q, F = range(1, 7)  # X is like A and B, P like A alone, Q like B alone, F like nothing much


def small_world(path: Path, *, height: float = 1, base: float = 0) -> Recommender:
    """Write six films; the scores of B's list may be of another height than those of A's."""
    rows = [[3, 2, 5, -1], [4, 2, 5, -1], [0, 1, -1, -1], [0, -1, -1, -1], [1, -1, -1, -1], [-1] * 4]
    scores = np.zeros((6, 4))
    scores[0, :3] = [1.2, 0.9, 0]
    scores[1, :3] = base + height * np.array([1, 0.9, 0])
    scores[2, :2] = scores[3, 0] = scores[4, 0] = 1
    movies = [Movie(movie_id=number, title=f"Film {number}") for number in (A, B, X, P, Q, F)]
    return open_model(write(path, movies, rows, scores, about={}))


def test_what_is_like_all_comes_first(tmp_path: Path) -> None:
    """X is second in both lists, P and Q are first in one: X, then one for each, then what is like neither.

    X is .9 above the last, in units of (1.2 + .9 + 0) / 3 and (1 + .9 + 0) / 3; A and B are in its list; it is in
    2 lists, of 4 places.
    """
    picks = small_world(tmp_path / "m").similar([A, B])
    assert [p.movie.movie_id for p in picks] == [X, P, Q, F]
    to_a, to_b = 0.9 / (2.1 / 3) / 1.5**0.25, 0.9 / (1.9 / 3) / 1.5**0.25
    assert picks[0].score == pytest.approx(to_a / (to_a + 1) + to_b / (to_b + 1))


@pytest.mark.parametrize(("height", "base"), [(100, 0), (0.01, 0), (1, 50), (3, 2)])
def test_lists_of_different_height_count_alike(tmp_path: Path, height: float, base: float) -> None:
    """Scores of another film's list are brought to the same scale."""
    plain, other = small_world(tmp_path / "m"), small_world(tmp_path / "n", height=height, base=base)
    expected = plain.similar([A, B])
    found = other.similar([A, B])
    assert [p.movie for p in found] == [p.movie for p in expected]
    assert [p.score for p in found] == pytest.approx([p.score for p in expected], rel=1e-4)


def test_a_film_named_twice_counts_once(toy_recommender: Recommender) -> None:
    """One film twice is one film; two films in another order are the same mix."""
    assert toy_recommender.similar([toy.HEAT, toy.HEAT]) == toy_recommender.similar(toy.HEAT)
    assert toy_recommender.similar((toy.HEAT,)) == toy_recommender.similar(toy.HEAT)
    mixed = toy_recommender.similar([toy.HEAT, toy.AMELIE, toy.HEAT])
    assert mixed == toy_recommender.similar([toy.HEAT, toy.AMELIE])
    turned = toy_recommender.similar([toy.AMELIE, toy.HEAT])
    assert [p.movie for p in turned] == [p.movie for p in mixed]


def test_a_mix_has_one_film_to_six(toy_recommender: Recommender) -> None:
    """None is nothing to go by, seven are too many; seven of which two are the same are six."""
    ids = [movie.movie_id for movie in toy.MOVIES]
    assert MAX_MIX == 6
    for wrong in ([], ids[:7]):
        with pytest.raises(InvalidArgument, match=f"1 to 6 different films, not of {len(wrong)}"):
            toy_recommender.similar(wrong)
    assert len(toy_recommender.similar([*ids[:6], ids[0]], 14)) == 9


def test_no_film_of_the_mix_is_forgotten(any_recommender: Recommender) -> None:
    """Among the first ten, each has one from its own list, and the mix itself does not come back."""
    table, n = any_recommender.catalogue.artifact.similar_rows, len(any_recommender.catalogue)
    known = [movie.movie_id for movie in any_recommender.catalogue.best_known(400)]
    rng = random.Random(0)
    for size in range(2, MAX_MIX + 1):
        for _ in range(4):
            mixed = rng.sample(known, size)
            ids = [p.movie.movie_id for p in any_recommender.similar(mixed)]
            assert len(set(ids)) == len(ids) == min(10, n - size)
            assert not set(ids) & set(mixed)
            rows = [any_recommender.catalogue.row_of(movie_id) for movie_id in ids]
            mixed_rows = {any_recommender.catalogue.row_of(movie_id) for movie_id in mixed}
            for movie_id in mixed:
                listed = set(table[any_recommender.catalogue.row_of(movie_id)].tolist())
                assert listed & set(rows) or listed <= mixed_rows | {-1}


def test_the_last_places_are_kept_for_who_would_be_forgotten() -> None:
    """Ten films give much to two seeds, one gives little to the third: it has the tenth place."""
    gain = np.zeros((3, 12))
    gain[:2, :11] = 0.9
    gain[2, 11] = 0.01
    assert _taking_turns(gain, gain > 0, 10) == [*range(9), 11]


def test_two_seeds_of_which_nothing_is_known_do_not_stop_the_third() -> None:
    """What no film is like cannot be served."""
    gain = np.zeros((3, 4))
    gain[0] = [0.4, 0.3, 0.2, 0.1]
    assert _taking_turns(gain, gain > 0, 4) == [0, 1, 2, 3]


def test_a_mix_without_any_neighbour_is_empty(tmp_path: Path) -> None:
    """An empty list, not an error."""
    movies = [Movie(movie_id=1, title="Alone"), Movie(movie_id=2, title="Apart")]
    write(tmp_path / "m", movies, [[-1], [-1]], [[0.0], [0.0]], about={})
    assert open_model(tmp_path / "m").similar([1, 2]) == []


# ------------------------------------------------------------------------------- why


@pytest.mark.parametrize(
    ("mixed", "other", "texts"),
    [
        ([toy.HEAT, toy.AMELIE], toy.INSIDER,
         ["same director as Heat: Michael Mann", "as in Heat, with Al Pacino"]),
        ([toy.WALL_E, toy.TOY_STORY], toy.UP,
         ["shares with WALL·E: loneliness", "also Animation, Family"]),
        ([toy.DARK_KNIGHT, toy.BATMAN_1966], toy.BATMAN_1989,
         ["same series", "same title as Batman", "shares: dc comics",
          "shares with The Dark Knight: joker, vigilante"]),
        ([toy.BATMAN_1989, toy.BATMAN_1966], toy.DARK_KNIGHT,
         ["same series", "shares: dc comics", "shares with Batman (1989): joker, vigilante",
          "shares with Batman (1966): crime fighter"]),
        ([toy.ALIEN, toy.UNKNOWN_FACTS], toy.UP, ["no fact in common that we know of"]),
    ],
)  # fmt: skip
def test_a_reason_names_the_film_unless_all_share_the_fact(
    toy_recommender: Recommender, mixed: list[int], other: int, texts: list[str]
) -> None:
    """First what all share; then what one does, with its title, with the year where two have the same."""
    pick = next(p for p in toy_recommender.similar(mixed, 14) if p.movie.movie_id == other)
    assert [reason.text for reason in pick.reasons] == texts


def test_the_film_of_a_reason_is_had_apart() -> None:
    """For a page that draws it."""
    reason = Reason("director", ("Joel Coen", "Ethan Coen"), "Fargo")
    assert (reason.lead, reason.film) == ("same directors as Fargo:", "Fargo")
    assert reason.text == "same directors as Fargo: Joel Coen, Ethan Coen"
    assert Reason("series", film="{} Alien").text == "same series as {} Alien"
