"""The ``movierec`` command: serve, build, similar, evaluate, doctor, db, user."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from movierec import __version__, user_command
from movierec.errors import ArtifactMissing, MovierecError, UnknownMovie
from movierec.settings import Settings, load_settings

if TYPE_CHECKING:
    from movierec.catalogue import Movie
    from movierec.recommender import Pick, Recommender

__all__ = ["main"]

_ID_DIGITS = 19  # of 2**63, below which the model's ids are

# Each command imports what it needs when it runs: `movierec similar` must not wait for scikit-learn.


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 1 when something is wrong that the message explains, 2 for a wrong command line,
        130 after Ctrl-C.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    arguments = _parser().parse_args(argv)
    try:
        status = int(arguments.run(arguments))
        sys.stdout.flush()  # here, where a reader that has gone is noticed
        return status
    except MovierecError as error:
        print(f"movierec: {error}", file=sys.stderr)
        if error.hint:
            print(f"  → {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `movierec similar Heat | head -1`: the reader has all that it wanted. What is still to be
        # written goes nowhere: at its end Python would complain that it could not be.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="movierec", description="Pick a film you like, get films you will like, see why."
    )
    parser.add_argument("--version", action="version", version=f"movierec {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    serve = command("serve", _serve, "Serve the app; builds the built-in model first if there is none.")
    serve.add_argument("--host", help="address to listen on (MOVIEREC_HOST)")
    serve.add_argument("--port", type=_port, help="port to listen on (MOVIEREC_PORT)")
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")

    build = command("build", _build, "Build a model and swap it in.")
    build.add_argument("--source", choices=("builtin", "tmdb5000"), default="builtin")
    build.add_argument("--data", type=Path, metavar="DIR", help="folder with the source's files; none for builtin")
    build.add_argument("--ratings", type=Path, metavar="DIR", help="a MovieLens folder to learn from as well")
    build.add_argument("--users", choices=("all", "even", "odd"), default="all", help="whose ratings (all)")
    build.add_argument("--out", type=Path, metavar="DIR", help="where to write it (MODEL_DIR)")

    similar = command("similar", _similar, "Print the films most like one, or most like all of several.")
    similar.add_argument(
        "title",
        nargs="+",
        metavar="TITLE",
        help='a title, "Title (Year)", or a movie_id with --id; several: a mix',
    )
    similar.add_argument("--id", action="store_true", help="each TITLE is a movie_id")
    similar.add_argument("-k", type=int, default=10, help="how many (10)")
    similar.add_argument("--model", type=Path, metavar="DIR", help="the model to ask (MODEL_DIR)")
    similar.add_argument("--json", action="store_true", help="print JSON, for machines")

    evaluate = command("evaluate", _evaluate, "Measure a model on people who did not train it, beside baselines.")
    evaluate.add_argument("model", type=Path, metavar="MODEL", help="the model's folder")
    evaluate.add_argument("--ratings", type=Path, required=True, metavar="DIR", help="a MovieLens folder")
    evaluate.add_argument("--users", choices=("odd", "even"), default="odd", help="who is asked (odd)")
    evaluate.add_argument("--json", action="store_true", help="print JSON, for machines")

    doctor = command("doctor", _doctor, "Tell what is configured, reachable and missing, with the fix for each.")
    doctor.add_argument("--json", action="store_true", help="print JSON, for machines")

    db = command("db", _db, "Look after the database.")
    db.add_argument("action", choices=("upgrade",), help="upgrade: create the tables, adopt or upgrade older ones")

    user_command.add_arguments(command("user", user_command.run, "Look after accounts."))
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError("a port is a whole number from 1 to 65535")
    return int(text)


def _serve(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    settings = settings.replace(host=arguments.host or settings.host, port=arguments.port or settings.port)
    from movierec.artifact import open_artifact
    from movierec.server.front_end import FrontEnd
    from movierec.server.launcher import run
    from movierec.ui import MODULES, files

    try:
        open_artifact(settings.model_dir)
    except ArtifactMissing:
        _build_builtin(settings)

    front_end = FrontEnd(
        files=files.files(), style=files.STYLE, first=files.FIRST, inside=files.INSIDE, modules=MODULES
    )
    return run(settings, front_end, open_browser=not arguments.no_browser)


def _build_builtin(settings: Settings) -> None:
    # Only the default place is filled unasked: a MODEL_DIR that somebody named and that is empty is a
    # mistake that a model of other films would hide.
    if settings.model_dir != (settings.home / "models" / "default").resolve():
        raise ArtifactMissing(f"no model in {settings.model_dir}")
    from movierec.build.pipeline import build

    print("No model yet: building the built-in catalogue ...", flush=True)
    build("builtin", None, settings.model_dir)


def _build(arguments: argparse.Namespace) -> int:
    from movierec.build.pipeline import build

    settings = load_settings()
    data_dir = arguments.data and arguments.data.resolve()
    if data_dir is None and settings.data_dir and arguments.source != "builtin":
        data_dir = settings.data_dir / "tmdb-5000"
    out = (arguments.out or settings.model_dir).resolve()
    ratings_dir = arguments.ratings and arguments.ratings.resolve()
    print(build(arguments.source, data_dir, out, ratings_dir=ratings_dir, users=arguments.users))
    return 0


def _open_model(path: Path | None) -> Recommender:
    from movierec.recommender import open_model

    return open_model(path.resolve() if path else load_settings().model_dir)


def _similar(arguments: argparse.Namespace) -> int:
    recommender = _open_model(arguments.model)
    found = {title: _find(recommender, title, by_id=arguments.id) for title in arguments.title}
    movies = {movie.movie_id: movie for movie, _, _ in found.values()}
    picks = recommender.similar(list(movies), k=arguments.k)
    for title, (movie, _, exact) in found.items():
        if not exact:
            print(f'No film is called "{title}"; taking {movie.label}.', file=sys.stderr)
    if arguments.json:
        called = {movie.movie_id for movie, _, exact in found.values() if exact}
        asked = [{"movie": _movie_json(movie), "exact": movie_id in called} for movie_id, movie in movies.items()]
        mix = asked[0] if len(asked) == 1 else {"mix": asked}
        print(json.dumps({**mix, "picks": [_pick_json(pick) for pick in picks]}, indent=2))
        return 0
    print("Films like " + " + ".join(movie.label for movie in movies.values()))
    for position, pick in enumerate(picks, 1):
        print(f"{position:3}. {pick.movie.label}: {'; '.join(reason.text for reason in pick.reasons)}")
    others = {other.movie_id: other.label for _, namesakes, _ in found.values() for other in namesakes}
    if left := [f"{label} (--id {movie_id})" for movie_id, label in others.items() if movie_id not in movies]:
        print("Also of that name: " + ", ".join(left))
    return 0


def _find(recommender: Recommender, asked: str, *, by_id: bool) -> tuple[Movie, list[Movie], bool]:
    """Return the film meant by *asked*, others of the same name, and whether the film is called exactly that."""
    if by_id:
        digits = re.fullmatch("-?0*([0-9]+)", asked)  # int() would also take " 8_62" and other scripts' digits
        if digits is None:
            raise UnknownMovie(asked, hint="A movie_id is a whole number; without --id TITLE is a title.")
        if len(digits[1]) > _ID_DIGITS:
            raise UnknownMovie(asked, hint=f"The number is too large: a movie_id has at most {_ID_DIGITS} digits.")
        return recommender.by_id(int(digits[1]) * (-1 if asked.startswith("-") else 1)), [], True
    found = recommender.search(asked, limit=50, people=False)
    if not found:
        raise UnknownMovie(title=asked, hint="A part of the title will do; or give a movie_id with --id.")
    exact = _is_called(found[0], asked)
    name = asked if exact else found[0].title
    return found[0], [movie for movie in found[1:] if _is_called(movie, name)], exact


def _is_called(movie: Movie, name: str) -> bool:
    from movierec.artifact.movie import exact_key

    return exact_key(name) in map(exact_key, (movie.title, movie.original_title, movie.label))


def _movie_json(movie: Movie) -> dict[str, object]:
    return {"movie_id": movie.movie_id, "title": movie.title, "year": movie.year}


def _pick_json(pick: Pick) -> dict[str, object]:
    reasons = [
        {"kind": reason.kind, "values": list(reason.values), "text": reason.text}
        | ({"film": reason.film} if reason.film else {})
        for reason in pick.reasons
    ]
    return _movie_json(pick.movie) | {"score": round(float(pick.score), 6), "reasons": reasons}


def _evaluate(arguments: argparse.Namespace) -> int:
    from movierec.build.evaluate import evaluate

    report = evaluate(arguments.model.resolve(), arguments.ratings.resolve(), users=arguments.users)
    print(json.dumps(report.as_dict(), indent=2) if arguments.json else report)
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from movierec.doctor import inspect

    findings = inspect()
    if arguments.json:
        print(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        print("\n".join(str(finding) for finding in findings))
    return int(any(finding.state == "wrong" for finding in findings))


def _db(_arguments: argparse.Namespace) -> int:
    from movierec.db import Database

    database = Database(load_settings())
    for done in database.create():
        print(done)
    print(f"The database is ready: {database.describe()}")
    return 0
