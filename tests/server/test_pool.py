"""The pool: who waits for a kernel is served in order, and what is in it lives and knows the model."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from movierec.server.notebook import Prepared
from movierec.server.pool import Pool
from tests.loop import play

Story = Callable[["Stable"], Coroutine[Any, Any, None]]


class Stable:
    """Kernels that are numbers, started when told to."""

    def __init__(self) -> None:
        self.alive: set[str] = set()
        self.starts: list[asyncio.Future[str]] = []
        self.pools: list[Pool] = []
        self.model: object = "first"

    def pool(self, size: int, at_once: int = 2) -> Pool:
        self.pools.append(Pool(
            self._prepare, size=size, at_once=at_once, is_alive=self.alive.__contains__, end=self._end,
            model_mark=lambda: self.model,
        ))  # fmt: skip
        return self.pools[-1]

    async def _prepare(self) -> Prepared:
        self.starts.append(asyncio.get_running_loop().create_future())
        kernel_id = await self.starts[-1]
        self.alive.add(kernel_id)
        return Prepared(kernel_id, (), {})

    async def _end(self, kernel_id: str) -> None:
        self.alive.discard(kernel_id)

    async def start(self, *kernel_ids: str) -> None:
        """Let the oldest of those that are being started be ready."""
        for kernel_id in kernel_ids:
            await pause()
            next(start for start in self.starts if not start.done()).set_result(kernel_id)
        await pause()

    async def close(self) -> None:
        """Close all pools; what is still being started never will be."""
        closing = [asyncio.ensure_future(pool.close()) for pool in self.pools]
        await pause()
        for start in self.starts:
            start.cancel()
        await asyncio.gather(*closing)


async def pause() -> None:
    """Let all go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


def played(story: Story) -> Callable[[Stable], None]:
    """Make a test of a coroutine function."""

    async def whole(stable: Stable) -> None:
        try:
            await story(stable)
        finally:
            await stable.close()

    @functools.wraps(story)
    def test(stable: Stable) -> None:
        play(whole(stable), 5)

    return test


@pytest.fixture
def stable() -> Stable:
    return Stable()


@played
async def test_a_ready_kernel_is_given_at_once_and_replaced(stable: Stable) -> None:
    """First in, first out; another one starts."""
    pool = stable.pool(2)
    pool.fill()
    await stable.start("a", "b")
    assert pool.ready == 2
    assert (await pool.take()).kernel_id == "a"
    assert pool.ready == 1
    await stable.start("c")
    assert pool.ready == 2
    assert len(stable.starts) == 3


@played
async def test_visitors_wait_in_line_and_kernels_start_a_few_at_once(stable: Stable) -> None:
    """Five come to an empty pool: two kernels at a time, and who came first gets the first."""
    pool = stable.pool(0)
    visitors = [asyncio.ensure_future(pool.take()) for _ in range(5)]
    await pause()
    assert len(stable.starts) == 2
    await stable.start("a")
    assert visitors[0].result().kernel_id == "a"
    assert len(stable.starts) == 3
    await stable.start("b", "c", "d", "e")
    assert [visitor.result().kernel_id for visitor in visitors] == ["a", "b", "c", "d", "e"]
    await pause()
    assert len(stable.starts) == 5, "none for nobody"


@played
async def test_a_kernel_that_died_while_it_waited_is_given_to_nobody(stable: Stable) -> None:
    """The next one is; and the dead are replaced without a visitor."""
    pool = stable.pool(2)
    pool.fill()
    await stable.start("a", "b")
    stable.alive.remove("a")
    assert (await pool.take()).kernel_id == "b"
    await stable.start("c", "d")
    assert pool.ready == 2
    stable.alive.clear()
    await pool.look_after()
    assert pool.ready == 0
    await stable.start("e", "f")
    assert pool.ready == 2


@played
async def test_a_kernel_that_does_not_start_is_told_to_who_waited_for_it(stable: Stable) -> None:
    """A visitor has a second try, and then hears of it; who comes next has tries of their own."""
    pool = stable.pool(0, at_once=1)
    for kernel_id in (None, "a"):
        visitor = asyncio.ensure_future(pool.take())
        await pause()
        stable.starts[-1].set_exception(OSError("no memory"))
        await pause()
        if kernel_id is None:
            assert not visitor.done()
            stable.starts[-1].set_exception(OSError("no memory"))
            await pause()
            with pytest.raises(OSError, match="no memory"):
                visitor.result()
        else:
            await stable.start(kernel_id)
            assert visitor.result().kernel_id == kernel_id


@played
async def test_what_fails_is_not_tried_again_and_again_for_nobody(stable: Stable) -> None:
    """A pool that cannot be filled rests; a visitor is a reason to try."""
    pool = stable.pool(1)
    pool.fill()
    await pause()
    stable.starts[0].set_exception(OSError("no memory"))
    await pause()
    await pool.look_after()
    assert len(stable.starts) == 1
    visitor = asyncio.ensure_future(pool.take())
    await stable.start("a")
    assert visitor.result().kernel_id == "a"


@played
async def test_a_visitor_who_has_left_the_line_takes_no_kernel(stable: Stable) -> None:
    """Theirs goes to the next one."""
    pool = stable.pool(0, at_once=1)
    left, stayed = (asyncio.ensure_future(pool.take()) for _ in range(2))
    await pause()
    left.cancel()
    await stable.start("a")
    assert stayed.result().kernel_id == "a"


@played
async def test_a_kernel_can_be_given_back(stable: Stable) -> None:
    """Whoever comes next gets it."""
    pool = stable.pool(1)
    pool.fill()
    await stable.start("a")
    await pool.give_back(await pool.take())
    assert (await pool.take()).kernel_id == "a"


@played
async def test_a_kernel_that_is_one_too_many_is_not_taken_back(stable: Stable) -> None:
    """Nobody waits, and the pool is full: it ends."""
    pool = stable.pool(1)
    pool.fill()
    await stable.start("a")
    taken = await pool.take()
    await stable.start("b")
    await pool.give_back(taken)
    assert stable.alive == {"b"}
    assert pool.ready == 1


@played
async def test_kernels_of_an_older_model_are_given_to_nobody(stable: Stable) -> None:
    """Neither those that wait nor one that was just being started; without any model they stay."""
    pool = stable.pool(2)
    pool.fill()
    await stable.start("a")
    stable.model = None
    await pool.look_after()
    assert pool.ready == 1
    stable.model = "second"
    await pool.look_after()
    assert stable.alive == set()
    assert pool.ready == 0
    await stable.start("b", "c", "d")  # b had begun with the first model
    assert stable.alive == {"c", "d"}
    assert pool.ready == 2


@played
async def test_closing_waits_for_what_is_being_started_and_ends_it(stable: Stable) -> None:
    """No kernel is left that nobody knows of, and no other is started."""
    pool = stable.pool(2)
    pool.fill()
    await pause()
    closing = asyncio.ensure_future(pool.close())
    await stable.start("a", "b")
    await closing
    pool.fill()
    await pause()
    assert stable.alive == set()
    assert len(stable.starts) == 2
    with pytest.raises(RuntimeError):
        await pool.take()
