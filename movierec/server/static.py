"""Scripts and styles as files that never change under their address."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

from jupyter_server.utils import url_path_join
from tornado.web import HTTPError

from movierec.server.handlers import Plain

__all__ = ["StaticFiles", "StaticHandler"]

_TYPES = {"js": "text/javascript", "css": "text/css"}
_LASTS = "public, max-age=31536000, immutable"
_VERSION_DIGITS = 12
_FOR_READERS = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)?\n|^[ \t]+", re.MULTILINE | re.DOTALL)


class _File(NamedTuple):
    content_type: str
    plain: bytes
    compressed: bytes


class StaticFiles:
    """The files, compressed once.

    Attributes:
        version: a hash over all of them, part of every address: a changed file changes them all.
        url: where the files are, up to their names.
    """

    def __init__(self, files: Mapping[str, str], base_url: str):
        """Take *files*, name -> text; names end in ``.js`` or ``.css``.

        What is only for readers of the source, a quarter of it compressed, does not travel: lines of comment and
        indentation. So no text in backquotes may go over several lines.
        """
        texts = {name: _FOR_READERS.sub("", text) for name, text in files.items()}
        digest = hashlib.sha256(repr(sorted(texts.items())).encode())
        self.version = digest.hexdigest()[:_VERSION_DIGITS]
        self.url = url_path_join(base_url, "movierec/static", self.version, "/")
        self._files = {name: _packed(name, text.encode()) for name, text in texts.items()}

    def get(self, version: str, name: str) -> _File | None:
        """Return a file, or None: another version's pages have lost their kernels, too."""
        return self._files.get(name) if version == self.version else None

    def url_of(self, name: str) -> str:
        """Return the address of the file *name*, which there must be."""
        if name not in self._files:
            raise KeyError(name)
        return self.url + name


def _packed(name: str, content: bytes) -> _File:
    kind = _TYPES[name.rpartition(".")[2]]
    return _File(f"{kind}; charset=utf-8", content, gzip.compress(content, mtime=0))


class StaticHandler(Plain):
    """``/movierec/static/<version>/<name>``."""

    def initialize(self, files: StaticFiles) -> None:
        self._files = files

    def get(self, version: str, name: str) -> None:
        file = self._files.get(version, name)
        if file is None:
            raise HTTPError(404)
        self.set_header("Content-Type", file.content_type)
        self.set_header("Cache-Control", _LASTS)
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(file.compressed)
        else:
            self.write(file.plain)

    head = get
