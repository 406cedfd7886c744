"""Where everything is wired together, and the only such place."""

from __future__ import annotations

from dataclasses import dataclass

from movierec.auth import Accounts, Desk, Logins, PersonalData, Recovery
from movierec.catalogue import Catalogue
from movierec.db import Database
from movierec.library import Library
from movierec.recommender import Recommender, open_model
from movierec.settings import Settings, load_settings

__all__ = ["App", "FrontDesk", "create_app", "front_desk"]


@dataclass(frozen=True)
class FrontDesk:
    """Who is who: what a server needs for logging people in, and a page for knowing them."""

    accounts: Accounts
    logins: Logins
    recovery: Recovery
    personal: PersonalData
    desk: Desk


@dataclass(frozen=True)
class App:
    """What a page needs: one of each room, ready for use."""

    settings: Settings
    db: Database
    front_desk: FrontDesk
    library: Library
    recommender: Recommender

    @property
    def accounts(self) -> Accounts:
        """Who has an account."""
        return self.front_desk.accounts

    @property
    def logins(self) -> Logins:
        """Who is logged in."""
        return self.front_desk.logins

    @property
    def personal(self) -> PersonalData:
        """What is stored about people."""
        return self.front_desk.personal

    @property
    def desk(self) -> Desk:
        """Where forms with passwords are dealt with."""
        return self.front_desk.desk

    @property
    def catalogue(self) -> Catalogue:
        """The films of the open model."""
        return self.recommender.catalogue


def front_desk(db: Database, settings: Settings) -> FrontDesk:
    """Tie together what looks after accounts and logins; nothing is connected."""
    accounts, logins, personal = Accounts(db, settings), Logins(db, settings), PersonalData(db)
    recovery = Recovery(db, accounts)
    return FrontDesk(accounts, logins, recovery, personal, Desk(accounts, logins, recovery, personal))


def create_app(settings: Settings | None = None) -> App:
    """Open the model and tie the rooms together; the database is first spoken to when it is needed.

    Args:
        settings: read from ``.env`` and the environment when left out.
    Raises:
        SettingsError: a setting cannot be used.
        ArtifactMissing, ArtifactMismatch: there is no model, or none that can be opened.
    """
    settings = settings or load_settings()
    recommender = open_model(settings.model_dir)
    db = Database(settings)
    return App(
        settings=settings,
        db=db,
        front_desk=front_desk(db, settings),
        library=Library(db),
        recommender=recommender,
    )
