"""What the clock does: rungs fire, each once; what lapses is over. In the organisation's scope, by the worker alone.

Everything here is done for all deadlines of the organisation that are due, in a fixed number of statements.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.ladders.agreement import told_by
from portal.ladders.events import RungsDue
from portal.ladders.rules import DueRung, Matter, Party, Step, Telling, collapse
from portal.ladders.words import DUTIES
from portal.notices import live
from portal.notices.actions import mark_over
from portal.notices.actions_telling import Told, tell_each
from portal.notices.rules import REMINDING, VOTING, NoticeKind
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit

BATCH = 5_000  # rungs in one transaction: what is due beyond that follows in the next


@dataclass(frozen=True, slots=True)
class _Late:
    """A deadline with rungs that are due."""

    id: UUID
    network_id: UUID | None
    matter: Matter
    subject_id: UUID
    address: str
    title: str
    due_at: datetime
    responsible_id: UUID | None
    responsible_roles: tuple[Role, ...]


async def climb(*, actor: Actor, now: datetime, at: datetime) -> int:
    """Tell what is due; gives back of how many deadlines. A second time there is nothing left to tell."""
    if at > now:  # the clock went back after the timer rang
        await emit(RungsDue(at), to=[actor.organisation_id], due_at=at, key=f"rungs:{at.isoformat()}:after:{now}")
        return 0
    await _lapse(actor, now)
    picked = await _pick(actor, now)
    if not picked:
        return 0
    late = await _lock(actor, picked)
    tellings = {key: collapse(rungs) for key, rungs in (await _fire(actor, now, picked)).items()}
    await _drop(actor, now, [each.id for each in late if not _is_ours(actor, each)])
    told = [each for each in late if each.id in tellings and _is_ours(actor, each)]
    await _note(actor, tellings, told={each.id for each in told})
    await tell_each(actor=actor, now=now, told=[_told(actor, now, each, tellings[each.id]) for each in told])
    if len(picked) == BATCH:
        await emit(RungsDue(at), to=[actor.organisation_id], key=f"rungs:{at.isoformat()}:beyond:{picked[-1]}:{now}")
    return len(told)


async def put_away(*, actor: Actor, now: datetime, subject_id: UUID) -> None:
    """The reminders of what is done or dropped; worker only."""
    await mark_over(actor=actor, now=now, subject_ids=[subject_id], kinds=REMINDING)


async def _lapse(actor: Actor, now: datetime) -> None:
    """What can no longer be done has no rungs any more; those an outage held back are noted as due. It waits in no
    inbox any more, and open pages learn that it is over."""
    rows = await execute(
        """
        UPDATE deadline SET state = 'dropped', ended_at = {}
        WHERE organisation_id = {} AND state = 'open' AND lapses AND due_at <= {} RETURNING id, subject_id, network_id
        """,
        now,
        actor.organisation_id,
        now,
    )
    await _strike(actor, now, [row["id"] for row in rows])
    if rows:
        await mark_over(actor=actor, now=now, subject_ids=[row["subject_id"] for row in rows], kinds=VOTING)
    for network_id in {row["network_id"] for row in rows} - {None}:
        await live.changed(live.network(network_id))


async def _drop(actor: Actor, now: datetime, deadlines: Sequence[UUID]) -> None:
    """The organisation has left the network: its matters are no longer its own."""
    if not deadlines:
        return
    await execute(
        "UPDATE deadline SET state = 'dropped', ended_at = {} WHERE organisation_id = {} AND id = ANY ({}::uuid[])",
        now,
        actor.organisation_id,
        list(deadlines),
    )
    await _strike(actor, now, deadlines)


async def _strike(actor: Actor, now: datetime, deadlines: Sequence[UUID]) -> None:
    if not deadlines:
        return
    await execute(
        """
        UPDATE rung SET fired_at = {}, collapsed = true
        WHERE organisation_id = {} AND deadline_id = ANY ({}::uuid[]) AND fired_at IS NULL AND due_at <= {}
        """,
        now,
        actor.organisation_id,
        list(deadlines),
        now,
    )
    await execute(
        "DELETE FROM rung WHERE organisation_id = {} AND deadline_id = ANY ({}::uuid[]) AND fired_at IS NULL",
        actor.organisation_id,
        list(deadlines),
    )


async def _pick(actor: Actor, now: datetime) -> list[UUID]:
    """The deadlines of the rungs that have been due for longest, as often as they have one."""
    rows = await execute(
        """
        SELECT deadline_id FROM rung WHERE organisation_id = {} AND fired_at IS NULL AND due_at <= {}
        ORDER BY due_at, deadline_id LIMIT {}
        """,
        actor.organisation_id,
        now,
        BATCH,
    )
    return [row["deadline_id"] for row in rows]


async def _lock(actor: Actor, deadlines: list[UUID]) -> list[_Late]:
    """Nobody ends or moves these until they are told; who ended one a moment before has ended it."""
    rows = await execute(
        """
        SELECT d.id, d.network_id, d.matter, d.subject_id, d.address, d.title, d.due_at, d.responsible_id,
               d.responsible_roles
        FROM deadline d
        WHERE d.organisation_id = {} AND d.id = ANY ({}::uuid[]) AND d.state = 'open'
        ORDER BY d.id FOR NO KEY UPDATE OF d
        """,
        actor.organisation_id,
        deadlines,
    )
    return [_late(row) for row in rows]


async def _fire(actor: Actor, now: datetime, deadlines: list[UUID]) -> dict[UUID, list[DueRung]]:
    """The rungs that fire now, by their deadline: a statement of its own, so that it sees what was waited for."""
    rows = await execute(
        """
        UPDATE rung SET fired_at = {}
        WHERE organisation_id = {} AND deadline_id = ANY ({}::uuid[]) AND fired_at IS NULL AND due_at <= {}
        RETURNING id, deadline_id, days, tell
        """,
        now,
        actor.organisation_id,
        deadlines,
        now,
    )
    found: dict[UUID, list[DueRung]] = {}
    for row in rows:
        step = Step(row["days"], tuple(Party(party) for party in row["tell"]))
        found.setdefault(row["deadline_id"], []).append(DueRung(row["id"], step))
    return found


async def _note(actor: Actor, tellings: dict[UUID, Telling], *, told: Collection[UUID]) -> None:
    """Write down which rungs were told by a higher one, or by none since the matter was gone."""
    collapsed = [rung.id for telling in tellings.values() for rung in telling.collapsed]
    collapsed += [telling.highest.id for key, telling in tellings.items() if key not in told]
    if collapsed:
        await execute(
            "UPDATE rung SET collapsed = true WHERE organisation_id = {} AND id = ANY ({}::uuid[])",
            actor.organisation_id,
            collapsed,
        )


def _told(actor: Actor, now: datetime, late: _Late, telling: Telling) -> Told:
    """What the notice of one deadline says, and to whom."""
    seat = actor.seat(late.network_id) if late.network_id else None
    is_over = now >= late.due_at
    is_responsible = Party.RESPONSIBLE in telling.tell and late.responsible_id is not None
    return Told(
        kind=NoticeKind.DEADLINE_OVERDUE if is_over else NoticeKind.DEADLINE_NEAR,
        roles=frozenset(told_by(telling.tell, late.responsible_roles, actor=actor, network_id=late.network_id)),
        people=frozenset({late.responsible_id} if is_responsible and late.responsible_id else ()),
        subject_id=late.subject_id,
        address=late.address,
        params={
            "title": late.title,
            "duty": DUTIES[late.matter],
            "place": seat.name if seat else "",
            "due_at": late.due_at.isoformat(),
            "collapsed": len(telling.collapsed),
        },
        key=f"rung:{telling.highest.id}",
    )


def _is_ours(actor: Actor, late: _Late) -> bool:
    """Whether the organisation still belongs to the network whose matter it is."""
    return late.network_id is None or actor.seat(late.network_id) is not None


def _late(row: dict[str, Any]) -> _Late:
    roles = tuple(Role(role) for role in row["responsible_roles"])
    return _Late(**{**row, "matter": Matter(row["matter"]), "responsible_roles": roles})
