"""Reading the directory as it is now, its versions, and the organisation's own contact persons."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.contacts.rules import Change, Directory, DirectoryReason, Entry, Person, differences
from portal.kit.errors import NotFound
from tenants.database import execute
from tenants.rulebook import Rulebook, parse_rulebook

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Version:
    """A version without what it says."""

    id: UUID
    number: int
    made_at: datetime
    made_by: str
    reason: DirectoryReason
    note: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """A version with what it says, and the one it is compared with, if there is any."""

    version: Version
    directory: Directory
    other: Version | None
    other_directory: Directory | None


@dataclass(frozen=True, slots=True)
class Present:
    """The directory as it is now, the newest version of it, and in what it differs from that; ``until`` the next member
    comes or goes by the clock."""

    directory: Directory
    newest: Version | None
    changes: tuple[Change, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OwnPerson:
    """A contact person of the own organisation, for those who keep it."""

    person: Person
    revision: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """What the own organisation says of itself; ``levels`` are those of all its networks."""

    levels: Mapping[str, str]
    persons: tuple[OwnPerson, ...]

    def access(self, person_id: UUID) -> OwnPerson:
        """One of them.

        Raises:
            NotFound: of nobody, or of another organisation.
        """
        for each in self.persons:
            if each.person.id == person_id:
                return each
        raise NotFound

    @property
    def missing(self) -> list[str]:
        """The levels at which nobody is named yet."""
        named = {each.person.level for each in self.persons}
        return [title for key, title in self.levels.items() if key not in named]


async def directory_of(network_id: UUID) -> Present:
    """The directory as it is now; one statement.

    Raises:
        NotFound: out of reach.
    """
    rows = await execute(_PRESENT, network_id)
    if not rows or rows[0]["source"] is None:
        raise NotFound
    row = rows[0]
    newest = json.loads(row["newest"]) if row["newest"] else None
    directory = Directory(levels_of(_rulebook(row["source"])), _members(json.loads(row["members"])))
    return Present(
        directory,
        _version(newest) if newest else None,
        differences(directory_from(newest["content"]), directory) if newest else (),
        row["until"],
    )


async def list_versions(network_id: UUID, *, page: int = 1) -> tuple[list[Version], bool]:
    """A page of versions, newest first; and whether there are older ones."""
    rows = await execute(
        f"SELECT {_COLUMNS} FROM directory_version v WHERE v.network_id = {{}} "  # noqa: S608 - a constant
        "ORDER BY v.number DESC LIMIT {} OFFSET {}",
        network_id,
        A_PAGE + 1,
        (page - 1) * A_PAGE,
    )
    return [_version(row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


async def access_version(network_id: UUID, version_id: UUID, *, other: int | None = None) -> Frozen:
    """A version, compared with the one of that number, else with the one before; one statement.

    Raises:
        NotFound: out of reach, or not there; neither is the other.
    """
    rows = await execute(_FROZEN, network_id, version_id, other)
    if not rows:
        raise NotFound
    row = rows[0]
    found = json.loads(row["other"]) if row["other"] else None
    if other is not None and found is None:
        raise NotFound
    return Frozen(
        _version(row),
        directory_from(json.loads(row["content"])),
        _version(found) if found else None,
        directory_from(found["content"]) if found else None,
    )


async def version_with_key(network_id: UUID, key: str) -> UUID | None:
    """What was made under this key already."""
    rows = await execute("SELECT id FROM directory_version WHERE network_id = {} AND key = {}", network_id, key)
    return rows[0]["id"] if rows else None


async def own_entry() -> OwnEntry:
    """The contact persons of the own organisation, by name, with the levels of its networks; one statement."""
    rows = await execute(_OWN)
    levels: dict[str, str] = {}
    for source in json.loads(rows[0]["sources"]):
        levels = {**levels_of(_rulebook(source)), **levels}
    kept = json.loads(rows[0]["persons"])
    persons = _persons(kept)
    return OwnEntry(
        levels,
        tuple(
            OwnPerson(person, found["revision"], datetime.fromisoformat(found["changed_at"]))
            for person, found in zip(persons, kept, strict=True)
        ),
    )


def levels_of(rulebook: Rulebook) -> dict[str, str]:
    """The levels of contact persons, by their order in the rulebook."""
    return {key: level.title for key, level in rulebook.contact_levels.items()}


def directory_from(content: Mapping[str, Any]) -> Directory:
    """A directory as a version keeps it."""
    return Directory(dict(content["levels"]), _members(content["members"]))


_COLUMNS = "v.id, v.number, v.made_at, v.made_by, v.reason, v.note"
_PRESENT = """
SELECT directory_members(n.id)::text AS members,
    (SELECT b.source FROM rulebook b WHERE b.network_id = n.id AND b.id = rulebook_in_force(n.id)) AS source,
    (SELECT row_to_json(v)::text FROM directory_version v WHERE v.network_id = n.id ORDER BY v.number DESC LIMIT 1)
    AS newest,
    (SELECT min(t.at) FROM membership m CROSS JOIN LATERAL (VALUES (m.begins_at), (m.ends_at)) AS t (at)
     WHERE m.network_id = n.id AND t.at > hilfenetz_now()) AS until
FROM network n WHERE n.id = {}
"""
_FROZEN = f"""
SELECT {_COLUMNS}, v.content::text AS content,
    (SELECT row_to_json(o)::text FROM directory_version o
     WHERE o.network_id = v.network_id AND o.number = coalesce(asked.number, v.number - 1)) AS other
FROM (SELECT {{}}::uuid AS network_id, {{}}::uuid AS id, {{}}::integer AS number) asked
JOIN directory_version v ON v.network_id = asked.network_id AND v.id = asked.id
"""  # noqa: S608 - constants of this file
_OWN = """
SELECT (SELECT coalesce(json_agg(b.source ORDER BY b.network_id), '[]'::json)::text FROM rulebook b
        WHERE b.network_id = ANY ((SELECT reach_networks())::uuid[])
          AND b.id = rulebook_in_force(b.network_id)) AS sources,
    (SELECT coalesce(json_agg(row_to_json(c) ORDER BY lower(c.name), c.id), '[]'::json)::text FROM contact_person c
     WHERE c.organisation_id = (SELECT current_organisation())) AS persons
"""


def _rulebook(source: str) -> Rulebook:
    return parse_rulebook(source, file="rulebook")


def _members(found: list[Mapping[str, Any]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            id=UUID(each["id"]),
            slug=each["slug"],
            name=each["name"],
            kind=each["kind"],
            is_office=each["is_office"],
            since=datetime.fromisoformat(each["since"]),
            persons=_persons(each["persons"]),
        )
        for each in found
    )


def _persons(found: list[Mapping[str, Any]]) -> tuple[Person, ...]:
    names = {each["id"]: each["name"] for each in found}
    return tuple(
        Person(
            id=UUID(each["id"]),
            topics=tuple(each["topics"]),
            stand_in_id=UUID(each["stand_in_id"]) if each["stand_in_id"] else None,
            stand_in=names.get(each["stand_in_id"], ""),
            **{name: each[name] for name in ("level", "name", "duty", "phone", "mail", "reachable")},
        )
        for each in found
    )


def _version(row: Mapping[str, Any]) -> Version:
    made_at = row["made_at"]
    return Version(
        id=UUID(str(row["id"])),
        number=row["number"],
        made_at=datetime.fromisoformat(made_at) if isinstance(made_at, str) else made_at,
        made_by=row["made_by"],
        reason=DirectoryReason(row["reason"]),
        note=row["note"],
    )
