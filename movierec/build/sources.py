"""Where films come from: one reader for each source, all handing on a :class:`Source`."""

from __future__ import annotations

from pathlib import Path

from movierec.build.builtin import read_builtin
from movierec.build.records import Source
from movierec.build.tmdb5000 import read_tmdb5000
from movierec.errors import InvalidArgument, SourceError

__all__ = ["NAMES", "Source", "read_builtin", "read_source", "read_tmdb5000"]

NAMES = ("builtin", "tmdb5000")


def read_source(name: str, data_dir: Path | None = None) -> Source:
    """Read the source called *name*.

    Args:
        name: one of :data:`NAMES`.
        data_dir: the folder with its files; None for ``builtin``, which is part of the package.
    Raises:
        SourceError: no such source, or its data is missing or malformed.
        InvalidArgument: a folder was named, and the source reads none.
    """
    if name == "builtin":
        if data_dir is not None:  # who names a folder wants its films, and would get others without a word
            raise InvalidArgument(
                f"the source builtin reads no folder, and {data_dir} was named",
                hint="For the films in it: --source tmdb5000 --data DIR; for the built-in ones leave --data out.",
            )
        return read_builtin()
    if name != "tmdb5000":
        raise SourceError("no such source", file=name, hint=f"Sources are: {', '.join(NAMES)}.")
    if data_dir is None:
        raise SourceError(
            "no folder was named", file=name,
            hint="Name the folder with the two CSV files: --data DIR, or set MOVIEREC_DATA_DIR.",
        )  # fmt: skip
    return read_tmdb5000(data_dir)
