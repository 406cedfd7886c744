"""The steps, oldest first: ``v0001_accounts_and_ratings``, ``v0002_logins``.

Each has ``TABLES``, frozen as they were: it looks at no definition of today's. Each looks before it adds, because
MySQL and MariaDB save every change of a table at once: one that stopped half-way is run again.
"""
