"""Films become vectors by the formula that the documentation gives."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from movierec.artifact import Movie
from movierec.build.features import FIELDS, VOCABULARY, Field, describe, kind_names, kinds_of, prior, tfidf
from movierec.build.pipeline import with_series
from tests.build import slow_model
from tests.build.worlds import movie, random_movies


def _nothing(_film: Movie) -> list[str]:
    return []


def cosines(movies: list[Movie]) -> np.ndarray:
    matrix = describe(movies).matrix
    return (matrix @ matrix.T).toarray()


def test_weights_are_those_of_the_recipe() -> None:
    """The recipe's table, by name."""
    assert {field.name: field.weight for field in FIELDS} == {
        "text": 0.7, "keyword tokens": 0.7, "cast": 0.6, "director": 0.6, "genre": 0.6, "company": 0.4,
        "language": 0.4, "country": 0.1, "title": 0.3, "franchise": 0.6,
    }  # fmt: skip


def test_a_vocabulary_has_weights_of_its_own() -> None:
    """Keywords count more; what else says of what kind a film is, and when it was made, counts less."""
    assert {field.name: field.weight for field in VOCABULARY.fields} == {
        "text": 0.7, "keywords": 1.8, "cast": 0.6, "director": 0.6, "genre": 0.4, "company": 0.4,
        "language": 0.2, "country": 0.1, "title": 0.3, "franchise": 0.6,
    }  # fmt: skip
    assert VOCABULARY.year_weight == 0.4


def test_keywords_of_a_vocabulary_are_compared_whole() -> None:
    """Two that share the word "film" alone have nothing in common; two that share "film noir" all of it."""
    movies = [movie(1, keywords=("film noir",)), movie(2, keywords=("concert film",)),
              movie(3, keywords=("film noir",)), movie(4, keywords=("concert film",))]  # fmt: skip
    matrix = describe(movies, VOCABULARY).matrix
    assert (matrix @ matrix.T).toarray()[0] == pytest.approx([1.8, 0, 1.8, 0])
    assert cosines(movies)[0, 1] > 0


def test_tf_idf_by_hand() -> None:
    """Three documents; df of a, b, c is 3, 2, 1: idf is 1, 1 + ln(4/3), 1 + ln 2."""
    field = Field("any", 1.0, _nothing, min_df=1)
    matrix = tfidf([["a", "b"], ["a"], ["c", "a", "b"]], field).toarray()
    b, c = 1 + math.log(4 / 3), 1 + math.log(2)
    first, third = math.hypot(1, b), math.hypot(1, b, c)
    expected = [[1 / first, b / first, 0], [1, 0, 0], [1 / third, b / third, c / third]]
    assert matrix == pytest.approx(np.array(expected))


def test_counted_sublinear_and_bounded_tokens_by_hand() -> None:
    """Of x three times and y once, both in two of seven films: 1 + ln 3 to 1; z, in three, is too common."""
    field = Field("text", 1.0, _nothing, min_df=2, max_df=0.3, counted=True, sublinear=True)
    documents = [["x", "x", "x", "y", "z", "rare"], ["x", "z"], ["y", "z"], [], [], [], []]
    matrix = tfidf(documents, field).toarray()
    length = math.hypot(1 + math.log(3), 1)
    assert matrix[:4] == pytest.approx(
        np.array([[(1 + math.log(3)) / length, 1 / length], [1, 0], [0, 1], [0, 0]])
    )


@pytest.mark.parametrize("field", [*FIELDS, VOCABULARY.fields[1]], ids=lambda field: field.name)
def test_tf_idf_is_scikit_learns(field: Field) -> None:
    """On the same tokens TfidfVectorizer gives the same vectors, up to the order of columns."""
    documents = [list(field.tokens(film)) for film in with_series(random_movies(80))]
    theirs = TfidfVectorizer(
        analyzer=lambda tokens: tokens, min_df=field.min_df, max_df=field.max_df, binary=not field.counted,
        sublinear_tf=field.sublinear,
    ).fit_transform(documents)  # fmt: skip
    ours = tfidf(documents, field)
    assert ours.shape == theirs.shape
    assert (ours @ ours.T).toarray() == pytest.approx((theirs @ theirs.T).toarray())


def test_likeness_is_the_sum_over_fields() -> None:
    """The product of two rows is the weighted sum of cosines that the slow model finds pair by pair."""
    movies = list(with_series([dataclasses.replace(film, year=None) for film in random_movies(60)]))
    assert cosines(movies) == pytest.approx(np.array(slow_model.likeness(movies)), abs=1e-5)


def test_only_the_first_three_of_the_cast_are_compared() -> None:
    """The fourth name is for the page, not for the model."""
    movies = [movie(1, cast=("A", "B", "C", "X")), movie(2, cast=("D", "E", "F", "X")), movie(3, cast=("A",))]
    found = cosines(movies)
    assert found[0, 1] == 0
    assert found[0, 2] == pytest.approx(0.6)


def test_siblings_are_nearer_by_the_weight_of_the_franchise() -> None:
    """Two films that share nothing but a series: 0.6 for it."""
    assert cosines([movie(1, series="alien"), movie(2, series="alien"), movie(3)])[0, 1] == pytest.approx(0.6)


def test_a_film_without_facts_is_a_row_of_zeros() -> None:
    """No NaN and no division by zero, also where the whole source lacks a field, or everything."""
    for movies in ([movie(1), movie(2)], [movie(1, genres=("Drama",)), movie(2)]):
        with np.errstate(all="raise"):
            features = describe(movies)
        assert np.isfinite(features.matrix.data).all()
        assert features.matrix[[1]].nnz == 0
        assert features.prior.tolist() == [0, 0]


def test_prior_by_hand() -> None:
    """Votes 0, 300 and 700 with means 0, 8.1 and 5.1: quality 6.1, 7.1 and 5.4."""
    movies = [movie(1), movie(2, votes=300, rating=8.1), movie(3, votes=700, rating=5.1)]
    expected = [0.5 * 0.7 / 1.7, math.log(301) / math.log(701) + 0.5, 1.0]
    assert prior(movies) == pytest.approx(np.array(expected))


def test_prior_is_nothing_without_votes_and_equal_for_equals() -> None:
    """A source without votes has no prior; films of equal renown divide by no spread of zero."""
    assert prior([movie(1, rating=8.0), movie(2)]).tolist() == [0, 0]
    assert prior([movie(1, votes=9, rating=7.0), movie(2, votes=9, rating=7.0)]).tolist() == [1, 1]


def test_kinds_are_genres_and_foreign_languages() -> None:
    """A bit for each, the same one in all films; English, and no language at all, are no kind."""
    films = [
        Movie(movie_id=1, title="a", genres=("Western", "Drama"), language="en"),
        Movie(movie_id=2, title="b", genres=("Drama",), language="ja"),
        Movie(movie_id=3, title="c", language="ja"),
        Movie(movie_id=4, title="d"),
    ]
    drama, japanese, western = 1, 2, 4  # the commonest first; of equals the first met, by name within a film
    assert kinds_of(films).tolist() == [drama | western, drama | japanese, japanese, 0]
    assert kind_names(films) == ["Drama", "ja", "Western"]


def test_only_the_commonest_kinds_have_a_bit() -> None:
    """64 of them."""
    films = [Movie(movie_id=row, title="a", genres=(f"kind {row % 70}",)) for row in range(70 + 64)]
    kinds = kinds_of(films).tolist()
    assert sum(kind > 0 for kind in kinds) == 2 * 64
    assert max(kinds) == 2**63
