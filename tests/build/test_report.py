"""The tables of an evaluation hold all that was measured."""

from __future__ import annotations

from movierec.build.report import Evaluation, ForYouRow


def test_a_table_has_a_line_for_each_system() -> None:
    """Thirteen of them: the first tells what is known, the second of how many users."""
    rows = tuple(
        ForYouRow(
            system=f"system{number}",
            known=known,
            users=1234,
            ndcg=0.5,
            recall=0.25,
            coverage=0.125,
            variety=1.0,
            intervals={},
        )
        for known in (3, 0.8)
        for number in range(13)
    )
    report = Evaluation(model="toy", users="odd", user_count=1, queries=1, rows=(), for_you=rows, notes=())
    lines = [line.split() for line in str(report).splitlines() if "system" in line][2:]
    figures = [".500", ".250", ".125", "1.000"]
    of_each = [f"system{number}" for number in range(13)]
    assert [line[-5:] for line in lines] == [[system, *figures] for system in of_each * 2]
    assert [line[:-5] for line in lines] == [
        ["3", "likes"], ["(1,234", "users)"], *[[]] * 11,
        ["80", "%", "of", "likes"], ["(1,234", "users)"], *[[]] * 11,
    ]  # fmt: skip
