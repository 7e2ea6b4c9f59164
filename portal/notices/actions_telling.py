"""Telling much at once: so many notices to one organisation in a fixed number of statements. Worker only."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.identity.queries import StaffMember, list_people
from portal.kit.ids import new_id
from portal.notices import live
from portal.notices.actions import queue_mails
from portal.notices.rules import NoticeKind
from tenants.context import Actor, Role
from tenants.database import execute


@dataclass(frozen=True, slots=True)
class Told:
    """One notice, as ``actions.tell`` takes it."""

    kind: NoticeKind
    roles: frozenset[Role]
    people: frozenset[UUID]
    subject_id: UUID
    address: str
    params: Mapping[str, str | int]
    key: str


async def tell_each(*, actor: Actor, now: datetime, told: Sequence[Told]) -> None:
    """Tell each of these to those it is for; a key that was told before tells nobody again."""
    if not told:
        return
    new = await _insert_notices(actor, now, told)
    staff = await list_people()
    entries = [(new[each.key], person) for each in told if each.key in new for person in _recipients(each, staff)]
    if not entries:
        return
    await execute(
        """
        INSERT INTO inbox_entry (organisation_id, notice_id, person_id)
        SELECT {}, e.notice_id, e.person_id FROM unnest({}::uuid[], {}::uuid[]) AS e (notice_id, person_id)
        """,
        actor.organisation_id,
        [notice_id for notice_id, _ in entries],
        [person.person_id for _, person in entries],
    )
    await queue_mails(
        actor=actor, now=now, entries=[(notice_id, person.person_id) for notice_id, person in entries if person.email]
    )
    for person_id in {person.person_id for _, person in entries}:
        await live.changed(live.inbox(actor.organisation_id, person_id))


async def _insert_notices(actor: Actor, now: datetime, told: Sequence[Told]) -> dict[str, UUID]:
    """Those that are new, by their key."""
    rows: list[dict[str, Any]] = [
        {
            "id": str(new_id()),
            "kind": each.kind.value,
            "subject_id": str(each.subject_id),
            "address": each.address,
            "params": dict(each.params),
            "key": each.key,
        }
        for each in told
    ]
    made = await execute(
        """
        INSERT INTO notice (organisation_id, id, kind, subject_id, address, params, key, created_at)
        SELECT {}, n.id, n.kind, n.subject_id, n.address, n.params, n.key, {}
        FROM jsonb_to_recordset({}::jsonb)
            AS n (id uuid, kind text, subject_id uuid, address text, params jsonb, key text)
        ON CONFLICT (organisation_id, key) DO NOTHING RETURNING id, key
        """,
        actor.organisation_id,
        now,
        json.dumps(rows),
    )
    return {row["key"]: row["id"] for row in made}


def _recipients(told: Told, staff: Iterable[StaffMember]) -> list[StaffMember]:
    """If nobody holds any of the roles, the administrators."""
    found = [person for person in staff if person.roles & told.roles or person.person_id in told.people]
    if told.roles and not found:
        return [person for person in staff if Role.ADMINISTRATOR in person.roles]
    return found
