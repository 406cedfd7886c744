"""Which scores are looked at to find the best ones."""

from __future__ import annotations

import random

import numpy as np
import pytest

from movierec.recommender.scoring import of_interest


@pytest.mark.parametrize("k", [1, 3, 50, 200])
@pytest.mark.parametrize("above", [0, 2, 3, 60, 200])
def test_the_best_scores_are_of_interest_however_many_are_zero(k: int, above: int) -> None:
    """200 scores, some above 0, the rest 0 or below: the k best of all are the k best of those looked at."""
    draw = random.Random(k * above)
    scores = [draw.choice((0.5, 1.0, 2.0)) for _ in range(above)] + [
        draw.choice((0.0, 0.0, -1.0)) for _ in range(200 - above)
    ]
    draw.shuffle(scores)
    places = of_interest(np.array(scores), k).tolist()
    assert places == sorted(set(places)), "in order of rows, so that equal scores stay in it"

    def best(among: list[int]) -> list[int]:
        return sorted(among, key=lambda place: (-scores[place], place))[:k]

    assert best(places) == best(list(range(200)))


def test_zeros_are_not_looked_at_where_enough_is_above_them() -> None:
    """Of two zeros and two scores above them, the best two are the latter; the best three need all."""
    scores = np.array([0.0, 3.0, 0.0, 1.0])
    assert of_interest(scores, 2).tolist() == [1, 3]
    assert of_interest(scores, 3).tolist() == [0, 1, 2, 3]
