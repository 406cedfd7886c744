"""Many visitors without browsers, in one event loop: each does what a page does, as messages over the wire.

::

    guest = Guest(server.url, "ann_1")
    arrival = await guest.arrive()      # seconds until the skeleton, the whole page, the kernel's first answer
    await guest.enter()                 # sign up, log in
    seconds, films = await guest.search("toy")
    seconds = await guest.pick(films[0])
    await guest.leave()                 # as a page that closes

An answer's time is taken when its bytes are read, before anything is done with it.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.kernel_page import PASSWORD, PROTOCOL, framed

PATIENCE_S = 90.0
_SKELETON = 'id="loading"'
_LARGEST_BYTES = 2**20  # of a line or a chunk of HTTP


@dataclass(frozen=True)
class Arrival:
    """Seconds since the visit began until there were the skeleton, the whole page, the kernel's first answer."""

    skeleton_s: float
    page_s: float
    usable_s: float


@dataclass(frozen=True)
class Said:
    """A message of the kernel about a widget."""

    kind: str
    widget: str
    data: dict[str, Any]
    at: float


class Guest:
    """One visitor."""

    def __init__(self, url: str, username: str):
        """Stand before the door.

        Args:
            url: the page's address.
            username: not signed up yet.
        """
        self.username = username
        self._url, self._host = url, urlsplit(url).netloc
        self._kernel_id, self._cookies = "", dict[str, str]()
        self._socket: WebSocketClientConnection | None = None
        self._widgets: dict[str, str] = {}  # name of the class -> id of the newest
        self._awaited: list[tuple[Callable[[Said], bool], asyncio.Future[Said]]] = []
        self._questions = 0

    async def arrive(self) -> Arrival:
        """Load the page and its files, open the websocket, get the kernel's answer: the state of a widget."""
        begun = time.perf_counter()
        line = await Line.open(self._host)
        page = await line.get(urlsplit(self._url).path, mark=_SKELETON, headers=self._headers())
        page_s = time.perf_counter() - begun
        self._cookies |= page.cookies
        self._read(page.text)
        for address in re.findall(r'(?:href|src)="(/[^"]*/static/[^"]+)"', page.text):
            await line.get(address)
        line.close()
        await self._connect()
        answer = self._await(lambda said: said.widget == "Door" and "state" in said.data)
        self._send("comm_msg", {"comm_id": self._widgets["Door"], "data": {"method": "request_state"}})
        answered = await asyncio.wait_for(answer, PATIENCE_S)
        return Arrival(page.marked_at - begun, page_s, answered.at - begun)

    async def enter(self) -> None:
        """Sign up and log in."""
        who = {"username": self.username, "password": PASSWORD}
        await self._post("signup", who | {"email": f"{self.username}@example.com", "confirm": PASSWORD})
        welcome = await self._post("login", who | {"keep": False})
        await self._say(
            "Door", "ticket", {"ticket": welcome["ticket"]},
            lambda said: said.kind == "comm_open" and said.widget == "PosterGrid",
        )  # fmt: skip

    async def search(self, text: str) -> tuple[float, list[int]]:
        """Ask for films; return after how many seconds they came, and their ids."""
        self._questions += 1
        seq, begun = self._questions, time.perf_counter()
        said = await self._say(
            "SearchBox", "search", {"seq": seq, "text": text}, lambda it: it.data.get("seq") == seq
        )
        return said.at - begun, [film["movie_id"] for film in said.data["options"]]

    async def pick(self, movie_id: int) -> float:
        """Pick a film; return after how many seconds its cards came."""
        begun = time.perf_counter()
        said = await self._say(
            "SearchBox", "pick", {"movie_id": movie_id},
            lambda it: it.widget == "PosterGrid" and "view" in it.data.get("state", {}),
        )  # fmt: skip
        return said.at - begun

    async def leave(self) -> None:
        """Close the page: a beacon ends the kernel."""
        if self._socket is not None:
            self._socket.close()
        line = await Line.open(self._host)
        await line.get(f"/voila/api/shutdown/{self._kernel_id}", body="", headers=self._headers())
        line.close()

    # ------------------------------------------------------------------ the page

    def _read(self, text: str) -> None:
        """Read which kernel is ours and which widgets there are."""
        found = re.search(r'<script[^>]*id="movierec-page"[^>]*>(.*?)</script>', text, re.DOTALL)
        assert found, f"a page without a kernel:\n{text[-500:]}"
        page = json.loads(found[1])
        self._kernel_id = page["kernel_id"]
        for model_id, model in page["states"].items():
            self._note(model_id, model["state"])

    def _note(self, model_id: str, state: dict[str, Any]) -> None:
        name = str(state.get("_anywidget_id") or state.get("_model_name")).rsplit(".", 1)[-1]
        self._widgets[name] = model_id

    def _headers(self) -> dict[str, str]:
        """What a browser adds to each request."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Origin": f"http://{self._host}"} | ({"Cookie": cookie} if cookie else {})

    async def _post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Hand in a form; return the answer, which must be a good one."""
        line = await Line.open(self._host)
        body = json.dumps({"kernel_id": self._kernel_id, **fields})
        headers = {"X-Movierec": "1", "Content-Type": "application/json", **self._headers()}
        answer = await line.get(f"/movierec/{path}", body=body, headers=headers)
        line.close()
        self._cookies |= answer.cookies
        reply: dict[str, Any] = json.loads(answer.text)
        return reply

    # ------------------------------------------------------------------ the wire

    async def _connect(self) -> None:
        address = f"ws://{self._host}/api/kernels/{self._kernel_id}/channels?session_id={uuid.uuid4().hex}"
        request = HTTPRequest(address, headers=self._headers(), connect_timeout=PATIENCE_S)
        self._socket = await websocket_connect(
            request, subprotocols=[PROTOCOL], on_message_callback=self._hear, max_message_size=2**26
        )
        self._socket.protocol.set_nodelay(True)  # as browsers do

    async def _say(self, widget: str, kind: str, fields: dict[str, Any], wanted: Callable[[Said], bool]) -> Said:
        """Send a widget a message and return the answer that is wanted."""
        answer = self._await(wanted)
        content = {"kind": kind, **fields}
        data = {"method": "custom", "content": content}
        self._send("comm_msg", {"comm_id": self._widgets[widget], "data": data})
        return await asyncio.wait_for(answer, PATIENCE_S)

    def _await(self, wanted: Callable[[Said], bool]) -> asyncio.Future[Said]:
        answer: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._awaited.append((wanted, answer))
        return answer

    def _send(self, msg_type: str, content: dict[str, Any]) -> None:
        assert self._socket is not None
        self._socket.write_message(framed(msg_type, content), binary=True)

    def _hear(self, frame: str | bytes | None) -> None:
        at = time.perf_counter()
        if not isinstance(frame, bytes):
            return  # the connection has ended
        _, (header, _, _, text, *_) = deserialize_msg_from_ws_v1(frame)
        kind = json.loads(header)["msg_type"]
        content = json.loads(text)
        if kind in ("comm_open", "comm_msg", "comm_info_reply"):
            self._take(kind, content, at)

    def _take(self, kind: str, content: dict[str, Any], at: float) -> None:
        data, model_id = content.get("data", content), content.get("comm_id", "")
        if kind == "comm_open":
            self._note(model_id, data["state"])
        names = {known: name for name, known in self._widgets.items()}
        custom = data.get("content") if data.get("method") == "custom" else data
        said = Said(kind, names.get(model_id, model_id), custom or {}, at)
        for wanted, answer in tuple(self._awaited):
            if answer.done() or wanted(said):
                self._awaited.remove((wanted, answer))
                if not answer.done():
                    answer.set_result(said)


@dataclass
class Response:
    """What came over HTTP; ``marked_at`` is when the text that was looked for had been read."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    text: str = ""
    marked_at: float = 0.0


class Line:
    """A connection that is kept, read as it comes: ready-made clients hand over what is whole."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._host, self._reader, self._writer = host, reader, writer

    @classmethod
    async def open(cls, host: str) -> Line:
        """Connect."""
        name, _, port = host.partition(":")
        return cls(host, *await asyncio.open_connection(name, int(port or 80), limit=_LARGEST_BYTES))

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def get(
        self, path: str, *, mark: str = "", body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Get *path*, or post *body*; look for *mark* in the text as it comes."""
        lines = [
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
            f"Host: {self._host}",
            "Accept-Encoding: gzip",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self._writer.write("\r\n".join([*lines, "", body or ""]).encode())
        return await asyncio.wait_for(self._answer(mark), PATIENCE_S)

    async def _answer(self, mark: str) -> Response:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:])]
        cookies = (value.partition(";")[0].partition("=") for name, value in pairs if name == "set-cookie")
        response = Response(dict(pairs), {name: value for name, _, value in cookies})
        assert head[0].split()[1] in ("200", "204"), f"{self._host}: {head[0]}"
        zipped = response.headers.get("content-encoding") == "gzip"
        unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        text = b""
        while piece := await self._piece(response.headers):
            text += unzip.decompress(piece) if zipped else piece
            if not response.marked_at and mark.encode() in text:
                response.marked_at = time.perf_counter()
        response.text = text.decode("utf-8", errors="replace")
        assert not mark or response.marked_at, f"no {mark} in the page"
        return response

    async def _piece(self, headers: dict[str, str]) -> bytes:
        """Return what comes next of the body; nothing at its end."""
        if headers.get("transfer-encoding") == "chunked":
            size = int(await self._reader.readline(), 16)
            return (await self._reader.readexactly(size + 2))[:-2]
        return await self._reader.readexactly(int(headers.pop("content-length", 0)))
