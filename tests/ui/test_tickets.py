"""Where our server logs people in: the kernel takes tickets, and no password."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from movierec.app import App
from movierec.auth import FORMS, Login
from movierec.auth.logins import Logins
from movierec.errors import StorageError
from movierec.ui import components, files
from movierec.ui.components import Component
from tests.toy import HEAT
from tests.ui.conftest import KERNEL_ID, PASSWORD, Visit
from tests.ui.front_desk import LOGIN_URL
from tests.ui.wire import Wire

REFUSED = [{"kind": "refused"}]
EVERY_ACTION: list[tuple[str, dict[str, Any]]] = [
    ("Header", {"kind": "home"}),
    ("Header", {"kind": "profile"}),
    ("SearchBox", {"kind": "pick", "movie_id": HEAT}),
    ("SearchBox", {"kind": "mix", "movie_id": HEAT}),
    ("PosterGrid", {"kind": "pick", "movie_id": HEAT}),
    ("PosterGrid", {"kind": "take_out", "movie_id": HEAT}),
    ("PosterGrid", {"kind": "back"}),
    ("PosterGrid", {"kind": "rate", "movie_id": HEAT, "value": 1}),
    ("Profile", {"kind": "close"}),
    ("Profile", {"kind": "save", "favorite_genre": "", "favorite_movie": ""}),
    ("Account", {"kind": "export"}),
    ("Account", {"kind": "end_login", "login_id": 1}),
    ("Account", {"kind": "account_changed"}),
    ("Account", {"kind": "log_out_everywhere"}),
]


@pytest.fixture
def served(wire: Wire, app: App) -> Visit:
    """A visitor at the start page of our server, with an account."""
    app.accounts.register("ann_1", "ann_1@example.com", PASSWORD, confirm=PASSWORD)
    return Visit(wire, replace(app, settings=app.settings.replace(login_url=LOGIN_URL)))


def begin(visit: Visit, username: str = "ann_1") -> Login:
    """Log in, as the server does it."""
    proven = visit.app.accounts.proofs.authenticate(username, PASSWORD)
    return visit.app.logins.begin(proven, label="Chrome on Linux")[0]


def ticket_for(visit: Visit, login: Login, kernel_id: str = KERNEL_ID) -> str:
    return visit.app.logins.issue_ticket(login, kernel_id=kernel_id)


@pytest.fixture
def inside(served: Visit) -> Visit:
    """They have come in with a ticket."""
    served.wire.say("Door", "ticket", ticket=ticket_for(served, begin(served)))
    return served


def test_a_ticket_brings_the_films(served: Visit) -> None:
    """At once, and no word of the login goes to the page but the username."""
    assert served.wire.say("Door", "ticket", ticket=ticket_for(served, begin(served))) == []
    assert served.shown == ["Header", "SearchBox", "PosterGrid", "Notice", "Footer"]
    assert served.wire.state("Header")["username"] == "ann_1"


def test_what_a_ticket_brings_is_fetched_before_it_is_asked_for(inside: Visit) -> None:
    """The scripts of all that is shown are named in the page's head; so is the door's, which lets them in."""
    shown = {getattr(components, name).script for name in inside.shown}
    assert set(files.INSIDE) == shown | {"door.js"}
    assert set(files.INSIDE) <= files.files().keys()


def test_a_ticket_is_good_once(served: Visit) -> None:
    """Whoever reads it in the page later has nothing."""
    ticket = ticket_for(served, begin(served))
    served.wire.say("Door", "ticket", ticket=ticket)
    served.wire.say("Header", "log_out")
    assert served.wire.say("Door", "ticket", ticket=ticket) == REFUSED
    assert served.shown == ["Door", "Footer"]


def test_a_ticket_is_good_for_its_kernel_alone(served: Visit) -> None:
    """One for another visitor's kernel is worth nothing here."""
    ticket = ticket_for(served, begin(served), kernel_id="another-kernel")
    assert served.wire.say("Door", "ticket", ticket=ticket) == REFUSED
    assert served.shown == ["Door", "Footer"]


@pytest.mark.parametrize("ticket", ["", "x" * 43, "🎬" * 43, "x" * 20_000])
def test_no_text_is_a_ticket(served: Visit, ticket: str) -> None:
    """Refused, like one that is used."""
    assert served.wire.say("Door", "ticket", ticket=ticket) == REFUSED


def test_a_ticket_of_a_login_that_has_ended_is_worth_nothing(served: Visit) -> None:
    """Logged out between the page and its kernel."""
    login = begin(served)
    ticket = ticket_for(served, login)
    served.app.logins.end(login)
    assert served.wire.say("Door", "ticket", ticket=ticket) == REFUSED


@pytest.mark.parametrize("kind", ["ticket", "come_back"])
def test_who_is_inside_takes_no_ticket(inside: Visit, kind: str) -> None:
    """Nobody else's page is put in place of theirs."""
    before = len(inside.wire.log)
    for cls in Component.__subclasses__():
        if kind in cls.accepts:
            inside.controller.handle(cls(), {"kind": kind, "ticket": ticket_for(inside, begin(inside))})
    told = [entry for entry in inside.wire.log[before:] if entry["type"] == "comm_msg"]
    assert told == []
    assert inside.shown[0] == "Header"


def filled_in(kind: str) -> dict[str, Any]:
    return {name: PASSWORD if type_ is str else False for name, type_ in FORMS[kind].items()}


@pytest.mark.parametrize("kind", ["log_in", "sign_up", "reset"])
def test_the_kernel_takes_no_password_at_the_door(served: Visit, kind: str) -> None:
    """There is one way in, with one throttle that knows the address."""
    (answer,) = served.wire.say("Door", kind, **filled_in(kind) | {"username": "ann_1"})
    assert answer == {"kind": "failed", "text": "We could not make sense of that request."}
    assert served.shown == ["Door", "Footer"]


@pytest.mark.parametrize("kind", ["change_password", "change_email", "delete_account"])
def test_the_kernel_takes_no_password_inside(inside: Visit, kind: str) -> None:
    """Not even a right one; nothing changes."""
    inside.wire.say("Header", "profile")
    (answer,) = inside.wire.say("Account", kind, **filled_in(kind))
    assert answer["kind"] == "failed"
    inside.wire.say("Header", "home")
    assert inside.shown[0] == "Header"


def test_without_our_server_there_are_no_tickets(visit: Visit) -> None:
    """A kernel of plain Voilà or JupyterLab knows nobody who could give one."""
    visit.sign_up()
    for kind in ("ticket", "come_back"):
        (answer,) = visit.wire.say("Door", kind, ticket=ticket_for(visit, begin(visit)))
        assert answer["kind"] == "failed"
    assert visit.shown == ["Door", "Footer"]


@pytest.mark.parametrize(("name", "content"), EVERY_ACTION, ids=str)
def test_after_logging_out_in_one_tab_the_other_is_refused(
    inside: Visit, name: str, content: dict[str, Any]
) -> None:
    """Its next action, whichever, in the same second: the start page, and why."""
    login = inside.controller._login
    assert login is not None
    inside.wire.say("Header", "profile")
    inside.app.logins.end(login)
    inside.wire.send(name, content)
    assert inside.shown == ["Door", "Footer"]
    assert inside.wire.state("Door")["note"] == "You are no longer logged in. Please log in again."


@pytest.mark.parametrize(
    ("username", "note"),
    [
        ("ann_1", "You have signed in anew. Your last step may have to be repeated."),
        ("walker", "You are signed in as walker now. Your last step was not done."),
    ],
)
def test_who_comes_back_by_another_login_is_told_whose_it_is(inside: Visit, username: str, note: str) -> None:
    """Somebody else finds no way to the places of the one before; they themselves do, but for one visit only."""
    before = inside.controller._login
    assert before is not None
    inside.app.logins.end(before)
    if username != "ann_1":
        inside.app.accounts.register(username, "w@example.com", PASSWORD, confirm=PASSWORD)
    inside.wire.say("SearchBox", "pick", movie_id=HEAT)
    login = begin(inside, username)
    inside.wire.say("Door", "come_back", ticket=ticket_for(inside, login))
    assert inside.wire.state("Notice")["note"] == note
    visits = [login, before] if username == "ann_1" else [login]
    assert inside.wire.state("PosterGrid")["visits"] == [str(one.login_id) for one in visits]


def test_who_has_seen_the_form_is_told_nothing_of_the_login_before(inside: Visit) -> None:
    """They have been told that it was over, and logged in themselves."""
    before = inside.controller._login
    assert before is not None
    inside.app.logins.end(before)
    inside.wire.say("SearchBox", "pick", movie_id=HEAT)
    inside.wire.say("Door", "ticket", ticket=ticket_for(inside, begin(inside)))
    assert inside.wire.state("Notice")["note"] == ""
    inside.wire.say("Header", "log_out")
    inside.wire.say("Door", "come_back", ticket=ticket_for(inside, begin(inside)))
    assert inside.wire.state("Notice")["note"] == ""


def test_a_login_that_cannot_be_ended_is_the_page_s_to_tell(
    inside: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It has the cookie's login ended, goes on trying, and knows when it has worked; here it is logged."""

    def fail(_logins: Logins, _login: Login) -> None:
        raise StorageError("locked")

    monkeypatch.setattr(Logins, "end", fail)
    assert inside.wire.say("Header", "log_out") == []
    assert inside.wire.state("Door")["warning"] == ""
    assert "StorageError: locked" in caplog.text


def test_what_the_server_has_done_is_shown(inside: Visit) -> None:
    """The page says that something has changed; the kernel looks."""
    inside.wire.say("Header", "profile")
    user = inside.app.logins.check(begin(inside))
    inside.app.accounts.change_email(user, "new@example.com")
    inside.wire.say("Account", "account_changed")
    assert inside.wire.state("Profile")["email"] == "new@example.com"
    assert [place["label"] for place in inside.wire.state("Account")["places"]] == ["Chrome on Linux"] * 2


def test_an_account_that_the_server_has_deleted_is_mourned_in_one_sentence(inside: Visit) -> None:
    """Not as a login that has ended for no reason."""
    inside.wire.say("Header", "profile")
    user = inside.app.logins.check(begin(inside))
    inside.app.personal.delete(user.user_id)
    inside.wire.say("Account", "account_deleted")
    assert inside.shown == ["Door", "Footer"]
    assert inside.wire.state("Door")["note"] == "Your account and everything about you are deleted."
