"""What stands between opening the editor and saving: locks, drafts and working copies."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from portal.spaces.markup import plain_lines
from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.database import execute

EDIT, COPY = "edit", "copy"
MOST_BEGUN = 5
LONGEST_NAME = 80
_ADDING = re.compile(r"add-([a-z][a-z0-9_]*?)(?:__([0-9a-f]{8}))?")


def adding(kind: str, key: str = "") -> str:
    """The purpose of a draft of something new. Several of a kind may be begun in one folder: each has a key."""
    return f"add-{kind}__{key}" if key else f"add-{kind}"


def new_key() -> str:
    """For something new that nobody has begun yet."""
    return token_hex(4)


def read_adding(purpose: str) -> tuple[str, str] | None:
    """The kind and the key of such a purpose; None when it is another one."""
    found = _ADDING.fullmatch(purpose)
    return (found[1], found[2] or "") if found else None


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
    key: str = ""

    @property
    def name(self) -> str:
        """By what whoever typed it knows it again: its title, or how it begins; may be empty."""
        words = self.values.get("title") or " ".join(" ".join(plain_lines(self.values.get("body") or "")).split())
        return words if len(words) <= LONGEST_NAME else f"{words[:LONGEST_NAME].rstrip()} …"


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


_EDITING = """
SELECT row_to_json(e) FROM (
    SELECT l.person_name, l.taken_at, l.person_id = {} AS is_mine,
           d.version AS draft_version, d.values AS draft_values, d.kept_at,
           c.version, c.revision, c.values, c.note, c.begun_by, c.begun_at, c.changed_by, c.changed_at
    FROM (SELECT {}::uuid AS space_id, {}::uuid AS item_id) i
    LEFT JOIN item_lock l ON l.space_id = i.space_id AND l.item_id = i.item_id AND l.locked_until > {}
    LEFT JOIN item_draft d ON d.space_id = i.space_id AND d.item_id = i.item_id AND d.organisation_id = {}
         AND d.person_id = {} AND d.purpose = {}
    LEFT JOIN item_copy c ON c.space_id = i.space_id AND c.item_id = i.item_id
) e
"""


def question_of(actor: Actor, item: Item, now: datetime, *, purpose: str = EDIT) -> tuple[str, tuple[object, ...]]:
    """What to ask, with its values, for the answer that ``editing_from`` reads."""
    here = actor.person_id, item.space.id, item.id, now
    return _EDITING, (*here, actor.organisation_id, actor.person_id, purpose)


async def editing_of(actor: Actor, item: Item, now: datetime, *, purpose: str = EDIT) -> Editing:
    """Who edits an item now, what the actor left unsaved for this purpose, and its working copy."""
    query, values = question_of(actor, item, now, purpose=purpose)
    (row,) = await execute(query, *values)
    return editing_from(next(iter(row.values())))


async def list_begun(actor: Actor, folder: Item, kind: str) -> list[Draft]:
    """What the actor began of a kind in a folder and has not saved, the latest first."""
    rows = await execute(
        """
        SELECT purpose, version, values, kept_at FROM item_draft
        WHERE space_id = {} AND item_id = {} AND organisation_id = {} AND person_id = {} AND purpose ~ {}
        ORDER BY kept_at DESC, purpose LIMIT {}
        """,
        folder.space.id,
        folder.id,
        actor.organisation_id,
        actor.person_id,
        f"^add-{kind}(__[0-9a-f]{{8}})?$",
        MOST_BEGUN,
    )
    return [
        Draft(row["version"], json.loads(row["values"]), row["kept_at"], (read_adding(row["purpose"]) or ("", ""))[1])
        for row in rows
    ]


def editing_from(answer: str | None) -> Editing:
    """What the answer to ``question_of`` says."""
    row = json.loads(answer or "{}")
    for name in ("taken_at", "kept_at", "begun_at", "changed_at"):
        row[name] = datetime.fromisoformat(row[name]) if row.get(name) else None
    lock = Lock(row["person_name"], row["taken_at"], row["is_mine"]) if row["taken_at"] else None
    draft = Draft(row["draft_version"], row["draft_values"], row["kept_at"]) if row["kept_at"] else None
    plain = ("version", "revision", "values", "note", "begun_by", "begun_at", "changed_by", "changed_at")
    copy = WorkingCopy(**{name: row[name] for name in plain}) if row.get("values") is not None else None
    return Editing(lock, draft, copy)
