"""What happens with applications, for the outbox. Who applies is no member yet, so nobody's word is taken: the
reactions look everything up."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class ApplicationSent(Event):
    """A form arrived: its address gets a link; to the network, from nobody."""

    application_id: UUID


@dataclass(frozen=True)
class ApplicationExpired(Event):
    """The time to follow that link is over; to the network, from nobody."""

    application_id: UUID


@dataclass(frozen=True)
class ApplicationConfirmed(Event, from_others=True):
    """An organisation applies for good; to the network."""

    application_id: UUID


@dataclass(frozen=True)
class ApplicationEnded(Event, from_others=True):
    """The office or the applicant has ended a case; to the network."""

    application_id: UUID


@dataclass(frozen=True)
class ApplicationForgotten(Event):
    """A case that led to nothing has been over for long enough; to the network."""

    application_id: UUID


@dataclass(frozen=True)
class ApplicantWritten(Event, from_others=True):
    """A letter lies in the case of an applicant; to the network."""

    application_id: UUID
    letter_id: UUID


@dataclass(frozen=True)
class ApplicantReminded(Event, from_others=True):
    """The applicant has not signed this copy yet; to the network, when a rung of the ladder is due."""

    application_id: UUID
    copy_id: UUID


@dataclass(frozen=True)
class ApplicantTold(Event):
    """There is something new in the organisation's own case; to the organisation that applied."""

    network_id: UUID
    application_id: UUID
    letter_id: UUID


@dataclass(frozen=True)
class AdmissionOwed(Event):
    """The office has something to do with an application; to the organisation that holds it."""

    network_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class CopySigned(Event, from_others=True):
    """The applicant's copy arrived, or its receipt may be proved now; to the network."""

    application_id: UUID


@dataclass(frozen=True)
class MembershipBegan(Event):
    """The membership of an applicant begins at this moment; to the network."""

    application_id: UUID
