"""What `movierec build` is told of ratings reaches the model; what cannot be is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from movierec.artifact import open_artifact
from movierec.cli import main
from tests.build.files import write_movielens


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the operator is, with ratings beside: three people who like Toy Story."""
    write_movielens(tmp_path / "ml", [(1, 1, 5), (2, 1, 5), (4, 1, 5)], [(1, 862)])
    monkeypatch.setenv("MOVIEREC_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("users", "count"), [(["--users", "even"], 2), (["--users", "odd"], 1), ([], 3)])
def test_ratings_are_learned_from(
    home: Path, users: list[str], count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder is looked for where the operator is; the model tells who was asked, by default all."""
    assert main(["build", "--ratings", "ml", *users, "--out", "model"]) == 0
    assert "ratings.csv: 3 ratings by 3 users" in capsys.readouterr().out
    trained = {"ratings": "ml", "users": (users or ["all"])[-1], "user_count": count, "likes": count}
    assert open_artifact(home / "model").manifest["trained_on"] == trained


def test_ratings_that_are_not_there_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By their full path; nothing is written."""
    assert main(["build", "--ratings", "nowhere", "--out", "model"]) == 1
    said = capsys.readouterr().err
    assert f"{home / 'nowhere'}/" in said
    assert "there is no such file" in said
    assert not (home / "model").exists()


def test_users_without_ratings_are_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who names users means a model that learns from people."""
    assert main(["build", "--users", "even", "--out", "model"]) == 1
    assert "users must be one of all, even, odd, and all without ratings" in capsys.readouterr().err
    assert not (home / "model").exists()


def test_other_users_are_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With how it is to be used."""
    with pytest.raises(SystemExit) as caught:
        main(["build", "--ratings", "ml", "--users", "both"])
    assert caught.value.code == 2
    assert "usage: movierec" in capsys.readouterr().err
