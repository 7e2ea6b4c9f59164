"""The only door to the database: one request or task, one transaction, one organisation."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tenants.database import DB, OutsideScope, execute

if TYPE_CHECKING:
    from tenants.kept import Kept

Callback = Callable[[], Awaitable[None]]

_LOG = logging.getLogger("tenants")


class Scope:
    """An open transaction and whose it is.

    ``now`` is the database's clock (UTC, aware), read once when the scope opened: every process agrees on it.
    ``kept`` holds answers that still stand (``tenants.kept``), where they may be shown.
    """

    def __init__(
        self,
        *,
        organisation_id: UUID | None,
        person_id: UUID | None,
        network_id: UUID | None,
        request_id: str,
        read_only: bool,
    ) -> None:
        self.organisation_id = organisation_id
        self.person_id = person_id
        self.network_id = network_id
        self.request_id = request_id
        self.read_only = read_only
        self.kept: Kept | None = None
        self.now: datetime
        self._callbacks: list[Callback] = []

    @property
    def beginning(self) -> str:
        """How the transaction begins: as whose it is, and with nothing worked out yet. The settings fall with it."""
        settings = {
            "organisation": _text(self.organisation_id),
            "person": _text(self.person_id),
            "network": _text(self.network_id),
            "request": self.request_id.replace("'", "''"),
            "reached_as": "",  # of the session, it would answer for everybody after whoever made it keep that
        }
        local = "".join(f"; SET LOCAL app.{name} = '{value}'" for name, value in settings.items())
        return f"BEGIN{' READ ONLY' * self.read_only}{local}"

    @property
    def knows_time(self) -> bool:
        """Whether the clock was read already."""
        return hasattr(self, "now")

    async def read_clock(self) -> None:
        """Ask the database what time it is."""
        self.now = (await execute("SELECT hilfenetz_now() AS now"))[0]["now"]

    async def switch(self, *, organisation_id: UUID) -> None:
        """Carry the same transaction into another organisation: signing in and provisioning need it, nothing else."""
        await execute("SELECT set_config('app.organisation', {}, true)", str(organisation_id))
        self.organisation_id = organisation_id

    @asynccontextmanager
    async def speaking_for(self, organisation_id: UUID) -> AsyncIterator[None]:
        """For a while, in the same transaction, as this organisation: the worker in a network's scope writes what only
        the member that holds the office may write. The network stays."""
        before = self.organisation_id
        await self.switch(organisation_id=organisation_id)
        yield
        await execute("SELECT set_config('app.organisation', {}, true)", str(before or ""))
        self.organisation_id = before

    def after_commit(self, callback: Callback) -> None:
        """Call back once the commit is durable; for what may be lost, such as live updates."""
        self._callbacks.append(callback)

    async def announce(self) -> None:
        """Run what waited for the commit. What is saved is saved: a failure here is a line in the log, no error."""
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                await callback()
            except Exception:  # noqa: BLE001 - whatever it is, it comes after the fact
                _LOG.exception("after_commit_failed")


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope:
    """The open scope of this task.

    Raises:
        OutsideScope: none is open.
    """
    if (found := _current.get()) is None:
        raise OutsideScope
    return found


@asynccontextmanager
async def scope(
    *,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    network_id: UUID | None = None,
    request_id: str = "",
    read_only: bool = False,
    reads_clock: bool = True,
) -> AsyncIterator[Scope]:
    """Open a transaction for an organisation and person, or (workers only) for a network.

    Commits at the end, rolls back on any exception, then runs what waited for the commit. Without ``reads_clock`` the
    caller sees to ``now``: by ``read_clock``, or by a statement that asks for ``hilfenetz_now()`` along with more.

    Raises:
        RuntimeError: a scope is open already; a task acts for one organisation at a time.
    """
    if _current.get() is not None:
        raise RuntimeError("A scope is open already; use Scope.switch to act for another organisation.")
    opened = Scope(
        organisation_id=organisation_id,
        person_id=person_id,
        network_id=network_id,
        request_id=request_id,
        read_only=read_only,
    )
    token = _current.set(opened)
    try:
        async with DB.transaction(begin=opened.beginning):
            if reads_clock:
                await opened.read_clock()
            yield opened
    finally:
        _current.reset(token)
    await opened.announce()


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)
