"""``movierec doctor``: what is configured, reachable and missing, with the fix for each.

One ``inspect_…`` function for each topic; each returns findings and raises nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import asdict, dataclass
from typing import Literal

from movierec.errors import MovierecError, SettingsError
from movierec.settings import Settings, load_settings

__all__ = ["Finding", "inspect"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``fix`` is empty when there is nothing to do."""

    topic: str
    state: Literal["ok", "note", "wrong"]
    text: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        mark = {"ok": "✓", "note": "·", "wrong": "✗"}[self.state]
        fix = f"\n             → {self.fix}" if self.fix else ""
        return f"{mark} {self.topic:<10} {self.text}{fix}"


def inspect() -> list[Finding]:
    """Look at everything and return the findings, in the order in which one would mend them."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return [_wrong("settings", error)]
    topics = (inspect_settings, inspect_model, inspect_database, inspect_tmdb, inspect_server)
    return [finding for topic in topics for finding in topic(settings)]


def inspect_settings(settings: Settings) -> list[Finding]:
    """Where is home, and is there a ``.env``?"""
    if (settings.home / ".env").is_file():
        return [Finding("settings", "ok", f"read from {settings.home / '.env'} and the environment")]
    return [
        Finding("settings", "ok", f"no .env in {settings.home}: defaults and the environment",
                "nothing needed; to change something: cp .env.example .env"),
    ]  # fmt: skip


def inspect_model(settings: Settings) -> list[Finding]:
    """Is there a model, is it whole, and what is in it?"""
    from movierec.artifact import open_artifact, verify

    try:
        verify(settings.model_dir)
        manifest = open_artifact(settings.model_dir).manifest
    except MovierecError as error:
        return [_wrong("model", error)]
    source = manifest.get("name") or "a source that is not told"
    return [Finding("model", "ok", f"{manifest['films']} films from {source} in {settings.model_dir}")]


def inspect_database(settings: Settings) -> list[Finding]:
    """Does the database answer, does it have its tables, are names unambiguous?"""
    from movierec.auth.people import ambiguous_names
    from movierec.db import Database

    try:
        database = Database(settings)
        if database.is_new():  # looking makes nothing
            return [Finding("database", "ok", f"{database.describe()}: will be made at the first use")]
        database.check()
        ambiguous = ambiguous_names(database)
    except MovierecError as error:
        return [_wrong("database", error)]
    findings = [Finding("database", "ok", database.describe())]
    if ambiguous:
        names = ", ".join(" / ".join(group) for group in ambiguous)
        findings.append(
            Finding("database", "note", f"usernames that differ only in case: {names}",
                    "each logs in with the exact spelling; rename one of them if that confuses people"),
        )  # fmt: skip
    host = database.unverified_host
    if host and not _is_loopback(host):
        findings.append(
            Finding("database", "note", f"nobody checks that {host} is who it says it is",
                    "set DB_SSL_CA to the file of the authority that signed the server's certificate"),
        )  # fmt: skip
    return findings


def inspect_tmdb(settings: Settings) -> list[Finding]:
    """Is there a key for TMDB, and does TMDB take it?"""
    if not settings.tmdb_api_key:
        return [
            Finding("posters", "note", "no TMDB_API_KEY: posters are drawn",
                    "for real posters put a key from themoviedb.org into .env: TMDB_API_KEY=..."),
        ]  # fmt: skip
    from movierec.posters import PosterStore

    store = PosterStore(settings)
    try:
        store.check()
    except MovierecError as error:
        fix = error.hint or "check TMDB_API_URL, TMDB_PROXY and the network; until then posters are drawn"
        return [Finding("posters", "wrong", str(error), fix)]
    finally:
        store.close()
    return [Finding("posters", "ok", f"TMDB answers at {settings.tmdb_api_url} and takes the key")]


def inspect_server(settings: Settings) -> list[Finding]:
    """Can the address be listened on, and is what others would see fit for others?"""
    from tornado.netutil import bind_sockets

    try:
        for listening in bind_sockets(0, settings.host):
            listening.close()
    except (OSError, ValueError):  # a name that is none at all is a UnicodeError
        return [
            Finding("server", "wrong", f"{settings.host!r} is no address of this machine that can be listened on",
                    "set MOVIEREC_HOST to 127.0.0.1, or to 0.0.0.0 so that others can reach it"),
        ]  # fmt: skip
    if _is_loopback(settings.host):
        return [Finding("server", "ok", f"listens on {settings.host}, this machine only"), *_proxies(settings)]
    findings = [
        Finding("server", "note", f"listens on {settings.host}: others can reach it",
                "put it behind a proxy that speaks https"),
    ]  # fmt: skip
    if settings.password_min_length < 8:
        findings.append(
            Finding("server", "note", f"passwords of {settings.password_min_length} characters are accepted",
                    "set PASSWORD_MIN_LENGTH to 8 or, better, 15"),
        )  # fmt: skip
    return findings + _proxies(settings)


def _proxies(settings: Settings) -> list[Finding]:
    if settings.public_url and not settings.proxies:
        return [
            Finding("server", "note", f"no proxy is trusted before {settings.public_url}: all its visitors have "
                    "one address, and who fails to log in slows down the others",
                    "set MOVIEREC_PROXIES to the proxy's address"),
        ]  # fmt: skip
    return [
        Finding("server", "note", f"{proxy} is everybody: visitors can give any address as theirs",
                "set MOVIEREC_PROXIES to the proxy's address alone")
        for proxy in settings.proxies.split()
        if ipaddress.ip_network(proxy).prefixlen == 0
    ]  # fmt: skip


def _wrong(topic: str, error: MovierecError) -> Finding:
    return Finding(topic, "wrong", str(error), error.hint)


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, ValueError):
        return False
    return all(ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_loopback for entry in found)
