"""A deadline as plain data, to be kept beside what it is the deadline of, and read again as it was reckoned then."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from portal.deadlines.receipt import Basis, Event
from portal.deadlines.rules import Deadline, End, Length, Shift, Unit
from portal.deadlines.workdays import FreeDay, Land


def as_data(deadline: Deadline) -> dict[str, Any]:
    """What JSON can hold: days as year-month-day, instants in UTC."""
    event, end, shift = deadline.receipt, deadline.end, deadline.shift
    return {
        "last_day": deadline.last_day.isoformat(),
        "due_at": _instant(deadline.due_at),
        "receipt": event_as_data(event),
        "end": {
            "number": end.length.number,
            "unit": end.length.unit.value,
            "first_day": end.first_day.isoformat(),
            "day": end.day.isoformat(),
            "counts_event_day": end.counts_event_day,
            "shortened": end.shortened,
            "law": list(end.law),
        },
        "shift": {
            "land": shift.land.value,
            "day": shift.day.isoformat(),
            "skipped": _free_days(shift.skipped),
            "applies": shift.applies,
        },
    }


def from_data(data: Mapping[str, Any]) -> Deadline:
    """The deadline that ``as_data`` was given; nothing is reckoned anew, so later holidays change nothing."""
    event, end, shift = data["receipt"], data["end"], data["shift"]
    return Deadline(
        receipt=Event(
            Basis(event["basis"]),
            date.fromisoformat(event["day"]),
            date.fromisoformat(event["given_on"]),
            _read(event["skipped"]),
            event["after_hours"],
            datetime.fromisoformat(event["at"]) if event["at"] else None,
        ),
        end=End(
            Length(end["number"], Unit(end["unit"])),
            date.fromisoformat(end["first_day"]),
            date.fromisoformat(end["day"]),
            counts_event_day=end["counts_event_day"],
            shortened=end["shortened"],
        ),
        shift=Shift(
            Land(shift["land"]), date.fromisoformat(shift["day"]), _read(shift["skipped"]), applies=shift["applies"]
        ),
    )


def event_as_data(event: Event) -> dict[str, Any]:
    """The same of what sets a period running, for where no period runs."""
    return {
        "basis": event.basis.value,
        "day": event.day.isoformat(),
        "given_on": event.given_on.isoformat(),
        "skipped": _free_days(event.skipped),
        "after_hours": event.after_hours,
        "at": _instant(event.at) if event.at else None,
    }


def event_from_data(data: Mapping[str, Any]) -> Event:
    """The event that ``event_as_data`` was given."""
    return Event(
        Basis(data["basis"]),
        date.fromisoformat(data["day"]),
        date.fromisoformat(data["given_on"]),
        _read(data["skipped"]),
        data["after_hours"],
        datetime.fromisoformat(data["at"]) if data["at"] else None,
    )


def _free_days(skipped: tuple[FreeDay, ...]) -> list[dict[str, str]]:
    return [{"day": free.day.isoformat(), "holiday": free.holiday} for free in skipped]


def _read(skipped: list[dict[str, str]]) -> tuple[FreeDay, ...]:
    return tuple(FreeDay(date.fromisoformat(free["day"]), free["holiday"]) for free in skipped)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
