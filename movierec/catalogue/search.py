"""Which films a text may mean, in which order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, islice

from movierec.artifact import fold
from movierec.artifact.movie import exact_key
from movierec.artifact.words import PART, beginning, beginnings
from movierec.catalogue.mistyped import Ask, meant_by
from movierec.catalogue.numbers import numbers_alike, spellings

__all__ = ["find"]

# How much of a search text is read, and how many of its words are asked for, at most how many of one
# letter: more would narrow nothing down, and "a b c d e f g h" takes 2 ms at 100,000 films.
_MAX_CHARACTERS, _MAX_WORDS, _MAX_LETTERS = 200, 8, 3
_FEWEST_LETTERS = 3  # of a text that may mean people: hundreds have a name that begins with a letter
_MAX_PEOPLE = 30  # who may be meant by one text; the best known, so that their films are, too
_ARTICLES = ("the", "a", "an")

_EXACT = 'SELECT "row" FROM exact_titles WHERE "key" = ? ORDER BY place, "row" LIMIT ?'
# By row, not by FTS5's rank: rows are in order of renown, and reading stops at the limit.
_TITLES = "SELECT rowid FROM title_words WHERE title_words MATCH ? ORDER BY rowid LIMIT ?"
_PEOPLE = """SELECT name, "rows" FROM people
    WHERE person IN (SELECT rowid FROM people_words WHERE people_words MATCH ? ORDER BY rowid LIMIT ?)"""
_KNOWS_PEOPLE = "SELECT 1 FROM sqlite_schema WHERE name = 'people_words'"


def find(ask: Ask, text: str, *, limit: int, people: bool) -> dict[int, str]:
    """Return row → the name by which the film was found, empty for its title; at most *limit*, best first.

    Which come first is told at :meth:`movierec.catalogue.Catalogue.find`.

    Args:
        ask: puts a question to the catalogue's file: SQL and its values → what it answers.
        people: whether names of people count.
    """
    text = text[:_MAX_CHARACTERS]
    found = dict.fromkeys(_by_title(ask, text, limit), "")
    # A model that was built before people were looked for has no index of them, nor of what may be mistyped.
    if len(found) >= limit or not ask(_KNOWS_PEOPLE, ()):
        return found
    if people:
        _add(found, _by_name(ask, text, limit))
    if not found:
        for meant in meant_by(ask, fold(text).split()):
            _add(found, ((row, "") for row in _by_title(ask, meant, limit)))
            if people and len(found) < limit:
                _add(found, _by_name(ask, meant, limit))
    return dict(islice(found.items(), limit))


def _add(found: dict[int, str], more: Iterable[tuple[int, str]]) -> None:
    for row, name in more:
        found.setdefault(row, name)


def _by_title(ask: Ask, text: str, limit: int) -> list[int]:
    found: dict[int, None] = {}
    for question, asked, most in _questions(text, limit):
        if len(found) < most:
            rows = (row for (row,) in ask(question, (asked, most)))
            found |= dict.fromkeys(islice((row for row in rows if row not in found), most - len(found)))
    if not found and limit:
        words = fold(text).split()
        bare = list(dropwhile(_ARTICLES.__contains__, words))
        if bare and bare != words:
            return _by_title(ask, " ".join(bare), limit)
    return list(found)


def _questions(text: str, limit: int) -> Iterator[tuple[str, str, int]]:
    """Give the questions that find such titles, best first, and how many films there may be after each.

    Those that only begin so take half of the places: "man" is Man on Fire, and Iron Man as well.
    """
    yield _EXACT, exact_key(text), limit
    if forms := beginnings(text):
        spelt = [words for form in forms for words in spellings(form)]
        whole = [beginning(words) for form in spelt for words in _with_articles(form, instead=True)]
        yield _TITLES, _any(whole), limit
        begun = [beginning(words) for form in forms for words in _with_articles(form)]
        if forms[0][1:] or forms[0][0] not in _ARTICLES:  # who types "a" may go on to type "alien"
            yield _TITLES, _any(begun, begins=True), (limit + 1) // 2
        yield _TITLES, _any((one.removesuffix(PART) for one in begun), begins=True), (limit + 1) // 2
    if words := _search_words(text):
        alike = numbers_alike(fold(text).split())
        yield _TITLES, " AND ".join(_word(word, alike.get(word, ())) for word in words), limit


def _by_name(ask: Ask, text: str, limit: int) -> list[tuple[int, str]]:
    """Return the films of those whose names *text* may be, with the name; whose whole name it is come first."""
    words = _search_words(text)
    if sum(map(len, words)) < _FEWEST_LETTERS:
        return []
    people = ask(_PEOPLE, (" AND ".join(map(_word, words)), _MAX_PEOPLE))
    folded = fold(text)
    films = sorted(
        (not (len(name) == len(folded) and fold(name) == folded), row, name)
        for name, rows in people
        for row in json.loads(rows)[:limit]
    )
    return [(row, name) for _, row, name in films]


def _any(words: Iterable[str], *, begins: bool = False) -> str:
    star = "*" if begins else ""
    return " OR ".join(f'"{word}"{star}' for word in dict.fromkeys(words))


def _word(word: str, alike: Sequence[str] = ()) -> str:
    """Ask for what begins like *word*; of other spellings of a number, all of it: 2 is not "twofold"."""
    asked = [f'"{word}"*', *(f'"{other}"' for other in alike if other != word)]
    return f"({' OR '.join(asked)})"


def _with_articles(words: tuple[str, ...], *, instead: bool = False) -> list[tuple[str, ...]]:
    """Return *words*, and with each article before them; *instead*: also of the one that they begin with."""
    bare = words[1:] if words[0] in _ARTICLES and len(words) > 1 else words
    if bare != words and not instead:
        return [words]  # who types an article means it, as long as it need not be that alone
    return [words, bare, *((article, *bare) for article in _ARTICLES)]


def _search_words(text: str) -> list[str]:
    """Return the folded words of *text* to ask for, longest first.

    A word that another one begins with is left out: whatever begins like ``star`` does like ``st``.
    """
    words: list[str] = []
    for word in sorted(fold(text).split(), key=len, reverse=True):
        if not any(longer.startswith(word) for longer in words):
            words.append(word)
    letters = [word for word in words if len(word) == 1]
    return [word for word in words if len(word) > 1][:_MAX_WORDS] + letters[:_MAX_LETTERS]
