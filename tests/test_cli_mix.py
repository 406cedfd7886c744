"""`movierec similar` with several titles: films like all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from movierec.cli import main
from movierec.recommender import open_model
from tests import toy

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, toy_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh home with the toy model."""
    monkeypatch.setenv("MOVIEREC_HOME", str(tmp_path))
    monkeypatch.setenv("MODEL_DIR", str(toy_model))


def test_several_titles_are_a_mix(capsys: Captured, toy_model: Path) -> None:
    """The list is that of the recommender; each reason says with which of them a fact is shared."""
    assert main(["similar", "heat", "amelie", "-k", "9"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Films like Heat (1995) + Amélie (2001)"
    picks = open_model(toy_model).similar([toy.HEAT, toy.AMELIE], 9)
    assert [line[5:].split(": ")[0] for line in lines[1:]] == [pick.movie.label for pick in picks]
    assert {line[5:] for line in lines[1:]} >= {
        "The Insider (1999): same director as Heat: Michael Mann; as in Heat, with Al Pacino"
    }


def test_a_mix_in_json_tells_each_film_and_the_film_of_a_reason(capsys: Captured) -> None:
    """Ids mix, too."""
    assert main(["similar", "--id", str(toy.HEAT), str(toy.AMELIE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["mix"] == [
        {"movie": {"movie_id": 949, "title": "Heat", "year": 1995}, "exact": True},
        {"movie": {"movie_id": 194, "title": "Amélie", "year": 2001}, "exact": True},
    ]
    insider = next(pick for pick in found["picks"] if pick["movie_id"] == toy.INSIDER)
    assert insider["reasons"][0] == {
        "kind": "director",
        "values": ["Michael Mann"],
        "text": "same director as Heat: Michael Mann",
        "film": "Heat",
    }


def test_each_title_that_is_none_is_taken_aloud(capsys: Captured) -> None:
    """And those of the same name as one of them are named."""
    assert main(["similar", "Insider", "Batman"]) == 0
    printed = capsys.readouterr()
    assert printed.err == 'No film is called "Insider"; taking The Insider (1999).\n'
    assert printed.out.startswith("Films like The Insider (1999) + Batman (1989)\n")
    assert printed.out.splitlines()[-1] == "Also of that name: Batman (1966) (--id 2661)"


def test_a_title_given_twice_is_one_film(capsys: Captured) -> None:
    """No mix of a film with itself."""
    assert main(["similar", "Heat", "heat"]) == 0
    twice = capsys.readouterr().out
    assert main(["similar", "Heat"]) == 0
    assert capsys.readouterr().out == twice


@pytest.mark.parametrize("titles", [["Heat", "Heat"], ["Heat", "heat"], ["--id", "949", "949"], ["Hea", "Heat"]])
def test_in_json_a_film_given_twice_is_one_film(capsys: Captured, titles: list[str]) -> None:
    """And called exactly that, when one of the titles is its own."""
    assert main(["similar", "Heat", "--json"]) == 0
    once = capsys.readouterr().out
    assert main(["similar", *titles, "--json"]) == 0
    assert capsys.readouterr().out == once


def test_what_is_said_of_titles_is_said_once(capsys: Captured) -> None:
    """A title that is none, and namesakes of a film that is given twice; one that is asked for is no other one."""
    assert main(["similar", "Insider", "Insider", "Batman", "batman"]) == 0
    printed = capsys.readouterr()
    assert printed.err == 'No film is called "Insider"; taking The Insider (1999).\n'
    assert printed.out.startswith("Films like The Insider (1999) + Batman (1989)\n")
    assert printed.out.splitlines()[-1] == "Also of that name: Batman (1966) (--id 2661)"
    assert main(["similar", "Batman", "Batman (1966)"]) == 0
    assert "Also of that name" not in capsys.readouterr().out


def test_one_unknown_title_or_too_many_films_are_refused(capsys: Captured) -> None:
    """The unknown one is named; seven films are more than a mix has."""
    assert main(["similar", "Heat", "zzzqqq"]) == 1
    assert 'no film called "zzzqqq"' in capsys.readouterr().err
    assert main(["similar", "--id", *(str(movie.movie_id) for movie in toy.MOVIES[:7])]) == 1
    assert "1 to 6 different films, not of 7" in capsys.readouterr().err
