"""What likes have in common as a kind, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from movierec.artifact import ForYouTables, KindSets
from movierec.recommender.kinds import kind_part

WESTERN, DRAMA, JAPANESE = 1, 2, 1 << 63
#                 0        1                2                3      4      5         6  7
KINDS = np.array([WESTERN, WESTERN | DRAMA, WESTERN | DRAMA, DRAMA, DRAMA, JAPANESE, 0, 0], np.uint64)


def kind_sets() -> KindSets:
    nothing = np.zeros((8, 0))
    return ForYouTables(
        rows=nothing, weights=nothing, similar_rows=nothing, similar_scores=nothing, kinds=KINDS
    ).kind_sets


def total(*liked: int, share: float = 1.0) -> list[float]:
    """Return what likes of these rows add to each film."""
    return kind_part(kind_sets(), np.array(liked, np.intp), np.arange(len(liked)), share=share).total(8).tolist()


def test_it_is_known_of_which_kinds_each_film_is() -> None:
    """From the lowest bit to the highest; a film of two kinds counts for both. There are five sets of kinds."""
    sets, of_films, films = kind_sets()
    assert [np.flatnonzero(kinds).tolist() for kinds in sets[of_films]] == [
        [0],
        [0, 1],
        [0, 1],
        [1],
        [1],
        [63],
        [],
        [],
    ]
    assert len(sets) == 5
    assert films.tolist() == [3, 4] + [0] * 61 + [1]


def test_what_all_likes_are_counts_by_how_rare_it_is() -> None:
    """Both likes are Westerns, three films of eight are: (2 + 2·3/8) / 4 of them were expected to be 3/8.

    One of the two likes is a drama too, which may be chance.
    """
    western = 0.2 * math.log((2.75 / 4) / (3 / 8))
    assert total(0, 1) == pytest.approx([western] * 3 + [0] * 5)
    assert total(0, 1, share=0.5) == pytest.approx([western / 2] * 3 + [0] * 5)


def test_what_most_likes_are_counts_for_less() -> None:
    """Two of three likes are Westerns: (2/3)⁴ of the strength; all three are dramas, as half of the films are."""
    western = 0.2 * math.log((2.75 / 5) / (3 / 8)) * (2 / 3) ** 4
    drama = 0.2 * math.log((4 / 5) / (4 / 8))
    both = western + drama
    assert total(1, 2, 3) == pytest.approx([western, both, both, drama, drama, 0, 0, 0])


def test_a_single_like_tells_its_kind() -> None:
    """Of one like nothing can be in common with others; the 64th kind is one, too."""
    assert total(5) == pytest.approx([0] * 5 + [0.2 * math.log((1.25 / 3) / (1 / 8)), 0, 0])


def test_what_is_rarer_among_likes_than_among_films_is_no_evidence() -> None:
    """Two dramas of six likes, (2 + 1) / 8 < 1/2; no like has a kind; nobody likes anything."""
    assert total(3, 4, 0, 5, 6, 7) == [0] * 8
    assert total(6, 7) == [0] * 8
    assert total() == [0] * 8


def test_each_like_of_the_kind_has_an_equal_part() -> None:
    """Of the rated films the second is disliked; the parts of the likes add up to what the films have."""
    part = kind_part(kind_sets(), np.array([0, 6, 1]), np.array([0, 2]), share=1)
    found, place = np.zeros((3, 2)), np.full(9, -1)
    place[[2, 4]] = 0, 1
    part.add_to(found, place)
    half = 0.1 * math.log((2.75 / 4) / (3 / 8))
    assert found == pytest.approx(np.array([[half, 0], [0, 0], [half, 0]]))
