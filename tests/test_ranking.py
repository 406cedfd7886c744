"""What measurements ask the recommender is what visitors get."""

from __future__ import annotations

from pathlib import Path

import pytest

from movierec.errors import InvalidArgument, UnknownMovie
from movierec.recommender import open_model
from tests.toy import ALIEN, HEAT, TOY_STORY, UP, WALL_E


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("weights", [{TOY_STORY: 1.0}, {TOY_STORY: 1.0, HEAT: 0.5, ALIEN: -1.0}, {UP: 0.0}, {}])
def test_a_ranking_is_that_of_the_picks(
    rated_toy_model: Path, weights: dict[int, float], diversity: float
) -> None:
    """The same films, scores and order; excluded films are in neither."""
    model = open_model(rated_toy_model)
    picks = model.for_you(weights, 6, exclude=[WALL_E], diversity=diversity)
    ranking = model.rank(weights, 6, exclude=[WALL_E], diversity=diversity)
    assert ranking == [(pick.movie.movie_id, pick.score) for pick in picks]
    assert len(ranking) == 6
    assert all(type(movie_id) is int and type(score) is float for movie_id, score in ranking)


def test_a_ranking_refuses_what_for_you_refuses(toy_model: Path) -> None:
    """Counts, weights, diversities and films that there are not."""
    model = open_model(toy_model)
    for weights, k, diversity in (({HEAT: 1.0}, 0, 0.0), ({HEAT: float("nan")}, 1, 0.0), ({HEAT: 1.0}, 1, 2.0)):
        with pytest.raises(InvalidArgument):
            model.rank(weights, k, diversity=diversity)
    with pytest.raises(UnknownMovie):
        model.rank({4711: 1.0})
