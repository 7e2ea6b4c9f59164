"""The ladders of a rulebook, and who the parties of a step are."""

from collections.abc import Collection, Iterable
from uuid import UUID

from portal.ladders.rules import DEFAULT, Ladder, Party, Step
from tenants.context import Actor, Role
from tenants.rulebook import Rulebook

_ROLES = {
    Party.CIRCLE: (Role.REPRESENTATIVE, Role.DEPUTY),
    Party.DEPUTY: (Role.DEPUTY,),
    Party.DIRECTOR: (Role.DIRECTOR,),
    Party.JOBCENTER_TEAM: (Role.JOBCENTER_TEAM,),
    Party.LEAD: (Role.LEAD,),
    Party.OFFICE: (Role.OFFICE,),
    Party.REPRESENTATIVE: (Role.REPRESENTATIVE,),
}


def ladder_of(rulebook: Rulebook, key: str) -> Ladder:
    """The ladder under this key; our own where the network agreed on none."""
    written = rulebook.ladders.get(key)
    if written is None:
        return DEFAULT
    return tuple(Step(rung.days, tuple(Party(party.value) for party in rung.tell)) for rung in written.rungs)


def roles_of(parties: Iterable[Party], responsible: Collection[Role]) -> set[Role]:
    """The roles behind these parties."""
    return {
        role for party in parties for role in (responsible if party is Party.RESPONSIBLE else _ROLES.get(party, ()))
    }


def told_by(
    parties: Collection[Party], responsible: Collection[Role], *, actor: Actor, network_id: UUID | None
) -> set[Role]:
    """The same for the organisation the actor works for: of a network's matter its office is told only where it is."""
    seat = actor.seat(network_id) if network_id else None
    elsewhere = seat is not None and not seat.is_office
    return roles_of([party for party in parties if not (elsewhere and party is Party.OFFICE)], responsible)
