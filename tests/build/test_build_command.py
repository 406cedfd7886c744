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
    assert f"{home / 'nowhere'}: there is no such folder\n" in said
    assert "it holds ratings.csv and links.csv" in said
    assert not (home / "model").exists()


def test_users_without_ratings_are_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who names users means a model that learns from people."""
    assert main(["build", "--users", "even", "--out", "model"]) == 1
    said = capsys.readouterr().err
    assert "users must be one of all, even, odd, and all without ratings" in said
    assert "--ratings DIR; or leave --users out" in said
    assert not (home / "model").exists()


@pytest.mark.parametrize("source", [(), ("--source", "builtin")])
def test_a_folder_that_would_not_be_read_is_refused(
    home: Path, source: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The built-in films are not what somebody who names a folder wants: nothing is built, the way is told."""
    assert main(["build", *source, "--data", "films", "--out", "model"]) == 1
    said = capsys.readouterr().err
    assert f"the source builtin reads no folder, and {home / 'films'} was named" in said
    assert "--source tmdb5000 --data DIR" in said
    assert not (home / "model").exists()


def test_data_that_are_only_set_up_hinder_no_built_in_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MOVIEREC_DATA_DIR is where data would be, not an order to take them."""
    monkeypatch.setenv("MOVIEREC_DATA_DIR", str(home / "data"))
    assert main(["build", "--out", "model"]) == 0


def test_other_users_are_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With how it is to be used."""
    with pytest.raises(SystemExit) as caught:
        main(["build", "--ratings", "ml", "--users", "both"])
    assert caught.value.code == 2
    assert "usage: movierec" in capsys.readouterr().err
