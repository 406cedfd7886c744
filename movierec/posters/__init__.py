"""Posters: TMDB's pictures of our films, kept on disk.

``tmdb`` speaks to TMDB, by requests of ``transport``, and ``pause`` knows when to leave it alone; ``cache``
keeps what it said, ``store`` is what others use: ask it for a film's poster and get one or ``None``, soon,
whatever TMDB, the network or the disk do.
"""

from __future__ import annotations

from movierec.posters.store import Poster, PosterStore

__all__ = ["Poster", "PosterStore"]
