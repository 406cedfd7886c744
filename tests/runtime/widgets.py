"""Widgets of the tests' own."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets
from anywidget.experimental import command

__all__ = ["Caller", "Counter", "Data", "Probe", "broken"]

# What happens is written down in window.seen, by name.
_COUNTER = """
const see = (model, what) => (window.seen ??= []).push(`${model.get("name")} ${what}`);

function initialize({ model }) {
  see(model, "initialized");
  return () => see(model, "closed");
}

function render({ model, el, signal }) {
  see(model, "rendered");
  const button = document.createElement("button");
  const draw = () => { button.textContent = `${model.get("name")} ${model.get("value")}`; };
  button.addEventListener("click", () => {
    model.set("value", model.get("value") + 1);
    model.save_changes();
  });
  model.on("change:value", draw);
  model.on("change:value", () => see(model, `is ${model.get("value")}`));
  signal.addEventListener("abort", () => see(model, "signalled"));
  draw();
  el.append(button);
  return async () => see(model, "unrendered");
}

export default () => ({ initialize, render });
"""


class Counter(anywidget.AnyWidget):
    """A button with its name and how often it was pressed."""

    _esm = _COUNTER
    name = traitlets.Unicode().tag(sync=True)
    value = traitlets.Int().tag(sync=True)

    @traitlets.validate("value")
    def _at_most_nine(self, proposal: Any) -> int:
        return min(proposal["value"], 9)


class Probe(anywidget.AnyWidget):
    """Hands what it gets to the test, as window.probe."""

    _esm = """
    export default {
      initialize: (given) => { window.initial = given; },
      render: (given) => { window.probe = given; given.el.textContent = "probe"; },
    };
    """
    value = traitlets.Any(0).tag(sync=True)
    other = traitlets.Any(0).tag(sync=True)


class Caller(Probe):
    """Has a method that the page can call."""

    @command
    def twice(self, msg: Any, buffers: list[bytes]) -> tuple[Any, list[bytes]]:
        return msg * 2, [bytes(buffer) * 2 for buffer in buffers]


class Data(Probe):
    """Binary data in its state, and an echo of binary messages, reversed."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.got: list[Any] = []
        self.on_msg(self._echo)

    def _echo(self, _widget: Any, content: Any, buffers: list[memoryview]) -> None:
        self.got.append((content, [bytes(buffer) for buffer in buffers]))
        self.send({"back": content}, [bytes(buffer)[::-1] for buffer in buffers])


def broken(script: str) -> anywidget.AnyWidget:
    """Return a widget with this script."""
    return type("Broken", (anywidget.AnyWidget,), {"_esm": script})()
