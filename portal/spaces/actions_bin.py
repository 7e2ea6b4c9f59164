"""The end of what was thrown away: at once by who manages it, or by the worker when its time in the bin is over."""

from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Conflict, Forbidden
from portal.kit.ids import new_id
from portal.spaces.actions import lock_tree
from portal.spaces.events import BinDue
from portal.spaces.keepers import keepers
from portal.spaces.places import SPACE, space_of
from portal.spaces.queries import Item
from portal.spaces.rules import Access
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope

AT_ONCE = 5_000  # items that go in one transaction
_BELONGING = ("item_version", "item_transition", "item_grant", "item_redirect", "item_bin")


async def end_retention(*, actor: Actor, now: datetime, item: Item) -> None:
    """Let the time of something in the bin be over now: nobody sees it any more, and the worker deletes it for good.

    ``item`` was accessed with ``access_binned``.

    Raises:
        Forbidden: only who manages the place may.
    """
    if not item.power & Access.MANAGER or item.bin_id is None:
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

    So many at a time that it never takes long: while something is left, it goes on with the next event. What was thrown
    away from a folder before the folder itself goes with it. Nothing happens when it was taken out of the bin, or when
    its time is not over.
    """
    await lock_tree(space_id=space_id)
    due = await execute(
        f"SELECT b.item_id, b.items, {SPACE} FROM item_bin b JOIN space s ON s.id = b.space_id "  # noqa: S608
        "WHERE b.space_id = {} AND b.id = {} AND b.purge_at <= {}",
        space_id,
        bin_id,
        now,
    )
    if not due:
        return 0
    gone = 0
    while gone < AT_ONCE and (leaves := await _leaves_of(space_id, bin_id, AT_ONCE - gone)):
        await _forget(space_id, leaves)
        gone += len(leaves)
    if await _leaves_of(space_id, bin_id, 1):
        await emit(BinDue(space_id, bin_id), **space_of(due[0]).recipients, key=f"bin_due:{bin_id}:{new_id()}")
    elif current_scope().organisation_id == actor.organisation_id:  # a network has no trail of its own
        await audit.record(
            actor=actor,
            action="item:purged",
            subject="item",
            subject_id=due[0]["item_id"],
            details={"count": due[0]["items"]},
        )
    return gone


async def _forget(space_id: UUID, item_ids: list[UUID]) -> None:
    for keeper in keepers():
        if keeper.forget is not None:
            await keeper.forget(space_id=space_id, item_ids=item_ids)
    for table in _BELONGING:
        await execute(f"DELETE FROM {table} WHERE space_id = {{}} AND item_id = ANY ({{}}::uuid[])", space_id, item_ids)  # noqa: S608
    await execute("DELETE FROM item WHERE space_id = {} AND id = ANY ({}::uuid[])", space_id, item_ids)


async def _leaves_of(space_id: UUID, bin_id: UUID, limit: int) -> list[UUID]:
    """Some of what is to go, below which nothing lies (any more)."""
    rows = await execute(
        """
        WITH RECURSIVE gone AS (
            SELECT id FROM item WHERE space_id = {} AND bin_id = {}
            UNION
            SELECT c.id FROM gone g JOIN item c ON c.space_id = {} AND c.parent_id = g.id AND c.bin_id IS NOT NULL
        )
        SELECT g.id FROM gone g
        WHERE NOT EXISTS (SELECT FROM item c WHERE c.space_id = {} AND c.parent_id = g.id) LIMIT {}
        """,
        space_id,
        bin_id,
        space_id,
        space_id,
        limit,
    )
    return [row["id"] for row in rows]
