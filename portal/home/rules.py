"""What can be said of a day without asking anybody."""

from datetime import datetime
from enum import StrEnum

from portal.kit.clock import BERLIN

_MORNING, _DAY, _EVENING = 5, 11, 18


class PartOfDay(StrEnum):
    """How one greets."""

    DAY = "day"
    EVENING = "evening"
    MORNING = "morning"


def part_of_day(now: datetime) -> PartOfDay:
    """By the clock in Berlin: morning from 5, day from 11, evening from 18 until 5."""
    hour = now.astimezone(BERLIN).hour
    if _MORNING <= hour < _DAY:
        return PartOfDay.MORNING
    return PartOfDay.DAY if _DAY <= hour < _EVENING else PartOfDay.EVENING
