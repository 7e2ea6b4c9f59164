"""What the worker does for tasks."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class TaskAssigned(Event, from_others=True):
    """A task may have become the recipient's; ``by_id`` knows it already."""

    space_id: UUID
    item_id: UUID
    version: int
    by_id: UUID


@dataclass(frozen=True)
class TaskDue(Event, of_space=True):
    """A moment was set until which a task is to be done; it may have been changed or done since."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class TaskOverdue(Event):
    """It was not done by then; the recipient's people may be meant."""

    space_id: UUID
    item_id: UUID
