"""The log of a whole evening, held against every secret that was used in it."""

from __future__ import annotations

import uuid
from pathlib import Path

from tests.kernel_page import PASSWORD, Page, ask
from tests.server.looking import beacon, refused
from tests.server.test_forms import failures
from tests.serving import start_server

OTHER = "a password that is only tried"
NEW = "a very different walk"


def test_no_secret_is_in_the_log_and_every_event_is(tmp_path: Path, toy_model: Path) -> None:
    """No password, cookie, ticket or kernel's id; but a line for a sign-up, a log-in, a failure, a log-out."""
    secrets = {PASSWORD, OTHER, NEW}
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model)}) as server:

        def visit(page: Page) -> Page:
            secrets.update({page.kernel_id, page.ticket or PASSWORD, *page.cookies.values()})
            return page

        ann = visit(Page(server.url))
        ann.username = "ann_1"
        ann.sign_up(ann.username)
        assert failures(ann, OTHER)[-1].status == 429
        ann.log_in(OTHER, OTHER)
        bob = visit(Page(server.url))
        bob.sign_up("bob_1")
        secrets.add(bob.log_in("bob_1", keep=True).json()["ticket"])
        visit(bob)
        secrets.add(bob.send("ticket", {}).json()["ticket"])
        bob.send("change_password", {"current": PASSWORD, "password": NEW, "confirm": NEW})
        visit(bob)
        assert visit(Page(server.url, cookies=bob.cookies)).ticket
        session_id = uuid.uuid4().hex
        with ann.socket(session_id=session_id), ann.socket(session_id=session_id) as again:
            assert again.alive()
        refused(ann, additional_headers={"Cookie": bob.cookie})
        ask(server.url, f"api/kernels/{ann.kernel_id}", Cookie=bob.cookie)
        bob.send("login", {"username": [NEW], "password": NEW, "keep": NEW})
        bob.send("login", {"username": "bob_1", "password": NEW, "keep": True}, Origin="http://evil.example")
        bob.log_out()
        beacon(bob)
        server.stop()
        log = server.log()
    secrets -= {"0", "1"}  # the hint is none
    assert len(secrets) > 12
    assert {secret for secret in secrets if secret in log or secret[:20] in log} == set()
    for event in ("sign-up", "log-in", "wrong password", "throttled", "password changed", "log-out"):
        assert f"INFO movierec.security: {event}" in log
    assert f"Replacing stale connection: {ann.kernel_id[:8]}…" in log, "a line with an id, of which this is left"
    assert "Traceback" not in log
