"""The page in a real browser, with the kernel's side in this process: no server, no sockets, no waiting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.chromium import WATCH_DOOR
from tests.ui.front_desk import FrontDesk
from tests.ui.wire import Wire

ORIGIN = "http://movierec.test"
_PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>movierec</title>
<meta name="viewport" content="width=device-width"><style>body{{margin:0}}</style></head><body>
<script>{(Path(__file__).parent / "runtime.js").read_text("utf-8")}</script>%s</body></html>"""
_PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"  # noqa: E501


class Tab:
    """A tab with the app in it.

    Args:
        server: answers what is asked of our server; without it there is none.
        context: for the browser.

    Attributes:
        errors: what the page threw or complained about.
    """

    def __init__(self, browser: Browser, wire: Wire, server: FrontDesk | None = None, **context: Any) -> None:
        usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}  # nothing to wait for
        self.context = browser.new_context(**{**usual, **context})
        self.context.set_default_timeout(5000)
        self.page: Page = self.context.new_page()
        self.wire, self.server = wire, server
        self.errors: list[str] = []
        self.posters: dict[int, bool] = {}
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.route(f"{ORIGIN}/**", self._serve)
        self.page.expose_function("kernel", self._kernel)
        self.page.add_init_script(WATCH_DOOR)
        self.page.goto(f"{ORIGIN}/")
        self.page.evaluate("([log, root]) => start(log, root)", [wire.log, wire.id("VBoxModel")])

    def _kernel(self, comm_id: str, content: Any) -> list[dict[str, Any]]:
        before = len(self.wire.log)
        self.wire.raw(comm_id, {"method": "custom", "content": content})
        return self.wire.log[before:]

    def _serve(self, route: Route) -> None:
        poster = re.search(r"/posters/(-?\d+)$", route.request.url)
        if self.server and self.server.answers(route):
            return
        if not poster:
            page = _PAGE.replace("%s", self.server.elements() if self.server else "")
            route.fulfill(body=page, content_type="text/html")
        elif self.posters.setdefault(int(poster[1]), True):
            route.fulfill(body=_PIXEL, content_type="image/gif")
        else:
            route.fulfill(status=404, body="")

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Every message that the page has sent."""
        return list(self.page.evaluate("sent"))

    def role(self, role: Any, name: str = "", *, exact: bool = True) -> Locator:
        return self.page.get_by_role(role, name=name, exact=exact) if name else self.page.get_by_role(role)

    @property
    def whisper(self) -> Locator:
        """What is said to who listens alone."""
        return self.page.locator("[aria-live=polite]")

    def password(self, name: str = "Password") -> Locator:
        return self.page.get_by_label(name, exact=True).locator("visible=true")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def sign_up(self, name: str = "ann_1", password: str = "a long walk home", confirm: str | None = None) -> None:
        self.role("tab", "Sign up").click()
        self.role("textbox", "Username").fill(name)
        self.role("textbox", "Email").fill(f"{name}@example.com")
        self.password().fill(password)
        self.password("Confirm password").fill(password if confirm is None else confirm)
        self.press("Enter")

    def enter(self) -> None:
        self.sign_up()
        expect(self.role("tab", "Log in")).to_have_attribute("aria-selected", "true")
        self.password().fill("a long walk home")
        self.press("Enter")
        expect(self.finder).to_be_visible()
        expect(self.page.locator(".mr-film").first).to_be_visible()  # parts are drawn as their scripts come

    @property
    def finder(self) -> Locator:
        return self.role("combobox", "Find a film")

    def focused(self) -> str:
        """Return the name of what has the focus, as a person would call it."""
        name = "e => e.labels?.[0]?.textContent ?? e.getAttribute('aria-label') ?? e.textContent"
        return str(self.page.evaluate(f"({name})(document.activeElement)"))

    def close(self) -> None:
        self.context.close()
