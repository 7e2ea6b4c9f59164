"""Where content lies: moving, renaming, copying, ordering, and the bin."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices import live
from portal.shell.i18n import mark
from portal.spaces.actions import add_item, announce, choose_address, lock_folder, lock_tree
from portal.spaces.events import BinDue, Happening, ItemDue
from portal.spaces.keepers import keepers
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_lists import list_entries, neighbour_of
from portal.spaces.rules import DEEPEST, Shift, range_below
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

RETENTION = timedelta(days=30)
MOST_COPIED = 2_000
_COPY = " (Kopie)"
_LONGEST_TITLE = 200
_TOO_DEEP = mark("Tiefer als 20 Ebenen lässt sich nichts ablegen.")


async def move_item(
    *,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - as every action
    item: Item,
    folder: Item,
    slug: str = "",
) -> str:
    """Move an item with all below it, or rename it in place; gives back its new address.

    Its old address leads to the new one from then on: the database sees to it.

    Raises:
        Forbidden: the actor may not take it from here, or add anything there.
        Invalid: into itself, into another space, or too deep.
    """
    if not item.may.may_move:
        raise Forbidden("Das dürfen Sie nicht verschieben.")
    is_elsewhere = folder.id != item.parent_id
    if is_elsewhere and not folder.may.may_add:
        raise Forbidden("Dort dürfen Sie nichts hinzufügen.")
    if folder.space.id != item.space.id:
        raise Invalid(
            "Verschieben lässt sich nur innerhalb eines Bereichs. In einen anderen Bereich können Sie kopieren."
        )
    if is_within(folder, item):
        raise Invalid("Ein Ordner lässt sich nicht in sich selbst verschieben.")
    await _alone(item)
    if await _depth_below(item) + len(folder.path) > DEEPEST:
        raise Invalid(_TOO_DEEP)
    address = await choose_address(parent=folder, wanted=slug or item.slug, is_exact=bool(slug), besides=item.id)
    if address == item.address:
        return address
    await _carry(item, folder, address)
    await announce(actor=actor, item=item, happening=Happening.MOVED)
    if is_elsewhere and await _holds_waiting(item, address):
        await live.changed(live.everybody(item.space.owner_id))
    return address


async def _holds_waiting(item: Item, address: str) -> bool:
    """Whether something there waits for a review: perhaps for others than where it was."""
    low, high = range_below(address)
    (row,) = await execute(
        "SELECT EXISTS (SELECT FROM item WHERE space_id = {} AND state = 'pending' AND bin_id IS NULL "
        "AND (address = {} OR (address >= {} AND address < {}))) AS waits",
        *(item.space.id, address, low, high),
    )
    return bool(row["waits"])


async def copy_item(*, actor: Actor, now: datetime, item: Item, folder: Item) -> UUID:
    """Copy an item with all below it that the actor may read, as new items of their own; gives back the copy's id.

    Rights and history stay with the original; each copy begins in the first state of its workflow.

    Raises:
        Forbidden: the actor may add nothing there.
        Invalid: into itself, too deep, or more than can be copied at once.
    """
    if is_within(folder, item):
        raise Invalid("Ein Ordner lässt sich nicht in sich selbst kopieren.")
    low, high = range_below(item.address)
    below = await list_entries(
        actor,
        condition="i.address >= {} AND i.address < {}",
        values=(low, high),
        order="i.path",
        limit=MOST_COPIED + 1,
        spaces=[item.space.id],
    )
    if len(below) > MOST_COPIED:
        raise Invalid("Das sind zu viele Einträge auf einmal. Bitte kopieren Sie kleinere Ordner einzeln.")
    copied = {item.id: await _copy_one(actor, now, item, folder)}
    for entry in below:
        if entry.parent_id in copied:  # what lies below something hidden stays with it
            original = await access_item(actor, entry.id)
            copied[entry.id] = await _copy_one(actor, now, original, copied[entry.parent_id])
    return copied[item.id].id


async def shift_item(*, actor: Actor, item: Item, folder: Item, shift: Shift) -> None:
    """Put an item one place up or down among what the actor sees in the folder, or first or last.

    Raises:
        Forbidden: the actor may not edit the folder.
    """
    _check_order(folder)
    await lock_folder(folder=folder)
    if shift in (Shift.FIRST, Shift.LAST):
        edge = "min(o.position) - 1" if shift is Shift.FIRST else "max(o.position) + 1"
        await execute(
            f"""
            UPDATE item SET position = (SELECT {edge} FROM item o WHERE o.space_id = item.space_id
                AND o.parent_id = item.parent_id AND o.bin_id IS NULL)
            WHERE space_id = {{}} AND id = {{}}
            """,  # noqa: S608 - one of two constants
            item.space.id,
            item.id,
        )
        return
    beside = await neighbour_of(actor, folder, item.id, is_before=shift is Shift.UP)
    if beside is not None and not await _swap(folder, item.id, beside):
        await _number(folder)  # both had the same place
        await _swap(folder, item.id, beside)


async def bin_item(*, actor: Actor, now: datetime, item: Item) -> UUID:
    """Throw an item away with all below it; it can be restored for 30 days. Gives back the id of the bin's entry.

    Raises:
        Forbidden: the actor may not.
    """
    if not item.may.may_bin:
        raise Forbidden("Das dürfen Sie nicht löschen.")
    await _alone(item)
    bin_id, purge_at = new_id(), now + RETENTION
    low, high = range_below(item.address)
    count = 0
    # Again until nothing is left: whoever was adding something below has finished by then, or is refused.
    while found := await _changed(
        """
        UPDATE item SET bin_id = {}
        WHERE space_id = {} AND bin_id IS NULL AND (id = {} OR (address >= {} AND address < {}))
        """,
        bin_id,
        item.space.id,
        item.id,
        low,
        high,
    ):
        count += found
    await execute(
        """
        INSERT INTO item_bin (space_id, id, item_id, title, address, items, by_id, by_name, at, purge_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        item.space.id,
        bin_id,
        item.id,
        item.title,
        item.address,
        count,
        actor.person_id,
        actor.name,
        now,
        purge_at,
    )
    due = BinDue(item.space.id, bin_id)
    await emit(due, **item.space.recipients, due_at=purge_at, key=f"bin_due:{bin_id}")
    await audit.record(actor=actor, action="item:binned", subject="item", subject_id=item.id, details={"count": count})
    await announce(actor=actor, item=item, happening=Happening.BINNED)
    return bin_id


async def restore_item(
    *,
    actor: Actor,
    now: datetime,
    item: Item,
    folder: Item,
) -> str:
    """Take an item with all that was thrown away with it out of the bin, into a folder; gives back its address.

    ``item`` was accessed with ``access_binned``.

    Raises:
        Forbidden: the actor may not.
        Invalid: into another space, or too deep.
        Conflict: it is not in the bin any more.
    """
    if not item.may.may_bin:
        raise Forbidden("Das dürfen Sie nicht wiederherstellen.")
    if folder.id != item.parent_id and not folder.may.may_add:
        raise Forbidden("Dort dürfen Sie nichts hinzufügen.")
    if folder.space.id != item.space.id:
        raise Invalid("Wiederherstellen lässt sich nur innerhalb des Bereichs.")
    await _alone(item)
    if await _depth_below(item) + len(folder.path) > DEEPEST:
        raise Invalid(_TOO_DEEP)
    # First: elsewhere it may be somebody else who edits it.
    taken = await execute(
        "DELETE FROM item_bin WHERE space_id = {} AND id = {} RETURNING at", item.space.id, item.bin_id
    )
    address = await choose_address(parent=folder, wanted=item.slug, is_exact=False)
    await _carry(item, folder, address)
    restored = await execute(
        "UPDATE item SET bin_id = NULL WHERE space_id = {} AND bin_id = {} "
        "RETURNING id, publish_at, expires_at, ends_at, version",
        item.space.id,
        item.bin_id,
    )
    await audit.record(actor=actor, action="item:restored", subject="item", subject_id=item.id)
    await announce(actor=actor, item=item, happening=Happening.RESTORED)
    await _wake(actor, now, item, restored, since=taken[0]["at"] if taken else now)
    return address


def is_within(folder: Item, item: Item) -> bool:
    """Whether the folder is the item or lies somewhere below it."""
    return folder.space.id == item.space.id and folder.path[: len(item.path)] == item.path


async def _wake(
    actor: Actor, now: datetime, item: Item, restored: Sequence[Mapping[str, Any]], *, since: datetime
) -> None:
    """Clocks may have rung in the bin, since ``since``, where nobody heard them: of what came back with an item too."""
    for row in restored:
        for at in filter(None, (row["publish_at"], row["expires_at"])):
            due = ItemDue(item.space.id, row["id"])
            await emit(due, **item.space.recipients, due_at=at, key=f"item_due:{item.bin_id}:{row['id']}:{at}")
        if row["id"] != item.id and row["ends_at"] is not None and since <= row["ends_at"] <= now:
            below = replace(item, id=row["id"], version=row["version"])
            await announce(actor=actor, item=below, happening=Happening.RESTORED)


async def _copy_one(actor: Actor, now: datetime, original: Item, folder: Item) -> Item:
    values = dict(original.values)
    if original.parent_id == folder.id:
        values["title"] = original.title[: _LONGEST_TITLE - len(_COPY)] + _COPY
    copy_id = await add_item(actor=actor, now=now, parent=folder, kind=original.declared.name, values=values)
    for keeper in keepers():
        if keeper.copied is not None:
            await keeper.copied(actor=actor, now=now, original=original, copy_id=copy_id)
    return await access_item(actor, copy_id)


async def _swap(folder: Item, one: UUID, other: UUID) -> int:
    return await _changed(
        """
        UPDATE item SET position = o.position FROM item o
        WHERE item.space_id = {} AND o.space_id = item.space_id AND o.position <> item.position
          AND ((item.id = {} AND o.id = {}) OR (item.id = {} AND o.id = {}))
        """,
        folder.space.id,
        one,
        other,
        other,
        one,
    )


def _check_order(folder: Item) -> None:
    if not folder.may.may_edit:
        raise Forbidden("Diesen Ordner dürfen Sie nicht ordnen.")


async def _number(folder: Item) -> None:
    """Give what lies in a folder its places 0, 1, 2 ... in its order. Only what has another is written."""
    await execute(
        """
        WITH wanted AS (
            SELECT i.id, row_number() OVER (ORDER BY i.position, i.id) - 1 AS place
            FROM item i WHERE i.space_id = {} AND i.parent_id = {} AND i.bin_id IS NULL
        )
        UPDATE item SET position = w.place FROM wanted w
        WHERE item.space_id = {} AND item.id = w.id AND item.position <> w.place
        """,
        folder.space.id,
        folder.id,
        folder.space.id,
    )


async def _place_at_the_end(folder: Item) -> int:
    rows = await execute(
        "SELECT coalesce(max(position) + 1, 0) AS place FROM item "
        "WHERE space_id = {} AND parent_id = {} AND bin_id IS NULL",
        folder.space.id,
        folder.id,
    )
    return int(rows[0]["place"])


async def _alone(item: Item) -> None:
    """From here to the end nobody else moves, bins or restores anything in the space.

    Raises:
        Conflict: somebody did with this item since it was read.
    """
    await lock_tree(space_id=item.space.id)
    rows = await execute(
        "SELECT FROM item WHERE space_id = {} AND id = {} AND address = {} AND bin_id IS NOT DISTINCT FROM {}",
        item.space.id,
        item.id,
        item.address,
        item.bin_id,
    )
    if not rows:
        raise Conflict("Das wurde inzwischen verschoben oder gelöscht. Bitte laden Sie die Seite neu.")


async def _depth_below(item: Item) -> int:
    """How many levels the item and what lies below it take: 1 for an item without anything below."""
    low, high = range_below(item.address)
    rows = await execute(
        "SELECT coalesce(max(nlevel(path)), {}) - {} + 1 AS depth FROM item "
        "WHERE space_id = {} AND bin_id IS NOT DISTINCT FROM {} AND address >= {} AND address < {}",
        len(item.path),
        len(item.path),
        item.space.id,
        item.bin_id,
        low,
        high,
    )
    return int(rows[0]["depth"])


async def _carry(item: Item, folder: Item, address: str) -> None:
    """Give an item and all below it new paths, and the item its place: at the end of a new folder."""
    low, high = range_below(item.address)
    old, new = item.address.replace("/", "."), address.replace("/", ".")
    is_elsewhere = folder.id != item.parent_id
    place = await _place_at_the_end(folder) if is_elsewhere else item.position
    # Again until nothing is left: what somebody was adding below meanwhile still has the old path.
    while await _changed(
        """
        UPDATE item SET
            path = text2ltree({}) || CASE WHEN nlevel(path) > nlevel(text2ltree({}))
                                          THEN subpath(path, nlevel(text2ltree({}))) ELSE '' END,
            parent_id = CASE WHEN id = {} THEN {} ELSE parent_id END,
            position = CASE WHEN id = {} THEN {} ELSE position END
        WHERE space_id = {} AND bin_id IS NOT DISTINCT FROM {} AND (address = {} OR (address >= {} AND address < {}))
        """,
        new,
        old,
        old,
        item.id,
        folder.id,
        item.id,
        place,
        item.space.id,
        item.bin_id,
        item.address,
        low,
        high,
    ):
        if address == item.address:
            break


async def _changed(statement: str, *values: object) -> int:
    """How many rows an UPDATE wrote, without bringing them."""
    rows = await execute(f"WITH changed AS ({statement} RETURNING 1) SELECT count(*) AS rows FROM changed", *values)  # noqa: S608
    return int(rows[0]["rows"])
