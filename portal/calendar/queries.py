"""Events of one space or of all within reach, news for the feed, and whose a secret is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.calendar.rules import LONGEST, SILENT_AFTER, Event, FeedKind, Month, digest
from portal.calendar.sources import events_of_sources
from portal.identity.queries import load_actor_and
from portal.kit.clock import end_of_day
from portal.kit.errors import NotFound
from portal.spaces.fields import midnight
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item
from portal.spaces.queries_lists import ROW, SEEN, Entry, entry_of, list_entries, who
from tenants.context import Actor
from tenants.database import execute

MOST_EVENTS = 500
_FEED_EVENTS, _FEED_NEWS = 1000, 50

_EVENTS = f"""
WITH here AS MATERIALIZED (
    SELECT s.id FROM space s
    WHERE s.id = ANY ((SELECT reach_spaces())::uuid[]) AND {{space}}
), mark AS MATERIALIZED (SELECT * FROM access_marks(ARRAY(SELECT id FROM here), {{}}::text[]))
SELECT {ROW}, coalesce(i.fields ->> 'place', '') AS place,
       coalesce(i.fields ->> 'all_day' = 'true', false) AS is_all_day
FROM item i JOIN space s ON s.id = i.space_id
WHERE i.space_id = ANY (ARRAY(SELECT id FROM here)) AND i.bin_id IS NULL AND i.type = 'event'
  AND i.begins_at >= {{}} AND coalesce(i.ends_at, i.begins_at) >= {{}}
  AND ({{}}::timestamptz IS NULL OR i.begins_at < {{}}) AND (NOT {{}}::boolean OR i.state = 'published') AND {SEEN}
ORDER BY i.begins_at, i.ends_at, i.id LIMIT {{}}
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month's page."""

    date: date
    is_inside: bool
    is_today: bool
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class FeedKey:
    """That there is a secret for this kind of feed."""

    kind: FeedKind
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """As whom a secret lets ask."""

    organisation_id: UUID
    person_id: UUID
    made_at: datetime


async def weeks_of(actor: Actor, space: SpaceKey, month: Month, today: date, *, base: str = "") -> list[list[Day]]:
    """A month of a space, week by week, with what the actor sees of its events. ``base``: the beginning of its
    addresses, where what other packages know of is shown too."""
    weeks = month.weeks()
    first, last = weeks[0][0], weeks[-1][-1]
    since, until = midnight(first), end_of_day(last)
    events = await _events(actor, since=since, until=until, space=space)
    if base:
        events += await events_of_sources(actor, since=since, until=until, base=base)
        events.sort(key=lambda event: event.begins_at)
    return [[_day(day, month, today, events) for day in week] for week in weeks]


async def published_events(actor: Actor, *, since: datetime) -> list[Event]:
    """Published events of all spaces within reach that end after a moment, and what other packages know of."""
    events = await _events(actor, since=since, is_published=True, limit=_FEED_EVENTS)
    return [*events, *await events_of_sources(actor, since=since)]


async def published_news(actor: Actor) -> list[Entry]:
    """The newest published news of all spaces within reach."""
    return await list_entries(
        actor,
        condition="i.type = 'news' AND i.state = 'published'",
        values=(),
        order="i.published_at DESC, i.id DESC",
        limit=_FEED_NEWS,
    )


def event_of(item: Item) -> Event:
    """An item that is an event.

    Raises:
        NotFound: it is none, or one without a beginning.
    """
    if item.declared.name != "event" or item.begins_at is None:
        raise NotFound
    return Event(
        id=item.id,
        title=item.title,
        summary=item.summary,
        url=item.url,
        space_title=item.space.title,
        place=str(item.values.get("place") or ""),
        begins_at=item.begins_at,
        ends_at=item.ends_at,
        is_all_day=bool(item.values.get("all_day")),
        is_public=item.here.is_public,
        changed_at=item.changed_at,
        version=item.version,
    )


async def list_keys(actor: Actor) -> dict[FeedKind, FeedKey]:
    """The secrets the actor has for this organisation, by kind."""
    rows = await execute(
        "SELECT kind, made_at FROM feed_key WHERE organisation_id = {} AND person_id = {}",
        actor.organisation_id,
        actor.person_id,
    )
    return {FeedKind(row["kind"]): FeedKey(FeedKind(row["kind"]), row["made_at"]) for row in rows}


async def find_holder(secret: str, kind: FeedKind) -> Holder | None:
    """Whose secret this is; asked before anybody is known, so in a scope of nobody."""
    rows = await execute("SELECT * FROM feed_holder({}, {})", digest(secret), kind.value)
    return Holder(**rows[0]) if rows else None


async def access_holder(holder: Holder, now: datetime) -> Actor:
    """Who the holder of a secret is now, in their scope.

    Raises:
        NotFound: they do not work there any more, came back since, hold no role, or have not signed in for long.
    """
    found = await load_actor_and(
        "a.begins_at, (SELECT p.last_sign_in_at FROM person p WHERE p.id = a.person_id) AS last_sign_in_at"
    )
    if found is None:
        raise NotFound
    actor, _, row = found
    is_known = row["last_sign_in_at"] is not None and row["last_sign_in_at"] > now - SILENT_AFTER
    if row["begins_at"] > holder.made_at or not is_known:
        raise NotFound
    return actor


async def _events(
    actor: Actor,
    *,
    since: datetime,
    until: datetime | None = None,
    space: SpaceKey | None = None,
    is_published: bool = False,
    limit: int = MOST_EVENTS,
) -> list[Event]:
    principals, person, organisation = who(actor)
    rows = await execute(
        _EVENTS.replace("{space}", space.condition if space else "true"),
        *(space.values if space else ()),
        principals,
        since - LONGEST,
        since,
        until,
        until,
        is_published,
        person,
        organisation,
        limit,
    )
    return [_event(row) for row in rows]


def _event(row: dict[str, Any]) -> Event:
    entry = entry_of(row)
    return Event(
        id=entry.id,
        title=entry.title,
        summary=entry.summary,
        url=entry.url,
        space_title=entry.space.title,
        place=row["place"],
        begins_at=row["begins_at"],
        ends_at=entry.ends_at,
        is_all_day=row["is_all_day"],
        is_public=entry.here.is_public,
        changed_at=entry.changed_at,
        version=entry.version,
    )


def _day(day: date, month: Month, today: date, events: list[Event]) -> Day:
    here = tuple(event for event in events if event.days[0] <= day <= event.days[1])
    return Day(day, month.has(day), day == today, here)
