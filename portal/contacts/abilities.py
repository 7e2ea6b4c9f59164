"""Who keeps an organisation's contact persons, and who makes versions of the directory."""

from uuid import UUID

from tenants.context import Actor, Role

KEEPING_ROLES = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.REPRESENTATIVE, Role.DEPUTY)


def may_keep(actor: Actor) -> bool:
    """Whether the actor keeps the contact persons of their own organisation."""
    return actor.has(*KEEPING_ROLES)


def may_issue(actor: Actor, network_id: UUID) -> bool:
    """Whether the actor works in the office of that network."""
    return actor.is_office_of(network_id)
