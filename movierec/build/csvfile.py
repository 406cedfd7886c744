"""Text and CSV files whose every fault is told with file, line and column.

pandas.read_csv was rejected for film data: it guesses types, and a line of its frame is not a line of
the file once a quoted field holds a line break.
"""

from __future__ import annotations

import codecs
import csv
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TextIO

from movierec.errors import SourceError

__all__ = ["open_text", "read_csv", "require_folder"]

# Python's own limit, 131,072 characters, is too near to the longest crew lists of the Kaggle files;
# what is longer than this is a quotation mark that was never closed.
_LONGEST_FIELD = 4_000_000
_RESAVE = "Save the file as UTF-8."


def read_csv(
    path: Path, columns: Iterable[str], *, without_header: Sequence[str] = ()
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield every record of a CSV file, its columns matched by the names in the header.

    Args:
        path: UTF-8 (with or without a byte order mark) or UTF-16 (with one).
        columns: the columns that must be there; others are left out.
        without_header: all columns in their documented order, for a file whose header may be missing;
            taken when the first record has as many fields and all of them are numbers.
    Yields:
        The line that the record begins on (from 1, header included; so 1 means that there is none) and
        its values by column.
    Raises:
        SourceError: no such file, no header, no records, a column is missing or named twice, a record
            has more or fewer fields than the header, quoting or encoding is broken.
    """
    with open_text(path) as file:
        records = _records(file, path)
        line, header = next(records, (1, []))
        if not header:
            raise SourceError("the file is empty", file=path)
        if len(header) == len(without_header) and all(map(str.isdecimal, header)):
            records, header = chain([(line, header)], records), list(without_header)
        positions = _positions(header, columns, path, line)
        count = 0
        for line, record in records:
            if len(record) != len(header):
                raise SourceError(
                    f"{len(record)} fields, but the header has {len(header)}", file=path, line=line,
                    hint="The file is cut off or a quotation mark is missing: get it afresh.",
                )  # fmt: skip
            yield line, {name: record[position] for name, position in positions.items()}
            count += 1
        if not count:
            raise SourceError("a header, but no records below it", file=path)


def require_folder(folder: Path, *, hint: str) -> None:
    """Do nothing where *folder* is one: else whoever mistyped its name would be told of a file in it.

    Args:
        hint: what to name instead.
    Raises:
        SourceError: there is no such folder, it is something else, or the operating system does not say.
    """
    try:
        if stat.S_ISDIR(folder.stat().st_mode):
            return
        problem = "this is not a folder"
    except (FileNotFoundError, NotADirectoryError):
        problem = "there is no such folder"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    raise SourceError(problem, file=folder, hint=hint)


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open UTF-8, or UTF-16 with a byte order mark; lines end at a line feed and nowhere else.

    Raises:
        SourceError: now or while reading: the file cannot be read, or is text in another encoding.
    """
    utf16 = False
    try:
        with path.open("rb") as binary:
            head = binary.read(4096)
        utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        before, zero, _ = head.partition(b"\0")
        if zero and not utf16:
            at = before.count(b"\n") + 1
            raise SourceError("not UTF-8 text: it holds zero bytes", file=path, line=at, hint=_RESAVE)
        # newline="\n": no other character ends a line, so that line numbers are those of an editor.
        with path.open(encoding="utf-16" if utf16 else "utf-8-sig", newline="\n") as file:
            yield file
    except FileNotFoundError:
        raise SourceError("there is no such file", file=path) from None
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file=path) from error
    except UnicodeDecodeError as error:
        # latin-1 is not tried: it never fails, and would turn Amélie into AmÃ©lie without a word.
        line = None if utf16 else _undecodable_line(path)
        raise SourceError("not UTF-8 text", file=path, line=line, hint=_RESAVE) from error


def _undecodable_line(path: Path) -> int:
    with path.open("rb") as file:
        for line, content in enumerate(file, 1):  # noqa: B007 - the line is what is looked for
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                break
    return line


def _records(file: TextIO, path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(file, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(f"broken CSV: {error}", file=path, line=line) from error
        if record:  # a blank line is no record
            yield line, record


def _positions(header: list[str], columns: Iterable[str], path: Path, line: int) -> dict[str, int]:
    names = [name.strip() for name in header]
    found = ", ".join(names)[:200]
    columns = list(columns)
    if not set(columns) & set(names):
        raise SourceError(
            f"no header: the first line should name the columns {', '.join(columns)}; it is: {found}",
            file=path, line=line, hint="Get the file afresh: its beginning is missing, or it is another file.",
        )  # fmt: skip
    for column in columns:
        if column not in names:
            raise SourceError(f"no such column; there are: {found}", file=path, line=line, column=column)
        if names.count(column) > 1:
            raise SourceError("the header names it twice", file=path, line=line, column=column)
    return {column: names.index(column) for column in columns}
