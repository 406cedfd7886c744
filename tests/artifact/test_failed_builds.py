"""Builds that fail leave the model that is there."""

from __future__ import annotations

import fcntl
import os
import resource
from functools import partial
from pathlib import Path

import pytest

from movierec.artifact import open_artifact, swap, verify, write
from movierec.errors import ArtifactError, ArtifactNotWritten
from tests import toy
from tests.artifact.helpers import names_in, write_numbered
from tests.faults import die_at_step, in_child, start_child


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
