"""The deadlines of a role go over to another organisation, each with the rungs that are still to fire."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.ids import new_id
from portal.ladders.events import DeadlineEnded, RungsDue
from tenants.context import Role
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope


async def hand_deadlines(*, now: datetime, network_id: UUID, role: Role, before: UUID, after: UUID) -> int:
    """What one organisation has to do in a network by this role alone, another has to do from now on; in the scope of
    the network, by the worker. Gives back how many.

    A rung is taken down where it has not fired and put up elsewhere in one transaction, so it fires once and never
    twice; what fired stays where it was told.
    """
    async with current_scope().speaking_for(before):
        taken = await _take(now, network_id, role)
    if not taken:
        return 0
    async with current_scope().speaking_for(after):
        await _give(after, taken)
    for deadline in taken:
        key = f"deadline_ended:{deadline['id']}:{now.isoformat()}"
        await emit(DeadlineEnded(UUID(deadline["subject_id"])), to=[before], key=key)
    instants = {datetime.fromisoformat(rung["due_at"]) for deadline in taken for rung in deadline["rungs"] or ()}
    for at in sorted(instants):
        await emit(RungsDue(at), to=[after], due_at=at, key=f"rungs:{at.isoformat()}:handed:{now.isoformat()}")
    return len(taken)


async def _take(now: datetime, network_id: UUID, role: Role) -> list[dict[str, Any]]:
    """End them here. Locked first and read after that, so that a rung that fires at this moment has fired."""
    locked = await execute(
        """
        SELECT d.id FROM deadline d
        WHERE d.organisation_id = (SELECT current_organisation()) AND d.network_id = {} AND d.state = 'open'
          AND d.responsible_roles = ARRAY[{}]::text[] AND NOT d.lapses ORDER BY d.id FOR UPDATE
        """,
        network_id,
        role.value,
    )
    if not locked:
        return []
    rows = await execute(
        """
        WITH down AS (
            DELETE FROM rung r WHERE r.organisation_id = (SELECT current_organisation())
              AND r.deadline_id = ANY ({}::uuid[]) AND r.fired_at IS NULL RETURNING r.*
        ), over AS (
            UPDATE deadline d SET state = 'dropped', ended_at = {}
            WHERE d.organisation_id = (SELECT current_organisation()) AND d.id = ANY ({}::uuid[]) RETURNING d.*
        )
        SELECT to_jsonb(o) || jsonb_build_object('rungs', (
            SELECT jsonb_agg(to_jsonb(w)) FROM down w WHERE w.deadline_id = o.id)) AS taken
        FROM over o ORDER BY o.id
        """,
        [row["id"] for row in locked],
        now,
        [row["id"] for row in locked],
    )
    return [json.loads(row["taken"]) for row in rows]


_COLUMNS = (
    "network_id, matter, subject_id, address, title, ends_on, due_at, lapses, reckoning, responsible_roles, ladder, "
    "told_roles, set_at"
)


async def _give(organisation_id: UUID, taken: list[dict[str, Any]]) -> None:
    """Begin them there; one that this organisation had before goes on."""
    for deadline in taken:
        deadline["new_id"] = str(new_id())
    rows = await execute(
        f"""
        INSERT INTO deadline (organisation_id, id, {_COLUMNS})
        SELECT {{}}, t.new_id, {_COLUMNS}
        FROM jsonb_to_recordset({{}}::jsonb) AS t (
            new_id uuid, network_id uuid, matter text, subject_id uuid, address text, title text, ends_on date,
            due_at timestamptz, lapses boolean, reckoning jsonb, responsible_roles text[], ladder jsonb,
            told_roles text[], set_at timestamptz)
        ON CONFLICT (organisation_id, matter, subject_id) DO UPDATE SET state = 'open', ended_at = NULL,
            ends_on = excluded.ends_on, due_at = excluded.due_at, reckoning = excluded.reckoning
        RETURNING id, matter, subject_id
        """,  # noqa: S608 - names of columns
        organisation_id,
        json.dumps(taken),
    )
    ids = {(row["matter"], str(row["subject_id"])): str(row["id"]) for row in rows}
    rungs = [
        {**rung, "deadline_id": ids[deadline["matter"], deadline["subject_id"]]}
        for deadline in taken
        for rung in deadline["rungs"] or ()
    ]
    await execute(
        """
        INSERT INTO rung (organisation_id, id, deadline_id, days, tell, due_at)
        SELECT {}, r.id, r.deadline_id, r.days, r.tell, r.due_at
        FROM jsonb_to_recordset({}::jsonb) AS r (id uuid, deadline_id uuid, days integer, tell text[],
                                                 due_at timestamptz)
        ON CONFLICT (organisation_id, deadline_id, due_at) DO NOTHING
        """,
        organisation_id,
        json.dumps(rungs),
    )
