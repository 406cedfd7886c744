"""How good is a model? Its figures on what people like, beside those of two systems it has to beat.

Protocol: a like is four stars or more; the catalogue is the whole model; MovieLens films are joined by
TMDB id. Users whose ids are odd are asked when *users* is "odd", and then popularity is counted among the
even ones, and the other way round: nobody is recommended what they told us themselves. For the same reason
people who trained the model are refused, whatever file they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import Artifact, Movie, open_artifact, verify
from movierec.build.baselines import (
    bags,
    classic_for_you,
    classic_lists,
    popularity_for_you,
    popularity_lists,
)
from movierec.build.fingerprints import who_trained
from movierec.build.franchise import franchise_keys
from movierec.build.held_out import DEPTH, HISTORIES, HeldOut, hold_out, measure_for_you, variety
from movierec.build.metrics import Figures, head_of, measure, share_of_siblings
from movierec.build.ratings import Likes, read_likes
from movierec.build.report import Evaluation, ForYouRow, Row
from movierec.build.series import load_series, rows_of
from movierec.catalogue import Catalogue
from movierec.errors import InvalidArgument, SourceError, TrainedByUsers
from movierec.recommender import Recommender
from movierec.recommender.diversity import DIVERSITY

__all__ = ["Evaluation", "ForYouRow", "Row", "evaluate"]

_PARITY = {"even": 0, "odd": 1}
_MAX_USERS = 2000  # so many give nDCG to within ±.01
_MEANING = (
    "±: half of the interval that holds 95 % of the means when users are drawn again",
    "for you: likes drawn at random are known, the user's others are to be found",
    "for you asks users with five likes more than are known; for 80 %, rounded down, with five likes or more",
    f"this model: with diversity {DIVERSITY:g}, as it is served",
    "cov@10: share of all films that the first tens show",
    "variety@10: mean over the pairs of a first ten of 1 - (genres of both) / (genres of either)",
    "-: there was nobody, or no film, to measure it on",
)


def evaluate(
    model_path: Path, ratings_dir: Path, *, users: str = "odd", max_users: int = _MAX_USERS
) -> Evaluation:
    """Measure a model's lists of similar films and its recommendations, beside the classic system and popularity.

    Args:
        model_path: a model's folder.
        ratings_dir: a MovieLens folder with ``ratings.csv`` and ``links.csv``.
        users: "odd" or "even": whose likes are to be found; the others' make the popularity list.
        max_users: of more users so many are drawn at random, always the same ones.
    Returns:
        Rows for each system. The model is measured as it is served: by its stored lists, of which the tail
        figure can use what is left once the most-liked films are taken out; and by what
        :meth:`movierec.recommender.Recommender.for_you` answers, with its usual diversity and with none.
    Raises:
        ArtifactError: the model is missing or damaged; every byte of it is looked at.
        SourceError: the ratings cannot be read, or nobody who is asked likes two films of the model.
        TrainedByUsers: some of the users that would be asked trained the model.
        InvalidArgument: *users* is something else.

    TMDB-5000 and ml-latest-small: 7 s on one core; 6,000 users with 900,000 ratings: 25 s.
    """
    if users not in _PARITY:
        raise InvalidArgument(f'users must be "odd" or "even": {users!r:.40}')
    verify(model_path)  # figures of a model that nobody could serve would be figures of nothing
    artifact = open_artifact(model_path)
    likes = read_likes(ratings_dir, artifact.ids)
    test, train = likes.only(_PARITY[users]), likes.only(1 - _PARITY[users])
    _refuse_trained(artifact, test, users)
    notes = [*likes.notes, *_MEANING]
    if len(test.users) > max_users:
        notes.append(f"{max_users:,} of {len(test.users):,} {users} users are asked, drawn at random")
        chosen = np.random.RandomState(0).choice(len(test.users), max_users, replace=False)
        test = test.at(np.sort(chosen))
    _refuse_nobody(test, users, ratings_dir)
    recommender = Recommender(Catalogue(artifact))
    movies = recommender.catalogue.at_rows(range(len(recommender.catalogue)))
    popularity = train.per_film()
    length = 10 + len(head_of(test.per_film()))
    lists = {
        "classic (seed)": classic_lists(movies, length),
        "popularity": popularity_lists(popularity, length),
        "this model": np.asarray(artifact.similar_rows),
    }
    figures = {system: measure(rows, test.liked) for system, rows in lists.items()}
    return Evaluation(
        model=str(artifact.manifest.get("name", model_path.name)),
        users=users,
        user_count=len(test.users),
        queries=figures["popularity"].queries,
        rows=tuple(_rows(lists, figures, test, movies)),
        for_you=tuple(_for_you_rows(recommender, test, movies, popularity)),
        notes=(*notes, *_taught(artifact)),
    )


def _refuse_trained(artifact: Artifact, test: Likes, users: str) -> None:
    trained = artifact.trained_users()
    if known := int(who_trained(test.fingerprints, trained).sum()):
        raise TrainedByUsers(f"{known:,} of the {len(test.users):,} {users} users trained this model")
    # A model that learned from people and does not say from whom: then the file may be the same one.
    if not len(trained) and _trained_on(artifact).get("users") in ("all", users):
        raise TrainedByUsers(f"this model was trained by {users} users and has no record of who they are")


def _refuse_nobody(test: Likes, users: str, ratings_dir: Path) -> None:
    if not (np.diff(test.liked.indptr) >= 2).any():
        raise SourceError(
            f"no {users} user likes two films of the model; asked: {len(test.users):,}",
            file=ratings_dir / "ratings.csv",
            hint="A like is four stars or more: one is the question, another the answer. Take other ratings, or"
            f" ask the others: --users {'even' if users == 'odd' else 'odd'}.",
        )


def _trained_on(artifact: Artifact) -> dict[str, Any]:
    about = artifact.manifest.get("trained_on")
    return about if isinstance(about, dict) else {}


def _taught(artifact: Artifact) -> Iterator[str]:
    if about := _trained_on(artifact):
        people = f"{about.get('users', 'all')} users of {about.get('ratings', 'a MovieLens folder')}"
        yield f"this model has learned from {about.get('user_count', 0):,} people, {people}; none of them is asked"


def _rows(
    lists: dict[str, NDArray[np.int32]], measured: dict[str, Figures], test: Likes, movies: list[Movie]
) -> Iterator[Row]:
    head = head_of(test.per_film())
    siblings: dict[str, list[int]] = {}
    for row, key in enumerate(franchise_keys([film.title for film in movies])):
        if key:
            siblings.setdefault(key, []).append(row)
    listed = [rows_of(series, movies) for series in load_series()]
    for system, rows in lists.items():
        figures, tail = measured[system], measure(rows, test.liked, without=head)
        of_tail = {"tail_ndcg": tail.intervals["ndcg"]} if tail.queries else {}
        yield Row(
            system=system,
            ndcg=figures.ndcg,
            hit=figures.hit,
            weighted_ndcg=figures.weighted_ndcg,
            tail_ndcg=tail.ndcg if tail.queries else None,
            coverage=figures.coverage,
            franchise=_share(rows, siblings.values()),
            series=_share(rows, listed),
            intervals={**figures.intervals, **of_tail},
        )


def _share(rows: NDArray[np.int32], families: Iterable[Sequence[int]]) -> float | None:
    share, films = share_of_siblings(rows, families)
    return share if films else None


def _for_you_rows(
    recommender: Recommender, test: Likes, movies: list[Movie], popularity: NDArray[np.int64]
) -> Iterator[ForYouRow]:
    names = sorted({name for film in movies for name in film.genres})
    genres = np.array([[name in film.genres for name in names] for film in movies], dtype=bool)
    classic = bags(movies)
    for size in HISTORIES:
        held = hold_out(test.liked, size)
        lists = {
            "classic (seed)": classic_for_you(classic, held.known, DEPTH),
            "popularity": popularity_for_you(popularity, held.known, DEPTH),
            "this model, diversity 0": _served(recommender, held, diversity=0.0),
            "this model": _served(recommender, held, diversity=DIVERSITY),
        }
        for system, rows in lists.items():
            figures = measure_for_you(rows, held.relevant)
            yield ForYouRow(
                system=system,
                known=size,
                users=figures.users,
                ndcg=figures.ndcg,
                recall=figures.recall,
                coverage=figures.coverage,
                variety=variety(rows, genres),
                intervals=figures.intervals,
            )


def _served(recommender: Recommender, held: HeldOut, *, diversity: float) -> NDArray[np.int32]:
    """Return (q, DEPTH) rows of what each user would be shown; -1 pads."""
    ids = recommender.catalogue.artifact.ids
    row_of = {movie_id: row for row, movie_id in enumerate(ids.tolist())}
    lists = np.full((len(held.places), DEPTH), -1, dtype=np.int32)
    for place, known in enumerate(held.histories()):
        ranking = recommender.rank(dict.fromkeys(ids[known].tolist(), 1.0), DEPTH, diversity=diversity)
        lists[place, : len(ranking)] = [row_of[movie_id] for movie_id, _score in ranking]
    return lists
