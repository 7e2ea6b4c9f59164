"""Minutes: begun by the office, written by everybody who speaks there, passed round, objected to, approved."""

import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.bodies.abilities import BodyAbilities
from portal.bodies.actions import require_office
from portal.bodies.agreement import OBJECTION, period_of
from portal.bodies.events import MinutesChanged
from portal.bodies.queries import BodySheet
from portal.bodies.queries_meetings import AgendaItem, Attendance, Meeting, access_meeting
from portal.bodies.rules import LONGEST_RECORD, MeetingState, MinutesState, Outcome, Presence, period_after
from portal.deadlines import stored
from portal.deadlines.workdays import land_of
from portal.kit.clock import local_day
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.ladders.actions import deadline_done
from portal.ladders.rules import Matter
from portal.notices import live
from portal.shell.i18n import mark
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

_OTHER_RECORD = mark("Diesen Punkt hat inzwischen jemand anderes geändert. Ihr Text ist noch da.")


class RecordChanged(Conflict):
    """Somebody else wrote on the same item meanwhile; ``item`` is how it stands now."""

    def __init__(self, item: AgendaItem) -> None:
        super().__init__(_OTHER_RECORD)
        self.item = item


async def begin_minutes(*, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID) -> None:
    """Begin to write, once the meeting has begun; a second time changes nothing.

    Raises:
        NotFound, Forbidden.
        Conflict: it has not begun, or nobody was invited to it.
    """
    require_office(actor, body)
    meeting = await access_meeting(body, meeting_id, lock=True)
    if meeting.state is not MeetingState.INVITED or now < meeting.begins_at:
        raise Conflict("Das Protokoll beginnt mit der Sitzung, und nur, wenn zu ihr eingeladen ist.")
    if meeting.minutes is MinutesState.NONE:
        await _step(body, meeting_id, "minutes = 'draft'")
        await _audit(actor, "minutes:begun", meeting_id)


async def write_record(
    *, actor: Actor, body: BodySheet, meeting_id: UUID, item_id: UUID, text: str, version: int
) -> None:
    """What the minutes say of an item, written for the version that was seen.

    Raises:
        NotFound, Forbidden.
        RecordChanged: somebody else was faster; nothing is changed.
        Conflict: the minutes are not being written.
        Invalid: too long.
    """
    meeting = await access_meeting(body, meeting_id)
    item = meeting.item(item_id)
    if not BodyAbilities.of(actor, body).may_write:
        raise Forbidden("Am Protokoll schreiben die Geschäftsstelle und wer im Gremium für ein Mitglied spricht.")
    _require_writing(meeting)
    if len(text) > LONGEST_RECORD:
        raise Invalid("Zu einem Punkt stehen höchstens 20000 Zeichen im Protokoll.", field="record")
    if text == item.record:
        return
    rows = await execute(
        """
        UPDATE agenda_item SET record = {}, recorded_by = {}, version = version + 1
        WHERE network_id = {} AND id = {} AND version = {} RETURNING version
        """,
        text,
        f"{actor.name}, {actor.organisation_name}"[:400],
        body.network_id,
        item_id,
        version,
    )
    if not rows:
        raise RecordChanged((await access_meeting(body, meeting_id)).item(item_id))
    await live.changed(live.network(body.network_id))


async def record_attendance(
    *,
    actor: Actor,
    body: BodySheet,
    meeting_id: UUID,
    attendance: Collection[Attendance],
    unsaid: Collection[UUID] = (),
) -> None:
    """Who was there, of all members of the body; of whom nothing is said any more (``unsaid``), nothing is kept.

    Raises:
        NotFound, Forbidden.
        Conflict: the minutes are not being written.
        Invalid: somebody who is no member of the body.
    """
    require_office(actor, body)
    _require_writing(await access_meeting(body, meeting_id))
    names = {member.organisation_id: member.name for member in body.members}
    if {each.organisation_id for each in attendance} - names.keys():
        raise Invalid("Anwesend sein können nur Mitglieder des Gremiums. Bitte laden Sie die Seite neu.")
    await execute(
        """
        INSERT INTO attendance (network_id, body_id, meeting_id, organisation_id, name, presence, people)
        SELECT {}, {}, {}, p.organisation_id, p.name, p.presence, p.people
        FROM unnest({}::uuid[], {}::text[], {}::text[], {}::text[]) AS p (organisation_id, name, presence, people)
        ON CONFLICT (network_id, meeting_id, organisation_id)
        DO UPDATE SET presence = excluded.presence, people = excluded.people
        """,
        *(body.network_id, body.id, meeting_id),
        [each.organisation_id for each in attendance],
        [names[each.organisation_id][:200] for each in attendance],
        [each.presence.value for each in attendance],
        [each.people for each in attendance],
    )
    if unsaid:
        await execute(
            "DELETE FROM attendance WHERE network_id = {} AND meeting_id = {} AND organisation_id = ANY ({}::uuid[])",
            *(body.network_id, meeting_id, list(unsaid)),
        )


async def record_resolution(
    *,
    actor: Actor,
    now: datetime,
    body: BodySheet,
    meeting_id: UUID,
    item_id: UUID,
    text: str,
    counts: tuple[int, int, int],
    adopted: bool,
) -> UUID:
    """What was resolved on an item, with the votes for, against and abstained; gives back its id.

    Raises:
        NotFound, Forbidden.
        Conflict: the minutes are not being written.
        Invalid: more votes than members, or adopted by fewer than were against.
    """
    require_office(actor, body)
    meeting = await access_meeting(body, meeting_id)
    meeting.item(item_id)
    _require_writing(meeting)
    if sum(counts) > len(body.members):
        raise Invalid("Das sind mehr Stimmen, als das Gremium Mitglieder hat: Jedes Mitglied hat eine.", field="yes")
    if adopted and counts[0] <= counts[1]:
        raise Invalid("Angenommen ist nur, wofür mehr Stimmen abgegeben sind als dagegen.", field="yes")
    resolution_id = new_id()
    await execute(
        """
        INSERT INTO resolution (network_id, id, body_id, meeting_id, agenda_item_id, text, yes, no, abstained, adopted,
                                recorded_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(body.network_id, resolution_id, body.id, meeting_id, item_id, text, *counts, adopted, now),
    )
    return resolution_id


async def strike_resolution(*, actor: Actor, body: BodySheet, meeting_id: UUID, resolution_id: UUID) -> None:
    """Take back what was entered wrongly, while the minutes are being written.

    Raises:
        NotFound, Forbidden.
        Conflict: the minutes are not being written.
    """
    require_office(actor, body)
    _require_writing(await access_meeting(body, meeting_id))
    await execute(
        "DELETE FROM resolution WHERE network_id = {} AND meeting_id = {} AND id = {} AND number IS NULL",
        *(body.network_id, meeting_id, resolution_id),
    )


async def circulate(*, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID) -> None:
    """Pass the minutes round; from now on members may object, as long as the rulebook says.

    Raises:
        NotFound, Forbidden.
        Conflict: the minutes are not being written.
        Invalid: nobody's attendance, or nothing at all is in them.
    """
    require_office(actor, body)
    meeting = await access_meeting(body, meeting_id, lock=True)
    _require_writing(meeting)
    if not any(each.presence is Presence.PRESENT for each in meeting.attendance):
        raise Invalid("Bitte tragen Sie zuerst ein, wer anwesend war.")
    if not any(item.record for item in meeting.agenda):
        raise Invalid("Das Protokoll ist noch leer. Bitte schreiben Sie mindestens zu einem Punkt etwas auf.")
    length = period_of(body.rulebook, OBJECTION)
    ends = period_after(now, length, land_of(body.rulebook.land)) if length is not None else None
    await _step(
        body,
        meeting_id,
        "minutes = 'circulated', round = round + 1, circulated_at = {}, objections_until = {}, reckoning = {}::jsonb",
        now,
        ends.due_at if ends else None,
        json.dumps(stored.as_data(ends)) if ends else None,
    )
    await deadline_done(actor=actor, now=now, matter=Matter.MEETING_MINUTES, subject_id=meeting_id)
    await _announce(body, meeting_id, f"circulated:{meeting.round + 1}")
    await _audit(actor, "minutes:circulated", meeting_id)


async def take_back(*, actor: Actor, body: BodySheet, meeting_id: UUID) -> None:
    """Write on minutes that were passed round; afterwards they are passed round anew, and the period runs anew.

    Raises:
        NotFound, Forbidden.
        Conflict: they are not passed round.
    """
    require_office(actor, body)
    _require_circulated(await access_meeting(body, meeting_id, lock=True))
    await _step(body, meeting_id, "minutes = 'draft', objections_until = NULL, reckoning = NULL")
    await _audit(actor, "minutes:taken_back", meeting_id)


async def object_to(*, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID, text: str) -> UUID:
    """What a member finds wrong in minutes that are passed round; gives back its id. Sent twice it is one.

    Raises:
        NotFound, Forbidden.
        Conflict: they are not passed round, or the time for it is over.
    """
    meeting = await access_meeting(body, meeting_id)
    if not BodyAbilities.of(actor, body).may_object:
        raise Forbidden("Einwände erhebt, wer im Gremium für Ihre Organisation spricht, oder ihre Geschäftsführung.")
    _require_circulated(meeting)
    if meeting.objections_until is not None and now >= meeting.objections_until:
        raise Conflict("Die Frist für Einwände ist abgelaufen. Sprechen Sie die Geschäftsstelle an.")
    own = (body.network_id, meeting_id, actor.organisation_id)
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"objection:{meeting_id}:{own[-1]}")
    if raised := await execute(
        "SELECT id FROM minutes_objection "
        "WHERE network_id = {} AND meeting_id = {} AND organisation_id = {} AND round = {} AND text = {} LIMIT 1",
        *(*own, meeting.round, text),
    ):
        return UUID(str(raised[0]["id"]))
    objection_id = new_id()
    await execute(
        """
        INSERT INTO minutes_objection (network_id, id, body_id, meeting_id, organisation_id, name, round, text,
                                       raised_by, raised_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(body.network_id, objection_id, body.id, meeting_id, actor.organisation_id, actor.organisation_name[:200]),
        *(meeting.round, text, actor.name[:200], now),
    )
    await _audit(actor, "minutes:objected", meeting_id)
    await live.changed(live.network(body.network_id))
    return objection_id


async def answer_objection(
    *, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID, objection_id: UUID, outcome: Outcome, answer: str
) -> None:
    """Say what becomes of an objection.

    Raises:
        NotFound, Forbidden.
        Conflict: it is answered already.
    """
    require_office(actor, body)
    (await access_meeting(body, meeting_id)).objection(objection_id)
    rows = await execute(
        """
        UPDATE minutes_objection SET outcome = {}, answer = {}, answered_at = {}
        WHERE network_id = {} AND id = {} AND outcome IS NULL RETURNING id
        """,
        *(outcome, answer, now, body.network_id, objection_id),
    )
    if not rows:
        raise Conflict("Dieser Einwand ist schon beantwortet.")
    await live.changed(live.network(body.network_id))


async def approve(*, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID) -> None:
    """Approve the minutes once nobody can object any more; they never change again, and resolutions get their numbers.

    Raises:
        NotFound, Forbidden.
        Conflict: approved already, not passed round, too early, or an objection waits for an answer.
    """
    require_office(actor, body)
    # Numbers run within the body: who approves next waits for who approves now.
    await execute("SELECT FROM body WHERE network_id = {} AND id = {} FOR UPDATE", body.network_id, body.id)
    meeting = await access_meeting(body, meeting_id, lock=True)
    if meeting.minutes is MinutesState.APPROVED:
        raise Conflict("Dieses Protokoll ist schon genehmigt.")
    _require_circulated(meeting)
    if meeting.objections_until is not None and now < meeting.objections_until:
        raise Conflict("Die Frist für Einwände läuft noch; genehmigt wird danach.")
    if meeting.unanswered:
        raise Conflict("Es gibt Einwände, die noch nicht beantwortet sind.")
    await execute(
        """
        UPDATE resolution r SET year = {}, number = n.number + coalesce((
            SELECT max(o.number) FROM resolution o WHERE o.network_id = {} AND o.body_id = {} AND o.year = {}), 0)
        FROM (SELECT id, row_number() OVER (ORDER BY recorded_at, id) AS number FROM resolution
              WHERE network_id = {} AND meeting_id = {} AND number IS NULL) n
        WHERE r.network_id = {} AND r.id = n.id
        """,
        local_day(meeting.begins_at).year,
        *(body.network_id, body.id, local_day(meeting.begins_at).year),
        *(body.network_id, meeting_id),
        body.network_id,
    )
    await _step(body, meeting_id, "minutes = 'approved', approved_at = {}, approved_by = {}", now, actor.name[:200])
    await _announce(body, meeting_id, "approved")
    await _audit(actor, "minutes:approved", meeting_id)


def _require_writing(meeting: Meeting) -> None:
    if meeting.minutes is MinutesState.APPROVED:
        raise Conflict("Dieses Protokoll ist genehmigt und ändert sich nicht mehr.")
    if meeting.minutes is not MinutesState.DRAFT:
        raise Conflict("An diesem Protokoll wird gerade nicht geschrieben. Bitte laden Sie die Seite neu.")


def _require_circulated(meeting: Meeting) -> None:
    if meeting.minutes is MinutesState.APPROVED:
        raise Conflict("Dieses Protokoll ist schon genehmigt und ändert sich nicht mehr.")
    if meeting.minutes is not MinutesState.CIRCULATED:
        raise Conflict("Dieses Protokoll ist nicht im Umlauf. Bitte laden Sie die Seite neu.")


async def _step(body: BodySheet, meeting_id: UUID, change: str, *values: object) -> None:
    await execute(
        f"UPDATE meeting SET {change} WHERE network_id = {{}} AND id = {{}}",  # noqa: S608 - constants of this file
        *values,
        body.network_id,
        meeting_id,
    )
    await live.changed(live.network(body.network_id))


async def _announce(body: BodySheet, meeting_id: UUID, happened: str) -> None:
    members = [member.organisation_id for member in body.members]
    await emit(MinutesChanged(body.network_id, meeting_id), to=members, key=f"minutes:{meeting_id}:{happened}")


async def _audit(actor: Actor, action: str, meeting_id: UUID) -> None:
    await audit.record(actor=actor, action=action, subject="meeting", subject_id=meeting_id)
