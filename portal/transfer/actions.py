"""Putting a package into a folder: first what it would create, then all of it in one transaction, or nothing."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.spaces.actions import announce, choose_address
from portal.spaces.events import Happening, ItemDue
from portal.spaces.fields import RichText, clean
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_principals import title_of
from portal.spaces.rules import DEEPEST, GRANTED, Access, slug_of
from portal.spaces.types import ContentType, type_of
from portal.transfer.archive import Incoming
from portal.transfer.rules import LINES, Broken, Line, Lines, Trouble, read_lines, relinked
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

References = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a package would create; ``strangers`` counts grants to whom this space cannot be shared with."""

    lines: list[Line]
    troubles: list[Trouble]
    counts: list[tuple[ContentType, int]]
    files: dict[str, str]
    strangers: int = 0

    @property
    def titles(self) -> list[str]:
        """Of what would lie directly in the folder, and one level below."""
        return [str(line.data["values"].get("title", "")) for line in self.lines if len(line.path) <= 2][:20]  # noqa: PLR2004


async def plan_import(*, actor: Actor, folder: Item, incoming: Incoming) -> Plan:
    """Look through a package; nothing is written.

    Raises:
        Forbidden: the actor does not manage the folder.
        Invalid: the package itself cannot be read.
    """
    check_place(folder)
    found = await asyncio.to_thread(lambda: read_lines(incoming.lines()))
    strangers = 0
    for line in found.lines:
        _check_line(found, folder, line)
        for digest in line.digests():
            if not incoming.has(digest):
                found.refuse(line.number, "file", "Die Datei dazu fehlt im Paket.")
        strangers += [await _is_known(actor, folder, grant) for grant in line.data["grants"]].count(False)
    counts = Counter(line.data["type"] for line in found.lines)
    kinds = [] if found.troubles else [(type_of(name), count) for name, count in counts.most_common()]
    return Plan(found.lines, found.troubles, kinds, _names(found.lines), strangers)


async def import_package(
    *,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - as every action; moments come with the package
    folder: Item,
    plan: Plan,
    files: References,
) -> UUID:
    """Create all of it; gives back the id of what is on top.

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
    first = plan.lines[0]
    wanted = first.path[-1] if first.path else slug_of(str(first.data["values"]["title"]))
    top = await choose_address(parent=folder, wanted=wanted or "paket", is_exact=False)
    places: dict[tuple[str, ...], UUID] = {first.above: folder.id}
    for line in plan.lines:
        places[line.path] = UUID(ids[line.data["id"]])
        is_top = line is first
        address = top if is_top else "/".join((top, *line.path[len(first.path) :]))
        parent = folder.id if is_top else places[line.above]
        await _insert(actor, folder, line, _Where(places[line.path], parent, address, is_top), _told(line, ids, files))
    for line in plan.lines:
        await _share(actor, folder, line, places[line.path])
    for line in plan.lines:
        made = await access_item(actor, places[line.path])
        await announce(actor=actor, item=made, happening=Happening.ADDED)
    count = len(plan.lines)
    await audit.record(
        actor=actor, action="item:imported", subject="item", subject_id=folder.id, details={"count": count}
    )
    return places[first.path]


def check_place(folder: Item) -> None:
    """Whether somebody may put packages here: they bring states, history and rights along.

    Raises:
        Forbidden: no.
    """
    if not (folder.declared.is_folder and folder.may.access & Access.MANAGER):
        raise Forbidden("Ein Paket spielt ein, wer den Ordner verwaltet.")


@dataclass(frozen=True, slots=True)
class _Where:
    item_id: UUID
    parent_id: UUID
    address: str
    is_top: bool


def _names(lines: list[Line]) -> dict[str, str]:
    """What the files are called, by digest."""
    found: dict[str, str] = {}
    for line in lines:
        for values in (line.data["values"], *(version["values"] for version in line.data["versions"])):
            reference = values.get("file")
            if isinstance(reference, dict):
                found.setdefault(str(reference.get("sha256")), str(reference.get("name", "")))
    return found


def _check_line(found: Lines, folder: Item, line: Line) -> None:
    try:
        declared = type_of(line.data["type"])
    except NotFound:
        found.refuse(line.number, "type", f"Diese Art von Inhalt gibt es hier nicht: {line.data['type'][:50]!r}.")
        return
    if line.data["state"] not in declared.workflow.states:
        found.refuse(line.number, "state", f"Diesen Stand gibt es hier nicht: {line.data['state'][:50]!r}.")
    if len(folder.path) + max(1, len(line.path)) > DEEPEST:
        found.refuse(line.number, "path", "Tiefer als 20 Ebenen lässt sich nichts ablegen.")
    try:
        line.data["values"] = _kept(declared, "values", line.data["values"])
        for number, version in enumerate(line.data["versions"], start=1):
            version["values"] = _kept(declared, f"versions.{number}.values", version["values"])
    except Broken as broken:
        found.refuse(line.number, broken.key, broken.sentence)
    if len({version["version"] for version in line.data["versions"]}) != len(line.data["versions"]):
        found.refuse(line.number, "versions", "Eine Fassung steht doppelt da.")


def _kept(declared: ContentType, key: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the form of the type lets them through; formatted text is cleaned and otherwise left as it is.

    Raises:
        Broken: the form would not take them.
    """
    try:
        form = declared.form.read(declared.form.blank(**declared.initial(values)).raw)
    except (ValueError, TypeError, AttributeError, KeyError):
        raise Broken(key, "Ein Feld hat einen Inhalt, der nicht zu ihm passt.") from None
    if not form.ok:
        name, sentence = next(iter(form.errors.items()))
        raise Broken(f"{key}.{name}" if name else key, str(sentence))
    result = declared.values_of(form)
    for name, field in declared.every.items():
        if isinstance(field, RichText):
            result[name] = clean(str(values.get(name) or ""))
        elif name not in result:
            result[name] = values.get(name)
    return result


async def _is_known(actor: Actor, folder: Item, grant: Mapping[str, Any]) -> bool:
    try:
        await title_of(actor, folder.space, grant["principal"])
    except (Invalid, NotFound):
        return False
    return grant["access"] in {int(access) for access in GRANTED}


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
        data["owner"][:200],
        data["changed_by"][:200],
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
            INSERT INTO item_version (space_id, item_id, version, type, values, note, by_id, by_name, at)
            VALUES ({}, {}, {}, {}, {}::jsonb, {}, {}, {}, {})
            """,
            folder.space.id,
            item_id,
            version["version"],
            declared.name,
            json.dumps(version["values"], ensure_ascii=False),
            version["note"][:500],
            actor.person_id,
            version["by"][:200],
            version["at"],
        )
    for step in data["steps"]:
        await execute(
            """
            INSERT INTO item_transition (space_id, id, item_id, transition, source, target, note, by_id, by_name, at)
            VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
            """,
            folder.space.id,
            new_id(),
            item_id,
            *(step[key] for key in ("transition", "source", "target")),
            step["note"][:2000],
            actor.person_id,
            step["by"][:200],
            step["at"],
        )


async def _share(actor: Actor, folder: Item, line: Line, item_id: UUID) -> None:
    """Grants and cuts come last: what is cut off could not be filled any more."""
    for grant in line.data["grants"]:
        if await _is_known(actor, folder, grant):
            await execute(
                """
                INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, granted_at)
                VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING
                """,
                folder.space.id,
                item_id,
                grant["principal"],
                grant["access"],
                (await title_of(actor, folder.space, grant["principal"]))[:200],
                grant["by"][:200],
                grant["at"],
            )
    if line.data.get("inherits") is False:
        await execute("UPDATE item SET inherits = false WHERE space_id = {} AND id = {}", folder.space.id, item_id)


__all__ = ["LINES", "Plan", "check_place", "import_package", "plan_import"]
