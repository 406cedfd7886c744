"""Titles of one series have one key."""

from __future__ import annotations

import pytest

from movierec.build.franchise import franchise_key, franchise_keys, series_keys


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Toy Story", "toystory"),
        ("Toy Story 2", "toystory"),
        ("Rocky IV", "rocky"),
        ("The Terminator", "terminator"),
        ("Terminator 2: Judgment Day", "terminator"),
        ("A Nightmare on Elm Street", "nightmareonelmstreet"),
        ("Kill Bill: Vol. 1", "killbill"),
        ("The Godfather: Part II", "godfather"),
        ("Back to the Future Part III", "backtothefuture"),
        ("Friday the 13th Part VIII", "fridaythe13th"),
        ("Star Wars: Episode I - The Phantom Menace", "starwars"),
        ("Mission: Impossible - Ghost Protocol", "mission"),
        ("Harry Potter and the Goblet of Fire", "harrypotter"),
        ("Pirates of the Caribbean: Dead Man's Chest", "pirates"),
        ("Alvin - Der Film", "alvin"),
        ("Spider-Man", "spiderman"),
        ("Step Up 3D", "stepup"),
        ("Ocean's Eleven", "oceanseleven"),
        ("Se7en", "se7en"),
        ("Blade Runner 2049", "bladerunner2049"),
        ("Theory", "theory"),
        ("Amélie", "amélie"),
        ("9", ""),
        ("Episode", ""),
        ("", ""),
        ("WALL·E", "walle"),
    ],
)
def test_key_of_a_title(title: str, key: str) -> None:
    """Each rule of the key, on a title that shows it."""
    assert franchise_key(title) == key


def test_only_siblings_have_a_key() -> None:
    """A key needs a second film, at most twelve, and more than two letters."""
    assert franchise_keys(["Alien", "Heat", "Alien 3"]) == ["alien", "", "alien"]
    assert franchise_keys(["Up", "Up 2"]) == ["", ""]
    assert set(franchise_keys([f"Saw {number}" for number in range(12)])) == {"saw"}
    assert set(franchise_keys([f"Saw {number}" for number in range(13)])) == {""}


def test_what_is_said_to_be_a_series_is_one() -> None:
    """A page gives it as a reason: a word before "of the" is not enough, and no series is lost by that."""
    titles = ["Dawn of the Dead", "Dawn of the Planet of the Apes", "The Lord of the Rings: The Two Towers",
              "The Lord of the Rings: The Return of the King", "Indiana Jones and the Last Crusade",
              "Indiana Jones and the Temple of Doom"]  # fmt: skip
    assert franchise_keys(titles) == ["dawn", "dawn", "lord", "lord", "indianajones", "indianajones"]
    assert series_keys(titles) == ["", "", "lordoftherings", "lordoftherings", "indianajones", "indianajones"]
