"""A page without a browser: it visits, opens its kernel's websocket, sends forms, and says what it likes.

It can do what no page of ours would: use any Origin, any cookie, send any bytes.
"""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from websockets.sync.client import ClientConnection, connect

PROTOCOL = "v1.kernel.websocket.jupyter.org"
PATIENCE_S = 20.0
PASSWORD = "a long walk home"


def framed(msg_type: str, content: dict[str, Any], *, channel: str = "shell", msg_id: str = "") -> bytes:
    """Return a message as the protocol puts it into bytes."""
    header = {
        "msg_id": msg_id or uuid.uuid4().hex, "msg_type": msg_type, "session": "page", "username": "visitor",
        "date": "2026-01-01T00:00:00Z", "version": "5.3",
    }  # fmt: skip
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    frame: bytes = serialize_msg_to_ws_v1(message, channel, lambda part: json.dumps(part).encode())
    return frame


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def set_cookies(self) -> dict[str, str]:
        """Return name -> all that the server says of a cookie, as it is on the wire."""
        return {line.partition("=")[0]: line for line in self.headers.get_all("Set-Cookie", [])}


def ask(
    url: str, path: str = "", *, method: str = "GET", body: bytes | None = None, **headers: str | None
) -> Answer:
    """Send one request, with *path* below *url* exactly as it is; ``_`` in header names means ``-``.

    A header that is None is left out.
    """
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
    try:
        connection.putrequest(method, parts.path + path, skip_host="Host" in headers, skip_accept_encoding=True)
        length = {} if body is None else {"Content-Length": str(len(body))}
        for name, value in (
            length | {name: value for name, value in headers.items() if value is not None}
        ).items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@dataclass
class Page:
    """A visit to the server at *url*: the page's text and what it says of its kernel.

    Attributes:
        cookies: what the browser keeps, name -> value. Give two pages the same, and they are in one browser.
        headers: what a proxy would add to each request.
        username: of whoever sits before it.
    """

    url: str
    query: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    username: str = ""
    answer: Answer = field(init=False)

    def __post_init__(self) -> None:
        self.answer = self.ask(self.query)
        assert self.answer.status == 200, self.answer.text

    @property
    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.element("movierec-page")
        return config

    @property
    def kernel_id(self) -> str:
        return str(self.config["kernel_id"])

    @property
    def ticket(self) -> str | None:
        """Return the ticket that came with the page; None when there is no place for one."""
        there = 'id="movierec-ticket"' in self.answer.text
        return str(self.element("movierec-ticket")["ticket"]) if there else None

    def element(self, name: str) -> Any:
        text = self.answer.text.split(f'<script type="application/json" id="{name}">')[1]
        return json.loads(text.split("</script>")[0])

    @property
    def origin(self) -> str:
        return self.url.rstrip("/")

    @property
    def cookie(self) -> str:
        """Return the header that a browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(
        self, path: str = "", *, method: str = "GET", body: bytes | None = None, **headers: str | None
    ) -> Answer:
        """Send a request as the page's own browser would, and keep the cookies that come back."""
        own = {"Cookie": self.cookie or None, "Origin": None if method == "GET" else self.origin, **self.headers}
        answer = ask(self.url, path, method=method, body=body, **(own | headers))
        for name, line in answer.set_cookies.items():
            value = line.partition("=")[2].partition(";")[0].strip('"')
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def send(self, path: str, fields: Any, **headers: str | None) -> Answer:
        """Send a form of the page's, with the id of its kernel unless the fields have another."""
        body = json.dumps({"kernel_id": self.kernel_id} | fields if isinstance(fields, dict) else fields)
        headers = {"X_Movierec": "1", "Content_Type": "application/json"} | headers
        return self.ask(f"movierec/{path}", method="POST", body=body.encode(), **headers)

    def sign_up(self, username: str, password: str = PASSWORD) -> Answer:
        fields = {"username": username, "email": f"{username}@example.com", "password": password}
        return self.send("signup", fields | {"confirm": password})

    def log_in(self, username: str = "", password: str = PASSWORD, *, keep: bool = False) -> Answer:
        fields = {"username": username or self.username, "password": password, "keep": keep}
        return self.send("login", fields)

    def log_out(self) -> Answer:
        return self.ask("movierec/login", method="DELETE", X_Movierec="1")

    @contextmanager
    def socket(
        self, *, protocol: str = PROTOCOL, kernel_id: str = "", session_id: str = "", **options: Any
    ) -> Iterator[Socket]:
        """Open the websocket to the kernel; by default as a page of the server's own would."""
        parts = urlsplit(self.url)
        options = {
            "origin": self.origin, "additional_headers": {"Cookie": self.cookie}, "max_size": None,
            "compression": None,
        } | options  # fmt: skip
        path = f"/api/kernels/{kernel_id or self.kernel_id}/channels?session_id={session_id or uuid.uuid4().hex}"
        with connect(f"ws://{parts.netloc}{path}", subprotocols=[protocol], **options) as connection:
            yield Socket(connection)


@dataclass
class Socket:
    """An open websocket to a kernel."""

    connection: ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)

    def send(self, msg_type: str, content: dict[str, Any], *, channel: str = "shell") -> str:
        """Send a message and return its id."""
        msg_id = uuid.uuid4().hex
        self.connection.send(framed(msg_type, content, channel=channel, msg_id=msg_id))
        return msg_id

    def hear(self, msg_id: str, msg_type: str) -> dict[str, Any]:
        """Return the *msg_type* that answers *msg_id*; all that is heard meanwhile is kept in ``heard``."""
        return self.hear_any(lambda m: m["parent"].get("msg_id") == msg_id and m["msg_type"] == msg_type)

    def hear_any(self, wanted: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            frame = self.connection.recv(timeout=max(0.01, end - time.monotonic()))
            assert isinstance(frame, bytes)
            _, (header, parent, _, content, *_) = deserialize_msg_from_ws_v1(frame)
            message = {
                "msg_type": json.loads(header)["msg_type"],
                "parent": json.loads(parent),
                "content": json.loads(content),
            }
            self.heard.append(message)
            if wanted(message):
                return message
        raise AssertionError(f"not heard within {PATIENCE_S} s; heard {[m['msg_type'] for m in self.heard]}")

    def alive(self) -> bool:
        """Does the kernel answer?"""
        self.hear(self.send("kernel_info_request", {}), "kernel_info_reply")
        return True
