"""The steps of workflows, for whoever is told of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.spaces.places import WITHIN, Space
from portal.spaces.queries import Item, find_unchecked
from tenants.context import Actor
from tenants.database import execute

# For a statement that asks for more: the last step of an item's workflow, as JSON.
LAST_STEP = """
SELECT row_to_json(t) FROM (
    SELECT transition, source, note, by_name, at FROM item_transition
    WHERE space_id = {} AND item_id = {} ORDER BY at DESC, id DESC LIMIT 1
) t
"""


@dataclass(frozen=True, slots=True)
class MadeStep:
    """A step that was made: by the portal itself if ``by_id`` is None; ``brought_by`` names whose package says so."""

    id: UUID
    transition: str
    source: str
    target: str
    note: str
    by_id: UUID | None
    by_name: str
    brought_by: str
    at: datetime


async def latest_step(item: Item) -> MadeStep | None:
    """The last step of an item's workflow."""
    rows = await execute(
        """
        SELECT id, transition, source, target, note, by_id, by_name, brought_by, at FROM item_transition
        WHERE space_id = {} AND item_id = {} ORDER BY at DESC, id DESC LIMIT 1
        """,
        item.space.id,
        item.id,
    )
    return MadeStep(**rows[0]) if rows else None


async def was_taken_away(actor: Actor, item_id: UUID) -> bool:
    """Whether the last step alone keeps an item from the actor: in the state before they could read it."""
    item = await find_unchecked(actor, item_id)
    step = await latest_step(item) if item is not None else None
    if item is None or step is None:
        return False
    before = item.declared.workflow.states.get(step.source)  # a package may name one that there is not
    return before is not None and bool(before.readers & item.access)


async def members_of(space: Space) -> list[UUID]:
    """The organisations that share a space now: the members of the network, or those who take part in the room."""
    rows = await execute(
        f"SELECT organisation_id FROM membership m WHERE {WITHIN} ORDER BY organisation_id",  # noqa: S608 - a constant
        *space.within,
    )
    return [row["organisation_id"] for row in rows]
