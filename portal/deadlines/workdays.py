"""Working days of a Land: neither Saturday nor Sunday nor public holiday (§ 193 BGB)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from holidays.countries.germany import Germany

from portal.kit.errors import Invalid

KNOWN = range(Germany.start_year, Germany.end_year + 1)  # outside the library finds no holiday and says nothing
_FRIDAY, _SATURDAY = 4, 5


class Land(StrEnum):
    """Whose public holidays count: the Land in which the declaration has to arrive."""

    BB = "BB"
    BE = "BE"
    BW = "BW"
    BY = "BY"
    HB = "HB"
    HE = "HE"
    HH = "HH"
    MV = "MV"
    NI = "NI"
    NW = "NW"
    RP = "RP"
    SH = "SH"
    SL = "SL"
    SN = "SN"
    ST = "ST"
    TH = "TH"


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day that is no working day; ``holiday`` is the German name of the public holiday, empty without one."""

    day: date
    holiday: str = ""

    @property
    def is_saturday(self) -> bool:
        return self.day.weekday() == _SATURDAY

    @property
    def is_sunday(self) -> bool:
        return self.day.weekday() > _SATURDAY


def land_of(code: str) -> Land:
    """The Land of such a code, in small letters too.

    Raises:
        Invalid: there is none.
    """
    try:
        return Land(code.upper())
    except ValueError:
        raise Invalid(
            "Dieses Bundesland gibt es nicht. Es gibt: BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH.",
            field="land",
        ) from None


def free_day(day: date, land: Land) -> FreeDay | None:
    """Why nothing has to arrive on that day; None on a working day.

    Holidays of single municipalities (Augsburg; Assumption and Corpus Christi by confession) are not of the Land.

    Raises:
        Invalid: nobody knows the holidays of that year.
    """
    if day.year not in KNOWN:
        raise Invalid("Feiertage sind nur für die Jahre 1991 bis 2100 bekannt. Bitte wählen Sie einen anderen Tag.")
    holiday = _holidays(land, day.year).get(day, "")
    return FreeDay(day, holiday) if holiday or day.weekday() > _FRIDAY else None


def next_workday(day: date, land: Land) -> tuple[date, tuple[FreeDay, ...]]:
    """The day itself if it is a working day, else the next one; and the free days on the way, the first one first."""
    skipped: list[FreeDay] = []
    while free := free_day(day, land):
        skipped.append(free)
        day += timedelta(days=1)
    return day, tuple(skipped)


@lru_cache(maxsize=256)
def _holidays(land: Land, year: int) -> dict[date, str]:
    return dict(Germany(subdiv=land.value, years=year, language="de"))
