"""What follows an event, and the one runner that lets it follow exactly once.

The runner opens the recipient's scope, locks the row, runs every reaction and settles the row, all in one transaction.
A second delivery of the same message finds the row settled. A failure rolls everything back and is written down in a
transaction of its own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

from portal.metrics import TASKS
from portal.settings import settings
from tenants import outbox
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import Event
from tenants.scope import current_scope, scope
from workers.actors import system_actor

E = TypeVar("E", bound=Event)
Reaction = Callable[[E, Actor, datetime], Awaitable[None]]

log = structlog.get_logger("workers")


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed: the class of the error (its text may be personal), and whether it was the last one."""

    error: str
    is_last: bool


Afterwards = Callable[[E, Failure], Awaitable[None]]


@dataclass
class Plan:
    """Everything that follows one kind of event."""

    queue: str
    reactions: list[Reaction[Any]] = field(default_factory=list)
    afterwards: list[Afterwards[Any]] = field(default_factory=list)


PLANS: dict[str, Plan] = {}


class ReactionFailed(Exception):
    """Told to Celery so that its tools show the failure; carries no text of the error."""


class WrongRecipient(Exception):
    """A message names another organisation or network than the row; nothing is run under a foreign scope."""


class WrongSender(Exception):
    """Another organisation wrote an event that only the recipient itself, or the worker, may cause."""


def on(event: type[E], *, queue: str = "events") -> Callable[[Reaction[E]], Reaction[E]]:
    """Let the decorated coroutine follow an event, in one transaction with all others that do.

    It must reach outside the database (mail) only as its last step, since everything before it may be rolled back.
    """

    def register(reaction: Reaction[E]) -> Reaction[E]:
        plan = PLANS.setdefault(event.__name__, Plan(queue))
        if plan.queue != queue:
            raise ValueError(f"{event.__name__} goes to the queue {plan.queue!r} already; an event has one queue.")
        plan.reactions.append(reaction)
        return reaction

    return register


def on_failure(event: type[E]) -> Callable[[Afterwards[E]], Afterwards[E]]:
    """Let the decorated coroutine note a failed attempt where people look; it runs after the rollback."""

    def register(afterwards: Afterwards[E]) -> Afterwards[E]:
        PLANS[event.__name__].afterwards.append(afterwards)
        return afterwards

    return register


async def handle(identifier: UUID, *, organisation_id: UUID | None, network_id: UUID | None) -> None:
    """Let the event of an outbox row take effect once.

    Raises:
        ReactionFailed: it did not; the row is tried again later or dead.
    """
    clear_contextvars()
    bind_contextvars(outbox=str(identifier))
    attempt, began = _Attempt(identifier, organisation_id, network_id), time.perf_counter()
    try:
        # Longer than the lease and the row would be handed out a second time while the first still works on it.
        async with asyncio.timeout(settings().outbox_lease_seconds):
            await attempt.run()
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the row must learn of it
        await attempt.fail(error)
    finally:
        TASKS.labels(attempt.name, attempt.result).observe(time.perf_counter() - began)


class _Attempt:
    def __init__(self, identifier: UUID, organisation_id: UUID | None, network_id: UUID | None) -> None:
        self.identifier = identifier
        self.recipient: dict[str, Any] = {"organisation_id": organisation_id, "network_id": network_id}
        self.event: Event | None = None
        self.request_id = ""
        self.result = "failed"

    @property
    def name(self) -> str:
        return type(self.event).__name__ if self.event is not None else ""

    async def run(self) -> None:
        async with scope(**self.recipient) as opened:
            if not await self._begin():
                self.result = "settled before"
                return
            actor = await system_actor()
            bind_contextvars(organisation=actor.organisation_slug)
            if self.event is not None and await outbox.is_at_home(self.event):
                for reaction in PLANS[self.name].reactions:
                    await reaction(self.event, actor, opened.now)
            await outbox.settle(self.identifier)
        self.result = "settled"
        log.info("settled")

    async def fail(self, error: Exception) -> None:
        name = type(error).__name__
        log.error("reaction_failed", exc_info=error)
        if isinstance(error, WrongRecipient):  # the row does not pay for a message that is not its own
            raise ReactionFailed(name) from None
        async with scope(**self.recipient, request_id=self.request_id):
            settled = await outbox.fail(self.identifier, error=name, max_attempts=settings().outbox_max_attempts)
            if settled is not None and self.event is not None:
                failure = Failure(name, is_last=settled["state"] == "dead")
                for afterwards in PLANS[settled["event"]].afterwards:
                    await afterwards(self.event, failure)
        if settled is not None:
            raise ReactionFailed(f"{name}, attempt {settled['attempts']}, now {settled['state']}") from None

    async def _begin(self) -> bool:
        """Lock the row and go on under the request that caused it: its logs and later events are found together."""
        self.event = await outbox.begin(self.identifier)
        if self.event is None:
            return False
        (row,) = await execute(
            "SELECT request_id, organisation_id, network_id, sender_id, set_config('app.request', request_id, true) "
            "FROM outbox WHERE id = {}",
            self.identifier,
        )
        if {name: row[name] for name in self.recipient} != self.recipient:
            raise WrongRecipient
        if row["sender_id"] not in (None, row["organisation_id"]) and not self.event.from_others:
            raise WrongSender
        self.request_id = current_scope().request_id = row["request_id"]
        bind_contextvars(event_name=self.name, request_id=self.request_id)
        return True
