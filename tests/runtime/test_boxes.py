"""Columns and rows of widgets: what comes, stays and goes."""

from __future__ import annotations

import ipywidgets
import pytest
from ipywidgets import HBox, VBox
from playwright.sync_api import expect

from tests.runtime.conftest import Tab
from tests.runtime.kernel import Kernel
from tests.runtime.widgets import Counter


def names(tab: Tab) -> list[str]:
    """Return the names of the counters on the page, in order."""
    return [text.split()[0] for text in tab.role("button").all_text_contents()]


def test_columns_and_rows(tab: Tab) -> None:
    """A column of a row of two and one more, nested."""
    a, b, c = (Counter(name=name) for name in "abc")
    tab.show(VBox([HBox([a, b]), c]))
    left, right, below = (tab.role("button", f"{name} 0").bounding_box() for name in "abc")
    assert left
    assert right
    assert below
    assert left["y"] == right["y"] < below["y"]
    assert left["x"] < right["x"]
    assert left["x"] == below["x"]


def test_what_stays_is_not_touched(tab: Tab) -> None:
    """Others come, go and change places around it: it is not rendered again and keeps the focus."""
    a, b, c, d = (Counter(name=name) for name in "abcd")
    box = VBox([a, b, c])
    tab.show(box)
    tab.role("button", "b 0").focus()
    tab.role("button", "b 0").evaluate("e => e.addEventListener('blur', () => seen.push('blur'))")
    for children in ([d, a, b, c], [c, b, d], [b, a], [a, c, d, b]):
        box.children = children
        tab.until(lambda: names(tab) == [child.name for child in children])  # noqa: B023
    expect(tab.role("button", "b 0")).to_be_focused()
    seen = tab.page.evaluate("seen")
    assert seen.count("b rendered") == 1
    assert "blur" not in seen


def test_what_is_not_moved_is_not_attached_again(tab: Tab) -> None:
    """One more in front: the others' elements are left alone."""
    a, b, c = (Counter(name=name) for name in "abc")
    box = VBox([a, b])
    tab.show(box)
    watch = "new MutationObserver((all) => { moves += all.flatMap((one) => [...one.addedNodes]).length; })"
    tab.page.evaluate(
        f"window.moves = 0; {watch}.observe(document.querySelector('.page-column'), {{childList: true}})"
    )
    box.children = (c, a, b)
    tab.until(lambda: names(tab) == ["c", "a", "b"])
    assert tab.page.evaluate("moves") == 1


def test_the_same_child_twice(tab: Tab) -> None:
    """Two views of it, which come and go one by one."""
    a, b = Counter(name="a"), Counter(name="b")
    box = VBox([a, b, a])
    tab.show(box)
    assert names(tab) == ["a", "b", "a"]
    box.children = (b, a, a, a)
    tab.until(lambda: names(tab) == ["b", "a", "a", "a"])
    box.children = (a,)
    tab.until(lambda: names(tab) == ["a"])
    seen = tab.page.evaluate("seen")
    assert seen.count("a rendered") == 3
    tab.until(lambda: tab.page.evaluate("seen").count("a unrendered") == 2)


def test_children_of_children_are_cleaned_up(tab: Tab) -> None:
    a = Counter(name="a")
    inner = HBox([a])
    box = VBox([inner])
    tab.show(box)
    box.children = ()
    tab.until(lambda: tab.page.evaluate("seen").count("a unrendered") == 1)
    box.children = (inner,)
    expect(tab.role("button", "a 0")).to_be_visible()


def test_a_widget_made_later(tab: Tab) -> None:
    """Opened, then shown, then closed, which ends its view; a new one of the same class takes its place."""
    box = VBox()
    tab.show(box)
    for _ in range(2):
        late = Counter(name="late")
        box.children = (late,)
        tab.role("button", "late 0").click()
        tab.until(lambda: late.value == 1)  # noqa: B023
        late.close()
        expect(tab.role("button")).to_have_count(0)


def test_a_child_that_the_page_was_not_told_of(tab: Tab, kernel: Kernel) -> None:
    """It is asked for, and shown when it answers; the others are there meanwhile."""
    a = Counter(name="a")
    box = VBox([a])
    tab.show(box)
    kernel.mute = True
    lost = Counter(name="lost", value=3)
    kernel.mute = False
    kernel.hold()
    box.children = (lost, a)
    expect(tab.find(".page-column > div")).to_have_count(2)
    assert names(tab) == ["a"]
    kernel.release()
    tab.until(lambda: names(tab) == ["lost", "a"])
    tab.role("button", "lost 3").click()
    tab.until(lambda: lost.value == 4)


def test_a_child_that_is_missing_from_the_page_does_not_hold_it_up(tab: Tab, kernel: Kernel) -> None:
    """The page shows what it has before there is a connection, and the rest when there is one."""
    a, lost = Counter(name="a"), Counter(name="lost")
    box = VBox([a, lost])
    whole = kernel.states()
    kernel.states = lambda: {key: state for key, state in whole.items() if key != lost.model_id}  # type: ignore[method-assign]
    tab.web.closed_to_sockets = True
    tab.show(box, connected=False)
    assert names(tab) == ["a"]
    tab.web.closed_to_sockets = False
    tab.until(lambda: names(tab) == ["a", "lost"])


def test_classes(tab: Tab) -> None:
    """_dom_classes of boxes and of anywidgets, from the beginning and later; a widget's own class stays."""
    a = Counter(name="a", _dom_classes=("one", "two three"))
    box = VBox([a], _dom_classes=("movierec-page",))
    tab.show(box)
    view = tab.find(".movierec-page.page-box > .one.two.three")
    expect(view).to_have_count(1)
    view.evaluate("e => { e.classList.add('own'); e.dataset.view = 'it'; }")
    a.remove_class("one")
    a.add_class("four")
    box.add_class("wide")
    expect(tab.find(".wide.movierec-page > [data-view=it]")).to_have_class("own two three four")


def test_a_type_that_the_page_does_not_know(tab: Tab) -> None:
    """A plain sentence in its place; its layout and style are models like any other, and the rest lives."""
    a = Counter(name="a")
    tab.show(VBox([ipywidgets.IntSlider(), a, ipywidgets.Tab([ipywidgets.HTML("<img src=x>")])]))
    said = "This page cannot show a widget of the type {}."
    expect(tab.find(".page-sorry")).to_have_text([said.format("IntSlider"), said.format("Tab")])
    tab.role("button", "a 0").click()
    tab.until(lambda: a.value == 1)


@pytest.mark.parametrize("children", ["nothing", [7]])
def test_a_box_with_children_that_are_none(tab: Tab, kernel: Kernel, children: object) -> None:
    """Nonsense in one box does not take the page down."""
    a, bad = Counter(name="a"), HBox()
    states = kernel.states
    root = VBox([bad, a])

    def spoilt() -> dict[str, object]:
        whole = states()
        whole[bad.model_id]["state"]["children"] = children
        return whole

    kernel.states = spoilt  # type: ignore[method-assign]
    tab.show(root, connected=False)
    expect(tab.find(".page-sorry")).to_have_count(1)
    expect(tab.role("button", "a 0")).to_be_visible()


def test_a_closed_child_does_not_come_back(tab: Tab, kernel: Kernel) -> None:
    """A box that names it still, or again, shows nothing in its place."""
    a, b, c = (Counter(name=name) for name in "abc")
    box = VBox([a, b])
    tab.show(box)
    children = [f"IPY_MODEL_{one.model_id}" for one in (a, b, c)]
    a.close()
    tab.until(lambda: names(tab) == ["b"])
    update = {"method": "update", "state": {"children": children}, "buffer_paths": []}
    kernel.say("iopub", "comm_msg", {"comm_id": box.model_id, "data": update})
    tab.until(lambda: names(tab) == ["b", "c"])
