"""Which tasks are whose, and whom one can be assigned to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.identity.queries import list_people
from portal.identity.role_words import ROLE_WORDS, in_order
from portal.shell.fields import Options
from portal.shell.i18n import Sentence
from portal.spaces.abilities import person_principal, principals_of
from portal.spaces.access_words import who_words
from portal.spaces.places import WITHIN, Space
from portal.spaces.principals import Kind, Principal
from portal.spaces.queries import Item
from portal.spaces.queries_lists import NEAREST, OPEN, Entry, list_entries
from tenants.context import Actor, Role
from tenants.database import execute

MOST_TASKS = 200
_OPEN = f"i.type = 'task' AND i.state IN ('open', 'in_work') AND {OPEN}"
# Without arguments, for a statement that asks for more. Only where something is assigned to me the rights are asked.
_MINE = f"""
WITH mine AS MATERIALIZED (
    SELECT i.space_id, i.id, i.path, i.title, i.state, i.ends_at, i.readers, i.owner_id, i.owner_organisation_id
    FROM item i
    WHERE i.space_id = ANY ((SELECT reach_spaces())::uuid[]) AND i.bin_id IS NULL AND {_OPEN}
      AND i.assignee = ANY ((SELECT my_principals())::text[])
), mark AS MATERIALIZED (
    SELECT * FROM access_marks((SELECT array_agg(DISTINCT m.space_id) FROM mine m), (SELECT my_principals()))
)
SELECT {{columns}} FROM mine i
WHERE (i.readers & {NEAREST}) <> 0
   OR ((i.readers & 32) <> 0 AND i.owner_id = (SELECT current_person())
       AND i.owner_organisation_id = (SELECT current_organisation()))
"""  # noqa: S608 - put together from constants
OPEN_COUNT = _MINE.replace("{columns}", "count(*)")
OPEN_TASKS = _MINE.replace(
    "{columns}", "i.id, i.title, i.state, i.ends_at, (SELECT s.title FROM space s WHERE s.id = i.space_id) AS place"
)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is mine to do, where little is said of each."""

    id: UUID
    title: str
    state: str
    due_at: datetime | None
    place: str

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"/inhalte/{self.id}"


def open_task(found: Mapping[str, Any]) -> OpenTask:
    """A row of ``OPEN_TASKS`` that was read as JSON."""
    due_at = datetime.fromisoformat(found["ends_at"]) if found["ends_at"] else None
    return OpenTask(UUID(found["id"]), found["title"], found["state"], due_at, found["place"])


@dataclass(frozen=True, slots=True)
class Todo:
    """Open tasks, the most urgent first: what is assigned to somebody, and what they want done by others."""

    mine: list[Entry]
    given: list[Entry]


async def todo_of(actor: Actor) -> Todo:
    """The open tasks of the actor."""
    principals = principals_of(actor)
    found = await list_entries(
        actor,
        condition=f"{_OPEN} AND (i.assignee = ANY ({{}}::text[]) "
        "OR (i.owner_id = {} AND i.owner_organisation_id = {}))",
        values=(sorted(principals), actor.person_id, actor.organisation_id),
        order="i.ends_at NULLS LAST, i.created_at, i.id",
        limit=MOST_TASKS,
    )
    mine = [entry for entry in found if entry.assignee in principals]
    return Todo(mine, [entry for entry in found if entry.assignee not in principals])


async def choices(actor: Actor, folder: Item) -> Options:
    """Whom something in this place can be assigned to."""
    if folder.space.network_id is None:
        return (*await _people(actor), *_roles(actor, folder), (f"organisation:{actor.organisation_id}", _all(folder)))
    members = await list_members(folder.space)
    office = str(Principal(Kind.OFFICE, str(folder.space.network_id)))
    named = tuple((str(Principal(Kind.ORGANISATION, str(key))), name) for key, name in members.items())
    return ((office, who_words(folder.space, office, names={})), *named, *_roles(actor, folder))


async def list_members(space: Space) -> dict[UUID, str]:
    """The organisations that share a space now, by name."""
    rows = await execute(
        f"""
        SELECT o.id, o.name FROM membership m JOIN organisation o ON o.id = m.organisation_id
        WHERE {WITHIN} ORDER BY lower(o.name)
        """,  # noqa: S608 - put together from constants
        *space.within,
    )
    return {row["id"]: row["name"] for row in rows}


async def was_assigned_in(item: Item, version: int) -> bool:
    """Whether it was in this version that the task came to be whose it is now."""
    rows = await execute(
        "SELECT version, values -> 'assignee' ->> 'id' AS assignee FROM item_version "
        "WHERE space_id = {} AND item_id = {} AND version IN ({}, {})",
        item.space.id,
        item.id,
        version - 1,
        version,
    )
    found = {row["version"]: row["assignee"] for row in rows}
    return found.get(version) == item.assignee != found.get(version - 1)


def name_of(options: Options, principal: str) -> str:
    """How whom a task is assigned to is called; kept with the task."""
    return next((str(label) for value, label in options if value == principal), "")


async def _people(actor: Actor) -> Options:
    people = await list_people()
    return tuple((person_principal(person.person_id, actor.organisation_id), person.name) for person in people)


def _roles(actor: Actor, folder: Item) -> Options:
    """The roles of one's own organisation."""
    is_shared, own = folder.space.network_id is not None, actor.organisation_name
    return tuple(
        (str(Principal(Kind.GROUP, role.value, actor.organisation_id)), role_at(role, own) if is_shared else words)
        for role, words in ((role, ROLE_WORDS[role]) for role in in_order(Role))
    )


def role_at(role: Role, organisation: str) -> Sentence:
    """Those of an organisation who have a role."""
    return Sentence("%(role)s (%(organisation)s)", role=ROLE_WORDS[role], organisation=organisation)


def _all(folder: Item) -> Sentence:
    return Sentence("Alle in %(organisation)s", organisation=folder.space.title)


def tasks_of(found: str | None) -> tuple[OpenTask, ...]:
    """Rows of ``OPEN_TASKS`` as the database puts them together."""
    return tuple(open_task(row) for row in json.loads(found or "[]"))
