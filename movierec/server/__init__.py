"""What serves the page: our Voilà, posters, health.

``launcher`` starts and stops everything and ``site`` is the web application. ``page`` is the page with what stands
in ``page/``, ``front_end`` what it must know of the widgets, ``static`` are its files, ``handlers`` and
``services`` the other routes, ``headers`` what all responses carry. ``peers`` tells who asks, ``visits`` which
browser that is, by its cookies. ``forms`` are what people log in by: the ``reception`` deals with them, ``once``
each, with a few ``workers`` beside the event loop. ``kernels`` are the visitors' processes, to each of which a
page has one ``connection``: each is a ``kernel``, forked (``fork``) from the ``nursery`` or started, in which the
``notebook`` has run; some of them wait in the ``pool``.

Nothing is imported here: a visitor's kernel is a program of this room, and pays for all that is.
"""
