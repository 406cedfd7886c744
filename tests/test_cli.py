"""The movierec command: what it prints, where, and what it exits with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from movierec import __version__
from movierec.artifact import open_artifact
from movierec.cli import main
from movierec.settings import SETTINGS
from tests.build.files import write_movielens
from tests.faults import in_child
from tests.toy import MOVIES

Captured = pytest.CaptureFixture[str]
NUMBER = {movie.label: number for number, movie in enumerate(MOVIES)}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, toy_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home and the toy model in place of the real environment."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("MOVIEREC_HOME", str(home))
    monkeypatch.setenv("MODEL_DIR", str(toy_model))
    return home


def fails(capsys: Captured, *line: str) -> str:
    """Run a command that has to exit with 1, and return what it said to stderr."""
    assert main(line) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("movierec: ")
    return printed.err


# ------------------------------------------------------------ similar


def test_similar_prints_films_and_reasons(capsys: Captured) -> None:
    """Numbered, best first, each with what it shares; nothing on stderr for a title that is one."""
    assert main(["similar", "heat", "-k", "2"]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0] == "Films like Heat (1995)"
    assert lines[1] == "  1. The Insider (1999): same director: Michael Mann; also with Al Pacino"
    assert lines[2].startswith("  2. The Dark Knight (2008): ")
    assert len(lines) == 3
    assert printed.err == ""


def test_similar_prints_json_for_machines(capsys: Captured) -> None:
    """The film, whether it is called exactly that, and the picks with score and reasons."""
    assert main(["similar", "Heat", "-k", "1", "--json"]) == 0
    director = {"kind": "director", "values": ["Michael Mann"], "text": "same director: Michael Mann"}
    cast = {"kind": "cast", "values": ["Al Pacino"], "text": "also with Al Pacino"}
    assert json.loads(capsys.readouterr().out) == {
        "movie": {"movie_id": 949, "title": "Heat", "year": 1995},
        "exact": True,
        "picks": [
            {"movie_id": 9008, "title": "The Insider", "year": 1999, "score": 1.0, "reasons": [director, cast]}
        ],
    }


@pytest.mark.parametrize(
    "asked",
    ["amelie", "AMÉLIE", "Amélie (2001)", "le fabuleux destin d'amelie poulain"],
)
def test_a_film_is_called_by_title_original_title_or_label(asked: str, capsys: Captured) -> None:
    """However accents, capitals and punctuation are typed."""
    assert main(["similar", asked, "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert (found["movie"]["movie_id"], found["exact"], printed.err) == (194, True, "")


def test_a_film_of_another_title_is_taken_aloud(capsys: Captured) -> None:
    """Nobody reads a list for another film without being told, on stderr and in the JSON."""
    for options in (["--json"], []):
        assert main(["similar", "Insider", *options]) == 0
        printed = capsys.readouterr()
        assert printed.err == 'No film is called "Insider"; taking The Insider (1999).\n'
        if options:
            assert json.loads(printed.out)["exact"] is False
    assert printed.out.startswith("Films like The Insider (1999)\n")


def test_films_of_the_same_title_are_named(capsys: Captured) -> None:
    """With the id that asks for them; a label, or an id, means one film, and Alien³ is not called Alien."""
    assert main(["similar", "Batman"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Also of that name: Batman (1966) (--id 2661)"
    for line in (["Batman (1966)"], ["2661", "--id"], ["Alien"]):
        assert main(["similar", *line]) == 0
        out = capsys.readouterr().out
        assert out.startswith("Films like Alien (1979)\n" if line == ["Alien"] else "Films like Batman (1966)\n")
        assert "Also of that name" not in out


def test_a_film_is_asked_for_by_its_id(capsys: Captured) -> None:
    """Negative ones, too; each is exactly that film."""
    for movie_id, title in ((862, "Toy Story"), (-1, "Untold")):
        assert main(["similar", "--json", "--id", str(movie_id)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["movie"]["movie_id"], found["movie"]["title"], found["exact"]) == (movie_id, title, True)


@pytest.mark.parametrize("asked", ["8_62", " 862", "+862", "٨٦٢", "862.0", "", "-"])
def test_what_is_no_id_is_refused(asked: str, capsys: Captured) -> None:
    """Only digits and a minus: what Python would take for a number beyond that is a slip."""
    said = fails(capsys, "similar", "--id", asked)
    assert said.startswith("movierec: no film with movie_id '")
    assert "A movie_id is a whole number" in said


@pytest.mark.parametrize("asked", ["999999999999999999999", "-" + "9" * 20, "9" * 5000])
def test_a_number_that_no_id_can_be_is_told_from_what_is_no_number(asked: str, capsys: Captured) -> None:
    """It is a whole number: what is wrong is its size."""
    said = fails(capsys, "similar", "--id", asked)
    assert f"no film with movie_id '{asked[:20]}" in said
    assert "The number is too large: a movie_id has at most 19 digits." in said
    assert "whole number" not in said


def test_noughts_in_front_make_no_number_large(capsys: Captured) -> None:
    """However many."""
    for asked, title in (("0" * 5000 + "862", "Toy Story"), ("-" + "0" * 30 + "1", "Untold")):
        assert main(["similar", "--json", "--id", asked]) == 0
        assert json.loads(capsys.readouterr().out)["movie"]["title"] == title
    for asked in (str(2**63), str(10**19 - 1), "000"):
        assert fails(capsys, "similar", "--id", asked).endswith(f"movie_id {int(asked)} in this model\n")


def test_an_id_that_no_film_has(capsys: Captured) -> None:
    """It is named."""
    assert fails(capsys, "similar", "--id", "7") == "movierec: no film with movie_id 7 in this model\n"


def test_a_title_that_no_film_has(capsys: Captured) -> None:
    """It is named as a title, with what else to try, and cannot play with the terminal."""
    said = fails(capsys, "similar", "zzzqqq")
    assert said.startswith('movierec: no film called "zzzqqq" in this model\n')
    assert "part of the title" in said
    assert "--id" in said
    assert 'called "zz  [31mq"' in fails(capsys, "similar", "zz\n\x1b[31mq")
    assert 'called ""' in fails(capsys, "similar", "")


def test_a_name_is_not_taken_for_a_title(capsys: Captured) -> None:
    """Films like which one of Michael Mann's?"""
    assert fails(capsys, "similar", "Michael Mann").startswith('movierec: no film called "Michael Mann"')


def test_no_films_at_all_cannot_be_asked_for(capsys: Captured) -> None:
    """-k 0 is told, not answered with an empty list."""
    assert "k must be a whole number of 1 or more, not 0" in fails(capsys, "similar", "Heat", "-k", "0")


def test_another_model_is_asked(toy_model: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """--model wins over MODEL_DIR, and starts where the operator is; a missing one is named."""
    monkeypatch.setenv("MODEL_DIR", "nowhere")
    assert "nowhere" in fails(capsys, "similar", "Heat")
    monkeypatch.chdir(toy_model.parent)
    assert main(["similar", "Heat", "--model", toy_model.name]) == 0


# ------------------------------------------------------------ build, serve


def test_the_builtin_model_is_built_where_it_is_told(tmp_path: Path, capsys: Captured) -> None:
    """And can be asked right away."""
    out = tmp_path / "new" / "model"
    assert main(["build", "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    assert len(open_artifact(out).ids) > 100
    assert main(["similar", "Toy Story", "--model", str(out), "-k", "3"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 4


def test_a_source_that_is_not_there_is_named(tmp_path: Path, capsys: Captured) -> None:
    """The folder where that is what is missing, with what is sought in it; else the file. Nothing is written."""
    line = ("build", "--source", "tmdb5000", "--data", str(tmp_path / "films"), "--out", str(tmp_path / "out"))
    said = fails(capsys, *line)
    assert f"{tmp_path / 'films'}: there is no such folder\n" in said
    assert "the folder that holds tmdb_5000_movies.csv and tmdb_5000_credits.csv" in said
    (tmp_path / "films").touch()
    assert f"{tmp_path / 'films'}: this is not a folder\n" in fails(capsys, *line)
    (tmp_path / "films").unlink()
    (tmp_path / "films").mkdir()
    said = fails(capsys, *line)
    assert f"{tmp_path / 'films'}/tmdb_5000_" in said
    assert ".csv: there is no such file" in said
    assert not (tmp_path / "out").exists()


def test_a_named_place_without_a_model_is_not_filled(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MODEL_DIR that somebody set is a mistake to be told, which a model of other films would hide."""
    (home / "empty").mkdir()
    monkeypatch.setenv("MODEL_DIR", "empty")
    said = fails(capsys, "serve", "--no-browser", "--host", "no-such-host.invalid")
    assert str(home / "empty") in said
    assert "movierec build" in said
    assert list((home / "empty").iterdir()) == []


def test_the_default_place_is_filled(home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a fresh machine serve builds the built-in model, here also behind a link, before it listens.

    It ends there: no machine has a name that ends like this (RFC 6761).
    """
    monkeypatch.delenv("MODEL_DIR")
    (home / "elsewhere").mkdir()
    (home / "models").symlink_to("elsewhere")
    assert main(["serve", "--no-browser", "--host", "no-such-host.invalid"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "No model yet: building the built-in catalogue ...\n"
    assert "MOVIEREC_HOST" in printed.err
    assert len(open_artifact(home / "models" / "default").ids) > 100


# ------------------------------------------------------------ evaluate, doctor, db


def test_a_model_is_measured(toy_model: Path, tmp_path: Path, capsys: Captured) -> None:
    """As a table for people and as JSON: the other Toy Story is the first pick, so nDCG is 1."""
    liked = ("Toy Story (1995)", "Toy Story 2 (1999)")
    links = [(number, movie.tmdb_id) for number, movie in enumerate(MOVIES) if movie.tmdb_id]
    ratings = [(user, NUMBER[label], 5.0) for user in (1, 2) for label in liked]
    line = ["evaluate", str(toy_model), "--ratings", str(write_movielens(tmp_path / "ml", ratings, links))]
    assert main(line) == 0
    assert capsys.readouterr().out.startswith("toy: more like this, 2 queries of 1 odd users\n")
    assert main([*line, "--json", "--users", "even"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["users"] == "even"
    assert [row["ndcg"] for row in found["rows"] if row["system"] == "this model"] == [1.0]
    assert [row["known"] for row in found["for_you"] if row["system"] == "this model"] == [3, 5, 10, 0.8]
    assert f"{tmp_path}/links.csv: there is no such file" in fails(
        capsys, "evaluate", str(toy_model), "--ratings", str(tmp_path)
    )


def test_the_doctor_exits_with_what_it_found(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 when nothing is wrong, 1 when something is; as text, and as JSON with the same findings."""
    for status, model in ((0, os.environ["MODEL_DIR"]), (1, "nowhere")):
        monkeypatch.setenv("MODEL_DIR", model)
        assert main(["doctor"]) == status
        text = capsys.readouterr().out
        assert ("✗ model" in text) == bool(status)
        assert main(["doctor", "--json"]) == status
        findings = json.loads(capsys.readouterr().out)
        assert [finding["topic"] for finding in findings] == ["settings", "model", "database", "posters", "server"]
        assert all(finding["text"] in text and finding["fix"] in text for finding in findings)


def test_the_database_is_upgraded_and_then_left_alone(home: Path, capsys: Captured) -> None:
    """What was done is told once; the second time there is nothing to do."""
    ready = f"The database is ready: SQLite file {home / 'movierec.sqlite3'}"
    assert main(["db", "upgrade"]) == 0
    *made, last = capsys.readouterr().out.splitlines()
    assert last == ready
    assert {f"made table {name}" for name in ("users", "ratings", "user_preferences", "logins")} <= set(made)
    assert main(["db", "upgrade"]) == 0
    assert capsys.readouterr().out.splitlines() == [ready]


# ------------------------------------------------------------ the command line itself


@pytest.mark.parametrize(
    "line",
    [[], ["dance"], ["similar"], ["similar", "Heat", "-k", "ten"], ["serve", "--port", "0"],
     ["serve", "--port", "1_000"], ["build", "--source", "imdb"], ["db", "drop"]],
)  # fmt: skip
def test_a_wrong_command_line_exits_with_2(line: list[str], capsys: Captured) -> None:
    """With how it is to be used."""
    with pytest.raises(SystemExit) as caught:
        main(line)
    assert caught.value.code == 2
    assert "usage: movierec" in capsys.readouterr().err


def test_the_version_is_told(capsys: Captured) -> None:
    """The package's."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"movierec {__version__}\n")


def test_ctrl_c_ends_with_130_and_no_traceback(home: Path) -> None:
    """The command waits for a .env that is a pipe; Ctrl-C comes once it does."""
    os.mkfifo(home / ".env")

    def interrupt() -> None:
        with (home / ".env").open("w"):  # returns when the command has begun to read
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(5)

    def run() -> int:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # where tests run in the background it is ignored
        threading.Thread(target=interrupt, daemon=True).start()
        return main(["doctor"])

    assert in_child(run) == "130"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_gone_is_no_error(unbuffered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`movierec similar Heat | head -0`: no complaint, neither when printing nor at the end."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    reader, writer = os.pipe()
    os.close(reader)
    line = [sys.executable, "-m", "movierec", "similar", "Heat"]
    ended = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")
