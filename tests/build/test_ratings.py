"""MovieLens files become likes, and every rating that does not is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from movierec.build.ratings import Likes, read_likes
from movierec.errors import SourceError
from tests.build.files import write_movielens

IDS = np.array([155, 862, 949])  # rows 0, 1, 2
LINKS: list[tuple[Any, ...]] = [(1, 862), (6, 949), (58559, 155), (7, 11860), (8, "")]


def liked(likes: Likes) -> dict[int, list[int]]:
    return {int(user): likes.liked[[place]].indices.tolist() for place, user in enumerate(likes.users)}


def test_four_stars_and_more_are_likes(tmp_path: Path) -> None:
    """3.5 is none; films are found by TMDB id, and become rows of the model."""
    ratings = [(1, 1, 4.0), (1, 6, 3.5), (2, 58559, 5.0), (2, 6, 4.5), (9, 1, 0.5)]
    likes = read_likes(write_movielens(tmp_path, ratings, LINKS), IDS)
    assert liked(likes) == {1: [1], 2: [0, 2], 9: []}
    assert liked(likes.only(1)) == {1: [1], 9: []}
    assert liked(likes.only(0)) == {2: [0, 2]}
    assert likes.per_film().tolist() == [1, 1, 1]
    assert likes.only(0).per_film().tolist() == [1, 0, 1]


def test_all_stars_are_kept(tmp_path: Path) -> None:
    """Likes or not; the last ones of a film that was rated twice; of films unknown to the model none."""
    ratings = [(1, 1, 4.0), (1, 6, 3.5), (2, 6, 5), (2, 6, 0.5), (2, 7, 5), (2, 58559, 4.5)]
    likes = read_likes(write_movielens(tmp_path, ratings, LINKS), IDS)
    assert likes.stars is not None
    assert likes.stars.toarray().tolist() == [[0, 4, 3.5], [4.5, 0, 0.5]]
    odd = likes.only(1).stars
    assert odd is not None
    assert odd.toarray().tolist() == [[0, 4, 3.5]]


def test_what_is_left_out_is_counted_and_told(tmp_path: Path) -> None:
    """Ratings that cannot be, films nobody knows, films rated twice, films without a TMDB id."""
    ratings = [
        (1, 1, 5.0), (1, 6, 5.5), (1, 6, 0.0), (1, 6, "nan"), (1, 6, -4),
        (2, 1, 5.0), (2, 1, 2.0), (2, 7, 5.0), (2, 8, 5.0), (2, 99, 5.0), (3, 99, 5.0),
    ]  # fmt: skip
    likes = read_likes(write_movielens(tmp_path, ratings, LINKS), IDS)
    assert liked(likes) == {1: [1], 2: [], 3: []}  # user 2's last word on film 1 is two stars
    assert likes.notes == (
        "ratings.csv: 7 ratings by 3 users",
        "ratings.csv: a rating outside 0.5–5, left out: 4 (line 3, 4, 5, 6)",
        "ratings.csv: a film rated again by the same user, the last counts: 1",
        "ratings.csv: of films not in links.csv, left out: 2 (films: 1)",
        "ratings.csv: of films without a tmdbId, or not in the model, left out: 2 (films: 2)",
        "links.csv: no tmdbId: 1 (line 6)",
    )


def test_links_that_lost_their_header_are_read_in_their_documented_order(tmp_path: Path) -> None:
    """The note says so, and the ratings of films that are lost with the beginning are counted."""
    folder = write_movielens(tmp_path, [(1, 1, 5), (1, 6, 5)], LINKS)
    lines = (folder / "links.csv").read_text().splitlines(keepends=True)
    assert "tmdbId" in lines[0]
    (folder / "links.csv").write_text("".join(lines[2:]))
    likes = read_likes(folder, IDS)
    assert liked(likes) == {1: [2]}
    assert likes.notes[1] == "ratings.csv: of films not in links.csv, left out: 1 (films: 1)"
    assert (
        "links.csv: no header, so its beginning may be lost; read as movieId, imdbId, tmdbId: 1 (line 1)"
        in likes.notes
    )


def test_two_films_of_movielens_that_are_one_at_tmdb(tmp_path: Path) -> None:
    """Liking both is one like."""
    links = [(1, 862), (2, 862)]
    likes = read_likes(write_movielens(tmp_path, [(1, 1, 5), (1, 2, 5)], links), IDS)
    assert liked(likes) == {1: [1]}
    assert likes.per_film().tolist() == [0, 1, 0]


@pytest.mark.parametrize("stars", [(2, 5), (5, 2)])
def test_of_two_that_are_one_the_higher_stars_are_kept(tmp_path: Path, stars: tuple[int, int]) -> None:
    """Whichever comes first: they are neither added up nor is a like lost."""
    folder = write_movielens(tmp_path, [(1, 1, stars[0]), (1, 2, stars[1])], [(1, 862), (2, 862)])
    likes = read_likes(folder, IDS)
    assert likes.stars is not None
    assert likes.stars.toarray().tolist() == [[0, 5, 0]]
    assert liked(likes) == {1: [1]}


def test_the_last_rating_counts_wherever_it_stands(tmp_path: Path) -> None:
    """Also when other users' ratings stand between."""
    ratings = [(1, 1, 1), (2, 1, 5), (1, 6, 5), (1, 1, 5), (2, 1, 1)]
    assert liked(read_likes(write_movielens(tmp_path, ratings, LINKS), IDS)) == {1: [1, 2], 2: []}


@pytest.mark.parametrize(
    ("file", "change", "line", "column"),
    [
        ("ratings.csv", ("userId,", "user,"), 1, "userId"),
        ("ratings.csv", ("2,6,4.0", "two,6,4.0"), 3, "userId"),
        ("ratings.csv", ("2,6,4.0", "2,six,4.0"), 3, "movieId"),
        ("ratings.csv", ("2,6,4.0", "2,6,good"), 3, "rating"),
        ("ratings.csv", ("2,6,4.0", "2,6,"), 3, "rating"),
        ("ratings.csv", ("2,6,4.0", f"2,{'9' * 30},4.0"), 3, "movieId"),
        ("ratings.csv", ("2,6,4.0", "2,6,4.0,1,1"), 3, None),
        ("links.csv", ("tmdbId", "tmdb"), 1, "tmdbId"),
        ("links.csv", ("6,0114709,949", "6,0114709,tt949"), 3, "tmdbId"),
        ("links.csv", ("6,0114709,949", "1,0114709,949"), 3, "movieId"),
        ("ratings.csv", ("userId,movieId,rating,timestamp\n", ""), 1, None),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, file: str, change: tuple[str, str], line: int, column: str | None
) -> None:
    """File, line and column are named; ratings without a header are refused, not guessed at."""
    path = write_movielens(tmp_path, [(1, 1, 4.0), (2, 6, 4.0)], LINKS) / file
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    with pytest.raises(SourceError) as caught:
        read_likes(tmp_path, IDS)
    assert (caught.value.file, caught.value.line, caught.value.column) == (str(path), line, column)


@pytest.mark.parametrize("name", ["ratings.csv", "links.csv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """Both files are needed."""
    write_movielens(tmp_path, [(1, 1, 4.0)], LINKS)
    (tmp_path / name).unlink()
    with pytest.raises(SourceError, match="no such file") as caught:
        read_likes(tmp_path, IDS)
    assert caught.value.file == str(tmp_path / name)


def test_ratings_of_other_films_only_are_refused(tmp_path: Path) -> None:
    """If no rating is of a film in the model, all figures would be 0 and mean nothing."""
    with pytest.raises(SourceError, match="no rating is of a film in the model"):
        read_likes(write_movielens(tmp_path, [(1, 7, 4.0)], LINKS), IDS)


@pytest.mark.parametrize("name", ["ratings.csv", "links.csv"])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"userId,movieId,rating,timestamp,tmdbId\n", "a header, but no records below it"),
        ("userId,movieId,rating,tmdbId\n1,1,5,862 é\n".encode("latin-1"), "not UTF-8 text"),
    ],
    ids=["empty", "header only", "latin-1"],
)
def test_files_without_readable_records_are_named(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    """Whichever of the two it is."""
    path = write_movielens(tmp_path, [(1, 1, 4.0)], LINKS) / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=problem) as caught:
        read_likes(tmp_path, IDS)
    assert caught.value.file == str(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path, encoding: str) -> None:
    """Files that Excel has saved are read as the originals."""
    folder = write_movielens(tmp_path, [(1, 1, 4.0), (2, 6, 5.0)], LINKS)
    for name in ("ratings.csv", "links.csv"):
        (folder / name).write_bytes((folder / name).read_text().encode(encoding))
    assert liked(read_likes(folder, IDS)) == {1: [1], 2: [2]}
