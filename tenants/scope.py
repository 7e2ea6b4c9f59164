"""The only door to the database: one request or task, one transaction, one organisation."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from tenants.database import DB, OutsideScope, execute

Callback = Callable[[], Awaitable[None]]

_OPEN = """
SELECT hilfenetz_now() AS now,
       set_config('app.organisation', {}, true), set_config('app.person', {}, true),
       set_config('app.network', {}, true), set_config('app.request', {}, true),
       set_config('transaction_read_only', {}, true)
"""


class Scope:
    """An open transaction and whose it is.

    ``now`` is the database's clock (UTC, aware), read once when the scope opened: every process agrees on it.
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
        self.now: datetime
        self._callbacks: list[Callback] = []

    async def open(self) -> None:
        """Tell PostgreSQL who asks; the settings fall with the transaction."""
        values = (_text(self.organisation_id), _text(self.person_id), _text(self.network_id), self.request_id)
        rows = await execute(_OPEN, *values, "on" if self.read_only else "off")
        self.now = rows[0]["now"]

    async def switch(self, *, organisation_id: UUID) -> None:
        """Carry the same transaction into another organisation: signing in and provisioning need it, nothing else."""
        await execute("SELECT set_config('app.organisation', {}, true)", str(organisation_id))
        self.organisation_id = organisation_id

    def after_commit(self, callback: Callback) -> None:
        """Call back once the commit is durable; for what may be lost, such as live updates."""
        self._callbacks.append(callback)

    async def announce(self) -> None:
        """Run what waited for the commit."""
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            await callback()


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
) -> AsyncIterator[Scope]:
    """Open a transaction for an organisation and person, or (workers only) for a network.

    Commits at the end, rolls back on any exception, then runs what waited for the commit.

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
        async with DB.transaction(allow_nested=False):
            await opened.open()
            yield opened
    finally:
        _current.reset(token)
    await opened.announce()


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)
