"""Who is told of papers and consultations; by the worker, in the scope of the organisation.

Any member may have sent the event, so what counts is what that organisation reads now.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from portal.circle.abilities import SPEAKERS
from portal.circle.queries import Paper, access_paper, address_of
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
    found = await _find_paper(actor, network_id, paper_id)
    if found is None or found[1].state is not PaperState.CIRCULATED or _is_ours(actor, found[1]):
        return
    seat, paper = found
    roles = (*SPEAKERS, Role.OFFICE) if seat.is_office else SPEAKERS
    key = f"position_circulated:{paper_id}"
    await _tell(actor, now, seat, paper, kind=NoticeKind.POSITION_CIRCULATED, key=key, roles=roles)


async def tell_of_remark(*, actor: Actor, now: datetime, network_id: UUID, paper_id: UUID, remark_id: UUID) -> None:
    """Tell those who speak for the organisation that writes a paper what another member says of it."""
    found = await _find_paper(actor, network_id, paper_id)
    if found is None or not _is_ours(actor, found[1]):
        return
    seat, paper = found
    if (said := next((each for each in paper.remarks if each.id == remark_id), None)) is not None:
        key = f"position_remarked:{remark_id}"
        await _tell(actor, now, seat, paper, kind=NoticeKind.POSITION_REMARKED, key=key, by=said.organisation)


async def tell_of_question(*, actor: Actor, now: datetime, network_id: UUID, consultation_id: UUID) -> None:
    """Tell those who speak for the organisation that they are asked, and give it its deadline; nobody if there is
    nothing (more) to answer."""
    found = await _find_asked(actor, network_id, consultation_id)
    if found is None or not found[1].is_open or found[1].answered or _is_ours(actor, found[1]):
        return
    seat, asked = found
    kind, key = NoticeKind.CONSULTATION_ASKED, f"consultation_asked:{consultation_id}"
    await _tell(actor, now, seat, asked, kind=kind, key=key, due_at=asked.advice_until.isoformat())
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
    """Tell those who speak for the organisation that asked who has answered; of a correction they are told as well."""
    found = await _find_asked(actor, network_id, consultation_id)
    if found is None or not _is_ours(actor, found[1]):
        return
    seat, asked = found
    if (said := asked.answer(answer_id)) is not None:
        key = f"consultation_answered:{answer_id}"
        await _tell(actor, now, seat, asked, kind=NoticeKind.CONSULTATION_ANSWERED, key=key, by=said.organisation)


async def tell_of_outcome(*, actor: Actor, now: datetime, network_id: UUID, consultation_id: UUID) -> None:
    """Tell those who speak for the organisation what came of it; nobody has to answer any more."""
    found = await _find_asked(actor, network_id, consultation_id)
    if found is None or found[1].is_open or _is_ours(actor, found[1]):
        return
    seat, asked = found
    await deadline_dropped(actor=actor, now=now, matter=Matter.CONSULTATION, subject_id=consultation_id)
    await mark_over(actor=actor, now=now, subject_ids=[consultation_id], kinds=CONSULTING)
    key = f"consultation_closed:{consultation_id}"
    await _tell(actor, now, seat, asked, kind=NoticeKind.CONSULTATION_CLOSED, key=key)


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


def _is_ours(actor: Actor, about: Paper | Asked) -> bool:
    """Whether it was this organisation that wrote, or asked."""
    return about.organisation_id == actor.organisation_id


async def _tell(
    actor: Actor,
    now: datetime,
    seat: Seat,
    about: Paper | Asked,
    *,
    kind: NoticeKind,
    key: str,
    by: str = "",
    roles: Collection[Role] = SPEAKERS,
    **more: str,
) -> None:
    """One notice of a paper or a consultation; ``by``: whose deed it is, if not of who wrote or asked."""
    place = address_of if isinstance(about, Paper) else address_of_asked
    await tell(
        actor=actor,
        now=now,
        kind=kind,
        roles=roles,
        subject_id=about.id,
        address=place(seat, about.id),
        params={"network": seat.name, "title": about.title, "organisation": by or about.organisation, **more},
        key=key,
    )


async def _find_paper(actor: Actor, network_id: UUID, paper_id: UUID) -> tuple[Seat, Paper] | None:
    """The paper as the organisation reads it; None out of its reach."""
    if (seat := actor.seat(network_id)) is None:
        return None
    try:
        return seat, await access_paper(network_id, paper_id)
    except NotFound:
        return None


async def _find_asked(actor: Actor, network_id: UUID, consultation_id: UUID) -> tuple[Seat, Asked] | None:
    """The consultation as the organisation reads it; None out of its reach."""
    if (seat := actor.seat(network_id)) is None:
        return None
    try:
        return seat, await access_asked(network_id, consultation_id)
    except NotFound:
        return None
