"""What the page loads: as written, but for what is there for readers of the source."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import movierec
from movierec.server.static import StaticFiles

_SCRIPTS = sorted(Path(movierec.__file__).parent.rglob("*.js"))


def _served(name: str, text: str) -> str:
    files = StaticFiles({name: text}, "/")
    file = files.get(files.version, name)
    assert file is not None
    assert gzip.decompress(file.compressed) == file.plain
    return file.plain.decode()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("// a\nf();\n  // b\n  g(); // c\n\n", "f();\ng(); // c\n"),
        ("/** a\n * b */\nf();\n\t/* c */\ng();\n", "f();\ng();\n"),
        ("/* a */ f();\ng(/* b */);\n/* c */\n", "/* a */ f();\ng(/* b */);\n"),
        ("a = '//';\nb = /\\/*/;\n*/\n", "a = '//';\nb = /\\/*/;\n*/\n"),
        ('x = "é"\n/* no end\n', 'x = "é"\n/* no end\n'),
    ],
)
def test_lines_of_comment_and_indentation_do_not_travel(text: str, left: str) -> None:
    """All else does."""
    assert _served("page.js", text) == left


def test_a_changed_text_has_another_address() -> None:
    """And the same text the same one."""
    one, same, other = (StaticFiles({"page.css": text}, "/") for text in ("p {}", "p {}", "p { }"))
    assert one.url_of("page.css") == same.url_of("page.css") != other.url_of("page.css")


@pytest.mark.parametrize("path", _SCRIPTS, ids=lambda path: path.name)
def test_no_text_goes_over_several_lines(path: Path) -> None:
    """It would lose its indentation, or a line that looks like a comment."""
    for line in path.read_text("utf-8").splitlines():
        assert line.count("`") % 2 == 0, line
