"""Processes that are killed: something is done in a process of its own, and the system ends that without a word.

Run as a program (``python -m tests.mortal``) it is a worker and a portal that have loaded everything and only copy
themselves: each line it reads is something to do for a new copy, each line it writes is how that copy ended.
"""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import traceback
import warnings
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from litestar import Litestar

import workers.app  # noqa: F401 - registers all reactions
from portal.app import create_app
from portal.settings import load
from tenants import database, outbox
from tests.client import Browser, File, browser_for
from tests.database import POOL, Database
from workers import reactions

Form = dict[str, str]
CHECKOUT = Path(__file__).resolve().parents[1]
_CONNECTED = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"


def die() -> None:
    """Nothing of this process says goodbye, to nobody."""
    os.kill(os.getpid(), signal.SIGKILL)


async def killed(base: Database, role: str, deed: Callable[[], Awaitable[Any]]) -> None:
    """Do something in a process of its own, with connections of its own under this role; somewhere in it calls ``die``.

    The process is a copy of this one, so the deed finds all that the test has; nothing of what it does there comes back
    but what it has committed. It has one thread: whoever draws PDF files in it waits for others for ever.
    """
    before = await _connected(base)
    child = _fork(partial(_live, base.url(role), deed))
    _, status = await asyncio.to_thread(os.waitpid, child, 0)
    await _gone(base, before, status)


async def killed_at_work(base: Database, identifier: UUID, *, committed: bool, **recipient: UUID | None) -> None:
    """A worker settles a row of the outbox and is killed: after its last step and before the commit, or right after the
    commit and before it could say so to the broker."""
    order = {"url": base.url("worker"), "identifier": str(identifier), "committed": committed}
    order |= {name: value and str(value) for name, value in recipient.items()}
    before = await _connected(base)
    await _gone(base, before, await asyncio.to_thread(_ordered, json.dumps(order)))


async def killed_at_request(
    base: Database, browser: Browser, path: str, form: Form, *, committed: bool, file: File | None = None
) -> None:
    """The portal answers a form that this browser sends and is killed: before it commits what it wrote, or right after
    that and before anybody hears of it."""
    order: dict[str, Any] = {"url": base.url("app"), "path": path, "form": form, "committed": committed}
    order |= {"file": file and (file[0], b64encode(file[1]).decode())}
    order |= {"cookies": dict(browser.http.cookies)}
    before = await _connected(base)
    await _gone(base, before, await asyncio.to_thread(_ordered, json.dumps(order)))


async def _gone(base: Database, before: set[int], status: int) -> None:
    """Make sure that it was killed, and wait until the server has noticed that nobody is there any more."""
    assert os.WIFSIGNALED(status), "it came to its end, or failed, before anybody was killed"
    assert os.WTERMSIG(status) == signal.SIGKILL
    for _ in range(2000):
        if not await _connected(base) - before:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the server still waits for a process that is gone")


async def _connected(base: Database) -> set[int]:
    return {row["pid"] for row in await base.as_superuser(_CONNECTED, base.name)}


@cache
def _original() -> subprocess.Popen[str]:
    """What copies itself, started with the first order."""
    program = [sys.executable, "-m", "tests.mortal"]
    started = subprocess.Popen(program, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(started.communicate)  # it ends when nothing more can come
    return started


def _ordered(line: str) -> int:
    original = _original()
    assert original.stdin is not None
    assert original.stdout is not None
    original.stdin.write(f"{line}\n")
    original.stdin.flush()
    return int(original.stdout.readline())


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        life = partial(_answer, _portal()) if "path" in order else _work
        child = _fork(partial(life, **order))
        print(os.waitpid(child, 0)[1], flush=True)


@cache
def _portal() -> Litestar:
    return create_app(load())


def _answer(
    application: Litestar,
    *,
    url: str,
    path: str,
    form: Form,
    file: tuple[str, str] | None,
    cookies: Form,
    committed: bool,
) -> NoReturn:
    os.dup2(2, 1)
    commit = database.WalledTransaction.commit

    async def last(self: database.WalledTransaction) -> None:
        wrote = await self.connection.fetchval("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        if wrote and not committed:
            die()
        await commit(self)
        if wrote:
            die()

    database.WalledTransaction.commit = last  # type: ignore[method-assign]
    browser = browser_for(application)
    browser.http.cookies.update(cookies)
    content = (file[0], b64decode(file[1])) if file else None
    _live(url, lambda: browser.post(path, form, file=content))


def _work(url: str, identifier: str, *, committed: bool, **recipient: str | None) -> NoReturn:
    os.dup2(2, 1)  # what is logged is no answer
    settle = outbox.settle

    async def last(settled: UUID) -> None:
        await settle(settled)
        die()

    if not committed:
        outbox.settle = last
    places: dict[str, Any] = {name: value and UUID(value) for name, value in recipient.items()}

    async def deed() -> None:
        await reactions.handle(UUID(identifier), **places)
        die()

    _live(url, deed)


def _fork(life: Callable[[], NoReturn]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the threads of a test none works while it forks
        child = os.fork()
    if not child:
        life()
    return child


def _live(url: str, deed: Callable[[], Awaitable[Any]]) -> NoReturn:
    async def live() -> None:
        database.DB.pool = None  # that of the parent
        await database.connect(url, max_size=POOL)
        await deed()

    try:
        asyncio.run(live())
    except BaseException:  # noqa: BLE001 - it must never go on as a second parent
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    _serve()
