"""Steps, rungs and what becomes of those that are due together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.kit.clock import BERLIN, last_day_before

_MORNING = time(8)  # of the day of a rung: when people begin to work


class Matter(StrEnum):
    """Of what a deadline is."""

    AGREEMENT_SENDING = "agreement_sending"
    APPLICATION_REVIEW = "application_review"
    COUNTERSIGNATURE = "countersignature"
    CONSULTATION = "consultation"
    MEETING_INVITATION = "meeting_invitation"
    MEETING_MINUTES = "meeting_minutes"
    MOTION = "motion"
    OFFICE_SEAT = "office_seat"
    REVIEW = "review"
    VOTE = "vote"


class DeadlineState(StrEnum):
    """Whether anything is left to do."""

    DONE = "done"
    DROPPED = "dropped"
    OPEN = "open"


class Party(StrEnum):
    """Whom a step tells: parts in a matter, and roles in the organisation that has to keep the deadline."""

    CIRCLE = "coordination_circle"
    DEPUTY = "deputy"
    DIRECTOR = "director"
    JOBCENTER_TEAM = "jobcenter_team"
    LEAD = "lead"
    OFFICE = "office"
    REPRESENTATIVE = "representative"
    RESPONSIBLE = "responsible_worker"


@dataclass(frozen=True, slots=True)
class Step:
    """So many days before (negative) or after the last day these parties are told."""

    days: int
    tell: tuple[Party, ...]


Ladder = tuple[Step, ...]

# For an organisation's own matters, and where a rulebook says nothing.
DEFAULT: Ladder = (
    Step(-3, (Party.RESPONSIBLE,)),
    Step(1, (Party.RESPONSIBLE, Party.LEAD)),
    Step(7, (Party.DIRECTOR,)),
)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step with its instant."""

    step: Step
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung that is due, of which deadline ever."""

    id: UUID
    step: Step


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told once for all rungs of a deadline that are due together: the highest, to the parties of all."""

    highest: DueRung
    collapsed: tuple[DueRung, ...]
    tell: tuple[Party, ...]


def rung_at(last_day: date, days: int) -> datetime:
    """The instant of a step, in UTC: the morning of its day in Berlin."""
    return datetime.combine(last_day + timedelta(days=days), _MORNING, tzinfo=BERLIN).astimezone(UTC)


def rungs_to_come(ladder: Iterable[Step], *, due_at: datetime, now: datetime, lapses: bool) -> tuple[Rung, ...]:
    """The rungs of a deadline that is set or moved now. What is over at that moment would remind of nothing new; of one
    that lapses nobody is told after its end."""
    last_day = last_day_before(due_at)
    rungs = (Rung(step, rung_at(last_day, step.days)) for step in ladder)
    return tuple(rung for rung in rungs if rung.due_at > now and not (lapses and rung.due_at >= due_at))


def collapse(due: Sequence[DueRung]) -> Telling:
    """One telling for rungs of one deadline that are due together, as after an outage; none is left out."""
    in_order = sorted(due, key=lambda rung: rung.step.days)
    tell = dict.fromkeys(party for rung in in_order for party in rung.step.tell)
    return Telling(in_order[-1], tuple(in_order[:-1]), tuple(tell))


def as_data(ladder: Iterable[Step]) -> list[dict[str, Any]]:
    """What JSON can hold."""
    return [{"days": step.days, "tell": [party.value for party in step.tell]} for step in ladder]


def from_data(steps: Iterable[Mapping[str, Any]]) -> Ladder:
    """The ladder that ``as_data`` was given."""
    return tuple(Step(step["days"], tuple(Party(party) for party in step["tell"])) for step in steps)
