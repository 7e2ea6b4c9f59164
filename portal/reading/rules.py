"""What can be said of reading without a database, clock or request."""

from datetime import datetime, timedelta

AHEAD = timedelta(days=2, hours=16)  # an end is a midnight: in the morning, that day and two more left
KINDS = frozenset({"news", "page"})  # what can have to be read


def remind_at(now: datetime, until_at: datetime) -> datetime:
    """When whoever has not read is reminded: on the third day before the end, or halfway where less is left."""
    return until_at - AHEAD if until_at - AHEAD > now else now + (until_at - now) / 2


def is_confirmed(read: int | None, *, asked: int) -> bool:
    """Whether somebody who confirmed this version last (None: none) has nothing left to read."""
    return read is not None and read >= asked


def is_late(until_at: datetime | None, now: datetime) -> bool:
    """Whether it should have been read by now."""
    return until_at is not None and until_at <= now
