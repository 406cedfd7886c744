"""What the page looks like, where that can be measured: drawn posters, the bar, wrapped lines."""

from __future__ import annotations

import base64

import pytest

from tests.ui.browser import Tab

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
