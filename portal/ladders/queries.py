"""Deadlines as pages and feeds ask for them: constants to put into a statement, and how its rows are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.deadlines import stored
from portal.deadlines.wording import explain
from portal.ladders.rules import DeadlineState, Party, Step
from portal.shell.i18n import Sentence
from tenants.context import Role

# The columns of ``KeptDeadline``, of a deadline called d of the open scope's organisation.
COLUMNS = """
d.id, d.matter, d.title, d.address, d.network_id, d.due_at, d.set_at, d.state, d.ended_at, d.responsible_roles,
d.reckoning::text AS reckoning,
(SELECT a.name FROM affiliation a
 WHERE a.organisation_id = d.organisation_id AND a.person_id = d.responsible_id) AS responsible,
(SELECT json_agg(json_build_array(r.days, r.tell, r.due_at, r.fired_at, r.collapsed) ORDER BY r.due_at)
 FROM rung r WHERE r.organisation_id = d.organisation_id AND r.deadline_id = d.id)::text AS rungs
"""
OWN = "d.organisation_id = (SELECT current_organisation())"
# Still to be done: one that lapses is over with its end, whether a worker has noticed or not.
OPEN = f"{OWN} AND d.state = 'open' AND (NOT d.lapses OR d.due_at > hilfenetz_now())"
ENDED = f"{OWN} AND d.state <> 'open'"
# With the roles of the person of the scope as its one value.
MINE = "(d.responsible_id = (SELECT current_person()) OR d.responsible_roles && {}::text[])"
# With roles of theirs: on whose ladder they stand, so that they hear of it if nothing is done.
TOLD = "d.told_roles && {}::text[]"


@dataclass(frozen=True, slots=True)
class KeptRung:
    """A telling that was or is to come."""

    step: Step
    due_at: datetime
    fired_at: datetime | None
    collapsed: bool


@dataclass(frozen=True, slots=True)
class KeptDeadline:
    """A deadline with how it came about and its ladder; ``responsible`` is a name, empty where only roles are."""

    id: UUID
    matter: str
    title: str
    address: str
    network_id: UUID | None
    due_at: datetime
    set_at: datetime
    state: DeadlineState
    ended_at: datetime | None
    responsible: str
    responsible_roles: tuple[Role, ...]
    why: tuple[Sentence, ...]
    rungs: tuple[KeptRung, ...]


def kept_deadline(row: Mapping[str, Any]) -> KeptDeadline:
    """A row of ``COLUMNS``."""
    reckoned = json.loads(row["reckoning"]) if row["reckoning"] else None
    return KeptDeadline(
        id=row["id"],
        matter=row["matter"],
        title=row["title"],
        address=row["address"],
        network_id=row["network_id"],
        due_at=row["due_at"],
        set_at=row["set_at"],
        state=DeadlineState(row["state"]),
        ended_at=row["ended_at"],
        responsible=row["responsible"] or "",
        responsible_roles=tuple(Role(role) for role in row["responsible_roles"]),
        why=explain(stored.from_data(reckoned)) if reckoned else (),
        rungs=tuple(_rung(*rung) for rung in json.loads(row["rungs"] or "[]")),
    )


def _rung(days: int, tell: list[str], due_at: str, fired_at: str | None, collapsed: bool) -> KeptRung:
    return KeptRung(
        Step(days, tuple(Party(party) for party in tell)),
        datetime.fromisoformat(due_at),
        datetime.fromisoformat(fired_at) if fired_at else None,
        collapsed,
    )
