"""Who may read, acknowledge and post formal notices."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from portal.formal.queries import FormalNotice
from tenants.context import Actor, Role

# They are told. An administrator is, where nobody else is there: they can give the role to somebody.
TOLD_ROLES = (Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR)
RECEIVING_ROLES = (*TOLD_ROLES, Role.ADMINISTRATOR)


def may_post(actor: Actor, network_id: UUID, concerned: UUID | None = None) -> bool:
    """Whether the actor acts for the office of that network, in a matter of that member."""
    return actor.is_office_of(network_id, concerned)


def posts_for_office(actor: Actor, network_id: UUID) -> bool:
    """Whether it is the portal itself, on behalf of the member that holds the office; nobody posts while it is vacant.

    Holds in the scope of the network alone; the wall lets nobody but the worker post there.
    """
    seat = actor.seat(network_id)
    return actor.person_id is None and seat is not None and seat.is_office


@dataclass(frozen=True, slots=True)
class FormalAbilities:
    """What an actor may do with one notice. ``receives``: their opening it is their organisation's."""

    receives: bool
    sees_receipts: bool
    may_acknowledge: bool

    @classmethod
    def of(cls, actor: Actor, notice: FormalNotice) -> Self:
        """The abilities of this actor; out of reach never gets here."""
        own = notice.receipt(actor.organisation_id)
        receives = own is not None and own.posted_at is not None and actor.has(*RECEIVING_ROLES)
        return cls(
            receives=receives,
            sees_receipts=may_post(actor, notice.network_id),
            may_acknowledge=receives and own is not None and own.acknowledged_at is None,
        )
