"""What the worker does for rules."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class EndReached(Event, of_space=True):
    """The end of an item was set to this moment; it may have been changed since."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class RuleMeant(Event):
    """A rule of somebody of the recipient is to run; the row of the run says on what."""

    space_id: UUID
    run_id: UUID


@dataclass(frozen=True)
class RunsOver(Event, of_space=True):
    """The time in which the log of a space tells of a run may be over."""

    space_id: UUID


@dataclass(frozen=True)
class RuleTells(Event, from_others=True):
    """A run of a rule may have something to tell people of the recipient."""

    space_id: UUID
    run_id: UUID


@dataclass(frozen=True)
class RulePaused(Event, from_others=True):
    """A rule has stopped itself; who manages its folder may be among the recipient's people."""

    space_id: UUID
    rule_id: UUID
    at: datetime
