"""Where everything is wired together, and the only such place."""

from __future__ import annotations

from dataclasses import dataclass

from movierec.auth.accounts import Accounts
from movierec.catalogue import Catalogue
from movierec.db import Database
from movierec.library import Library
from movierec.recommender import Recommender, open_model
from movierec.settings import Settings, load_settings

__all__ = ["App", "create_app"]


@dataclass(frozen=True)
class App:
    """What a page needs: one of each room, ready for use."""

    settings: Settings
    db: Database
    accounts: Accounts
    library: Library
    recommender: Recommender

    @property
    def catalogue(self) -> Catalogue:
        """The films of the open model."""
        return self.recommender.catalogue


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
        accounts=Accounts(db, settings),
        library=Library(db),
        recommender=recommender,
    )
