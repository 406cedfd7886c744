"""Who is who: accounts, passwords, logins that last, and what holds off those who guess.

``desk`` is where every form with a password comes in. ``accounts`` makes and changes accounts, ``people`` finds
them, ``rules`` says what a sign-up must look like. ``proof`` is how somebody proves to be the owner, with
``passwords`` for the hashes, ``throttle`` for the limit to guessing and ``devices`` for the way in that the owner
keeps. ``logins`` are the logins, ``standing`` whether one still holds, ``lifetimes`` how long they last,
``tickets`` what brings them to a kernel; ``tokens`` what they, and codes, are made of; ``housekeeping`` removes
what is over. ``recovery`` is for forgotten passwords, ``personal`` for all that is stored about a person,
``administration`` for operators, ``events`` the security log.
"""

from __future__ import annotations

from movierec.auth.accounts import Accounts
from movierec.auth.administration import Administration
from movierec.auth.desk import FORMS, NEEDS_LOGIN, Answer, Caller, Desk
from movierec.auth.logins import ActiveLogin, Logins
from movierec.auth.people import User
from movierec.auth.personal import PersonalData
from movierec.auth.recovery import Recovery
from movierec.auth.standing import Login

__all__ = [
    "FORMS", "NEEDS_LOGIN", "Accounts", "ActiveLogin", "Administration", "Answer", "Caller", "Desk", "Login",
    "Logins", "PersonalData", "Recovery", "User",
]  # fmt: skip
