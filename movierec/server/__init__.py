"""What serves the page: our Voilà, posters, health.

``launcher`` starts and stops everything, ``site`` is the web application, ``handlers`` and
``services`` are its routes, ``kernels`` are the visitors' processes.
"""

from __future__ import annotations

from movierec.server.launcher import run

__all__ = ["run"]
