"""A stranger who sends whatever they like: nobody else notices, and they learn nothing."""

from __future__ import annotations

import json
import random
import string
import threading
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from movierec.auth import FORMS
from movierec.settings import Settings
from movierec.ui.controller import _ACTIONS
from tests.kernel_page import PASSWORD, Page, framed
from tests.serving import Server

MESSAGES = 10_000  # all kinds together
SEED = 5
TYPES = [
    "execute_request", "complete_request", "inspect_request", "history_request", "shutdown_request",
    "interrupt_request", "debug_request", "input_reply", "create_subshell_request", "comm_open", "comm_close",
    "comm_info_request", "kernel_info_request", "is_complete_request", "usage_request", "", "x" * 1000,
]  # fmt: skip
KINDS = [*dict.fromkeys((*FORMS, *_ACTIONS)), "anywidget-command", "__init__"]  # the last two are none
WORDS = [
    "username", "password", "user_id", "movie_id", "value", "text", "seq", "ticket", "login_id", "_esm", "state",
    "hidden", "children", "method", "content", "keep", "code",
]  # fmt: skip
TEXTS = ["../../etc/passwd", "' OR 1=1 --", "<img src=x onerror=alert(1)>", "%s%n", "x" * 100, "x" * 20_001]
LETTERS = string.printable + "é\u202e\x00😀"


class Noise:
    """Makes messages up, the same ones for the same seed."""

    def __init__(self, seed: int, widgets: list[str]) -> None:
        self._random, self._widgets = random.Random(seed), widgets

    def message(self) -> bytes:
        """Return a message: most are well formed as a frame, and nonsense in what they say."""
        make: Callable[[], bytes] = self._random.choices(
            [self._custom, self._update, self._of_any_type, self._torn, self._bytes], [50, 25, 15, 5, 5]
        )[0]
        return make()

    def _custom(self) -> bytes:
        content = {"kind": self._random.choice(KINDS), **self._object(2)}
        return self._to_widget({"method": "custom", "content": content})

    def _update(self) -> bytes:
        method = self._random.choice(["update", "request_state", "request_states", "echo_update", "", 7])
        return self._to_widget({"method": method, "state": self._object(2), "buffer_paths": self._value(2)})

    def _to_widget(self, data: Any) -> bytes:
        comm_id = self._random.choice(
            [*self._widgets, *self._widgets, uuid.UUID(int=self._random.getrandbits(128)).hex]
        )
        return framed(
            "comm_msg", {"comm_id": comm_id, "data": data if self._random.random() < 0.9 else self._value(3)}
        )

    def _of_any_type(self) -> bytes:
        channel = self._random.choice(["shell", "control", "stdin", "iopub", "hb", ""])
        return framed(self._random.choice(TYPES), self._object(2), channel=channel)

    def _torn(self) -> bytes:
        whole = self._custom()
        return whole[: self._random.randrange(len(whole))]

    def _bytes(self) -> bytes:
        return self._random.randbytes(self._random.randrange(1, 200))

    def _object(self, depth: int) -> dict[str, Any]:
        return {self._random.choice(WORDS): self._value(depth - 1) for _ in range(self._random.randrange(4))}

    def _value(self, depth: int) -> Any:
        kinds: list[Callable[[], Any]] = [
            lambda: self._random.choice([0, 1, -1, 2**31, -(2**63), 10**30, 1e308, True, None]),
            lambda: "".join(self._random.choices(LETTERS, k=self._random.randrange(30))),
            lambda: self._random.choice(TEXTS),
        ]
        if depth > 0:
            kinds += [lambda: self._object(depth), lambda: [self._value(depth - 1) for _ in range(3)]]
        return self._random.choice(kinds)()


class Ear:
    """Opens the page's websocket again and again, and keeps all that comes."""

    def __init__(self, page: Page) -> None:
        self._page, self.heard, self._all = page, bytearray(), ExitStack()
        self._open()

    def _open(self) -> None:
        self._connection = self._all.enter_context(self._page.socket()).connection
        self._thread = threading.Thread(target=self._listen, args=[self._connection], daemon=True)
        self._thread.start()

    def _listen(self, connection: Any) -> None:
        try:
            for frame in connection:
                self.heard += frame if isinstance(frame, bytes) else frame.encode()
        except ConnectionClosed:
            pass

    def send(self, message: bytes) -> None:
        """Send a message, over a new connection where the server has ended the one before."""
        try:
            self._connection.send(message)
        except ConnectionClosed:
            self.hang_up()
            self._open()
            self._connection.send(message)

    def hang_up(self) -> None:
        self._all.close()
        self._thread.join(timeout=30)


def widgets_of(page: Page) -> list[str]:
    """Return the ids of all widgets that the kernel has now."""
    with page.socket() as socket_:
        reply = socket_.hear(socket_.send("comm_info_request", {}), "comm_info_reply")
    return sorted(reply["content"]["comms"])


def enter(page: Page, username: str) -> None:
    """Log in, over HTTP and with the ticket that comes of it."""
    assert page.sign_up(username).status == 200
    ticket = page.log_in(username).json()["ticket"]
    door = next(
        name for name, one in page.config["states"].items() if "Door" in str(one["state"].get("_anywidget_id"))
    )
    with page.socket() as socket_:
        content = {"kind": "ticket", "ticket": ticket}
        socket_.send("comm_msg", {"comm_id": door, "data": {"method": "custom", "content": content}})
        socket_.hear_any(lambda said: "PosterGrid" in json.dumps(said["content"]))


@pytest.fixture
def server(serve: Callable[..., Server], settings: Settings) -> Server:
    return serve("server", settings, MOVIEREC_AWAY_S="3600")


def test_ten_thousand_messages_of_nonsense(server: Server, settings: Settings) -> None:
    """Half of them before a login, half behind it: kernel, server and the others live; no secret, no traceback."""
    neighbour = Page(server.url)
    enter(neighbour, "neighbour_1")
    stranger, member = Page(server.url), Page(server.url)
    enter(member, "member_1")
    heard = bytearray()
    for number, page in enumerate((stranger, member)):
        noise, ear = Noise(SEED + number, widgets_of(page)), Ear(page)
        for _ in range(MESSAGES // 2):
            ear.send(noise.message())
        ear.hang_up()
        heard += ear.heard
        with page.socket() as socket_:
            assert socket_.alive()
    with neighbour.socket() as socket_:
        assert socket_.alive()
    assert Page(server.url).kernel_id
    text = heard.decode("utf-8", errors="replace")
    assert text, "a kernel has answered"
    secrets = [PASSWORD, "neighbour_1", "argon2", "Traceback", str(settings.home), "sqlite3", "SELECT",
               *neighbour.cookies.values(), *member.cookies.values(), neighbour.kernel_id]  # fmt: skip
    assert [secret for secret in secrets if secret not in ("0", "1") and secret in text] == []
    assert "Traceback" not in server.log()
