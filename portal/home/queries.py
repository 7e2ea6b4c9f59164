"""What home reads; the rows belong to other features and to the wall."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from portal.notices.queries import UNREAD_NOTICES, InboxNotice, unread_notice
from portal.votes.queries_lists import WAITING_VOTES, WaitingVote, waiting_vote
from tenants.context import Actor, OrganisationKind, Seat
from tenants.database import execute
from tenants.queries import Member, list_members

# One statement for the whole day: what the features ask, each as a list.
_DAY = f"""
SELECT (SELECT json_agg(w) FROM ({WAITING_VOTES}) w) AS votes, (SELECT json_agg(n) FROM ({UNREAD_NOTICES}) n) AS notices
"""  # noqa: S608 - constants of the features


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
    """What is open for one person now: votes by their end, unread notices newest first."""

    votes: tuple[Waiting, ...]
    notices: tuple[InboxNotice, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """What members may know of another organisation: its name, its kind, and since when it sits where."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    seats: tuple[tuple[Seat, datetime], ...]


async def day_of(actor: Actor) -> Day:
    """What waits for the actor."""
    (row,) = await execute(_DAY)
    seats = {seat.network_id: seat for seat in actor.seats}
    votes = [waiting_vote(found) for found in json.loads(row["votes"] or "[]")]
    notices = [unread_notice(found) for found in json.loads(row["notices"] or "[]")]
    return Day(tuple(Waiting(vote, seats[vote.network_id]) for vote in votes), tuple(notices))


async def access_members(actor: Actor, slug: str) -> tuple[Seat, list[Member]]:
    """The actor's seat in the network of that address, and all members.

    Raises:
        NotFound: out of reach, or not there.
    """
    if (seat := actor.seat_by_slug(slug)) is None:
        raise NotFound
    return seat, await list_members(seat.network_id)


async def access_partner(slug: str) -> Partner:
    """Another organisation that shares a network with one's own.

    Raises:
        NotFound: out of reach, or not there.
    """
    rows = await execute(
        """
        SELECT o.id AS organisation_id, o.name, o.kind, n.id, n.slug, n.name AS network, m.is_office, m.begins_at
        FROM organisation o
        JOIN membership m ON m.organisation_id = o.id
        JOIN network n ON n.id = m.network_id
        WHERE o.slug = {} AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())
        ORDER BY lower(n.name)
        """,
        slug,
    )
    if not rows:
        raise NotFound
    first = rows[0]
    return Partner(
        first["organisation_id"], first["name"], OrganisationKind(first["kind"]), tuple(_seat(row) for row in rows)
    )


def _seat(row: dict[str, Any]) -> tuple[Seat, datetime]:
    return Seat(row["id"], row["slug"], row["network"], row["is_office"]), row["begins_at"]
