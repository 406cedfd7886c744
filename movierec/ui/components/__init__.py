"""The parts of the page: for each a Python class, a script and a style of the same name.

Scripts are plain modules for anywidget's model API (``get``, ``set``, ``on``, ``off``, ``save_changes``,
``send``), import nothing, and depend on no front end in particular; :mod:`movierec.ui.files` says what each
is made of.
"""

from __future__ import annotations

from movierec.ui.components.account import Account
from movierec.ui.components.base import Act, Component, Stack
from movierec.ui.components.door import Door
from movierec.ui.components.footer import Footer
from movierec.ui.components.header import Header
from movierec.ui.components.notice import Notice
from movierec.ui.components.poster_grid import PosterGrid
from movierec.ui.components.profile import Profile
from movierec.ui.components.rated import Rated
from movierec.ui.components.search_box import SearchBox
from movierec.ui.components.unavailable import Unavailable

__all__ = [
    "Account",
    "Act",
    "Component",
    "Door",
    "Footer",
    "Header",
    "Notice",
    "PosterGrid",
    "Profile",
    "Rated",
    "SearchBox",
    "Stack",
    "Unavailable",
]
