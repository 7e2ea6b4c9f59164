"""What happened in the circle, for the outbox. Any member may have sent it, so the reactions look everything up."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class PositionCirculated(Event, from_others=True):
    """A paper was sent round; to each member."""

    network_id: UUID
    paper_id: UUID


@dataclass(frozen=True)
class PositionRemarked(Event, from_others=True):
    """A member said something of a paper; to the organisation that writes it."""

    network_id: UUID
    paper_id: UUID
    remark_id: UUID


@dataclass(frozen=True)
class WarningReported(Event, from_others=True):
    """A member noticed something; to each of the others."""

    network_id: UUID
    warning_id: UUID


@dataclass(frozen=True)
class ConsultationAsked(Event, from_others=True):
    """A member asks for advice; to each of the others."""

    network_id: UUID
    consultation_id: UUID


@dataclass(frozen=True)
class ConsultationAnswered(Event, from_others=True):
    """A member answered; to the one that asked."""

    network_id: UUID
    consultation_id: UUID
    answer_id: UUID


@dataclass(frozen=True)
class ConsultationClosed(Event, from_others=True):
    """The member that asked says what it will do; to each of the others."""

    network_id: UUID
    consultation_id: UUID
