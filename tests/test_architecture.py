"""The house stands as its plan says: floors, light serving path, files that fit in the head."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "movierec"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room is a module or folder right under movierec/; it imports only from lower floors and from itself.
FLOORS = {
    "errors": 0, "memory": 0,
    "settings": 1, "tables": 1, "artifact": 1,
    "db": 2, "catalogue": 2, "posters": 2,
    "auth": 3, "library": 3, "recommender": 3,
    "app": 4,
    "ui": 5, "server": 5, "build": 5,
    "doctor": 6, "user_command": 6, "cli": 7, "__main__": 8, "__init__": 8,
}  # fmt: skip
BUILD_SEES = {"errors", "settings", "artifact", "catalogue", "recommender", "build", "__init__"}
HEAVY = ("pandas", "scipy", "sklearn", "altair", "matplotlib", "sqlalchemy.orm", "alembic")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Return the movierec rooms that the file imports, at its head or inside functions."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            assert not isinstance(node, ast.ImportFrom), (
                f"{path}: relative import; the floors cannot be read off it"
            )
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package == "movierec":
                room = rest.split(".")[0]
                rooms.add(room if room in FLOORS else "__init__")
    return rooms


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_floors_below_it(path: Path) -> None:
    """Imports go down only; ui, server and build do not know of each other."""
    room = room_of(path)
    assert room in FLOORS, f"{room} has no floor yet: give it one here and in docs/architecture.md"
    for other in imports_of(path) - {room, "__init__"}:
        assert FLOORS[other] < FLOORS[room], (
            f"{room} (floor {FLOORS[room]}) imports {other} (floor {FLOORS[other]})"
        )
        if room == "build":
            assert other in BUILD_SEES, f"build imports {other}"


ROOMS = sorted({path.parent for path in MODULES} - {PACKAGE, PACKAGE / "ui" / "components"})


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_module_stands_on_the_map_of_its_room(room: Path) -> None:
    """What a room is made of is read in its docstring; the parts of the page are one of a kind each."""
    written = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    words = set(re.findall(r"\w+", written or ""))
    assert {path.stem for path in room.glob("*.py")} - {"__init__"} <= words


def test_only_the_command_line_sees_the_build() -> None:
    """Nothing that serves can pull in pandas by way of the build."""
    seers = {room_of(path) for path in MODULES if "build" in imports_of(path)} - {"build"}
    assert seers <= {"cli"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_file_fits_in_the_head(path: Path) -> None:
    """No Python file is longer than 300 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "path",
    sorted((PACKAGE / "ui").rglob("*.js")) + sorted((PACKAGE / "ui").rglob("*.css")),
    ids=lambda path: path.name,
)
def test_every_script_and_style_fits_in_the_head(path: Path) -> None:
    """No script or style sheet of the page is longer than 300 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "code",
    ["from movierec.ui import show; show()", "import movierec.server.launcher, movierec.server.site"],
    ids=["a visitor's kernel", "the server"],
)
def test_serving_imports_nothing_heavy(code: str, settings, toy_model) -> None:
    """A visitor's kernel and the server load no data-science library, no ORM, nothing that migrates."""
    program = f"""
import sys
{code}
from movierec.app import create_app
create_app().recommender.similar(862)
print(",".join(name for name in sys.modules if (name + ".").startswith(tuple(h + "." for h in {HEAVY!r}))))
"""
    environ = settings.kernel_environment()
    result = subprocess.run(
        [sys.executable, "-c", program], env={"PATH": "/usr/bin:/bin", **environ}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    """`import movierec` alone stays as cheap as Python itself."""
    program = "import sys, movierec; print([n for n in sys.modules if n.startswith('movierec.') or n == 'numpy'])"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "[]"
