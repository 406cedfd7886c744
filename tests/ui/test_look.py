"""What the page looks like, where that can be measured: drawn posters, the bar, wrapped lines."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from movierec.app import App
from movierec.ui.controller import Controller
from tests.ui.browser import Tab
from tests.ui.wire import Wire

# The share of pixels that are not the same in two screenshots of one size.
_CHANGED = """async (shots) => {
    const pixels = await Promise.all(shots.map(async (shot) => {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, image.width, image.height).data;
    }));
    let changed = 0;
    for (let at = 0; at < pixels[0].length; at += 4)
        changed += [0, 1, 2].some((one) => Math.abs(pixels[0][at + one] - pixels[1][at + one]) > 8);
    return changed / (pixels[0].length / 4);
}"""


@pytest.mark.parametrize("motif", range(8))
def test_each_motif_fills_a_good_part_of_its_poster(tab: Tab, motif: int) -> None:
    """Lamps in rows, not one dot: what a motif draws is at least 3 % of the poster."""
    poster = tab.page.locator(".mr-blade").nth(2).locator(".mr-poster")
    poster.evaluate("(poster, motif) => { poster.dataset.motif = motif; }", motif)
    shots = []
    for shown in ("visible", "hidden"):
        poster.locator(".mr-motif").evaluate("(e, shown) => { e.style.visibility = shown; }", shown)
        shots.append(base64.b64encode(poster.screenshot()).decode())
    assert tab.page.evaluate(_CHANGED, shots) > 0.03


# How many posters there are, once the letters of each are measured by its width and none are cut off.
_POSTERS = """() => {
    const posters = [...document.querySelectorAll(".mr-poster")];
    const isRight = (poster) => {
        const facts = poster.querySelector(".mr-poster-facts");
        const width = 10 * parseFloat(getComputedStyle(poster).fontSize);
        return Math.abs(width - poster.clientWidth) <= 1 && facts.scrollWidth <= facts.clientWidth;
    };
    return posters.every(isRight) && posters.length;
}"""


def test_posters_are_measured_by_their_width(tab: Tab) -> None:
    """Those of the start page, of a pick and a mix, and in lists of two to five columns."""
    assert tab.page.wait_for_function(_POSTERS).json_value() == 5
    tab.enter()
    for in_pick in (1, 2):
        if in_pick == 2:
            tab.role("button", "Mix with…").click()
        tab.page.locator(".mr-film").first.click()
        expect(tab.page.locator(".mr-part-poster, .mr-pick-poster")).to_have_count(in_pick)
        cards = tab.page.locator(".mr-card").count()
        for width in (290, 380, 460, 461, 620, 786, 1280, 1600):
            tab.page.set_viewport_size({"width": width, "height": 800})
            posters = tab.page.wait_for_function(_POSTERS)  # containers are measured before what is in them
            assert posters.json_value() == cards + in_pick
            genre = tab.page.locator(".mr-grid .mr-poster-genre").first
            assert genre.is_visible() == (width > 305)  # below, the longest would be cut off


def test_the_mark_stands_still_at_the_login_and_in_the_middle_of_its_bar(tab: Tab) -> None:
    """One place before and after."""
    before = tab.page.locator(".mr-mark").bounding_box()
    tab.enter()
    after, bar = tab.page.locator(".mr-mark").bounding_box(), tab.page.locator(".mr-bar").bounding_box()
    assert after == before
    assert after is not None
    assert bar is not None
    assert after["y"] + after["height"] / 2 == pytest.approx(bar["y"] + bar["height"] / 2, abs=0.1)


def test_a_year_on_a_line_of_its_own_begins_where_the_line_begins(browser: Browser, app: App, wire: Wire) -> None:
    """Between title and year is a space, which a line break takes away."""
    Controller(app)
    tab = Tab(browser, wire, viewport={"width": 320, "height": 640})
    tab.enter()
    tab.page.add_style_tag(content=".mr-film { width: 4em !important; }")  # most years are on lines of their own
    # Where title and year begin, of the films whose year stands below the title's last line.
    wrapped = """() => [...document.querySelectorAll(".mr-film")]
      .map((film) => [film.querySelector(":scope > .mr-title"), film.querySelector(":scope > .mr-year")])
      .map((parts) => parts.map((part) => part?.getClientRects()))
      .filter(([title, year]) => title?.length && year?.length)
      .map(([title, year]) => [[...title].at(-1), [...year].at(-1)])
      .filter(([title, year]) => year.top > title.top + 9)
      .map(([title, year]) => [Math.round(title.left), Math.round(year.left)])"""
    tab.page.wait_for_function(f"() => ({wrapped})().length > 3")  # styles may come after what they are for
    wrapped_at = tab.page.evaluate(wrapped)
    assert all(title == year for title, year in wrapped_at)
    tab.close()


@pytest.mark.parametrize(("url", "text"), [("/posters/", "Posters from TMDB. "), ("", "")])
def test_the_foot_thanks_for_posters_where_there_are_any(
    browser: Browser, app: App, wire: Wire, url: str, text: str
) -> None:
    """The sentence that TMDB asks for is always there."""
    Controller(replace(app, settings=app.settings.replace(posters_url=url)))
    tab = Tab(browser, wire)
    asked_for = "This product uses the TMDB API but is not endorsed or certified by TMDB."
    expect(tab.role("contentinfo")).to_have_text(text + asked_for)
    tab.close()


# The contrast of the brightest pixel of a screenshot, its text, to the middling one, the ground: WCAG 2.2, 1.4.3.
_CONTRAST = """async (shot) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    const linear = (one) => (one <= 10.31 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4);
    const light = [];
    for (let at = 0; at < data.length; at += 4)
        light.push(0.2126 * linear(data[at]) + 0.7152 * linear(data[at + 1]) + 0.0722 * linear(data[at + 2]));
    light.sort((one, other) => one - other);
    return (light.at(-1) + 0.05) / (light[light.length >> 1] + 0.05);
}"""


def test_the_title_of_a_dimmed_poster_can_be_read_in_the_dark(browser: Browser, app: App, wire: Wire) -> None:
    """Three to one, as WCAG 2.2 asks of large text, and still less than half of what it was."""
    Controller(app)
    tab = Tab(browser, wire, color_scheme="dark")
    tab.enter()
    card = tab.role("listitem").filter(has=tab.role("button", "Not for me: Heat (1995)"))
    title = card.locator(".mr-poster-title")
    contrasts = []
    for _ in range(2):
        contrasts.append(tab.page.evaluate(_CONTRAST, base64.b64encode(title.screenshot()).decode()))
        card.get_by_role("button", name="Not for me").click()
        expect(tab.role("status")).to_contain_text("Heat")
    tab.close()
    assert 3 <= contrasts[1] < contrasts[0] / 2
    assert tab.errors == []


def luminance(colour: str) -> float:
    """As WCAG has it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_selected_tab_can_be_told_in_the_dark(tab: Tab) -> None:
    """Its edge stands out from what the tabs lie on: WCAG 2.2, 1.4.11."""
    tab.page.emulate_media(color_scheme="dark")
    edge, below = "rgb(108, 113, 128)", "rgb(13, 14, 18)"
    expect(tab.role("tab", "Log in")).to_have_css("border-top-color", edge)
    expect(tab.role("tablist")).to_have_css("background-color", below)
    assert (luminance(edge) + 0.05) / (luminance(below) + 0.05) >= 3


@pytest.mark.parametrize(("width", "height"), [(320, 640), (340, 900), (390, 660)])
def test_on_a_small_screen_the_form_begins_in_sight(
    browser: Browser, app: App, wire: Wire, width: int, height: int
) -> None:
    """Without the posters above it, which are an ornament."""
    Controller(app)
    tab = Tab(browser, wire, viewport={"width": width, "height": height})
    expect(tab.role("textbox", "Username")).to_be_in_viewport(ratio=1)
    expect(tab.page.locator(".mr-fan")).to_be_hidden()
    tab.page.set_viewport_size({"width": 390, "height": 844})
    expect(tab.page.locator(".mr-fan")).to_be_visible()
    tab.close()
