"""What happened with content, for the outbox; to the organisation or the network the space belongs to."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tenants.outbox import Event


class Happening(StrEnum):
    """What was done with an item."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    STATE = "state"
    BINNED = "binned"
    RESTORED = "restored"


@dataclass(frozen=True)
class ItemHappened(Event, from_others=True, of_space=True):
    """Something was done with an item; ``version`` is the item's then, ``by_id`` who did it (zero: the system)."""

    space_id: UUID
    item_id: UUID
    happening: Happening
    version: int
    by_id: UUID


@dataclass(frozen=True)
class ItemDue(Event, from_others=True, of_space=True):
    """A moment was set at which an item is published or expires; it may have been changed since."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class BinDue(Event, from_others=True, of_space=True):
    """The time of something in the bin is over."""

    space_id: UUID
    bin_id: UUID


@dataclass(frozen=True)
class BinFilled(Event):
    """Something that people of the recipient were told about may have been thrown away."""

    space_id: UUID
    bin_id: UUID


@dataclass(frozen=True)
class BinLeft(Event):
    """Something that people of the recipient were told about may have been taken out of the bin, with an item."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class StepMade(Event):
    """A step of an item's workflow concerns people of the recipient."""

    space_id: UUID
    item_id: UUID
    step_id: UUID
