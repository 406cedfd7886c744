"""Kinds of values: each takes a setting's text, and raises ValueError with what it should be."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

__all__ = ["database_url", "integer", "networks", "one_of", "optional", "seconds", "text", "web_address"]


def text(value: str) -> str:
    """Take any text."""
    return value


def integer(low: int, high: int) -> Callable[[str], int]:
    """Take whole numbers from *low* to *high*."""

    def parse(value: str) -> int:
        if not (value.isascii() and value.isdigit() and low <= int(value[:12]) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return parse


def seconds(value: str) -> float:
    """Take a time of up to a day."""
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number <= 86_400:
        raise ValueError("a number of seconds above 0 and at most 86400")
    return number


def one_of(*words: str) -> Callable[[str], str]:
    """Take one of *words*, in lower or upper case."""

    def parse(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return value.lower()

    return parse


def web_address(value: str) -> str:
    """Take an address of the web; a slash at its end does not count."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ValueError("an address that begins with http:// or https://")
    return value.rstrip("/")


def database_url(value: str) -> str:
    """Take a kind of database that there is; the rest is read where it is used."""
    kind, colon, _ = value.partition("://")
    if not colon or kind not in ("sqlite", "mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql"):
        raise ValueError("an address that begins with mysql://, mariadb:// or sqlite:///")
    return value


def networks(value: str) -> str:
    """Take addresses and networks, with commas or spaces between."""
    for part in value.replace(",", " ").split():
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ValueError("addresses or networks like 10.0.0.5 or 10.0.0.0/24, with commas between") from None
    return " ".join(value.replace(",", " ").split())


def optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Take what *parse* takes, or nothing."""
    return lambda value: parse(value) if value else ""
