"""Databases as the classic app made them: its two layouts, and rows with unsalted SHA-256 passwords."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pymysql

from movierec.settings import Settings

# The first layout takes whatever collation the server had; the second names its own.
PLAIN = (
    """CREATE TABLE users (
        id INT AUTO_INCREMENT PRIMARY KEY,
        username VARCHAR(255) NOT NULL UNIQUE,
        email VARCHAR(255) NOT NULL UNIQUE,
        password VARCHAR(255) NOT NULL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    )""",
    """CREATE TABLE user_preferences (
        id INT AUTO_INCREMENT PRIMARY KEY,
        user_id INT,
        favorite_genre VARCHAR(100),
        favorite_movie VARCHAR(255),
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (user_id) REFERENCES users(id)
    )""",
)
RICH = (
    """CREATE TABLE users (
        id INT AUTO_INCREMENT PRIMARY KEY,
        username VARCHAR(255) NOT NULL UNIQUE,
        email VARCHAR(255) NOT NULL UNIQUE,
        password VARCHAR(255) NOT NULL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
        INDEX idx_username (username),
        INDEX idx_email (email)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci""",
    """CREATE TABLE user_preferences (
        id INT AUTO_INCREMENT PRIMARY KEY,
        user_id INT NOT NULL,
        favorite_genre VARCHAR(100),
        favorite_movie VARCHAR(255),
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
        FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
        INDEX idx_user_id (user_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci""",
)


@dataclass(frozen=True)
class Variant:
    """A classic layout and the database's own default collation when it was made."""

    name: str
    tables: tuple[str, str]
    charset: str
    collation: str

    def __str__(self) -> str:
        return self.name


VARIANTS = (
    Variant("plain-utf8mb4", PLAIN, "utf8mb4", "utf8mb4_general_ci"),
    Variant("plain-latin1", PLAIN, "latin1", "latin1_swedish_ci"),
    Variant("plain-latin1-bin", PLAIN, "latin1", "latin1_bin"),
    Variant("rich", RICH, "latin1", "latin1_swedish_ci"),
)


def connect(settings: Settings, *, database: bool = True) -> pymysql.Connection:
    """Connect as another program would, with nothing of ours in between."""
    return pymysql.connect(
        host=settings.db_host, port=settings.db_port, user=settings.db_user, password=settings.db_password,
        database=settings.db_name if database else None, autocommit=True, ssl_disabled=True,
    )  # fmt: skip


def make_database(settings: Settings, variant: Variant) -> None:
    """Create the database that *settings* name, with the variant's tables, empty."""
    with connect(settings, database=False) as conn, conn.cursor() as cursor:
        cursor.execute(
            f"CREATE DATABASE `{settings.db_name}` CHARACTER SET {variant.charset} COLLATE {variant.collation}"
        )
        cursor.execute(f"USE `{settings.db_name}`")
        for statement in variant.tables:
            cursor.execute(statement)


def sha256(password: str) -> str:
    """Return the hash as the classic app stored it: 64 hex digits, no salt."""
    return hashlib.sha256(password.encode()).hexdigest()


def add_user(settings: Settings, username: str, password: str, *, email: str = "", stored: str = "") -> int:
    """Insert a row as the classic app does, knowing only its own columns; return the id."""
    with connect(settings) as conn, conn.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (username, email, password) VALUES (%s, %s, %s)",
            (username, email or f"{username}@example.com", stored or sha256(password)),
        )
        return cursor.lastrowid


def rows(settings: Settings, statement: str, *values: object) -> tuple[tuple[object, ...], ...]:
    """Run one statement and return its rows."""
    with connect(settings) as conn, conn.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
