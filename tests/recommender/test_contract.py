"""What any recommender promises, whatever its model: toy or real, with ratings or without."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator

import pytest

from movierec.errors import InvalidArgument, MovierecError, UnknownMovie
from movierec.recommender import MAX_MIX, Pick, Reason, Recommender, for_you, open_model, scoring
from tests.recommender.by_hand import contributions

FIELDS = {
    "director": "directors",
    "cast": "cast",
    "keywords": "keywords",
    "genres": "genres",
    "studio": "companies",
}


def people(recommender: Recommender, seed: int = 0) -> Iterator[dict[int, float]]:
    """Yield the likes and dislikes of some people: few, many, none."""
    rng = random.Random(seed)
    known = [movie.movie_id for movie in recommender.catalogue.best_known(300)]
    for likes, dislikes in ((1, 0), (2, 1), (3, 0), (5, 2), (min(50, len(known) // 2), 1), (0, 2), (0, 0)):
        chosen = rng.sample(known, likes + dislikes)
        yield {movie_id: 1.0 if place < likes else -1.0 for place, movie_id in enumerate(chosen)}


def ids_of(picks: list[Pick]) -> list[int]:
    return [pick.movie.movie_id for pick in picks]


# ------------------------------------------------------------------------------- lists


def test_a_list_has_new_films_each_once_and_finite_scores(any_recommender: Recommender) -> None:
    """None that was rated or excluded, at most k of them, and always a reason."""
    excluded = [movie.movie_id for movie in any_recommender.catalogue.best_known(3)]
    for weights in people(any_recommender):
        for k in (1, 4, 10):
            for diversity in (0, 0.3, 1):
                picks = any_recommender.for_you(weights, k, exclude=excluded, diversity=diversity)
                ids = ids_of(picks)
                left = len(any_recommender.catalogue) - len(set(weights) | set(excluded))
                assert len(ids) == len(set(ids)) == min(k, left)
                assert not set(ids) & (set(weights) | set(excluded))
                assert all(math.isfinite(pick.score) and pick.reasons for pick in picks)


@pytest.fixture(params=["as it is", "a few at a time"])
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many films and likes are worked on at once, the result is the same."""
    if request.param == "a few at a time":
        monkeypatch.setattr(scoring, "_AT_ONCE", 3)
        monkeypatch.setattr(for_you, "_BEST_KNOWN", 20)


@pytest.mark.usefixtures("pieces")
def test_without_diversity_the_best_come_first_and_equals_by_renown(any_recommender: Recommender) -> None:
    """Their scores are what the formula says, worked out a second time, and no better film is left out."""
    artifact = any_recommender.catalogue.artifact
    for weights in people(any_recommender):
        if not any(weight > 0 for weight in weights.values()):
            continue
        added = contributions(artifact, weights)
        total = [sum(row) for row in zip(*added.values(), strict=True)]
        picks = any_recommender.for_you(weights, 10, diversity=0)
        rows = [any_recommender.catalogue.row_of(movie_id) for movie_id in ids_of(picks)]
        assert [pick.score for pick in picks] == pytest.approx([total[row] for row in rows], abs=1e-5)
        assert [(-pick.score, row) for pick, row in zip(picks, rows, strict=True)] == sorted(
            (-pick.score, row) for pick, row in zip(picks, rows, strict=True)
        )
        rated = {any_recommender.catalogue.row_of(movie_id) for movie_id in weights}
        others = set(range(len(total))) - rated - set(rows)
        assert max((total[row] for row in others), default=-math.inf) <= picks[-1].score + 1e-5


def test_of_any_length_a_list_begins_alike_and_goes_on_by_score(any_recommender: Recommender) -> None:
    """Diversity is for the best hundred: they come first, in the order that a shorter list has them in."""
    for weights in people(any_recommender):
        by_score = any_recommender.rank(weights, 10**9, diversity=0)
        ranking = any_recommender.rank(weights, 10**9, diversity=1)
        for k in (1, 30, 100, 101, 150):
            assert any_recommender.rank(weights, k, diversity=1) == ranking[:k]
        assert dict(ranking[:100]) == dict(by_score[:100])
        assert ranking[100:] == by_score[100:]


def test_the_same_question_has_the_same_answer(any_recommender: Recommender) -> None:
    """Whoever opens the model, however often it is asked, and in whatever order likes are told."""
    again = open_model(any_recommender.catalogue.artifact.path)
    for weights in people(any_recommender, seed=1):
        expected = any_recommender.for_you(weights, 10)
        assert any_recommender.for_you(weights, 10) == again.for_you(weights, 10) == expected
        turned = dict(reversed(weights.items()))
        assert ids_of(again.for_you(turned, 10)) == ids_of(expected)
        if 1 <= len(weights) <= MAX_MIX:
            assert again.similar(list(weights)) == any_recommender.similar(list(weights))


def test_a_dislike_pushes_away_what_is_like_it(any_recommender: Recommender) -> None:
    """The mean place of a film's ten neighbours falls, beside other likes or alone."""
    n = len(any_recommender.catalogue)
    known = [movie.movie_id for movie in any_recommender.catalogue.best_known(40)]
    for disliked in known[1:4]:
        neighbours = set(ids_of(any_recommender.similar(disliked, 10)))
        for likes in ({known[0]: 1.0, known[5]: 1.0}, {}):
            before = _mean_place(any_recommender.rank({**likes, disliked: 0.0}, n, diversity=0), neighbours)
            after = _mean_place(any_recommender.rank({**likes, disliked: -1.0}, n, diversity=0), neighbours)
            assert after > before


def _mean_place(ranking: list[tuple[int, float]], neighbours: set[int]) -> float:
    places = [place for place, (movie_id, _score) in enumerate(ranking) if movie_id in neighbours]
    return sum(places) / len(places)


# ------------------------------------------------------------------------------- reasons


def test_the_likes_that_are_named_carry_half_of_the_score(any_recommender: Recommender) -> None:
    """Worked out from the tables: they do, they are the largest, and with one less they would not."""
    artifact = any_recommender.catalogue.artifact
    told = 0
    for weights in people(any_recommender, seed=2):
        added = contributions(artifact, weights)
        films = {movie_id: any_recommender.by_id(movie_id) for movie_id in weights}
        for pick in any_recommender.for_you(weights, 10):
            row = any_recommender.catalogue.row_of(pick.movie.movie_id)
            ours = {movie_id: added[movie_id][row] for movie_id, weight in weights.items() if weight > 0}
            reason = pick.reasons[0]
            if reason.kind != "likes":
                # No like speaks for the film.
                assert reason == Reason("renown" if row < len(any_recommender.catalogue) / 10 else "left")
                assert max(ours.values(), default=0) <= 1e-6 or pick.score <= 1e-6
                continue
            told += 1
            named = [
                next(i for i in ours if name in (films[i].title, films[i].label) and ours[i] > 0)
                for name in reason.values
            ]
            amounts = sorted(ours.values(), reverse=True)[: len(named)]
            assert len(set(named)) == len(named)
            assert [ours[i] for i in named] == pytest.approx(amounts, abs=1e-5)
            assert sum(amounts) >= pick.score / 2 - 1e-5
            assert sum(amounts[:-1]) < pick.score / 2 + 1e-5
    assert told >= 10


def test_every_fact_is_true(any_recommender: Recommender) -> None:
    """What a reason names stands in the record of the film and in that of the one that it names, or of all."""
    rng = random.Random(3)
    known = [movie.movie_id for movie in any_recommender.catalogue.best_known(300)]
    for size in range(1, MAX_MIX + 1):
        asked = rng.sample(known, size)
        for pick in any_recommender.similar(asked):
            assert pick.reasons
            for reason in pick.reasons:
                _check(any_recommender, reason, pick, asked)
    for weights in people(any_recommender, seed=4):
        for pick in any_recommender.for_you(weights):
            for reason in pick.reasons[1:]:
                assert reason.film == pick.reasons[0].values[0]
                _check(any_recommender, reason, pick, weights)


def _check(recommender: Recommender, reason: Reason, pick: Pick, movie_ids: Iterable[int]) -> None:
    if reason.kind in ("renown", "unknown"):
        well_known = recommender.catalogue.row_of(pick.movie.movie_id) < len(recommender.catalogue) / 10
        assert well_known == (reason.kind == "renown")
        return
    asked = [recommender.by_id(movie_id) for movie_id in movie_ids]
    films = [film for film in asked if reason.film in (film.title, film.label)] if reason.film else asked
    assert films
    found = [film for film in films if _is_true(reason, film, pick.movie)]
    assert found if reason.film else found == films


def _is_true(reason: Reason, film, other) -> bool:
    if reason.kind in FIELDS:
        ours, theirs = getattr(film, FIELDS[reason.kind]), getattr(other, FIELDS[reason.kind])
        return bool(reason.values) and set(reason.values) <= set(ours) & set(theirs)
    if reason.kind in ("series", "title"):
        return bool(film.series) and film.series == other.series
    return reason.kind == "decade" and (
        reason.values == (f"the {film.year // 10}0s",) == (f"the {other.year // 10}0s",)
    )


# ------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize("k", [0, -1, 1.0, 1.5, math.nan, "3", None, True])
def test_a_number_of_films_that_makes_no_sense_is_refused(any_recommender: Recommender, k: object) -> None:
    """One error, fit for a visitor and for those who expect a ValueError."""
    movie_id = any_recommender.catalogue.best_known(1)[0].movie_id
    for ask in (any_recommender.similar, any_recommender.for_you, any_recommender.rank):
        with pytest.raises(InvalidArgument, match="k must be a whole number") as caught:
            ask([movie_id] if ask == any_recommender.similar else {movie_id: 1.0}, k)
        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, MovierecError)


@pytest.mark.parametrize("movie_id", [0, -99_999_999, 2**70, "862", None, 949.0, True])
def test_an_unknown_film_is_said_to_be_unknown(any_recommender: Recommender, movie_id: object) -> None:
    """Among likes and in a mix; among those that are excluded it is no error."""
    known = any_recommender.catalogue.best_known(1)[0].movie_id
    with pytest.raises(UnknownMovie):
        any_recommender.similar([known, movie_id])  # type: ignore[list-item]
    with pytest.raises(UnknownMovie):
        any_recommender.for_you({known: 1.0, movie_id: 1.0})  # type: ignore[dict-item]
    assert any_recommender.for_you({}, exclude=[movie_id])  # type: ignore[list-item]


def test_more_than_there_are_is_all_that_there_are(any_recommender: Recommender) -> None:
    """Also with diversity: every film but the one that was liked."""
    known = any_recommender.catalogue.best_known(1)[0].movie_id
    for diversity in (0, 0.2):
        ranking = any_recommender.rank({known: 1.0}, 10**9, diversity=diversity)
        assert len(ranking) == len({movie_id for movie_id, _ in ranking}) == len(any_recommender.catalogue) - 1
