"""The scores of for-you written down a second time, film by film, as the formula reads."""

from __future__ import annotations

import math
from statistics import mean, median

from movierec.artifact import Artifact


def contributions(artifact: Artifact, weights: dict[int, float]) -> dict[int, list[float]]:
    """Return for each movie_id of *weights* what it adds to each row."""
    n = len(artifact.ids)
    row_of = {movie_id: row for row, movie_id in enumerate(artifact.ids.tolist())}
    likes = [movie_id for movie_id, weight in weights.items() if weight > 0]
    half_likes = artifact.manifest["recipe"].get("for_you", {}).get("half_likes", 14)
    share = len(likes) ** 2 / (len(likes) ** 2 + half_likes**2)
    added = {movie_id: [0.0] * n for movie_id in weights}
    learned = {movie_id: _learned(artifact, row_of[movie_id], n) for movie_id in likes}
    similar = {movie_id: _similar(artifact, row_of[movie_id], n) for movie_id in likes}
    if not any(map(any, learned.values())):
        share = 0.0
    for table, part in ((learned, share), (similar, 1 - share)):
        total = [sum(weights[i] * table[i][row] for i in likes) for row in range(n)]
        best = sorted(total, reverse=True)[: max(1, min(50, n // 10))]
        scale = mean(best) - median(total)
        for i in likes if scale > 0 else []:
            factor = weights[i] * part / scale
            added[i] = [so_far + c * factor for so_far, c in zip(added[i], table[i], strict=True)]
    if artifact.for_you is not None:
        _add_kinds(added, [artifact.for_you.kinds.tolist()[row_of[i]] for i in likes], likes, artifact, 1 - share)
    for movie_id, weight in weights.items():
        if weight < 0:
            added[movie_id] = [weight * c if c > 0.5 else 0.0 for c in close(artifact, row_of[movie_id], n)]
    return added


def _add_kinds(
    added: dict[int, list[float]], of_likes: list[int], likes: list[int], artifact: Artifact, few: float
) -> None:
    """Add what each like adds by the kinds that it has in common with others."""
    all_kinds = artifact.for_you.kinds.tolist()
    for bit in (1 << place for place in range(64)):
        having = [movie_id for movie_id, kinds in zip(likes, of_likes, strict=True) if kinds & bit]
        if not having or (len(having) == 1 and len(likes) > 1):
            continue
        usual = mean(bool(kinds & bit) for kinds in all_kinds)
        frequent = (len(having) + 2 * usual) / (len(likes) + 2)
        strength = 0.2 * few * math.log(frequent / usual) * (len(having) / len(likes)) ** 4
        for movie_id in having if strength > 0 else []:
            for row, kinds in enumerate(all_kinds):
                added[movie_id][row] += strength / len(having) if kinds & bit else 0


def close(artifact: Artifact, row: int, n: int) -> list[float]:
    """Return how close each film is to the one at *row*: above the lowest in its list, by the ten best of it."""
    pairs = zip(artifact.similar_rows[row].tolist(), artifact.similar_scores[row].tolist(), strict=True)
    scores = {other: score for other, score in pairs if other >= 0}
    found = [0.0] * n
    lowest = min(scores.values(), default=0.0)
    unit = mean([score - lowest for score in scores.values()][:10]) if scores else 0.0
    for other, score in scores.items():
        found[other] = (score - lowest) / unit if unit > 0 else 1.0
    return found


def _learned(artifact: Artifact, row: int, n: int) -> list[float]:
    found = [0.0] * n
    if artifact.for_you is not None:
        rows = artifact.for_you.rows.tolist()
        if row in rows:
            for other, weight in zip(rows, artifact.for_you.weights[rows.index(row)].tolist(), strict=True):
                found[other] = weight
    return found


def _similar(artifact: Artifact, row: int, n: int) -> list[float]:
    tables = artifact.for_you
    if tables is None:
        return close(artifact, row, n)
    found = [0.0] * n
    pairs = zip(tables.similar_rows[row].tolist(), tables.similar_scores[row].tolist(), strict=True)
    for other, score in pairs:
        if other >= 0:
            found[other] = score
    return found
