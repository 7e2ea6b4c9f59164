"""Who may apply for an organisation, and who runs admissions."""

from uuid import UUID

from tenants.context import Actor, Role

APPLYING_ROLES = (Role.DIRECTOR, Role.ADMINISTRATOR)


def may_apply(actor: Actor) -> bool:
    """Whether the actor may apply, read and sign for their organisation."""
    return actor.has(*APPLYING_ROLES)


def may_run(actor: Actor, network_id: UUID) -> bool:
    """Whether the actor works in the office of that network."""
    return actor.is_office_of(network_id)
