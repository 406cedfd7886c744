"""A build makes a whole model or none, and tells what it found."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from movierec import artifact
from movierec.build.pipeline import build
from movierec.build.progress import Progress
from movierec.build.sources import read_source
from movierec.catalogue import Catalogue
from movierec.errors import InvalidArgument, SourceError
from tests.build.files import MOVIES, film, people, write_movielens, write_tmdb

TRILOGY = [
    film(),
    film(id=863, title="Toy Story 2", vote_count=9),
    film(id=10193, title="Toy Story 3", vote_count=99),
]


def test_a_model_of_three_films(tmp_path: Path) -> None:
    """Films in order of renown, each with its two neighbours, series filled in, everything told."""
    data = write_tmdb(tmp_path / "data", [*TRILOGY[:2], TRILOGY[2] | {"keywords": "[{"}])
    built = build("tmdb5000", data, tmp_path / "model")
    assert (built.source, built.films, built.path) == ("tmdb5000", 3, tmp_path / "model")
    model = artifact.open_artifact(built.path)
    assert model.ids.tolist() == [862, 10193, 863]
    assert np.sort(model.similar_rows, axis=1).tolist() == [[1, 2], [0, 2], [0, 1]]
    assert {movie.series for movie in Catalogue(model).at_rows(range(3))} == {"toystory"}
    manifest = json.loads((built.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["name"] == manifest["source"] == "tmdb5000"
    assert "TMDB" in manifest["licence"]
    assert manifest["recipe"]["fields"]["keyword tokens"] == 0.7
    assert manifest["recipe"]["year"]["weight"] == 0.6
    assert manifest["recipe"]["prior"] is True
    assert manifest["recipe"]["k"] == 2
    broken = f"{MOVIES}: keywords is not a JSON list of objects, read as empty: 1 (line 4)"
    assert broken in manifest["notes"]
    assert broken in str(built).splitlines()
    assert "3 films from tmdb5000" in str(built).splitlines()[-1]


def test_the_built_in_catalogue(tmp_path: Path) -> None:
    """It needs no data, has no votes and so no prior, and what is written passes verification."""
    built = build("builtin", None, tmp_path / "model")
    artifact.verify(built.path)
    model = artifact.open_artifact(built.path)
    assert built.films == len(model.ids) >= 100
    assert model.manifest["recipe"]["prior"] is False
    assert model.manifest["recipe"]["fields"]["keywords"] == 1.8
    assert model.manifest["recipe"]["year"]["weight"] == 0.4
    assert (np.asarray(model.similar_rows) >= 0).all()


def test_a_single_film_is_a_model_too(tmp_path: Path) -> None:
    """It has no neighbours, which is no error."""
    built = build("tmdb5000", write_tmdb(tmp_path / "data", [film()]), tmp_path / "model")
    assert artifact.open_artifact(built.path).similar_rows.tolist() == [[-1]]


@pytest.mark.parametrize("rated", [False, True], ids=["content", "content and likes"])
def test_the_same_data_give_the_same_model(tmp_path: Path, rated: bool) -> None:
    """In another process too: neighbours and scores to the last bit."""
    ids = [film.movie_id for film in read_source("builtin", None).movies]
    ratings = [(user, film, 5) for user in range(9) for film in ids if film % (user + 2) == 0]
    folder = write_movielens(tmp_path / "ratings", ratings, [(film, film) for film in ids])
    build("builtin", None, tmp_path / "one", ratings_dir=folder if rated else None)
    program = """
import pathlib, sys
from movierec.build.pipeline import build
build("builtin", None, pathlib.Path(sys.argv[1]), ratings_dir=pathlib.Path(sys.argv[2]) if sys.argv[2] else None)
"""
    line = [sys.executable, "-c", program, tmp_path / "two", folder if rated else ""]
    subprocess.run(line, check=True, timeout=60)
    for name in ("ids.npy", "similar_rows.npy", "similar_scores.npy"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


QUARTET = [film(id=number, title=f"Untitled{number}", vote_count=100 - number) for number in (1, 2, 3, 4)]


def test_what_people_like_is_learned_and_told(tmp_path: Path) -> None:
    """Four films that content cannot tell apart: the likes of the users that are chosen decide.

    Even users like films 1 and 4, odd ones 1 and 3: from 1 that comes first, instead of the best-known, 2.
    """
    data = write_tmdb(tmp_path / "data", QUARTET)
    rated = [(user, film, 5) for user in range(2, 402) for film in (1, 4 if user % 2 == 0 else 3)]
    folder = write_movielens(tmp_path / "ml", rated, [(film, film) for film in (1, 2, 3, 4)])
    for users, first, count, likes in [("even", 4, 200, 400), ("odd", 3, 200, 400), ("all", 3, 400, 800)]:
        built = build("tmdb5000", data, tmp_path / users, ratings_dir=folder, users=users)
        model = artifact.open_artifact(built.path)
        assert model.ids[model.similar_rows[0, 0]] == first
        trained = {"ratings": "ml", "users": users, "user_count": count, "likes": likes}
        assert model.manifest["trained_on"] == trained
        assert model.manifest["recipe"]["likes"]["cap"] == 0.65
        assert model.manifest["recipe"]["for_you"]["half_likes"] > 0
        assert model.for_you is not None
        assert len(model.for_you.rows) == (3 if users == "all" else 2)  # films that somebody likes
        assert len(model.trained_users()) == count
        assert "ratings.csv: 800 ratings by 400 users" in built.notes
    content = artifact.open_artifact(build("tmdb5000", data, tmp_path / "content").path)
    assert content.ids[content.similar_rows[0, 0]] == 2
    assert "trained_on" not in content.manifest
    assert content.for_you is None
    assert "likes" not in content.manifest["recipe"]


def test_the_recipe_of_recommendations_is_told(tmp_path: Path) -> None:
    """Each kind by its bit, from the lowest, and what the two tables were made with."""
    genres = ("Drama", "Comedy"), ("Drama", "Western"), ("Drama", "Western"), ("Horror",)
    films = [record | {"genres": list(names)} for record, names in zip(QUARTET, genres, strict=True)]
    data = write_tmdb(tmp_path / "data", films)
    folder = write_movielens(tmp_path / "ml", [(1, 1, 5), (1, 2, 5)], [(1, 1), (2, 2)])
    model = artifact.open_artifact(build("tmdb5000", data, tmp_path / "model", ratings_dir=folder).path)
    recipe = model.manifest["recipe"]["for_you"]
    assert model.for_you is not None
    of_films = {
        movie_id: {name for place, name in enumerate(recipe["kinds"]) if kinds >> place & 1}
        for movie_id, kinds in zip(model.ids.tolist(), model.for_you.kinds.tolist(), strict=True)
    }
    assert of_films == {row + 1: set(names) for row, names in enumerate(genres)}
    assert recipe["similar"].keys() == {"cap", "half_likes", "shrink", "prior", "width"}
    assert recipe["edlae"]["max_films"] == 8000


@pytest.mark.parametrize("users", ["even", "all"])
def test_a_model_that_would_learn_from_nobody_is_refused(tmp_path: Path, users: str) -> None:
    """It would be a model of content that says it knows people; nothing is written."""
    data = write_tmdb(tmp_path / "data", QUARTET)
    stars = 5 if users == "even" else 3
    folder = write_movielens(tmp_path / "ml", [(1, 1, stars), (2, 1, 3)], [(1, 1)])
    with pytest.raises(SourceError, match="likes a film of the model") as refused:
        build("tmdb5000", data, tmp_path / "model", ratings_dir=folder, users=users)
    assert ("other users" in refused.value.hint) == (users == "even")
    assert "four stars" in refused.value.hint
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(("users", "rated"), [("both", True), ("even", False)])
def test_users_are_chosen_among_those_of_ratings(tmp_path: Path, users: str, rated: bool) -> None:
    """Who is not there cannot be chosen, and without ratings nobody can."""
    with pytest.raises(InvalidArgument, match="users must be one of all, even, odd"):
        build("builtin", None, tmp_path / "model", ratings_dir=tmp_path if rated else None, users=users)


def test_bad_data_leave_the_old_model_alone(tmp_path: Path) -> None:
    """The error comes before anything is written."""
    old = build("tmdb5000", write_tmdb(tmp_path / "data", TRILOGY), tmp_path / "model").path
    before = {file.name: file.read_bytes() for file in old.iterdir()}
    write_tmdb(tmp_path / "data", [film(), film()], [people()])
    with pytest.raises(SourceError):
        build("tmdb5000", tmp_path / "data", tmp_path / "model")
    assert {file.name: file.read_bytes() for file in old.iterdir()} == before
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_dir()) == ["data", "model"]


def test_every_stage_is_told_to_whoever_waits(tmp_path: Path) -> None:
    """Also when it is refused in the middle, the line is finished."""
    stream = io.StringIO()
    progress = Progress(stream, after_s=0)
    build("tmdb5000", write_tmdb(tmp_path / "data", TRILOGY), tmp_path / "model", progress=progress)
    assert stream.getvalue().splitlines() == [
        "Reading films …", "Describing films …", "Comparing films …", "Writing the model …",
    ]  # fmt: skip
