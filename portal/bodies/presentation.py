"""What the pages of bodies and meetings show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.bodies.abilities import BodyAbilities
from portal.bodies.actions import address_of
from portal.bodies.queries import BodyMember, BodySeat, BodySheet
from portal.bodies.queries_meetings import Meeting
from portal.bodies.rules import MeetingState, Part, Stage
from portal.bodies.words import NEXT, OUTCOMES, PARTS, PRESENCE, STAGES
from portal.deadlines.wording import explain
from portal.identity.role_words import ROLE_WORDS
from portal.kit.clock import last_day_before
from portal.shell.i18n import Sentence
from tenants.context import Actor

_AFTER = (Stage.HELD, Stage.RUNNING, Stage.WRITING, Stage.CIRCULATED, Stage.READY, Stage.APPROVED)
_ORDER = (Stage.PLANNED, Stage.INVITED, Stage.HELD, Stage.WRITING, Stage.CIRCULATED, Stage.READY, Stage.APPROVED)
_STEPS = (
    (Stage.PLANNED, Sentence("Vorbereiten und einladen"), Sentence("Geschäftsstelle")),
    (Stage.INVITED, Sentence("Sitzung"), Sentence("alle Mitglieder des Gremiums")),
    (Stage.HELD, Sentence("Protokoll schreiben"), Sentence("Geschäftsstelle, mit den Mitgliedern")),
    (Stage.CIRCULATED, Sentence("Umlauf und Einwände"), Sentence("alle Mitglieder des Gremiums")),
    (Stage.READY, Sentence("Genehmigen"), Sentence("Geschäftsstelle")),
)


@dataclass(frozen=True, slots=True)
class MemberSeats:
    """Who sits in a body for one member today, and who is to from a later day on: representative, then deputy."""

    member: BodyMember
    parts: tuple[tuple[BodySeat | None, BodySeat | None], ...]

    @property
    def is_missing(self) -> bool:
        return any(present is None for present, _ in self.parts)


def seats_of(body: BodySheet, seats: Sequence[BodySeat], today: date) -> list[MemberSeats]:
    """Each member with who is named for it and not over yet."""

    def named(organisation_id: UUID, part: Part) -> tuple[BodySeat | None, BodySeat | None]:
        left = [
            seat
            for seat in seats
            if (seat.organisation_id, seat.part) == (organisation_id, part)
            and (seat.ends_on is None or seat.ends_on >= max(today, seat.begins_on))
        ]
        present = next((seat for seat in left if seat.begins_on <= today), None)
        return present, next((seat for seat in left if seat.begins_on > today), None)

    return [
        MemberSeats(member, tuple(named(member.organisation_id, part) for part in (Part.REPRESENTATIVE, Part.DEPUTY)))
        for member in body.members
    ]


def body_view(actor: Actor, body: BodySheet) -> dict[str, Any]:
    """The context of every page of a body."""
    return {
        "body": body,
        "may": BodyAbilities.of(actor, body),
        "actor": actor,
        "roles": [ROLE_WORDS[role] for role in body.rule.roles],
        "stages": STAGES,
        "parts": PARTS,
        "network": f"/n/{body.network_slug}",
    }


def meeting_view(actor: Actor, body: BodySheet, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """The context of every page of a meeting."""
    stage = meeting.stage(now)
    return body_view(actor, body) | {
        "meeting": meeting,
        "stage": stage,
        "writing": stage is Stage.WRITING,
        "address": address_of(body, meeting.id),
        "next": next_in_words(stage, meeting),
        "steps": steps_of(stage),
        "reached": days_of(meeting),
        "has_minutes": stage in _AFTER,
        "reckoned": explain(meeting.reckoning) if meeting.reckoning is not None else (),
        "presence": PRESENCE,
        "outcomes": OUTCOMES,
        "present": {each.organisation_id: each for each in meeting.attendance},
        "resolved": {
            item.id: [each for each in meeting.resolutions if each.agenda_item_id == item.id] for item in meeting.agenda
        },
    }


def next_in_words(stage: Stage, meeting: Meeting) -> Sentence:
    """What is next, and by whom; until when, where there is an end."""
    if stage is Stage.CIRCULATED and meeting.objections_until is not None:
        return Sentence(
            "Die Mitglieder lesen das Protokoll und können Einwände erheben, bis %(until)s.",
            until=meeting.objections_until,
        )
    return NEXT[stage]


def days_of(meeting: Meeting) -> tuple[date | None, ...]:
    """When each of the steps was done, in their order; none of a meeting that was called off."""
    if meeting.state is MeetingState.CANCELLED:
        return ()
    last = last_day_before(meeting.objections_until) if meeting.objections_until else None
    minutes = (meeting.circulated_at, last, meeting.approved_at)
    return (meeting.invited_at, meeting.begins_at, *minutes)


def steps_of(stage: Stage) -> list[tuple[str, Sentence, Sentence]]:
    """The way of a meeting: what is done, what is on, what is to come, and by whom."""
    if stage is Stage.CANCELLED:
        return [("done", STAGES[stage][0], Sentence("Geschäftsstelle"))]
    reached = {Stage.LAPSED: Stage.PLANNED, Stage.RUNNING: Stage.INVITED, Stage.WRITING: Stage.HELD}.get(stage, stage)
    place = _ORDER.index(reached)
    late = "late" if stage is Stage.LAPSED else "now"
    return [
        ("done" if _ORDER.index(step) < place else late if step is reached else "next", title, who)
        for step, title, who in _STEPS
    ]
