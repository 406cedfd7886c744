"""Who is who: sign-up rules, passwords, accounts."""

from __future__ import annotations

from movierec.auth.accounts import Accounts, Login, User

__all__ = ["Accounts", "Login", "User"]
