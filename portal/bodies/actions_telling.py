"""What follows by itself: members are told, the rhythm proposes the next date, the office has its deadlines. By the
worker. Events only say where to look; what counts are the rows as the wall shows them in that scope."""

from datetime import date, datetime
from uuid import UUID

from portal.bodies.actions import LADDER, address_of, await_invitation, title_of
from portal.bodies.agreement import MINUTES, period_of
from portal.bodies.events import MeetingAwaits, MeetingOver
from portal.bodies.invitation import calendar_of
from portal.bodies.queries import BodySheet, body_with_id, list_seats
from portal.bodies.queries_meetings import Meeting, access_meeting, body_of_meeting, last_begin
from portal.bodies.rules import MeetingState, MinutesState, next_begin, period_after
from portal.deadlines.workdays import land_of
from portal.identity.queries import list_people
from portal.kit.clock import local_day
from portal.kit.ids import new_id
from portal.ladders.actions import set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.notices import live
from portal.notices.actions import mark_over, tell
from portal.notices.rules import NoticeKind
from tenants.context import Actor, Role, Seat
from tenants.database import execute
from tenants.outbox import emit

_INVITING = (NoticeKind.MEETING_CHANGED, NoticeKind.MEETING_INVITED)


async def announce_meeting(*, actor: Actor, now: datetime, network_id: UUID, meeting_id: UUID) -> None:
    """Tell those who speak for the organisation that they are invited, or that something changed; once for each."""
    body, meeting = await _reached(actor, network_id, meeting_id)
    if body is None or meeting is None or meeting.invited_at is None or now >= meeting.ends_at:
        return
    key = f"meeting:{meeting_id}:{meeting.sequence}"
    is_off = meeting.state is MeetingState.CANCELLED
    kind = NoticeKind.MEETING_CANCELLED if is_off else _INVITING[not await _is_invited(actor, meeting_id, but=key)]
    await mark_over(actor=actor, now=now, subject_ids=[meeting_id], kinds=set(_INVITING) - {kind})
    await tell(
        actor=actor,
        now=now,
        kind=kind,
        roles=_speakers(actor, body),
        people=await _seated(actor, body, local_day(now)),
        subject_id=meeting_id,
        address=address_of(body, meeting_id),
        params={**_params(body, meeting), "place": meeting.place, "reason": meeting.reason},
        key=key,
        network_id=network_id,
        calendar=calendar_of(meeting, title=body.rule.title, address=address_of(body, meeting_id), at=now),
    )


async def announce_coming(*, actor: Actor, now: datetime, network_id: UUID) -> None:
    """Whoever joins, or is named, after the invitations went out is invited as well to what is still to come; who has
    been is not told again."""
    rows = await execute(
        "SELECT id FROM meeting WHERE network_id = {} AND state = 'invited' AND ends_at > {} ORDER BY begins_at, id",
        network_id,
        now,
    )
    for row in rows:
        await announce_meeting(actor=actor, now=now, network_id=network_id, meeting_id=row["id"])


async def tell_of_minutes(*, actor: Actor, now: datetime, network_id: UUID, meeting_id: UUID) -> None:
    """Tell those who speak for the organisation that minutes are passed round, or approved."""
    body, meeting = await _reached(actor, network_id, meeting_id)
    if body is None or meeting is None or meeting.minutes not in (MinutesState.APPROVED, MinutesState.CIRCULATED):
        return
    is_final = meeting.minutes is MinutesState.APPROVED
    params = _params(body, meeting)
    if not is_final and meeting.objections_until is not None:
        params["due_at"] = meeting.objections_until.isoformat()
    await mark_over(actor=actor, now=now, subject_ids=[meeting_id], kinds=[*_INVITING, NoticeKind.MINUTES_CIRCULATED])
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.MINUTES_APPROVED if is_final else NoticeKind.MINUTES_CIRCULATED,
        roles=_speakers(actor, body),
        people=await _seated(actor, body, local_day(now)),
        subject_id=meeting_id,
        address=f"{address_of(body, meeting_id)}/protokoll",
        params=params,
        key=f"minutes:{meeting_id}:{'approved' if is_final else meeting.round}",
        network_id=network_id,
    )


async def follow_up(*, actor: Actor, now: datetime, meeting_id: UUID) -> UUID | None:
    """A meeting is over: the office has to write its minutes, and the rhythm proposes the next date, once, unless there
    is one already. In the network's scope. Gives back the new meeting's id."""
    seat = actor.seats[0]
    body_id = await body_of_meeting(seat.network_id, meeting_id)
    body = await body_with_id(seat, None, body_id) if body_id is not None else None
    if body is None:
        return None
    meeting = await access_meeting(body, meeting_id, lock=True)
    if meeting.state is not MeetingState.INVITED:
        return None
    if now < meeting.ends_at:  # moved since, which set a timer of its own; or the clock went back
        key = f"meeting_over:{meeting_id}:{meeting.ends_at.isoformat()}:after:{now}"
        await emit(MeetingOver(meeting_id), network=seat.network_id, due_at=meeting.ends_at, key=key)
        return None
    await _ask_office(body, meeting_id, "minutes")
    return await _propose(body, meeting, now)


async def ask_office(*, actor: Actor, now: datetime, network_id: UUID, meeting_id: UUID) -> None:
    """Give whoever holds the office its deadline: to invite, or to pass the minutes round."""
    body, meeting = await _reached(actor, network_id, meeting_id)
    seat = actor.seat(network_id)
    if body is None or meeting is None or seat is None or not seat.is_office:
        return
    if meeting.state is MeetingState.PLANNED and now < meeting.begins_at:
        await await_invitation(actor=actor, now=now, body=body, meeting=meeting)
        if not meeting.planned_by:
            await tell(
                actor=actor,
                now=now,
                kind=NoticeKind.MEETING_PROPOSED,
                roles=(Role.OFFICE,),
                subject_id=meeting_id,
                address=address_of(body, meeting_id),
                params=_params(body, meeting),
                key=f"meeting_proposed:{meeting_id}",
            )
    elif meeting.state is MeetingState.INVITED and meeting.minutes in (MinutesState.NONE, MinutesState.DRAFT):
        await _await_minutes(actor, now, body, meeting)


async def _reached(actor: Actor, network_id: UUID, meeting_id: UUID) -> tuple[BodySheet | None, Meeting | None]:
    """The meeting with its body, if the organisation (still) belongs to the body."""
    seat: Seat | None = actor.seat(network_id)
    body_id = await body_of_meeting(network_id, meeting_id) if seat is not None else None
    if seat is None or body_id is None:
        return None, None
    body = await body_with_id(seat, actor.organisation_id, body_id)
    return body, await access_meeting(body, meeting_id) if body is not None else None


async def _is_invited(actor: Actor, meeting_id: UUID, *, but: str) -> bool:
    """Whether the organisation knows of the meeting from an earlier notice; whoever joined since does not."""
    rows = await execute(
        "SELECT FROM notice WHERE organisation_id = {} AND subject_id = {} AND kind = ANY ({}::text[]) AND key <> {} "
        "LIMIT 1",
        *(actor.organisation_id, meeting_id, [kind.value for kind in _INVITING], but),
    )
    return bool(rows)


async def _ask_office(body: BodySheet, meeting_id: UUID, what: str) -> None:
    if body.office is not None:
        event = MeetingAwaits(body.network_id, meeting_id)
        await emit(event, to=[body.office.organisation_id], key=f"meeting_awaits:{meeting_id}:{what}")


async def _propose(body: BodySheet, meeting: Meeting, now: datetime) -> UUID | None:
    months, latest = body.rule.every_months, await last_begin(body)
    if months is None or (latest is not None and latest > max(now, meeting.begins_at)):
        return None
    begins_at, meeting_id = meeting.begins_at, new_id()
    while begins_at <= now:  # after a long outage the next date is one to come
        begins_at = next_begin(begins_at, months, land_of(body.rulebook.land))
    ends_at = begins_at + (meeting.ends_at - meeting.begins_at)
    made = await execute(
        """
        INSERT INTO meeting (network_id, id, body_id, rulebook_id, title, begins_at, ends_at, place, link, planned_by,
                             previous_id)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, '', {}) ON CONFLICT DO NOTHING RETURNING id
        """,
        *(body.network_id, meeting_id, body.id, body.rulebook_id, body.rule.meeting_title, begins_at, ends_at),
        *(meeting.place, meeting.link, meeting.id),
    )
    if not made:
        return None
    key = f"meeting_over:{meeting_id}:{ends_at.isoformat()}"
    await emit(MeetingOver(meeting_id), network=body.network_id, due_at=ends_at, key=key)
    await _ask_office(body, meeting_id, "invitation")
    await live.changed(live.network(body.network_id))
    return meeting_id


async def _await_minutes(actor: Actor, now: datetime, body: BodySheet, meeting: Meeting) -> None:
    if (length := period_of(body.rulebook, MINUTES)) is None:
        return
    ends = period_after(meeting.begins_at, length, land_of(body.rulebook.land))
    await set_deadline(
        actor=actor,
        now=now,
        matter=Matter.MEETING_MINUTES,
        subject_id=meeting.id,
        title=title_of(meeting.title, meeting.begins_at),
        address=f"{address_of(body, meeting.id)}/protokoll",
        due_at=ends.due_at,
        roles=(Role.OFFICE,),
        ladder=ladder_of(body.rulebook, LADDER),
        network_id=body.network_id,
        reckoned=ends,
    )


def _speakers(actor: Actor, body: BodySheet) -> tuple[Role, ...]:
    seat = actor.seat(body.network_id)
    return (*body.rule.roles, Role.OFFICE) if seat is not None and seat.is_office else body.rule.roles


async def _seated(actor: Actor, body: BodySheet, today: date) -> list[UUID]:
    """Who is named for the organisation today and works there under that name."""
    named = {
        seat.name
        for seat in await list_seats(body)
        if seat.organisation_id == actor.organisation_id
        and seat.begins_on <= today
        and (seat.ends_on is None or today <= seat.ends_on)
    }
    return [person.person_id for person in await list_people() if person.name in named] if named else []


def _params(body: BodySheet, meeting: Meeting) -> dict[str, str | int]:
    return {
        "network": body.network_name,
        "body": body.rule.title,
        "meeting": meeting.title,
        "begins_at": meeting.begins_at.isoformat(),
    }
