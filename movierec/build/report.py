"""The figures of an evaluation: tables for people, plain values for machines."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, groupby, repeat
from typing import Any

from movierec.build.bootstrap import Interval

__all__ = ["Evaluation", "ForYouRow", "Row"]


@dataclass(frozen=True)
class Row:
    """One system's figures for films like one film, each from 0 to 1; None where there was nothing to measure.

    Attributes:
        ndcg, hit, weighted_ndcg, coverage: see :class:`movierec.build.metrics.Figures`.
        tail_ndcg: nDCG@10 with the 2 % most-liked films taken out of everything.
        franchise: mean share of a film's siblings, by franchise key, in its first ten.
        series: the same share for the sixty series that are listed by hand.
        intervals: of ndcg, hit, weighted_ndcg and tail_ndcg, where measured: where 95 % of the means over other
            users would lie.
    """

    system: str
    ndcg: float
    hit: float
    weighted_ndcg: float
    tail_ndcg: float | None
    coverage: float
    franchise: float | None
    series: float | None
    intervals: Mapping[str, Interval]


@dataclass(frozen=True)
class ForYouRow:
    """One system's figures for recommendations from several films, each from 0 to 1.

    Attributes:
        known: how many likes it was told of each user; below 1, which share of them.
        users: who had enough likes to be asked.
        ndcg, recall, coverage: see :class:`movierec.build.held_out.ForYouFigures`.
        variety: see :func:`movierec.build.held_out.variety`.
        intervals: of ndcg and recall.
    """

    system: str
    known: float
    users: int
    ndcg: float
    recall: float
    coverage: float
    variety: float
    intervals: Mapping[str, Interval]


_COLUMNS = {
    "ndcg": "nDCG@10", "hit": "hit@10", "weighted_ndcg": "w-nDCG@10", "tail_ndcg": "tail nDCG@10",
    "coverage": "cov@10", "franchise": "franchise@10", "series": "series@10",
}  # fmt: skip
_FOR_YOU_COLUMNS = {"ndcg": "nDCG@10", "recall": "Recall@20", "coverage": "cov@10", "variety": "variety@10"}


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found; ``str()`` of it is tables to read, :meth:`as_dict` is for machines.

    Attributes:
        rows: films like one film, by system.
        for_you: recommendations from several films, by what is known, then by system.
        notes: what was left out, and what the figures mean; one sentence each.
    """

    model: str
    users: str
    user_count: int
    queries: int
    rows: tuple[Row, ...]
    for_you: tuple[ForYouRow, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as dicts, lists, texts and numbers."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        title = f"{self.model}: more like this, {self.queries:,} queries of {self.user_count:,} {self.users} users"
        similar = [["system", *_COLUMNS.values()]]
        similar += [[row.system, *_cells(row, _COLUMNS)] for row in self.rows]
        several = [["known", "system", *_FOR_YOU_COLUMNS.values()]]
        for (known, users), rows in groupby(self.for_you, key=lambda row: (row.known, row.users)):
            texts = chain([_known(known), f"({users:,} users)"], repeat(""))
            several += [
                [text, row.system, *(_cells(row, _FOR_YOU_COLUMNS) if users else "----")]
                for row, text in zip(rows, texts, strict=False)
            ]
        parts = [title, "", *_aligned(similar, 1), "", "for you, from some of a user's likes", ""]
        return "\n".join([*parts, *_aligned(several, 2), "", *self.notes])


def _known(known: float) -> str:
    return f"{known:g} likes" if known >= 1 else f"{100 * known:g} % of likes"


def _cells(row: Row | ForYouRow, columns: Mapping[str, str]) -> list[str]:
    cells = []
    for name in columns:
        interval = row.intervals.get(name)
        cells.append(_short(getattr(row, name)) + (f" ±{_short(interval.half)}" if interval else ""))
    return cells


def _short(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}".removeprefix("0")


def _aligned(table: list[list[str]], texts: int) -> list[str]:
    """Return the lines of *table*, the first *texts* columns to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]
