"""The page: what is the same for everybody, and the state of one visitor's widgets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from string import Template

from tornado.iostream import StreamClosedError

from movierec.server.front_end import FrontEnd
from movierec.server.handlers import SameOrigin
from movierec.server.notebook import Prepared
from movierec.server.pool import Pool
from movierec.server.static import StaticFiles

__all__ = ["PageHandler", "PageText"]

_FOLDER = Path(__file__).parent / "page"
_SORRY = """<p class="sorry" role="alert">The page cannot be shown right now.
<a href="">Try again</a> in a moment.</p>"""
_END = "\n</body>\n</html>\n"


class PageText:
    """The text of the page.

    Attributes:
        files: what the page loads.
        head: all of it up to where a kernel is needed; a visitor for whom none is ready sees this at once.
    """

    def __init__(self, front_end: FrontEnd, base_url: str):
        own = {name: (_FOLDER / name).read_text("utf-8") for name in ("page.css", "banner.css", "runtime.js")}
        # One style for all: that is one request, and nothing that arrives later changes what is already drawn.
        style = "\n".join((own["page.css"], own["banner.css"], front_end.files.get(front_end.style, "")))
        texts = {**front_end.files, front_end.style: style, "runtime.js": own["runtime.js"]}
        self.files = StaticFiles(texts, base_url)
        self._base_url = base_url
        self._later = [
            self.files.url_of(name)
            for name in front_end.files
            if name.endswith(".js") and name not in front_end.first
        ]
        preloads = (f'<link rel="modulepreload" href="{self.files.url_of(name)}">' for name in front_end.first)
        self.head = Template((_FOLDER / "page.html").read_text("utf-8")).substitute(
            style=self.files.url_of(front_end.style),
            runtime=self.files.url_of("runtime.js"),
            preloads="\n".join(preloads),
        )

    def rest(self, prepared: Prepared) -> str:
        """Return what follows the head: which kernel, which widgets, and their states."""
        about = {
            "base_url": self._base_url,
            "kernel_id": prepared.kernel_id,
            "roots": prepared.roots,
            "prefetch": self._later,
            "states": prepared.states,
        }
        # No text in it can end the element, or begin another.
        text = json.dumps(about, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return f'<script type="application/json" id="movierec-page">{text}</script>{_END}'


class PageHandler(SameOrigin):
    """The page. Every visit takes a kernel."""

    def initialize(self, text: PageText, pool: Pool, given: Callable[[str], None]) -> None:
        """Take what it needs; *given* is told the id of each kernel that a page has been told of."""
        self._text, self._pool, self._given = text, pool, given
        self._has_left = False

    async def get(self) -> None:
        """Send the head at once, and the rest when there is a kernel."""
        _ = self.xsrf_token  # sets the cookie without which the page, when it closes, cannot end its kernel
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")  # it names a kernel that nobody else may have
        self.write(self._text.head)
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
        else:
            self._given(prepared.kernel_id)
            self.write(self._text.rest(prepared))

    def on_connection_close(self) -> None:
        self._has_left = True  # while they waited

    async def head(self) -> None:
        """Answer without a kernel."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
