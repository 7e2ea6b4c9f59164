"""Months, the days an event lies on, and the secrets of feeds."""

import re
from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Self
from uuid import UUID

from portal.kit.clock import is_midnight, last_day_before, local_day

LONGEST = timedelta(days=366)  # of an event: lists need not look further back for what is still going on
SILENT_AFTER = timedelta(days=90)  # without signing in: only then the directory says who still belongs here
SECRET_LENGTH = 43

_CODE = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEKS = Calendar(firstweekday=0)
_FIRST_YEAR, _LAST_YEAR, _MONTHS = 1901, 2198, 12


class FeedKind(StrEnum):
    """What a feed holds; the values stand in addresses."""

    CALENDAR = "kalender"
    DEADLINES = "fristen"
    NEWS = "nachrichten"


class Standing(StrEnum):
    """How sure it is that an event takes place."""

    CANCELLED = "CANCELLED"
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Event:
    """An event with what a calendar shows of it. ``changed_at`` and ``version`` say whether it is a newer one."""

    id: UUID
    title: str
    summary: str
    url: str
    space_title: str
    place: str
    begins_at: datetime
    ends_at: datetime | None
    is_all_day: bool
    is_public: bool
    changed_at: datetime
    version: int
    standing: Standing = Standing.CONFIRMED

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        return days_of(self.begins_at, self.ends_at, is_all_day=self.is_all_day)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month in which a day lies."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, code: str, *, otherwise: date) -> Self:
        """The month of a code such as 2026-12; that of another day where it is none."""
        match = _CODE.fullmatch(code)
        year, number = (int(match[1]), int(match[2])) if match else (0, 0)
        return cls(year, number) if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= _MONTHS else cls.of(otherwise)

    @property
    def code(self) -> str:
        """As it stands in an address."""
        return f"{self.year:04}-{self.number:02}"

    def plus(self, months: int) -> Self:
        """So many months later, or earlier."""
        year, number = divmod(self.year * _MONTHS + self.number - 1 + months, _MONTHS)
        return type(self)(year, number + 1)

    def weeks(self) -> list[list[date]]:
        """Its weeks from Monday to Sunday, with the days of its neighbours that fill them."""
        return _WEEKS.monthdatescalendar(self.year, self.number)

    def has(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (day.year, day.month) == (self.year, self.number)


def days_of(begins_at: datetime, ends_at: datetime | None, *, is_all_day: bool) -> tuple[date, date]:
    """The first and the last day of an event. One that ends at midnight ends the day before; one that takes whole days
    ends on the day its end names."""
    first = local_day(begins_at)
    if ends_at is None or ends_at <= begins_at:
        return first, first
    is_over_before = is_midnight(ends_at) and not is_all_day
    return first, last_day_before(ends_at) if is_over_before else local_day(ends_at)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
