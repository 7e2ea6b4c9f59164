"""Writing to the trail, reading it, and holding it to account."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.audit import queries
from portal.audit.abilities import AuditAbilities
from portal.audit.queries import CHECKED, Excerpt, Page
from portal.audit.rules import Chain, Details, Verdict, check_details
from portal.kit.errors import Forbidden, Invalid
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.scope import current_scope

READ, EXPORTED = "audit:read", "audit:exported"
EXPORT_LIMIT = 20_000
CHECK_LIMIT = 50_000
_NOTHING: Mapping[str, str | int | bool] = {}


async def record(*, actor: Actor, action: str, subject: str, subject_id: UUID, details: Details = _NOTHING) -> UUID:
    """Add an entry to the trail of the organisation the actor acts for, in the caller's transaction.

    Until that transaction ends, no other of the same organisation can add one: record late, and never wait afterwards.

    Args:
        action: ``feature:deed`` such as "vote:opened"; every one has its words in ``portal/audit/words.py``.
        details: codes, counts and dates; never names or texts.

    Raises:
        RuntimeError: the open scope is not that of the actor's organisation (such as a network's: let the reaction in
            each organisation record).
    """
    scope = current_scope()
    if scope.organisation_id != actor.organisation_id:
        raise RuntimeError(
            "The trail belongs to an organisation: open the scope of the actor's organisation to record."
        )
    check_details(details)
    rows = await execute(
        """
        INSERT INTO audit_entry (organisation_id, person_id, action, subject, subject_id, details, request_id)
        VALUES ({}, {}, {}, {}, {}, {}::jsonb, {}) RETURNING id
        """,
        actor.organisation_id,
        actor.person_id,
        action,
        subject,
        subject_id,
        json.dumps(dict(details)),
        scope.request_id,
    )
    identifier: UUID = rows[0]["id"]
    return identifier


async def record_sign_in(*, actor: Actor, person_id: UUID) -> None:
    """Somebody began to work for the organisation: signed in, or switched to it."""
    person = replace(actor, person_id=person_id)
    await record(actor=person, action="person:signed_in", subject="person", subject_id=person_id)


async def record_role_given(*, actor: Actor, person_id: UUID, role: Role) -> None:
    """The directory gave somebody a role."""
    await record(actor=actor, action="role:given", subject="person", subject_id=person_id, details={"role": role.value})


async def record_role_ended(*, actor: Actor, person_id: UUID, role: Role) -> None:
    """The directory took a role from somebody."""
    await record(actor=actor, action="role:ended", subject="person", subject_id=person_id, details={"role": role.value})


async def record_departure(*, actor: Actor, person_id: UUID) -> None:
    """The directory no longer counts somebody among the organisation's people."""
    await record(actor=actor, action="person:left", subject="person", subject_id=person_id)


async def read_trail(*, actor: Actor, excerpt: Excerpt, before: int | None = None) -> Page:
    """A page of the trail; that it was read is written down first, and so is part of what is read.

    Raises:
        Forbidden: only the data protection officer reads the trail.
    """
    _require_reader(actor)
    await _record_reading(actor, READ, excerpt)
    return await queries.page_of(excerpt, before=before)


async def export_trail(*, actor: Actor, excerpt: Excerpt) -> Page:
    """All entries of an excerpt at once, to take away.

    Raises:
        Forbidden: only the data protection officer reads the trail.
        Invalid: more entries than one table can sensibly hold.
    """
    _require_reader(actor)
    await _record_reading(actor, EXPORTED, excerpt)
    page = await queries.page_of(excerpt, limit=EXPORT_LIMIT)
    if page.has_older:
        raise Invalid(
            f"Der Auszug hat mehr als {EXPORT_LIMIT:_} Einträge. Bitte wählen Sie einen kürzeren Zeitraum.".replace(
                "_", "."
            )
        )
    return page


async def check_trail(*, actor: Actor) -> Verdict:
    """Recompute the organisation's own chain (its newest part, if it is very long) and write down what was found.

    Raises:
        Forbidden: only the data protection officer reads the trail.
    """
    _require_reader(actor)
    trails = {trail.organisation_id: trail for trail in await queries.list_trails()}
    trail = trails.get(actor.organisation_id)
    if trail is None:
        trail = queries.Trail(actor.organisation_id, actor.organisation_slug, actor.organisation_name, None, 0)
    verdict = await _judge(trail, newest=CHECK_LIMIT)
    details: dict[str, str | int | bool] = {"entries": verdict.entries, "complete": verdict.complete, "intact": True}
    if verdict.broken is not None:
        details |= {"intact": False, "broken_at": verdict.broken.seq, "fault": verdict.broken.fault.value}
    await record(actor=actor, action=CHECKED, subject="audit", subject_id=actor.organisation_id, details=details)
    return verdict


async def verify() -> list[Verdict]:
    """Recompute every chain the connected role may see, from the first entry on.

    The open scope must be read-only and without an organisation; the role is the auditor's (`hilfenetz audit verify`).
    """
    return [await _judge(trail) for trail in await queries.list_trails()]


async def _judge(trail: queries.Trail, *, newest: int | None = None) -> Verdict:
    after = max(0, trail.last - newest) if newest else 0
    chain = Chain(await queries.link_at(trail.organisation_id, after))
    async for entries in queries.walk(trail.organisation_id, after=after, until=trail.last):
        chain.follow(entries)
    return Verdict(
        organisation_id=trail.organisation_id,
        slug=trail.slug,
        name=trail.name,
        entries=chain.entries,
        complete=after == 0,
        broken=chain.end(trail.head),
        head=trail.head,
    )


def _require_reader(actor: Actor) -> None:
    if not AuditAbilities.of(actor).may_read:
        raise Forbidden


async def _record_reading(actor: Actor, action: str, excerpt: Excerpt) -> None:
    details: dict[str, str | int | bool] = {}
    for name, instant in (("since", excerpt.since), ("until", excerpt.until)):
        if isinstance(instant, datetime):
            details[name] = instant.isoformat()
    if excerpt.action is not None:
        details["action"] = excerpt.action
    if excerpt.person_id is not None:
        details["to_person"] = str(excerpt.person_id)
    await record(actor=actor, action=action, subject="audit", subject_id=actor.organisation_id, details=details)
