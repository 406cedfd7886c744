"""The model on disk: what is written is what is read, and what is broken is refused by name."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pickle
import resource
import shutil
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movierec import artifact
from movierec.artifact import Movie, fold, open_artifact, swap, verify, write
from movierec.artifact.movie import exact_key, search_words
from movierec.errors import ArtifactError, ArtifactMismatch, ArtifactMissing, ArtifactNotWritten
from tests import toy
from tests.faults import die_at_step, in_child, start_child

FILES = ("catalogue.sqlite", "ids.npy", "similar_rows.npy", "similar_scores.npy")


@pytest.fixture
def model(toy_model: Path, tmp_path: Path) -> Path:
    """A copy of the toy model that a test may break."""
    return Path(shutil.copytree(toy_model, tmp_path / "models" / "default"))


def write_numbered(out: Path, n: int, *, k: int = 1) -> Path:
    """Write a model of *n* films whose neighbours are the next *k*; its name is *n*."""
    movies = [Movie(movie_id=1000 * n + row, title=f"Film {n} {row}") for row in range(n)]
    rows = (np.arange(n)[:, None] + np.arange(1, k + 1)) % n
    return write(out, movies, rows, np.ones((n, k)), about={"name": str(n)})


def reseal(model: Path) -> None:
    """Make the manifest's sizes and hashes those of the files, as a faulty build would have done."""
    manifest = json.loads((model / "manifest.json").read_text())
    for name in manifest["files"]:
        content = (model / name).read_bytes()
        manifest["files"][name] = {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (model / "manifest.json").write_text(json.dumps(manifest))


def names_in(folder: Path) -> list[str]:
    return sorted(child.name for child in folder.iterdir())


# ------------------------------------------------------------------------------- writing and opening


def test_what_was_written_is_read(toy_model: Path) -> None:
    """Ids, rows and scores come back as they were given, in the types that the format names."""
    opened = open_artifact(toy_model)
    rows, scores = toy.tables()
    assert opened.ids.dtype == np.int64
    assert opened.ids.tolist() == [movie.movie_id for movie in toy.MOVIES]
    assert opened.similar_rows.dtype == np.int32
    assert np.array_equal(opened.similar_rows, rows)
    assert opened.similar_scores.dtype == np.float32
    assert np.array_equal(opened.similar_scores, scores)
    verify(toy_model)


def test_the_manifest_tells_what_the_model_is(toy_model: Path) -> None:
    """Name, source and licence as given; counts, build time, and every other file's size and hash."""
    manifest = json.loads((toy_model / "manifest.json").read_text())
    assert (manifest["name"], manifest["source"], manifest["licence"]) == ("toy", "tests/toy.py", "MIT")
    assert (manifest["format_version"], manifest["films"], manifest["neighbours"]) == (1, 15, 14)
    assert manifest["built_at"].endswith("+00:00")
    assert set(manifest["files"]) == set(FILES) == set(names_in(toy_model)) - {"manifest.json"}
    for name, sealed in manifest["files"].items():
        content = (toy_model / name).read_bytes()
        assert sealed == {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_the_arrays_are_mapped_and_read_only(toy_model: Path) -> None:
    """A kernel shares the arrays with all others and cannot change them."""
    opened = open_artifact(toy_model)
    for array in (opened.ids, opened.similar_rows, opened.similar_scores):
        assert isinstance(array.base, np.memmap)
        assert not array.flags.writeable


def test_other_users_may_read_a_new_model(tmp_path: Path) -> None:
    """What root builds, a server without privileges can open: modes follow the umask."""
    old = os.umask(0o022)
    try:
        model = write_numbered(tmp_path / "m", 3)
    finally:
        os.umask(old)
    assert stat.S_IMODE(model.stat().st_mode) == 0o755
    assert {stat.S_IMODE(file.stat().st_mode) for file in model.iterdir()} == {0o644}


@pytest.mark.parametrize("name", ["a model", "50%", "what?", "mod#l", "m[1]*", "modèle"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    """Characters that mean something in addresses and patterns are just characters."""
    for n in (3, 4):
        model = write_numbered(tmp_path / name, n)
    assert open_artifact(model).connection.execute("SELECT count(*) FROM films").fetchall() == [(4,)]
    assert names_in(tmp_path) == [name]


def test_a_new_model_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Whoever has the old one open keeps it; whoever opens now gets the new one; nothing else is left."""
    out = tmp_path / "deep" / "default"
    write_numbered(out, 3)
    before = open_artifact(out)
    write_numbered(out, 4)
    assert before.ids.tolist() == [3000, 3001, 3002]
    assert before.connection.execute("SELECT movie_id FROM films WHERE row = 0").fetchall() == [(3000,)]
    assert open_artifact(out).ids.tolist() == [4000, 4001, 4002, 4003]
    assert names_in(out.parent) == ["default"]


def test_a_link_to_a_model_stays_a_link(tmp_path: Path) -> None:
    """Building into a symbolic link replaces what it points to."""
    target = write_numbered(tmp_path / "disk" / "m", 3)
    link = tmp_path / "default"
    link.symlink_to(target)
    write_numbered(link, 4)
    assert link.is_symlink()
    assert len(open_artifact(link).ids) == len(open_artifact(target).ids) == 4


# ------------------------------------------------------------------------------- refused at open


@pytest.mark.parametrize("make", [Path.exists, Path.mkdir, Path.touch])
def test_no_model_says_how_to_build_one(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """No folder, an empty folder, a file in its place: the path is named, and `movierec build`."""
    make(tmp_path / "nothing")
    for look in (open_artifact, verify):
        with pytest.raises(ArtifactMissing, match="nothing") as caught:
            look(tmp_path / "nothing")
        assert "movierec build" in caught.value.hint


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused_at_open(model: Path, name: str) -> None:
    """The file is named, and building again is advised."""
    content = (model / name).read_bytes()
    (model / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ArtifactMismatch, match=name) as caught:
        open_artifact(model)
    assert "movierec build" in caught.value.hint


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_at_open(model: Path, name: str) -> None:
    """The file is named."""
    (model / name).unlink()
    with pytest.raises(ArtifactMismatch, match=f"{name} is missing"):
        open_artifact(model)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"[]", "damaged"),
        (b"null", "damaged"),
        (b"{}", "damaged"),
        (b'{"format_version": 1}', "damaged"),
        (b'{"format_version": 1, "films": 15, "neighbours": 14, "files": []}', "damaged"),
        (b'{"format_version": 1, "films": 15, "neighbours": 14, "files": {}}', "damaged"),
        (b'{"format_version": 1, "films": "15", "neighbours": 14, "files": {}}', "damaged"),
        (b'{"format_version": 0}', "format 0"),
        (b'{"format_version": "one"}', "format 'one'"),
    ],
)
def test_a_manifest_that_says_nothing_useful_is_refused(model: Path, content: bytes, said: str) -> None:
    """Whatever stands in manifest.json, the answer is one named error that names the file."""
    (model / "manifest.json").write_bytes(content)
    with pytest.raises(ArtifactMismatch, match=rf"manifest\.json.*{said}"):
        open_artifact(model)


def test_files_outside_the_model_are_not_looked_at(model: Path) -> None:
    """A manifest cannot point out of its folder."""
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["files"]["../../etc/passwd"] = {"size_bytes": 1, "sha256": ""}
    (model / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json is damaged"):
        open_artifact(model)


def test_a_newer_format_says_to_update(model: Path) -> None:
    """Building again with an old program is not the first thing to try."""
    manifest = json.loads((model / "manifest.json").read_text())
    (model / "manifest.json").write_text(json.dumps(manifest | {"format_version": 2}))
    with pytest.raises(ArtifactMismatch, match="format 2, this program reads 1") as caught:
        open_artifact(model)
    assert "Update movierec" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("ids.npy", np.arange(14)),
        ("ids.npy", np.arange(15, dtype=np.int32)),
        ("ids.npy", np.arange(15.0)),
        ("similar_rows.npy", np.zeros((15, 13), np.int32)),
        ("similar_rows.npy", np.zeros((14, 14), np.int32)),
        ("similar_rows.npy", np.zeros(15 * 14, np.int32)),
        ("similar_scores.npy", np.zeros((15, 13), np.float32)),
        ("similar_scores.npy", np.zeros((15, 14), np.float64)),
    ],
)
def test_arrays_of_another_shape_or_type_are_refused_at_open(model: Path, name: str, array: np.ndarray) -> None:
    """The file is named even when its size and hash are as the manifest says."""
    np.save(model / name, array)
    reseal(model)
    with pytest.raises(ArtifactMismatch, match=name):
        open_artifact(model)


class _Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("name", FILES[1:])
@pytest.mark.parametrize("form", ["object array", "pickle", "zip"])
def test_nothing_is_ever_unpickled(model: Path, tmp_path: Path, name: str, form: str) -> None:
    """A pickle in an array's place is refused unread, sealed or not."""
    trap = _Trap(tmp_path / "sprung")
    if form == "object array":
        np.save(model / name, np.array([trap], object), allow_pickle=True)
    elif form == "pickle":
        (model / name).write_bytes(pickle.dumps(trap))
    else:
        np.savez(tmp_path / "x.npz", a=np.array([trap], object))
        (tmp_path / "x.npz").rename(model / name)
    reseal(model)
    for look in (open_artifact, verify):
        with pytest.raises(ArtifactMismatch, match=name):
            look(model)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", ["manifest.json", *FILES])
def test_a_file_that_may_not_be_read_is_named(toy_model: Path, open_folder: Path, name: str) -> None:
    """Without permission the error names the file and says what to do; it is not "build again"."""
    model = Path(shutil.copytree(toy_model, open_folder / "m"))
    (model / name).chmod(0)
    answer = in_child(lambda: verify(model), as_nobody=True)
    assert answer.startswith(f"ArtifactError: {model / name}")
    assert "readable" in answer


def test_opening_reads_neither_arrays_nor_catalogue(model: Path) -> None:
    """Damage inside the files costs nothing at open; that is what verify is for."""
    for name in FILES:
        content = bytearray((model / name).read_bytes())
        content[-1] ^= 0xFF
        (model / name).write_bytes(content)
    (model / "catalogue.sqlite").write_bytes(bytes((model / "catalogue.sqlite").stat().st_size))
    open_artifact(model)
    with pytest.raises(ArtifactMismatch):
        verify(model)


# ------------------------------------------------------------------------------- refused by verify


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_is_refused_by_verify(model: Path, name: str) -> None:
    """The file is named."""
    content = bytearray((model / name).read_bytes())
    content[-1] ^= 1
    (model / name).write_bytes(content)
    with pytest.raises(ArtifactMismatch, match=f"{name}.*SHA-256"):
        verify(model)


def _set(row: int, column: int, value: float) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[row, column] = value

    return change


FAULTS = [
    ("similar_scores.npy", _set(3, 5, np.nan), "NaN or infinite"),
    ("similar_scores.npy", _set(3, 0, np.inf), "NaN or infinite"),
    ("similar_scores.npy", _set(3, 5, 2.0), "best first"),
    ("similar_scores.npy", _set(14, 13, 0.5), "padded at the end"),
    ("similar_rows.npy", _set(3, 5, 15), "from -1 to 14"),
    ("similar_rows.npy", _set(3, 5, -2), "from -1 to 14"),
    ("similar_rows.npy", _set(3, 5, 3), "own neighbour"),
    ("similar_rows.npy", _set(3, 13, 9), "twice"),  # 9 is Alien³, the first neighbour of row 3, Alien
    ("similar_rows.npy", _set(3, 5, -1), "padded at the end"),
]


@pytest.mark.parametrize(("name", "change", "said"), FAULTS)
def test_arrays_that_make_no_sense_are_refused_by_verify(
    model: Path, name: str, change: Callable[[np.ndarray], None], said: str
) -> None:
    """A faulty build that seals its faults is found out all the same."""
    array = np.load(model / name)
    change(array)
    np.save(model / name, array)
    reseal(model)
    open_artifact(model)
    with pytest.raises(ArtifactMismatch, match=said):
        verify(model)


@pytest.mark.parametrize(("name", "change", "said"), FAULTS)
def test_arrays_that_make_no_sense_are_never_written(
    model: Path, name: str, change: Callable[[np.ndarray], None], said: str
) -> None:
    """The old model stays."""
    rows, scores = toy.tables()
    change(rows if name == "similar_rows.npy" else scores)
    with pytest.raises(ArtifactMismatch, match=said):
        write(model, toy.MOVIES, rows, scores, about={"name": "new"})
    assert open_artifact(model).manifest["name"] == "toy"


@pytest.mark.parametrize(
    ("movies", "rows", "scores", "said"),
    [
        ([], np.zeros((0, 1), int), np.zeros((0, 1)), "0 films"),
        (toy.MOVIES[:2], np.zeros((2, 0), int), np.zeros((2, 0)), "expected"),
        (toy.MOVIES[:2], np.array([[1]]), np.ones((1, 1)), "expected"),
        (toy.MOVIES[:2], np.array([[1], [0]]), np.ones((2, 2)), "expected"),
        (toy.MOVIES[:2], np.array([1, 0]), np.ones(2), "expected"),
        (toy.MOVIES[:2], np.array([[1.0], [0.0]]), np.ones((2, 1)), "integers"),
        (toy.MOVIES[:2], np.array([[1], [2**33]]), np.ones((2, 1)), "from -1 to 1"),
        (toy.MOVIES[:2], np.array([[1], [0]]), np.array([["1"], ["1"]]), "floating-point"),
        (toy.MOVIES[:2], np.array([[-1, 1], [0, -1]]), np.array([[0, -0.5], [1, 0]]), "padded at the end"),
        ((toy.MOVIES[0],) * 2, np.array([[1], [0]]), np.ones((2, 1)), "same movie_id"),
    ],
)
def test_what_does_not_fit_together_is_never_written(
    tmp_path: Path, movies: list[Movie], rows: np.ndarray, scores: np.ndarray, said: str
) -> None:
    """Lengths, shapes, types and ids are checked before anything is touched."""
    with pytest.raises(ArtifactMismatch, match=said):
        write(tmp_path / "m", movies, rows, scores, about={})
    assert names_in(tmp_path) == []


def test_a_score_too_large_for_its_type_is_never_written(tmp_path: Path) -> None:
    """What only storing brings to light is found before the swap."""
    with pytest.raises(ArtifactMismatch, match="NaN or infinite"), np.errstate(over="ignore"):
        write(tmp_path / "m", toy.MOVIES[:2], [[1], [0]], [[1e300], [1.0]], about={})
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("ids", [[99], [1, 0, *range(2, 15)]])
def test_ids_and_catalogue_that_disagree_are_refused_by_verify(model: Path, ids: list[int]) -> None:
    """A film that is not in the catalogue, or two that changed places."""
    array = np.load(model / "ids.npy")
    array[: len(ids)] = ids if len(ids) == 1 else array[ids]
    np.save(model / "ids.npy", array)
    reseal(model)
    open_artifact(model)
    with pytest.raises(ArtifactMismatch, match="do not name the same films"):
        verify(model)


def test_a_sealed_file_that_is_no_database_is_refused_by_verify(model: Path) -> None:
    """SQLite's own complaint is translated, and the file named."""
    (model / "catalogue.sqlite").write_bytes(b"not a database" * 100)
    reseal(model)
    with pytest.raises(ArtifactMismatch, match=r"catalogue\.sqlite"):
        verify(model)


# ------------------------------------------------------------------------------- builds that fail


def test_a_build_killed_at_any_point_leaves_a_whole_model(tmp_path: Path) -> None:
    """However far it came: the old model or the new one serves, and the next build leaves no litter."""
    out = write_numbered(tmp_path / "models" / "default", 3)
    served = []
    for step in range(1, 500):

        def build(step: int = step) -> str:
            die_at_step(step, out.parent)
            return str(write_numbered(out, 4))

        finished = in_child(build)
        verify(out)
        served.append(open_artifact(out).manifest["name"])
        write_numbered(out, 3)
        assert names_in(out.parent) == ["default"]
        verify(out)
        if finished:
            assert finished == str(out)
            break
    # Old ones up to the swap, new ones from there on, and enough steps that the test means something.
    assert served == sorted(served)
    assert served.count("3") > 10
    assert served.count("4") > 3


def test_where_the_new_model_has_not_come_the_previous_one_serves(tmp_path: Path) -> None:
    """The one instant without a model in its place is bridged by readers."""
    out = write_numbered(tmp_path / "default", 3)
    out.rename(tmp_path / ".default.previous")
    assert open_artifact(out).ids.tolist() == [3000, 3001, 3002]
    verify(out)
    # A next build that fails puts the previous one back in its own place first.
    with pytest.raises(TypeError):
        write(out, toy.MOVIES, *toy.tables(), about={"recipe": object()})
    assert names_in(tmp_path) == ["default"]
    assert open_artifact(out).ids.tolist() == [3000, 3001, 3002]


def test_the_previous_model_is_found_behind_a_link(tmp_path: Path) -> None:
    """It is beside the folder that the link points to, not beside the link."""
    out = write_numbered(tmp_path / "disk" / "m", 3)
    (tmp_path / "default").symlink_to(out)
    out.rename(tmp_path / "disk" / ".m.previous")
    assert len(open_artifact(tmp_path / "default").ids) == 3


@pytest.mark.parametrize("room_bytes", [1_000, 30_000, 200_000])
def test_a_full_disk_leaves_the_old_model(tmp_path: Path, room_bytes: int) -> None:
    """No file larger than *room_bytes* can be written: the file that failed is named, the old model serves."""
    out = write_numbered(tmp_path / "default", 3)

    def build() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, room_bytes))
        write_numbered(out, 700, k=100)  # 280,000 bytes of rows

    answer = in_child(build)
    assert answer.startswith("ArtifactNotWritten: ")
    assert ("similar_rows.npy" if room_bytes == 200_000 else "catalogue.sqlite") in answer
    assert "room on the disk" in answer
    verify(out)
    assert open_artifact(out).manifest["name"] == "3"
    assert names_in(tmp_path) == ["default"]


def test_a_disk_that_is_full_when_the_new_model_is_synced_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems tell only then."""
    out = write_numbered(tmp_path / "default", 3)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtifactNotWritten, match="No space left on device"):
        write_numbered(out, 4)
    assert open_artifact(out).manifest["name"] == "3"
    assert names_in(tmp_path) == ["default"]


@pytest.mark.parametrize("place", ["models/default", "models/new", "new/deep/default"])
def test_a_read_only_folder_leaves_the_old_model(open_folder: Path, place: str) -> None:
    """Who may not write gets a named error with the path and a hint; nothing changes."""
    out = write_numbered(open_folder / "models" / "default", 3)
    answer = in_child(lambda: write_numbered(open_folder / place, 4), as_nobody=True)
    assert answer.startswith(f"ArtifactNotWritten: {open_folder / place}")
    assert "Permission denied" in answer
    assert "may be written to" in answer
    verify(out)
    assert names_in(open_folder) == ["models"]
    assert names_in(out.parent) == ["default"]


def test_two_builds_at_once_end_with_one_whole_model(tmp_path: Path) -> None:
    """While two processes build again and again, every reader finds one model or the other, whole."""
    out = write_numbered(tmp_path / "default", 5)

    def build_often(n: int) -> None:
        for _ in range(12):
            write_numbered(out, n)

    left = [start_child(partial(build_often, n)) for n in (3, 4)]
    statuses = []
    seen = set()
    while left:
        ended = dict(os.waitpid(pid, os.WNOHANG) for pid in left)
        left = [pid for pid in left if pid not in ended]
        statuses += [ended[pid] for pid in ended if pid]
        opened = open_artifact(out)
        n = int(opened.manifest["name"])
        assert opened.ids.tolist() == [1000 * n + row for row in range(n)]
        assert opened.connection.execute("SELECT movie_id FROM films").fetchall() == [(i,) for i in opened.ids]
        seen.add(n)
    assert statuses == [0, 0]
    assert seen >= {3, 4}
    verify(out)
    assert names_in(tmp_path) == ["default"]


def test_a_build_that_waits_too_long_for_another_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says who it waited for, and the old model stays."""
    out = write_numbered(tmp_path / "default", 3)
    monkeypatch.setattr(swap, "_LOCK_WAIT_S", 0.1)
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(ArtifactNotWritten, match="another process") as caught:
            write_numbered(out, 4)
    finally:
        os.close(handle)
    assert "other build" in caught.value.hint
    assert open_artifact(out).manifest["name"] == "3"


@pytest.mark.parametrize("content", ["notes.txt", "photos/", ".git/", "manifest.json.bak"])
def test_a_folder_that_is_no_model_is_never_replaced(tmp_path: Path, content: str) -> None:
    """`--out ~/Documents` is a slip of the pen, not an order to delete them."""
    out = tmp_path / "documents"
    (out / content).mkdir(parents=True) if content.endswith("/") else out.mkdir()
    if not content.endswith("/"):
        (out / content).write_text("mine")
    with pytest.raises(ArtifactNotWritten, match="is not a model"):
        write_numbered(out, 3)
    assert names_in(out) == [content.rstrip("/")]
    assert names_in(tmp_path) == ["documents"]


def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    """Not even an empty one."""
    (tmp_path / "m").touch()
    with pytest.raises(ArtifactNotWritten, match="is not a model"):
        write_numbered(tmp_path / "m", 3)
    assert (tmp_path / "m").is_file()


def test_a_broken_model_and_an_empty_folder_are_replaced(tmp_path: Path) -> None:
    """Building again is the advice that errors give, so it must work."""
    out = write_numbered(tmp_path / "default", 3)
    (out / "manifest.json").write_text("{")
    (out / "ids.npy").unlink()
    verify(write_numbered(out, 4))
    (tmp_path / "empty").mkdir()
    verify(write_numbered(tmp_path / "empty", 4))


def test_an_error_of_the_caller_leaves_the_old_model(tmp_path: Path) -> None:
    """Whatever goes wrong in between, also what nobody thought of."""
    out = write_numbered(tmp_path / "default", 3)
    with pytest.raises(TypeError):
        write(out, toy.MOVIES, *toy.tables(), about={"recipe": object()})
    assert open_artifact(out).manifest["name"] == "3"
    assert names_in(tmp_path) == ["default"]


def test_a_folder_that_never_stands_still_is_an_error_not_a_loop(tmp_path: Path) -> None:
    """A reader that is overtaken every time says so in the end."""

    def overtaken(folder: Path) -> None:
        os.utime(folder, ns=(0, folder.stat().st_mtime_ns + 1))

    with pytest.raises(ArtifactError, match="again and again"):
        swap.steadily(write_numbered(tmp_path / "m", 3), overtaken)


# ------------------------------------------------------------------------------- folding


@pytest.mark.parametrize(
    ("text", "folded", "key"),
    [
        ("WALL·E", "wall e", "walle"),
        ("wall-e", "wall e", "walle"),
        ("Alien³", "alien3", "alien3"),
        ("Amélie", "amelie", "amelie"),
        ("Ame\u0301lie", "amelie", "amelie"),
        ("  The   DARK\tKnight ", "the dark knight", "thedarkknight"),
        ("Schindler’s List", "schindler s list", "schindlerslist"),
        ("Fast & Furious", "fast and furious", "fastandfurious"),
        ("Straße", "strasse", "strasse"),
        ("Brødre", "brodre", "brodre"),
        ("Œdipe", "oedipe", "oedipe"),
        ("İstanbul", "istanbul", "istanbul"),
        ("™", "tm", "tm"),
        ("Ελένη", "ελενη", "ελενη"),
        ("千と千尋", "千と千尋", "千と千尋"),
        ("", "", ""),
        ("$", "", "$"),
        (" *** ", "", "***"),
        ("\ud800", "", ""),
        ("a\x00b", "a b", "ab"),
    ],
)
def test_titles_are_folded_as_people_type_them(text: str, folded: str, key: str) -> None:
    """Accents, capitals and punctuation make no difference; a title of signs alone stands for itself."""
    assert fold(text) == folded
    assert exact_key(text) == key


@given(st.text())
def test_folded_text_holds_words_and_single_spaces_only(text: str) -> None:
    """Whatever is folded, the search index can split it at spaces, and folding again changes nothing."""
    folded = fold(text)
    assert all(word.isalnum() for word in folded.split(" ")) or folded == ""
    assert folded == " ".join(folded.split())
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Heat", "heat"),
        ("Schindler's List", "schindler s list schindlers"),
        ("Spider-Man 2", "spider man 2 spiderman"),
        ("M*A*S*H", "m a s h mash"),
        ("E.T. the Extra-Terrestrial", "e t the extra terrestrial et extraterrestrial"),
    ],
)
def test_what_punctuation_parts_is_also_found_in_one_piece(title: str, words: str) -> None:
    """People type `spiderman` and `schindlers list`."""
    assert search_words(title) == words


def test_a_label_tells_films_of_one_name_apart() -> None:
    """With the year where it is known."""
    assert Movie(movie_id=1, title="Batman", year=1989).label == "Batman (1989)"
    assert Movie(movie_id=2, title="Batman").label == "Batman"


def test_the_room_shows_what_others_may_use() -> None:
    """`__all__` names exist, and the film is the same class everywhere."""
    assert all(hasattr(artifact, name) for name in artifact.__all__)
