"""What happened in procedures, for the outbox. The reactions look everything up and take nobody's word."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class ExclusionMoved(Event, from_others=True):
    """A member moves that another one is excluded; to the member that holds the office."""

    network_id: UUID
    procedure_id: UUID


@dataclass(frozen=True)
class MembershipEnded(Event):
    """The recipient belongs to a network no longer."""

    procedure_id: UUID


@dataclass(frozen=True)
class OfficeHandedOver(Event):
    """It is settled which member holds the office; to each member."""

    network_id: UUID
    procedure_id: UUID


@dataclass(frozen=True)
class OfficeSeatMoved(Event, from_others=True):
    """It is being settled which member holds the office, perhaps in a new round; to each member."""

    network_id: UUID
    procedure_id: UUID


@dataclass(frozen=True)
class ProcedureDue(Event, from_others=True):
    """A procedure may go on by itself: an instant has come, or somebody did something; to the network."""

    procedure_id: UUID
