"""What the exploration notebooks share: the best data at hand, tables and charts that read well everywhere."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from scipy import sparse

from movierec.artifact import Movie
from movierec.build.ratings import Likes, read_likes
from movierec.build.sources import Source
from movierec.errors import SourceError
from movierec.settings import Settings, load_settings

__all__ = [
    "ACCENT", "COLOURS", "GREY", "Table", "are_reference_data", "best_likes", "best_ratings", "best_source",
    "check_figures", "enable_charts", "table",
]  # fmt: skip

# Half-way between a light page and a dark one: words have 4:1 on both, shapes 3:1 (WCAG 1.4.11).
GREY = "#747c85"
ACCENT = "#d4613a"
COLOURS = (
    ACCENT, "#4a86cf", "#4b9a69", "#b98a1f", "#8f6fc4", "#358f97", "#c7628f", "#8f6c4b", "#7f8b2e", "#b8405e",
    "#5a7d9a", GREY,
)  # fmt: skip

# What the notebooks' figures from ratings are of: TMDB-5000, and ml-latest-small as of October 2016.
_SOURCE, _FILMS, _USERS = "tmdb5000", 4803, 671

_FAINT = "rgba(122, 130, 139, 0.25)"
_LITE_5 = "https://vega.github.io/schema/vega-lite/v5.json"


def best_source(settings: Settings | None = None) -> tuple[str, Path | None]:
    """Return what to hand to :func:`read_source` and :func:`build`: the best films at hand.

    TMDB-5000 where ``MOVIEREC_DATA_DIR`` has a folder ``tmdb-5000``, else the built-in catalogue.
    """
    folder = _data_folder("tmdb-5000", settings)
    return ("builtin", None) if folder is None else ("tmdb5000", folder)


def best_ratings(settings: Settings | None = None) -> Path | None:
    """Return what to hand to :func:`build` and :func:`evaluate`: ``ml-latest-small`` in ``MOVIEREC_DATA_DIR``."""
    return _data_folder("ml-latest-small", settings)


def best_likes(movies: Sequence[Movie], settings: Settings | None = None) -> Likes:
    """Return who likes which of *movies*, from ``ml-latest-small`` in ``MOVIEREC_DATA_DIR``.

    Without those files, or with damaged ones, nobody likes anything and the notes say why: what a
    notebook explores does not depend on them, so it goes on without the figures.
    """
    folder = best_ratings(settings)
    reason = "no ratings here: MOVIEREC_DATA_DIR names no folder with ml-latest-small/ in it"
    if folder is not None:
        try:
            return read_likes(folder, np.array([film.movie_id for film in movies], dtype=np.int64))
        except SourceError as error:
            reason = f"no figures from ratings: {error}"
    nobody = sparse.csr_array((0, len(movies)), dtype=bool)
    return Likes(np.empty(0, dtype=np.int64), nobody, notes=(reason,))


def are_reference_data(source: Source, likes: Likes) -> bool:
    """Return whether *source* and *likes* are what the notebooks' figures from ratings were measured on."""
    return (source.name, len(source.movies), len(likes.users)) == (_SOURCE, _FILMS, _USERS)


def check_figures(told: pd.DataFrame, measured: pd.DataFrame | None, *, within: float) -> str:
    """Hold the figures that a notebook tells against those that were measured now.

    Args:
        told: numbers, with names for rows and columns.
        measured: at least the same rows and columns; None where this cannot be measured.
        within: how far the two may be apart.
    Returns:
        One line: how many figures agree, or that there was nothing to compare them with.
    Raises:
        AssertionError: figures differ by more, or are missing; all of them are named.
    """
    if measured is None:
        return "Other data, or no ratings: the figures told are not measured here."
    now = measured.reindex(index=told.index, columns=told.columns)
    apart = ~((now - told).abs() <= within)  # what is missing is NaN, and that is never near
    wrong = [
        f"{row}, {column}: {told.loc[row, column]:.3f} is told, {now.loc[row, column]:.3f} was measured"
        for row, column in apart.stack()[lambda far: far].index
    ]
    if wrong:
        raise AssertionError("; ".join(wrong))
    return f"{told.size} figures measured anew: as told, within {within:g}."


def enable_charts() -> None:
    """Make altair's charts readable on light and dark pages, and visible without a network.

    altair's own way of showing a chart loads scripts from the internet; JupyterLab can draw one by itself
    as long as it is marked as Vega-Lite 5, which is also true of the plain charts of our notebooks. Where
    vl-convert is installed a picture is put beside it, for viewers that draw no charts (GitHub, nbconvert).
    """
    alt.theme.register("movierec", enable=True)(_theme)
    alt.renderers.register("movierec", _render)
    alt.renderers.enable("movierec")


@dataclass(frozen=True, repr=False)
class Table:
    """A table for a notebook, as Markdown: small, readable as text, left-aligned where pandas' is not."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def table(frame: pd.DataFrame, *, digits: int = 2) -> Table:
    """Return *frame* as a table to read: words to the left, numbers to the right.

    Args:
        frame: an index with a name is its first column, another is left out.
        digits: after the point, of numbers that are not whole.
    """
    frame = frame.reset_index() if frame.index.name else frame
    rules = ["--:" if pd.api.types.is_numeric_dtype(kind) else ":--" for kind in frame.dtypes]
    rows = [[_cell(value, digits) for value in row] for row in frame.itertuples(index=False)]
    lines = [[_cell(name, digits) for name in frame.columns], rules, *rows]
    return Table("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _cell(value: Any, digits: int) -> str:
    if isinstance(value, tuple | list):
        value = ", ".join(value)
    elif pd.isna(value):
        value = ""
    elif isinstance(value, Integral) and not isinstance(value, bool):
        value = str(value)
    elif isinstance(value, Real) and not isinstance(value, bool):
        value = f"{value:.{digits}f}"
    return "".join(f"\\{c}" if c in "\\|*_`<[$~" else c for c in " ".join(str(value).split()))


def _data_folder(name: str, settings: Settings | None) -> Path | None:
    data_dir = (settings or load_settings()).data_dir
    return data_dir / name if data_dir and (data_dir / name).is_dir() else None


def _render(spec: dict[str, Any], **_metadata: Any) -> dict[str, Any]:
    bundle: dict[str, Any] = {
        "application/vnd.vegalite.v5+json": {**spec, "$schema": _LITE_5},
        "text/plain": spec.get("description", "a chart"),
    }
    try:
        pictures = importlib.import_module("vl_convert")
    except ImportError:
        return bundle
    return bundle | {"image/svg+xml": pictures.vegalite_to_svg(spec)}


def _theme() -> Any:
    words: dict[str, Any] = {"labelColor": GREY, "titleColor": GREY, "labelFontSize": 12, "titleFontSize": 12}
    words["titleFontWeight"] = "normal"
    axis = {"gridColor": _FAINT, "domain": False, "ticks": False, "labelPadding": 6, "titlePadding": 10}
    title = {"color": GREY, "subtitleColor": GREY, "anchor": "start", "fontWeight": "normal", "fontSize": 14}
    return {
        "config": {
            "background": "transparent",
            "font": "system-ui, -apple-system, Segoe UI, Roboto, Liberation Sans, sans-serif",
            "scale": {"bandPaddingInner": 0.25},
            "view": {"stroke": None, "continuousWidth": 560, "continuousHeight": 240},
            "axis": {**words, **axis, "labelLimit": 260},
            "legend": {**words, "symbolType": "circle"},
            "header": words,
            "title": {**title, "offset": 14},
            "bar": {"color": ACCENT, "cornerRadiusEnd": 2},
            "line": {"color": ACCENT, "strokeWidth": 2.5},
            "point": {"color": ACCENT, "filled": True, "size": 80, "opacity": 1},
            "rule": {"color": GREY},
            "text": {"color": GREY, "fontSize": 12},
            "range": {"category": list(COLOURS)},
        }
    }
