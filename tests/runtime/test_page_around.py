"""Scripts, styles, the policy, hello and goodbye: what is around the widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator

import anywidget
import pytest
import traitlets
from ipywidgets import VBox
from playwright.sync_api import Browser, expect

from tests.chromium import _ARGS, _CHROMIUM
from tests.runtime.conftest import Tab
from tests.runtime.kernel import Kernel
from tests.runtime.web import KERNEL_ID, PAGE, POLICY, Web
from tests.runtime.widgets import Counter, Probe

SORRY = "This part of the page does not work at the moment."


def test_the_runtime_can_be_read_in_one_sitting() -> None:
    """One file of at most 400 lines, which imports nothing and makes no markup out of text."""
    text = (PAGE / "runtime.js").read_text("utf-8")
    assert len(text.splitlines()) <= 400
    assert max(map(len, text.splitlines())) <= 125
    for word in (
        "innerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setAttribute",
        "style.",
    ):
        assert word not in text


# ------------------------------------------------------------------ scripts and styles


def test_a_script_as_text_needs_a_policy_that_allows_it(tab: Tab, web: Web, kernel: Kernel) -> None:
    """Ours does not: the plain sentence."""
    kernel.addresses = {"_css"}
    tab.show(Counter(name="a"))
    expect(tab.find(".page-sorry")).to_have_text(SORRY)
    tab.until(lambda: any("script-src" in error for error in tab.errors))
    web.policy = POLICY.replace("script-src 'self'", "script-src 'self' blob:")
    tab.show()
    expect(tab.role("button", "a 0")).to_be_visible()
    tab.page.evaluate("window.violations = []")
    tab.errors.clear()


def test_trusted_types(tab: Tab, web: Web) -> None:
    """A policy that wants them has nothing to say about it."""
    web.policy = f"{POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"
    web.extra["prefetch"] = ["/page/runtime.js?later"]
    counter = Counter(name="a")
    tab.show(counter)
    tab.role("button", "a 0").click()
    tab.until(lambda: counter.value == 1)
    web.drop()
    tab.settled(2)


class Red(anywidget.AnyWidget):
    """Red by a style of its own."""

    _esm = "export default { render({ el }) { el.className = 'red'; el.textContent = 'red'; } };"
    _css = "/* red */ .red { color: rgb(255, 0, 0); }"


def test_a_style_as_an_address(tab: Tab) -> None:
    """One link for however many widgets, none when the page has it already."""
    red = Red()
    box = VBox([red, Red(), red])
    tab.show(box)
    expect(tab.find(".red").first).to_have_css("color", "rgb(255, 0, 0)")
    box.children = (*box.children, Red())
    expect(tab.find(".red")).to_have_count(4)
    expect(tab.find("link[rel=stylesheet]")).to_have_count(2)
    red._css = "/page/banner.css"
    tab.until(lambda: tab.kernel.asked("comm_info_request") == 1)
    expect(tab.find("link[rel=stylesheet]")).to_have_count(3)  # another address


def test_a_style_the_page_has(tab: Tab, kernel: Kernel) -> None:
    kernel.addresses = {"_esm"}
    tab.show(type("Plain", (Red,), {"_css": traitlets.Unicode("/page/banner.css").tag(sync=True)})())
    expect(tab.find("link[rel=stylesheet]")).to_have_count(1)


def test_a_style_as_text(tab: Tab, kernel: Kernel) -> None:
    """One sheet for a class of widgets, replaced when it changes; the policy has nothing against it."""
    kernel.addresses = {"_esm"}
    red = Red()
    tab.show(VBox([red, Red()]))
    expect(tab.find(".red").first).to_have_css("color", "rgb(255, 0, 0)")
    red._css = ".red { color: rgb(0, 0, 255); }"
    expect(tab.find(".red").last).to_have_css("color", "rgb(0, 0, 255)")
    assert tab.page.evaluate("document.adoptedStyleSheets.length") == 1
    expect(tab.find("style")).to_have_count(0)


def test_what_comes_later_is_fetched_beforehand(tab: Tab, web: Web) -> None:
    """Not run; and not before the page is drawn."""
    web.extra["prefetch"] = ["/static/later.js"]
    web.kernel.scripts["/static/later.js"] = "window.ran = true;"
    tab.show(Counter(name="a"))
    tab.until(lambda: "GET /static/later.js" in web.asked)
    first = next(path for path in web.asked if path.startswith("GET /static/"))
    assert first != "GET /static/later.js"
    assert tab.page.evaluate("window.ran") is None


# ------------------------------------------------------------------ hello


@pytest.mark.parametrize("failed", ["", '{"failed": true}'])
def test_a_page_without_a_kernel_is_left_as_it_is(tab: Tab, web: Web, failed: str) -> None:
    """The server has written its own words."""
    web.instead = failed
    tab.page.goto(web.origin)
    tab.page.wait_for_load_state()
    expect(tab.find("#loading")).to_have_text("Loading")
    assert web.sessions == []


def test_a_base_url_that_is_not_the_root(tab: Tab, web: Web) -> None:
    """Socket, question and goodbye go where the page says."""
    web.extra["base_url"] = "/films/"
    tab.show(Counter(name="a"), connected=False)
    tab.until(lambda: any(path.startswith(f"GET /films/api/kernels/{KERNEL_ID}/channels?") for path in web.asked))


# ------------------------------------------------------------------ goodbye


def test_goodbye(tab: Tab, web: Web) -> None:
    """A page that is left tells its server so; its cookies travel by themselves."""
    tab.show(Counter(name="a"))
    tab.page.goto("about:blank")
    tab.until(lambda: web.beacons)
    assert web.beacons == [(f"/voila/api/shutdown/{KERNEL_ID}", "")]


def test_a_page_that_is_kept_says_no_goodbye(tab: Tab, web: Web, kernel: Kernel) -> None:
    """It hangs up; when it comes back it connects at once and learns what it has missed."""
    counter = Counter(name="a")
    tab.show(counter)
    tab.stop_clock()
    tab.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    tab.until(lambda: web.open_sockets == 0)
    tab.passes(30)
    expect(tab.role("status")).to_have_text("")
    assert len(web.sessions) == 1
    counter.value = 4
    tab.role("button", "a 0").click()
    tab.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    tab.settled(2)
    expect(tab.role("button", "a 1")).to_be_visible()
    assert (web.beacons, counter.value) == ([], 1)


@pytest.fixture
def caching_tab(browser: Browser, kernel: Kernel, web: Web) -> Iterator[Tab]:
    """A tab of a browser that keeps pages for the way back, as visitors' browsers do."""
    keeping = browser.browser_type.launch(
        executable_path=_CHROMIUM, args=_ARGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    tab = Tab(keeping, kernel, web)
    yield tab
    tab.close()
    keeping.close()
    assert tab.errors == []


def test_back_and_forward(caching_tab: Tab, web: Web) -> None:
    """The very page comes back, with what was on it, and is connected again."""
    tab = caching_tab
    counter = Counter(name="a")
    tab.show(counter)
    tab.page.evaluate("window.old = true")
    tab.page.goto(f"{web.origin}/page/banner.css")
    tab.until(lambda: web.open_sockets == 0)
    tab.page.go_back(wait_until="commit")
    tab.settled(2)
    assert tab.page.evaluate("window.old") is True
    tab.role("button", "a 0").click()
    tab.until(lambda: counter.value == 1)
    assert web.beacons == []


# ------------------------------------------------------------------ the banner


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_banner_can_be_read(browser: Browser, kernel: Kernel, web: Web, scheme: str) -> None:
    """On the narrowest screen, light and dark, without pushing the page about; contrast of at least 4.5."""
    tab = Tab(browser, kernel, web, viewport={"width": 320, "height": 500}, color_scheme=scheme)
    tab.show(Probe())
    before = tab.find("#app").bounding_box()
    kernel.say("iopub", "status", {"execution_state": "dead"})
    expect(tab.role("alert")).to_be_in_viewport(ratio=1)
    expect(tab.role("button", "Reload")).to_be_in_viewport(ratio=1)
    assert tab.find("#app").bounding_box() == before
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 320
    read = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    colours = [list(map(int, re.findall(r"\d+", one))) for one in tab.find(".page-banner").evaluate(read)]
    light, dark = sorted(map(_luminance, colours), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    tab.close()
    assert tab.errors == []


def _luminance(colour: list[int]) -> float:
    """Return the relative luminance of an sRGB colour, as WCAG 2 defines it."""
    parts = [part / 255 for part in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_page_data_is_text_whatever_is_in_it(tab: Tab) -> None:
    """A name that looks like markup is a name."""
    name = "</script><img src=x onerror=alert(1)>"
    tab.show(Counter(name=name))
    expect(tab.role("button")).to_have_text(f"{name} 0")
