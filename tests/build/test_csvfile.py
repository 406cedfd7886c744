"""CSV files are read rightly or refused with file, line and column."""

from __future__ import annotations

import codecs
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from movierec.build.csvfile import read_csv, require_folder
from movierec.errors import SourceError
from tests.faults import in_child


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "films.csv"


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(line, dict(values)) for line, values in read_csv(path, ("id", "title"))]


def test_columns_are_found_by_name_wherever_they_stand(file: Path) -> None:
    """The order of columns does not matter, and columns nobody asked for are left out."""
    file.write_text("title,year,id\nHeat,1995,949\n")
    assert read(file) == [(2, {"id": "949", "title": "Heat"})]


def test_line_numbers_are_those_of_the_file(file: Path) -> None:
    """A record that follows a text of three lines and a blank line is told with its own line.

    No other character ends a line: not U+2028, and not a carriage return alone.
    """
    file.write_bytes('id,title\n1,"a\nb\nc"\n\n2,"a\u2028b\rc"\n3,x\n'.encode())
    assert [line for line, _ in read(file)] == [2, 6, 7]


@pytest.mark.parametrize(
    "data",
    [
        "id,title\r\n194,Amélie\r\n".encode(),
        codecs.BOM_UTF8 + "id,title\n194,Amélie\n".encode(),
        "id,title\n194,Amélie\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "id,title\n194,Amélie\n".encode("utf-16-be"),
    ],
    ids=["windows line ends", "UTF-8 with a byte order mark", "UTF-16 little endian", "UTF-16 big endian"],
)
def test_encodings_that_say_what_they_are_are_read(file: Path, data: bytes) -> None:
    """UTF-8, with or without a mark, and UTF-16 with one come out the same."""
    file.write_bytes(data)
    assert read(file) == [(2, {"id": "194", "title": "Amélie"})]


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"", None, "empty"),
        (b"\n\n", None, "empty"),
        (b"id,title\n", None, "no records"),
        (b"id,name\n1,x\n", 1, "no such column"),
        (b"id,title,title\n1,x,y\n", 1, "twice"),
        (b"949,Heat\n862,Toy Story\n", 1, "no header"),
        (b"id,title\n1,x\n2,y,z\n", 3, "3 fields"),
        (b"id,title\n1,x\n2\n", 3, "1 fields"),
        (b'id,title\n1,x\n2,"y\n', 3, "broken CSV"),
        (b'id,title\n1,"x"y\n', 2, "broken CSV"),
        ("id,title\n1,x\n194,Amélie\n".encode("latin-1"), 3, "not UTF-8"),
        ("id,title\n194,Amélie\n".encode("utf-16-le"), 1, "zero bytes"),
        ("id,title\n194,Amélie\n".encode("utf-16")[:-1], None, "not UTF-8"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(file: Path, data: bytes, line: int | None, problem: str) -> None:
    """Nothing is guessed: the error names the file, the line where there is one, and what is wrong."""
    file.write_bytes(data)
    with pytest.raises(SourceError, match=problem) as caught:
        read(file)
    assert caught.value.file == str(file)
    assert caught.value.line == line


def test_a_missing_column_is_named(file: Path) -> None:
    """The error says which column is missing and which there are."""
    file.write_text("id,name\n1,Heat\n")
    with pytest.raises(SourceError, match="id, name") as caught:
        read(file)
    assert caught.value.column == "title"


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """What is not a file is told as such."""
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path)


def test_a_folder_is_told_from_what_is_none(open_folder: Path) -> None:
    """Missing, a file, below a file, not to be looked into: each in its words, with what to name instead."""
    inner = open_folder / "closed" / "films"
    inner.mkdir(parents=True)
    (open_folder / "file").touch()
    require_folder(inner, hint="Name another.")
    for name, problem in (
        ("nothing", "there is no such folder"),
        ("file", "this is not a folder"),
        ("file/films", "there is no such folder"),
    ):
        with pytest.raises(SourceError) as caught:
            require_folder(open_folder / name, hint="Name another.")
        assert (str(caught.value), caught.value.hint) == (f"{open_folder / name}: {problem}", "Name another.")
    inner.parent.chmod(0)
    try:
        said = in_child(lambda: require_folder(inner, hint="Name another."), as_nobody=True)
    finally:
        inner.parent.chmod(0o700)
    assert said == f"SourceError: {inner}: cannot be read: Permission denied → Name another."


def test_a_long_field_is_read(file: Path) -> None:
    """A crew list longer than Python's own limit for a field, 131,072 characters, is no obstacle."""
    file.write_text(f"id,title\n1,{'x' * 200_000}\n")
    assert len(read(file)[0][1]["title"]) == 200_000


def test_a_pickle_is_never_loaded(file: Path, tmp_path: Path) -> None:
    """A pickle under a table's name is refused, and the command inside it does not run."""
    trap = tmp_path / "trap"
    file.write_bytes(pickle.dumps(_Trap(trap)))
    with pytest.raises(SourceError):
        read(file)
    assert not trap.exists()
    pickle.loads(file.read_bytes())
    assert trap.exists(), "the trap itself works"


class _Trap:
    def __init__(self, path: Path):
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return subprocess.call, ([sys.executable, "-c", f"open({str(self._path)!r}, 'w').close()"],)
