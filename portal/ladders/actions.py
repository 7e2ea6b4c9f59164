"""Setting a deadline, moving it, and ending it because its matter is done or dropped. Called by the feature the matter
belongs to, within the organisation that has to keep it, once that feature knows that the actor may."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.deadlines import stored
from portal.deadlines.rules import Deadline as Reckoned
from portal.kit.clock import last_day_before
from portal.kit.errors import Conflict, NotFound
from portal.kit.ids import new_id
from portal.ladders import rules
from portal.ladders.agreement import roles_of
from portal.ladders.events import DeadlineEnded, RungsDue
from portal.ladders.rules import DEFAULT, DeadlineState, Ladder, Matter
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit

LONGEST_TITLE = 300


async def set_deadline(
    *,
    actor: Actor,
    now: datetime,
    matter: Matter,
    subject_id: UUID,
    title: str,
    address: str,
    due_at: datetime,
    roles: Collection[Role] = (),
    person_id: UUID | None = None,
    ladder: Ladder = DEFAULT,
    network_id: UUID | None = None,
    reckoned: Reckoned | None = None,
    lapses: bool = False,
) -> bool:
    """From now on the organisation has to do this; False if it had its deadline already, which stays as it is.

    Args:
        title: what it is about, for everybody who works there: no names of clients.
        due_at: the first late instant.
        roles: who is responsible; with or instead of them a person.
        reckoned: how the day came about; None for one that was set.
        lapses: after its end nothing can be done any more.
    """
    told = roles_of({party for step in ladder for party in step.tell}, roles)
    values: dict[str, Any] = {
        "organisation_id": actor.organisation_id,
        "id": new_id(),
        "network_id": network_id,
        "matter": matter,
        "subject_id": subject_id,
        "address": address,
        "title": title[:LONGEST_TITLE],
        "ends_on": last_day_before(due_at),
        "due_at": due_at,
        "lapses": lapses,
        "reckoning": json.dumps(stored.as_data(reckoned)) if reckoned else None,
        "responsible_id": person_id,
        "responsible_roles": sorted(role.value for role in roles),
        "ladder": json.dumps(rules.as_data(ladder)),
        "told_roles": sorted(role.value for role in told),
        "set_at": now,
    }
    places = ", ".join("{}" for _ in values)
    made = await execute(
        f"INSERT INTO deadline ({', '.join(values)}) VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id",  # noqa: S608
        *values.values(),
    )
    if not made:
        return False
    await _put_up(actor, now, values["id"], ladder, due_at=due_at, lapses=lapses)
    return True


async def move_deadline(
    *,
    actor: Actor,
    now: datetime,
    matter: Matter,
    subject_id: UUID,
    due_at: datetime,
    reckoned: Reckoned | None = None,
    title: str = "",
) -> None:
    """Another end for what is still open; its ladder is put up anew, and what was told stays told. Without a ``title``
    it keeps the one it has.

    Raises:
        NotFound: the organisation has no such deadline.
        Conflict: there is nothing left to do.
    """
    found = await execute(
        "SELECT id, state, due_at, ladder, lapses FROM deadline "
        "WHERE organisation_id = {} AND matter = {} AND subject_id = {} FOR NO KEY UPDATE",
        actor.organisation_id,
        matter,
        subject_id,
    )
    if not found:
        raise NotFound
    row = found[0]
    if row["state"] != DeadlineState.OPEN:
        raise Conflict("Diese Frist läuft nicht mehr und lässt sich nicht verlegen.")
    await execute(
        "UPDATE deadline SET due_at = {}, ends_on = {}, reckoning = {}::jsonb, title = coalesce(nullif({}, ''), title) "
        "WHERE organisation_id = {} AND id = {}",
        due_at,
        last_day_before(due_at),
        json.dumps(stored.as_data(reckoned)) if reckoned else None,
        title[:LONGEST_TITLE],
        actor.organisation_id,
        row["id"],
    )
    await execute(
        "DELETE FROM rung WHERE organisation_id = {} AND deadline_id = {} AND fired_at IS NULL",
        actor.organisation_id,
        row["id"],
    )
    ladder = rules.from_data(json.loads(row["ladder"]))
    await _put_up(actor, now, row["id"], ladder, due_at=due_at, lapses=row["lapses"])
    details: dict[str, str | int | bool] = {"from": row["due_at"].isoformat(), "to": due_at.isoformat()}
    await audit.record(actor=actor, action="deadline:moved", subject="deadline", subject_id=row["id"], details=details)


async def deadline_done(*, actor: Actor, now: datetime, matter: Matter, subject_id: UUID) -> bool:
    """The organisation has done it; False if it had nothing to do (any more)."""
    return await _end(actor, now, matter, subject_id, DeadlineState.DONE)


async def deadline_dropped(*, actor: Actor, now: datetime, matter: Matter, subject_id: UUID) -> bool:
    """Nobody has to do it any more; False if nobody had to."""
    return await _end(actor, now, matter, subject_id, DeadlineState.DROPPED)


async def deadline_again(
    *, actor: Actor, now: datetime, matter: Matter, subject_id: UUID, due_at: datetime, reckoned: Reckoned | None = None
) -> bool:
    """What the organisation had done has to be done once more, until then; False if it had not done it."""
    rows = await execute(
        """
        UPDATE deadline SET state = 'open', ended_at = NULL, due_at = {}, ends_on = {}, reckoning = {}::jsonb
        WHERE organisation_id = {} AND matter = {} AND subject_id = {} AND state = 'done'
        RETURNING id, due_at, ladder, lapses
        """,
        due_at,
        last_day_before(due_at),
        json.dumps(stored.as_data(reckoned)) if reckoned else None,
        *(actor.organisation_id, matter, subject_id),
    )
    for row in rows:
        ladder = rules.from_data(json.loads(row["ladder"]))
        await _put_up(actor, now, row["id"], ladder, due_at=due_at, lapses=row["lapses"])
    return bool(rows)


async def _put_up(
    actor: Actor, now: datetime, deadline_id: UUID, ladder: Ladder, *, due_at: datetime, lapses: bool
) -> None:
    rungs = rules.rungs_to_come(ladder, due_at=due_at, now=now, lapses=lapses)
    await _wind_up(actor, deadline_id, [*(rung.due_at for rung in rungs), *([due_at] if lapses else ())])
    data = [
        {"id": str(new_id()), "days": rung.step.days, "tell": rung.step.tell, "due_at": rung.due_at.isoformat()}
        for rung in rungs
    ]
    if data:
        await execute(
            """
            INSERT INTO rung (organisation_id, id, deadline_id, days, tell, due_at)
            SELECT {}, r.id, {}, r.days, r.tell, r.due_at
            FROM jsonb_to_recordset({}::jsonb) AS r (id uuid, days integer, tell text[], due_at timestamptz)
            ON CONFLICT (organisation_id, deadline_id, due_at) DO NOTHING
            """,
            actor.organisation_id,
            deadline_id,
            json.dumps(data),
        )


async def _wind_up(actor: Actor, deadline_id: UUID, instants: Iterable[datetime]) -> None:
    """Set the timer for these instants of a deadline, unless another deadline of the organisation has set it: what is
    due at one instant is worked off together, however much it is."""
    wanted = sorted(set(instants))
    if not wanted:
        return
    set_before = await execute(
        """
        SELECT w.at FROM unnest({}::timestamptz[]) AS w (at)
        WHERE EXISTS (SELECT FROM rung r WHERE r.organisation_id = {} AND r.due_at = w.at AND r.fired_at IS NULL
                      AND r.deadline_id <> {})
           OR EXISTS (SELECT FROM deadline d WHERE d.organisation_id = {} AND d.due_at = w.at AND d.state = 'open'
                      AND d.lapses AND d.id <> {})
        """,
        wanted,
        *(actor.organisation_id, deadline_id),
        *(actor.organisation_id, deadline_id),
    )
    for at in sorted({*wanted} - {row["at"] for row in set_before}):
        key = f"rungs:{at.isoformat()}:{deadline_id}"
        await emit(RungsDue(at), to=[actor.organisation_id], due_at=at, key=key)


async def _end(actor: Actor, now: datetime, matter: Matter, subject_id: UUID, state: DeadlineState) -> bool:
    rows = await execute(
        """
        UPDATE deadline SET state = {}, ended_at = {}
        WHERE organisation_id = {} AND matter = {} AND subject_id = {} AND state = 'open' RETURNING id
        """,
        state,
        now,
        actor.organisation_id,
        matter,
        subject_id,
    )
    if not rows:
        return False
    await execute(
        "DELETE FROM rung WHERE organisation_id = {} AND deadline_id = {} AND fired_at IS NULL",
        actor.organisation_id,
        rows[0]["id"],
    )
    told = await execute(
        "SELECT FROM rung WHERE organisation_id = {} AND deadline_id = {} LIMIT 1",
        actor.organisation_id,
        rows[0]["id"],
    )
    if told:  # whoever was reminded need not look any more
        await emit(
            DeadlineEnded(subject_id),
            to=[actor.organisation_id],
            key=f"deadline_ended:{rows[0]['id']}:{now.isoformat()}",
        )
    return True
