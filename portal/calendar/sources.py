"""What other packages put into calendars: dates that are no content of a space.

A source is asked as whoever looks, and tells only what that person may see; its events bring no names of people.
``portal.app`` installs the sources, so calendars know no package above them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from portal.calendar.rules import Event
from tenants.context import Actor

_SOURCES: list["Source"] = []


class Source(Protocol):
    """Events between two moments; ``base`` is the beginning of the addresses of one space, "" for all within reach."""

    async def __call__(self, actor: Actor, *, since: datetime, until: datetime | None, base: str) -> list[Event]: ...


def install(sources: Iterable[Source]) -> None:
    """Make sources known; the same again changes nothing."""
    _SOURCES.extend(source for source in sources if source not in _SOURCES)


async def events_of_sources(
    actor: Actor, *, since: datetime, until: datetime | None = None, base: str = ""
) -> list[Event]:
    """What all of them know of."""
    return [event for source in _SOURCES for event in await source(actor, since=since, until=until, base=base)]
