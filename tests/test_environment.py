"""environment.yml, pyproject.toml and constraints.txt name the same things."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[(\w+)\])?(?:>=([\w.]+))?$")
# An extra is a package of its own in conda's world.
EXTRAS = {("pymysql", "rsa"): "cryptography"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def in_pyproject() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = {}
    for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name, extra, version = REQUIREMENT.match(line).groups()
        found[canonical(name)] = version
        if extra:
            found[EXTRAS[canonical(name), extra]] = None
    return found


def in_environment() -> dict[str, str]:
    found = {}
    for line in (ROOT / "environment.yml").read_text().splitlines():
        item = line.split("#")[0].strip()
        if item.startswith("- ") and not item.endswith(":"):
            name, _, version = REQUIREMENT.match(item[2:]).groups()
            found[canonical(name)] = version
    for not_a_package in ("conda-forge", "pip", "python"):
        del found[not_a_package]
    return found


def test_conda_and_pip_users_get_the_same() -> None:
    """Every dependency of pyproject.toml is in environment.yml with the same floor, and none besides."""
    pip, conda = in_pyproject(), in_environment()
    assert sorted(pip) == sorted(conda)
    assert {name: floor for name, floor in pip.items() if floor and conda[name] != floor} == {}


def test_every_dependency_has_a_tested_version() -> None:
    """constraints.txt pins each one, by name and version alone."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[\w.+!-]+", line) for line in lines)
    pinned = {canonical(line.split("==")[0]) for line in lines}
    assert set(in_pyproject()) <= pinned
