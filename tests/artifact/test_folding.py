"""How titles are folded for search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movierec import artifact
from movierec.artifact import Movie, fold
from movierec.artifact.movie import exact_key, search_words
from movierec.artifact.words import beginnings


@pytest.mark.parametrize(
    ("text", "folded", "key"),
    [
        ("WALL·E", "wall e", "walle"),
        ("wall-e", "wall e", "walle"),
        ("Alien³", "alien3", "alien3"),
        ("Amélie", "amelie", "amelie"),
        ("Ame\u0301lie", "amelie", "amelie"),
        ("  The   DARK\tKnight ", "the dark knight", "thedarkknight"),
        ("Schindler’s List", "schindler s list", "schindlerslist"),
        ("Fast & Furious", "fast and furious", "fastandfurious"),
        ("Straße", "strasse", "strasse"),
        ("Brødre", "brodre", "brodre"),
        ("Œdipe", "oedipe", "oedipe"),
        ("İstanbul", "istanbul", "istanbul"),
        ("™", "tm", "tm"),
        ("Ελένη", "ελενη", "ελενη"),
        ("千と千尋", "千と千尋", "千と千尋"),
        ("", "", ""),
        ("$", "", "$"),
        (" *** ", "", "***"),
        ("\ud800", "", ""),
        ("a\x00b", "a b", "ab"),
    ],
)
def test_titles_are_folded_as_people_type_them(text: str, folded: str, key: str) -> None:
    """Accents, capitals and punctuation make no difference; a title of signs alone stands for itself."""
    assert fold(text) == folded
    assert exact_key(text) == key


@given(st.text())
def test_folded_text_holds_words_and_single_spaces_only(text: str) -> None:
    """Whatever is folded, the search index can split it at spaces, and folding again changes nothing."""
    folded = fold(text)
    assert all(word.isalnum() for word in folded.split(" ")) or folded == ""
    assert folded == " ".join(folded.split())
    assert fold(folded) == folded


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_folded_like_any(text: str) -> None:
    """In another, quicker way than a text with an accent, which is dropped here."""
    assert fold(text) == fold("\u0301" + text)


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("Heat", [("heat",)]),
        ("E.T. the Extra", [("e", "t", "the", "extra"), ("et", "the", "extra")]),
        ("Schindler’s List", [("schindlers", "list")]),
        ("Fast & Furious", [("fast", "and", "furious")]),
        ("Spider-Man", [("spider", "man"), ("spiderman",)]),
        ("$ *", []),
    ],
)
def test_titles_begin_as_punctuation_parts_words_or_not(title: str, forms: list[tuple[str, ...]]) -> None:
    """But an apostrophe parts none: no film is called Schindler."""
    assert list(beginnings(title)) == forms


@given(st.text())
def test_the_sign_of_a_beginning_is_in_no_other_word(text: str) -> None:
    """What is asked for as a word finds no beginning, and the other way round."""
    assert not set("«·") & set(fold(text))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Heat", "heat"),
        ("Schindler's List", "schindler s list schindlers"),
        ("Spider-Man 2", "spider man 2 spiderman"),
        ("M*A*S*H", "m a s h mash"),
        ("E.T. the Extra-Terrestrial", "e t the extra terrestrial et extraterrestrial"),
    ],
)
def test_what_punctuation_parts_is_also_found_in_one_piece(title: str, words: str) -> None:
    """People type `spiderman` and `schindlers list`."""
    assert search_words(title) == words


def test_a_label_tells_films_of_one_name_apart() -> None:
    """With the year where it is known."""
    assert Movie(movie_id=1, title="Batman", year=1989).label == "Batman (1989)"
    assert Movie(movie_id=2, title="Batman").label == "Batman"


def test_the_room_shows_what_others_may_use() -> None:
    """`__all__` names exist, and the film is the same class everywhere."""
    assert all(hasattr(artifact, name) for name in artifact.__all__)
