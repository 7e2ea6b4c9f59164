"""Who may put a version into force and record a review."""

from uuid import UUID

from portal.kit.errors import Forbidden
from tenants.context import Actor


def may_change(actor: Actor, network_id: UUID) -> bool:
    """Whether the actor works in the office of that network."""
    return actor.is_office_of(network_id)


def require_office(actor: Actor, network_id: UUID) -> None:
    """The office keeps the rulebook.

    Raises:
        Forbidden: the actor does not work there.
    """
    if not may_change(actor, network_id):
        raise Forbidden("Das Regelwerk führt die Geschäftsstelle dieses Netzwerks.")
