"""The list under a film: what people like beside it, as far as it makes sense to somebody who looks at it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from movierec.artifact import Movie
from movierec.build import neighbours
from movierec.build.collaborative import Cosines
from movierec.build.features import describe
from movierec.build.more_like_this import MoreLikeThis, facts_to_show
from movierec.build.neighbours import nearest
from movierec.build.pipeline import with_series
from tests.build import slow_model
from tests.build.worlds import likes, random_movies, random_people


def like_this(liked: sparse.csr_array, *, cap: float = 0.65) -> MoreLikeThis:
    """Return the model of films that all have a lot to show in common."""
    return MoreLikeThis(liked, sparse.csr_array(np.full((liked.shape[1], 1), 2)), cap=cap)


def scores(model: MoreLikeThis, content: list[float], prior: list[float] | None = None) -> list[float]:
    """Return the scores of all films but the first for the first, which is like them as *content* says."""
    row = np.array([content], dtype=np.float32)
    return model.scores(slice(0, 1), row, np.array(prior or [0.0] * len(content), np.float32))[0, 1:].tolist()


def test_ratings_are_weighed_by_how_many_there_are() -> None:
    """Of two films the better has the standard score 1, the other -1; 34 likes make half of the cap of 0.65."""
    model = like_this(likes(*[[0, 2]] * 34, n=3))
    assert scores(model, [0, 5, 3]) == pytest.approx([0.675 - 0.325, 0.325 - 0.675])
    unrated = like_this(likes(*[[1, 2]] * 34, n=3))
    assert scores(unrated, [0, 5, 3]) == pytest.approx([1, -1])
    capped = like_this(likes(*[[0, 2]] * 34, n=3), cap=0.0)
    assert scores(capped, [0, 5, 3]) == pytest.approx([1, -1])


def test_films_with_nothing_to_show_in_common_are_put_back() -> None:
    """Standard scores 1 and -1; film 1 shares one point with film 0, film 2 two."""
    facts = sparse.csr_array([[1, 1], [1, 0], [1, 1]])
    model = MoreLikeThis(likes([], n=3), facts)
    assert scores(model, [0, 5, 3]) == pytest.approx([1 - 1.5, -1])


@pytest.mark.parametrize(
    ("other", "points"),
    [
        (Movie(movie_id=2, title="b"), 0),
        (Movie(movie_id=2, title="b", genres=("Crime",), directors=("X",), cast=("B", "C")), 1),
        (Movie(movie_id=2, title="b", genres=("Crime", "Drama"), keywords=("heist",)), 3),
        (Movie(movie_id=2, title="b", directors=("Mann",)), 2),
        (Movie(movie_id=2, title="b", cast=("C", "D", "A")), 2),
        (Movie(movie_id=2, title="b", cast=("C", "D", "E", "A")), 0),
        (Movie(movie_id=2, title="b", series="heat", directors=("Mann", "Mann")), 4),
    ],
)
def test_points_of_what_two_films_have_in_common(other: Movie, points: int) -> None:
    """Two for a series, a director, one of the first three actors; one for a genre, a keyword."""
    film = Movie(
        movie_id=1, title="a", genres=("Crime", "Drama"), directors=("Mann",), cast=("A",), keywords=("heist",),
        series="heat",
    )  # fmt: skip
    facts = facts_to_show([film, other])
    assert (facts @ facts.T).toarray()[0, 1] == pytest.approx(points)


def test_close_relatives_are_brought_forward() -> None:
    """Of 50 films the one that has something in common: its standard score is 7, 2 more than 5; 0.6 of them."""
    content = [0.0, 1.0] + [0.0] * 49
    relative, *others = scores(like_this(likes([], n=51)), content)
    assert relative == pytest.approx(7 + 0.6 * 2)
    assert others == pytest.approx([-1 / 7] * 49)


def test_a_film_without_likes_borrows_those_of_its_kin() -> None:
    """Content tells no film from another; people like 1 and 2 together, and nobody 3.

    What is liked beside the kin is 1 and 2, equally: standard scores 1/√2, 1/√2 and -√2, three tenths of them.
    """
    model = like_this(likes(*[[1, 2]] * 9, n=4))
    expected = [0.3 * score for score in (math.sqrt(0.5), math.sqrt(0.5), -math.sqrt(2))]
    assert scores(model, [0, 1, 1, 1]) == pytest.approx(expected)


def test_only_films_that_people_know_lead_to_renowned_ones() -> None:
    """Film 1 is renowned, film 2 more like: with 4 likes half of the prior counts, without any none."""
    content, prior = [0.0, 0.0, 1.0], [0.0, 4.0, 0.0]
    known, unknown = (like_this(liked, cap=0) for liked in (likes(*[[0]] * 4, n=3), likes([], n=3)))
    assert scores(known, content, prior) == pytest.approx([1, -1])
    assert scores(unknown, content, prior) == pytest.approx([-1, 1])
    assert scores(known, [0, 0, 2.1], prior) == pytest.approx([-1, 1])  # half of 4 is less


def test_who_likes_everything_tells_little() -> None:
    """Two people each like film 0 with another: the word of the one who likes eight films counts half as much.

    Content is the same for films 1 and 2; the twenty films that nobody likes are more like 0, and nothing is
    borrowed from them.
    """
    two, eight = [0, 1], [0, 2, 3, 4, 5, 6, 7, 8]
    content = [0.0] * 9 + [1.0] * 20
    first, second, *_ = scores(like_this(likes(two, eight, n=29)), content)
    assert first > second
    two, eight = [0, 2], [0, 1, 3, 4, 5, 6, 7, 8]
    assert scores(like_this(likes(two, eight, n=29)), content)[:2] == [second, first]


@pytest.mark.parametrize("per_block", [4_000_000, 700, 1], ids=["one block", "some blocks", "row by row"])
def test_lists_are_those_of_the_slow_way(per_block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 44 films and 60 users at random: the scores that the formula gives pair by pair."""
    monkeypatch.setattr(neighbours, "_SCORES_PER_BLOCK", per_block)
    movies = list(with_series(random_movies(40)))
    n = len(movies)
    people = random_people(n)
    liked = likes(*map(sorted, people), n=n)
    rows, found = nearest(describe(movies), 10, taste=MoreLikeThis(liked, facts_to_show(movies)))
    expected = slow_scores(movies, people)
    for film in range(n):
        others = [score for other, score in enumerate(expected[film]) if other != film]
        assert found[film] == pytest.approx(sorted(others, reverse=True)[:10], abs=2e-4)
        assert [expected[film][row] for row in rows[film]] == pytest.approx(found[film], abs=2e-4)


def test_kin_are_read_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """With five rows to a block, cos is asked for five films at most, and the scores are the same."""
    random = np.random.default_rng(5)
    content = random.random((5, 40), dtype=np.float32)
    model = like_this(sparse.csr_array(random.random((60, 40)) < 0.3))
    prior = np.zeros(40, dtype=np.float32)
    at_once = model.scores(slice(0, 5), content.copy(), prior)
    asked: list[int] = []
    of = Cosines.of

    def counted(self: Cosines, rows: NDArray[np.intp]) -> sparse.csr_array:
        asked.append(len(rows))
        return of(self, rows)

    monkeypatch.setattr(Cosines, "of", counted)
    monkeypatch.setattr(neighbours, "_SCORES_PER_BLOCK", 5 * 40)
    assert model.scores(slice(0, 5), content.copy(), prior) == pytest.approx(at_once, abs=1e-5)
    assert max(asked) == 5
    assert sum(asked) > 20  # the five, and the kin of them


def slow_scores(movies: Sequence[Movie], people: list[set[int]]) -> list[list[float]]:
    """Return S of every pair, written straight from its formula."""
    content, prior = slow_model.likeness(movies), slow_model.prior(movies)
    films = range(len(prior))
    d = [sum(film in user for user in people) for film in films]
    scale = sum(map(len, people)) / sum(math.sqrt(len(user)) for user in people)

    def together(i: int, j: int) -> float:
        return sum(scale / math.sqrt(len(user)) for user in people if {i, j} <= user)

    length = [math.sqrt(together(film, film)) for film in films]
    cos = [[together(i, j) / (length[i] * length[j] + 40) if i != j else 0.0 for j in films] for i in films]
    found = []
    for i in films:
        kin = sorted((j for j in films if j != i), key=lambda j: -content[i][j])[:20]
        near = [sum(cos[k][j] for k in kin) / 20 for j in films]
        facts = [content[i][j] + d[i] / (d[i] + 4) * prior[j] for j in films]
        weight = 0.65 * d[i] / (d[i] + 34)
        columns = zip(*(standard(scores, i) for scores in (cos[i], facts, near, content[i])), strict=True)
        found.append([
            weight * liked + (1 - weight) * (fact + 0.3 * borrowed)
            + 0.6 * max(0, likeness - 5) - (0 if something_to_show(movies[i], movies[j]) else 1.5)
            for j, (liked, fact, borrowed, likeness) in enumerate(columns)
        ])  # fmt: skip
    return found


def something_to_show(film: Movie, other: Movie) -> bool:
    shared = [len({*getattr(film, kind)} & {*getattr(other, kind)}) for kind in ("genres", "keywords")]
    leads = {*film.cast[:3]} & {*other.cast[:3]} or {*film.directors} & {*other.directors}
    return bool(leads) or sum(shared) >= 2 or (film.series != "" and film.series == other.series)


def standard(scores: list[float], itself: int) -> list[float]:
    others = [score for place, score in enumerate(scores) if place != itself]
    mean, deviation = statistics.fmean(others), statistics.pstdev(others) or 1.0
    return [(score - mean) / deviation for score in scores]


def test_films_that_nothing_tells_apart_come_in_order_of_renown() -> None:
    """No likes and the same content: no score is NaN; one film alone has no list."""
    assert scores(like_this(likes([], n=3)), [1, 1, 1]) == [0, 0]
    alone = list(with_series(random_movies(0)))[:1]
    assert nearest(describe(alone), 2, taste=like_this(likes([0], n=1)))[0].tolist() == [[-1, -1]]
