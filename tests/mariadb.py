"""A MariaDB server of the tests' own, where settings and faults hurt nobody; and certificates for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pymysql
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_START_LIMIT_S = 60


@dataclass(frozen=True)
class Server:
    """A server that answers on ``port`` of 127.0.0.1 and ::1 (as localhost)."""

    port: int
    process: subprocess.Popen[bytes]

    def sql(self, statement: str) -> tuple[tuple[object, ...], ...]:
        """Run one statement as root."""
        conn = pymysql.connect(host="127.0.0.1", port=self.port, user="root", ssl_disabled=True)
        with conn, conn.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


def need_mariadbd() -> str:
    """Return the path of mariadbd; skip the test where there is none, or fail under CI=true."""
    found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found and shutil.which("mariadb-install-db"):
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("mariadbd and mariadb-install-db are not installed")
    pytest.skip("mariadbd and mariadb-install-db are not installed")


def make_datadir(folder: Path) -> Path:
    """Make the files of a new server: user root without password."""
    need_mariadbd()
    datadir = folder / "data"
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={datadir}", "--auth-root-authentication-method=normal",
         "--skip-test-db", *_as_user()],
        check=True, capture_output=True, timeout=_START_LIMIT_S,
    )  # fmt: skip
    return datadir


@contextlib.contextmanager
def running(datadir: Path, *options: str) -> Iterator[Server]:
    """Run a server on a free port until the block ends; its log is printed when it does not start."""
    port = free_port()
    log = datadir / "server.log"
    command = [
        need_mariadbd(), "--no-defaults", f"--datadir={datadir}", f"--socket={datadir}/socket", f"--port={port}",
        "--bind-address=127.0.0.1,::1", "--skip-name-resolve", "--innodb-buffer-pool-size=16M",
        "--innodb-flush-log-at-trx-commit=0", f"--pid-file={datadir}/pid", *_as_user(), *options,
    ]  # fmt: skip
    if not _has_ipv6():
        command = [part.replace("127.0.0.1,::1", "127.0.0.1") for part in command]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_answers(port, process, log)
        yield Server(port, process)
    finally:
        process.kill()
        process.wait(timeout=30)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_authority(folder: Path, name: str) -> Path:
    """Make a certificate authority; return the folder with its ca.pem, and server.pem for *localhost*."""
    place = folder / name
    place.mkdir()
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    authority = (
        _certificate(authority_name, authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server = (
        _certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), authority_name, key)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    (place / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (place / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return place


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _as_user() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _START_LIMIT_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="root", ssl_disabled=True).close()
        except pymysql.Error:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"mariadbd did not start:\n{log.read_text(errors='replace')}")
