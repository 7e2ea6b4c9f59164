"""What a member that left has left behind: read as it is now, so nothing has to note it when somebody leaves."""

import json
from dataclasses import dataclass
from uuid import UUID

from portal.spaces.queries_lists import Entry, list_entries
from portal.tasks.rules import TO_DO
from tenants.context import Actor
from tenants.database import execute

MOST = 100
_IS_MEMBER = (
    "EXISTS (SELECT FROM membership m WHERE m.network_id = {network} AND m.organisation_id::text = {organisation} "
    "AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()))"
)
_TO_DO = ", ".join(f"'{state}'" for state in sorted(TO_DO))
# An assignee is spelled as grants spell it: an organisation, or a role of one.
_OF_NO_MEMBER = (
    f"i.type = 'task' AND i.state IN ({_TO_DO}) AND (i.assignee LIKE 'organisation:%' OR i.assignee LIKE 'group:%@%') "
    f"AND NOT {_IS_MEMBER.format(network='{}', organisation='right(i.assignee, 36)')}"
)


@dataclass(frozen=True, slots=True)
class Orphan:
    """A motion whose mover, or whose subject, belongs to the network no longer."""

    id: UUID
    subject_name: str
    moved_by_name: str


async def list_matters(actor: Actor, network_id: UUID) -> tuple[list[Entry], list[Orphan]]:
    """Open tasks of the network and its rooms that are assigned to who is no member, as far as the actor sees them; and
    motions that wait for the office though a member they name has left."""
    mover = _IS_MEMBER.format(network="p.network_id", organisation="p.moved_by_id::text")
    subject = _IS_MEMBER.format(network="p.network_id", organisation="p.subject_id::text")
    (row,) = await execute(
        f"""
        SELECT ARRAY(SELECT s.id FROM space s LEFT JOIN room r ON r.id = s.room_id
                     WHERE s.network_id = {{}} OR r.network_id = {{}}) AS spaces,
            (SELECT json_agg(m ORDER BY m.begun_at) FROM (
                SELECT p.id, p.subject_name, p.moved_by_name, p.begun_at FROM procedure p
                WHERE p.network_id = {{}} AND p.kind = 'exclusion' AND p.state = 'moved'
                  AND NOT ({mover} AND {subject})
                ORDER BY p.begun_at LIMIT {MOST}) AS m) AS motions
        """,  # noqa: S608 - constants of this file
        *(network_id, network_id, network_id),
    )
    tasks = await list_entries(
        actor,
        condition=_OF_NO_MEMBER,
        values=(network_id,),
        order="i.changed_at, i.id",
        limit=MOST,
        spaces=row["spaces"],
    )
    motions = json.loads(row["motions"] or "[]")
    return tasks, [Orphan(UUID(each["id"]), each["subject_name"], each["moved_by_name"]) for each in motions]
