"""Rules and runs as people read them: what lies where somebody may not read is not named to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.automation.queries import RULE, rule_of
from portal.automation.rules import Outcome, Rule
from portal.spaces.queries import Item
from portal.spaces.queries_lists import MARKS, SEEN, Entry, list_entries, who
from portal.spaces.rules import addresses_above, range_below
from portal.spaces.types import all_types
from tenants.context import Actor
from tenants.database import execute

MOST_FOLDERS = 300
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule that is effective in a folder. Names are empty where there is nothing to name, or not for the reader."""

    rule: Rule
    folder: str
    target: str
    place: str
    organisation: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class RuleList:
    """The rules of a folder, its own first; ``hidden`` of those above stand in folders the reader may not read."""

    rules: list[Listed]
    hidden: int


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A run as it is read. ``rule`` is empty where its folder is closed to the reader."""

    item_id: UUID
    title: str
    rule: str
    folder_id: UUID
    outcome: Outcome
    reason: str
    deeds: list[str]
    depth: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page of the log; ``has_more`` says whether another follows."""

    runs: list[LoggedRun]
    number: int
    has_more: bool


def _seen(alias: str) -> str:
    """``SEEN`` for another item of the statement."""
    return SEEN.replace("i.", f"{alias}.")


async def list_rules(actor: Actor, folder: Item) -> RuleList:
    """The rules that are effective for what lies in a folder, in one statement."""
    principals, person, organisation = who(actor)
    rows = await execute(
        f"""
        {MARKS} SELECT {RULE}, f.id AS folder_id, f.title AS folder, {_seen("f")} AS is_open, o.name AS organisation,
               CASE WHEN {_seen("t")} THEN t.title ELSE '' END AS target,
               CASE WHEN {_seen("p")} THEN p.title ELSE '' END AS place
        FROM item f JOIN rule r ON r.space_id = f.space_id AND r.item_id = f.id
        LEFT JOIN item t ON t.space_id = r.space_id AND t.id = r.target_id AND t.bin_id IS NULL
        LEFT JOIN item p ON p.space_id = r.space_id AND p.id = r.place_id AND p.bin_id IS NULL
        LEFT JOIN organisation o ON o.id = r.by_organisation_id
        WHERE f.space_id = {{}} AND f.address = ANY ({{}}::text[]) AND f.bin_id IS NULL AND (f.id = {{}} OR r.is_deep)
        ORDER BY nlevel(f.path) DESC, r.made_at, r.id
        """,  # noqa: S608 - put together from constants
        [folder.space.id],
        principals,
        *[person, organisation] * 3,
        folder.space.id,
        addresses_above(folder.address),
        folder.id,
    )
    return RuleList(
        [_listed(row, folder) for row in rows if row["is_open"]], sum(not row["is_open"] for row in rows)
    )  # fmt: skip


async def list_runs(actor: Actor, folder: Item, *, rule_id: UUID | None, page: int, size: int = PAGE_SIZE) -> RunPage:
    """What the rules of a folder did, and what rules did with what lies in it; the latest first.

    Only on what the actor may read.
    """
    principals, person, organisation = who(actor)
    low, high = range_below(folder.address)
    # Along the order where nearly every run belongs to the page; where few do, what they belong to is looked for first.
    in_order = folder.is_root or rule_id is not None
    rows = await execute(
        f"""
        {MARKS} SELECT n.item_id, x.title, x.rule, x.folder_id, n.outcome, n.reason, n.deeds,
               cardinality(n.chain) AS depth, n.at
        FROM (SELECT * FROM rule_run o WHERE o.space_id = {{}}{" AND o.rule_id = {}" if rule_id else ""}
              {"ORDER BY o.at DESC, o.id DESC" if in_order else ""}) AS n
        CROSS JOIN LATERAL (
            SELECT i.title, CASE WHEN {_seen("f")} THEN coalesce(nullif(n.title, ''), r.title) ELSE '' END AS rule,
                   r.item_id AS folder_id
            FROM rule r JOIN item f ON f.space_id = r.space_id AND f.id = r.item_id
            JOIN item i ON i.space_id = r.space_id AND i.id = n.item_id AND i.bin_id IS NULL
            WHERE r.space_id = n.space_id AND r.id = n.rule_id
              AND (r.item_id = {{}} OR (i.address >= {{}} AND i.address < {{}})) AND {SEEN}
            {"OFFSET 0" if in_order else ""}
        ) AS x
        ORDER BY n.at DESC, n.id DESC LIMIT {{}} OFFSET {{}}
        """,  # noqa: S608 - put together from constants
        [folder.space.id],
        principals,
        folder.space.id,
        *([rule_id] if rule_id else []),
        person,
        organisation,
        folder.id,
        low,
        high,
        person,
        organisation,
        size + 1,
        (page - 1) * size,
    )
    return RunPage([_logged(row) for row in rows[:size]], page, len(rows) > size)


async def list_all_folders(actor: Actor, space_id: UUID) -> list[Entry]:
    """The folders of a space that the actor may read, from above downwards."""
    return await list_entries(
        actor,
        condition="i.type = ANY ({}::text[])",
        values=([declared.name for declared in all_types() if declared.is_folder],),
        order="i.address",
        limit=MOST_FOLDERS,
        spaces=[space_id],
    )


def _listed(row: Mapping[str, Any], folder: Item) -> Listed:
    return Listed(
        rule_of(row), row["folder"], row["target"], row["place"], row["organisation"] or "",
        row["folder_id"] == folder.id,
    )  # fmt: skip


def _logged(row: Mapping[str, Any]) -> LoggedRun:
    return LoggedRun(**{**row, "outcome": Outcome(row["outcome"]), "deeds": list(row["deeds"])})
