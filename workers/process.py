"""One event loop and one engine for each worker process, made after the fork and kept between tasks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from structlog.contextvars import clear_contextvars

from portal.notices import live
from portal.settings import settings
from tenants import database
from tenants.guard import assert_wall

T = TypeVar("T")

_POOL = 2  # a process does one thing at a time; the second connection is for one that just broke


class Process:
    """What this process keeps: nothing before ``open``, nothing after ``close``."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def open(self) -> None:
        """Make the loop. The database is asked when the first task runs, so that its absence ends no process."""
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """Give everything back; a second call does nothing."""
        if (runner := self._runner) is None:
            return
        self._runner = None
        runner.run(_disconnect())
        runner.close()

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run to its end what ``work`` starts, connected and behind the wall."""
        if self._runner is None:
            self.open()
        assert self._runner is not None  # noqa: S101 - for the type checker
        return self._runner.run(_connected(work))


process = Process()


async def connect() -> None:
    """Open the engine under the worker's role.

    Raises:
        WallBroken: that role could see past the policies; nothing is run under it.
    """
    await database.connect(settings().worker_database_url, max_size=_POOL)
    try:
        await assert_wall()
    except BaseException:
        await database.disconnect()
        raise


async def check() -> None:
    """Connect once and let go again: what a worker does before it takes any work."""
    await connect()
    await database.disconnect()


async def _connected(work: Callable[[], Awaitable[T]]) -> T:
    clear_contextvars()  # one context for all tasks: the log of this one must not name the last one's organisation
    # The loop stood still since the last task: let it notice connections that were closed in the meantime.
    for _ in range(3):
        await asyncio.sleep(0)
    if database.DB.pool is None:
        await connect()
    return await work()


async def _disconnect() -> None:
    await live.close()
    await database.disconnect()
