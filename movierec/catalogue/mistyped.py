"""The texts that were meant where words are mistyped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import Any

__all__ = ["Ask", "meant_by"]

# Letters of a word that may be mistyped, and of one that may be the beginning of what is meant: next to shorter
# ones there is always another.
_SHORTEST, _SHORTEST_BEGUN, _LONGEST = 5, 6, 30
_MAX_WORDS, _MAX_MISTYPED = 8, 2
_MAX_MEANT = 2  # words that each may mean, and texts that are looked for

_TITLE = "SELECT 1 FROM title_words WHERE title_words MATCH ? LIMIT 1"
_PERSON = "SELECT 1 FROM people_words WHERE people_words MATCH ? LIMIT 1"
_KNOWN = "SELECT words FROM known_words WHERE letter = ?"

# Puts a question to the catalogue's file: SQL and its values -> what it answers.
Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def meant_by(ask: Ask, words: Sequence[str]) -> list[str]:
    """Return the texts that may be meant by the folded *words*, at most two; none where no word is mistyped.

    Mistyped is a word with which no word of a title or a name begins. What was meant begins with the same
    letter and differs by one: another, one missing, one too many, or two in the wrong order. Only where no
    whole word does, one that begins so is meant. Those from the titles of better-known films come first.
    """
    if len(words) > _MAX_WORDS:
        return []
    mistyped = {word for word in words if _may_be_mistyped(word) and not _is_begun(ask, word)}
    if not 0 < len(mistyped) <= _MAX_MISTYPED:
        return []
    choices = [_words_like(ask, word) if word in mistyped else [word] for word in words]
    return [" ".join(meant) for meant in islice(product(*choices), _MAX_MEANT)]


def _may_be_mistyped(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and word.isalpha()


def _is_begun(ask: Ask, word: str) -> bool:
    return any(ask(known, (f'"{word}"*',)) for known in (_TITLE, _PERSON))


def _words_like(ask: Ask, word: str) -> list[str]:
    # One error leaves the half before it or the half behind it as it is. To look for halves first takes a fifth
    # of the time of comparing each word: thousands begin with s.
    half = len(word) // 2
    before, behind = word[:half], word[half + 1 :]
    known = [other for (words,) in ask(_KNOWN, (ord(word[0]),)) for other in words.split()]
    near = [other for other in known if other.startswith(before) or behind in other]
    whole = [other for other in near if abs(len(other) - len(word)) < 2 and _begins_like(other, word, whole=True)]
    if not whole and len(word) >= _SHORTEST_BEGUN:
        return [other for other in near if _begins_like(other, word)][:_MAX_MEANT]
    return whole[:_MAX_MEANT]


def _begins_like(other: str, word: str, *, whole: bool = False) -> bool:
    """Tell whether *other* (all of it, if *whole*) would be *word* but for one error."""
    same = next(
        (i for i, (a, b) in enumerate(zip(other, word, strict=False)) if a != b), min(len(other), len(word))
    )
    left, typed = other[same:], word[same:]
    rests = [(left[1:], typed[1:]), (left[1:], typed), (left, typed[1:])]
    if len(left) > 1 and left[1::-1] == typed[:2]:
        rests.append((left[2:], typed[2:]))
    return any(rest == asked if whole else rest.startswith(asked) for rest, asked in rests)
