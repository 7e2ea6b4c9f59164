"""What follows by itself: people are told, mails are noted, receipts are proved."""

from datetime import datetime
from uuid import UUID

from portal.formal.abilities import RECEIVING_ROLES, TOLD_ROLES
from portal.formal.actions import write_receipts
from portal.formal.events import FetcherCame, FormalReceived, ReceiptDue
from portal.formal.queries import access_notice
from portal.formal.rules import deemed_at, known_receipt, reckoned
from portal.kit.errors import NotFound
from portal.notices import live
from portal.notices.actions import tell
from portal.notices.rules import PROVED, NoticeKind
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit

# The mail that leaves is one about the notice itself, or about its cause, of which people are told instead.
_MAILED = """
UPDATE formal_receipt r SET notified_at = {}
FROM delivery d JOIN notice t ON t.organisation_id = d.organisation_id AND t.id = d.notice_id
     JOIN formal_notice n ON n.id = t.subject_id OR n.cause_id = t.subject_id
WHERE d.organisation_id = {} AND d.id = {} AND d.state = 'sent' AND t.kind = ANY ({}::text[])
  AND r.network_id = n.network_id AND r.notice_id = n.id AND r.organisation_id = d.organisation_id
  AND r.posted_at IS NOT NULL AND r.notified_at IS NULL
RETURNING r.network_id
"""


async def announce(*, actor: Actor, now: datetime, network_id: UUID, notice_id: UUID) -> None:
    """Tell those who receive for the organisation; in its scope, by the worker."""
    seat = actor.seat(network_id)
    if seat is None:
        return
    try:
        notice = await access_notice(network_id, notice_id)
    except NotFound:
        return
    own = notice.receipt(actor.organisation_id)
    if own is None or own.posted_at is None:
        return
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.FORMAL_NOTICE,
        roles=TOLD_ROLES,
        subject_id=notice_id,
        address=f"/n/{seat.slug}/foermliche-mitteilungen/{notice_id}",
        params={"network": seat.name, "subject": notice.subject, "number": notice.number, "year": notice.year},
        key=f"formal:{notice_id}",
    )


async def note_mail(*, actor: Actor, now: datetime, delivery_id: UUID) -> None:
    """Keep when the first mail about a notice left; in the organisation's scope, by the worker."""
    rows = await execute(_MAILED, now, actor.organisation_id, delivery_id, [kind.value for kind in PROVED])
    for row in rows:
        await live.changed(live.network(row["network_id"]))


async def prove_receipts(*, actor: Actor, now: datetime, notice_id: UUID) -> None:
    """Keep every receipt that is certain now and was not before; in the scope of the network, by the worker."""
    network_id = actor.seats[0].network_id
    notice = await access_notice(network_id, notice_id)
    proved = {
        receipt.organisation_id: reckoned(event, now=now, period=notice.period, land=notice.land)
        for receipt in notice.receipts
        if receipt.received_at is None
        and (event := known_receipt(receipt.delivery, notice.rule, notice.land, now=now)) is not None
    }
    await write_receipts(network_id=network_id, notice_id=notice_id, proved=proved)
    for receipt in notice.receipts:
        if receipt.organisation_id in proved or receipt.received_at is not None or receipt.posted_at is None:
            continue
        # Wound up again where the clock went back after the timer rang.
        if (at := deemed_at(receipt.posted_at, notice.rule)) is not None:
            key = f"receipt_due:{notice_id}:{at.isoformat()}:after:{now.isoformat()}"
            await emit(ReceiptDue(notice_id), network=network_id, due_at=max(at, now), key=key)
            break
    if proved:
        await emit(FormalReceived(notice_id), network=network_id, key=f"formal_received:{notice_id}:{now.isoformat()}")
        await live.changed(live.network(network_id))


async def ask_for_waiting(*, actor: Actor, role: Role, key: str) -> None:
    """Have the networks post what could not be posted for want of somebody; in the scope of the organisation.

    Args:
        role: what somebody there was just given; what does not let them fetch notices changes nothing.
        key: of that gift, so that it asks once.
    """
    if role not in RECEIVING_ROLES:
        return
    rows = await execute(
        "SELECT DISTINCT network_id FROM formal_receipt WHERE organisation_id = {} AND posted_at IS NULL",
        actor.organisation_id,
    )
    for row in rows:
        await emit(FetcherCame(actor.organisation_id), network=row["network_id"], key=key)
