"""A model that is built while the server runs is what the next visitor gets."""

from __future__ import annotations

from pathlib import Path

from movierec.artifact import write
from tests.server.looking import kernel_processes, settled
from tests.serving import start_server
from tests.toy import HEAT, MOVIES, WALL_E, write_toy_model


def test_kernels_that_wait_with_the_old_model_are_replaced(tmp_path: Path) -> None:
    """Not one of those that were ready before is given to a visitor; others are ready soon."""
    model = write_toy_model(tmp_path / "model")
    with start_server(tmp_path, {"MODEL_DIR": str(model)}) as server:
        server.wait_for(settled(server), why="two ready kernels")
        before = set(kernel_processes(server))
        other = [movie for movie in MOVIES if movie.movie_id in (HEAT, WALL_E)]
        write(model, other, [[1], [0]], [[0.5], [0.5]], about={"name": "two"})
        server.wait_for(lambda: not before & set(kernel_processes(server)), why="the old kernels to end")
        server.wait_for(settled(server), why="two new kernels")
        assert "Traceback" not in server.log()
