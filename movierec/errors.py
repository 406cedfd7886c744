"""Every error that movierec raises on purpose.

::

    MovierecError                 public: safe to show a visitor · hint: what the operator can do
    ├ SettingsError               a setting is wrong: names the variable
    ├ StorageError                the database is down, locked, full or refuses
    │ ├ SchemaError               its tables are missing, or older or newer than the program
    │ ├ DuplicateKey              another row has this key already; accounts turn it into NameTaken
    │ └ Unstorable                text that the database cannot hold; becomes the field's problem
    ├ ArtifactError               a model folder cannot be used
    │ ├ ArtifactMissing           there is none
    │ ├ ArtifactMismatch          it is damaged, inconsistent, or of another format
    │ └ ArtifactNotWritten        a new one could not be written; the one before it still serves
    ├ UnknownMovie                no such movie_id, or no film of that title, in the model
    ├ UnknownUser                 no account of that name, or several that differ only in case
    ├ InvalidArgument             a value outside the documented range; a ValueError too
    ├ InvalidPreferences          a favourite cannot be saved: .problems names field and rule
    ├ AuthError
    │ ├ InvalidRegistration       a sign-up rule is broken: .problems names field and rule
    │ │ └ NameTaken               the username or the email belongs to somebody already
    │ ├ BadCredentials            unknown name or wrong password, deliberately not told apart
    │ ├ BadResetCode              a one-time code that is wrong, used or too old, or another person's
    │ ├ TooManyAttempts           try again in .retry_after_s
    │ └ LoginExpired              the login behind an action has ended
    ├ SourceError                 input data: file, line, column, what was expected
    ├ TrainedByUsers              a model would be measured on people who trained it
    └ PosterError                 TMDB gives no poster now; a page never meets it, the doctor tells of it

``str(error)`` is for the log. A page shows ``error.public``; the command line shows both
``str(error)`` and ``error.hint``. Neither text ever holds a password, a key or a token.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

__all__ = [
    "ArtifactError",
    "ArtifactMismatch",
    "ArtifactMissing",
    "ArtifactNotWritten",
    "AuthError",
    "BadCredentials",
    "BadResetCode",
    "DuplicateKey",
    "InvalidArgument",
    "InvalidPreferences",
    "InvalidRegistration",
    "LoginExpired",
    "MovierecError",
    "NameTaken",
    "PosterError",
    "SchemaError",
    "SettingsError",
    "SourceError",
    "StorageError",
    "TooManyAttempts",
    "TrainedByUsers",
    "UnknownMovie",
    "UnknownUser",
    "Unstorable",
]


class MovierecError(Exception):
    """Base of all errors raised on purpose.

    Attributes:
        public: one sentence that is safe to show a visitor.
        hint: what the operator can do about it; may be empty.
    """

    public = "Something went wrong on our side. Please try again."
    hint = ""

    def __init__(self, detail: str = "", *, public: str | None = None, hint: str | None = None):
        super().__init__(detail or public or self.public)
        if public is not None:
            self.public = public
        if hint is not None:
            self.hint = hint


class SettingsError(MovierecError):
    """A setting has a value that cannot be used; the message names the variable."""

    public = "The app is not set up correctly. Please tell whoever runs it."
    hint = "See .env.example for every setting and what it may be."


class StorageError(MovierecError):
    """The database cannot be reached or refuses; nothing was half-written."""

    public = "We cannot reach our records right now. Please try again in a moment."
    hint = "movierec doctor tells which database is configured and whether it answers."


class SchemaError(StorageError):
    """The database's tables are missing or do not fit this version of the program."""

    public = "The app is being set up. Please try again in a little while."
    hint = "Run: movierec db upgrade"


class DuplicateKey(StorageError):
    """Another row has the same unique key; the transaction was rolled back."""


class Unstorable(StorageError):
    """Text that the column's character set cannot hold or compare; the transaction was rolled back."""


class ArtifactError(MovierecError):
    """A model folder cannot be used."""

    public = "Our film catalogue is not available right now."
    hint = "Run: movierec build"


class ArtifactMissing(ArtifactError):
    """There is no model where one was expected."""


class ArtifactMismatch(ArtifactError):
    """A model is damaged, inconsistent or of a format this program does not read."""

    hint = "Build it again: movierec build"


class ArtifactNotWritten(ArtifactError):
    """A model could not be written; what was there before is untouched."""

    hint = "Check that the folder may be written to and that there is room on the disk."


class UnknownMovie(MovierecError):
    """No film of the model has this movie_id, or this title when one was asked for.

    Attributes:
        movie_id, title: what was asked for; the other one is None.
    """

    public = "We do not know that film."

    def __init__(self, movie_id: object = None, *, title: str | None = None, hint: str | None = None):
        if title is None:
            asked = f"with movie_id {movie_id!r:.40}"
        else:
            asked = 'called "' + "".join(c if c.isprintable() else " " for c in title[:60]) + '"'
        super().__init__(f"no film {asked} in this model", hint=hint)
        self.movie_id, self.title = movie_id, title


class UnknownUser(MovierecError):
    """An operator named nobody, or somebody who cannot be told from another."""

    public = "We do not know that name."
    hint = "movierec user list shows all; names that differ only in case must be written exactly."

    def __init__(self, username: str):
        super().__init__(f"no account called {username!r:.60}")


class InvalidArgument(MovierecError, ValueError):
    """A caller asked for something outside the documented range; the message names it."""

    public = "We could not make sense of that request."


class InvalidPreferences(MovierecError):
    """A favourite cannot be saved as it is.

    Attributes:
        problems: field name -> what to do about it.
    """

    public = "Please correct the fields marked below."

    def __init__(self, problems: Mapping[str, str]):
        super().__init__("preferences refused: " + ", ".join(problems))
        self.problems = dict(problems)


class AuthError(MovierecError):
    """Base of everything that can go wrong at the door."""


class InvalidRegistration(AuthError):
    """At least one sign-up rule is broken.

    Attributes:
        problems: field name -> what to do about it, in the order of the form.
    """

    public = "Please correct the fields marked below."

    def __init__(self, problems: Mapping[str, str]):
        super().__init__("sign-up refused: " + ", ".join(problems))
        self.problems = dict(problems)


class NameTaken(InvalidRegistration):
    """The username or the email belongs to an account already."""


class BadCredentials(AuthError):
    """Unknown name or wrong password; the two are not told apart, in text, status or time."""

    public = "That username and password do not match."


class BadResetCode(AuthError):
    """The one-time code is wrong, used or too old, or the name unknown; not told apart."""

    public = "That username and code do not match, or the code is no longer valid."
    hint = "Make a new one: movierec user reset-password NAME"


class TooManyAttempts(AuthError):
    """Too many failures; nothing was verified.

    Attributes:
        retry_after_s: seconds until the next attempt is looked at.
        seconds: the same in whole seconds, which are never too few.
    """

    def __init__(self, retry_after_s: float):
        seconds = max(1, math.ceil(retry_after_s))
        super().__init__(
            f"throttled for {seconds} s",
            public=f"Too many attempts. Try again in {seconds} second{'s' if seconds > 1 else ''}.",
        )
        self.retry_after_s, self.seconds = retry_after_s, seconds


class LoginExpired(AuthError):
    """The login behind an action has ended: logged out, deleted, or the password changed."""

    public = "You are no longer logged in. Please log in again."


class SourceError(MovierecError):
    """Input data cannot be used.

    Attributes:
        file, line, column: where; ``line`` counts from 1 and includes the header.
    """

    public = "The film data could not be read."

    def __init__(
        self,
        problem: str,
        *,
        file: object,
        line: int | None = None,
        column: str | None = None,
        hint: str | None = None,
    ):
        where = str(file)
        if line is not None:
            where += f", line {line}"
        if column is not None:
            where += f", column {column}"
        super().__init__(f"{where}: {problem}", hint=hint)
        self.file, self.line, self.column = str(file), line, column


class TrainedByUsers(MovierecError):
    """A model would be measured on people who trained it: what it knows by heart would count as found."""

    public = "This model has learned from the people it would be measured on."
    hint = "Build with --users even and measure on odd, or the other way round; or take other people's ratings."


class PosterError(MovierecError):
    """TMDB gives no poster now: the room ``posters`` answers with none, and only its ``check()`` lets this out."""
