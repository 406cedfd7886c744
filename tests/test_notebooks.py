"""Every notebook keeps the house rules: it asks and answers, reads easily, and was saved as it ran.

That they run at all is for ``pytest --nbval-lax notebooks``.
"""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
APP = ROOT / "notebooks" / "app.ipynb"

MAX_LINES, MAX_WIDTH = 12, 100
MAX_OUTPUT_BYTES, MAX_NOTEBOOK_BYTES = 60_000, 200_000
# Folders of the machine that a notebook was saved on, and addresses that a reader's browser would ask.
NOT_OURS = re.compile(r"(?<![\w.…])/(?:work|root|home|tmp|Users|var|opt)/|https?://(?:cdn|unpkg|\w+\.jsdelivr)")
# Saved is what the built-in catalogue gives: other people's texts are not ours to publish.
TMDBS = re.compile(r"tmdb5000|tmdb_5000|themoviedb\.org")
MAGIC = re.compile(r"^(\s*)(?:\w+ = )?[%!].*$", re.MULTILINE)  # not Python, until IPython has read it
FILE = re.compile(r"`((?:movierec|tests|notebooks|benchmarks|docs)/[\w./-]+)`")

Notebook = dict[str, Any]


def read(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def numbering(notebook: Notebook) -> Iterator[str]:
    """Cells are numbered 1…n, or none was run and none has an output."""
    numbers = [cell["execution_count"] for cell in code_cells(notebook)]
    if any(numbers) and numbers != list(range(1, len(numbers) + 1)):
        yield f"cells are numbered {numbers}: run it from top to bottom and save"
    if not any(numbers) and any(cell["outputs"] for cell in code_cells(notebook)):
        yield "outputs of cells that were not run"


def outputs(notebook: Notebook) -> Iterator[str]:
    """No error, nothing on stderr, nothing big, no machine's paths, nothing of TMDB's or from another server."""
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            size = len(json.dumps(output))
            if output["output_type"] == "error" or output.get("name") == "stderr":
                yield f"{cell['id']}: an error, or something on stderr"
            if size > MAX_OUTPUT_BYTES:
                yield f"{cell['id']}: an output of {size:,} bytes"
            if found := NOT_OURS.search(json.dumps(output)) or TMDBS.search(json.dumps(output)):
                yield f"{cell['id']}: {found[0]} in an output"
    if (size := len(json.dumps(notebook))) > MAX_NOTEBOOK_BYTES:
        yield f"{size:,} bytes in all"


def reading(notebook: Notebook) -> Iterator[str]:
    """A cell is short, and holds nothing that belongs into the package or a shell."""
    for cell in code_cells(notebook):
        source = text_of(cell)
        lines = [line for line in source.splitlines() if line.strip()]
        if len(lines) > MAX_LINES or max(map(len, lines), default=0) > MAX_WIDTH:
            yield f"{cell['id']}: more than {MAX_LINES} lines, or one of more than {MAX_WIDTH} characters"
        if re.search(r"^\s*!|%pip|%conda|sys\.path", source, re.MULTILINE):
            yield f"{cell['id']}: pip, a shell or sys.path"
        for node in ast.walk(ast.parse(MAGIC.sub(r"\1pass", source))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{cell['id']}: defines {node.name}; that belongs into movierec"
            if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names):
                yield f"{cell['id']}: imports everything from {node.module}"


def seeds(notebook: Notebook) -> Iterator[str]:
    """What is random is the same every time."""
    for cell in code_cells(notebook):
        if re.search(r"default_rng\(\)|RandomState\(\)|np\.random\.(?!default_rng|RandomState)", text_of(cell)):
            yield f"{cell['id']}: random without a fixed seed"


def story(notebook: Notebook) -> Iterator[str]:
    """It opens with a question, every cell has prose before it, it ends with the answer and the file it is in."""
    cells = notebook["cells"]
    first, last = text_of(cells[0]), text_of(cells[-1])
    heading = first.partition("\n")[0]
    if not (heading.startswith("# ") and heading.endswith("?") and "**The question.**" in first):
        yield "does not open with a question"
    if "## The answer" not in last or not FILE.search(last):
        yield "does not end with the answer and the file where it lives"
    for before, cell in pairwise(cells):
        if cell["cell_type"] == "code" and before["cell_type"] != "markdown":
            yield f"{cell['id']}: no prose before it"
    if not any("# NBVAL_CHECK_OUTPUT" in text_of(cell) for cell in code_cells(notebook)):
        yield "no cell whose output is checked"
    if not any("assert " in text_of(cell) for cell in code_cells(notebook)):
        yield "asserts nothing"


def references(notebook: Notebook) -> Iterator[str]:
    """The files it names and links to are there."""
    for cell in notebook["cells"]:
        named = {*FILE.findall(text_of(cell))}
        named |= {f"notebooks/{link}" for link in re.findall(r"\]\(([\w./-]+\.ipynb)\)", text_of(cell))}
        for name in sorted(named):
            if not (ROOT / name).exists():
                yield f"{cell['id']}: there is no {name}"


Rule = Callable[[Notebook], Iterator[str]]
FOR_ALL: tuple[Rule, ...] = (numbering, outputs, reading, seeds, references)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", FOR_ALL, ids=lambda rule: rule.__name__)
def test_every_notebook(path: Path, rule: Rule) -> None:
    """Each rule for all notebooks holds for each of them."""
    nbformat.validate(nbformat.read(path, as_version=4))
    assert list(rule(read(path))) == []


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path != APP], ids=lambda path: path.stem)
def test_an_exploration_tells_a_story(path: Path) -> None:
    """It opens with the question that it answers, and ends with the answer."""
    assert list(story(read(path))) == []


def test_the_app_is_hardly_a_notebook() -> None:
    """What Voilà serves has at most three code cells: the app is in the package."""
    assert 1 <= len(code_cells(read(APP))) <= 3


def good() -> Notebook:
    """Return a small notebook that keeps every rule."""
    question = {"cell_type": "markdown", "id": "q", "source": "# Why?\n\n**The question.** Why?"}
    code = {
        "cell_type": "code", "id": "c", "execution_count": 1, "outputs": [],
        "source": "# NBVAL_CHECK_OUTPUT\nassert 1 + 1 == 2",
    }  # fmt: skip
    answer = {"cell_type": "markdown", "id": "a", "source": "## The answer\n\nSo: `movierec/errors.py`."}
    return {"cells": [question, code, answer]}


def test_a_good_notebook_has_no_faults() -> None:
    """The rules can be kept."""
    assert [fault for rule in (*FOR_ALL, story) for fault in rule(good())] == []


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"outputs": [{"output_type": "stream", "name": name, "text": text}]}


@pytest.mark.parametrize(
    ("rule", "cell", "change"),
    [
        (numbering, 1, {"execution_count": 2}),
        (numbering, 1, {"execution_count": None, **printed("4")}),
        (outputs, 1, printed("a warning", "stderr")),
        (outputs, 1, {"outputs": [{"output_type": "error", "ename": "KeyError"}]}),
        (outputs, 1, printed("." * 60_001)),
        (outputs, 1, printed("built /tmp/x/model")),
        (outputs, 1, printed("tmdb5000: 4,803 films")),
        (outputs, 1, printed("<script src='https://cdn.jsdelivr.net/npm/vega'>")),
        (reading, 1, {"source": "\n".join(f"a{n} = {n}" for n in range(13))}),
        (reading, 1, {"source": "x = '" + "." * 100 + "'"}),
        (reading, 1, {"source": "def f():\n    pass"}),
        (reading, 1, {"source": "if True:\n    class A: pass"}),
        (reading, 1, {"source": "%pip install x"}),
        (reading, 1, {"source": "!ls"}),
        (reading, 1, {"source": "import sys\nsys.path.insert(0, '..')"}),
        (reading, 1, {"source": "from numpy import *"}),
        (seeds, 1, {"source": "np.random.default_rng().integers(3)"}),
        (seeds, 1, {"source": "np.random.shuffle(x)"}),
        (references, 2, {"source": "see `movierec/no_such_file.py`"}),
        (references, 2, {"source": "see [that](99_nowhere.ipynb)"}),
        (story, 0, {"source": "# Films\n\n**The question.** Why?"}),
        (story, 0, {"cell_type": "code", "source": "1"}),
        (story, 1, {"source": "assert True"}),
        (story, 1, {"source": "# NBVAL_CHECK_OUTPUT\n1"}),
        (story, 2, {"source": "## The answer\n\nSo."}),
        (story, 2, {"source": "## More\n\n`movierec/errors.py`"}),
    ],
)
def test_each_rule_finds_what_breaks_it(rule: Rule, cell: int, change: dict[str, Any]) -> None:
    """A rule that finds no fault anywhere would hold nothing."""
    notebook = copy.deepcopy(good())
    notebook["cells"][cell] |= change
    assert list(rule(notebook)) != []
