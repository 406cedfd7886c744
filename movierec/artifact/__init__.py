"""The model on disk: the only room that knows its format, and both writes and reads it.

A model is a folder, immutable once written and replaced whole:

====================== ==========================================================================
``manifest.json``      format version, what the build tells about itself, how many films and
                       neighbours, size and SHA-256 of every other file
``catalogue.sqlite``   the films (``row`` = position in the arrays = order of renown), the keys of
                       their exact titles, full-text indexes of the words in titles and in people's
                       names, counts of facts
``ids.npy``            (n,) int64: the movie_id of each row
``similar_rows.npy``   (n, K) int32: the K most similar films of each row, best first; -1 pads
``similar_scores.npy`` (n, K) float32: their scores, descending; 0 pads
``foryou_*.npy``       five arrays, where there were ratings: :class:`ForYouTables`
``trained_users.npy``  (u,) uint64: fingerprints of those whose ratings they were, ascending
====================== ==========================================================================

Opening is for kernels and looks at sizes, shapes and dtypes only. Verifying is for the build, the
evaluation, the launcher and the doctor and reads every byte. Nothing here is ever unpickled.

::

    model            Artifact, ForYouTables, KindSets: what is open, and the names of the files
    folder           open_artifact(), verify()
    manifest         read_manifest(): what must stand in it
    writing          write()
    faults           what may be wrong with arrays, in words
    catalogue_file   the SQLite file: its tables
    movie            Movie, and how the words of titles are folded
    words            the words by which films are found
    swap             how a folder is replaced whole
"""

from __future__ import annotations

from movierec.artifact.folder import open_artifact, verify
from movierec.artifact.model import Artifact, ForYouTables, KindSets
from movierec.artifact.movie import Movie, fold
from movierec.artifact.writing import write

__all__ = ["Artifact", "ForYouTables", "KindSets", "Movie", "fold", "open_artifact", "verify", "write"]
