"""Telling people, marking as read, sending mails."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.identity.queries import Colleague, holders_of
from portal.kit.errors import Conflict, Forbidden, NotFound
from portal.kit.ids import new_id
from portal.notices import live, mail, queries
from portal.notices.abilities import DeliveryAbilities
from portal.notices.events import MailDue, MailSent
from portal.notices.queries import InboxNotice
from portal.notices.rules import PROVED, DeliveryState, NoticeKind, may_be_sent, must_be_withdrawn
from portal.settings import settings
from tenants import outbox
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit, emit_each

_ABOUT = "notice_id IN (SELECT id FROM notice WHERE subject_id = ANY ({}::uuid[]) AND kind = ANY ({}::text[]))"


async def tell(
    *,
    actor: Actor,
    now: datetime,
    kind: NoticeKind,
    roles: Collection[Role],
    subject_id: UUID,
    address: str,
    params: Mapping[str, str | int],
    key: str,
    people: Collection[UUID] = (),
    network_id: UUID | None = None,
    calendar: str | None = None,
) -> UUID:
    """Tell those of the organisation who hold one of the roles, and these people; worker only. The same key tells
    nobody twice.

    If nobody holds any of the roles, the administrators are told: they can give the role to somebody.

    Args:
        address: where the matter is, inside the portal.
        params: what the text of the kind needs; the organisation's people may read it, no mail contains it. Instants
            and dates as ISO texts under names in _at and _on.
        network_id: of whose matter it tells; no mail leaves to an organisation that does not belong to it any more.
        calendar: an iCalendar object that the mail brings along, so that it also leaves where the notice was read.

    Returns:
        The identifier of the notice.
    """
    await execute(
        """
        INSERT INTO notice (organisation_id, id, kind, subject_id, address, params, key, created_at, network_id,
                            calendar)
        VALUES ({}, {}, {}, {}, {}, {}::jsonb, {}, {}, {}, {}) ON CONFLICT (organisation_id, key) DO NOTHING
        """,
        actor.organisation_id,
        new_id(),
        kind,
        subject_id,
        address,
        json.dumps(dict(params)),
        key,
        now,
        network_id,
        calendar,
    )
    rows = await execute("SELECT id FROM notice WHERE organisation_id = {} AND key = {}", actor.organisation_id, key)
    notice_id: UUID = rows[0]["id"]
    told = await _add_entries(actor, notice_id, roles, people)
    for person in told:
        await live.changed(live.inbox(actor.organisation_id, person.person_id))
    await queue_mails(actor=actor, now=now, entries=[(notice_id, person.person_id) for person in told if person.email])
    return notice_id


async def queue_mails(*, actor: Actor, now: datetime, entries: Sequence[tuple[UUID, UUID]]) -> None:
    """A mail about each of these notices to that person."""
    if not entries:
        return
    deliveries = [new_id() for _ in entries]
    await execute(
        """
        INSERT INTO delivery (organisation_id, id, notice_id, person_id, channel, created_at)
        SELECT {}, d.id, d.notice_id, d.person_id, 'mail', {}
        FROM unnest({}::uuid[], {}::uuid[], {}::uuid[]) AS d (id, notice_id, person_id)
        """,
        actor.organisation_id,
        now,
        deliveries,
        [notice_id for notice_id, _ in entries],
        [person_id for _, person_id in entries],
    )
    await emit_each([(MailDue(each), queries.mail_key(each)) for each in deliveries], to=actor.organisation_id)


async def open_notice(*, actor: Actor, now: datetime, notice_id: UUID) -> InboxNotice:
    """Read a notice; from then on it counts as read.

    Raises:
        NotFound: the actor was not told it.
    """
    found = await queries.access_notice(notice_id)
    if found.read_at is None or found.is_set_aside:
        await mark_read(actor=actor, now=now, notice_id=notice_id)
    return found


async def mark_read(*, actor: Actor, now: datetime, notice_id: UUID) -> None:
    """Take a notice out of what is unread; a second time changes nothing.

    Raises:
        NotFound: the actor was not told it.
    """
    await queries.access_notice(notice_id)
    await _mark_read(actor, now, "notice_id = {}", notice_id)


async def mark_subject_read(
    *, actor: Actor, now: datetime, subject_id: UUID, kinds: Collection[NoticeKind] = tuple(NoticeKind)
) -> int:
    """Take what the actor was told about a matter out of what is unread, since they dealt with it."""
    return await _mark_read(actor, now, _ABOUT, [subject_id], [kind.value for kind in kinds])


async def mark_over(
    *, actor: Actor, now: datetime, subject_ids: Collection[UUID], kinds: Collection[NoticeKind] = tuple(NoticeKind)
) -> None:
    """The same for everybody of the organisation, since nobody has to deal with it any more; worker only."""
    await _put_away("read_at = {}", now, actor=actor, where="read_at IS NULL", subject_ids=subject_ids, kinds=kinds)


async def set_aside(*, actor: Actor, now: datetime, subject_ids: Collection[UUID]) -> None:
    """The same while the matter lies in the bin: it counts as read until ``bring_back``. Worker only."""
    change, unread = "read_at = {}, set_aside_at = {}", "read_at IS NULL"
    await _put_away(change, now, now, actor=actor, where=unread, subject_ids=subject_ids, kinds=tuple(NoticeKind))


async def bring_back(*, actor: Actor, subject_id: UUID, kinds: Collection[NoticeKind]) -> None:
    """What was set aside and not read meanwhile waits again as before; worker only."""
    change, aside = "read_at = NULL, set_aside_at = NULL", "set_aside_at IS NOT NULL"
    await _put_away(change, actor=actor, where=aside, subject_ids=[subject_id], kinds=kinds)


async def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Take everything out of what is unread; gives back how much it was."""
    return await _mark_read(actor, now, "read_at IS NULL")


async def send_mail(*, now: datetime, delivery_id: UUID) -> None:
    """Send a mail if there is still a reason to; worker only, the last step of its transaction.

    Raises:
        Exception: the mail server did not take it; nothing is changed, ``note_failure`` writes it down.
    """
    found = await _lock_delivery(delivery_id)
    if found is None or not may_be_sent(state=DeliveryState(found["state"])):
        return
    has_address, has_calendar = bool(found["email"]), found["calendar"] is not None
    is_read = found["read_at"] is not None and not has_calendar
    if must_be_withdrawn(is_read=is_read, is_here=found["is_here"], has_address=has_address):
        await execute("UPDATE delivery SET state = 'withdrawn', last_error = NULL WHERE id = {}", delivery_id)
        return
    message = mail.compose(
        delivery_id=delivery_id, notice_id=found["notice_id"], to=found["email"], at=now, found=settings(),
        calendar=found["calendar"],
    )  # fmt: skip
    # Written first, so that between the server's "OK" and the commit lies as little as can be.
    await execute(
        "UPDATE delivery SET state = 'sent', sent_at = {}, attempts = attempts + 1, last_error = NULL WHERE id = {}",
        now,
        delivery_id,
    )
    if found["kind"] in PROVED:
        await emit(MailSent(delivery_id), to=[found["organisation_id"]], key=f"mail_sent:{delivery_id}")
    await mail.send(message)


async def note_failure(*, delivery_id: UUID, error: str, is_last: bool) -> None:
    """Write down that an attempt failed; ``error`` is the class of the error. Worker only."""
    await execute(
        """
        UPDATE delivery SET state = {}, attempts = attempts + 1, last_error = {}
        WHERE id = {} AND state IN ('queued', 'failed')
        """,
        DeliveryState.DEAD if is_last else DeliveryState.FAILED,
        error[:200],
        delivery_id,
    )


async def send_again(*, actor: Actor, delivery_id: UUID) -> None:
    """Give a mail that was given up another set of attempts.

    Raises:
        NotFound: the organisation has no such mail.
        Forbidden: only its administrators may.
        Conflict: it was not given up (any more).
    """
    found = await queries.access_delivery(delivery_id)
    if not DeliveryAbilities.of(actor).may_send_again:
        raise Forbidden
    if found.state is not DeliveryState.DEAD:
        raise Conflict("Diese E-Mail wird bereits verschickt oder ist schon angekommen. Bitte laden Sie die Seite neu.")
    await _revive(delivery_id)
    await audit.record(actor=actor, action="delivery:resent", subject="delivery", subject_id=delivery_id)


async def send_all_again(*, actor: Actor) -> int:
    """The same for every mail of the organisation that was given up, as after an outage; gives back how many.

    Raises:
        Forbidden: only its administrators may.
    """
    if not DeliveryAbilities.of(actor).may_send_again:
        raise Forbidden
    dead = await queries.list_dead()
    for delivery in dead:
        await _revive(delivery.id)
    await audit.record(
        actor=actor,
        action="delivery:all_resent",
        subject="organisation",
        subject_id=actor.organisation_id,
        details={"count": len(dead)},
    )
    return len(dead)


async def resume_work(*, actor: Actor, outbox_id: UUID) -> None:
    """Let the worker try again what it gave up for this organisation.

    Raises:
        Forbidden: only administrators may.
        NotFound: there is no such work, or it goes on already.
    """
    if not DeliveryAbilities.of(actor).may_send_again:
        raise Forbidden
    if not await outbox.send_again(outbox_id):
        raise NotFound
    await audit.record(actor=actor, action="work:resumed", subject="outbox", subject_id=outbox_id)


async def _add_entries(
    actor: Actor, notice_id: UUID, roles: Collection[Role], people: Collection[UUID]
) -> list[Colleague]:
    """An entry for each who has none yet; gives back who they are."""
    told = await holders_of(roles, or_people=people)
    if roles and not told:
        told = await holders_of([Role.ADMINISTRATOR])
    rows = await execute(
        """
        INSERT INTO inbox_entry (organisation_id, notice_id, person_id) SELECT {}, {}, unnest({}::uuid[])
        ON CONFLICT DO NOTHING RETURNING person_id
        """,
        actor.organisation_id,
        notice_id,
        [person.person_id for person in told],
    )
    new = {row["person_id"] for row in rows}
    return [person for person in told if person.person_id in new]


async def _put_away(
    change: str,
    *values: object,
    actor: Actor,
    where: str,
    subject_ids: Collection[UUID],
    kinds: Collection[NoticeKind],
) -> None:
    """Change entries about these matters, whosever of the organisation they are, and tell their pages."""
    rows = await execute(
        f"""
        UPDATE inbox_entry SET {change} WHERE organisation_id = {{}} AND {where} AND {_ABOUT}
        RETURNING person_id
        """,  # noqa: S608 - constants of this file
        *values,
        actor.organisation_id,
        list(subject_ids),
        [kind.value for kind in kinds],
    )
    for person_id in {row["person_id"] for row in rows}:
        await live.changed(live.inbox(actor.organisation_id, person_id))


async def _mark_read(actor: Actor, now: datetime, condition: str, *values: object) -> int:
    if actor.person_id is None:
        return 0
    rows = await execute(
        f"""
        UPDATE inbox_entry SET read_at = {{}}, set_aside_at = NULL
        WHERE person_id = {{}} AND (read_at IS NULL OR set_aside_at IS NOT NULL) AND {condition} RETURNING notice_id
        """,  # noqa: S608 - a constant
        now,
        actor.person_id,
        *values,
    )
    if rows:
        await live.changed(live.inbox(actor.organisation_id, actor.person_id))
    return len(rows)


async def _lock_delivery(delivery_id: UUID) -> dict[str, Any] | None:
    """The mail and what decides about it; ``is_here``: the person still holds any role, and the organisation belongs to
    the network of whose matter the mail tells."""
    rows = await execute(
        """
        SELECT d.state, d.notice_id, d.organisation_id, n.kind, n.calendar, e.read_at, a.email,
               (n.network_id IS NULL OR array_position((SELECT reach_networks()), n.network_id) IS NOT NULL)
               AND (a.ends_at IS NULL OR a.ends_at > hilfenetz_now()) AND EXISTS (
                   SELECT FROM role_assignment r
                   WHERE r.organisation_id = a.organisation_id AND r.person_id = a.person_id
                     AND r.valid_from <= hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now())
               ) AS is_here
        FROM delivery d
        JOIN notice n ON n.organisation_id = d.organisation_id AND n.id = d.notice_id
        JOIN inbox_entry e
            ON (e.organisation_id, e.notice_id, e.person_id) = (d.organisation_id, d.notice_id, d.person_id)
        JOIN affiliation a ON a.organisation_id = d.organisation_id AND a.person_id = d.person_id
        WHERE d.id = {} FOR UPDATE OF d
        """,
        delivery_id,
    )
    return rows[0] if rows else None


async def _revive(delivery_id: UUID) -> None:
    await execute("UPDATE delivery SET state = 'queued' WHERE id = {} AND state = 'dead'", delivery_id)
    outbox_id = await queries.outbox_of(delivery_id)
    if outbox_id is None or not await outbox.send_again(outbox_id):
        raise Conflict("Diese E-Mail wird bereits noch einmal verschickt. Bitte laden Sie die Seite neu.")
