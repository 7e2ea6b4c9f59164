"""What can be said of positions, consultations and warnings without a database, clock or request."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_TITLE, LONGEST_BODY, LONGEST_REMARK = 200, 200_000, 4000
LONGEST_TEXT, LONGEST_OUTCOME, LONGEST_WARNING, LONGEST_DISTRICT = 10_000, 10_000, 2000, 100
MOST_DAYS = 366
MONTHS_SHOWN = 12


class PaperState(StrEnum):
    """Where an edition of a paper is."""

    ADOPTED = "adopted"
    CIRCULATED = "circulated"
    DISCARDED = "discarded"
    DRAFT = "draft"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    VOTING = "voting"
    WITHDRAWN = "withdrawn"


WRITABLE = frozenset({PaperState.DRAFT, PaperState.CIRCULATED})
# What a new edition can be begun of.
DECIDED = frozenset({PaperState.ADOPTED, PaperState.REJECTED, PaperState.WITHDRAWN})


class ConsultationKind(StrEnum):
    """Why a member asks."""

    CHANGE = "change"
    START = "start"
    DIFFICULTY = "difficulty"


class AnswerKind(StrEnum):
    """What an answer is."""

    ADVICE = "advice"
    CONCERN = "concern"
    HELP = "help"
    NONE = "none"


# How many cases were seen: the least of each range.
CASES = (1, 5, 10, 25, 50)


class PersonalData(StrEnum):
    """What tells of a single person, by what it looks like."""

    BIRTHDAY = "birthday"
    MAIL = "mail"
    PHONE = "phone"


# A day with its year: nobody's birthday is needed to say what happens in a town. "Seit dem 4.12." is fine.
_DAY = re.compile(
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])\s?[./-]\s?(?:(?:0?[1-9]|1[0-2])\s?[./-]|"
    r"(?:Jan|Feb|Mär|Mae|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-zä]*\.?)\s?(?:(?:19|20)\d{2}|\d{2})(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)",
    re.IGNORECASE,
)
_BORN = re.compile(r"(?<!\w)(?:geb\.|geboren\s+(?:am\s+)?\d|Geburtsdatum|Geburtstag)", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d.,])(?:\+|00|0)[1-9](?:[ /()–-]{0,2}\d){5,}")

_CALL = re.compile(r"(?<!\w)(?:tel|telefon|handy|mobil|fax)\w{0,8}[.:]?\s*\d(?:[ /–-]?\d){3,}", re.IGNORECASE)


def personal_data_in(text: str) -> PersonalData | None:
    """What of a single person stands in a text; None if nothing is recognised. Names cannot be recognised."""
    if _MAIL.search(text):
        return PersonalData.MAIL
    if _BORN.search(text) or _DAY.search(text):
        return PersonalData.BIRTHDAY
    if _PHONE.search(text) or _CALL.search(text):
        return PersonalData.PHONE
    return None


def months_until(last: date, *, count: int = MONTHS_SHOWN) -> tuple[date, ...]:
    """The first days of so many months, the last of them that of ``last``; oldest first."""
    number = last.year * 12 + last.month - 1
    return tuple(date(each // 12, each % 12 + 1, 1) for each in range(number - count + 1, number + 1))


@dataclass(frozen=True, slots=True)
class Trend:
    """How many at least, by month and topic: a number, None where it is too small to be said, 0 where nothing is."""

    months: tuple[date, ...]
    topics: tuple[str, ...]
    cells: Mapping[tuple[date, str], int | None]

    def cell(self, month: date, topic: str) -> int | None:
        """One of them."""
        return self.cells.get((month, topic), 0)

    def row(self, topic: str) -> list[int | None]:
        """All months of a topic."""
        return [self.cell(month, topic) for month in self.months]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was reported for these months."""
        return not self.cells

    @property
    def highest(self) -> int:
        """The largest number that is said; 0 if there is none."""
        return max((number for number in self.cells.values() if number), default=0)


def trend_of(rows: Iterable[tuple[date, str, int | None]], months: Sequence[date]) -> Trend:
    """The trend of these months, from (month, topic, number)."""
    cells = {(month, topic): number for month, topic, number in rows if month in months}
    return Trend(tuple(months), tuple(sorted({topic for _, topic in cells})), cells)
