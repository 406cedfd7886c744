"""What lists must show on real data: learned from the even users, measured on the odd ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from movierec.artifact import Movie, open_artifact
from movierec.build.evaluate import evaluate
from movierec.build.metrics import head_of, measure, share_of_siblings
from movierec.build.pipeline import build
from movierec.build.ratings import read_likes
from movierec.build.series import load_series, rows_of
from movierec.catalogue import Catalogue
from movierec.recommender import Recommender


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


# ------------------------------------------------------------------------------- for you


def test_for_you_reaches_its_floors(catalogue: Catalogue, movielens_dir: Path) -> None:
    """Of nDCG@10 from 3, 5 and 10 likes and from 80 % of them; there, of Recall@20 as well."""
    report = evaluate(catalogue.artifact.path, movielens_dir, users="odd")
    rows = {row.known: row for row in report.for_you if row.system == "this model, diversity 0"}
    floors = {3: 0.415, 5: 0.44, 10: 0.48, 0.8: 0.30}
    assert {known: row.ndcg for known, row in rows.items() if row.ndcg < floors[known]} == {}
    assert rows.keys() == floors.keys()
    assert rows[0.8].recall >= 0.34


@pytest.mark.parametrize(
    ("liked", "of_that_kind"),
    [
        (
            ("Unforgiven", "The Good, the Bad and the Ugly", "Django Unchained"),
            lambda film: "Western" in film.genres,
        ),
        (("The Shining", "The Exorcist", "Halloween"), lambda film: "Horror" in film.genres),
        (("Saving Private Ryan", "Platoon", "Apocalypse Now"), lambda film: "War" in film.genres),
        (("Spirited Away", "Princess Mononoke", "Howl's Moving Castle"), lambda film: "Animation" in film.genres),
        (("Notting Hill", "Pretty Woman", "Love Actually"), lambda film: {"Romance", "Comedy"} <= {*film.genres}),
        (("Iron Man", "Thor", "The Avengers"), lambda film: "Action" in film.genres),
        (("Super Size Me", "Bowling for Columbine", "Food, Inc."), lambda film: "Documentary" in film.genres),
        (("Amélie", "Micmacs", "A Very Long Engagement"), lambda film: film.language == "fr"),
        (("Toy Story", "Monsters, Inc.", "Shrek"), lambda film: "Animation" in film.genres),
        (("Alien", "The Terminator", "Blade Runner"), lambda film: "Science Fiction" in film.genres),
    ],
)
def test_three_likes_of_one_kind_lead_to_that_kind(
    catalogue: Catalogue, liked: tuple[str, ...], of_that_kind: Callable[[Movie], bool]
) -> None:
    """Seven of the first ten that a new user is shown at least; the likes are all of that kind themselves."""
    likes = [next(film for film in catalogue.search(title) if film.title == title) for title in liked]
    assert all(map(of_that_kind, likes))
    picks = Recommender(catalogue).for_you({film.movie_id: 1 for film in likes})
    assert sum(of_that_kind(pick.movie) for pick in picks) >= 7


@pytest.mark.parametrize("label", ["The Dark Knight (2008)", "Finding Nemo (2003)", "Alien (1979)"])
def test_what_is_like_a_disliked_film_moves_back(catalogue: Catalogue, label: str) -> None:
    """The mean rank of its ten neighbours, for somebody who likes films of three kinds."""
    (disliked,) = [film for film in catalogue.search(label, limit=50) if film.label == label]
    neighbours = {pick.movie.movie_id for pick in Recommender(catalogue).similar(disliked.movie_id)}
    likes = {
        next(film for film in catalogue.search(title) if film.title == title).movie_id: 1.0
        for title in ("Inception", "Up", "The Shining")
    }

    def mean_rank(weights: dict[int, float]) -> float:
        ranked = Recommender(catalogue).rank(weights, k=len(catalogue), diversity=0)
        places = [place for place, (movie_id, _) in enumerate(ranked) if movie_id in neighbours]
        assert len(places) >= 8
        return float(np.mean(places))

    assert mean_rank(likes | {disliked.movie_id: -1.0}) > mean_rank(likes)
