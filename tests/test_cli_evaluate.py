"""Build with one half of the people, measure on the other: from the command line."""

from __future__ import annotations

from pathlib import Path

from movierec.build.builtin import read_builtin
from movierec.cli import main
from tests.build.files import write_movielens
from tests.test_cli import Captured, fails


def test_a_model_is_not_measured_on_people_who_trained_it(tmp_path: Path, capsys: Captured) -> None:
    """What was built with --users even is refused the even users, with what to do, and asked by the odd ones."""
    links = [(number, movie.tmdb_id) for number, movie in enumerate(read_builtin().movies[:30]) if movie.tmdb_id]
    ratings = [(user, number, 5.0) for user in range(1, 7) for number, _ in links[user : user + 12]]
    folder, model = str(write_movielens(tmp_path / "ml", ratings, links)), str(tmp_path / "model")
    assert main(["build", "--ratings", folder, "--users", "even", "--out", model]) == 0
    capsys.readouterr()
    refused = fails(capsys, "evaluate", model, "--ratings", folder, "--users", "even")
    assert "3 of the 3 even users trained this model" in refused
    assert "build with --users even and measure on odd" in refused.lower()
    assert main(["evaluate", model, "--ratings", folder, "--users", "odd"]) == 0
