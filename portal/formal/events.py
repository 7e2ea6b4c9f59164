"""What happened with formal notices, for the outbox. The reactions look everything up and take nobody's word."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class FormalPosted(Event, from_others=True):
    """A notice lies in the organisation's formal inbox; to each recipient."""

    network_id: UUID
    notice_id: UUID


@dataclass(frozen=True)
class PostedForOffice(Event):
    """The portal posted a notice on the office's behalf; to the organisation that holds it, for its trail."""

    notice_id: UUID
    recipients: int
    failed: int


@dataclass(frozen=True)
class ReceiptDue(Event, from_others=True):
    """A receipt may be proved now: somebody opened or acknowledged, or long enough has passed; to the network."""

    notice_id: UUID


@dataclass(frozen=True)
class FormalReceived(Event, from_others=True):
    """Receipts that were unproved before are proved, and their periods run; to the network."""

    notice_id: UUID


@dataclass(frozen=True)
class FetcherCame(Event, from_others=True):
    """The organisation has somebody who may fetch notices; to each network in which one could not be posted to it."""

    organisation_id: UUID
