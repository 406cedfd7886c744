"""The way from one version of the tables to the next; only the launcher and ``movierec db upgrade`` go it.

``versions`` has the steps, ``runner`` takes them by way of Alembic, which executes ``env`` for it; ``additive``
is what the steps are made of. A new version is a new module in ``versions`` with the definitions of its day, the
same change in :mod:`movierec.tables`, and its number in :data:`movierec.db.schema.VERSIONS`.
"""
