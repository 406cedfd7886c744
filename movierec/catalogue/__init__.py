"""The films of an open model: by id, by row, by what somebody types.

::

    catalogue    Catalogue
    search       which films a text may mean, in which order
    numbers      the spellings of a number in a title
    mistyped     the texts that were meant where a word is mistyped
"""

from __future__ import annotations

from movierec.artifact import Movie
from movierec.catalogue.catalogue import Catalogue, Found

__all__ = ["Catalogue", "Found", "Movie"]
