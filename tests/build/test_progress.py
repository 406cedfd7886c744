"""A long job says what it does, a short one nothing."""

from __future__ import annotations

import io

from movierec.build.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_short_job_says_nothing() -> None:
    """Done within a second: not a word, on a terminal or elsewhere."""
    for stream in (io.StringIO(), Terminal()):
        clock = Clock()
        progress = Progress(stream, clock=clock)
        progress("Reading")
        clock.now += 0.9
        progress("Comparing", 5, 5)
        progress.finish()
        assert stream.getvalue() == ""


def test_elsewhere_each_stage_is_one_plain_line() -> None:
    """A log gets no carriage returns and no percentages."""
    clock, stream = Clock(), io.StringIO()
    progress = Progress(stream, clock=clock)
    clock.now += 1
    for done in range(5):
        progress("Comparing", done, 5)
    progress("Writing")
    progress.finish()
    assert stream.getvalue() == "Comparing …\nWriting …\n"


def test_on_a_terminal_one_line_is_written_over() -> None:
    """It shows how far the job is, leaves nothing of a longer line, and is wiped in the end."""
    clock, stream = Clock(), Terminal()
    progress = Progress(stream, clock=clock)
    clock.now += 2
    progress("Comparing", 1, 4)
    progress("Writing")
    progress.finish()
    assert stream.getvalue().split("\r") == ["", "Comparing … 25%", "Writing …      ", " " * 9, ""]
