"""The page: one notebook cell calls :func:`show`, and this room does the rest.

``components`` are the parts (a Python class, a script, a style each), ``pages`` puts them together, ``files``
are their scripts and styles. ``controller`` decides what happens and ``visitor`` what somebody who is logged in
can do; ``beginning`` is what they see first, ``alike`` what after a pick, ``trail`` their way through films,
``taste`` what they think of them, ``favourite`` what stands in their profile, ``places`` where they are signed
in, ``export`` all that is stored about them. ``cards`` says how a film looks as plain data, ``log`` where a
kernel's log goes, ``kernel`` which kernel it is.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from movierec.errors import MovierecError

if TYPE_CHECKING:
    from movierec.ui.components import Stack

__all__ = ["MODULES", "show"]

# What a visitor's kernel imports sooner or later.
MODULES = (
    "movierec.app", "movierec.ui.controller", "movierec.ui.components", "movierec.ui.log", "email_validator",
    "pymysql",
)  # fmt: skip

_log = logging.getLogger(__name__)


def show() -> Stack:
    """Return the app's page, or one friendly sentence in its place when the app cannot start."""
    from movierec.ui.components import Footer, Stack, Unavailable
    from movierec.ui.log import keep_log_from_browser

    keep_log_from_browser()
    try:
        from movierec.app import create_app
        from movierec.ui.controller import Controller

        return Controller(create_app()).root
    except MovierecError as error:
        _log.error("%s: %s. %s", type(error).__name__, error, error.hint)
        text = error.public
    except Exception:
        _log.exception("the app cannot start")
        text = MovierecError.public
    return Stack(children=(Unavailable(text=text), Footer()), _dom_classes=("movierec-page",))
