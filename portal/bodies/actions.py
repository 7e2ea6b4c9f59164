"""The office plans meetings, moves and cancels them, invites; those who speak there add to the agenda."""

from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.bodies.abilities import BodyAbilities
from portal.bodies.agreement import INVITATION, period_of
from portal.bodies.events import MeetingAnnounced, MeetingOver
from portal.bodies.queries import BodySheet, ensure_body
from portal.bodies.queries_meetings import Meeting, access_meeting
from portal.bodies.rules import (
    LONGEST_ITEM,
    LONGEST_TITLE,
    MOST_ITEMS,
    MeetingState,
    MinutesState,
    Span,
    invitation_due,
)
from portal.kit.clock import german_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.ladders.actions import deadline_done, deadline_dropped, move_deadline, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.notices import live
from portal.shell.i18n import mark
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit

LADDER = "meeting"
_OTHER_DATE = mark("Diesen Termin hat inzwischen jemand anderes geändert. Was Sie eingegeben haben, ist noch da.")


class MeetingChanged(Conflict):
    """Somebody else has changed date or place meanwhile; ``meeting`` is how it stands now."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(_OTHER_DATE)
        self.meeting = meeting


async def plan_meeting(*, actor: Actor, now: datetime, body: BodySheet, title: str, span: Span) -> UUID:
    """A date for the body; nobody is invited yet. Gives back the meeting's id.

    Raises:
        Forbidden: only the office plans.
        Invalid: the field that does not fit.
    """
    require_office(actor, body)
    _check(span, now)
    await ensure_body(body, keeps=True)
    meeting_id = new_id()
    values = {
        "network_id": body.network_id,
        "id": meeting_id,
        "body_id": body.id,
        "rulebook_id": body.rulebook_id,
        "title": title,
        "planned_by": actor.name[:200],
        **asdict(span),
    }
    places = ", ".join("{}" for _ in values)
    await execute(
        f"INSERT INTO meeting ({', '.join(values)}) VALUES ({places})",  # noqa: S608 - names of columns
        *values.values(),
    )
    await _wind_up(body, meeting_id, span)
    await await_invitation(actor=actor, now=now, body=body, meeting=await access_meeting(body, meeting_id))
    await _record(actor, "meeting:planned", meeting_id)
    await live.changed(live.network(body.network_id))
    return meeting_id


async def change_meeting(
    *, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID, seen: str, title: str, span: Span
) -> None:
    """Another date or place; who was invited is told by mail, and calendars follow.

    Args:
        seen: the mark of the meeting as whoever changes it saw it.

    Raises:
        NotFound, Forbidden.
        MeetingChanged: somebody else was faster; nothing is changed.
        Conflict: it was cancelled, or its time is over.
        Invalid: the field that does not fit.
    """
    require_office(actor, body)
    meeting = await access_meeting(body, meeting_id, lock=True)
    _require_ahead(meeting, now)
    _check(span, now)
    is_invited = meeting.state is MeetingState.INVITED
    if is_invited and not (span.place or span.link):
        raise Invalid(_NOWHERE, field="place")
    if (meeting.title, meeting.span) == (title, span):
        return
    if seen != meeting.mark:
        raise MeetingChanged(meeting)
    await execute(
        """
        UPDATE meeting SET title = {}, begins_at = {}, ends_at = {}, place = {}, link = {}, sequence = sequence + {}
        WHERE network_id = {} AND id = {}
        """,
        title,
        *(span.begins_at, span.ends_at, span.place, span.link),
        int(is_invited),
        *(body.network_id, meeting_id),
    )
    await _wind_up(body, meeting_id, span)
    if is_invited:
        await _announce(body, meeting_id, meeting.sequence + 1)
    elif (length := period_of(body.rulebook, INVITATION)) is not None and span.begins_at != meeting.begins_at:
        moved: dict[str, Any] = {"due_at": invitation_due(span.begins_at, length.number, now=now)}
        moved |= {"title": title_of(title, span.begins_at), "subject_id": meeting_id}
        with suppress(Conflict, NotFound):  # it ended, or another member held the office when it was set
            await move_deadline(actor=actor, now=now, matter=Matter.MEETING_INVITATION, **moved)
    await _record(actor, "meeting:changed", meeting_id)
    await live.changed(live.network(body.network_id))


async def invite(*, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID) -> None:
    """Invite the members of the body, by mail with an entry for their calendars.

    Raises:
        NotFound, Forbidden.
        Conflict: they are invited already, it was cancelled, or its time is over.
        Invalid: there is no place, or nothing on the agenda.
    """
    require_office(actor, body)
    meeting = await access_meeting(body, meeting_id, lock=True)
    _require_ahead(meeting, now)
    if meeting.state is MeetingState.INVITED:
        raise Conflict("Zu dieser Sitzung ist schon eingeladen.")
    if now >= meeting.begins_at:
        raise Conflict("Dieser Termin ist verstrichen. Bitte legen Sie zuerst einen neuen fest.")
    if not (meeting.place or meeting.link):
        raise Invalid(_NOWHERE)
    if not meeting.agenda:
        raise Invalid("Bitte setzen Sie zuerst mindestens einen Punkt auf die Tagesordnung.")
    await execute(
        "UPDATE meeting SET state = 'invited', invited_at = {} WHERE network_id = {} AND id = {}",
        *(now, body.network_id, meeting_id),
    )
    await _announce(body, meeting_id, 0)
    await deadline_done(actor=actor, now=now, matter=Matter.MEETING_INVITATION, subject_id=meeting_id)
    await _record(actor, "meeting:invited", meeting_id)
    await live.changed(live.network(body.network_id))


async def cancel_meeting(*, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID, reason: str) -> None:
    """It does not take place; who was invited is told by mail, and calendars strike it out.

    Raises:
        NotFound, Forbidden.
        Conflict: it was cancelled already, or its time is over.
    """
    require_office(actor, body)
    meeting = await access_meeting(body, meeting_id, lock=True)
    _require_ahead(meeting, now)
    await execute(
        "UPDATE meeting SET state = 'cancelled', reason = {}, sequence = sequence + 1 "
        "WHERE network_id = {} AND id = {}",
        *(reason, body.network_id, meeting_id),
    )
    if meeting.state is MeetingState.INVITED:
        await _announce(body, meeting_id, meeting.sequence + 1)
    await deadline_dropped(actor=actor, now=now, matter=Matter.MEETING_INVITATION, subject_id=meeting_id)
    await _record(actor, "meeting:cancelled", meeting_id)
    await live.changed(live.network(body.network_id))


async def add_item(
    *,
    actor: Actor,
    body: BodySheet,
    meeting_id: UUID,
    title: str,
    duration: int | None,
    introduced_by: str,
) -> UUID:
    """One more item at the end of the agenda; gives back its id.

    Raises:
        NotFound, Forbidden.
        Conflict: the agenda does not change any more.
        Invalid: too long, or too many.
    """
    meeting = await _agenda_of(actor, body, meeting_id)
    if len(meeting.agenda) >= MOST_ITEMS:
        raise Invalid("Eine Tagesordnung hat höchstens 60 Punkte. Bitte fassen Sie Punkte zusammen.", field="title")
    if len(title) > LONGEST_TITLE:
        raise Invalid("Ein Tagesordnungspunkt hat höchstens 200 Zeichen.", field="title")
    if duration is not None and not 1 <= duration <= LONGEST_ITEM:
        raise Invalid("Ein Tagesordnungspunkt dauert zwischen 1 und 480 Minuten.", field="duration")
    item_id = new_id()
    await execute(
        """
        INSERT INTO agenda_item (network_id, id, body_id, meeting_id, position, title, duration, introduced_by)
        VALUES ({}, {}, {}, {}, coalesce((SELECT max(a.position) FROM agenda_item a
            WHERE a.network_id = {} AND a.meeting_id = {}), 0) + 1, {}, {}, {})
        """,
        *(body.network_id, item_id, body.id, meeting_id, body.network_id, meeting_id, title, duration, introduced_by),
    )
    await live.changed(live.network(body.network_id))
    return item_id


async def strike_item(*, actor: Actor, body: BodySheet, meeting_id: UUID, item_id: UUID) -> None:
    """Take an item off the agenda of which nothing is recorded yet.

    Raises:
        NotFound, Forbidden.
        Conflict: the agenda does not change any more, or something is recorded of it.
    """
    meeting = await _agenda_of(actor, body, meeting_id)
    item = meeting.item(item_id)
    if item.record or any(each.agenda_item_id == item_id for each in meeting.resolutions):
        raise Conflict("Zu diesem Punkt steht schon etwas im Protokoll; er bleibt auf der Tagesordnung.")
    await execute("DELETE FROM agenda_item WHERE network_id = {} AND id = {} AND record = ''", body.network_id, item_id)
    await live.changed(live.network(body.network_id))


async def move_item_up(*, actor: Actor, body: BodySheet, meeting_id: UUID, item_id: UUID) -> None:
    """Let an item change places with the one before it; the first one stays.

    Raises:
        NotFound, Forbidden.
        Conflict: the agenda does not change any more.
    """
    meeting = await _agenda_of(actor, body, meeting_id)
    place = meeting.agenda.index(meeting.item(item_id))
    if place == 0:
        return
    order = [each.id for each in meeting.agenda]
    order[place - 1 : place + 1] = [order[place], order[place - 1]]
    await execute(
        """
        UPDATE agenda_item a SET position = o.position
        FROM unnest({}::uuid[]) WITH ORDINALITY AS o (id, position) WHERE a.network_id = {} AND a.id = o.id
        """,
        order,
        body.network_id,
    )
    await live.changed(live.network(body.network_id))


async def await_invitation(*, actor: Actor, now: datetime, body: BodySheet, meeting: Meeting) -> None:
    """Whoever holds the office has to invite by then, if the rulebook says when; the actor works for it."""
    if (length := period_of(body.rulebook, INVITATION)) is None:
        return
    await set_deadline(
        actor=actor,
        now=now,
        matter=Matter.MEETING_INVITATION,
        subject_id=meeting.id,
        title=title_of(meeting.title, meeting.begins_at),
        address=address_of(body, meeting.id),
        due_at=invitation_due(meeting.begins_at, length.number, now=now),
        roles=(Role.OFFICE,),
        ladder=ladder_of(body.rulebook, LADDER),
        network_id=body.network_id,
    )


def title_of(title: str, begins_at: datetime) -> str:
    """What a deadline about a meeting is called."""
    return f"{title}: {german_day(begins_at, weekday=False)}"


def address_of(body: BodySheet, meeting_id: UUID) -> str:
    """Where a meeting is."""
    return f"{body.address}/sitzungen/{meeting_id}"


def require_office(actor: Actor, body: BodySheet) -> None:
    """The actor prepares the meetings of this body.

    Raises:
        Forbidden: they do not.
    """
    if not BodyAbilities.of(actor, body).may_run:
        raise Forbidden("Sitzungen bereitet die Geschäftsstelle dieses Netzwerks vor.")


_NOWHERE = "Bitte geben Sie einen Ort oder einen Link zur Videokonferenz an."


def _check(span: Span, now: datetime) -> None:
    if span.begins_at <= now:
        raise Invalid("Dieser Termin liegt in der Vergangenheit. Bitte wählen Sie einen späteren.", field="begins_at")


def _require_ahead(meeting: Meeting, now: datetime) -> None:
    if meeting.state is MeetingState.CANCELLED:
        raise Conflict("Diese Sitzung ist abgesagt.")
    if meeting.state is MeetingState.INVITED and now >= meeting.begins_at:
        raise Conflict("Diese Sitzung hat schon begonnen; an Termin und Einladung ändert sich nichts mehr.")


async def _agenda_of(actor: Actor, body: BodySheet, meeting_id: UUID) -> Meeting:
    meeting = await access_meeting(body, meeting_id)
    if not BodyAbilities.of(actor, body).may_write:
        raise Forbidden(
            "An der Tagesordnung schreiben die Geschäftsstelle und wer im Gremium für ein Mitglied spricht."
        )
    if meeting.state is MeetingState.CANCELLED:
        raise Conflict("Diese Sitzung ist abgesagt.")
    if meeting.minutes not in (MinutesState.NONE, MinutesState.DRAFT):
        raise Conflict("Das Protokoll ist schon im Umlauf; die Tagesordnung ändert sich nicht mehr.")
    return meeting


async def _wind_up(body: BodySheet, meeting_id: UUID, span: Span) -> None:
    """The timer of its end: what is next then happens by itself."""
    key = f"meeting_over:{meeting_id}:{span.ends_at.isoformat()}"
    await emit(MeetingOver(meeting_id), network=body.network_id, due_at=span.ends_at, key=key)


async def _announce(body: BodySheet, meeting_id: UUID, sequence: int) -> None:
    members = [member.organisation_id for member in body.members]
    event = MeetingAnnounced(body.network_id, meeting_id)
    await emit(event, to=members, key=f"meeting_announced:{meeting_id}:{sequence}")


async def _record(actor: Actor, action: str, meeting_id: UUID) -> None:
    await audit.record(actor=actor, action=action, subject="meeting", subject_id=meeting_id)
