"""Who is told of papers and consultations; by the worker, in the scope of the organisation.

Any member may have sent the event, so what counts is what that organisation reads now.
"""

from datetime import datetime
from uuid import UUID

from portal.circle.abilities import SPEAKERS
from portal.circle.queries import access_paper, address_of
from portal.circle.queries_consultations import Asked, access_asked, address_of_asked, rulebook_of
from portal.circle.queries_warnings import topic_of
from portal.circle.rules import PaperState
from portal.kit.errors import NotFound
from portal.ladders.actions import deadline_dropped, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.notices.actions import mark_over, tell
from portal.notices.rules import CONSULTING, NoticeKind
from tenants.context import Actor, Role, Seat


async def tell_of_paper(*, actor: Actor, now: datetime, network_id: UUID, paper_id: UUID) -> None:
    """Tell those who speak for the organisation, and the office where it is, that a paper lies before them."""
    seat = actor.seat(network_id)
    if seat is None:
        return
    try:
        paper = await access_paper(network_id, paper_id)
    except NotFound:
        return
    if paper.state is not PaperState.CIRCULATED or paper.organisation_id == actor.organisation_id:
        return
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.POSITION_CIRCULATED,
        roles=(*SPEAKERS, Role.OFFICE) if seat.is_office else SPEAKERS,
        subject_id=paper_id,
        address=address_of(seat, paper_id),
        params={"network": seat.name, "title": paper.title, "organisation": paper.organisation},
        key=f"position_circulated:{paper_id}",
    )


async def tell_of_remark(*, actor: Actor, now: datetime, network_id: UUID, paper_id: UUID, remark_id: UUID) -> None:
    """Tell those who speak for the organisation that writes a paper what another member says of it."""
    seat = actor.seat(network_id)
    if seat is None:
        return
    try:
        paper = await access_paper(network_id, paper_id)
    except NotFound:
        return
    said = next((each for each in paper.remarks if each.id == remark_id), None)
    if said is None or paper.organisation_id != actor.organisation_id:
        return
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.POSITION_REMARKED,
        roles=SPEAKERS,
        subject_id=paper_id,
        address=address_of(seat, paper_id),
        params={"network": seat.name, "title": paper.title, "organisation": said.organisation},
        key=f"position_remarked:{remark_id}",
    )


async def tell_of_question(*, actor: Actor, now: datetime, network_id: UUID, consultation_id: UUID) -> None:
    """Tell those who speak for the organisation that they are asked, and give it its deadline; nobody if there is
    nothing (more) to answer."""
    found = await _find_asked(actor, network_id, consultation_id)
    if found is None or not found[1].is_open or found[1].answered or found[1].organisation_id == actor.organisation_id:
        return
    seat, asked = found
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.CONSULTATION_ASKED,
        roles=SPEAKERS,
        subject_id=consultation_id,
        address=address_of_asked(seat, consultation_id),
        params={
            "network": seat.name,
            "title": asked.title,
            "organisation": asked.organisation,
            "due_at": asked.advice_until.isoformat(),
        },
        key=f"consultation_asked:{consultation_id}",
    )
    await set_deadline(
        actor=actor,
        now=now,
        matter=Matter.CONSULTATION,
        subject_id=consultation_id,
        title=asked.title,
        address=address_of_asked(seat, consultation_id),
        due_at=asked.advice_until,
        roles=SPEAKERS,
        ladder=ladder_of(await rulebook_of(network_id), "consultation"),
        network_id=network_id,
        lapses=True,
    )


async def tell_of_answer(
    *, actor: Actor, now: datetime, network_id: UUID, consultation_id: UUID, answer_id: UUID
) -> None:
    """Tell those who speak for the organisation that asked who has answered."""
    found = await _find_asked(actor, network_id, consultation_id)
    if found is None or found[1].organisation_id != actor.organisation_id:
        return
    seat, asked = found
    if (said := asked.answer(answer_id)) is None:  # corrected meanwhile: of that they are told as well
        return
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.CONSULTATION_ANSWERED,
        roles=SPEAKERS,
        subject_id=consultation_id,
        address=address_of_asked(seat, consultation_id),
        params={"network": seat.name, "title": asked.title, "organisation": said.organisation},
        key=f"consultation_answered:{answer_id}",
    )


async def tell_of_outcome(*, actor: Actor, now: datetime, network_id: UUID, consultation_id: UUID) -> None:
    """Tell those who speak for the organisation what came of it; nobody has to answer any more."""
    found = await _find_asked(actor, network_id, consultation_id)
    if found is None or found[1].is_open or found[1].organisation_id == actor.organisation_id:
        return
    seat, asked = found
    await deadline_dropped(actor=actor, now=now, matter=Matter.CONSULTATION, subject_id=consultation_id)
    await mark_over(actor=actor, now=now, subject_ids=[consultation_id], kinds=CONSULTING)
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.CONSULTATION_CLOSED,
        roles=SPEAKERS,
        subject_id=consultation_id,
        address=address_of_asked(seat, consultation_id),
        params={"network": seat.name, "title": asked.title, "organisation": asked.organisation},
        key=f"consultation_closed:{consultation_id}",
    )


async def tell_of_warning(*, actor: Actor, now: datetime, network_id: UUID, warning_id: UUID) -> None:
    """Tell those who speak for the organisation, and the office where it is, that something was noticed: what it is
    about, never who said it nor how many."""
    seat = actor.seat(network_id)
    topic = await topic_of(network_id, warning_id) if seat is not None else None
    if seat is None or topic is None:
        return
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.WARNING_REPORTED,
        roles=(*SPEAKERS, Role.OFFICE) if seat.is_office else SPEAKERS,
        subject_id=warning_id,
        address=f"/n/{seat.slug}/fruehwarnungen",
        params={"network": seat.name, "topic": topic},
        key=f"warning_reported:{warning_id}",
        network_id=network_id,
    )


async def _find_asked(actor: Actor, network_id: UUID, consultation_id: UUID) -> tuple[Seat, Asked] | None:
    """The consultation as the organisation reads it; None out of its reach."""
    if (seat := actor.seat(network_id)) is None:
        return None
    try:
        return seat, await access_asked(network_id, consultation_id)
    except NotFound:
        return None
