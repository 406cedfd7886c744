"""What anywidget's own front end does for a widget, ours does too."""

from __future__ import annotations

from typing import Any

import anywidget
import pytest
import traitlets
from ipywidgets import VBox
from playwright.sync_api import expect

from tests.runtime.conftest import Tab
from tests.runtime.widgets import Caller, Counter, Data, Probe, broken


@pytest.fixture
def probe(tab: Tab) -> Probe:
    """A widget on the page that does nothing: window.probe is what its render() got."""
    probe = Probe(value=1)
    tab.show(probe)
    return probe


def test_initialized_once_rendered_for_each_view(tab: Tab) -> None:
    """And all of it is cleaned up: a view when it goes, the rest with the model."""
    counter = Counter(name="a")
    box = VBox([counter, counter])
    tab.show(box)
    assert tab.page.evaluate("seen") == ["a initialized", "a rendered", "a rendered"]
    box.children = (counter,)
    expect(tab.role("button", "a 0")).to_have_count(1)
    tab.until(lambda: tab.page.evaluate("seen.slice(3)") == ["a signalled", "a unrendered"])
    counter.close()
    expect(tab.role("button")).to_have_count(0)
    tab.until(lambda: "a closed" in tab.page.evaluate("seen"))
    assert sorted(tab.page.evaluate("seen.slice(5)")) == ["a closed", "a signalled", "a unrendered"]


def test_all_views_show_one_state_and_the_kernel_has_it(tab: Tab) -> None:
    counter = Counter(name="a")
    tab.show(VBox([counter, counter]))
    tab.role("button", "a 0").first.click()
    expect(tab.role("button", "a 1")).to_have_count(2)
    tab.until(lambda: counter.value == 1)
    counter.value = 5
    expect(tab.role("button", "a 5")).to_have_count(2)


def test_echoes_do_not_take_the_visitor_back(tab: Tab) -> None:
    """Three steps are sent before the first echo comes; what is seen is 1, 2, 3 and never 1 again."""
    counter = Counter(name="a")
    tab.show(counter)
    tab.kernel.hold()
    for value in range(3):
        tab.role("button", f"a {value}").click()
    tab.kernel.release()
    tab.until(lambda: counter.value == 3)
    counter.value = 7  # comes after the echoes
    expect(tab.role("button", "a 7")).to_be_visible()
    assert [one for one in tab.page.evaluate("seen") if " is " in one] == ["a is 1", "a is 2", "a is 3", "a is 7"]


def test_the_kernel_has_the_last_word(tab: Tab) -> None:
    """What it changes in a value that was sent, the page shows."""
    counter = Counter(name="a", value=9)
    tab.show(counter)
    tab.role("button", "a 9").click()
    expect(tab.role("button", "a 9")).to_be_visible()
    assert next(one for one in tab.page.evaluate("seen") if " is " in one) == "a is 10"
    assert counter.value == 9


def test_listeners(tab: Tab, probe: Probe) -> None:
    """By name, by several names, off by name and listener, by name, and all; set() alone is not sent."""
    heard = tab.page.evaluate(
        """() => {
          const { model } = probe;
          const heard = [];
          const a = (_model, value) => heard.push(`a ${value}`);
          const b = () => heard.push("b");
          model.on("change:value change:other", a);
          model.on("change:value", b);
          model.on("change", () => heard.push("any"));
          model.set("value", 2);
          model.set({ value: 3, other: { x: [1] } });
          model.set("other", { x: [1] });  // the same
          model.off("change:value", a);
          model.set({ value: 4, other: 5 });
          model.off("change:value");
          model.set("value", 6);
          model.off();
          model.set("value", 7);
          return heard;
        }"""
    )
    first = ["a 2", "b", "any"]
    second = ["a 3", "b", "a [object Object]", "any"]
    assert heard == [*first, *second, "b", "a 5", "any", "any"]
    assert tab.kernel.of("update") == []
    tab.page.evaluate("probe.model.save_changes()")
    tab.until(lambda: probe.value == 7 and probe.other == 5)
    assert tab.kernel.of("update") == [{"value": 7, "other": 5}]
    tab.page.evaluate("probe.model.save_changes()")
    tab.page.evaluate("probe.model.send('then')")
    tab.until(lambda: tab.kernel.of("custom") == ["then"])
    assert len(tab.kernel.of("update")) == 1  # there was nothing to save


def test_off_ends_only_ones_own(tab: Tab, probe: Probe) -> None:
    """A view that stops all listening does not stop others, nor initialize()."""
    tab.page.evaluate("initial.model.on('change:value', () => { window.told = true; })")
    tab.page.evaluate("probe.model.off()")
    probe.value = 5
    tab.comes("window.told")


def test_one_listener_that_throws_does_not_stop_others(tab: Tab, probe: Probe) -> None:
    tab.page.evaluate(
        """() => {
          probe.model.on("change:value", () => { throw new Error("on purpose"); });
          probe.model.on("change:value", () => { window.told = true; });
        }"""
    )
    probe.value = 5
    tab.comes("window.told")
    tab.until(lambda: tab.errors == ["on purpose"])
    tab.errors.clear()


def test_binary_state_both_ways(tab: Tab) -> None:
    """From the page's JSON, by an update, and back, however deep; each DataView begins at 0 of its own buffer."""
    data = Data(value={"a": [b"\x01\x02", 5], "b": b""}, other=b"\x07")
    read = "v => v instanceof DataView ? [v.byteOffset, ...new Uint8Array(v.buffer)] : v"
    tab.show(data)
    first = "({value}) => [value.a[0], value.a[1], value.b]"
    got = f"() => ({first})({{value: probe.model.get('value')}}).map({read})"
    assert tab.page.evaluate(got) == [[0, 1, 2], 5, [0]]
    data.value = {"a": [b"\x03", b"\x04\x05"], "b": 6}
    tab.until(lambda: tab.page.evaluate(got) == [[0, 3], [0, 4, 5], 6])
    tab.page.evaluate(
        """() => {
          const view = new DataView(new Uint8Array([0, 8, 9, 0]).buffer, 1, 2);
          probe.model.set("value", { a: [new Uint16Array([513]), "x", view], b: new ArrayBuffer(1) });
          probe.model.save_changes();
        }"""
    )
    tab.until(lambda: "x" in data.value["a"])
    assert (bytes(data.value["a"][0]), data.value["a"][1]) == (b"\x01\x02", "x")
    assert (bytes(data.value["a"][2]), bytes(data.value["b"])) == (b"\x08\x09", b"\0")
    assert bytes(data.other) == b"\x07"


def test_an_echo_of_bytes_is_no_change(tab: Tab) -> None:
    """A typed array comes back as a DataView of the same bytes; the widget keeps what it has set."""
    data = Data(value=b"")
    tab.show(data)
    data.other = "before"  # when it is there, so is the state that the page had asked for
    tab.comes("probe.model.get('other') === 'before'")
    tab.page.evaluate(
        """() => {
          window.changes = 0;
          probe.model.on("change:value", () => { changes += 1; });
          probe.model.set("value", new Float32Array([1]));
          probe.model.save_changes();
        }"""
    )
    tab.until(lambda: bytes(data.value) == b"\0\0\x80?")
    data.other = "after"
    tab.comes("probe.model.get('other') === 'after'")
    assert tab.page.evaluate("[changes, probe.model.get('value') instanceof Float32Array]") == [1, True]


def test_messages_with_buffers_both_ways(tab: Tab) -> None:
    data = Data()
    tab.show(data)
    tab.page.evaluate(
        """() => {
          probe.model.on("msg:custom", (content, buffers) => {
            window.answer = [content, buffers.map((one) => [...new Uint8Array(one.buffer)])];
          });
          probe.model.send({ kind: "é" }, undefined, [new Uint8Array([1, 2, 3]), new Uint16Array([513]).buffer]);
        }"""
    )
    tab.comes("window.answer")
    assert data.got == [({"kind": "é"}, [b"\x01\x02\x03", b"\x01\x02"])]
    assert tab.page.evaluate("answer") == [{"back": {"kind": "é"}}, [[3, 2, 1], [2, 1]]]


def test_calling_a_method(tab: Tab) -> None:
    """anywidget.experimental.command; without an answer the promise is rejected."""
    tab.show(Caller())
    call = "probe.experimental.invoke('twice', 21, { buffers: [new Uint8Array([7])] })"
    answer = f"{call}.then(([one, [two]]) => [one, ...new Uint8Array(two.buffer)])"
    assert tab.page.evaluate(answer) == [42, 7, 7]
    tab.kernel.hold()
    given_up = "AbortSignal.timeout(20)"
    said = tab.page.evaluate(
        f"probe.experimental.invoke('twice', 1, {{ signal: {given_up} }}).catch((error) => error.name)"
    )
    assert said == "TimeoutError"


def test_other_models(tab: Tab) -> None:
    """By id, and by anywidget's references: the model, what it exports, a view of it."""
    exporter = """
    export default {
      initialize: () => ({ greet: (name) => `hello ${name}` }),
      render: ({ el }) => { el.textContent = "the other"; },
    };
    """
    other = broken(exporter)

    class Parent(Probe):
        child = anywidget.WidgetTrait().tag(sync=True)

    counter = Counter(name="a")
    tab.show(Parent(child=other))
    tab.page.evaluate(
        f"probe.model.widget_manager.get_model('{counter.model_id}').then((m) => {{ window.m = m; }})"
    )
    counter.value = 4
    tab.comes("window.m?.get('value') === 4")
    script = """async () => {
      const model = await probe.host.getModel(probe.model.get("child"));
      const widget = await probe.host.getWidget(probe.model.get("child"));
      await widget.render({ el: probe.el });
      return [model.get("_anywidget_id").split(".").at(-1), widget.exports.greet("you")];
    }"""
    assert tab.page.evaluate(script) == ["Broken", "hello you"]
    expect(tab.page.get_by_text("the other")).to_be_visible()


def test_messages_wait_for_the_script(tab: Tab) -> None:
    """What the kernel says right after it opened a widget is heard by initialize(), whatever its script takes."""

    class Slow(anywidget.AnyWidget):
        _esm = """
        await new Promise((resolve) => { window.go = resolve; });
        export default { initialize: ({ model }) => {
          window.heard = [];
          model.on("msg:custom", (content) => heard.push(content));
          model.on("change:value", () => heard.push(model.get("value")));
        } };
        """
        value = traitlets.Int().tag(sync=True)

    box = VBox()
    tab.show(box)
    slow = Slow()
    slow.send("one")
    slow.value = 2
    slow.send("three")
    tab.comes("window.go")
    tab.page.evaluate("go()")
    tab.comes("window.heard?.length === 3")
    assert tab.page.evaluate("heard") == ["one", 2, "three"]


@pytest.mark.parametrize(
    "script",
    [
        "this is no script",
        "import '/static/missing.js'; export default {};",
        "export const render = 7;",
        "throw new Error('at once');",
        "export default () => { throw new Error('in the factory'); }",
        "export default { initialize() { throw new Error('in initialize'); } }",
        "export default { render({ el }) { el.append('half'); throw new Error('in render'); } }",
        "export default { async render() { throw new Error('later'); } }",
    ],
)
def test_a_widget_that_fails_says_so_in_its_place(tab: Tab, script: str) -> None:
    """And the rest of the page lives."""
    counter = Counter(name="a")
    tab.show(VBox([broken(script), counter]))
    expect(tab.find(".page-sorry")).to_have_text("This part of the page does not work at the moment.")
    expect(tab.find(".page-box > div").first).to_have_text("This part of the page does not work at the moment.")
    tab.role("button", "a 0").click()
    tab.until(lambda: counter.value == 1)


def test_a_clean_up_that_fails_stops_no_other(tab: Tab) -> None:
    failing: Any = broken("export default { render: () => () => { throw new Error('at the end'); } }")
    counter = Counter(name="a")
    box = VBox([failing, counter])
    tab.show(box)
    box.children = ()
    tab.until(lambda: "a unrendered" in tab.page.evaluate("seen"))
