"""A kernel in this process: real ipywidgets, and between them and the page what can go wrong there."""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Callable
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm
from ipywidgets.widgets.widget import _instances, _remove_buffers
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

Message = tuple[str, str, dict[str, Any], dict[str, Any], list[bytes]]  # channel, type, parent, content, buffers
Send = Callable[[bytes], None]


class Kernel:
    """Takes the page's messages, once each and in order, and says what a kernel says.

    Attributes:
        had: type, id and content of each message that was processed.
        repeated: the ids of those that had been processed before, and were dropped.
        scripts: address -> text, for the scripts and styles of widgets, where ``addresses`` is on.
        addresses: which traits go to the page as addresses and not as texts.
        deaf: what the page says is lost on the way, though its socket seems to be open.
        mute: what the kernel says is lost on the way, in the same manner.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.had: list[tuple[str, str, dict[str, Any]]] = []
        self._frames: set[bytes] = set()
        self.repeated: list[str] = []
        self.scripts: dict[str, str] = {}
        self.addresses = {"_esm", "_css"}
        self.deaf = self.mute = False
        self.lock = threading.RLock()
        self._ids: set[str] = set()
        self._unsaid: list[bytes] = []
        self._held: list[bytes] | None = None
        self._send: Send | None = None
        self._parent: dict[str, Any] = {}
        self._numbers = itertools.count(1)
        kernel = self

        class WireComm(BaseComm):
            def publish_msg(self, msg_type: str, data: Any = None, buffers: Any = None, **rest: Any) -> None:
                content = {"comm_id": self.comm_id, "data": data or {}}
                if msg_type == "comm_open":
                    content["target_name"] = rest["target_name"]
                kernel.say("iopub", msg_type, content, [bytes(buffer) for buffer in buffers or []])

        monkeypatch.setattr(comm, "create_comm", WireComm)
        monkeypatch.setattr(comm, "_comm_manager", comm.CommManager())

    # ------------------------------------------------------------------ to the page

    def say(
        self, channel: str, msg_type: str, content: dict[str, Any], buffers: list[bytes] | None = None
    ) -> None:
        """Send the page a message; without a page it waits for the next."""
        with self.lock:
            header = {"msg_id": f"k{next(self._numbers)}", "msg_type": msg_type, "session": "kernel"}
            if "state" in content.get("data", {}):
                content = {
                    **content,
                    "data": {**content["data"], "state": self._addressed(content["data"]["state"])},
                }
            parts = [json.dumps(part).encode() for part in (header, self._parent, {}, content)]
            frame = serialize_msg_to_ws_v1([*parts, *(buffers or [])], channel)
            if self.mute:
                return
            if self._send:
                self._send(frame)
            else:
                self._unsaid.append(frame)

    def _addressed(self, state: dict[str, Any]) -> dict[str, Any]:
        return {name: self._address(name, value) for name, value in state.items()}

    def _address(self, name: str, value: Any) -> Any:
        if name not in self.addresses or not value:
            return value
        address = f"/static/{hash(value) & 0xFFFFFFFF:08x}{'.js' if name == '_esm' else '.css'}"
        self.scripts[address] = value
        return address

    def states(self) -> dict[str, Any]:
        """Return the state of every open widget as nbclient writes it."""
        states: dict[str, Any] = {}
        for model_id, widget in list(_instances.items()):
            state, paths, buffers = _remove_buffers(widget.get_state())
            states[model_id] = {
                "model_name": state["_model_name"],
                "model_module": state["_model_module"],
                "model_module_version": state["_model_module_version"],
                "state": self._addressed(state),
            }
            if buffers:
                states[model_id]["buffers"] = [
                    {"data": base64.b64encode(buffer).decode(), "path": path, "encoding": "base64"}
                    for path, buffer in zip(paths, buffers, strict=True)
                ]
        return states

    # ------------------------------------------------------------------ from the page

    def attach(self, send: Send) -> None:
        """A page has come: it hears what was said while there was none."""
        with self.lock:
            self._send = send
            for frame in self._unsaid:
                send(frame)
            self._unsaid.clear()

    def detach(self, send: Send) -> None:
        """The page has gone, unless another has come since."""
        with self.lock:
            if self._send == send:
                self._send = None

    def hold(self) -> None:
        """Take messages from now on, and do not look at them yet."""
        self._held = []

    @property
    def holds(self) -> int:
        """How many messages are held."""
        return len(self._held or [])

    def release(self) -> None:
        """Look at what was held, and at what comes."""
        with self.lock:
            held, self._held = self._held or [], None
            for frame in held:
                self.hear(frame)

    def hear(self, frame: bytes) -> None:
        """Take a message of the page."""
        with self.lock:
            if self._held is not None:
                self._held.append(frame)
                return
            if self.deaf:
                return
            channel, parts = deserialize_msg_from_ws_v1(frame)
            header, parent, _, content = (json.loads(part) for part in parts[:4])
            assert (channel, parent) == ("shell", {})
            if frame in self._frames:  # as jupyter_client does with a signature that it has seen
                return
            self._frames.add(frame)
            self._parent = header
            self.say("iopub", "status", {"execution_state": "busy"})
            if header["msg_id"] in self._ids:
                self.repeated.append(header["msg_id"])
            else:
                self._ids.add(header["msg_id"])
                self.had.append((header["msg_type"], header["msg_id"], content))
                self._do(header["msg_type"], content, parts[4:])
            self.say("iopub", "status", {"execution_state": "idle"})
            self._parent = {}

    def _do(self, msg_type: str, content: dict[str, Any], buffers: list[bytes]) -> None:
        manager = comm.get_comm_manager()
        if msg_type == "comm_msg":
            manager.comm_msg(None, "", {"content": content, "buffers": [memoryview(part) for part in buffers]})
        elif msg_type == "comm_info_request":
            comms = {comm_id: {"target_name": one.target_name} for comm_id, one in manager.comms.items()}
            self.say("shell", "comm_info_reply", {"status": "ok", "comms": comms})
        elif msg_type == "kernel_info_request":
            self.say("shell", "kernel_info_reply", {"status": "ok"})
        else:
            raise AssertionError(f"{msg_type} does not pass")

    # ------------------------------------------------------------------ what tests ask

    def of(self, method: str) -> list[Any]:
        """Return what the page's widget messages of this method brought, in the order they were processed."""
        with self.lock:
            data = [content["data"] for msg_type, _, content in self.had if msg_type == "comm_msg"]
        return [one.get("content", one.get("state")) for one in data if one["method"] == method]

    def settled(self) -> bool:
        """Whether the page has asked for states since it last asked which widgets there are."""
        with self.lock:
            had = list(self.had)
        for msg_type, _, content in reversed(had):
            if msg_type == "comm_msg" and content["data"]["method"] == "request_state":
                return True
            if msg_type == "comm_info_request":
                return False
        return False

    def id_of(self, content: object) -> str:
        """Return the id of the one custom message with this content."""
        (msg_id,) = [one for _, one, had in self.had if had.get("data", {}).get("content") == content]
        return msg_id

    def asked(self, msg_type: str) -> int:
        """Return how often the page has asked this."""
        with self.lock:
            return sum(one == msg_type for one, _, _ in self.had)
