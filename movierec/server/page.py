"""The page: what is the same for everybody, the state of one visitor's widgets, and how they get in again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from string import Template
from typing import Any

from tornado.iostream import StreamClosedError

from movierec.auth import Login
from movierec.errors import LoginExpired, StorageError
from movierec.server.front_end import FrontEnd
from movierec.server.handlers import OwnOrigin
from movierec.server.kernels import Kernels
from movierec.server.notebook import Prepared
from movierec.server.pool import Pool
from movierec.server.reception import Reception
from movierec.server.static import StaticFiles
from movierec.server.visits import new_visit
from movierec.server.workers import Busy

__all__ = ["PageHandler", "PageText"]

_FOLDER = Path(__file__).parent / "page"
_SORRY = """<p class="sorry" role="alert">The page cannot be shown right now.
<a href="">Try again</a> in a moment.</p>"""
# The same address once more: this time it is a page of ours that asks.
_AGAIN = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>movierec</title>
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0"></head></html>
"""
_LOOK_S = 2.0  # a database that takes longer must not keep the page from its visitor
_END = "\n</body>\n</html>\n"


class PageText:
    """The text of the page.

    Attributes:
        files: what the page loads.
    """

    def __init__(self, front_end: FrontEnd, base_url: str):
        own = {name: (_FOLDER / name).read_text("utf-8") for name in ("page.css", "banner.css", "runtime.js")}
        # One style for all: that is one request, and nothing that arrives later changes what is already drawn.
        style = "\n".join((own["page.css"], own["banner.css"], front_end.files.get(front_end.style, "")))
        texts = {**front_end.files, front_end.style: style, "runtime.js": own["runtime.js"]}
        self.files = StaticFiles(texts, base_url)
        self._base_url = base_url
        self._scripts = [name for name in front_end.files if name.endswith(".js")]
        self._at_once = {False: front_end.first, True: front_end.inside}
        self._heads = {inside: self._head(front_end.style, inside=inside) for inside in self._at_once}

    def _head(self, style: str, *, inside: bool) -> str:
        names = self._at_once[inside]
        preloads = (f'<link rel="modulepreload" href="{self.files.url_of(name)}">' for name in names)
        return Template((_FOLDER / "page.html").read_text("utf-8")).substitute(
            style=self.files.url_of(style),
            runtime=self.files.url_of("runtime.js"),
            preloads="\n".join(preloads),
            inside=' class="inside"' if inside else "",
        )

    def head(self, *, inside: bool) -> str:
        """Return all of the page up to where a kernel is needed; *inside* for somebody who is logged in."""
        return self._heads[inside]

    def rest(self, prepared: Prepared, ticket: str | None) -> str:
        """Return what follows the head: which kernel, which widgets, and their states.

        Args:
            prepared: the kernel.
            ticket: with which somebody who is logged in gets in; empty when the page has to ask for it; None for
                all others.
        """
        about = {
            "base_url": self._base_url,
            "kernel_id": prepared.kernel_id,
            "roots": prepared.roots,
            "prefetch": [
                self.files.url_of(name) for name in self._scripts if name not in self._at_once[ticket is not None]
            ],
            "states": prepared.states,
        }
        entry = "" if ticket is None else _element("movierec-ticket", {"ticket": ticket})
        return f"{entry}{_element('movierec-page', about)}{_END}"


def _element(name: str, content: dict[str, Any]) -> str:
    # No text in it can end the element, or begin another.
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


class PageHandler(OwnOrigin):
    """The page. Every visit takes a kernel."""

    def initialize(  # type: ignore[override]
        self, text: PageText, pool: Pool, kernels: Kernels, reception: Reception, **more: Any
    ) -> None:
        super().initialize(**more)
        self._text, self._pool, self._kernels, self._reception = text, pool, kernels, reception
        self._has_left = False

    async def get(self) -> None:
        """Send the head at once, and the rest when there is a kernel."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")  # it names a kernel that nobody else may have
        if self._is_led_here():
            self._cookies.set(self, "here", "0")
            self.write(_AGAIN)
            return
        visit = self._cookies.get(self, "visit")
        if not visit or self._kernels.is_over(visit):
            visit = new_visit()
            self._cookies.set(self, "visit", visit)
        self._cookies.set(self, "here", "1")
        inside, login = await self._look()
        self.write(self._text.head(inside=inside))
        if not self._pool.ready:
            with contextlib.suppress(StreamClosedError):  # they have just left
                await self.flush()
            if self._has_left:
                return
        try:
            prepared = await self._pool.take()
        except Exception:  # the pool has told the operator
            if not self._headers_written:
                self.set_status(503)
            self.write(_SORRY + _END)
            return
        if self._has_left:
            await self._pool.give_back(prepared)
            return
        self._kernels.give(prepared.kernel_id, visit)
        ticket = await self._ticket(login, prepared.kernel_id) if inside else None
        self.write(self._text.rest(prepared, ticket))

    def _is_led_here(self) -> bool:
        """Has another site led the browser here, without cookies that there may be? It asks again, but once."""
        return (
            self.request.headers.get("Sec-Fetch-Site") == "cross-site" and self._cookies.get(self, "here") == "1"
        )

    async def _look(self) -> tuple[bool, Login | None]:
        """Return whether somebody is logged in, or may be, and their login, if it is known already."""
        token = self._cookies.get(self, "login")
        if not token:
            return False, None
        try:
            return True, await asyncio.wait_for(self._reception.login(token), _LOOK_S)
        except LoginExpired:
            self._cookies.clear(self, "login")
            return False, None
        except (Busy, StorageError, TimeoutError):
            return True, None

    async def _ticket(self, login: Login | None, kernel_id: str) -> str:
        if login is None:
            return ""
        self._kernels.let_in(kernel_id, login.login_id)
        try:
            return await asyncio.wait_for(self._reception.ticket(login, kernel_id=kernel_id), _LOOK_S)
        except (Busy, LoginExpired, StorageError, TimeoutError):
            return ""

    def on_connection_close(self) -> None:
        self._has_left = True  # while they waited

    async def head(self) -> None:
        """Answer without a kernel."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
