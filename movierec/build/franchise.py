"""What makes two films siblings: a key made of the title.

It is a feature of the model and a guard rail of the evaluation at once, so it proves little by itself:
``series.txt`` lists sixty series by hand, to measure on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

__all__ = ["franchise_key", "franchise_keys", "series_keys"]

# A key of one or two characters says nothing, and one that more films share is a word, not a series.
_SHORTEST_KEY = 3
_MOST_SIBLINGS = 12

_ARTICLE = re.compile(r"^(the|a|an)\s+")
_SUBTITLE = re.compile(r":| - | and the |of the ")
_CERTAIN_SUBTITLE = re.compile(r":| - | and the ")
_INSTALMENT = {"part", "vol", "volume", "chapter", "episode"}
_NUMBER = re.compile(r"\d{1,2}|i|ii|iii|iv|v|vi|vii|viii|ix|x|3d", re.ASCII)


def franchise_key(title: str, *, subtitle: re.Pattern[str] = _SUBTITLE) -> str:
    """Return what a title has in common with its sequels' titles: ``"Toy Story 2"`` → ``"toystory"``.

    Lower case; a leading article dropped; cut before the first of ``:``, ``" - "``, ``" and the "`` and
    ``"of the "``; cut at the words part, vol, volume, chapter, episode; a last word dropped that is a
    number of one or two digits, a Roman numeral up to x, or 3d; letters and digits kept.
    *subtitle* says where to cut instead.
    """
    words = subtitle.split(_ARTICLE.sub("", title.lower()), maxsplit=1)[0].split()
    bare = [_letters_and_digits(word) for word in words]
    cut = next((place for place, word in enumerate(bare) if word in _INSTALMENT), len(bare))
    bare = bare[:cut]
    if bare and _NUMBER.fullmatch(bare[-1]):
        bare.pop()
    return "".join(bare)


def franchise_keys(titles: Sequence[str]) -> list[str]:
    """Return the key of each title, or "" where it is too short, or shared by none or by too many."""
    return _shared([franchise_key(title) for title in titles])


def series_keys(titles: Sequence[str]) -> list[str]:
    """Return the same, but for films of which it may be *said* that they are of one series.

    A feature may err: Dawn of the Dead and Dawn of the Planet of the Apes are both ``dawn`` to it, and the
    other fields make up for that. What a page gives as a reason may not, so this one does not cut at "of the".
    """
    return _shared([franchise_key(title, subtitle=_CERTAIN_SUBTITLE) for title in titles])


def _shared(keys: list[str]) -> list[str]:
    films = Counter(keys)
    return [key if len(key) >= _SHORTEST_KEY and 2 <= films[key] <= _MOST_SIBLINGS else "" for key in keys]


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
