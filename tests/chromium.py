"""The machine's own Chromium, driven by playwright; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_CHROMIUM = os.environ.get("CHROMIUM", "") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

# A page's init script: whenever anything comes into the page, before it is painted, is anything drawn of the door?
WATCH_DOOR = """
window.doorSeen = false;
new MutationObserver(() => { doorSeen ||= Boolean(document.querySelector(".mr-door > *")); })
  .observe(document, { childList: true, subtree: true });
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium; without one, skip, and fail where everything must be tested."""
    if not _CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGS)
        yield browser
        browser.close()
