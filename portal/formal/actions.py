"""Posting a notice, fetching it, acknowledging it, posting again what failed."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.deadlines.agreement import receipt_rule_of
from portal.deadlines.receipt import Delivery, ReceiptRule
from portal.deadlines.rules import Length, Unit
from portal.deadlines.workdays import Land, land_of
from portal.formal import enclosures
from portal.formal.abilities import FormalAbilities, may_post, posts_for_office
from portal.formal.enclosures import Enclosure
from portal.formal.events import FormalPosted, FormalReceived, PostedForOffice, ReceiptDue
from portal.formal.queries import FormalNotice, Receipt, access_notice, notice_with_key
from portal.formal.rules import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    FormalKind,
    Reckoned,
    deemed_at,
    known_receipt,
    reckoned,
)
from portal.formal.words import SIGNED_BY_PORTAL
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.notices import live
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import Standing
from tenants.scope import current_scope

_DEEDS = {"acknowledged": "formal:acknowledged", "opened": "formal:opened"}


async def post(
    *,
    actor: Actor,
    now: datetime,
    network_id: UUID,
    standing: Standing,
    subject: str,
    body: str,
    recipients: Collection[UUID],
    key: str,
    kind: FormalKind = FormalKind.LETTER,
    cause_id: UUID | None = None,
    attachments: Sequence[Enclosure] = (),
    period: Length | None = None,
    concerned: UUID | None = None,
) -> FormalNotice:
    """Put a notice into the formal inboxes of these members, in the transaction of its cause.

    Somebody of the office posts it in a request; or what follows by itself in a network posts it, in the scope of the
    network by the worker alone. Then the organisation that holds the office is the sender, the portal signs on its
    behalf, and the deed reaches the office's trail by an event.

    Whose people are there to fetch it has it from this moment; where nobody is, the posting fails and nothing is
    received. Gives back the notice with all receipts, and with their last days as far as they are certain.

    Args:
        standing: the rulebook whose rule of receipt applies, and the members.
        key: posting under the same key again gives back what was posted, and posts nothing.
        cause_id: what it is about, where the kind is not a letter; of a vote its feature tells the people.
        attachments: PDF files that go with it; part of the letter from then on.
        period: how long it is that receipt sets running, for each recipient its own.
        concerned: the member whose matter it is; in the office's own, its deputy posts.

    Raises:
        NotFound: the network is out of reach.
        Forbidden: only the office posts.
        Conflict: nobody holds the office on whose behalf it would be posted.
        Invalid: the field that does not fit.
    """
    for_office = current_scope().organisation_id is None
    _require_sender(actor, network_id, for_office=for_office, concerned=concerned)
    # Of what the portal posts by itself the office may have moved since.
    sender_id = None if actor.person_id is None else actor.organisation_id
    if (posted := await notice_with_key(network_id, sender_id, key)) is not None:
        return posted
    names = dict(standing.members)
    await enclosures.check(attachments)
    _check(subject, body, recipients, names)
    values = {
        "network_id": network_id,
        "id": new_id(),
        "kind": kind,
        "cause_id": cause_id,
        "subject": subject,
        "body": body,
        "sender_id": actor.organisation_id,
        "sender_name": actor.organisation_name,
        "signed_by": SIGNED_BY_PORTAL if actor.person_id is None else actor.name[:200],
        "rulebook_id": standing.rulebook_id,
        "period_days": period.number if period and period.unit is Unit.DAYS else None,
        "period_months": period.number if period and period.unit is Unit.MONTHS else None,
        "key": key,
        **_rule_columns(standing),
    }
    if not await _insert_notice(values):  # sent twice at the same moment
        return await _again(network_id, sender_id, key)
    rule, land = receipt_rule_of(standing.rulebook.receipt), land_of(standing.rulebook.land)
    notice_id: UUID = values["id"]
    await enclosures.keep(network_id, notice_id, attachments)
    found = await _insert_receipts(values, [(member, names[member]) for member in sorted(recipients)])
    reached = {member: posted_at for member, posted_at in found.items() if posted_at is not None}
    certain = {
        member: reckoned(event, now=now, period=period, land=land)
        for member, posted_at in reached.items()
        if (event := known_receipt(Delivery(posted_at), rule, land, now=now)) is not None
    }
    await write_receipts(network_id=network_id, notice_id=notice_id, proved=certain)
    posting = PostedForOffice(notice_id, len(found), len(found) - len(reached))
    if for_office:
        await emit(posting, to=[actor.organisation_id], key=f"posted_for_office:{notice_id}")
    else:
        await record_posting(actor=actor, posting=posting)
    await _announce(network_id, notice_id, sorted(reached), rule, next(iter(reached.values()), now), kind=kind)
    return await access_notice(network_id, notice_id)


async def record_posting(*, actor: Actor, posting: PostedForOffice) -> None:
    """Write a posting into the trail of the office."""
    details: dict[str, str | int | bool] = {"recipients": posting.recipients, "failed": posting.failed}
    await audit.record(
        actor=actor, action="formal:posted", subject="formal_notice", subject_id=posting.notice_id, details=details
    )


async def post_again(
    *, actor: Actor, now: datetime, network_id: UUID, notice_id: UUID, organisation_id: UUID
) -> FormalNotice:
    """Try a posting that failed once more. Where there still is nobody who could fetch the notice, it stays failed and
    the attempt is counted. Gives back the notice.

    Raises:
        NotFound: out of reach, or no recipient.
        Forbidden: only the office posts.
        Conflict: it did not fail.
    """
    _require_sender(actor, network_id, for_office=False)
    notice = await access_notice(network_id, notice_id)
    found = notice.receipt(organisation_id)
    if found is None:
        raise NotFound
    if found.posted_at is not None:
        raise Conflict("Diese Mitteilung ist der Organisation schon zugestellt.")
    await _post_once_more(actor, now, notice, organisation_id)
    return await access_notice(network_id, notice_id)


async def post_waiting(*, actor: Actor, now: datetime, network_id: UUID, organisation_id: UUID) -> int:
    """Post on the office's behalf what could not be posted to a member, in the order it was sent.

    In the scope of the network, by the worker; gives back how many notices were posted.

    Raises:
        Conflict: nobody holds the office.
    """
    _require_sender(actor, network_id, for_office=True)
    rows = await execute(
        "SELECT n.id FROM formal_notice n JOIN formal_receipt r ON (r.network_id, r.notice_id) = (n.network_id, n.id) "
        "WHERE r.network_id = {} AND r.organisation_id = {} AND r.posted_at IS NULL ORDER BY n.year, n.number",
        network_id,
        organisation_id,
    )
    posted = 0
    for row in rows:
        notice = await access_notice(network_id, row["id"])
        posted += await _post_once_more(actor, now, notice, organisation_id)
    return posted


async def open_notice(*, actor: Actor, now: datetime, network_id: UUID, notice_id: UUID) -> FormalNotice:
    """Read a notice; whoever receives for their organisation opens it thereby, the first time.

    Raises:
        NotFound: neither sent nor received.
    """
    notice = await access_notice(network_id, notice_id)
    own = notice.receipt(actor.organisation_id)
    if own is None or own.opened_at is not None or not FormalAbilities.of(actor, notice).receives:
        return notice
    return await _sign(actor, now, notice, own, "opened")


async def acknowledge(*, actor: Actor, now: datetime, network_id: UUID, notice_id: UUID) -> FormalNotice:
    """Confirm for the organisation that the notice arrived; a second time changes nothing.

    Raises:
        NotFound: neither sent nor received.
        Forbidden: not for this organisation, or not by this person.
    """
    notice = await access_notice(network_id, notice_id)
    if not FormalAbilities.of(actor, notice).receives:
        raise Forbidden(
            "Den Empfang bestätigen Vertretung, Stellvertretung, Geschäftsführung oder Mandantenadministration der "
            "Organisation, an die die Mitteilung gerichtet ist."
        )
    own = notice.receipt(actor.organisation_id)
    return notice if own is None or own.acknowledged_at else await _sign(actor, now, notice, own, "acknowledged")


async def write_receipts(*, network_id: UUID, notice_id: UUID, proved: dict[UUID, Reckoned]) -> None:
    """Keep receipts with what led to them; what is kept already stays."""
    if not proved:
        return
    found = list(proved.items())
    await execute(
        """
        UPDATE formal_receipt r SET received_at = p.at, received_on = (p.at AT TIME ZONE 'Europe/Berlin')::date,
            ends_on = p.ends_on, due_at = p.due_at, explanation = p.explanation::jsonb
        FROM unnest({}::uuid[], {}::timestamptz[], {}::date[], {}::timestamptz[], {}::text[])
            AS p (organisation_id, at, ends_on, due_at, explanation)
        WHERE r.network_id = {} AND r.notice_id = {} AND r.organisation_id = p.organisation_id
          AND r.received_at IS NULL
        """,
        [organisation_id for organisation_id, _ in found],
        [each.at for _, each in found],
        [each.last_day for _, each in found],
        [each.due_at for _, each in found],
        [json.dumps(each.explanation) for _, each in found],
        network_id,
        notice_id,
    )


async def _post_once_more(actor: Actor, now: datetime, notice: FormalNotice, organisation_id: UUID) -> bool:
    """Whether it is posted now; what follows from that is set going."""
    rows = await execute(
        """
        UPDATE formal_receipt SET postings = postings + 1
        WHERE network_id = {} AND notice_id = {} AND organisation_id = {} AND posted_at IS NULL RETURNING posted_at
        """,
        notice.network_id,
        notice.id,
        organisation_id,
    )
    posted_at = rows[0]["posted_at"] if rows else None
    if posted_at is None:
        return False
    if (event := known_receipt(Delivery(posted_at), notice.rule, notice.land, now=now)) is not None:
        proved = reckoned(event, now=now, period=notice.period, land=notice.land)
        await write_receipts(network_id=notice.network_id, notice_id=notice.id, proved={organisation_id: proved})
    again = f"formal_again:{notice.id}:{organisation_id}"
    if current_scope().organisation_id is None:
        await emit(PostedForOffice(notice.id, 1, 0), to=[actor.organisation_id], key=again)
    else:
        await audit.record(actor=actor, action="formal:posted_again", subject="formal_notice", subject_id=notice.id)
    await emit(FormalReceived(notice.id), network=notice.network_id, key=again)
    await _announce(notice.network_id, notice.id, [organisation_id], notice.rule, posted_at, kind=FormalKind.LETTER)
    return True


def _require_sender(actor: Actor, network_id: UUID, *, for_office: bool, concerned: UUID | None = None) -> None:
    if actor.seat(network_id) is None:
        raise NotFound
    if for_office and not posts_for_office(actor, network_id):
        raise Conflict("Zurzeit führt kein Mitglied die Geschäftsstelle, für die etwas zugestellt werden könnte.")
    if not for_office and not may_post(actor, network_id, concerned):
        raise Forbidden("Förmliche Mitteilungen verschickt nur die Geschäftsstelle dieses Netzwerks.")


def _check(subject: str, body: str, recipients: Collection[UUID], names: dict[UUID, str]) -> None:
    if not subject.strip() or len(subject) > LONGEST_SUBJECT:
        raise Invalid("Bitte geben Sie einen Betreff mit höchstens 300 Zeichen an.", field="subject")
    if not body.strip() or len(body) > LONGEST_BODY:
        raise Invalid("Bitte schreiben Sie eine Mitteilung mit höchstens 20000 Zeichen.", field="body")
    if not recipients:
        raise Invalid("Bitte wählen Sie mindestens ein Mitglied, an das die Mitteilung geht.")
    if set(recipients) - names.keys():
        raise Invalid("Mitteilungen gehen nur an Mitglieder des Netzwerks. Bitte laden Sie die Seite neu.")


def _rule_columns(standing: Standing) -> dict[str, Any]:
    written = standing.rulebook.receipt
    return {
        "basis": written.rule.value,
        "from_hour": written.from_hour,
        "until_hour": written.until_hour,
        "deemed_after_days": written.deemed_after_days,
        "rule_source": "\n".join(filter(None, (written.section, written.decision))),
        "land": Land(standing.rulebook.land),
    }


async def _insert_notice(values: dict[str, Any]) -> bool:
    places = ", ".join("{}" for _ in values)
    rows = await execute(
        f"INSERT INTO formal_notice ({', '.join(values)}) VALUES ({places}) "  # noqa: S608 - names of columns
        "ON CONFLICT (network_id, sender_id, key) DO NOTHING RETURNING id",
        *values.values(),
    )
    return bool(rows)


async def _again(network_id: UUID, sender_id: UUID | None, key: str) -> FormalNotice:
    if (found := await notice_with_key(network_id, sender_id, key)) is None:
        raise Conflict("Diese Mitteilung wird gerade verschickt. Bitte laden Sie die Seite neu.")
    return found


async def _insert_receipts(
    notice: dict[str, Any], recipients: Sequence[tuple[UUID, str]]
) -> dict[UUID, datetime | None]:
    rows = await execute(
        """
        INSERT INTO formal_receipt (network_id, notice_id, organisation_id, sender_id, name)
        SELECT {}, {}, m.id, {}, m.name FROM unnest({}::uuid[], {}::text[]) AS m (id, name)
        RETURNING organisation_id, posted_at
        """,
        notice["network_id"],
        notice["id"],
        notice["sender_id"],
        [organisation_id for organisation_id, _ in recipients],
        [name[:200] for _, name in recipients],
    )
    return {row["organisation_id"]: row["posted_at"] for row in rows}


async def _announce(
    network_id: UUID, notice_id: UUID, to: Sequence[UUID], rule: ReceiptRule, posted_at: datetime, *, kind: FormalKind
) -> None:
    """Have the recipients told, unless a vote tells them by itself; set the timer of what is deemed."""
    if kind is not FormalKind.VOTE:
        await emit(FormalPosted(network_id, notice_id), to=to, key=f"formal_posted:{notice_id}")
    if to and (at := deemed_at(posted_at, rule)) is not None:
        key = f"receipt_due:{notice_id}:{at.isoformat()}"
        await emit(ReceiptDue(notice_id), network=network_id, due_at=at, key=key)
    await live.changed(live.network(network_id))


async def _sign(actor: Actor, now: datetime, notice: FormalNotice, own: Receipt, deed: str) -> FormalNotice:
    """What somebody does for their organisation: the instant for both sides, the hand for their own alone."""
    done_at = "opened_at = {}" if deed == "opened" else "acknowledged_at = {}"
    await execute(
        f"""
        WITH done AS (
            UPDATE formal_receipt SET {done_at} WHERE network_id = {{}} AND notice_id = {{}} AND organisation_id = {{}}
              AND {deed}_at IS NULL RETURNING organisation_id
        )
        INSERT INTO formal_signature (organisation_id, notice_id, deed, network_id, person_id)
        SELECT d.organisation_id, {{}}, {{}}, {{}}, {{}} FROM done d ON CONFLICT DO NOTHING
        """,  # noqa: S608 - constants
        now,  # the database writes its own clock over it
        notice.network_id,
        notice.id,
        actor.organisation_id,
        notice.id,
        deed,
        notice.network_id,
        actor.person_id,
    )
    await audit.record(actor=actor, action=_DEEDS[deed], subject="formal_notice", subject_id=notice.id)
    if notice.rule.basis.value in ("acknowledged", "opened"):
        key = f"receipt_due:{notice.id}:{actor.organisation_id}:{deed}"
        await emit(ReceiptDue(notice.id), network=notice.network_id, key=key)
    await live.changed(live.network(notice.network_id))
    signed = replace(own, opened_at=own.opened_at or now)
    signed = replace(signed, acknowledged_at=now) if deed == "acknowledged" else signed
    receipts = tuple(signed if each is own else each for each in notice.receipts)
    return replace(notice, receipts=receipts, hands={**notice.hands, deed: actor.name})
