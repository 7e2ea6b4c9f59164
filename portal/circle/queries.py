"""Reading position papers; the wall narrows every statement to the open scope."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from portal.circle.rules import PaperState
from portal.kit.errors import NotFound
from portal.spaces.markup import shown
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.queries import list_members
from tenants.rulebook_words import Procedure

_MOST = 200
_PLAIN = (
    *("id", "network_id", "lineage_id", "edition", "slug", "title", "body", "version", "organisation_id"),
    *("organisation", "written_by", "changed_by", "created_at", "changed_at", "circulated_at", "vote_id"),
    *("decided_at", "withdrawal_vote_id", "ended_at", "released_at", "released_by", "is_latest", "vote_ends_at"),
    *("begun_for", "is_left_behind"),
)
# A vote that is over by the clock and not counted yet still runs for whoever reads.
_PAPER = """
SELECT p.id, p.network_id, p.lineage_id, p.edition, p.slug, p.title, p.body, p.version, p.state, p.organisation_id,
       o.name AS organisation, p.written_by, p.changed_by, p.created_at, p.changed_at, p.circulated_at, p.vote_id,
       p.decided_at, p.withdrawal_vote_id, p.ended_at, p.released_at, p.released_by, v.ends_at AS vote_ends_at,
       (SELECT b.name FROM organisation b WHERE b.id = p.begun_for_id) AS begun_for,
       p.state = 'circulated' AND NOT EXISTS (SELECT FROM membership m WHERE m.network_id = p.network_id
           AND m.organisation_id = p.organisation_id AND m.begins_at <= hilfenetz_now()
           AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())) AS is_left_behind,
       NOT EXISTS (SELECT FROM position_paper l WHERE l.network_id = p.network_id AND l.lineage_id = p.lineage_id
                   AND l.edition > p.edition AND l.state <> 'discarded') AS is_latest
"""
_FROM = """
FROM position_paper p JOIN organisation o ON o.id = p.organisation_id
LEFT JOIN vote v ON v.network_id = p.network_id AND v.id = COALESCE(p.withdrawal_vote_id, p.vote_id)
WHERE p.network_id = {}
"""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a member said of a version of a paper."""

    id: UUID
    organisation: str
    by_name: str
    version: int
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """Another edition of the same paper."""

    id: UUID
    edition: int
    state: PaperState


@dataclass(frozen=True, slots=True)
class Paper:
    """One edition of a paper with what was said of it. ``vote_ends_at`` is of the vote that ran last; ``begun_for``:
    who wrote it before the present member took it over; ``is_left_behind``: who writes it is no member any more."""

    id: UUID
    network_id: UUID
    lineage_id: UUID
    edition: int
    slug: str
    title: str
    body: str
    version: int
    state: PaperState
    organisation_id: UUID
    organisation: str
    written_by: str
    changed_by: str
    created_at: datetime
    changed_at: datetime
    circulated_at: datetime | None
    vote_id: UUID | None
    decided_at: datetime | None
    withdrawal_vote_id: UUID | None
    ended_at: datetime | None
    released_at: datetime | None
    released_by: str | None
    is_latest: bool
    vote_ends_at: datetime | None
    begun_for: str | None
    is_left_behind: bool
    remarks: tuple[Remark, ...] = ()
    editions: tuple[Edition, ...] = ()

    @property
    def markup(self) -> Markup:
        """Its text, cleaned."""
        return shown(self.body)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state is PaperState.ADOPTED and self.released_at is not None


@dataclass(frozen=True, slots=True)
class PublicPaper:
    """All that anybody may know of a paper."""

    network_name: str
    title: str
    body: str
    edition: int
    decided_at: datetime
    released_at: datetime

    @property
    def markup(self) -> Markup:
        """Its text, cleaned."""
        return shown(self.body)


async def others_in(actor: Actor, network_id: UUID) -> list[UUID]:
    """All members of the network but the actor's own organisation."""
    return sorted({member.organisation_id for member in await list_members(network_id)} - {actor.organisation_id})


def access_seat(actor: Actor, slug: str, procedure: Procedure) -> Seat:
    """The actor's seat in a network whose agreement switches this on.

    Raises:
        NotFound: out of reach, not there, or not agreed upon.
    """
    seat = actor.seat_by_slug(slug)
    if seat is None or procedure not in seat.procedures:
        raise NotFound
    return seat


def address_of(seat: Seat, paper_id: UUID) -> str:
    """Where a paper is in the portal."""
    return f"/n/{seat.slug}/positionen/{paper_id}"


async def list_papers(network_id: UUID) -> list[Paper]:
    """The papers of a network that were not discarded, what changed last first."""
    rows = await execute(
        f"{_PAPER} {_FROM} AND p.state <> 'discarded' ORDER BY p.changed_at DESC, p.id DESC LIMIT {_MOST}", network_id
    )
    return [_paper(row) for row in rows]


async def access_paper(network_id: UUID, paper_id: UUID) -> Paper:
    """A paper with its remarks and other editions.

    Raises:
        NotFound: out of reach, or written by another member that has not sent it round.
    """
    rows = await execute(
        f"""
        {_PAPER}, (
            SELECT json_agg(json_build_array(r.id, x.name, r.by_name, r.version, r.text, r.said_at)
                            ORDER BY r.said_at DESC, r.id DESC)
            FROM position_remark r JOIN organisation x ON x.id = r.organisation_id
            WHERE r.network_id = p.network_id AND r.paper_id = p.id
        )::text AS remarks, (
            SELECT json_agg(json_build_array(e.id, e.edition, e.state) ORDER BY e.edition)
            FROM position_paper e WHERE e.network_id = p.network_id AND e.lineage_id = p.lineage_id AND e.id <> p.id
              AND e.state <> 'discarded'
        )::text AS editions {_FROM} AND p.id = {{}}
        """,  # noqa: S608 - put together from constants
        network_id,
        paper_id,
    )
    if not rows:
        raise NotFound
    return _paper(rows[0])


async def find_released(network: str, slug: str) -> PublicPaper | None:
    """A paper in force that was released, by its public address; for anybody."""
    rows = await execute("SELECT * FROM released_position({}, {})", network, slug)
    return PublicPaper(**rows[0]) if rows else None


def _paper(row: Mapping[str, Any]) -> Paper:
    remarks = json.loads(row.get("remarks") or "[]")
    editions = json.loads(row.get("editions") or "[]")
    return Paper(
        **{name: row[name] for name in _PLAIN},
        state=PaperState(row["state"]),
        remarks=tuple(_remark(*said) for said in remarks),
        editions=tuple(Edition(UUID(each), number, PaperState(state)) for each, number, state in editions),
    )


def _remark(identifier: str, organisation: str, by_name: str, version: int, *rest: str) -> Remark:
    text, said_at = rest
    return Remark(UUID(identifier), organisation, by_name, version, text, datetime.fromisoformat(said_at))
