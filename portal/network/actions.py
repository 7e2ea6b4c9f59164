"""The core of every procedure: it begins, a step is noted, it is led on, each once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Conflict
from portal.kit.ids import new_id
from portal.network.queries import Procedure
from portal.network.rules import Ending, ProcedureKind, ProcedureState, StepBy, beginning_of, may_follow
from portal.notices import live
from portal.shell.i18n import mark
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.scope import current_scope

PORTAL = "Hilfenetz"

_ONE_AT_A_TIME = "(network_id, kind, subject_id) WHERE ended_at IS NULL AND subject_id IS NOT NULL"
_ONE_OFFICE = "(network_id) WHERE kind = 'office_seat' AND ended_at IS NULL"
RUNS_ALREADY = dict.fromkeys(
    ProcedureKind, mark("Ein solches Verfahren läuft zu dieser Organisation schon. Sie finden es unter „Verfahren“.")
) | {
    ProcedureKind.OFFICE_SEAT: mark(
        "Ein Verfahren zum Sitz der Geschäftsstelle läuft schon. Sie finden es unter „Verfahren“."
    )
}

Details = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something in a procedure, and as what."""

    kind: StepBy
    organisation_id: UUID | None
    name: str

    @classmethod
    def portal(cls) -> "Doer":
        """What follows by itself."""
        return cls(StepBy.PORTAL, None, PORTAL)

    @classmethod
    def member(cls, actor: Actor) -> "Doer":
        """The actor's organisation as a member."""
        return cls(StepBy.MEMBER, actor.organisation_id, actor.organisation_name)

    @classmethod
    def office(cls, actor: Actor) -> "Doer":
        """The actor's organisation as the office."""
        return cls(StepBy.OFFICE, actor.organisation_id, actor.organisation_name)


async def begin_procedure(
    *,
    procedure_id: UUID,
    network_id: UUID,
    kind: ProcedureKind,
    rulebook_id: UUID,
    subject_name: str,
    moved_by_name: str,
    subject_id: UUID | None = None,
    moved_by_id: UUID | None = None,
    reason: str = "",
    effective_at: datetime | None = None,
) -> None:
    """A new procedure in its first state; the database numbers and dates it, and refuses what may not begin.

    Raises:
        Conflict: one of this kind runs about the same organisation, or about the office, already.
    """
    values = {
        "network_id": network_id,
        "id": procedure_id,
        "kind": kind,
        "state": beginning_of(kind),
        "rulebook_id": rulebook_id,
        "subject_name": subject_name[:200],
        "subject_id": subject_id,
        "moved_by_id": moved_by_id,
        "moved_by_name": moved_by_name[:200],
        "reason": reason,
        "effective_at": effective_at,
    }
    places = ", ".join("{}" for _ in values)
    # The index that allows one at a time is partial, so whoever comes second at the same moment waits and finds it.
    index = _ONE_OFFICE if kind is ProcedureKind.OFFICE_SEAT else _ONE_AT_A_TIME
    rows = await execute(
        f"INSERT INTO procedure ({', '.join(values)}) VALUES ({places}) "  # noqa: S608 - names of columns
        f"ON CONFLICT {index} DO NOTHING RETURNING id",
        *values.values(),
    )
    if not rows:
        raise Conflict(RUNS_ALREADY[kind])
    await live.changed(live.network(network_id))


async def note_step(
    *,
    network_id: UUID,
    procedure_id: UUID,
    deed: str,
    by: Doer,
    details: Details | None = None,
    vote_id: UUID | None = None,
    notice_id: UUID | None = None,
) -> None:
    """Write down what happened, by the clock of the database. ``deed`` has its words in ``words.DEEDS``."""
    await execute(
        """
        INSERT INTO procedure_step
            (network_id, id, procedure_id, deed, at, by_kind, by_id, by_name, details, vote_id, notice_id)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}::jsonb, {}, {})
        """,
        network_id,
        new_id(),
        procedure_id,
        deed,
        current_scope().now,  # the database writes its own clock over it
        by.kind,
        by.organisation_id,
        by.name[:200],
        json.dumps(dict(details or {})),
        vote_id,
        notice_id,
    )


async def lead_on(
    *,
    procedure: Procedure,
    to: ProcedureState,
    outcome: Ending | None = None,
    **columns: object,
) -> bool:
    """Move a procedure into a state that follows; False: it is not (any more) where it was, and nothing is changed.

    So whatever follows from it follows once, however often it is tried.
    """
    if not may_follow(procedure.kind, procedure.state, to):
        raise ValueError(f"{procedure.kind}: {to} does not follow {procedure.state}")
    changes = {"state": to, **({"outcome": outcome} if outcome else {}), **columns}
    sets = ", ".join(f"{name} = {{}}" for name in changes)
    rows = await execute(
        f"UPDATE procedure SET {sets} WHERE network_id = {{}} AND id = {{}} AND state = {{}} RETURNING id",  # noqa: S608
        *changes.values(),
        procedure.network_id,
        procedure.id,
        procedure.state,
    )
    if rows:
        await live.changed(live.network(procedure.network_id))
    return bool(rows)


async def keep_departure(
    *, organisation_id: UUID, procedure_id: UUID, seat: Seat, kind: ProcedureKind, subject: str, body: str
) -> None:
    """What an organisation keeps when it leaves; in its own scope, as the network is out of its reach then."""
    await execute(
        """
        INSERT INTO departure
            (organisation_id, id, network_id, network_slug, network_name, kind, subject, body, noted_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING
        """,
        organisation_id,
        procedure_id,
        seat.network_id,
        seat.slug,
        seat.name,
        kind,
        subject[:300],
        body,
        current_scope().now,
    )


async def record(*, actor: Actor, action: str, procedure_id: UUID, kind: ProcedureKind) -> None:
    """Write a deed of somebody into the trail of their organisation."""
    details: dict[str, str | int | bool] = {"kind": kind.value}
    await audit.record(actor=actor, action=action, subject="procedure", subject_id=procedure_id, details=details)
