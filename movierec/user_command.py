"""``movierec user``: what operators do with accounts; they never see or choose a password."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from movierec.errors import UnknownUser
from movierec.settings import load_settings

if TYPE_CHECKING:
    from movierec.app import FrontDesk
    from movierec.auth import Administration
    from movierec.auth.administration import AccountSummary

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give the command its actions."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, do: Callable[..., int], text: str, *, of_one: bool = True) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=text, description=text)
        sub.set_defaults(do=do)
        if of_one:
            sub.add_argument("name", metavar="NAME", help="the username")
        return sub

    everybody = action("list", _list, "List all accounts.", of_one=False)
    one = action("show", _show, "Show one account.")
    for sub in (everybody, one):
        sub.add_argument("--json", action="store_true", help="print JSON, for machines")
    action("reset-password", _reset_password, "Print a code with which its owner chooses a new password.")
    action("disable", _disable, "Let nobody log in to an account, and end its logins.")
    action("enable", _enable, "Let its owner log in again.")
    delete = action("delete", _delete, "Remove an account and all that is stored about its owner.")
    delete.add_argument("--yes", action="store_true", help="do not ask whether that is meant")
    action("export", _export, "Print all that is stored about a person, as JSON.")
    end = action("end-logins", _end_logins, "Log somebody out everywhere, or everybody.", of_one=False)
    whose = end.add_mutually_exclusive_group(required=True)
    whose.add_argument("name", metavar="NAME", nargs="?", help="the username")
    whose.add_argument("--everybody", action="store_true", help="end all logins of all accounts")


def run(arguments: argparse.Namespace) -> int:
    """Do one action; returns what the shell is told.

    Raises:
        UnknownUser: nobody has that name.
        StorageError: the database cannot be reached or refuses.
    """
    from movierec.app import front_desk
    from movierec.auth import Administration
    from movierec.db import Database

    settings = load_settings()
    db = Database(settings)
    if db.is_new():  # looking makes nothing
        if getattr(arguments, "name", None):
            raise UnknownUser(arguments.name)
        print("[]" if getattr(arguments, "json", False) else "There are no accounts yet.")
        return 0
    db.check()
    desk = front_desk(db, settings)
    return int(arguments.do(arguments, Administration(db, desk.logins), desk))


def _list(arguments: argparse.Namespace, administration: Administration, _desk: FrontDesk) -> int:
    summaries = administration.summaries()
    if arguments.json:
        print(json.dumps([_as_dict(summary) for summary in summaries], indent=2))
        return 0
    for summary in summaries:
        state = "  disabled" if summary.disabled_at else ""
        print(f"{summary.user.user_id:6}  {summary.user.username:<20}  {summary.user.email}{state}")
    if not summaries:
        print("There are no accounts yet.")
    return 0


def _show(arguments: argparse.Namespace, administration: Administration, desk: FrontDesk) -> int:
    summary = administration.summary(arguments.name)
    logins = desk.logins.active(summary.user.user_id)
    if arguments.json:
        places = [
            {"label": one.label, "kept": one.kept, "since": _text(one.created_at), "used": _text(one.seen_at)}
            for one in logins
        ]
        print(json.dumps(_as_dict(summary) | {"logins": places}, indent=2))
        return 0
    facts = {
        "username": summary.user.username,
        "user_id": str(summary.user.user_id),
        "email": summary.user.email,
        "since": _text(summary.user.created_at),
        "disabled": _text(summary.disabled_at) or "no",
        "ratings": str(summary.ratings),
    }
    for name, value in facts.items():
        print(f"{name:<9} {value}")
    for one in logins:
        kept = ", kept" if one.kept else ""
        print(f"{'login':<9} {one.label}, since {_text(one.created_at)}, used {_text(one.seen_at)}{kept}")
    return 0


def _reset_password(arguments: argparse.Namespace, administration: Administration, desk: FrontDesk) -> int:
    from movierec.auth.recovery import CODE_MIN

    summary = administration.summary(arguments.name)
    print(desk.recovery.make_code(summary.user))
    print(
        f"Give {summary.user.username} this code. It is good once, for {CODE_MIN} minutes:"
        " on the page, “Log in”, then “I have a reset code”.",
        file=sys.stderr,
    )
    if summary.disabled_at:
        print("The account is disabled: enable it first.", file=sys.stderr)
    return 0


def _disable(arguments: argparse.Namespace, administration: Administration, _desk: FrontDesk) -> int:
    user = administration.disable(arguments.name)
    print(f"{user.username} cannot log in any more.")
    return 0


def _enable(arguments: argparse.Namespace, administration: Administration, _desk: FrontDesk) -> int:
    user = administration.enable(arguments.name)
    print(f"{user.username} can log in again.")
    return 0


def _delete(arguments: argparse.Namespace, administration: Administration, desk: FrontDesk) -> int:
    user = administration.summary(arguments.name).user
    if not arguments.yes:
        if not sys.stdin.isatty():
            print("movierec: nothing was deleted; with --yes it is not asked for.", file=sys.stderr)
            return 1
        if not _says_yes(f"Delete {user.username} and all that is stored about them, for good? [y/N] "):
            print("Nothing was deleted.")
            return 1
    desk.personal.delete(user.user_id)
    print(f"{user.username} is deleted.")
    return 0


def _says_yes(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl-D: whoever says nothing has not said yes
        print()
        return False


def _export(arguments: argparse.Namespace, administration: Administration, desk: FrontDesk) -> int:
    user = administration.summary(arguments.name).user
    print(json.dumps(desk.personal.export(user.user_id), indent=2, ensure_ascii=False))
    return 0


def _end_logins(arguments: argparse.Namespace, administration: Administration, desk: FrontDesk) -> int:
    if arguments.everybody:
        users = [summary.user for summary in administration.summaries()]
    else:
        users = [administration.summary(arguments.name).user]
    count = sum(desk.logins.end_all(user.user_id) for user in users)
    print(f"{count} login{'' if count == 1 else 's'} ended.")
    return 0


def _as_dict(summary: AccountSummary) -> dict[str, Any]:
    user = summary.user
    return {
        "user_id": user.user_id,
        "username": user.username,
        "email": user.email,
        "since": _text(user.created_at) or None,
        "disabled": _text(summary.disabled_at) or None,
        "logins": summary.logins,
        "ratings": summary.ratings,
    }


def _text(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
