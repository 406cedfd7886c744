"""Settings: ``.env`` and the environment in, one frozen :class:`Settings` out.

:data:`SETTINGS` is the one list of what can be set, ``values`` what they may be; ``.env.example`` and the
documentation are held against it by tests.

Home is the nearest folder, from the working directory upwards, that holds a ``.env`` (or the
checkout's ``.env.example``), else the working directory; ``MOVIEREC_HOME`` names it outright.
Relative paths in settings start there, so that the command line, a kernel that was started in
``notebooks/`` and an installed wheel all see the same database and the same model.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from movierec.errors import SettingsError
from movierec.settings.values import (
    database_url,
    integer,
    networks,
    one_of,
    optional,
    seconds,
    text,
    web_address,
)

__all__ = ["SETTINGS", "Setting", "Settings", "load_settings"]


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its variable, its default as text, how to read it, what it is."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str
    secret: bool = False
    path: bool = False

    @property
    def field(self) -> str:
        return self.name.removeprefix("MOVIEREC_").lower()


SETTINGS: tuple[Setting, ...] = (
    Setting("TMDB_API_KEY", "", text, "TMDB v3 key or v4 token; empty: drawn posters only.", secret=True),
    Setting("DB_HOST", "", text, "MySQL or MariaDB server; empty: the embedded SQLite file."),
    Setting("DB_PORT", "3306", integer(1, 65_535), "Its port."),
    Setting("DB_USER", "", text, "Its user; needed when DB_HOST is set."),
    Setting("DB_PASSWORD", "", text, "That user's password.", secret=True),
    Setting("DB_NAME", "movierec", text, "The database; created when missing."),
    Setting("DB_URL", "", optional(database_url),
            "One address instead of the five above: mysql://user:password@host:port/name or sqlite:///file.",
            secret=True),
    Setting("DB_SSL_CA", "", text, "CA file: encrypt, and verify certificate and host name.", path=True),
    Setting("DB_SQLITE_FILE", "movierec.sqlite3", text, "The embedded database, when no server is set.",
            path=True),
    Setting("MODEL_DIR", "models/default", text, "The model that is served.", path=True),
    Setting("PASSWORD_MIN_LENGTH", "6", integer(1, 64), "Shortest password accepted at sign-up (15 is better)."),
    Setting("ARGON2_MEMORY_KIB", "19456", integer(19_456, 4_194_304),
            "Memory for hashing a password, in KiB; at least OWASP's minimum."),
    Setting("ARGON2_PASSES", "2", integer(2, 100), "Passes over it; hashes are renewed at the next login."),
    Setting("LOGIN_IDLE_H", "12", integer(1, 8_760), "A login that is not used for so many hours ends."),
    Setting("LOGIN_MAX_H", "72", integer(1, 8_760), "Any login ends after so many hours."),
    Setting("LOGIN_KEPT_IDLE_D", "14", integer(1, 3_650), "The same with “Keep me signed in”, unused, in days."),
    Setting("LOGIN_KEPT_MAX_D", "90", integer(1, 3_650), "And in any case, in days."),
    Setting("LOGIN_FAILURES", "5", integer(1, 10_000), "Failed log-ins for one account before there is a wait."),
    Setting("LOGIN_FAILURES_PER_ADDRESS", "50", integer(1, 1_000_000),
            "The same from one address, for whatever accounts."),
    Setting("SIGN_UPS_PER_ADDRESS", "100", integer(1, 1_000_000),
            "Sign-ups from one address before there is a wait."),
    Setting("POSTER_CACHE_DIR", "var/posters", text, "Where posters are kept.", path=True),
    Setting("POSTER_CACHE_MB", "200", integer(1, 100_000), "How much room they may take, in MB."),
    Setting("TMDB_API_URL", "https://api.themoviedb.org/3", web_address, "Where TMDB's API answers."),
    Setting("TMDB_IMAGE_URL", "https://image.tmdb.org/t/p", web_address, "Where TMDB's images are."),
    Setting("TMDB_PROXY", "", optional(web_address), "Proxy for both, if one is needed.", secret=True),
    Setting("TMDB_TIMEOUT_S", "6", seconds, "Longest time for one poster, all tries together, in seconds."),
    Setting("MOVIEREC_HOST", "127.0.0.1", text, "Address that the server listens on."),
    Setting("MOVIEREC_PORT", "8866", integer(1, 65_535), "Its port; the next free one if this is taken."),
    Setting("MOVIEREC_PUBLIC_URL", "", optional(web_address),
            "What visitors type, where a proxy stands in front: https://films.example.org."),
    Setting("MOVIEREC_PROXIES", "", networks,
            "That proxy's address (or network), whose X-Forwarded-For and -Proto count."),
    Setting("MOVIEREC_POOL_SIZE", "2", integer(0, 64), "Kernels kept ready for the next visitors."),
    Setting("MOVIEREC_AWAY_S", "90", seconds, "How long a page without its connection can come back, in s."),
    Setting("MOVIEREC_FORK", "auto", one_of("auto", "yes", "no"),
            "Fork kernels (auto, yes, no): small, soon ready; Linux."),
    Setting("MOVIEREC_DATA_DIR", "", text, "Folder with tmdb-5000/ and ml-latest-small/, for notebooks, tests.",
            path=True),
    Setting("MOVIEREC_POSTERS_URL", "", text, "Set by the launcher: where pages get posters; empty: nowhere."),
    Setting("MOVIEREC_STATIC_URL", "", text, "Set by the launcher: where pages get scripts; empty: by wire."),
    Setting("MOVIEREC_LOGIN_URL", "", text, "Set by the launcher: where pages log in; empty: in their kernel."),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, read and checked. Paths are absolute; an empty text means not set."""

    home: Path
    tmdb_api_key: str = field(repr=False)
    db_host: str
    db_port: int
    db_user: str
    db_password: str = field(repr=False)
    db_name: str
    db_url: str = field(repr=False)
    db_ssl_ca: Path | None
    db_sqlite_file: Path
    model_dir: Path
    password_min_length: int
    argon2_memory_kib: int
    argon2_passes: int
    login_idle_h: int
    login_max_h: int
    login_kept_idle_d: int
    login_kept_max_d: int
    login_failures: int
    login_failures_per_address: int
    sign_ups_per_address: int
    poster_cache_dir: Path
    poster_cache_mb: int
    tmdb_api_url: str
    tmdb_image_url: str
    tmdb_proxy: str = field(repr=False)
    tmdb_timeout_s: float
    host: str
    port: int
    public_url: str
    proxies: str
    pool_size: int
    away_s: float
    fork: str
    data_dir: Path | None
    posters_url: str
    static_url: str
    login_url: str

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with *changes* applied."""
        return dataclasses.replace(self, **changes)

    def kernel_environment(self) -> dict[str, str]:
        """Return the variables that make a kernel see these settings, whatever its ``.env`` says.

        Every setting is named, so that nothing is looked up twice; TMDB's key is named as empty,
        because a visitor's kernel never talks to TMDB.
        """
        named = {"MOVIEREC_HOME": str(self.home)}
        for setting in SETTINGS:
            value = getattr(self, setting.field)
            named[setting.name] = "" if value is None else str(value)
        return named | {"TMDB_API_KEY": "", "TMDB_PROXY": ""}


def load_settings(environ: Mapping[str, str] | None = None, start: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: variables that win over ``.env``, also when empty; ``os.environ`` by default.
        start: where the search for home begins; the working directory by default.
    Raises:
        SettingsError: a value cannot be used; the message names the variable and what it should be.
    """
    environ = os.environ if environ is None else environ
    home = _find_home(environ, start)
    try:
        # No interpolation: a password may contain ${…}.
        from_file = dotenv_values(home / ".env", interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{home / '.env'} cannot be read: {error}") from error
    given = {**{name: value or "" for name, value in from_file.items()}, **environ}
    found: dict[str, Any] = {}
    for setting in SETTINGS:
        written = given.get(setting.name, setting.default)
        if setting.name != "DB_PASSWORD":  # a space may be part of one
            written = written.strip()
        try:
            value = setting.parse(written or setting.default)
        except ValueError as error:
            shown = "its value" if setting.secret else repr(written)
            raise SettingsError(f"{setting.name}: {shown} is not {error}") from None
        if setting.path:
            value = _resolve(setting.name, value, home) if value else None
        found[setting.field] = value
    settings = Settings(home=home, **found)
    if settings.db_host and not settings.db_url and not settings.db_user:
        raise SettingsError("DB_USER is empty, but DB_HOST is set: name the database user")
    return settings


def _find_home(environ: Mapping[str, str], start: Path | None) -> Path:
    named = environ.get("MOVIEREC_HOME", "").strip()
    if named:
        home = _resolve("MOVIEREC_HOME", named, Path.cwd())
        if not home.is_dir():
            raise SettingsError(f"MOVIEREC_HOME: {named!r} is not a folder")
        return home
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / ".env").is_file() or _is_checkout(folder):
            return folder
    return here


def _is_checkout(folder: Path) -> bool:
    """Is there an ``.env.example``, and is it ours? Many projects have one."""
    try:
        return "MOVIEREC_HOME" in (folder / ".env.example").read_text("utf-8", errors="ignore")
    except OSError:
        return False


def _resolve(name: str, path: str, home: Path) -> Path:
    try:
        return (home / Path(path).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # ~nobody-of-that-name, a NUL, a loop of links
        raise SettingsError(f"{name}: {path!r} is not a path: {error}") from None
