"""A page without a browser: it visits, opens its kernel's websocket, and says what it likes.

It can do what no page of ours would: use any Origin, send any bytes.
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


def ask(url: str, path: str = "", *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Send one request, with *path* below *url* exactly as it is; ``_`` in header names means ``-``."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
    try:
        connection.putrequest(method, parts.path + path, skip_host="Host" in headers, skip_accept_encoding=True)
        length = {} if body is None else {"Content-Length": str(len(body))}
        for name, value in (length | headers).items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@dataclass
class Page:
    """A visit to the server at *url*: the page's text and what it says of its kernel."""

    url: str
    query: str = ""
    answer: Answer = field(init=False)

    def __post_init__(self) -> None:
        self.answer = ask(self.url, self.query)
        assert self.answer.status == 200, self.answer.text

    @property
    def config(self) -> dict[str, Any]:
        text = self.answer.text.split('<script type="application/json" id="movierec-page">')[1]
        config: dict[str, Any] = json.loads(text.split("</script>")[0])
        return config

    @property
    def kernel_id(self) -> str:
        return str(self.config["kernel_id"])

    @property
    def xsrf(self) -> str:
        return (self.answer.headers["Set-Cookie"] or "").split("_xsrf=")[1].split(";")[0]

    @contextmanager
    def socket(self, *, protocol: str = PROTOCOL, **options: Any) -> Iterator[Socket]:
        """Open the websocket to the kernel; by default as a page of the server's own would."""
        parts = urlsplit(self.url)
        options = {"origin": f"http://{parts.netloc}", "max_size": None, "compression": None} | options
        address = f"ws://{parts.netloc}/api/kernels/{self.kernel_id}/channels?session_id={uuid.uuid4().hex}"
        with connect(address, subprotocols=[protocol], **options) as connection:
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
