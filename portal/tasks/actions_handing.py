"""Tasks of a role go over to another organisation."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.spaces import actions as content
from portal.spaces.principals import Kind, Principal
from portal.spaces.rules import Access
from portal.tasks.actions import announce_assigned
from portal.tasks.queries import role_at
from portal.tasks.rules import TO_DO
from tenants.context import Actor, Role
from tenants.database import execute


async def hand_tasks(
    *, actor: Actor, now: datetime, network_id: UUID, role: Role, before: UUID, after: tuple[UUID, str]
) -> int:
    """Open tasks of a network that are assigned to a role of one organisation are assigned to that role of another, id
    and name; in the scope of the network, by the worker. Gives back how many."""
    theirs, ours = (str(Principal(Kind.GROUP, role.value, each)) for each in (before, after[0]))
    rows = await execute(
        """
        SELECT i.id FROM item i JOIN space s ON s.id = i.space_id
        WHERE s.network_id = {} AND i.space_id = ANY ((SELECT reach_spaces())::uuid[]) AND i.type = 'task'
          AND i.assignee = {} AND i.state = ANY ({}::text[]) AND i.bin_id IS NULL ORDER BY i.id
        """,
        network_id,
        theirs,
        sorted(TO_DO),
    )
    handed = 0
    for row in rows:
        item = await content.access_as_system(actor=actor, item_id=row["id"])
        if item is None:
            continue
        allowed = replace(item, access=item.access | Access.EDITOR)
        values = {"assignee": {"id": ours, "name": str(role_at(role, after[1]))}}
        await content.save_item(actor=actor, now=now, item=allowed, values=values, version=item.version)
        if (saved := await content.access_as_system(actor=actor, item_id=item.id)) is not None:
            await announce_assigned(actor=actor, item=saved)
        handed += 1
    return handed
