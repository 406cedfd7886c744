"""What every source hands on, and how one record of a file is read with nothing lost silently."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from movierec.artifact import Movie
from movierec.errors import SourceError

__all__ = ["Record", "Source", "Tally", "unique"]

_INTEGER = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


@dataclass(frozen=True)
class Source:
    """Films as they came from somewhere.

    Attributes:
        name: what ``movierec build --source`` calls it.
        licence: whose the data is and on which terms.
        movies: in order of renown, best known first: a film's place here is its row in the model.
        notes: what was missing, broken or left out, with counts; one sentence each.
        vocabulary: keywords come from one small vocabulary, each of them shared by several films.
    """

    name: str
    licence: str
    movies: tuple[Movie, ...]
    notes: tuple[str, ...] = ()
    vocabulary: bool = False


@dataclass
class Tally:
    """Counts what was found wrong in a file but did not stop the reading."""

    file: Path
    _lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, what: str, line: int) -> None:
        """Note that *what* is the case on *line*."""
        self._lines.setdefault(what, []).append(line)

    def notes(self) -> tuple[str, ...]:
        """Return one sentence for each kind of thing, with the number of times and the first lines."""
        return tuple(
            f"{self.file.name}: {what}: {len(lines):,} (line {', '.join(map(str, lines[:5]))}"
            f"{', …' if len(lines) > 5 else ''})"
            for what, lines in self._lines.items()
        )

    def refuse_more_than(self, limit: int, what: str, column: str) -> None:
        """Raise SourceError when *what* is the case more than *limit* times."""
        lines = self._lines.get(what, [])
        if len(lines) > limit:
            raise SourceError(
                f"{what} {len(lines)} times, first here", file=self.file, line=lines[0], column=column,
                hint="That is another format rather than an accident: is it the original file?",
            )  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One record of a CSV file and where it stands; reads its fields as what they should be.

    Every method raises SourceError, with file, line and column, for what it cannot read, except
    :meth:`objects`, which documents why it does not.
    """

    tally: Tally
    line: int
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return the field without surrounding space."""
        return self.values[column].strip()

    def integer(self, column: str) -> int:
        """Return a whole number."""
        text = self.text(column)
        if not _INTEGER.fullmatch(text):
            self.refuse(column, f"expected a whole number, found {text[:40]!r}")
        return int(text)

    def number(self, column: str, low: float, high: float) -> float:
        """Return a finite number from *low* to *high*."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            self.refuse(column, f"expected a number from {low:g} to {high:g}, found {text[:40]!r}")
        return value

    def year(self, column: str) -> int | None:
        """Return the year of a date like 1995-12-15; None and a count when the field is empty."""
        text = self.text(column)
        if not text:
            self.tally.add(f"no {column}", self.line)
            return None
        match = _DATE.fullmatch(text)
        if not match or not 1870 <= int(match[1]) <= 2100 or not 1 <= int(match[2]) <= 12:
            self.refuse(column, f"expected a date like 1995-12-15, found {text[:40]!r}")
        return int(match[1])

    def objects(self, column: str, *keys: str) -> list[dict[str, Any]]:
        """Return a JSON list of objects that each have a text under every one of *keys*.

        A field that is no such list is counted and read as empty, an object that lacks a key is counted
        and left out: the film is still worth having, and the build prints the counts and the lines.
        """
        try:
            found = json.loads(self.text(column))
        except (json.JSONDecodeError, RecursionError):
            found = None
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.tally.add(broken(column), self.line)
            return []
        whole = [item for item in found if all(_is_text(item.get(key)) for key in keys)]
        if len(whole) < len(found):
            self.tally.add(f"entries of {column} without {' or '.join(keys)}, left out", self.line)
        return whole

    def refuse(self, column: str, problem: str) -> NoReturn:
        """Raise SourceError for *column* of this record."""
        raise SourceError(problem, file=self.tally.file, line=self.line, column=column)


def broken(column: str) -> str:
    """Return the words under which a field that is not a JSON list of objects is counted."""
    return f"{column} is not a JSON list of objects, read as empty"


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without surrounding space, each once, in their order."""
    return tuple(dict.fromkeys(name.strip() for name in names))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
