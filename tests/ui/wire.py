"""The wire between kernel and browser, in memory: what a browser would get, and what it can send."""

from __future__ import annotations

import json
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from movierec.ui.components import Component


class Wire:
    """A browser that keeps what it is told: the state of each open widget, each message, each word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.states: dict[str, dict[str, Any]] = {}
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.log: list[dict[str, Any]] = []
        wire = self

        class WireComm(BaseComm):
            def publish_msg(self, msg_type: str, data: Any = None, **_: Any) -> None:
                wire._publish(msg_type, self.comm_id, json.loads(json.dumps(data or {})))

        monkeypatch.setattr(comm, "create_comm", WireComm)

    def _publish(self, msg_type: str, comm_id: str, data: dict[str, Any]) -> None:
        self.log.append({"type": msg_type, "id": comm_id, "data": data})
        if msg_type == "comm_open":
            self.states[comm_id] = data["state"]
        elif msg_type == "comm_close":
            self.states.pop(comm_id, None)
        elif data["method"] == "update":
            self.states[comm_id].update(data["state"])
        else:
            self.heard.append((self.name(comm_id), data["content"]))

    @property
    def text(self) -> str:
        """Every word that ever went to the browser."""
        return json.dumps(self.log, ensure_ascii=False)

    def name(self, comm_id: str) -> str:
        """Return the class of the widget."""
        state = self.states[comm_id]
        return state.get("_anywidget_id", state["_model_name"]).rsplit(".", 1)[-1]

    def names(self) -> set[str]:
        """Return the classes of all open widgets."""
        return {self.name(comm_id) for comm_id in self.states}

    def id(self, name: str) -> str:
        """Return the one open widget of the class *name*."""
        (comm_id,) = [comm_id for comm_id in self.states if self.name(comm_id) == name]
        return comm_id

    def state(self, name: str) -> dict[str, Any]:
        """Return what the browser knows of the one widget of the class *name*."""
        return self.states[self.id(name)]

    def raw(self, comm_id: str, data: Any) -> list[dict[str, Any]]:
        """Send anything to a widget, open or not; return the messages that come back."""
        before = len(self.heard)
        comm.get_comm_manager().comm_msg(None, "", {"content": {"comm_id": comm_id, "data": data}, "buffers": []})
        return [content for _, content in self.heard[before:]]

    def send(self, name: str, content: Any) -> list[dict[str, Any]]:
        """Send a custom message to the widget of the class *name*; return the messages that come back."""
        return self.raw(self.id(name), {"method": "custom", "content": content})

    def say(self, name: str, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """Send a well-formed message to the widget of the class *name*; return the messages that come back."""
        return self.send(name, {"kind": kind, **fields})


def open_component(component: Component) -> str:
    """Return the id that a browser knows *component* by."""
    return str(component.comm.comm_id)
