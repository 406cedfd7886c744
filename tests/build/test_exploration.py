"""What the exploration notebooks share: data at hand, tables, charts."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from movierec.artifact import Movie
from movierec.build.exploration import (
    COLOURS,
    GREY,
    are_reference_data,
    best_likes,
    best_ratings,
    best_source,
    check_figures,
    enable_charts,
    table,
)
from movierec.build.metrics import measure
from movierec.build.ratings import Likes
from movierec.build.sources import Source
from movierec.settings import Settings
from tests.build.files import film, people, write_movielens, write_tmdb

MOVIES = (Movie(movie_id=862, title="Toy Story"), Movie(movie_id=949, title="Heat"))


@pytest.fixture
def data(settings: Settings, tmp_path: Path) -> Settings:
    """Settings that name a data folder, which is empty."""
    (tmp_path / "data").mkdir()
    return settings.replace(data_dir=tmp_path / "data")


def test_tmdb5000_is_best_where_it_is_at_hand(data: Settings) -> None:
    """Its folder is named, ready for read_source() and build()."""
    write_tmdb(data.data_dir / "tmdb-5000", [film()], [people()])
    assert best_source(data) == ("tmdb5000", data.data_dir / "tmdb-5000")


def test_the_built_in_catalogue_is_best_elsewhere(settings: Settings, data: Settings) -> None:
    """Without a data folder, or with one that lacks TMDB-5000."""
    assert best_source(settings) == best_source(data) == ("builtin", None)


def test_likes_are_read_where_there_are_ratings(data: Settings) -> None:
    """User 1 likes Toy Story (4 stars) and not Heat (3)."""
    folder = data.data_dir / "ml-latest-small"
    write_movielens(folder, [(1, 10, 4.0), (1, 20, 3.0)], [(10, 862), (20, 949)])
    likes = best_likes(MOVIES, data)
    assert best_ratings(data) == folder
    assert likes.users.tolist() == [1]
    assert likes.liked.toarray().tolist() == [[True, False]]


def test_without_ratings_nobody_likes_anything(settings: Settings) -> None:
    """The notes say so, and everything that takes likes takes these."""
    assert best_ratings(settings) is None
    likes = best_likes(MOVIES, settings)
    assert "MOVIEREC_DATA_DIR" in likes.notes[0]
    assert likes.only(1).per_film().tolist() == [0, 0]
    assert measure(pd.DataFrame([[1], [0]]).to_numpy(), likes.only(0).liked).queries == 0


def test_damaged_ratings_are_told_and_left_alone(data: Settings) -> None:
    """A notebook goes on without its figures, and says why."""
    folder = data.data_dir / "ml-latest-small"
    write_movielens(folder, [(1, 10, 4.0)], [(10, 862)])
    (folder / "ratings.csv").write_text("1,10,4.0,1260759144\n", encoding="utf-8")
    likes = best_likes(MOVIES, data)
    assert len(likes.users) == 0
    assert "ratings.csv, line 1" in likes.notes[0]


def liking(users: int, films: int) -> Likes:
    """Return likes of so many users, none of whom likes anything."""
    return Likes(np.arange(users), sparse.csr_array((users, films), dtype=bool))


@pytest.mark.parametrize(
    ("name", "films", "users", "told_of"),
    [
        ("tmdb5000", 4803, 671, True),
        ("tmdb5000", 4803, 0, False),
        ("tmdb5000", 4803, 610, False),
        ("tmdb5000", 3, 671, False),
        ("builtin", 4803, 671, False),
    ],
)
def test_figures_are_told_of_one_pair_of_files(name: str, films: int, users: int, told_of: bool) -> None:
    """TMDB-5000 has 4,803 films, ml-latest-small of 2016 671 users; the one of 2018 has 610."""
    source = Source(name, "", MOVIES[:1] * films)
    assert are_reference_data(source, liking(users, films)) is told_of


TOLD = pd.DataFrame({"nDCG@10": [0.37, 0.04], "coverage": [0.0, 0.74]}, index=["popularity", "one bag"])


def test_figures_that_agree_are_counted() -> None:
    """Four of them, the furthest .009 away; a row more does not matter."""
    measured = pd.concat([TOLD + 0.009, TOLD.rename({"popularity": "other"}).loc[["other"]]])
    assert check_figures(TOLD, measured, within=0.01).startswith("4 figures")


@pytest.mark.parametrize("off", [0.011, -0.011, np.nan])
def test_a_figure_that_is_off_fails_by_name(off: float) -> None:
    """More than the tolerance away on either side, or no number."""
    measured = TOLD.copy()
    measured.loc["one bag", "nDCG@10"] += off
    with pytest.raises(AssertionError, match=r"one bag, nDCG@10: 0\.040 is told") as raised:
        check_figures(TOLD, measured, within=0.01)
    assert ";" not in str(raised.value)  # and nothing else


def test_a_row_that_was_not_measured_fails() -> None:
    """Rather than pass as nothing to compare."""
    with pytest.raises(AssertionError, match=r"popularity, nDCG@10.*; popularity, coverage"):
        check_figures(TOLD, TOLD.drop(index="popularity"), within=1)


def test_figures_without_data_are_left_as_told() -> None:
    """One line says so."""
    assert "not measured here" in check_figures(TOLD, None, within=0)


def test_a_table_is_markdown() -> None:
    """Words to the left, numbers to the right, lists joined, what is missing empty."""
    frame = pd.DataFrame({"film": ["Heat", "Up"], "by": [("Mann",), ()], "n": [2, 10], "score": [0.5, None]})
    assert table(frame).text.splitlines() == [
        "| film | by | n | score |",
        "| :-- | :-- | --: | --: |",
        "| Heat | Mann | 2 | 0.50 |",
        "| Up |  | 10 |  |",
    ]


def test_a_named_index_is_the_first_column() -> None:
    """Others are only counting."""
    frame = pd.DataFrame({"n": [1]}, index=pd.Index(["Heat"], name="film"))
    assert table(frame).text.splitlines()[-1] == "| Heat | 1 |"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A | B", r"A \| B"),
        ("*batteries", r"\*batteries"),
        ("[REC]", r"\[REC]"),
        ("<img>", r"\<img>"),
        ("a\nb", "a b"),
    ],
)
def test_a_title_cannot_break_a_table(title: str, shown: str) -> None:
    """What means something in Markdown is shown as it is."""
    assert table(pd.DataFrame({"film": [title]})).text.splitlines()[-1] == f"| {shown} |"


def shown(chart: alt.Chart) -> dict:
    return chart._repr_mimebundle_()


@pytest.fixture
def charts() -> object:
    """Charts as in the notebooks, and altair as it was afterwards."""
    before = alt.theme.active, alt.renderers.active
    enable_charts()
    yield
    alt.theme.enable(before[0])
    alt.renderers.enable(before[1])


def test_a_chart_needs_no_network(charts: object) -> None:
    """JupyterLab draws it by itself: it is marked as Vega-Lite 5, and no script is fetched."""
    chart = alt.Chart(pd.DataFrame({"x": [1]}), description="One bar").mark_bar().encode(x="x")
    bundle = shown(chart)
    assert bundle["text/plain"] == "One bar"
    assert bundle["application/vnd.vegalite.v5+json"]["$schema"].endswith("/v5.json")
    assert not {"text/html", "application/javascript"} & set(bundle)


def test_a_chart_has_the_page_behind_it(charts: object) -> None:
    """Its background is transparent, so that it is light on light pages and dark on dark ones."""
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_bar().encode(x="x")
    config = shown(chart)["application/vnd.vegalite.v5+json"]["config"]
    assert config["background"] == "transparent"


def contrast(colour: str, page: str) -> float:
    """Return WCAG 2's contrast ratio of two colours like #747c85."""

    def luminance(text: str) -> float:
        parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted([luminance(colour), luminance(page)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_and_white_is_21() -> None:
    """As WCAG says: what measures the colours is right."""
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
def test_charts_can_be_read_in_light_and_in_dark(page: str) -> None:
    """Words have 4:1 on either page, shapes 3:1; no colour twice."""
    assert contrast(GREY, page) >= 4
    assert min(contrast(colour, page) for colour in COLOURS) >= 3
    assert len(set(COLOURS)) == len(COLOURS) == 12
