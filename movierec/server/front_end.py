"""What a server must know of the widgets that it serves: as plain data, so that it need not import them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["FrontEnd"]


@dataclass(frozen=True)
class FrontEnd:
    """What the notebook's widgets need of the server.

    Attributes:
        files: name -> text of scripts and styles; widgets find them below ``MOVIEREC_STATIC_URL``.
        style: which of them is the page's style.
        first: which of them the page needs at once; all other scripts are fetched once it is usable.
        inside: the same for the page of somebody who is signed in.
        modules: what a kernel imports, so that it can be imported before kernels are forked.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    style: str = "page.css"
    first: Sequence[str] = ()
    inside: Sequence[str] = ()
    modules: Sequence[str] = ()
