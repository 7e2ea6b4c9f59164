"""The office puts a new version of the rulebook into force."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from portal.agreement.abilities import require_office
from portal.agreement.events import ReviewChanged, RulebookPut
from portal.agreement.queries import access_agreement, books_of
from portal.audit import actions as audit
from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Conflict, NotFound
from portal.kit.ids import new_id
from portal.notices import live
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import list_members
from tenants.rulebook import Rulebook
from tenants.rulebook_succession import parse_successor


async def check_version(*, actor: Actor, now: datetime, network_id: UUID, source: str, file: str) -> Rulebook:
    """Read what would follow the latest version; nothing is changed.

    Raises:
        NotFound: the network is out of reach.
        Forbidden: only the office does this.
        RulebookError: everything that is wrong with it, a sentence each.
    """
    if actor.seat(network_id) is None:
        raise NotFound
    require_office(actor, network_id)
    latest = (await access_agreement(network_id)).latest
    before = (await books_of(network_id, [latest.number]))[latest.number]
    return parse_successor(source, file=file, before=before, today=local_day(now))


async def put_version(*, actor: Actor, now: datetime, network_id: UUID, source: str, file: str) -> Rulebook:
    """Put a version into force from its day on; what began before keeps the version it began under.

    Raises:
        NotFound: the network is out of reach.
        Forbidden: only the office does this.
        RulebookError: everything that is wrong with it, a sentence each.
        Conflict: somebody else did so at the same moment.
    """
    # Two who put a version into force wait for one another, so that the second is checked against the first.
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"rulebook:{network_id}")
    book = await check_version(actor=actor, now=now, network_id=network_id, source=source, file=file)
    begins_at = max(now, end_of_day(book.valid_from - timedelta(days=1)))
    rows = await execute(
        """
        INSERT INTO rulebook (network_id, id, version, source, sha256, valid_from, put_at, put_by, put_for)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (network_id, version) DO NOTHING RETURNING id
        """,
        network_id,
        new_id(),
        book.version,
        source,
        hashlib.sha256(source.encode()).hexdigest(),
        begins_at,
        now,
        actor.name[:200],
        actor.organisation_name[:200],
    )
    if not rows:
        raise Conflict("Diese Fassung gibt es schon. Bitte laden Sie die Seite neu.")
    rulebook_id: UUID = rows[0]["id"]
    details: dict[str, str | int | bool] = {"version": book.version, "valid_from": book.valid_from.isoformat()}
    await audit.record(actor=actor, action="rulebook:put", subject="rulebook", subject_id=rulebook_id, details=details)
    members = [member.organisation_id for member in await list_members(network_id)]
    await emit(RulebookPut(network_id, rulebook_id), to=members, key=f"rulebook_put:{rulebook_id}")
    await emit(ReviewChanged(network_id), to=members, due_at=begins_at, key=f"review_changed:{rulebook_id}")
    await live.changed(live.network(network_id))
    return book
