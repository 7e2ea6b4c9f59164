"""What home reads; the rows belong to other features and to the wall."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from portal.notices.queries import UNREAD_NOTICES, InboxNotice, unread_notice
from portal.notices.rules import READING, VOTING, WORKING, NoticeKind
from portal.reading.queries import TO_READ, ToRead, to_read_of
from portal.spaces.queries_reviews import TO_REVIEW, ToReview, to_review_of
from portal.tasks.queries import OPEN_TASKS, OpenTask, tasks_of
from portal.votes.queries_lists import WAITING_VOTES, WaitingVote, waiting_vote
from tenants.context import Actor, OrganisationKind, Seat
from tenants.database import execute
from tenants.kept import kept_answer
from tenants.queries import Member


def _kinds(kinds: Iterable[NoticeKind]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


_MOST_URGENT = "ORDER BY due_at, id LIMIT 20"
# One statement for the whole day: what the features ask, each as a list with its number. A notice that says no more
# than that something waits is not repeated; one that says something else of the same matter, such as a mention, is.
_DAY = f"""
WITH waiting AS MATERIALIZED ({WAITING_VOTES}),
    todo AS MATERIALIZED ({OPEN_TASKS}),
    review AS MATERIALIZED ({TO_REVIEW}),
    reading AS MATERIALIZED ({TO_READ}),
    unread AS MATERIALIZED ({UNREAD_NOTICES}),
    news AS NOT MATERIALIZED (
        SELECT * FROM unread n
        WHERE NOT (n.kind IN ({_kinds(VOTING)}) AND EXISTS (SELECT FROM waiting w WHERE w.id = n.subject_id))
        AND NOT (n.kind IN ({_kinds(WORKING)}) AND EXISTS (SELECT FROM todo t WHERE t.id = n.subject_id))
        AND NOT (n.kind = '{NoticeKind.REVIEW_WANTED}' AND EXISTS (SELECT FROM review r WHERE r.id = n.subject_id))
        AND NOT (n.kind IN ({_kinds(READING)}) AND EXISTS (SELECT FROM reading r WHERE r.id = n.subject_id)))
SELECT (SELECT json_agg(w) FROM (SELECT * FROM waiting {_MOST_URGENT}) w) AS votes,
    (SELECT json_agg(t) FROM (SELECT * FROM todo ORDER BY ends_at NULLS LAST, id LIMIT 20) t) AS tasks,
    (SELECT json_agg(r) FROM (SELECT * FROM review ORDER BY since_at, id LIMIT 20) r) AS reviews,
    (SELECT json_agg(r) FROM (SELECT * FROM reading ORDER BY until_at NULLS LAST, asked_at, id LIMIT 20) r) AS reading,
    (SELECT json_agg(n) FROM (SELECT * FROM news ORDER BY id DESC LIMIT 5) n) AS notices,
    (SELECT count(*) FROM waiting) AS waiting_votes, (SELECT count(*) FROM todo) AS open_tasks,
    (SELECT count(*) FROM review) AS waiting_reviews, (SELECT count(*) FROM reading) AS to_read,
    (SELECT count(*) FROM unread) AS unread, (SELECT count(*) FROM news) AS news
"""  # noqa: S608 - constants of the features
_IN_EFFECT = "m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())"
_NETWORK = f"""
SELECT (SELECT json_agg(w) FROM (
         SELECT * FROM ({WAITING_VOTES}) AS o WHERE network_id = {{}} {_MOST_URGENT}) w) AS votes,
    (SELECT json_agg(json_build_object(
         'organisation_id', o.id, 'slug', o.slug, 'name', o.name, 'kind', o.kind, 'is_office', m.is_office,
         'begins_at', m.begins_at) ORDER BY lower(o.name))
     FROM membership m JOIN organisation o ON o.id = m.organisation_id
     WHERE m.network_id = {{}} AND {_IN_EFFECT}) AS members
"""  # noqa: S608
_PARTNER = f"""
SELECT o.id AS organisation_id, o.name, o.kind, n.id, n.slug, n.name AS network, m.is_office, m.begins_at
FROM organisation o JOIN membership m ON m.organisation_id = o.id JOIN network n ON n.id = m.network_id
WHERE o.slug = {{}} AND {_IN_EFFECT} ORDER BY lower(n.name)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Waiting:
    """A vote that lacks my organisation's ballot, with my seat there."""

    vote: WaitingVote
    seat: Seat

    @property
    def address(self) -> str:
        """Where the ballot is cast."""
        return f"/n/{self.seat.slug}/abstimmungen/{self.vote.id}"


@dataclass(frozen=True, slots=True)
class Day:
    """What is open for one person now: of the ``waiting_votes``, ``open_tasks`` and what is ``to_read`` the first by
    their end, of the ``waiting_reviews`` the oldest; of the ``unread`` notices the newest, but for those ``repeating``
    what these say."""

    votes: tuple[Waiting, ...]
    waiting_votes: int
    tasks: tuple[OpenTask, ...]
    open_tasks: int
    reviews: tuple[ToReview, ...]
    waiting_reviews: int
    reading: tuple[ToRead, ...]
    to_read: int
    notices: tuple[InboxNotice, ...]
    unread: int
    repeating: int


@dataclass(frozen=True, slots=True)
class Network:
    """A network as its members see it: my seat, everybody's place, and the votes that wait for us there."""

    seat: Seat
    members: tuple[Member, ...]
    votes: tuple[Waiting, ...]

    def member(self, organisation_id: UUID) -> Member | None:
        """The place of one organisation."""
        return next((member for member in self.members if member.organisation_id == organisation_id), None)

    @property
    def office(self) -> Member | None:
        """Who holds the office; None while it is vacant."""
        return next((member for member in self.members if member.is_office), None)


@dataclass(frozen=True, slots=True)
class Partner:
    """What members may know of another organisation: its name, its kind, and since when it sits where."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    seats: tuple[tuple[Seat, datetime], ...]


async def day_of(actor: Actor) -> Day:
    """What waits for the actor; kept while nothing changes."""
    return await kept_answer(
        "day",
        lambda: _day_of(actor),
        until=lambda day: min((waiting.vote.due_at for waiting in day.votes), default=None),
    )


async def _day_of(actor: Actor) -> Day:
    (row,) = await execute(_DAY)
    seats = {seat.network_id: seat for seat in actor.seats}
    votes = [waiting_vote(found) for found in json.loads(row["votes"] or "[]")]
    notices = [unread_notice(found) for found in json.loads(row["notices"] or "[]")]
    return Day(
        votes=tuple(Waiting(vote, seats[vote.network_id]) for vote in votes),
        waiting_votes=row["waiting_votes"],
        tasks=tasks_of(row["tasks"]),
        open_tasks=row["open_tasks"],
        reviews=to_review_of(row["reviews"]),
        waiting_reviews=row["waiting_reviews"],
        reading=to_read_of(row["reading"]),
        to_read=row["to_read"],
        notices=tuple(notices),
        unread=row["unread"],
        repeating=row["unread"] - row["news"],
    )


async def access_network(actor: Actor, slug: str) -> Network:
    """A network with its members and what waits for the actor there; one statement.

    Raises:
        NotFound: out of reach, or not there.
    """
    if (seat := actor.seat_by_slug(slug)) is None:
        raise NotFound
    (row,) = await execute(_NETWORK, seat.network_id, seat.network_id)
    members = tuple(_member(found) for found in json.loads(row["members"]))
    votes = [waiting_vote(found) for found in json.loads(row["votes"] or "[]")]
    return Network(seat, members, tuple(Waiting(vote, seat) for vote in votes))


async def access_partner(slug: str) -> Partner:
    """Another organisation that shares a network with one's own.

    Raises:
        NotFound: out of reach, or not there.
    """
    rows = await execute(_PARTNER, slug)
    if not rows:
        raise NotFound
    first = rows[0]
    return Partner(
        first["organisation_id"], first["name"], OrganisationKind(first["kind"]), tuple(_seat(row) for row in rows)
    )


def _seat(row: dict[str, Any]) -> tuple[Seat, datetime]:
    return Seat(row["id"], row["slug"], row["network"], row["is_office"]), row["begins_at"]


def _member(found: dict[str, Any]) -> Member:
    return Member(
        organisation_id=UUID(found["organisation_id"]),
        slug=found["slug"],
        name=found["name"],
        kind=OrganisationKind(found["kind"]),
        is_office=found["is_office"],
        begins_at=datetime.fromisoformat(found["begins_at"]),
    )
