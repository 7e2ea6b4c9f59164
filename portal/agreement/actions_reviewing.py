"""The review of the agreement: a deadline of whoever holds the office, with the ladder of the rulebook."""

from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid5

from portal.agreement.abilities import require_office
from portal.agreement.queries import access_agreement, books_of
from portal.audit import actions as audit
from portal.kit.clock import local_day
from portal.kit.errors import Invalid, NotFound
from portal.kit.ids import new_id
from portal.ladders.actions import deadline_done, deadline_dropped, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.notices import live
from tenants.context import Actor, Role
from tenants.database import execute

LONGEST_OUTCOME = 4000
_OURS = "organisation_id = (SELECT current_organisation()) AND network_id = {} AND matter = {}"


async def record_review(*, actor: Actor, now: datetime, network_id: UUID, reviewed_on: date, outcome: str) -> None:
    """The members have looked at the agreement again; from that day the time to the next review runs.

    Raises:
        NotFound: the network is out of reach.
        Forbidden: only the office records it.
        Invalid: the field that does not fit.
    """
    if actor.seat(network_id) is None:
        raise NotFound
    require_office(actor, network_id)
    number = (await access_agreement(network_id)).in_force.number
    book = (await books_of(network_id, [number]))[number]
    if reviewed_on > local_day(now):
        raise Invalid("Dieser Tag liegt in der Zukunft. Festhalten lässt sich, was schon war.", field="reviewed_on")
    if reviewed_on < book.valid_from - timedelta(days=366):
        raise Invalid("Dieser Tag liegt mehr als ein Jahr vor dem Beginn der geltenden Fassung.", field="reviewed_on")
    if not outcome.strip() or len(outcome) > LONGEST_OUTCOME:
        raise Invalid("Bitte schreiben Sie mit höchstens 4000 Zeichen, was herauskam.", field="outcome")
    # Whoever sends it twice has it kept once; the second waits for the first.
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"rulebook:{network_id}")
    if await execute(
        "SELECT FROM rulebook_review WHERE network_id = {} AND reviewed_on = {} AND outcome = {} LIMIT 1",
        *(network_id, reviewed_on, outcome.strip()),
    ):
        return
    review_id = new_id()
    await execute(
        """
        INSERT INTO rulebook_review
            (network_id, id, rulebook_id, reviewed_on, outcome, recorded_at, recorded_by, recorded_for)
        VALUES ({}, {}, rulebook_in_force({}), {}, {}, {}, {}, {})
        """,
        network_id,
        review_id,
        network_id,
        reviewed_on,
        outcome.strip(),
        now,
        actor.name[:200],
        actor.organisation_name[:200],
    )
    details: dict[str, str | int | bool] = {"reviewed_on": reviewed_on.isoformat()}
    await audit.record(
        actor=actor, action="rulebook:reviewed", subject="rulebook", subject_id=review_id, details=details
    )
    await adjust_review(actor=actor, now=now, network_id=network_id)
    await live.changed(live.network(network_id))


async def adjust_review(*, actor: Actor, now: datetime, network_id: UUID) -> None:
    """Let the organisation have exactly the deadline that it has to keep: where it holds the office, the next review;
    elsewhere none. Done again it changes nothing."""
    seat = actor.seat(network_id)
    kept = await execute(f"SELECT subject_id, due_at, state FROM deadline WHERE {_OURS}", network_id, Matter.REVIEW)  # noqa: S608
    still = [row for row in kept if row["state"] == "open"]
    if seat is None or not seat.is_office:
        for row in still:
            await deadline_dropped(actor=actor, now=now, matter=Matter.REVIEW, subject_id=row["subject_id"])
        return
    agreement = await access_agreement(network_id)
    number = agreement.in_force.number
    book = (await books_of(network_id, [number]))[number]
    due = agreement.review_due(book)
    if any(row["due_at"] == due.due_at for row in still):
        return
    for row in still:  # with its end moved on, what was to be done by the old one is done
        ending = deadline_done if row["due_at"] < due.due_at else deadline_dropped
        await ending(actor=actor, now=now, matter=Matter.REVIEW, subject_id=row["subject_id"])
    # Two who adjust at the same moment find the same rows and mean the same deadline; of one that came along with the
    # office the number is that of who held it before.
    taken = {row["subject_id"] for row in kept}
    free = (uuid5(network_id, f"review:{number}") for number in count(len(kept)))
    await set_deadline(
        actor=actor,
        now=now,
        matter=Matter.REVIEW,
        subject_id=next(subject for subject in free if subject not in taken),
        title=book.agreement,
        address=f"/n/{seat.slug}/regelwerk#ueberprueft",
        due_at=due.due_at,
        roles=(Role.OFFICE,),
        ladder=ladder_of(book, "review"),
        network_id=network_id,
        reckoned=due,
    )
