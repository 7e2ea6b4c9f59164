"""What is written in the demo world, and by whom: added, edited, reviewed and published with everyday actions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID, uuid5

from portal.demo.acting import acting
from portal.spaces import content, types
from portal.spaces.actions import add_item, change_state, save_item
from portal.spaces.actions_sharing import grant, set_inheritance
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, access_item, find_address
from portal.spaces.rules import Access
from portal.spaces.types import type_of
from tenants.context import Actor
from tenants.database import execute
from tenants.queries import organisations_by_slug
from tenants.scope import current_scope, scope

_CONTENT = UUID("6f0a3b52-4e0f-5d3a-9a3e-58c1b7d0e2f4")
_UNTOUCHED = (0, 0)


@dataclass(frozen=True, slots=True)
class Edit:
    """A later version: who wrote it, which fields are other now, what they say about it, how many days ago."""

    by: tuple[str, str]
    values: dict[str, str]
    note: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the workflow."""

    by: tuple[str, str]
    transition: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be found in a space. Days count backwards from the day it is seeded.

    Attributes:
        by: (user name, organisation) of who adds it.
        values: what they type into the form.
        only_for: organisations (slugs) that may read and add here; nobody else but who manages the space.
    """

    by: tuple[str, str]
    kind: str
    values: dict[str, str]
    days: int = 0
    edits: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()
    only_for: tuple[str, ...] = ()
    below: tuple["Entry", ...] = ()


@dataclass(frozen=True, slots=True)
class _Deed:
    """One thing somebody does; ``entry`` is added below ``parent_id`` (None: the front page)."""

    by: tuple[str, str]
    entry: Entry
    item_id: UUID
    parent_id: UUID | None
    edit: tuple[int, Edit] | None = None
    step: tuple[int, Step] | None = None

    @property
    def turn(self) -> int:
        """First everything is added, then edited, then taken through its workflow: fewer people take turns."""
        if self.edit is not None:
            return self.edit[0]
        return 100 + self.step[0] if self.step is not None else 0


@dataclass(frozen=True, slots=True)
class Place:
    """A space of the demo world: an organisation's, a network's, or that network's ``room``."""

    kind: str
    slug: str
    owner_id: UUID
    room: str = ""

    @property
    def key(self) -> SpaceKey:
        """The space."""
        return SpaceKey(self.kind, self.owner_id, self.room)

    @property
    def root(self) -> UUID:
        """What the identifiers of everything seeded here are made of."""
        return uuid5(_CONTENT, f"{self.kind}/{self.slug}")

    def item_id(self, *titles: str) -> UUID:
        """The identifier of something seeded, by the titles on the way to it."""
        found = self.root
        for title in titles:
            found = uuid5(found, title)
        return found


@dataclass(slots=True)
class _Known:
    """How far each item has come: version and steps by id."""

    stands: dict[UUID, tuple[int, int]] = field(default_factory=dict)

    def is_done(self, deed: _Deed) -> bool:
        version, steps = self.stands.get(deed.item_id, _UNTOUCHED)
        if deed.edit is not None:
            return version > deed.edit[0]
        if deed.step is not None:
            return steps >= deed.step[0]
        return version > 0


async def seed_content(place: Place, entries: tuple[Entry, ...], *, provider: str) -> bool:
    """Write what is not there yet in a space; True when anything was.

    What people changed, moved or threw away since stays as they left it.
    """
    types.install(content.TYPES)
    deeds = sorted(_deeds_of(entries, place.root, None), key=attrgetter("turn"))
    known = await _known(place, [deed.item_id for deed in deeds])
    left = [deed for deed in deeds if not known.is_done(deed)]
    for by, group in groupby(left, key=attrgetter("by")):
        async with acting(by[0], by[1], provider) as (actor, _):
            for deed in group:
                await _do(actor, place.key, deed)
    return bool(left)


def _deeds_of(entries: tuple[Entry, ...], above: UUID, parent_id: UUID | None) -> Iterator[_Deed]:
    for entry in entries:
        item_id = uuid5(above, entry.values["title"])
        yield _Deed(entry.by, entry, item_id, parent_id)
        for number, edit in enumerate(entry.edits, start=1):
            yield _Deed(edit.by, entry, item_id, parent_id, edit=(number, edit))
        for number, step in enumerate(entry.steps, start=1):
            yield _Deed(step.by, entry, item_id, parent_id, step=(number, step))
        yield from _deeds_of(entry.below, item_id, item_id)


async def _known(place: Place, item_ids: list[UUID]) -> _Known:
    """One question a space: a second start costs nothing worth mentioning."""
    is_own = place.kind == "organisation"
    async with scope(organisation_id=place.owner_id if is_own else None, network_id=None if is_own else place.owner_id):
        rows = await execute(
            """
            SELECT i.id, i.version, (SELECT count(*) FROM item_transition t
                                     WHERE t.space_id = i.space_id AND t.item_id = i.id) AS steps
            FROM item i WHERE i.id = ANY ({}::uuid[])
            """,
            item_ids,
        )
    return _Known({row["id"]: (row["version"], row["steps"]) for row in rows})


async def _do(actor: Actor, space: SpaceKey, deed: _Deed) -> None:
    now = current_scope().now
    if deed.edit is not None:
        edit = deed.edit[1]
        item = await access_item(actor, deed.item_id)
        await save_item(
            actor=actor,
            now=now - timedelta(days=edit.days),
            item=item,
            values=_values(deed.entry.kind, deed.entry.values | edit.values),
            version=item.version,
            note=edit.note,
        )
    elif deed.step is not None:
        step = deed.step[1]
        item = await access_item(actor, deed.item_id)
        await change_state(actor=actor, now=now - timedelta(days=step.days), item=item, transition=step.transition)
    else:
        await _add(actor, space, deed)


async def _add(actor: Actor, space: SpaceKey, deed: _Deed) -> None:
    entry, at = deed.entry, current_scope().now - timedelta(days=deed.entry.days)
    parent = await (find_address(actor, space, "") if deed.parent_id is None else access_item(actor, deed.parent_id))
    if parent is None:
        raise LookupError(f"{entry.by[0]} does not see where to put {entry.values['title']}")
    values = _values(entry.kind, entry.values)
    await add_item(actor=actor, now=at, parent=parent, kind=entry.kind, values=values, item_id=deed.item_id)
    if entry.only_for:
        await _keep_among(actor, await access_item(actor, deed.item_id), entry.only_for)


async def _keep_among(actor: Actor, item: Item, organisations: tuple[str, ...]) -> None:
    now = current_scope().now
    await set_inheritance(actor=actor, now=now, item=item, inherits=False)
    known = await organisations_by_slug(list(organisations))
    for slug in organisations:
        for access in (Access.READER, Access.CONTRIBUTOR):
            await grant(actor=actor, now=now, item=item, principal=f"organisation:{known[slug]}", access=access)


def _values(kind: str, typed: dict[str, str]) -> dict[str, object]:
    """What the form makes of what was typed.

    Raises:
        ValueError: it would refuse it.
    """
    declared = type_of(kind)
    form = declared.form.read(typed)
    if not form.ok:
        raise ValueError(f"{typed['title']}: {form.errors}")
    return declared.values_of(form)
