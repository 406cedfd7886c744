"""The error tree: one drawing, safe texts, useful hints."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from movierec import errors
from movierec.errors import (
    BadCredentials,
    InvalidArgument,
    InvalidPreferences,
    InvalidRegistration,
    MovierecError,
    NameTaken,
    SourceError,
    TooManyAttempts,
    UnknownMovie,
)

CLASSES = [
    value for _, value in inspect.getmembers(errors, inspect.isclass) if value.__module__ == errors.__name__
]


def drawn_tree() -> dict[str, str]:
    """Return name -> name of its base, as drawn in the module's docstring."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ((?:[│├└ ] )*)([A-Z]\w+)(?:  |$)", line)
        if found:
            depth, name = len(found[1]) // 2, found[2]
            path[depth:] = [name]
            parents[name] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_tree_is_as_it_is_drawn() -> None:
    """Every class stands in the docstring, under its base, and nothing else does."""
    assert drawn_tree() == {error.__name__: error.__bases__[0].__name__ for error in CLASSES}


def test_all_names_every_error() -> None:
    """`__all__` is complete and sorted."""
    assert errors.__all__ == sorted(error.__name__ for error in CLASSES)


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_has_a_sentence_for_visitors(error: type[MovierecError]) -> None:
    """A whole sentence, and nothing that only an operator understands."""
    assert re.fullmatch(r"[A-Z].*\.", error.public)
    assert not re.search(r"movierec|\.env|SQL|/|_|traceback|exception", error.public, re.IGNORECASE)


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_says_what_it_means(error: type[MovierecError]) -> None:
    """In a docstring of its own."""
    assert error.__doc__
    assert error.__doc__ != error.__base__.__doc__


@pytest.mark.parametrize(
    "error",
    [
        errors.SettingsError,
        errors.StorageError,
        errors.SchemaError,
        errors.ArtifactError,
        errors.ArtifactMissing,
        errors.ArtifactMismatch,
        errors.ArtifactNotWritten,
    ],
)
def test_what_an_operator_can_mend_comes_with_a_hint(error: type[MovierecError]) -> None:
    """A command to run, or where to look."""
    assert error("x").hint


def test_detail_public_and_hint_are_three_things() -> None:
    """The log gets the detail, the page the public text, the operator the hint."""
    error = errors.StorageError("host db1 refused", public="Sorry.", hint="Start it.")
    assert (str(error), error.public, error.hint) == ("host db1 refused", "Sorry.", "Start it.")


def test_what_is_left_out_is_the_class_s_own() -> None:
    """And an error without detail is not an empty line in the log."""
    error = errors.SchemaError()
    assert str(error) == error.public == errors.SchemaError.public
    assert error.hint == "Run: movierec db upgrade"
    assert str(MovierecError(public="Only this.")) == "Only this."


def test_giving_one_error_a_text_changes_no_other() -> None:
    """Texts are set on the instance."""
    assert errors.ArtifactError("x", public="Other.", hint="").hint == ""
    assert errors.ArtifactError("y").public == "Our film catalogue is not available right now."
    assert errors.ArtifactError("y").hint == "Run: movierec build"


def test_an_unknown_film_is_named_but_not_at_any_length() -> None:
    """What a browser sent goes to the log cut short, with its control characters spelled out."""
    assert str(UnknownMovie(7)) == "no film with movie_id 7 in this model"
    assert UnknownMovie(7).movie_id == 7
    assert len(str(UnknownMovie("x" * 10_000))) < 100
    assert "\n" not in str(UnknownMovie("a\nb"))


def test_an_invalid_argument_is_a_value_error_too() -> None:
    """Callers that know nothing of our tree expect one."""
    assert issubclass(InvalidArgument, ValueError)


@pytest.mark.parametrize("error", [InvalidRegistration, NameTaken, InvalidPreferences])
def test_problems_are_kept_by_field_and_the_log_names_fields_only(error: type[InvalidRegistration]) -> None:
    """In the order of the form; what somebody typed never reaches the log."""
    given = {"username": "taken: bob", "email": "not an address"}
    raised = error(given)
    assert list(raised.problems.items()) == list(given.items())
    assert "username, email" in str(raised)
    assert "bob" not in str(raised)


def test_a_taken_name_is_a_refused_registration() -> None:
    """One handler is enough for the form."""
    assert issubclass(NameTaken, InvalidRegistration)


@pytest.mark.parametrize(
    ("retry_after_s", "said"), [(30, "30 seconds"), (29.6, "30 seconds"), (0.2, "1 second"), (0, "1 second")]
)
def test_who_tries_too_often_is_told_when_to_try_again(retry_after_s: float, said: str) -> None:
    """In whole seconds, at least one."""
    error = TooManyAttempts(retry_after_s)
    assert said in error.public
    assert error.retry_after_s == retry_after_s


def test_bad_credentials_do_not_say_which() -> None:
    """Unknown name and wrong password are one text."""
    assert "username and password" in BadCredentials.public


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({}, "movies.csv: is empty"),
        ({"line": 12}, "movies.csv, line 12: is empty"),
        ({"column": "cast"}, "movies.csv, column cast: is empty"),
        ({"line": 12, "column": "cast"}, "movies.csv, line 12, column cast: is empty"),
    ],
)
def test_a_source_error_says_where(where: dict[str, object], said: str) -> None:
    """File, line and column, as far as they are known; also as attributes."""
    error = SourceError("is empty", file=Path("movies.csv"), hint="Fetch it again.", **where)  # type: ignore[arg-type]
    assert str(error) == said
    assert (error.file, error.line, error.column) == ("movies.csv", where.get("line"), where.get("column"))
    assert error.hint == "Fetch it again."
