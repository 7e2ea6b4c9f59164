"""Reading procedures; the wall shows them to all members of their network, and to nobody else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from portal.kit.text import paragraphs_of
from portal.network.rules import Ending, ProcedureKind, ProcedureState, StepBy
from tenants.database import execute
from tenants.queries import Standing
from tenants.rulebook import Rulebook, parse_rulebook

A_PAGE = 20
_MOST_RUNNING = 100


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, when by the database's clock, and by whom. ``details`` hold no personal data."""

    deed: str
    at: datetime
    by_kind: StepBy
    by_name: str
    details: Mapping[str, str | int | bool]
    vote_id: UUID | None
    notice_id: UUID | None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure with its steps, oldest first, the rulebook under which it began, and what is known of its vote.
    ``has_left``: whom it is about, or who moved it, is no member now."""

    id: UUID
    network_id: UUID
    kind: ProcedureKind
    year: int
    number: int
    state: ProcedureState
    subject_name: str
    subject_id: UUID | None
    moved_by_id: UUID | None
    moved_by_name: str
    reason: str
    effective_at: datetime | None
    vote_id: UUID | None
    notice_id: UUID | None
    begun_at: datetime
    ended_at: datetime | None
    outcome: Ending | None
    rulebook_id: UUID
    rulebook_version: int
    rulebook: Rulebook
    steps: tuple[Step, ...]
    vote_ends_at: datetime | None
    statement: str | None
    stated_at: datetime | None
    has_left: bool

    @property
    def is_over(self) -> bool:
        return self.state is ProcedureState.ENDED

    def under(self, standing: Standing) -> Standing:
        """The members of today, and the rulebook under which this procedure began."""
        return replace(standing, rulebook_id=self.rulebook_id, rulebook=self.rulebook)


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure in the list."""

    id: UUID
    kind: ProcedureKind
    year: int
    number: int
    state: ProcedureState
    subject_name: str
    begun_at: datetime
    ended_at: datetime | None
    outcome: Ending | None


@dataclass(frozen=True, slots=True)
class Departure:
    """What the own organisation keeps of a membership that ended."""

    id: UUID
    network_id: UUID
    network_slug: str
    network_name: str
    kind: ProcedureKind
    subject: str
    body: str
    noted_at: datetime

    @property
    def paragraphs(self) -> list[list[str]]:
        """Its lines, by paragraph."""
        return paragraphs_of(self.body)


async def access_procedure(network_id: UUID, procedure_id: UUID, *, lock: bool = False) -> Procedure:
    """One procedure; with ``lock`` nobody else leads it on until the transaction ends.

    Raises:
        NotFound: out of reach, or not there.
    """
    if lock:
        await execute(
            "SELECT FROM procedure WHERE network_id = {} AND id = {} FOR NO KEY UPDATE", network_id, procedure_id
        )
    rows = await execute(_PROCEDURE, network_id, procedure_id)
    if not rows:
        raise NotFound
    return _procedure(rows[0])


async def list_procedures(network_id: UUID, *, page: int = 1) -> tuple[list[ProcedureLine], list[ProcedureLine], bool]:
    """Those that run, oldest first; a page of those that ended, newest first; and whether there are older ones."""
    rows = await execute(_LIST, network_id, network_id, A_PAGE + 1, (page - 1) * A_PAGE)
    lines = [_line(row) for row in rows]
    ended = [line for line in lines if line.ended_at is not None]
    return [line for line in lines if line.ended_at is None], ended[:A_PAGE], len(ended) > A_PAGE


async def running_about(network_id: UUID, kind: ProcedureKind, subject_id: UUID) -> UUID | None:
    """The procedure of this kind that runs about an organisation."""
    rows = await execute(
        "SELECT id FROM procedure WHERE network_id = {} AND kind = {} AND subject_id = {} AND ended_at IS NULL",
        network_id,
        kind,
        subject_id,
    )
    return rows[0]["id"] if rows else None


async def is_leaving(network_id: UUID) -> bool:
    """Whether the end of the own membership is set already."""
    rows = await execute(
        "SELECT FROM membership WHERE network_id = {} AND organisation_id = (SELECT current_organisation()) "
        "AND ends_at > hilfenetz_now()",
        network_id,
    )
    return bool(rows)


async def list_waiting_motions(network_id: UUID) -> list[UUID]:
    """The exclusions that wait for the office to ask the members."""
    rows = await execute(
        "SELECT id FROM procedure WHERE network_id = {} AND kind = 'exclusion' AND state = 'moved' ORDER BY begun_at",
        network_id,
    )
    return [row["id"] for row in rows]


async def procedure_of_notice(network_id: UUID, notice_id: UUID) -> UUID | None:
    """The procedure that takes effect with the receipt of this notice."""
    rows = await execute(
        "SELECT id FROM procedure WHERE network_id = {} AND notice_id = {} AND ended_at IS NULL", network_id, notice_id
    )
    return rows[0]["id"] if rows else None


async def access_departure(departure_id: UUID) -> Departure:
    """What the own organisation keeps of a membership.

    Raises:
        NotFound: of another one, or not there.
    """
    rows = await execute(
        "SELECT id, network_id, network_slug, network_name, kind, subject, body, noted_at FROM departure "
        "WHERE organisation_id = (SELECT current_organisation()) AND id = {}",
        departure_id,
    )
    if not rows:
        raise NotFound
    return Departure(**{**rows[0], "kind": ProcedureKind(rows[0]["kind"])})


async def waiting_of_network(network_id: UUID, slug: str) -> tuple[list[UUID], list[tuple[str, UUID]]]:
    """What the own people were told of a network and have not read, and (matter, subject) of the deadlines they have
    there; by the worker."""
    rows = await execute(
        """
        SELECT DISTINCT n.subject_id, NULL AS matter
        FROM inbox_entry e JOIN notice n ON n.organisation_id = e.organisation_id AND n.id = e.notice_id
        WHERE e.organisation_id = (SELECT current_organisation()) AND e.read_at IS NULL
          AND starts_with(n.address, {})
        UNION ALL
        SELECT d.subject_id, d.matter FROM deadline d
        WHERE d.organisation_id = (SELECT current_organisation()) AND d.network_id = {} AND d.state = 'open'
        """,
        f"/n/{slug}/",
        network_id,
    )
    unread = [row["subject_id"] for row in rows if row["matter"] is None]
    return unread, [(row["matter"], row["subject_id"]) for row in rows if row["matter"] is not None]


_PROCEDURE = """
SELECT p.*, r.version AS rulebook_version, r.source, v.ends_at AS vote_ends_at, v.statement, v.stated_at,
    EXISTS (SELECT FROM unnest(ARRAY[p.subject_id, p.moved_by_id]) AS o (id)
        WHERE o.id IS NOT NULL AND NOT EXISTS (
            SELECT FROM membership m WHERE m.network_id = p.network_id AND m.organisation_id = o.id
              AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()))) AS has_left,
    (SELECT json_agg(json_build_object(
         'deed', s.deed, 'at', s.at, 'by_kind', s.by_kind, 'by_name', s.by_name, 'details', s.details,
         'vote_id', s.vote_id, 'notice_id', s.notice_id) ORDER BY s.at, s.id)
     FROM procedure_step s WHERE s.network_id = p.network_id AND s.procedure_id = p.id) AS steps
FROM procedure p
JOIN rulebook r ON r.network_id = p.network_id AND r.id = p.rulebook_id
LEFT JOIN vote v ON v.network_id = p.network_id AND v.id = p.vote_id
WHERE p.network_id = {} AND p.id = {}
"""
_LINE = "SELECT p.id, p.kind, p.year, p.number, p.state, p.subject_name, p.begun_at, p.ended_at, p.outcome"
_LIST = f"""
(SELECT * FROM ({_LINE} FROM procedure p WHERE p.network_id = {{}} AND p.ended_at IS NULL) AS p
 ORDER BY p.begun_at, p.id LIMIT {_MOST_RUNNING})
UNION ALL
(SELECT * FROM ({_LINE} FROM procedure p WHERE p.network_id = {{}} AND p.ended_at IS NOT NULL) AS p
 ORDER BY p.ended_at DESC, p.id DESC LIMIT {{}} OFFSET {{}})
"""  # noqa: S608 - constants of this file
_READ = {"kind", "state", "outcome", "rulebook", "steps"}


def _procedure(row: Mapping[str, Any]) -> Procedure:
    kept = {name: row[name] for name in Procedure.__slots__ if name not in _READ}
    return Procedure(
        **kept,
        kind=ProcedureKind(row["kind"]),
        state=ProcedureState(row["state"]),
        outcome=Ending(row["outcome"]) if row["outcome"] else None,
        rulebook=parse_rulebook(row["source"], file="rulebook"),
        steps=tuple(_step(found) for found in json.loads(row["steps"] or "[]")),
    )


def _step(found: dict[str, Any]) -> Step:
    identifiers = {name: UUID(found[name]) if found[name] else None for name in ("vote_id", "notice_id")}
    return Step(
        **{**found, **identifiers, "at": datetime.fromisoformat(found["at"]), "by_kind": StepBy(found["by_kind"])}
    )


def _line(row: Mapping[str, Any]) -> ProcedureLine:
    return ProcedureLine(
        **{
            **row,
            "kind": ProcedureKind(row["kind"]),
            "state": ProcedureState(row["state"]),
            "outcome": Ending(row["outcome"]) if row["outcome"] else None,
        }
    )
