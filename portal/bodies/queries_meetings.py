"""Meetings with all that belongs to them, each in one statement."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.bodies.queries import BodySheet, list_bodies_and
from portal.bodies.rules import MeetingState, MinutesState, Outcome, Presence, Span, Stage, mark_of, stage_of
from portal.calendar.rules import Event, Standing
from portal.deadlines import stored
from portal.deadlines.rules import Deadline
from portal.kit.errors import NotFound
from portal.spaces.places import ROOM_OF
from tenants.context import Actor
from tenants.database import execute

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An item, with its record and the version of both that somebody has before them."""

    id: UUID
    position: int
    title: str
    duration: int | None
    introduced_by: str
    record: str
    recorded_by: str
    version: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether a member was there, and by whom."""

    organisation_id: UUID
    name: str
    presence: Presence
    people: str


@dataclass(frozen=True, slots=True)
class Objection:
    """What a member found wrong; ``outcome`` is None until the office has answered."""

    id: UUID
    organisation_id: UUID
    name: str
    round: int
    text: str
    raised_by: str
    raised_at: datetime
    outcome: Outcome | None
    answer: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was resolved; ``number`` and ``year`` once the minutes are approved. ``resolved_on``: the day of the
    meeting."""

    id: UUID
    agenda_item_id: UUID
    meeting_id: UUID
    resolved_on: datetime
    text: str
    yes: int
    no: int
    abstained: int
    adopted: bool
    year: int | None
    number: int | None


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list."""

    id: UUID
    body_id: UUID
    title: str
    state: MeetingState
    minutes: MinutesState
    begins_at: datetime
    ends_at: datetime
    place: str
    objections_until: datetime | None

    def stage(self, now: datetime) -> Stage:
        """Where it stands at this instant."""
        return stage_of(
            self.state,
            self.minutes,
            begins_at=self.begins_at,
            ends_at=self.ends_at,
            objections_until=self.objections_until,
            now=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(MeetingLine):
    """A meeting as its page shows it."""

    link: str
    planned_by: str
    sequence: int
    invited_at: datetime | None
    reason: str
    round: int
    circulated_at: datetime | None
    reckoning: Deadline | None
    approved_at: datetime | None
    approved_by: str
    agenda: tuple[AgendaItem, ...]
    attendance: tuple[Attendance, ...]
    objections: tuple[Objection, ...]
    resolutions: tuple[Resolution, ...]

    @property
    def span(self) -> Span:
        return Span(self.begins_at, self.ends_at, self.place, self.link)

    @property
    def mark(self) -> str:
        """What tells whether title, date and place still are as somebody saw them."""
        return mark_of(self.title, self.span)

    @property
    def unanswered(self) -> list[Objection]:
        """Objections to the minutes as they are passed round now that wait for an answer."""
        return [each for each in self.objections if each.round == self.round and each.outcome is None]

    def item(self, item_id: UUID) -> AgendaItem:
        """An item of its agenda.

        Raises:
            NotFound: it has none of that identifier.
        """
        return _found(self.agenda, item_id)

    def objection(self, objection_id: UUID) -> Objection:
        """An objection to its minutes.

        Raises:
            NotFound: there is none of that identifier.
        """
        return _found(self.objections, objection_id)


async def list_meetings(body: BodySheet, *, page: int = 1) -> tuple[list[MeetingLine], bool]:
    """The meetings of a body, the latest first; and whether there are older ones."""
    rows = await execute(
        f"SELECT {_LINE} FROM meeting m WHERE m.network_id = {{}} AND m.body_id = {{}} "  # noqa: S608 - a constant
        "ORDER BY m.begins_at DESC, m.id DESC LIMIT {} OFFSET {}",
        body.network_id,
        body.id,
        A_PAGE + 1,
        (page - 1) * A_PAGE,
    )
    return [_line(row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


async def meetings_at_hand(network_id: UUID) -> dict[UUID, list[MeetingLine]]:
    """Of each body what is to come or not done with, the earliest first."""
    rows = await execute(
        f"""
        SELECT {_LINE} FROM meeting m WHERE m.network_id = {{}} AND m.state <> 'cancelled' AND m.minutes <> 'approved'
        ORDER BY m.begins_at, m.id LIMIT 200
        """,  # noqa: S608 - a constant
        network_id,
    )
    found: dict[UUID, list[MeetingLine]] = {}
    for row in rows:
        found.setdefault(row["body_id"], []).append(_line(row))
    return found


async def access_meeting(body: BodySheet, meeting_id: UUID, *, lock: bool = False) -> Meeting:
    """A meeting of that body; with ``lock`` nobody else changes it until the transaction ends.

    Raises:
        NotFound: the body has none of that identifier.
    """
    if lock:
        await execute("SELECT FROM meeting WHERE network_id = {} AND id = {} FOR UPDATE", body.network_id, meeting_id)
    rows = await execute(_MEETING, body.network_id, meeting_id)
    if not rows or rows[0]["body_id"] != body.id:
        raise NotFound
    return _meeting(rows[0])


async def body_of_meeting(network_id: UUID, meeting_id: UUID) -> UUID | None:
    """The body a meeting belongs to; None where it is out of reach. By the worker."""
    rows = await execute("SELECT body_id FROM meeting WHERE network_id = {} AND id = {}", network_id, meeting_id)
    return rows[0]["body_id"] if rows else None


async def last_begin(body: BodySheet) -> datetime | None:
    """When the latest meeting begins or began that was not cancelled."""
    rows = await execute(
        "SELECT max(begins_at) AS at FROM meeting WHERE network_id = {} AND body_id = {} AND state <> 'cancelled'",
        body.network_id,
        body.id,
    )
    return rows[0]["at"]


async def meetings_in_calendars(actor: Actor, *, since: datetime, until: datetime | None, base: str) -> list[Event]:
    """Meetings of the bodies that are for the actor's organisation: those of a network, of a body's own space, or all.
    As the invitation says it: which body, when and where."""
    found = []
    for seat in actor.seats:
        network = f"/n/{seat.slug}"
        if base not in ("", network) and not base.startswith(f"/r/{seat.slug}{ROOM_OF}"):
            continue
        values = since, until, until, _DATES_AT_ONCE
        bodies, dates = await list_bodies_and(seat, actor.organisation_id, _DATES, *values)
        found += [
            _event(body, *date)
            for body in bodies
            if base in ("", network, body.room and body.room.address)
            for of, *date in json.loads(dates or "[]")
            if of == str(body.id)
        ]
    return sorted(found, key=lambda event: (event.begins_at, event.id))


async def list_resolutions(body: BodySheet, *, page: int = 1) -> tuple[list[Resolution], bool]:
    """The register: what was resolved and approved, the latest first; and whether there is more."""
    rows = await execute(
        """
        SELECT r.id, r.agenda_item_id, r.meeting_id, m.begins_at AS resolved_on, r.text, r.yes, r.no, r.abstained,
               r.adopted, r.year, r.number
        FROM resolution r JOIN meeting m ON m.network_id = r.network_id AND m.id = r.meeting_id
        WHERE r.network_id = {} AND r.body_id = {} AND r.number IS NOT NULL
        ORDER BY r.year DESC, r.number DESC LIMIT {} OFFSET {}
        """,
        body.network_id,
        body.id,
        A_PAGE + 1,
        (page - 1) * A_PAGE,
    )
    return [Resolution(**row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


_DATES_AT_ONCE = 500
_DATES = """
(SELECT json_agg(json_build_array(d.body_id, d.id, d.state, d.begins_at, d.ends_at, d.place, d.sequence, d.changed_at))
 FROM (SELECT * FROM meeting m WHERE m.network_id = r.network_id AND m.ends_at >= {}
         AND ({}::timestamptz IS NULL OR m.begins_at < {}) ORDER BY m.begins_at, m.id LIMIT {}) d)
"""
_STANDINGS = {
    MeetingState.CANCELLED: Standing.CANCELLED,
    MeetingState.INVITED: Standing.CONFIRMED,
    MeetingState.PLANNED: Standing.TENTATIVE,
}
_LINE = "m.id, m.body_id, m.title, m.state, m.minutes, m.begins_at, m.ends_at, m.place, m.objections_until"
_MEETING = f"""
SELECT {_LINE}, m.link, m.planned_by, m.sequence, m.invited_at, m.reason, m.round, m.circulated_at,
    m.reckoning::text AS reckoning, m.approved_at, m.approved_by,
    (SELECT json_agg(json_build_array(a.id, a.position, a.title, a.duration, a.introduced_by, a.record, a.recorded_by,
            a.version) ORDER BY a.position, a.id)
     FROM agenda_item a WHERE a.network_id = m.network_id AND a.meeting_id = m.id) AS agenda,
    (SELECT json_agg(json_build_array(p.organisation_id, p.name, p.presence, p.people) ORDER BY lower(p.name))
     FROM attendance p WHERE p.network_id = m.network_id AND p.meeting_id = m.id) AS attendance,
    (SELECT json_agg(json_build_array(o.id, o.organisation_id, o.name, o.round, o.text, o.raised_by, o.raised_at,
            o.outcome, o.answer) ORDER BY o.raised_at, o.id)
     FROM minutes_objection o WHERE o.network_id = m.network_id AND o.meeting_id = m.id) AS objections,
    (SELECT json_agg(json_build_array(r.id, r.agenda_item_id, r.text, r.yes, r.no, r.abstained, r.adopted, r.year,
            r.number) ORDER BY r.recorded_at, r.id)
     FROM resolution r WHERE r.network_id = m.network_id AND r.meeting_id = m.id) AS resolutions
FROM meeting m WHERE m.network_id = {{}} AND m.id = {{}}
"""  # noqa: S608 - constants of this file
_OF_LINE = ("id", "body_id", "title", "begins_at", "ends_at", "place", "objections_until")
_OF_MEETING = (
    *("link", "planned_by", "sequence", "invited_at", "reason", "round", "circulated_at", "approved_at"),
    "approved_by",
)


def _line_values(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: row[name] for name in _OF_LINE}
    return {**values, "state": MeetingState(row["state"]), "minutes": MinutesState(row["minutes"])}


def _line(row: Mapping[str, Any]) -> MeetingLine:
    return MeetingLine(**_line_values(row))


def _meeting(row: Mapping[str, Any]) -> Meeting:
    return Meeting(
        **_line_values(row),
        **{name: row[name] for name in _OF_MEETING},
        reckoning=stored.from_data(json.loads(row["reckoning"])) if row["reckoning"] else None,
        agenda=tuple(AgendaItem(UUID(first), *rest) for first, *rest in json.loads(row["agenda"] or "[]")),
        attendance=tuple(_attendance(*each) for each in json.loads(row["attendance"] or "[]")),
        objections=tuple(_objection(*each) for each in json.loads(row["objections"] or "[]")),
        resolutions=tuple(
            Resolution(UUID(first), UUID(item), row["id"], row["begins_at"], *rest)
            for first, item, *rest in json.loads(row["resolutions"] or "[]")
        ),
    )


def _attendance(organisation: str, name: str, presence: str, people: str) -> Attendance:
    return Attendance(UUID(organisation), name, Presence(presence), people)


def _objection(identifier: str, organisation: str, *rest: Any) -> Objection:
    name, number, text, raised_by, raised_at, outcome, answer = rest
    return Objection(
        UUID(identifier),
        UUID(organisation),
        name,
        number,
        text,
        raised_by,
        datetime.fromisoformat(raised_at),
        Outcome(outcome) if outcome else None,
        answer,
    )


def _event(body: BodySheet, identifier: str, state: str, begins_at: str, ends_at: str, *rest: Any) -> Event:
    place, sequence, changed_at = rest
    return Event(
        id=UUID(identifier),
        title=body.rule.title,
        summary="",
        url=f"{body.address}/sitzungen/{identifier}",
        space_title=body.network_name,
        place=place,
        begins_at=datetime.fromisoformat(begins_at),
        ends_at=datetime.fromisoformat(ends_at),
        is_all_day=False,
        is_public=True,
        changed_at=datetime.fromisoformat(changed_at),
        version=sequence,
        standing=_STANDINGS[MeetingState(state)],
    )


def _found(among: tuple[Any, ...], identifier: UUID) -> Any:
    for each in among:
        if each.id == identifier:
            return each
    raise NotFound
