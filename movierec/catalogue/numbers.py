"""Numbers in titles, which people write in their own way: Rocky 2, Rocky II, Ocean's 11, Ocean's Eleven."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["numbers_alike", "spellings"]

_SPELLINGS = (
    ("2", "ii", "two"), ("3", "iii", "three"), ("4", "iv", "four"), ("5", "v", "five"), ("6", "vi", "six"),
    ("7", "vii", "seven"), ("8", "viii", "eight"), ("9", "ix", "nine"), ("10", "x", "ten"), ("11", "xi", "eleven"),
    ("12", "xii", "twelve"), ("13", "xiii", "thirteen"), ("14", "xiv", "fourteen"), ("15", "xv", "fifteen"),
    ("16", "xvi", "sixteen"), ("17", "xvii", "seventeen"), ("18", "xviii", "eighteen"), ("19", "xix", "nineteen"),
    ("20", "xx", "twenty"),
)  # fmt: skip
_ALIKE = {spelling: alike for alike in _SPELLINGS for spelling in alike}
_LETTERS = {"v", "x"}  # numbers at the end of a title; V for Vendetta and X-Men begin with letters


def numbers_alike(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return word → its number in digits, Roman and letters, for those of *words* that are numbers, 2 to 20."""
    return {
        word: _ALIKE[word]
        for place, word in enumerate(words)
        if word in _ALIKE and (place or word not in _LETTERS)
    }


def spellings(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return *words*, and where there are numbers among them, with these in digits, in Roman and in letters."""
    alike = numbers_alike(words)
    others = [tuple(alike[w][way] if w in alike else w for w in words) for way in range(3)] if alike else []
    return list(dict.fromkeys([tuple(words), *others]))
