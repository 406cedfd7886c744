"""What all components share: their script and style, and the only way in for a browser.

A browser may send any message to any widget that exists, whatever the page shows. So a component
declares in :attr:`Component.accepts` which messages it understands; its traits are written by
Python alone, and updates that come from outside are ignored.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets
from anywidget import AnyWidget
from ipywidgets import DOMWidget, VBox

from movierec.errors import InvalidArgument
from movierec.ui import files

__all__ = ["Act", "Component", "Messages", "Stack"]

_LONGEST_TEXT = 20_000  # characters; twenty times the longest password, no page of ours sends more
_LARGEST_NUMBER = 2**53  # what a browser counts exactly
_REMEMBERED = 50  # messages; a page sends few before it notices that nobody answers

Act = Callable[["Component", object], None]
Messages = Mapping[str, Mapping[str, type]]
_Replies = list[tuple["weakref.ref[Component]", dict[str, Any]]]  # weak: a part that is closed is forgotten


class _Guarded(DOMWidget):  # type: ignore[misc]
    """A widget whose state a browser can read, and never write."""

    # A page that has lost its connection sends again what it has not seen arrive. What arrived all the same
    # must not be done twice: nobody signs up, or goes back, twice by one click.
    _heard: ClassVar[dict[str, _Replies]] = {}  # msg_id -> what was replied
    _replies: ClassVar[_Replies] = []  # to the newest

    # No Layout: it would be one more widget each, open to the browser and left behind by close().
    layout = traitlets.Any(None, allow_none=True).tag(sync=True)

    def _handle_msg(self, msg: Mapping[str, Any]) -> None:
        # Instead of ipywidgets' own, which sends tracebacks to the browser and accepts any update.
        if self._is_repeated(msg):
            return
        data = msg["content"].get("data")
        method = data.get("method") if isinstance(data, dict) else None
        if method == "request_state":
            self.send_state()
        elif method == "custom":
            self._receive(data.get("content"))

    def _is_repeated(self, msg: Mapping[str, Any]) -> bool:
        header = msg.get("header")
        msg_id = header.get("msg_id") if isinstance(header, dict) else None
        if not isinstance(msg_id, str):
            _Guarded._replies = []
            return False
        if msg_id in self._heard:
            for replier, content in self._heard[msg_id]:
                component = replier()
                if component is not None:
                    component.send(content)  # which may be what did not arrive
            return True
        _Guarded._replies = self._heard[msg_id] = []
        while len(self._heard) > _REMEMBERED:
            del self._heard[next(iter(self._heard))]
        return False

    def _receive(self, content: object) -> None:
        """Take a custom message; a plain box understands none."""


class Stack(_Guarded, VBox):  # type: ignore[misc]
    """A column of components."""


class Component(_Guarded, AnyWidget):
    """A part of the page: synced traits for what it shows, messages for what is done with it.

    Attributes:
        script: its script, one of :func:`movierec.ui.files.files`.
        styles: its style's files, in their order.
        accepts: kind of message -> its fields and their types, ``str``, ``int`` or ``bool``.
    """

    script: ClassVar[str]
    styles: ClassVar[tuple[str, ...]] = ()
    accepts: ClassVar[Messages] = {}

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, act: Act | None = None, **traits: Any) -> None:
        """Open the component.

        Args:
            act: called with this component and the content of every message; it must not raise.
            traits: what the component shows at first.
        """
        self._act = act
        super().__init__(**traits)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return files.script(self.script)

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return files.style(*self.styles)

    def read(self, content: object) -> tuple[str, dict[str, Any]]:
        """Return kind and fields of a message.

        Raises:
            InvalidArgument: it is not one that this component accepts.
        """
        kind = content.get("kind") if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(kind, str) or kind not in self.accepts:
            raise InvalidArgument(f"{type(self).__name__}: a message of no known kind")
        types = self.accepts[kind]
        fields = {name: value for name, value in content.items() if name != "kind"}
        # type() and not isinstance(): True is an int to the latter.
        if {name: type(value) for name, value in fields.items()} != dict(types):
            raise InvalidArgument(f"{type(self).__name__}: {kind} with other fields than it has")
        if not all(map(_is_sane, fields.values())):
            raise InvalidArgument(f"{type(self).__name__}: {kind} with a value out of bounds")
        return kind, fields

    def reply(self, kind: str, **fields: Any) -> None:
        """Send the browser a message."""
        content = {"kind": kind, **fields}
        self._replies.append((weakref.ref(self), content))
        self.send(content)

    def close(self) -> None:
        """End the component, here and in the browser."""
        self._act = None
        super().close()

    def _receive(self, content: object) -> None:
        if self._act is not None:
            self._act(self, content)


def _is_sane(value: str | int | bool) -> bool:
    if isinstance(value, int):
        return abs(value) <= _LARGEST_NUMBER
    if len(value) > _LONGEST_TEXT:
        return False
    try:
        value.encode()  # half a surrogate pair is valid JSON and no valid text
    except UnicodeEncodeError:
        return False
    return True
