"""The words by which films are found: what is written to the search index, and what it is asked for.

How a whole title begins is one word of the index too, so that one question, answered in order of renown, finds the
films that begin like a text: ``«et·the·extraterrestrial·``. Folding leaves none of these signs in any other word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from movierec.artifact.movie import Movie, fold, search_words

__all__ = ["PART", "beginning", "beginnings", "credits_of", "title_words", "words_by_letter"]

_BEGINNING, PART = "«", "·"
_SHORTEST = 4  # letters of a word that a mistyped one may mean; of shorter ones there is always one that is near
_APOSTROPHES = re.compile("['’ʼ`´]")


def beginnings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the folded words of *text*, as punctuation parts them and as it does not, where that differs.

    ``"E.T. the Extra-Terrestrial"`` → ``e t the extra terrestrial`` and ``et the extraterrestrial``;
    ``"Schindler's List"`` → ``schindlers list`` alone: no film is called *Schindler*.
    """
    text = _APOSTROPHES.sub("", text)
    whole = (fold(chunk).replace(" ", "") for chunk in text.split())
    return tuple(
        words for words in dict.fromkeys((tuple(fold(text).split()), tuple(filter(None, whole)))) if words
    )


def beginning(words: Iterable[str]) -> str:
    """Return the word of the index for a title of *words*; it begins with that of the first few of them."""
    return _BEGINNING + "".join(f"{word}{PART}" for word in words)


def title_words(movie: Movie) -> str:
    """Return what the index of titles holds of *movie*: its words, and how its titles begin."""
    words = search_words(f"{movie.title} {movie.original_title}")
    begin = dict.fromkeys(form for title in (movie.title, movie.original_title) for form in beginnings(title))
    return " ".join([words, *map(beginning, begin)])


def credits_of(movies: Sequence[Movie]) -> dict[str, list[int]]:
    """Return name → rows, both in order of renown, of all who directed *movies* or play a leading part in them."""
    rows: dict[str, list[int]] = {}
    for row, movie in enumerate(movies):
        for name in dict.fromkeys((*movie.directors, *movie.cast)):
            rows.setdefault(name, []).append(row)
    return rows


def words_by_letter(texts: Iterable[str]) -> dict[str, str]:
    """Return first letter → the longer words of *texts* that begin with it, each once, parted by spaces."""
    words = dict.fromkeys(word for text in texts for word in search_words(text).split())
    by_letter: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= _SHORTEST and word.isalpha():
            by_letter.setdefault(word[0], []).append(word)
    return {letter: " ".join(found) for letter, found in by_letter.items()}
