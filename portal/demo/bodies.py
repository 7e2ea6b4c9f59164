"""Meetings of the demo world, and who sits in its bodies; made with the actions of everyday use."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.bodies import actions, actions_minutes
from portal.bodies.actions_seats import name_seat
from portal.bodies.queries import BodySheet, access_body
from portal.bodies.queries_meetings import Attendance, access_meeting
from portal.bodies.rules import Part, Presence, Span
from portal.deadlines.workdays import land_of, next_workday
from portal.demo.acting import acting
from portal.kit.clock import BERLIN, local_day
from tenants.context import Actor
from tenants.database import execute
from tenants.scope import scope

_TEN = 10  # o'clock


@dataclass(frozen=True, slots=True)
class DemoMeeting:
    """A meeting in so many days (negative: it is over, and its minutes are approved). ``agenda``: title, minutes, who
    introduces, and what the minutes say; ``resolved``: wording and votes, on the first item."""

    body: str
    title: str
    days: int
    place: str
    agenda: tuple[tuple[str, int, str, str], ...]
    is_invited: bool = False
    resolved: tuple[str, tuple[int, int, int]] | None = None


@dataclass(frozen=True, slots=True)
class DemoSeat:
    """Who was named for a member, by its administrator."""

    named_by: tuple[str, str]
    part: Part
    name: str


OFFICES = {
    "bielefeld": ("jonas.wiegand", "stadt-bielefeld"),
    "duesseldorf": ("beate.hollands", "jobcenter-duesseldorf"),
}
MEETINGS: dict[str, tuple[DemoMeeting, ...]] = {
    "bielefeld": (
        DemoMeeting(
            "koordinierungskreis", "Sitzung im Herbst", -45, "Altes Rathaus, Raum 3",
            (
                ("Wärmestube am Bahnhof", 40, "Stadt", "Der Raum ist ab Dezember frei. Jedes Mitglied stellt Dienste."),
                ("Verschiedenes", 10, "", "Nächstes Treffen im Winter."),
            ),
            is_invited=True,
            resolved=("Die Wärmestube wird gemeinsam betrieben, wenn die Mitglieder zustimmen.", (5, 0, 1)),
        ),
        DemoMeeting(
            "koordinierungskreis", "Sitzung im Winter", 24, "Altes Rathaus, Raum 3",
            (
                ("Erfahrungen mit den Fallkonferenzen", 30, "Bethel.regional", ""),
                ("Dienste in der Wärmestube", 30, "Stadt", ""),
            ),
            is_invited=True,
        ),
    ),
    "duesseldorf": (
        DemoMeeting(
            "teamleitung-jobcenter-und-sachgebietsleitungen-der-traeger", "Besprechung der Leitungen", 40,
            "Jobcenter, Saal 2",
            (("Rückmeldungen auf Aufnahmeanzeigen", 30, "Jobcenter", ""),),
        ),
    ),
}  # fmt: skip
SEATS: dict[str, tuple[DemoSeat, ...]] = {
    "bielefeld": (
        DemoSeat(("piotr.zielonka", "stadt-bielefeld"), Part.DEPUTY, "Piotr Zielonka"),
        DemoSeat(("carola.windmoeller", "gfs"), Part.REPRESENTATIVE, "Levin Oppermann"),
        DemoSeat(("emre.aksoylu", "bgw"), Part.DEPUTY, "Emre Aksoylu"),
    ),
}


async def seed_bodies(network: str, network_id: UUID, *, provider: str) -> bool:
    """Hold and plan what is not there yet; True when anything was missing."""
    built = [await _meet(meeting, network, network_id, provider) for meeting in MEETINGS.get(network, ())]
    built += [await _name(seat, network, network_id, provider) for seat in SEATS.get(network, ())]
    return any(built)


async def _meet(meeting: DemoMeeting, network: str, network_id: UUID, provider: str) -> bool:
    async with scope(network_id=network_id):
        if await execute("SELECT FROM meeting WHERE network_id = {} AND title = {}", network_id, meeting.title):
            return False
    async with acting(*OFFICES[network], provider) as (actor, opened):
        body = await access_body(actor, network, meeting.body)
        wanted = local_day(opened.now) + timedelta(days=meeting.days)
        begins_at = _at(next_workday(wanted, land_of(body.rulebook.land))[0])
        early = min(opened.now, begins_at - timedelta(days=20))
        span = Span(begins_at, begins_at + timedelta(hours=2), meeting.place)
        given: dict[str, Any] = {"actor": actor, "now": early, "body": body}
        meeting_id = await actions.plan_meeting(**given, title=meeting.title, span=span)
        for title, duration, introduced_by, _ in meeting.agenda:
            await actions.add_item(
                actor=actor,
                body=body,
                meeting_id=meeting_id,
                title=title,
                duration=duration,
                introduced_by=introduced_by,
            )
        if meeting.is_invited:
            await actions.invite(**given, meeting_id=meeting_id)
        if meeting.days < 0:
            await _minute(meeting, actor, body, meeting_id, held_at=span.ends_at, now=opened.now)
    return True


async def _minute(
    meeting: DemoMeeting, actor: Actor, body: BodySheet, meeting_id: UUID, *, held_at: datetime, now: datetime
) -> None:
    given: dict[str, Any] = {"actor": actor, "body": body, "meeting_id": meeting_id}
    await actions_minutes.begin_minutes(**given, now=held_at)
    agenda = (await access_meeting(body, meeting_id)).agenda
    for item, (*_, record) in zip(agenda, meeting.agenda, strict=True):
        await actions_minutes.write_record(**given, item_id=item.id, text=record, version=item.version)
    there = [Attendance(each.organisation_id, each.name, Presence.PRESENT, "") for each in body.members]
    await actions_minutes.record_attendance(**given, attendance=there)
    if meeting.resolved:
        text, counts = meeting.resolved
        await actions_minutes.record_resolution(
            **given, now=held_at, item_id=agenda[0].id, text=text, counts=counts, adopted=True
        )
    await actions_minutes.circulate(**given, now=held_at + timedelta(days=5))
    await actions_minutes.approve(**given, now=now)


async def _name(seat: DemoSeat, network: str, network_id: UUID, provider: str) -> bool:
    async with scope(network_id=network_id):
        if await execute("SELECT FROM body_seat WHERE network_id = {} AND name = {}", network_id, seat.name):
            return False
    async with acting(*seat.named_by, provider) as (actor, opened):
        body = await access_body(actor, network, MEETINGS[network][0].body)
        since = local_day(opened.now) - timedelta(days=200)
        await name_seat(actor=actor, now=opened.now, body=body, part=seat.part, name=seat.name, begins_on=since)
    return True


def _at(day: date) -> datetime:
    """Ten in the morning in Berlin."""
    return datetime(day.year, day.month, day.day, _TEN, tzinfo=BERLIN)
