"""Small files of other people's formats, for tests to break."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

MOVIES, CREDITS = "tmdb_5000_movies.csv", "tmdb_5000_credits.csv"

FILM: dict[str, Any] = {
    "budget": 30000000, "genres": ["Animation", "Comedy"], "homepage": "", "id": 862,
    "keywords": ["toy", "boy next door"],
    "original_language": "en", "original_title": "Toy Story", "overview": "Toys come to life.", "popularity": 73.6,
    "production_companies": ["Pixar Animation Studios"], "production_countries": ["United States of America"],
    "release_date": "1995-10-30", "revenue": 373554033, "runtime": 81.0, "spoken_languages": ["English"],
    "status": "Released", "tagline": "", "title": "Toy Story", "vote_average": 7.7, "vote_count": 5269,
}  # fmt: skip
PEOPLE: dict[str, Any] = {
    "movie_id": 862,
    "title": "Toy Story",
    "cast": ["Tom Hanks", "Tim Allen"],
    "crew": ["John Lasseter"],
}


def film(**changes: Any) -> dict[str, Any]:
    """Return a record of the movies file: Toy Story, with *changes*."""
    return FILM | changes


def people(**changes: Any) -> dict[str, Any]:
    """Return a record of the credits file: Toy Story's, with *changes*."""
    return PEOPLE | changes


def write_tmdb(folder: Path, films: list[dict[str, Any]], cast: list[dict[str, Any]] | None = None) -> Path:
    """Write both files; lists of names become the JSON that they are in the real files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MOVIES).write_text(as_csv(films), encoding="utf-8")
    (folder / CREDITS).write_text(as_csv([people()] if cast is None else cast), encoding="utf-8")
    return folder


def as_csv(records: list[dict[str, Any]]) -> str:
    """Return CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _field(key, value) for key, value in record.items()} for record in records)
    return text.getvalue()


def _field(column: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if column == "crew":
        value = [{"job": "Director", "department": "Directing", "name": name} for name in value]
    elif column == "cast":
        value = [{"name": name, "order": order} for order, name in enumerate(value)]
    else:
        value = [item if isinstance(item, dict) else {"id": 1, "name": item} for item in value]
    return json.dumps(value)


def write_movielens(folder: Path, ratings: list[tuple[Any, ...]], links: list[tuple[Any, ...]]) -> Path:
    """Write ratings (user, film, stars) and links (film, tmdb) as a MovieLens release has them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["userId,movieId,rating,timestamp", *(f"{u},{f},{s},1260759144" for u, f, s in ratings)]
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["movieId,imdbId,tmdbId", *(f"{f},0114709,{t}" for f, t in links)]
    (folder / "links.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
