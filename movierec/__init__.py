"""movierec: pick a film you like, get films you will like, see why.

The rooms, from the ground up (each imports only from floors below it)::

    errors                                        what can go wrong
    settings · tables · artifact                  what is configured, stored and on disk
    db · catalogue · posters                      connections, films, pictures
    auth · library · recommender                  who, what they keep, what is like what
    app                                           create_app(): where it is wired together
    ui | server | build                           the page | what serves it | what makes the model
    cli                                           the movierec command

Importing this package imports none of them; :func:`create_app` and :func:`open_model` do when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movierec.app import create_app
    from movierec.recommender import open_model

__version__ = "0.1.0"
__all__ = ["__version__", "create_app", "open_model"]


def __getattr__(name: str) -> Any:
    # Lazy, so that the build, the page and the launcher each load only what they use.
    if name == "create_app":
        from movierec.app import create_app

        return create_app
    if name == "open_model":
        from movierec.recommender import open_model

        return open_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
