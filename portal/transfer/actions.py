"""Putting a package into a folder: all of it in one transaction, or nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Invalid
from portal.kit.ids import new_id
from portal.spaces.actions import announce, choose_address
from portal.spaces.events import Happening, ItemDue
from portal.spaces.luggage import Arrival, all_luggage
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_principals import title_of
from portal.spaces.rules import slug_of
from portal.spaces.types import ContentType, type_of
from portal.transfer.planning import Plan, check_place, is_known
from portal.transfer.rules import Line, relinked, relinked_all, said
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

References = Mapping[str, Mapping[str, object]]


async def import_package(
    *,
    actor: Actor,
    now: datetime,
    folder: Item,
    plan: Plan,
    files: References,
) -> UUID:
    """Create all of it; gives back the id of what is on top, or of the folder if several things are.

    Args:
        files: references of the bytes, by digest, as ``files.actions.keep_blob`` made them.

    Raises:
        Forbidden: the actor does not manage the folder.
        Invalid: something is wrong with the package.
    """
    check_place(folder)
    if plan.troubles:
        raise Invalid(f"{plan.troubles[0].where}: {plan.troubles[0].sentence}", field="file")
    ids = {line.data["id"]: str(new_id()) for line in plan.lines}
    places: dict[tuple[str, ...], _Where] = {}
    tops: list[UUID] = []
    for line in plan.lines:
        above, item_id = places.get(line.above), UUID(ids[line.data["id"]])
        if above is None or not line.path:
            tops.append(item_id)
            address = await choose_address(parent=folder, wanted=_wanted(line), is_exact=False)
            where = _Where(item_id, folder.id, address, top=address, is_top=True)
        else:
            where = _Where(item_id, above.item_id, f"{above.address}/{line.path[-1]}", top=above.top, is_top=False)
        places[line.path] = where
        await _insert(actor, folder, line, where, _told(line, ids, files))
    for line in plan.lines:  # once everything is there: luggage may name what stands further down
        await _unpack(actor, now, folder=folder, line=line, where=places[line.path], ids=ids)
    for line in plan.lines:
        await _share(actor, folder, line, places[line.path].item_id)
    for line in plan.lines:
        made = await access_item(actor, places[line.path].item_id)
        await announce(actor=actor, item=made, happening=Happening.ADDED)
    count = len(plan.lines)
    await audit.record(
        actor=actor, action="item:imported", subject="item", subject_id=folder.id, details={"count": count}
    )
    return tops[0] if len(tops) == 1 else folder.id


async def _unpack(
    actor: Actor, now: datetime, *, folder: Item, line: Line, where: "_Where", ids: dict[str, str]
) -> None:
    for luggage in all_luggage():
        if entries := line.data.get(luggage.name):
            told = relinked_all(entries, ids)
            await luggage.unpack(Arrival(actor, now, folder.space, where.item_id, where.top, told))


def _wanted(line: Line) -> str:
    return (line.path[-1] if line.path else slug_of(str(line.data["values"]["title"]))) or "paket"


@dataclass(frozen=True, slots=True)
class _Where:
    item_id: UUID
    parent_id: UUID
    address: str
    top: str
    is_top: bool


def _told(line: Line, ids: dict[str, str], files: References) -> Line:
    """The line as it is written: links lead along, files are named as the space names them."""

    def told(values: dict[str, Any]) -> dict[str, Any]:
        result = {name: relinked(value, ids) if isinstance(value, str) else value for name, value in values.items()}
        reference = values.get("file")
        if isinstance(reference, dict):
            result["file"] = dict(files[str(reference["sha256"])])
        return result

    versions = [{**version, "values": told(version["values"])} for version in line.data["versions"]]
    return Line(line.number, line.path, {**line.data, "values": told(line.data["values"]), "versions": versions})


async def _insert(actor: Actor, folder: Item, line: Line, where: _Where, told: Line) -> None:
    data, declared = told.data, type_of(line.data["type"])
    values, state = data["values"], data["state"]
    columns = declared.column_values(values)
    fields = {name: values.get(name) for name in declared.fields}
    await execute(
        """
        INSERT INTO item (space_id, id, parent_id, path, type, title, summary, tags, fields, words, state, readers,
                          writers, position, version, begins_at, ends_at, assignee, owner_id, owner_organisation_id,
                          owner_name, changed_by, created_at, changed_at, published_at, publish_at, expires_at)
        VALUES ({}, {}, {}, text2ltree({}), {}, {}, {}, {}::text[], {}::jsonb, {}, {}, {}, {},
                CASE WHEN {} THEN coalesce((SELECT max(position) + 1 FROM item WHERE space_id = {} AND parent_id = {}
                                            AND bin_id IS NULL), 0) ELSE {} END,
                {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        folder.space.id,
        where.item_id,
        where.parent_id,
        where.address.replace("/", "."),
        declared.name,
        values["title"],
        values["summary"],
        values["tags"],
        json.dumps(fields, ensure_ascii=False),
        declared.words(values),
        state,
        int(declared.workflow.states[state].readers),
        int(declared.workflow.writers(state)),
        where.is_top,
        folder.space.id,
        where.parent_id,
        data["position"],
        max([1, *(version["version"] for version in data["versions"])]),
        columns.get("begins_at"),
        columns.get("ends_at"),
        columns.get("assignee"),
        actor.person_id,
        actor.organisation_id,
        said(data["owner"]) or actor.name,
        said(data["changed_by"]),
        *(data.get(key) for key in ("created_at", "changed_at", "published_at", "publish_at", "expires_at")),
    )
    await _insert_history(actor, folder, where.item_id, data, declared)
    for at in filter(None, (data.get("publish_at"), data.get("expires_at"))):
        due = ItemDue(folder.space.id, where.item_id)
        await emit(due, **folder.space.recipients, due_at=at, key=f"item_due:{where.item_id}:{at.isoformat()}")


async def _insert_history(
    actor: Actor, folder: Item, item_id: UUID, data: Mapping[str, Any], declared: ContentType
) -> None:
    only = {"version": 1, "values": data["values"], "note": "", "by": data["changed_by"], "at": data["changed_at"]}
    for version in data["versions"] or [only]:
        await execute(
            """
            INSERT INTO item_version (space_id, item_id, version, type, values, note, by_id, by_name, brought_by, at)
            VALUES ({}, {}, {}, {}, {}::jsonb, {}, {}, {}, {}, {})
            """,
            folder.space.id,
            item_id,
            version["version"],
            declared.name,
            json.dumps(version["values"], ensure_ascii=False),
            version["note"][:500],
            actor.person_id,
            version["by"][:200],
            actor.name,
            version["at"],
        )
    for step in data["steps"]:
        await execute(
            """
            INSERT INTO item_transition (space_id, id, item_id, transition, source, target, note, by_id, by_name,
                                         brought_by, at)
            VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
            """,
            folder.space.id,
            new_id(),
            item_id,
            *(step[key] for key in ("transition", "source", "target")),
            step["note"][:2000],
            actor.person_id,
            step["by"][:200],
            actor.name,
            step["at"],
        )


async def _share(actor: Actor, folder: Item, line: Line, item_id: UUID) -> None:
    """Grants and cuts come last: what is cut off could not be filled any more."""
    for grant in line.data["grants"]:
        if await is_known(actor, folder, grant):
            await execute(
                """
                INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, granted_at, brought_by)
                VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING
                """,
                folder.space.id,
                item_id,
                grant["principal"],
                grant["access"],
                (await title_of(actor, folder.space, grant["principal"]))[:200],
                grant["by"][:200],
                grant["at"],
                actor.name,
            )
    if line.data.get("inherits") is False:
        await execute("UPDATE item SET inherits = false WHERE space_id = {} AND id = {}", folder.space.id, item_id)
