"""The members are told of a new version: by the worker, in the scope of each of them."""

from datetime import datetime
from uuid import UUID

from portal.notices.actions import tell
from portal.notices.rules import NoticeKind
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.rulebook import parse_rulebook

_TOLD = (Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR, Role.OFFICE)


async def tell_of_version(*, actor: Actor, now: datetime, network_id: UUID, rulebook_id: UUID) -> None:
    """Tell those who speak for the organisation, once. Any member may send the event, so the row counts."""
    seat = actor.seat(network_id)
    if seat is None:
        return
    rows = await execute(
        "SELECT version, source FROM rulebook WHERE network_id = {} AND id = {} AND put_by <> ''",
        network_id,
        rulebook_id,
    )
    for row in rows:
        book = parse_rulebook(row["source"], file="rulebook")
        await tell(
            actor=actor,
            now=now,
            kind=NoticeKind.RULEBOOK_PUT,
            roles=_TOLD,
            subject_id=rulebook_id,
            address=f"/n/{seat.slug}/regelwerk/fassungen/{row['version']}",
            params={"network": seat.name, "version": row["version"], "valid_on": book.valid_from.isoformat()},
            key=f"rulebook_put:{rulebook_id}",
        )
