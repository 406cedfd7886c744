"""The profile: who the visitor is, and what they like best."""

from __future__ import annotations

from typing import ClassVar

import traitlets

from movierec.ui.components.base import Component, Messages

__all__ = ["Profile"]


class Profile(Component):
    """Name, email, since when; favourite genre and favourite film, which can be changed.

    Exists only while it is open. Replies: ``saved`` (with the film as it was understood),
    ``problems`` (field -> what to do about it), ``suggestions`` (films for what is being typed).
    """

    script = "profile.js"
    styles = ("profile.css",)

    username = traitlets.Unicode().tag(sync=True)
    email = traitlets.Unicode().tag(sync=True)
    since = traitlets.Unicode(help="The day of sign-up, for a person to read; empty: not known.").tag(sync=True)
    genres = traitlets.List(traitlets.Unicode(), help="All that can be chosen.").tag(sync=True)
    favorite_genre = traitlets.Unicode().tag(sync=True)
    favorite_movie = traitlets.Unicode(help="Title (Year), or empty.").tag(sync=True)

    accepts: ClassVar[Messages] = {
        "save": {"favorite_genre": str, "favorite_movie": str},
        "suggest": {"seq": int, "text": str},
        "close": {},
    }
