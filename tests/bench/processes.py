"""The processes a portal has beside the web, for what they do by themselves to be measured."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from portal.local.mailbox import Mailbox
from tenants.database import connection_config
from tests.database import Database

_PATIENCE = 300.0
# One worker for what follows, one for mails, a beat: as `hilfenetz up` and docker-compose.yml start them.
_COMMANDS = (
    ["portal.cli", "worker", "--queues", "tick,events"],
    ["portal.cli", "worker", "--queues", "mail"],
    ["celery", "-A", "workers.app", "beat"],
)


@asynccontextmanager
async def attended(base: Database, mailbox: Mailbox) -> AsyncIterator[asyncpg.Connection]:
    """Workers, beat and mail server at work; gives a connection to watch them through, past the wall.

    What the demo world left to do is not what is measured, and put away before.
    """
    await base.as_superuser("UPDATE outbox SET state = 'done'")
    mailbox.start()
    watching = await asyncpg.connect(**connection_config(base.url("admin")))

    async def beats() -> bool:
        return bool(await watching.fetch("SELECT FROM heartbeat WHERE name = 'relay'"))

    try:
        with _workers():
            await until(beats)
            yield watching
    finally:
        await watching.close()
        mailbox.stop()


@contextmanager
def _workers() -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen([sys.executable, "-m", *command], env=os.environ, **quiet) for command in _COMMANDS]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


async def until(holds: Callable[[], Awaitable[bool]]) -> float:
    """Wait until something is so; gives back how many seconds it took.

    Raises:
        RuntimeError: it was not so after five minutes.
    """
    began = time.perf_counter()
    while not await holds():
        if time.perf_counter() - began > _PATIENCE:
            raise RuntimeError("the workers do not come to an end")
        await asyncio.sleep(0.05)
    return time.perf_counter() - began
