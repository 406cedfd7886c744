"""What the documents say is what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from movierec import __version__, cli
from movierec.settings import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "models" / "README.md", *(ROOT / "docs").glob("*.md")])


def test_env_example_lists_every_setting_with_its_help_and_default() -> None:
    """.env.example and the table of settings name the same variables, in the same words."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^# ([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        assert f"# {setting.help}\n# {setting.name}={setting.default}\n" in text


def test_env_example_sets_nothing_by_itself() -> None:
    """Copied as it is, it changes nothing."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert all(not line or line.startswith("#") for line in text.splitlines())


def commands() -> dict[str, set[str]]:
    """Return each command of the program with its options."""
    parser = cli._parser()
    (choices,) = [action.choices for action in parser._actions if hasattr(action, "choices") and action.choices]
    return {name: {o for action in sub._actions for o in action.option_strings} for name, sub in choices.items()}


def test_the_readme_names_every_command() -> None:
    """A command that README.md does not know is a command that nobody finds."""
    for name in commands():
        assert f"movierec {name}" in README


def shown() -> list[tuple[str, str]]:
    """Return every `movierec …` line in the documents' code blocks."""
    found = []
    for document in DOCUMENTS:
        for block in re.findall(r"```(?:\w*)\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
            found += [(document.name, line.split("#")[0].strip()) for line in block.splitlines() if
                      line.startswith("movierec ")]  # fmt: skip
    return found


@pytest.mark.parametrize(("document", "line"), shown())
def test_every_command_line_in_the_documents_is_understood(document: str, line: str) -> None:
    """What a reader copies from a document parses."""
    cli._parser().parse_args(shlex.split(line.replace("[", "").replace("]", ""))[1:])


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE) or ["run", "test"])
def test_every_make_target_in_the_readme_exists(target: str) -> None:
    """`make …` as the README shows it is in the Makefile."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def linked() -> list[tuple[Path, str]]:
    pattern = re.compile(r"\]\((?!https?://|#)([^)#]+)")
    return [(doc, target) for doc in DOCUMENTS for target in pattern.findall(doc.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("document", "target"), linked(), ids=lambda value: getattr(value, "name", str(value)))
def test_every_link_between_documents_leads_somewhere(document: Path, target: str) -> None:
    """Relative links name files that are there."""
    assert (document.parent / target).exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_is_there(document: Path) -> None:
    """Whoever wants to see what holds a promise finds it."""
    for name in re.findall(r"`(tests/[\w/]+\.py)`", document.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_the_changelog_knows_this_version() -> None:
    """The newest section of CHANGELOG.md is about what is being shipped."""
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads
    assert heads[0].startswith((__version__, "Unreleased"))
