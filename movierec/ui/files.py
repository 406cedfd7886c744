"""The page's scripts and styles: what each is made of, as text, and as files for a server that has them.

A component's script is a plain module without imports: what several of them use (``dom.js``, ``poster.js``,
``forms.js``), and its own parts where it has several, are put in front of it here. Where
``MOVIEREC_STATIC_URL`` says that a server has these files, components name them instead of carrying them: a
kernel then sends no script to its page, and the page needs no right to run what is not a file of its own server.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

__all__ = ["FIRST", "INSIDE", "STYLE", "files", "script", "style"]

_FOLDER = Path(__file__).parent / "components"
_SCRIPTS = {
    "account.js": ("dom.js", "ask.js", "leave.js", "forms.js", "password_forms.js", "disclosure.js", "account.js"),
    "door.js": (
        "dom.js", "ask.js", "leave.js", "poster.js", "forms.js", "password_forms.js", "door_forms.js", "entry.js",
        "door.js",
    ),
    "footer.js": ("footer.js",),
    "header.js": ("dom.js", "ask.js", "leave.js", "header.js"),
    "notice.js": ("dom.js", "notice.js"),
    "poster_grid.js": (
        "dom.js", "poster.js", "thoughts.js", "card.js", "pick.js", "mix.js", "for_you.js", "place.js",
        "poster_grid.js",
    ),
    "profile.js": ("dom.js", "forms.js", "profile.js"),
    "rated.js": ("dom.js", "thoughts.js", "disclosure.js", "rated.js"),
    "search_box.js": ("dom.js", "search_box.js"),
    "unavailable.js": ("dom.js", "unavailable.js"),
}  # fmt: skip
_STYLES = (
    "theme.css", "poster.css", "forms.css", "footer.css", "header.css", "door.css", "search_box.css",
    "poster_grid.css", "thoughts.css", "mix.css", "profile.css", "settings.css", "rated.css",
    "account.css", "notice.css", "unavailable.css",
)  # fmt: skip

STYLE = "movierec.css"  # all styles in one file
FIRST = ("door.js", "footer.js")  # what the start page is made of
# What the page of somebody who is signed in is made of; the door lets them in.
INSIDE = (*FIRST, "header.js", "search_box.js", "poster_grid.js", "notice.js")


def script(name: str) -> str:
    """Return a component's script: the address of its file where a server has it, else its text."""
    return _address(name) or _text(_SCRIPTS[name])


def style(*names: str) -> str:
    """Return the named styles as one text, or the address of the file that has all styles."""
    return _address(STYLE) or _text(names)


def files() -> dict[str, str]:
    """Return all files that :func:`script` and :func:`style` name, by name."""
    return {name: _text(parts) for name, parts in _SCRIPTS.items()} | {STYLE: _text(_STYLES)}


def _address(name: str) -> str:
    # Of the environment alone, where the launcher puts it: the app may be unable to read its settings.
    url = os.environ.get("MOVIEREC_STATIC_URL", "")
    return url + name if url else ""


@cache
def _text(names: tuple[str, ...]) -> str:
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in names)
