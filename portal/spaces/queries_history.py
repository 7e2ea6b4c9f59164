"""What was done with an item: its versions and the steps of its workflow, in one order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from portal.spaces.fields import lines_of
from portal.spaces.markup import shown
from portal.spaces.queries import Item
from portal.spaces.queries_lists import PAGE_SIZE
from portal.spaces.types import ContentType, type_of
from portal.spaces.workflow import State, Transition
from tenants.database import execute


@dataclass(frozen=True, slots=True)
class Moment:
    """A save (with ``version``) or a step of the workflow (with ``transition``, ``source`` and ``target``).

    Where ``brought_by`` names somebody, only their package says all that.
    """

    at: datetime
    by_name: str
    brought_by: str
    note: str
    version: int | None
    transition: Transition | None
    source: State | None
    target: State | None


@dataclass(frozen=True, slots=True)
class History:
    """One page of it, the latest first; ``has_more`` says whether an earlier one follows."""

    moments: list[Moment]
    number: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One save: everything as it was then."""

    number: int
    declared: ContentType
    values: Mapping[str, Any]
    note: str
    by_name: str
    brought_by: str
    at: datetime

    @property
    def lines(self) -> list[tuple[str, list[str]]]:
        """(label, lines) of every field that held something."""
        return self.declared.lines(self.values)

    def markup(self, name: str) -> Markup:
        """A field of formatted text, cleaned once more."""
        return shown(str(self.values.get(name) or ""))

    def shown(self, name: str) -> list[str]:
        """Any other field in lines."""
        return lines_of(self.declared.form.fields[name], self.values.get(name))


async def list_history(item: Item, *, page: int = 1, size: int = PAGE_SIZE) -> History:
    """Versions and steps, the latest first."""
    rows = await execute(
        """
        SELECT at, by_name, brought_by, note, version,
               NULL AS transition, NULL AS source, NULL AS target, NULL::uuid AS id
        FROM item_version WHERE space_id = {} AND item_id = {}
        UNION ALL
        SELECT at, by_name, brought_by, note, NULL, transition, source, target, id
        FROM item_transition WHERE space_id = {} AND item_id = {}
        ORDER BY at DESC, version DESC NULLS FIRST, id DESC LIMIT {} OFFSET {}
        """,
        item.space.id,
        item.id,
        item.space.id,
        item.id,
        size + 1,
        (page - 1) * size,
    )
    return History([_moment(item, row) for row in rows[:size]], page, len(rows) > size)


async def versions_of(item: Item, numbers: Sequence[int]) -> dict[int, Version]:
    """Those of these versions that there are, by number."""
    rows = await execute(
        """
        SELECT version, type, values, note, by_name, brought_by, at FROM item_version
        WHERE space_id = {} AND item_id = {} AND version = ANY ({}::integer[])
        """,
        item.space.id,
        item.id,
        list(numbers),
    )
    return {
        row["version"]: Version(
            number=row["version"],
            declared=type_of(row["type"]),
            values=json.loads(row["values"]),
            note=row["note"],
            by_name=row["by_name"],
            brought_by=row["brought_by"],
            at=row["at"],
        )
        for row in rows
    }


def _moment(item: Item, row: Mapping[str, Any]) -> Moment:
    workflow = item.declared.workflow
    return Moment(
        at=row["at"],
        by_name=row["by_name"],
        brought_by=row["brought_by"],
        note=row["note"],
        version=row["version"],
        transition=workflow.transitions.get(row["transition"] or ""),
        source=workflow.states.get(row["source"] or ""),
        target=workflow.states.get(row["target"] or ""),
    )
