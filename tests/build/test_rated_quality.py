"""What the list under a film must show, on real data: learned from the even users, measured on the odd ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import open_artifact
from movierec.build.metrics import head_of, measure, share_of_siblings
from movierec.build.pipeline import build
from movierec.build.ratings import read_likes
from movierec.build.series import load_series, rows_of
from movierec.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue(tmdb5000_dir: Path, movielens_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    out = tmp_path_factory.mktemp("models") / "rated"
    return Catalogue(
        open_artifact(build("tmdb5000", tmdb5000_dir, out, ratings_dir=movielens_dir, users="even").path)
    )


def similar(catalogue: Catalogue, label: str, k: int) -> list[str]:
    """Return the labels of the *k* films most similar to the one called *label*."""
    (found,) = [film for film in catalogue.search(label, limit=50) if film.label == label]
    rows = catalogue.artifact.similar_rows[catalogue.row_of(found.movie_id), :k]
    return [film.label for film in catalogue.at_rows(rows)]


def test_figures_reach_what_the_plain_blend_reaches(catalogue: Catalogue, movielens_dir: Path) -> None:
    """Four floors: of nDCG@10, of it with popular films counting less, of the tail, and of films ever shown."""
    lists = np.asarray(catalogue.artifact.similar_rows)
    asked = read_likes(movielens_dir, catalogue.artifact.ids).only(1)
    figures = measure(lists, asked.liked)
    assert figures.ndcg >= 0.31
    assert figures.weighted_ndcg >= 0.097
    assert measure(lists, asked.liked, without=head_of(asked.per_film())).ndcg >= 0.18
    assert figures.coverage >= 0.30


def test_four_of_five_siblings_are_in_the_first_ten(catalogue: Catalogue) -> None:
    """Of the sixty series that are listed by hand: ratings push few of them out."""
    movies = catalogue.at_rows(range(len(catalogue)))
    lists = np.asarray(catalogue.artifact.similar_rows)
    assert share_of_siblings(lists, [rows_of(series, movies) for series in load_series()])[0] >= 0.80


@pytest.mark.parametrize(
    ("label", "k", "expected"),
    [
        ("Toy Story (1995)", 5, {"Toy Story 2 (1999)", "Toy Story 3 (2010)", "A Bug's Life (1998)"}),
        ("The Godfather (1972)", 5, {"The Godfather: Part II (1974)", "GoodFellas (1990)"}),
        ("The Matrix (1999)", 2, {"The Matrix Reloaded (2003)", "The Matrix Revolutions (2003)"}),
        ("Alien (1979)", 5, {"Aliens (1986)", "Blade Runner (1982)"}),
        ("Spirited Away (2001)", 5, {"Princess Mononoke (1997)", "Howl's Moving Castle (2004)"}),
    ],
)
def test_lists_hold_what_a_person_names_first(
    catalogue: Catalogue, label: str, k: int, expected: set[str]
) -> None:
    """However many people like Star Wars as well."""
    assert expected <= set(similar(catalogue, label, k))
