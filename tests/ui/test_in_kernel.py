"""The app in a real kernel, told anything by a raw socket: what comes back over the wire."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from movierec.app import App
from tests.ui.conftest import PASSWORD

_ANSWER_S = 30
_NONSENSE: list[Any] = [
    None, 1, [], {}, {"method": "nonsense"}, {"method": "update", "state": {"children": ["x"], "note": 1}},
    {"method": "custom", "content": {"kind": "pick", "movie_id": 862}},
    {"method": "custom", "content": {"kind": "log_in", "username": 1, "password": None}},
]  # fmt: skip


class Kernel:
    """A kernel and the widgets that it has opened; ``own_id`` is how a server would call it."""

    def __init__(self, client: BlockingKernelClient, own_id: str) -> None:
        self._client, self.own_id = client, own_id
        self.ids: dict[str, str] = {}

    def _replies(self, request: str) -> list[dict[str, Any]]:
        replies = []
        while True:
            message = self._client.get_iopub_msg(timeout=_ANSWER_S)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "comm_open":
                state = content["data"]["state"]
                self.ids[state.get("_anywidget_id", state["_model_name"]).rsplit(".", 1)[-1]] = content["comm_id"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return replies
            replies.append(message)

    def run(self, code: str) -> list[dict[str, Any]]:
        return self._replies(self._client.execute(code))

    def tell(self, comm_id: str, data: Any) -> list[dict[str, Any]]:
        """Send a widget anything; return all that the kernel says about it, but that it is busy."""
        message = self._client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
        self._client.shell_channel.send(message)
        return [reply for reply in self._replies(message["header"]["msg_id"]) if reply["msg_type"] != "status"]

    def say(self, name: str, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return self.tell(self.ids[name], {"method": "custom", "content": {"kind": kind, **fields}})


@pytest.fixture
def kernel(app: App) -> Iterator[Kernel]:
    """A kernel as a launcher starts it, with the notebook's cell run."""
    environment = {"PATH": os.environ["PATH"], **app.settings.kernel_environment()}
    kernel_id = str(uuid.uuid4())
    file = str(app.settings.home / f"kernel-{kernel_id}.json")  # Jupyter's server calls it so
    manager = KernelManager(kernel_name="python3", connection_file=file)
    manager.start_kernel(env=environment)
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        kernel = Kernel(client, kernel_id)
        kernel.run("from movierec.ui import show\nroot = show()")
        assert set(kernel.ids) == {"VBoxModel", "Door", "Footer"}
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def kinds(replies: list[dict[str, Any]]) -> set[str]:
    return {reply["msg_type"] for reply in replies}


def test_nothing_but_widget_messages_ever_comes_back(kernel: Kernel) -> None:
    """No traceback, no log line, no file name: neither for nonsense, nor for what is gone, nor for a defect."""
    for data in _NONSENSE:
        for name in ("VBoxModel", "Door", "Footer"):
            assert kinds(kernel.tell(kernel.ids[name], data)) <= {"comm_msg"}

    assert kernel.tell("no-such-comm", {"method": "custom", "content": {}}) == []

    signing_up = {"username": "ann_1", "email": "ann_1@example.com", "password": PASSWORD, "confirm": PASSWORD}
    assert kinds(kernel.say("Door", "sign_up", **signing_up)) == {"comm_msg"}
    door = kernel.ids["Door"]
    assert kinds(kernel.say("Door", "log_in", username="ann_1", password=PASSWORD, keep=False)) <= {
        "comm_open",
        "comm_msg",
        "comm_close",
    }
    login = {
        "method": "custom",
        "content": {"kind": "log_in", "username": "ann_1", "password": PASSWORD, "keep": False},
    }
    assert kernel.tell(door, login) == [], "the start page is closed"

    kernel.run("import movierec.catalogue as c\nc.Catalogue.find = lambda *_, **__: 1 / 0")
    (answer,) = kernel.say("SearchBox", "search", seq=1, text="toy")
    content = answer["content"]["data"]["content"]
    assert content == {"kind": "failed", "text": "Something went wrong on our side. Please try again."}
    assert "ZeroDivisionError" not in json.dumps(answer, default=str)


def test_a_kernel_knows_its_own_id(kernel: Kernel) -> None:
    """By its connection file: a ticket for another kernel is worth nothing here."""
    (shown,) = (
        reply["content"]["data"]["text/plain"]
        for reply in kernel.run("from movierec.ui.kernel import own_kernel_id\nown_kernel_id()")
        if reply["msg_type"] == "execute_result"
    )
    assert shown == repr(kernel.own_id)
