"""What stands between opening the editor and saving: locks, drafts and working copies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.database import execute

EDIT, COPY = "edit", "copy"


def adding(kind: str) -> str:
    """The purpose of a draft of something new."""
    return f"add-{kind}"


@dataclass(frozen=True, slots=True)
class Lock:
    """Who is editing an item, and since when."""

    person_name: str
    taken_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What the actor typed and did not save, as the form sent it; ``version`` is the one it began with."""

    version: int
    values: Mapping[str, str]
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """The next version of an item while it is being made; ``version`` is the one it was taken from."""

    version: int
    revision: int
    values: Mapping[str, Any]
    note: str
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Editing:
    """All three, for one item and the actor."""

    lock: Lock | None
    draft: Draft | None
    copy: WorkingCopy | None

    @property
    def somebody(self) -> Lock | None:
        """The lock of somebody else."""
        return self.lock if self.lock is not None and not self.lock.is_mine else None


async def editing_of(actor: Actor, item: Item, now: datetime, *, purpose: str = EDIT) -> Editing:
    """Who edits an item now, what the actor left unsaved for this purpose, and its working copy."""
    rows = await execute(
        """
        SELECT l.person_name, l.taken_at, l.person_id = {} AS is_mine,
               d.version AS draft_version, d.values AS draft_values, d.kept_at,
               c.version, c.revision, c.values, c.note, c.begun_by, c.begun_at, c.changed_by, c.changed_at
        FROM (SELECT {}::uuid AS space_id, {}::uuid AS item_id) i
        LEFT JOIN item_lock l ON l.space_id = i.space_id AND l.item_id = i.item_id AND l.locked_until > {}
        LEFT JOIN item_draft d ON d.space_id = i.space_id AND d.item_id = i.item_id AND d.organisation_id = {}
             AND d.person_id = {} AND d.purpose = {}
        LEFT JOIN item_copy c ON c.space_id = i.space_id AND c.item_id = i.item_id
        """,
        actor.person_id,
        item.space.id,
        item.id,
        now,
        actor.organisation_id,
        actor.person_id,
        purpose,
    )
    row = rows[0]
    lock = Lock(row["person_name"], row["taken_at"], row["is_mine"]) if row["taken_at"] else None
    draft = Draft(row["draft_version"], json.loads(row["draft_values"]), row["kept_at"]) if row["kept_at"] else None
    plain = ("version", "revision", "note", "begun_by", "begun_at", "changed_by", "changed_at")
    values = row["values"] and json.loads(row["values"])
    copy = WorkingCopy(values=values, **{name: row[name] for name in plain}) if values is not None else None
    return Editing(lock, draft, copy)
