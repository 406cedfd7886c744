"""Films for somebody: in the toy world every score can be worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import ForYouTables, Movie, write
from movierec.errors import InvalidArgument
from movierec.recommender import Reason, Recommender, open_model, scoring
from movierec.recommender.diversity import diversify
from tests import toy


def texts(recommender: Recommender, weights: dict[int, float], k: int = 10) -> dict[str, list[str]]:
    """Return for each film that is recommended its reasons, without diversity, in order."""
    picks = recommender.for_you(weights, k, diversity=0)
    return {pick.movie.label: [reason.text for reason in pick.reasons] for pick in picks}


# ------------------------------------------------------------------------------- scores


def test_one_like_counts_by_both_tables(rated_recommender: Recommender) -> None:
    """One like, of 4 that make both count alike: w = 1/(1 + 16).

    Heat adds .4 and .3 by what was learned, 4 and 3 by the other table, so .4/.4/17 + 16/17·4/4 = 1 to The Insider
    and three quarters of it to The Dark Knight.
    """
    scores = dict(rated_recommender.rank({toy.HEAT: 1.0}, 14, diversity=0))
    assert scores[toy.INSIDER] == pytest.approx(1.0)
    assert scores[toy.DARK_KNIGHT] == pytest.approx(0.75)
    assert scores[toy.TOY_STORY] == pytest.approx(1 / 17 * -0.2 / 0.4)
    assert {i: s for i, s in scores.items() if s == 0}.keys() == {movie.movie_id for movie in toy.MOVIES} - {
        toy.HEAT,
        toy.INSIDER,
        toy.DARK_KNIGHT,
        toy.TOY_STORY,
    }


def test_films_of_equal_scores_come_in_order_of_renown(rated_recommender: Recommender) -> None:
    """Behind the two that are like Heat all score 0, but for Toy Story, which people who like Heat do not."""
    ranking = [movie_id for movie_id, _ in rated_recommender.rank({toy.HEAT: 1.0}, 14, diversity=0)]
    first, last = [toy.INSIDER, toy.DARK_KNIGHT], [toy.TOY_STORY]
    known = [m.movie_id for m in toy.MOVIES if m.movie_id not in [*first, *last, toy.HEAT]]
    assert ranking == first + known + last


def test_two_likes_are_summed_on_one_scale(rated_recommender: Recommender) -> None:
    """w = 4/20: A Very Long Engagement gets 1/5 · .3/.4 + 4/5 · 4/4 from Amélie; The Insider gets 1 from Heat."""
    scores = dict(rated_recommender.rank({toy.HEAT: 1.0, toy.AMELIE: 1.0}, 5, diversity=0))
    assert scores[toy.INSIDER] == pytest.approx(1)
    assert scores[toy.ENGAGEMENT] == pytest.approx(0.15 + 0.8)


def test_a_like_of_a_film_without_learned_weights_counts_by_the_other_table(
    rated_recommender: Recommender,
) -> None:
    """Nobody in the ratings likes Alien, so the other table speaks for all of it: Alien³ has the whole score."""
    assert rated_recommender.rank({toy.ALIEN: 1.0}, 1)[0] == (toy.ALIEN_3, pytest.approx(1))


def learned_model(path: Path, weights: np.ndarray) -> Recommender:
    """Return the recommender of as many films as *weights*, (n, n), has rows; nothing else is known of them."""
    n = len(weights)
    movies = [Movie(movie_id=number, title=f"Film {number}") for number in range(n)]
    none, nothing = np.full((n, 1), -1), np.zeros((n, 1))
    tables = ForYouTables(
        rows=np.arange(n), weights=weights, similar_rows=none, similar_scores=nothing, kinds=np.zeros(n, np.uint64)
    )
    return open_model(write(path, movies, none, nothing, about={}, for_you=tables))


def test_the_scale_counts_from_what_most_films_have_also_below_zero(tmp_path: Path) -> None:
    """A like speaks against 15 of 20 films, -1 each, and for four, 1 each: the best two are 2 above the median.

    One like, of 14 that make both tables count alike: w = 1/(1 + 196); the other table has nothing to add.
    """
    weights = np.zeros((20, 20))
    weights[0, 1:16], weights[0, 16:] = -1, 1
    ranking = learned_model(tmp_path / "m", weights).rank({0: 1.0}, 4, diversity=0)
    assert ranking == [(movie_id, pytest.approx(1 / 197 / 2)) for movie_id in range(16, 20)]


def test_the_scale_is_the_mean_of_the_best_also_where_few_have_anything(tmp_path: Path) -> None:
    """A like speaks for one of 40 films: the best four have a quarter each, of which it has four."""
    weights = np.zeros((40, 40))
    weights[0, 30] = 1
    ranking = learned_model(tmp_path / "m", weights).rank({0: 1.0}, 2, diversity=0)
    assert ranking == [(30, pytest.approx(4 / 197)), (1, 0)]


def test_likes_are_added_up_however_many_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five likes add 1, 2, 4, 8 and 16 to one film, and the first also 1 to another: 31 to 1."""
    monkeypatch.setattr(scoring, "_AT_ONCE", 2)
    weights = np.zeros((12, 12))
    weights[:5, 10], weights[0, 11] = (1, 2, 4, 8, 16), 1
    (_, most), (movie_id, least) = learned_model(tmp_path / "m", weights).rank(
        dict.fromkeys(range(5), 1.0), 2, diversity=0
    )
    assert movie_id == 11
    assert most / least == pytest.approx(31)


def test_likes_do_not_fade_as_they_grow_in_number(toy_recommender: Recommender) -> None:
    """Without learned weights the best has about 1 however many likes there are: one, or all but three films."""
    liked = [film.movie_id for film in toy.MOVIES[:-3]]
    (_, one), (_, many) = (toy_recommender.rank(dict.fromkeys(ids, 1.0), 1)[0] for ids in (liked[:1], liked))
    assert one >= 0.9
    assert many >= 0.9


def test_a_dislike_takes_away_but_adds_nothing(rated_recommender: Recommender) -> None:
    """The Insider is first among the films like Heat: .65 above the last, in units of .425, the mean of ten."""
    liked = dict(rated_recommender.rank({toy.AMELIE: 1.0}, 14, diversity=0))
    both = dict(rated_recommender.rank({toy.AMELIE: 1.0, toy.HEAT: -1.0}, 14, diversity=0))
    assert both[toy.INSIDER] == pytest.approx(liked[toy.INSIDER] - 0.65 / 0.425)
    assert all(both[movie_id] <= liked[movie_id] + 1e-9 for movie_id in both)


def test_only_dislikes_leave_the_best_known_films_that_are_not_like_them(toy_recommender: Recommender) -> None:
    """Heat, Batman of 1989 and of 1966 have 1 - ln(1 + row) / ln 16 = .25, .21, .07, less 1.29, 1.53, 1.41.

    Of the best-known tenth of fifteen films, two, WALL·E is left.
    """
    picks = toy_recommender.for_you({toy.DARK_KNIGHT: -1.0}, 14, diversity=0)
    assert [p.movie.movie_id for p in picks[-3:]] == [toy.HEAT, toy.BATMAN_1989, toy.BATMAN_1966]
    said = {p.movie.movie_id: [reason.text for reason in p.reasons] for p in picks}
    assert said.pop(toy.WALL_E) == ["one of the best-known films here"]
    assert list(said.values()) == [["one of the films that are left"]] * 13


# ------------------------------------------------------------------------------- nothing to go by


@pytest.mark.parametrize("seen", [{}, {toy.DARK_KNIGHT: 0.0}])
def test_without_a_like_the_best_known_films_come(toy_recommender: Recommender, seen: dict[int, float]) -> None:
    """In order of renown, but for those that were seen; of fifteen the first two are the best-known tenth."""
    picks = toy_recommender.for_you(seen, 3, exclude=[toy.UP], diversity=0)
    expected = [m.title for m in toy.MOVIES if m.movie_id not in {*seen, toy.UP}][:3]
    assert [p.movie.title for p in picks] == expected
    best_known = {"The Dark Knight", "WALL·E"}
    assert [p.reasons for p in picks] == [
        (Reason("renown" if title in best_known else "left"),) for title in expected
    ]


def test_when_few_films_are_left_the_list_is_short_or_empty(toy_recommender: Recommender) -> None:
    """All seen, all excluded, all but one: no error."""
    ids = [movie.movie_id for movie in toy.MOVIES]
    assert toy_recommender.for_you(dict.fromkeys(ids, 1.0)) == []
    assert toy_recommender.for_you({}, exclude=ids) == []
    (pick,) = toy_recommender.for_you(dict.fromkeys(ids[1:], -1.0))
    assert pick.movie.movie_id == ids[0]


def test_a_like_without_neighbours_leaves_the_others(tmp_path: Path) -> None:
    """All scores are 0: in order of renown, and a reason for each."""
    movies = [Movie(movie_id=number, title=str(number)) for number in range(1, 4)]
    write(tmp_path / "m", movies, [[-1]] * 3, [[0.0]] * 3, about={})
    picks = open_model(tmp_path / "m").for_you({2: 1.0})
    assert [(p.movie.movie_id, p.score, p.reasons) for p in picks] == [
        (1, 0.0, (Reason("renown"),)),
        (3, 0.0, (Reason("left"),)),
    ]


@pytest.mark.parametrize(
    "weight", [math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e-320, -9e-7, 1.1e6, -1e308, "1", None, True]
)
def test_a_weight_that_is_no_number_or_extreme_is_refused(toy_recommender: Recommender, weight: object) -> None:
    """Whoever calls has mistaken something; of numbers at the ends of their range scores would be infinite."""
    with pytest.raises(InvalidArgument, match="weight"):
        toy_recommender.for_you({toy.HEAT: weight})  # type: ignore[dict-item]


@pytest.mark.parametrize("weight", [1e-6, 3, 1e6])
def test_weights_of_likes_are_relative_and_those_of_dislikes_are_not(
    rated_recommender: Recommender, weight: float
) -> None:
    """Two likes of any one weight score as two of 1 do; a dislike of that weight takes so many times as much."""
    likes = (toy.HEAT, toy.AMELIE)
    ones = dict(rated_recommender.rank(dict.fromkeys(likes, 1.0), 15, diversity=0))
    assert dict(rated_recommender.rank(dict.fromkeys(likes, weight), 15, diversity=0)) == pytest.approx(ones)
    disliked = {toy.AMELIE: 1.0, toy.HEAT: -weight}
    liked = dict(rated_recommender.rank({toy.AMELIE: 1.0}, 15, diversity=0))
    taken = liked[toy.INSIDER] - dict(rated_recommender.rank(disliked, 15, diversity=0))[toy.INSIDER]
    assert taken == pytest.approx(weight * 0.65 / 0.425)


@pytest.mark.parametrize("diversity", [-0.1, 1.1, math.nan, 10**400, "0", None, True])
def test_a_diversity_out_of_range_is_refused(toy_recommender: Recommender, diversity: object) -> None:
    """From 0 to 1."""
    with pytest.raises(InvalidArgument, match="diversity"):
        toy_recommender.for_you({toy.HEAT: 1.0}, diversity=diversity)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------- why


def test_the_likes_that_carry_a_film_are_named_and_a_fact_beside_them(rated_recommender: Recommender) -> None:
    """Of The Dark Knight's .893 Heat adds .493, 3/7 · .3/.4 + 4/7 · 3/10; the two Batmans .229 and .171."""
    likes = {toy.HEAT: 1.0, toy.BATMAN_1989: 1.0, toy.BATMAN_1966: 1.0}
    found = texts(rated_recommender, likes)
    assert found["The Dark Knight (2008)"] == ["because you liked Heat", "like Heat: Action, Crime, Drama"]
    assert found["The Insider (1999)"] == ["because you liked Heat", "same director as Heat: Michael Mann"]


def test_without_ratings_there_are_likes_and_facts_too(toy_recommender: Recommender) -> None:
    """By the table of similar films alone."""
    found = texts(toy_recommender, {toy.HEAT: 1.0}, 1)
    assert found == {"The Insider (1999)": ["because you liked Heat", "same director as Heat: Michael Mann"]}


def test_more_likes_than_fit_are_counted(tmp_path: Path) -> None:
    """Seven likes add the same: four of them are needed for half, three are shown."""
    movies = [Movie(movie_id=number, title=f"Film {number}") for number in range(8)]
    rows = [[-1], *[[0]] * 7]
    write(tmp_path / "m", movies, rows, [[0.0], *[[1.0]] * 7], about={})
    (pick,) = open_model(tmp_path / "m").for_you(dict.fromkeys(range(1, 8), 1.0))
    (reason,) = pick.reasons
    assert reason.values == ("Film 1", "Film 2", "Film 3", "Film 4")
    assert (reason.lead, reason.shown, reason.tail) == ("because you liked", reason.values[:3], "and 1 more")
    assert reason.text == "because you liked Film 1, Film 2, Film 3 and 1 more"


def test_of_the_keywords_shared_with_a_like_the_rarest_come_first(tmp_path: Path) -> None:
    """a is in three films, b in two."""
    movies = [
        Movie(movie_id=number, title=f"Film {number}", keywords=keywords)
        for number, keywords in enumerate([("a", "b"), ("a", "b"), ("a",)])
    ]
    write(tmp_path / "m", movies, [[1], [0], [0]], [[1.0]] * 3, about={})
    pick = open_model(tmp_path / "m").for_you({1: 1.0})[0]
    assert pick.reasons[1] == Reason("keywords", ("b", "a"), "Film 1")


# ------------------------------------------------------------------------------- diversity


@pytest.mark.parametrize(
    ("diversity", "order"),
    [(0, [0, 1, 2]), (0.5, [0, 1, 2]), (1, [0, 2, 1])],  # .9 / 1.5 = .6 is above .5, .9 / 2 = .45 is not
)
def test_a_film_like_one_before_counts_for_less(diversity: float, order: list[int]) -> None:
    """The second film is just like the first, the third like neither."""
    alike = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], float)
    assert diversify(np.array([1.0, 0.9, 0.5]), alike, 3, diversity) == order


def test_each_repetition_counts(builtin_model: Path) -> None:
    """Who likes three films of one studio gets others of the kind, the more the more diversity is asked for."""
    recommender = open_model(builtin_model)
    likes = {recommender.search(t)[0].movie_id: 1.0 for t in ("Toy Story", "A Bug's Life", "Monsters, Inc.")}

    def of_pixar(diversity: float) -> int:
        picks = recommender.for_you(likes, diversity=diversity)
        assert sum("Animation" in p.movie.genres for p in picks) >= 7
        return sum("Pixar" in p.movie.keywords for p in picks)

    assert of_pixar(0) >= of_pixar(0.3) >= of_pixar(1)
    assert of_pixar(0) > of_pixar(1)
