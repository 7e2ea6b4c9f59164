"""Rules as the worker meets them, and what the rows say that happened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.automation.rules import (
    Chain,
    Conditions,
    Deeds,
    Errand,
    Fact,
    Moment,
    Outcome,
    Rule,
    RuleState,
    Telling,
    Wording,
)
from portal.kit.errors import NotFound
from portal.spaces.queries import Item
from portal.spaces.rules import addresses_above
from tenants.database import execute

_LATEST_STEPS = 20  # several steps of an item may be made before the worker looks
RULE = """
    r.id, r.item_id, r.title, r.is_deep, r.moment, r.moment_state, r.kind, r.tag, r.place_id, r.by_organisation_id,
    r.set_state, r.target_id, r.errand, r.telling, r.state, r.reason, r.author_id, r.author_organisation_id,
    r.author_name, r.since_at
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that is on, the address of its folder, and that of the folder its conditions name (None: not there)."""

    rule: Rule
    folder: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """A rule that was meant; ``chain`` ends with the rule itself. ``title`` and ``telling`` are as they were then."""

    id: UUID
    rule: Rule
    item_id: UUID
    happening: str
    chain: Chain
    outcome: Outcome
    deeds: Sequence[str]
    at: datetime
    title: str
    telling: Telling | None


def rule_of(row: Mapping[str, Any]) -> Rule:
    """A rule from a row of ``RULE``."""
    errand = json.loads(row["errand"]) if row["errand"] else None
    conditions = Conditions(row["kind"], row["tag"], row["place_id"], row["by_organisation_id"])
    deeds = Deeds(
        row["set_state"],
        row["target_id"],
        Errand(**errand) if errand else None,
        _telling(row["telling"]),
    )
    wording = Wording(
        row["title"], row["is_deep"], Moment(row["moment"]), row["moment_state"], conditions, deeds
    )  # fmt: skip
    return Rule(
        row["id"], row["item_id"], wording, RuleState(row["state"]), row["reason"], row["author_id"],
        row["author_organisation_id"], row["author_name"], row["since_at"],
    )  # fmt: skip


def columns_of(wording: Wording) -> tuple[Any, ...]:
    """title to telling, in the order of ``RULE``."""
    conditions, deeds = wording.conditions, wording.deeds
    return (
        wording.title, wording.is_deep, wording.moment, wording.moment_state, conditions.kind, conditions.tag,
        conditions.place_id, conditions.organisation_id, deeds.state, deeds.target_id,
        json.dumps(asdict(deeds.errand), ensure_ascii=False) if deeds.errand else None, telling_text(deeds),
    )  # fmt: skip


def telling_text(deeds: Deeds) -> str | None:
    """Whom a rule tells, as its column and that of its runs hold it."""
    return json.dumps(asdict(deeds.telling), ensure_ascii=False) if deeds.telling else None


def _telling(text: str | None) -> Telling | None:
    return Telling(**json.loads(text)) if text else None


async def find_rule(space_id: UUID, rule_id: UUID, *, lock: bool = False) -> Rule | None:
    """A rule of a space within reach."""
    rows = await execute(
        f"SELECT {RULE} FROM rule r WHERE r.space_id = {{}} AND r.id = {{}}{' FOR NO KEY UPDATE' if lock else ''}",  # noqa: S608
        space_id,
        rule_id,
    )
    return rule_of(rows[0]) if rows else None


async def access_rule(folder: Item, rule_id: UUID) -> Rule:
    """A rule of exactly this folder.

    Raises:
        NotFound: it has none of that identifier.
    """
    found = await find_rule(folder.space.id, rule_id)
    if found is None or found.folder_id != folder.id:
        raise NotFound
    return found


async def rules_above(item: Item) -> list[Candidate]:
    """The rules of the folders above an item that are on; by the worker."""
    rows = await execute(
        f"""
        SELECT {RULE}, f.address AS folder, p.address AS place
        FROM item f JOIN rule r ON r.space_id = f.space_id AND r.item_id = f.id AND r.state = 'on'
        LEFT JOIN item p ON p.space_id = r.space_id AND p.id = r.place_id AND p.bin_id IS NULL
        WHERE f.space_id = {{}} AND f.address = ANY ({{}}::text[]) AND f.bin_id IS NULL
        ORDER BY r.made_at, r.id
        """,  # noqa: S608 - put together from constants
        item.space.id,
        addresses_above(item.address)[:-1],
    )
    return [Candidate(rule_of(row), row["folder"], row["place"]) for row in rows]


async def chain_of(space_id: UUID, happenings: Sequence[str]) -> Chain:
    """The rules that ran before this happened; the longest, when it goes back on several. Empty: a person did it."""
    rows = await execute(
        "SELECT chain FROM rule_effect WHERE space_id = {} AND happening = ANY ({}::text[]) "
        "ORDER BY cardinality(chain) DESC LIMIT 1",
        space_id,
        list(happenings),
    )
    return tuple(rows[0]["chain"]) if rows else ()


async def lock_run(space_id: UUID, run_id: UUID) -> Run | None:
    """A run that waits, to be run now; None: it ran already. By the worker."""
    return await _run("r.id = n.rule_id AND n.outcome = 'waiting'", "FOR UPDATE OF n", space_id, run_id)


async def find_run(space_id: UUID, run_id: UUID) -> Run | None:
    """A run, whatever came of it; by the worker."""
    return await _run("r.id = n.rule_id", "", space_id, run_id)


def added(item_id: UUID) -> str:
    """How it is called that an item was added."""
    return f"added:{item_id}"


def added_fact(item: Item) -> Fact:
    """An item is there since a moment; once."""
    return Fact(Moment.ADDED, added(item.id), item.created_at, by=item.owner_organisation_id)


async def changed_fact(item: Item, version: int) -> Fact | None:
    """A version was saved."""
    rows = await execute(
        "SELECT at, by_organisation_id FROM item_version "
        "WHERE space_id = {} AND item_id = {} AND version = {} AND version > 1",
        item.space.id,
        item.id,
        version,
    )
    if not rows:
        return None
    return Fact(Moment.CHANGED, f"changed:{item.id}:{version}", rows[0]["at"], by=_by(item, rows[0]))


async def step_facts(item: Item) -> list[Fact]:
    """The steps of its workflow, the latest first. That its time was over is one the portal made itself."""
    rows = await execute(
        "SELECT id, transition, target, by_id, by_organisation_id, at FROM item_transition "
        "WHERE space_id = {} AND item_id = {} ORDER BY at DESC, id DESC LIMIT {}",
        item.space.id,
        item.id,
        _LATEST_STEPS,
    )
    facts = [
        Fact(Moment.STATE, f"state:{row['id']}", row["at"], state=row["target"], by=_by(item, row)) for row in rows
    ]
    over = [row for row in rows if row["transition"] == "retract" and row["by_id"] is None]
    owner = item.owner_organisation_id
    return [*facts, *(Fact(Moment.OVERDUE, f"overdue:{row['id']}", row["at"], by=owner) for row in over)]


async def moved_fact(item: Item) -> Fact | None:
    """It lay elsewhere before, or was called otherwise."""
    rows = await execute(
        "SELECT address, made_at, by_organisation_id FROM item_redirect WHERE space_id = {} AND item_id = {} "
        "ORDER BY made_at DESC LIMIT 1",
        item.space.id,
        item.id,
    )
    if not rows:
        return None
    happening = f"moved:{item.id}:{rows[0]['made_at'].isoformat()}"
    return Fact(Moment.MOVED, happening, rows[0]["made_at"], came_from=rows[0]["address"], by=_by(item, rows[0]))


def overdue_fact(item: Item, now: datetime) -> Fact | None:
    """Its end is past, and it is not done."""
    if item.ends_at is None or item.ends_at > now or item.here.is_done:
        return None
    happening = f"overdue:{item.id}:{item.ends_at.isoformat()}"
    return Fact(Moment.OVERDUE, happening, item.ends_at, by=item.owner_organisation_id)


def _by(item: Item, row: Mapping[str, Any]) -> UUID | None:
    """Which organisation did it, as the database wrote it down; in its own space that is always the one it belongs to.

    Who announces it says nothing about that: any member of a network may.
    """
    found: UUID | None = row["by_organisation_id"]
    return found or item.space.organisation_id


async def _run(condition: str, ending: str, space_id: UUID, run_id: UUID) -> Run | None:
    rows = await execute(
        f"""
        SELECT {RULE}, n.id AS run_id, n.item_id AS met_id, n.happening, n.chain, n.outcome, n.deeds, n.at,
               coalesce(nullif(n.title, ''), r.title) AS run_title,
               CASE WHEN n.title = '' THEN r.telling ELSE n.telling END AS run_telling
        FROM rule_run n JOIN rule r ON r.space_id = n.space_id AND {condition}
        WHERE n.space_id = {{}} AND n.id = {{}} {ending}
        """,  # noqa: S608 - put together from constants
        space_id,
        run_id,
    )
    if not rows:
        return None
    row = rows[0]
    return Run(
        row["run_id"], rule_of(row), row["met_id"], row["happening"], tuple(row["chain"]), Outcome(row["outcome"]),
        list(row["deeds"]), row["at"], row["run_title"], _telling(row["run_telling"]),
    )  # fmt: skip
