"""The end of what was thrown away: at once by who manages it, or by the worker when its time in the bin is over."""

from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Conflict, Forbidden
from portal.spaces.actions import lock_tree
from portal.spaces.events import BinDue
from portal.spaces.keepers import keepers
from portal.spaces.queries import Item
from portal.spaces.rules import Access
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope

_AT_ONCE = 5_000  # items that other packages are told of in one go
_BELONGING = ("item_version", "item_transition", "item_grant", "item_redirect", "item_bin")


async def end_retention(*, actor: Actor, now: datetime, item: Item) -> None:
    """Let the time of something in the bin be over now: nobody sees it any more, and the worker deletes it for good.

    ``item`` was accessed with ``access_binned``.

    Raises:
        Forbidden: only who manages the place may.
    """
    if not item.access & Access.MANAGER or item.bin_id is None:
        raise Forbidden("Endgültig löschen darf, wer den Eintrag verwaltet.")
    taken = await execute(
        "DELETE FROM item_bin WHERE space_id = {} AND id = {} RETURNING title, address, items",
        item.space.id,
        item.bin_id,
    )
    if not taken:
        raise Conflict
    # As an entry of its own: who threw it away did not decide that.
    await execute(
        """
        INSERT INTO item_bin (space_id, id, item_id, title, address, items, by_id, by_name, at, purge_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        item.space.id,
        item.bin_id,
        item.id,
        *(taken[0][name] for name in ("title", "address", "items")),
        actor.person_id,
        actor.name,
        now,
        now,
    )
    await emit(BinDue(item.space.id, item.bin_id), **item.space.recipients, key=f"bin_due:{item.bin_id}:{now}")
    await audit.record(actor=actor, action="item:purged", subject="item", subject_id=item.id)


async def purge_bin(*, actor: Actor, now: datetime, space_id: UUID, bin_id: UUID) -> int:
    """Delete for good what is due, with everything known about it; by the worker. Gives back how many items went.

    What was thrown away from a folder before the folder itself goes with it. Nothing happens when it was taken out of
    the bin, or when its time is not over.
    """
    await lock_tree(space_id)
    due = await execute(
        "SELECT item_id FROM item_bin WHERE space_id = {} AND id = {} AND purge_at <= {}",
        space_id,
        bin_id,
        now,
    )
    if not due:
        return 0
    gone = await _items_of(space_id, bin_id)
    for keeper in keepers():
        if keeper.forget is not None:
            for begin in range(0, len(gone), _AT_ONCE):
                await keeper.forget(space_id, gone[begin : begin + _AT_ONCE])
    for table in _BELONGING:
        await execute(f"DELETE FROM {table} WHERE space_id = {{}} AND item_id = ANY ({{}}::uuid[])", space_id, gone)  # noqa: S608
    await execute("DELETE FROM item WHERE space_id = {} AND id = ANY ({}::uuid[])", space_id, gone)
    if current_scope().organisation_id == actor.organisation_id:  # a network has no trail of its own
        await audit.record(
            actor=actor,
            action="item:purged",
            subject="item",
            subject_id=due[0]["item_id"],
            details={"count": len(gone)},
        )
    return len(gone)


async def _items_of(space_id: UUID, bin_id: UUID) -> list[UUID]:
    rows = await execute(
        """
        WITH RECURSIVE gone AS (
            SELECT id FROM item WHERE space_id = {} AND bin_id = {}
            UNION
            SELECT c.id FROM gone g JOIN item c ON c.space_id = {} AND c.parent_id = g.id AND c.bin_id IS NOT NULL
        )
        SELECT id FROM gone
        """,
        space_id,
        bin_id,
        space_id,
    )
    return [row["id"] for row in rows]
