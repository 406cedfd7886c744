"""Signing up, logging in and out over HTTP: what comes back, what the browser keeps, and who is turned away."""

from __future__ import annotations

from typing import Any

import pytest

from movierec.app import FrontDesk
from movierec.errors import LoginExpired
from tests.kernel_page import PASSWORD, Answer, Page
from tests.server.test_visits import flags, port_of
from tests.serving import Server

NEW = "another long walk"
FIELDS: dict[str, dict[str, Any]] = {
    "login": {"username": "ann_1", "password": PASSWORD, "keep": True},
    "signup": {"username": "ann_1", "email": "a@example.com", "password": PASSWORD, "confirm": PASSWORD},
    "reset": {"username": "ann_1", "code": "x", "password": PASSWORD, "confirm": PASSWORD},
    "change_password": {"current": PASSWORD, "password": NEW, "confirm": NEW},
    "change_email": {"email": "b@example.com", "password": PASSWORD},
    "delete_account": {"password": PASSWORD},
    "ticket": {},
}


def login_cookie(server: Server) -> str:
    return f"movierec_login_{port_of(server)}"


@pytest.mark.parametrize("keep", [True, False])
def test_logging_in_sets_the_cookies_and_gives_a_ticket(
    server: Server, someone: Page, desk: FrontDesk, keep: bool
) -> None:
    """A login cookie that ends with the browser, or lasts as long as a login may; and one for the device."""
    answer = someone.log_in(keep=keep)
    assert (answer.status, answer.json()["kind"]) == (200, "welcome")
    assert answer.headers["Cache-Control"] == "no-store"
    login, device = (
        answer.set_cookies[login_cookie(server)],
        answer.set_cookies[f"movierec_device_{port_of(server)}"],
    )
    secret = {"httponly", "path=/", "samesite=strict"}
    assert flags(login) == secret | ({f"max-age={90 * 86_400}"} if keep else set())
    assert flags(device) == secret | {"max-age=31536000"}
    ticket = answer.json()["ticket"]
    found = desk.logins.redeem_ticket(ticket, kernel_id=someone.kernel_id)
    assert (found.user.username, found.kept) == (someone.username, keep)
    assert flags(answer.set_cookies[f"movierec_visit_{port_of(server)}"]) == secret, "a visit's new secret"
    secrets = set(someone.cookies.values()) | {ticket}
    assert len(secrets) == 5, "visit, login, device, ticket, and the hint"


@pytest.mark.parametrize(
    ("username", "password"), [("{username}", "wrong, but long"), ("not_{username}", PASSWORD), (" ", "")]
)
def test_wrong_credentials_set_nothing(someone: Page, username: str, password: str) -> None:
    """A wrong password, an unknown name, nothing at all: 401, the same words, no cookie."""
    answer = someone.log_in(username.format(username=someone.username), password)
    assert (answer.status, answer.json()["kind"]) == (401, "problems")
    assert answer.json() == someone.log_in(f"nor_{someone.username}", "neither").json()
    assert answer.set_cookies == {}


def test_a_sign_up_that_breaks_rules_is_told_which(someone: Page) -> None:
    """422, with a text for each field; and the name that is taken is one of them."""
    assert someone.sign_up(someone.username).status == 422
    answer = someone.send("signup", {"username": "a", "email": "b", "password": "c", "confirm": "d"})
    assert answer.status == 422
    assert set(answer.json()["problems"]) == {"username", "email", "password", "confirm"}


def test_a_form_that_is_sent_again_is_answered_as_before(server: Server) -> None:
    """By the name that its page gave it: nobody hears that their own account is taken. Another form is another."""
    page = Page(server.url)
    fields = {"username": "once_1", "email": "once@example.com", "password": PASSWORD, "confirm": PASSWORD}
    answers = [page.send("signup", fields, X_Movierec_Form=name) for name in ("one", "one", "two")]
    assert [answer.status for answer in answers] == [200, 200, 422]
    assert answers[0].json() == answers[1].json() == {"kind": "created", "username": "once_1"}


def test_the_answer_to_a_form_is_for_its_own_page(server: Server, someone: Page) -> None:
    """Another page's form of the same name is another form."""
    assert (
        someone.send("login", FIELDS["login"] | {"username": someone.username}, X_Movierec_Form="one").status
        == 200
    )
    assert Page(server.url).send("login", FIELDS["login"], X_Movierec_Form="one").status == 401


def test_the_name_of_a_form_is_no_proof_of_its_fields(server: Server, someone: Page) -> None:
    """Who knows the name, but not the password, gets an answer of their own, and no cookie."""
    fields = FIELDS["login"] | {"username": someone.username}
    assert someone.send("login", fields, X_Movierec_Form="one").status == 200
    answer = someone.send("login", fields | {"password": "wrong, but long"}, X_Movierec_Form="one")
    assert (answer.status, answer.set_cookies) == (401, {})


def test_a_log_in_whose_answer_was_lost_is_answered_again(server: Server, someone: Page) -> None:
    """The browser still sends the visit's old secret: the very same form gets the same answer, any other none."""
    before, fields = dict(someone.cookies), FIELDS["login"] | {"username": someone.username}
    first = someone.send("login", fields, X_Movierec_Form="one")
    after = dict(someone.cookies)

    def late(name: str = "one", **more: Any) -> Answer:
        someone.cookies = dict(before)
        return someone.send("login", fields | more, X_Movierec_Form=name)

    for wrong in (late("two"), late(""), late(password="wrong, but long")):
        assert (wrong.status, wrong.set_cookies) == (409, {})
    assert someone.ask(f"api/kernels/{someone.kernel_id}").status == 409, "not the end: it may come back"
    other = Page(server.url)
    assert other.send("login", fields | {"kernel_id": someone.kernel_id}, X_Movierec_Form="one").status == 403
    again = late()
    assert (again.status, again.json()) == (200, first.json())
    assert someone.cookies == after
    assert someone.ask(f"api/kernels/{someone.kernel_id}").status == 200


def test_a_stranger_does_not_have_a_form_forgotten(server: Server) -> None:
    """However many forms another page sends."""
    page, stranger = Page(server.url), Page(server.url)
    fields = {"username": "once_2", "email": "once2@example.com", "password": PASSWORD, "confirm": PASSWORD}
    assert page.send("signup", fields, X_Movierec_Form="one").status == 200
    for number in range(1010):
        assert stranger.send("delete_account", {"password": ""}, X_Movierec_Form=f"{number}").status == 401
    assert page.send("signup", fields, X_Movierec_Form="one").json() == {"kind": "created", "username": "once_2"}


def test_too_many_failures_are_told_when_to_come_again(someone: Page) -> None:
    """After five failures for the account, 429 with Retry-After."""
    *before, answer = failures(someone)
    assert [other.status for other in before][:5] == [401] * 5
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["kind"] == "failed"


def failures(page: Page, password: str = "wrong, but long") -> list[Answer]:
    """Fail to log in until there is a wait, which doubles each time: a slow machine may outlast the first ones."""
    answers = [page.log_in(password=password)]
    while answers[-1].status != 429 and len(answers) < 15:
        answers.append(page.log_in(password=password))
    return answers


def test_logging_in_again_ends_the_login_before(server: Server, someone: Page, desk: FrontDesk) -> None:
    """A new token, and the old one is worth nothing: one browser, one login."""
    someone.log_in()
    before = someone.cookies[login_cookie(server)]
    assert someone.log_in().status == 200
    after = someone.cookies[login_cookie(server)]
    assert desk.logins.by_token(after).user.username == someone.username
    with pytest.raises(LoginExpired):
        desk.logins.by_token(before)


def test_logging_out_ends_the_login_and_clears_the_cookie(server: Server, someone: Page, desk: FrontDesk) -> None:
    """DELETE: 204; what the browser had is worth nothing, also to somebody who has kept a copy."""
    someone.log_in(keep=True)
    token = someone.cookies[login_cookie(server)]
    answer = someone.log_out()
    assert answer.status == 204
    assert "expires=" in answer.set_cookies[login_cookie(server)].lower()
    assert login_cookie(server) not in someone.cookies
    with pytest.raises(LoginExpired):
        desk.logins.by_token(token)
    assert someone.log_out().status == 204, "once more does no harm"
    assert Page(server.url, cookies=someone.cookies).ticket is None


def test_a_changed_password_changes_the_token(server: Server, someone: Page, desk: FrontDesk) -> None:
    """The login goes on under a new token, as long as before; the old token and the old password end."""
    someone.log_in(keep=True)
    before = someone.cookies[login_cookie(server)]
    answer = someone.send("change_password", {"current": PASSWORD, "password": NEW, "confirm": NEW})
    assert (answer.status, answer.json()) == (200, {"kind": "changed", "what": "password"})
    assert f"max-age={90 * 86_400}" in flags(answer.set_cookies[login_cookie(server)])
    assert desk.logins.by_token(someone.cookies[login_cookie(server)]).user.username == someone.username
    with pytest.raises(LoginExpired):
        desk.logins.by_token(before)
    assert someone.log_in().status == 401
    assert someone.log_in(password=NEW).status == 200


def test_an_email_is_changed_with_the_password(someone: Page) -> None:
    """Without it: 401. With it: changed, and the cookie stays as it is."""
    someone.log_in()
    email = f"{someone.username}@example.org"
    assert someone.send("change_email", {"email": email, "password": "wrong"}).status == 401
    answer = someone.send("change_email", {"email": email, "password": PASSWORD})
    assert answer.json() == {"kind": "changed", "what": "email", "email": email}
    assert answer.set_cookies == {}


@pytest.mark.parametrize("path", ["change_password", "change_email", "delete_account"])
def test_a_form_is_about_whom_its_page_shows(server: Server, someone: Page, desk: FrontDesk, path: str) -> None:
    """Somebody else logs in in another tab, with the same password: nothing happens to them from this one."""
    assert someone.log_in().status == 200
    other_tab = Page(server.url, cookies=someone.cookies)  # one jar
    other_tab.sign_up(f"o_{someone.username}")
    assert other_tab.log_in(f"o_{someone.username}").status == 200
    answer = someone.send(path, FIELDS[path])
    assert (answer.status, answer.json()["kind"], answer.set_cookies) == (409, "failed", {})
    assert "Reload" in answer.json()["text"]
    assert other_tab.log_in(f"o_{someone.username}").status == 200
    reloaded = Page(server.url, cookies=someone.cookies)
    assert reloaded.send("delete_account", FIELDS["delete_account"]).status == 200


def test_a_deleted_account_takes_its_cookie_along(server: Server, someone: Page) -> None:
    """Nobody can log in by that name any more."""
    someone.log_in()
    answer = someone.send("delete_account", {"password": PASSWORD})
    assert (answer.status, answer.json()) == (200, {"kind": "deleted"})
    assert login_cookie(server) not in someone.cookies
    assert someone.log_in().status == 401


@pytest.mark.parametrize("path", ["change_password", "change_email", "delete_account", "ticket"])
def test_what_needs_a_login_is_refused_without(server: Server, someone: Page, path: str) -> None:
    """Without a cookie, and with one that is made up, which is cleared: 401, in the words for it."""
    for cookies in ({}, {login_cookie(server): "x" * 43}):
        someone.cookies |= cookies
        answer = someone.send(path, FIELDS[path])
        assert (answer.status, answer.json()["kind"]) == (401, "failed")
        assert login_cookie(server) not in someone.cookies


def test_a_code_that_is_wrong_is_refused(someone: Page) -> None:
    """401, at its field."""
    answer = someone.send("reset", FIELDS["reset"] | {"username": someone.username})
    assert (answer.status, set(answer.json()["problems"])) == (401, {"code"})


# ------------------------------------------------------------------ who is turned away

FOREIGN: list[dict[str, str | None]] = [
    {"Origin": None}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"},
    {"X_Movierec": None}, {"X_Movierec": "2"}, {"Cookie": None},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", FIELDS)
def test_a_form_that_is_not_our_pages_is_refused(page: Page, path: str, headers: dict[str, str | None]) -> None:
    """A foreign or missing Origin, no header of a script's, no visit: 403, no cookie, nothing done."""
    answer = page.send(path, FIELDS[path], **headers)
    assert (answer.status, answer.text) == (403, "403 Forbidden\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.set_cookies == {}


@pytest.mark.parametrize("headers", FOREIGN[:-1])
def test_a_log_out_that_is_not_our_pages_ends_nothing(
    server: Server, someone: Page, headers: dict[str, str | None]
) -> None:
    """403, and the login goes on."""
    someone.log_in()
    answer = someone.ask("movierec/login", method="DELETE", **({"X_Movierec": "1"} | headers))
    assert (answer.status, answer.set_cookies) == (403, {})
    assert Page(server.url, cookies=someone.cookies).ticket


@pytest.mark.parametrize(
    "fields",
    [
        [], None, 7, "text", {"username": "ann_1"}, {"username": "ann_1", "password": PASSWORD},
        {"username": 7, "password": PASSWORD, "keep": True},
        {"username": "ann_1", "password": ["x"], "keep": True},
        {"username": "ann_1", "password": PASSWORD, "keep": 1},
        {"username": "ann_1", "password": PASSWORD, "keep": None},
        {"username": "ann_1", "password": PASSWORD, "keep": True, "kernel_id": None},
        {"username": "ann_1", "password": PASSWORD, "keep": True, "more": "x"},
    ],
)  # fmt: skip
def test_fields_that_are_not_the_forms_are_refused(page: Page, fields: Any) -> None:
    """Missing, too many, of a wrong type: 400."""
    assert page.send("login", fields).status == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 50_000, b"username=ann_1", b'{"a": ' + b"9" * 5000]
)
def test_bodies_that_are_no_json_are_refused(page: Page, body: bytes) -> None:
    """400, and no word of why."""
    answer = page.ask("movierec/login", method="POST", body=body, X_Movierec="1")
    assert (answer.status, answer.text) == (400, "400 Bad Request\n")


def test_a_body_that_is_too_large_is_not_read(page: Page) -> None:
    """More than 100 kB are refused as soon as they are announced."""
    assert page.ask("movierec/login", method="POST", X_Movierec="1", Content_Length="100001").status == 400


def test_a_password_of_any_text_is_only_wrong(someone: Page) -> None:
    """A NUL, half of a surrogate pair, emoji, 90 kB: 401 like any other."""
    for password in ("\0", "\ud800", "😀" * 20, "x" * 90_000):
        assert someone.log_in(f"not_{someone.username}", password).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", FIELDS)
def test_forms_are_posted_only(page: Page, path: str, method: str) -> None:
    """Any other way: 405, but for a DELETE of the login."""
    body = None if method in ("GET", "HEAD") else b"{}"
    answer = page.ask(f"movierec/{path}", method=method, body=body, X_Movierec="1", Origin=page.origin)
    assert answer.status == (204 if (path, method) == ("login", "DELETE") else 405)


@pytest.mark.parametrize("path", ["log_in", "sign_up", "logout", "login/", "Login", "export", "_log_in"])
def test_there_are_no_other_forms(page: Page, path: str) -> None:
    """404 for what is no form of ours."""
    assert page.send(path, FIELDS["login"]).status == 404
