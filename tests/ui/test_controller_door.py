"""The start page: signing up, logging in, logging out, and who gets nowhere."""

from __future__ import annotations

import gc
import logging
from typing import Any

import ipywidgets
import pytest
from ipywidgets.widgets import widget
from sqlalchemy import delete

from movierec.app import App
from movierec.auth import Login
from movierec.auth.logins import Logins
from movierec.errors import StorageError
from movierec.tables import users
from movierec.ui.components import Component, Door
from movierec.ui.controller import Controller
from tests.toy import HEAT, TOY_STORY
from tests.ui.conftest import BEHIND_THE_LOGIN, PASSWORD, Visit
from tests.ui.wire import Wire


def test_a_visit_begins_at_the_door(visit: Visit) -> None:
    """The start page, the footer, and nothing of what is behind the login."""
    assert visit.shown == ["Door", "Footer"]
    assert visit.wire.names() == {"VBoxModel", "Door", "Footer"}
    fan = [film["label"] for film in visit.wire.state("Door")["films"]]
    assert fan == ["The Dark Knight (2008)", "WALL·E (2008)", "Up (2009)", "Alien (1979)", "Toy Story (1995)"]


def test_the_hint_beside_the_password_is_the_setting(wire: Wire, app: App) -> None:
    """What the page promises is what the rule is."""
    Controller(app)
    assert wire.state("Door")["password_min_length"] == app.settings.password_min_length == 6


def test_signing_up_makes_an_account_and_logs_nobody_in(visit: Visit) -> None:
    """The page is told under which name; it is still the start page."""
    assert visit.sign_up("Ann_1") == [{"kind": "created", "username": "Ann_1"}]
    assert visit.shown == ["Door", "Footer"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "an"}, "username"), ({"username": "bob\n"}, "username"), ({"username": "b b"}, "username"),
        ({"username": "' OR 1=1 --"}, "username"), ({"username": "<img src=x onerror=alert(1)>"}, "username"),
        ({"email": "ann@"}, "email"), ({"email": "user@example.com\n"}, "email"),
        ({"password": "abcde", "confirm": "abcde"}, "password"), ({"confirm": "another"}, "confirm"),
        ({"password": "x" * 1025, "confirm": "x" * 1025}, "password"),
    ],
    ids=str,
)  # fmt: skip
def test_a_broken_rule_is_told_beside_its_field(visit: Visit, change: dict[str, str], field: str) -> None:
    """One answer, which names the field and nothing else."""
    filled = {"username": "ann_1", "email": "ann@example.com", "password": PASSWORD, "confirm": PASSWORD}
    (answer,) = visit.wire.say("Door", "sign_up", **filled | change)
    assert answer["kind"] == "problems"
    assert list(answer["problems"]) == [field]
    assert answer["problems"][field]


def test_a_taken_name_is_told_beside_it(visit: Visit) -> None:
    """Whatever its case."""
    visit.sign_up("ann_1")
    (answer,) = visit.wire.say(
        "Door", "sign_up", username="ANN_1", email="other@example.com", password=PASSWORD, confirm=PASSWORD
    )
    assert list(answer["problems"]) == ["username"]


def test_logging_in_brings_the_films(visit: Visit) -> None:
    """Everything behind the login is made then, and the start page is closed."""
    visit.enter()
    assert visit.shown == ["Header", "SearchBox", "PosterGrid", "Notice", "Footer"]
    assert "Door" not in visit.wire.names()
    assert visit.wire.state("Header")["username"] == "ann_1"


@pytest.mark.parametrize(("username", "password"), [("ann_1", "wrong"), ("nobody_here", PASSWORD), ("", "")])
def test_unknown_and_wrong_get_one_answer(visit: Visit, username: str, password: str) -> None:
    """Nobody learns from it which names exist."""
    visit.sign_up()
    answer = visit.log_in(username, password)
    assert answer == [{"kind": "problems", "problems": {"password": "That username and password do not match."}}]
    assert visit.shown == ["Door", "Footer"]


def test_before_the_login_nothing_private_is_on_the_wire(visit: Visit) -> None:
    """A wrong password for a name that exists tells nothing about whose it is."""
    visit.app.accounts.register("ann_1", "ann_1@example.com", PASSWORD, confirm=PASSWORD)
    visit.log_in(password="wrong")
    visit.wire.raw(visit.wire.id("Door"), {"method": "request_state"})
    assert "ann_1" not in visit.wire.text


def test_the_start_page_after_a_visit_knows_nothing_of_it(inside: Visit) -> None:
    """Whoever sits down at the same browser next reads no name and no address out of its widgets."""
    inside.wire.say("Header", "profile")
    inside.wire.say("Header", "log_out")
    assert inside.wire.names() == {"VBoxModel", "Door", "Footer"}
    assert "ann_1" not in str(inside.wire.states)


def test_passwords_never_come_back(visit: Visit) -> None:
    """Not as a trait, not in an answer, not in an error."""
    secrets = ["s3cret of one", "s3cret of two", "s3cret of three"]
    visit.sign_up(password=secrets[0])
    visit.sign_up(password=secrets[0])  # taken
    visit.sign_up("bob_1", password=secrets[1], confirm=secrets[2])
    visit.log_in(password=secrets[1])
    visit.log_in(password=secrets[0])
    assert visit.shown[0] == "Header"
    assert "s3cret" not in visit.wire.text


def test_a_50_mb_password_is_refused_and_the_kernel_lives(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    """It is not hashed, not logged, not repeated; the next message is answered as ever."""
    visit.sign_up()
    (answer,) = visit.log_in(password="x" * 50_000_000)
    assert answer == {"kind": "failed", "text": "We could not make sense of that request."}
    assert len(caplog.text) < 1000
    visit.log_in()
    assert visit.shown[0] == "Header"


def test_logging_out_closes_what_was_behind_the_login(inside: Visit) -> None:
    """The widgets are gone, not hidden; the start page is back."""
    inside.wire.say("Header", "profile")
    inside.wire.say("Header", "log_out")
    assert inside.shown == ["Door", "Footer"]
    assert not inside.wire.names() & BEHIND_THE_LOGIN


def test_raw_messages_do_nothing_after_logging_out(inside: Visit) -> None:
    """A browser that kept the ids of what is gone gets no answer and changes nothing."""
    wire = inside.wire
    inside.wire.say("Header", "profile")
    gone = {name: wire.id(name) for name in BEHIND_THE_LOGIN}
    wire.say("Header", "log_out")
    sent = len(wire.log)
    for comm_id in gone.values():
        for content in _EVERYTHING:
            wire.raw(comm_id, {"method": "custom", "content": content})
        wire.raw(comm_id, {"method": "request_state"})
        wire.raw(comm_id, {"method": "update", "state": {"hidden": False, "username": "ann_1"}})
    assert wire.log[sent:] == []
    assert inside.shown == ["Door", "Footer"]


_EVERYTHING: list[dict[str, Any]] = [
    {"kind": "search", "seq": 1, "text": "heat"},
    {"kind": "pick", "movie_id": HEAT},
    {"kind": "mix", "movie_id": HEAT},
    {"kind": "take_out", "movie_id": HEAT},
    {"kind": "back"},
    {"kind": "rate", "movie_id": HEAT, "value": 1},
    {"kind": "home"},
    {"kind": "profile"},
    {"kind": "save", "favorite_genre": "Crime", "favorite_movie": ""},
    {"kind": "suggest", "seq": 1, "text": "heat"},
    {"kind": "close"},
    {"kind": "export"},
    {"kind": "end_login", "login_id": 1},
    {"kind": "account_changed"},
    {"kind": "account_deleted"},
    {"kind": "change_password", "current": PASSWORD, "password": "x" * 20, "confirm": "x" * 20},
    {"kind": "change_email", "email": "other@example.com", "password": PASSWORD},
    {"kind": "delete_account", "password": PASSWORD},
    {"kind": "log_out_everywhere"},
    {"kind": "log_out"},
]


@pytest.mark.parametrize("content", _EVERYTHING, ids=lambda content: content["kind"])
def test_a_stranger_at_the_door_can_do_nothing_of_what_is_behind(
    visit: Visit, content: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither through the widgets of the start page nor through ones that the kernel itself would hold."""
    sent = len(visit.wire.log)
    for name in ("Door", "Footer", "VBoxModel"):
        answers = visit.wire.send(name, content)
        assert {answer["kind"] for answer in answers} <= {"failed"}
    for cls in Component.__subclasses__():
        if content["kind"] in cls.accepts:
            visit.controller.handle(cls(), content)
    assert visit.shown == ["Door", "Footer"]
    told = [entry for entry in visit.wire.log[sent:] if entry["type"] == "comm_msg"]
    assert {entry["data"]["content"]["kind"] for entry in told} <= {"failed"}


def test_who_is_inside_does_not_log_in_again(inside: Visit) -> None:
    """A message of the start page that comes late changes nothing."""
    late = Door(inside.controller.handle)
    before = len(inside.wire.log)
    inside.wire.say("Door", "log_in", username="ann_1", password=PASSWORD, keep=False)
    assert len(inside.wire.log) == before
    late.close()


def test_an_ended_login_brings_the_start_page_and_says_why(inside: Visit) -> None:
    """An account deleted elsewhere: the next action that asks is refused, and what it saw is gone."""
    inside.app.db.write(lambda conn: conn.execute(delete(users)))
    inside.wire.say("Header", "profile")
    assert inside.shown == ["Door", "Footer"]
    assert inside.wire.state("Door")["note"] == "You are no longer logged in. Please log in again."


@pytest.mark.parametrize(
    ("sender", "kind", "answered"), [("SearchBox", "search", "options"), ("Profile", "suggest", "suggestions")]
)
def test_searches_trust_a_login_for_a_few_seconds_only(
    inside: Visit, sender: str, kind: str, answered: str
) -> None:
    """Within them an ended login still finds films; after them it finds the start page."""
    inside.wire.say("Header", "profile")
    inside.app.db.write(lambda conn: conn.execute(delete(users)))
    inside.clock.now += 4.9
    (answer,) = inside.wire.say(sender, kind, seq=1, text="heat")
    assert answer["kind"] == answered
    inside.clock.now += 0.2
    inside.wire.say(sender, kind, seq=2, text="heat")
    assert inside.shown == ["Door", "Footer"]


@pytest.mark.parametrize(
    ("sender", "content"),
    [
        ("Header", {"kind": "profile"}),
        ("Profile", {"kind": "save", "favorite_genre": "", "favorite_movie": ""}),
        ("PosterGrid", {"kind": "rate", "movie_id": HEAT, "value": 1}),
        ("PosterGrid", {"kind": "go_to", "films": str(HEAT)}),
    ],
)
def test_writes_and_the_profile_trust_no_earlier_check(
    inside: Visit, sender: str, content: dict[str, Any]
) -> None:
    """Not even one of the same second."""
    inside.wire.say("Header", "profile")
    inside.app.db.write(lambda conn: conn.execute(delete(users)))
    inside.wire.send(sender, content)
    assert inside.shown == ["Door", "Footer"]


def test_logging_out_needs_no_database(inside: Visit) -> None:
    """Who wants to leave can."""
    inside.app.settings.db_sqlite_file.write_bytes(b"no database " * 1000)
    inside.wire.say("Header", "log_out")
    assert inside.shown == ["Door", "Footer"]


def test_a_database_that_is_away_is_told_in_one_sentence(
    wire: Wire, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    """The visitor is asked for patience; the operator gets the file and the hint."""
    visit = Visit(wire, app)
    app.settings.db_sqlite_file.write_bytes(b"no database " * 1000)
    (answer,) = visit.log_in()
    assert answer["kind"] == "failed"
    assert answer["text"].endswith(("Please try again in a moment.", "Please try again in a little while."))
    assert str(app.settings.db_sqlite_file) in caplog.text
    assert "movierec" in caplog.text
    assert str(app.settings.home) not in wire.text


def test_a_defect_shows_one_safe_sentence_and_nothing_else(
    inside: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """No traceback, no message of the exception, no file name on the wire; all of it in the log."""
    inside.swap(recommender=None)
    before = len(inside.wire.log)
    (answer,) = inside.pick(TOY_STORY)
    assert answer == {"kind": "failed", "text": "Something went wrong on our side. Please try again."}
    assert len(inside.wire.log) == before + 1
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info
    assert "Traceback" in caplog.text


def test_a_start_page_that_cannot_be_drawn_is_told(inside: Visit) -> None:
    """On the page that stays; nothing is raised."""
    inside.swap(recommender=None)
    (answer,) = inside.wire.say("Header", "log_out")
    assert answer["kind"] == "failed"
    assert inside.shown[0] == "Header"


@pytest.mark.parametrize(
    ("error", "logged"), [(StorageError("locked"), "StorageError: locked"), (RuntimeError("a defect"), "a defect")]
)
def test_what_fails_while_logging_out_is_told_on_the_page_that_one_sees_then(
    inside: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, logged: str
) -> None:
    """The start page is there at once, and warns; it does not promise what nobody does, to try again."""

    def fail(_logins: Logins, _login: Login) -> None:
        assert inside.shown == ["Door", "Footer"]
        raise error

    monkeypatch.setattr(Logins, "end", fail)
    assert inside.wire.say("Header", "log_out") == []
    assert inside.wire.state("Door")["warning"] == (
        "You are logged out. We cannot reach our records, so your profile may go on listing this place."
    )
    assert logged in caplog.text


def test_visits_leave_no_widget_behind(visit: Visit) -> None:
    """After ten rounds of everything, no more widgets live than after one: neither open nor merely forgotten."""

    def round_trip() -> None:
        visit.log_in()
        visit.wire.say("SearchBox", "search", seq=1, text="toy")
        visit.pick(TOY_STORY)
        visit.pick(HEAT)
        visit.wire.say("PosterGrid", "rate", movie_id=TOY_STORY, value=1)
        visit.wire.say("SearchBox", "mix", movie_id=TOY_STORY)
        for _ in range(3):
            visit.wire.say("Header", "profile")
        visit.wire.say("Header", "log_out")

    def alive() -> tuple[int, int]:
        gc.collect()
        in_memory = [thing for thing in gc.get_objects() if isinstance(thing, ipywidgets.Widget)]
        return len(in_memory), len(widget._instances)

    visit.sign_up()
    round_trip()
    once = alive()
    for _ in range(10):
        round_trip()
    assert alive() == once
    assert visit.wire.names() == {"VBoxModel", "Door", "Footer"}
