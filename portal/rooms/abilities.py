"""Who may open and close rooms, and say who takes part."""

from uuid import UUID

from tenants.context import Actor


def may_run_rooms(actor: Actor, network_id: UUID) -> bool:
    """Whether the actor works in the office of that network."""
    return actor.is_office_of(network_id)
