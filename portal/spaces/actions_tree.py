"""Where content lies: moving, renaming, copying, ordering, and the bin."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.spaces.actions import add_item, announce, choose_address
from portal.spaces.events import BinDue, Happening
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_lists import list_entries
from portal.spaces.rules import DEEPEST, range_below
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

RETENTION = timedelta(days=30)
MOST_COPIED = 2_000


async def move_item(*, actor: Actor, now: datetime, item: Item, folder: Item, slug: str = "") -> str:
    """Move an item with all below it, or rename it in place; gives back its new address.

    Its old address leads to the new one from then on.

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
    if folder.id == item.id or folder.path[: len(item.path)] == item.path:
        raise Invalid("Ein Ordner lässt sich nicht in sich selbst verschieben.")
    if await _depth_below(item) + len(folder.path) > DEEPEST:
        raise Invalid("Tiefer als 20 Ebenen lässt sich nichts ablegen.")
    address = await choose_address(parent=folder, wanted=slug or item.slug, is_exact=bool(slug), besides=item.id)
    if address == item.address:
        return address
    await _carry(item, folder, address, now)
    await announce(actor=actor, item=item, happening=Happening.MOVED)
    return address


async def copy_item(*, actor: Actor, now: datetime, item: Item, folder: Item) -> UUID:
    """Copy an item with all below it that the actor may read, as new items of their own; gives back the copy's id.

    Rights and history stay with the original; each copy begins in the first state of its workflow.

    Raises:
        Forbidden: the actor may add nothing there.
        Invalid: into itself, too deep, or more than can be copied at once.
    """
    if folder.space.id == item.space.id and (folder.id == item.id or folder.path[: len(item.path)] == item.path):
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
    copied = {item.id: await _copy_one(actor, now, item.id, folder)}
    for entry in below:
        if entry.parent_id in copied:
            parent = await access_item(actor, copied[entry.parent_id])
            copied[entry.id] = await _copy_one(actor, now, entry.id, parent)
    return copied[item.id]


async def order_items(*, actor: Actor, folder: Item, item_ids: Sequence[UUID]) -> None:  # noqa: ARG001 - as every action
    """Put what lies in a folder into this order; what is not named comes after it.

    Raises:
        Forbidden: the actor may not edit the folder.
    """
    if not folder.may.may_edit:
        raise Forbidden("Diesen Ordner dürfen Sie nicht ordnen.")
    await execute(
        """
        UPDATE item SET position = o.place - 1 - cardinality({}::uuid[])
        FROM unnest({}::uuid[]) WITH ORDINALITY AS o (id, place)
        WHERE item.space_id = {} AND item.parent_id = {} AND item.id = o.id
        """,
        list(item_ids),
        list(item_ids),
        folder.space.id,
        folder.id,
    )


async def bin_item(*, actor: Actor, now: datetime, item: Item) -> UUID:
    """Throw an item away with all below it; it can be restored for 30 days. Gives back the id of the bin's entry.

    Raises:
        Forbidden: the actor may not.
    """
    if not item.may.may_bin:
        raise Forbidden("Das dürfen Sie nicht löschen.")
    bin_id, purge_at = new_id(), now + RETENTION
    low, high = range_below(item.address)
    binned = await execute(
        """
        UPDATE item SET bin_id = {}
        WHERE space_id = {} AND bin_id IS NULL AND (id = {} OR (address >= {} AND address < {})) RETURNING id
        """,
        bin_id,
        item.space.id,
        item.id,
        low,
        high,
    )
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
        len(binned),
        actor.person_id,
        actor.name,
        now,
        purge_at,
    )
    due = BinDue(item.space.id, bin_id)
    await emit(due, **item.space.recipients, due_at=purge_at, key=f"bin_due:{bin_id}")
    await audit.record(
        actor=actor, action="item:binned", subject="item", subject_id=item.id, details={"count": len(binned)}
    )
    await announce(actor=actor, item=item, happening=Happening.BINNED)
    return bin_id


async def restore_item(*, actor: Actor, now: datetime, item: Item, folder: Item | None = None) -> str:
    """Take an item with all that was thrown away with it out of the bin; gives back its address.

    ``item`` was accessed with ``in_bin``. It goes where it lay, or into ``folder``.

    Raises:
        Forbidden: the actor may not.
        Conflict: where it lay is nothing any more; a folder must be chosen.
    """
    if not item.may.may_bin:
        raise Forbidden("Das dürfen Sie nicht wiederherstellen.")
    if folder is None:
        if item.parent_id is None:
            raise Conflict
        folder = await access_item(actor, item.parent_id)
    if folder.space.id != item.space.id or (folder.id != item.parent_id and not folder.may.may_add):
        raise Forbidden("Dort dürfen Sie nichts hinzufügen.")
    address = await choose_address(parent=folder, wanted=item.slug, is_exact=False)
    await _carry(item, folder, address, now, bin_id=item.bin_id)
    await execute("UPDATE item SET bin_id = NULL WHERE space_id = {} AND bin_id = {}", item.space.id, item.bin_id)
    await execute("DELETE FROM item_bin WHERE space_id = {} AND id = {}", item.space.id, item.bin_id)
    await audit.record(actor=actor, action="item:restored", subject="item", subject_id=item.id)
    await announce(actor=actor, item=item, happening=Happening.RESTORED)
    return address


async def _copy_one(actor: Actor, now: datetime, item_id: UUID, folder: Item) -> UUID:
    original = await access_item(actor, item_id)
    return await add_item(
        actor=actor, now=now, parent=folder, kind=original.declared.name, values=dict(original.values)
    )


async def _depth_below(item: Item) -> int:
    """How many levels the item and what lies below it take: 1 for an item without anything below."""
    low, high = range_below(item.address)
    rows = await execute(
        "SELECT coalesce(max(nlevel(path)), {}) - {} + 1 AS depth FROM item "
        "WHERE space_id = {} AND bin_id IS NULL AND address >= {} AND address < {}",
        len(item.path),
        len(item.path),
        item.space.id,
        low,
        high,
    )
    return int(rows[0]["depth"])


async def _carry(item: Item, folder: Item, address: str, now: datetime, *, bin_id: UUID | None = None) -> None:
    """Give an item and all below it new paths in one statement, and leave a redirect."""
    low, high = range_below(item.address)
    old, new = item.address.replace("/", "."), address.replace("/", ".")
    await execute(
        """
        UPDATE item SET path = text2ltree({}) || CASE WHEN nlevel(path) > nlevel(text2ltree({}))
                                                      THEN subpath(path, nlevel(text2ltree({}))) ELSE '' END
        WHERE space_id = {} AND bin_id IS NOT DISTINCT FROM {} AND (id = {} OR (address >= {} AND address < {}))
        """,
        new,
        old,
        old,
        item.space.id,
        bin_id,
        item.id,
        low,
        high,
    )
    await execute("UPDATE item SET parent_id = {} WHERE space_id = {} AND id = {}", folder.id, item.space.id, item.id)
    if bin_id is None:
        await execute(
            """
            INSERT INTO item_redirect (space_id, address, item_id, made_at) VALUES ({}, {}, {}, {})
            ON CONFLICT (space_id, address) DO UPDATE SET item_id = EXCLUDED.item_id, made_at = EXCLUDED.made_at
            """,
            item.space.id,
            item.address,
            item.id,
            now,
        )
    await execute("DELETE FROM item_redirect WHERE space_id = {} AND address = {}", item.space.id, address)
