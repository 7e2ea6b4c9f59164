"""That something must be read goes along: whoever brings it asks for it anew, since what is brought is a new text here.

Who has read the old one stays behind: that is what those people said, of that text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from portal.reading.actions import bring_demand, may_demand
from portal.spaces.luggage import Entry, Luggage
from portal.spaces.places import Space
from portal.spaces.queries import Item, access_item
from tenants.context import Actor
from tenants.database import execute


async def pack_demands(
    *,
    actor: Actor,  # noqa: ARG001 - as all luggage; whoever reads an item knows that it must be read
    top: Item,
    item_ids: Sequence[UUID],
) -> Mapping[UUID, list[Entry]]:
    """What must be read, which version of it, and until when."""
    rows = await execute(
        "SELECT item_id, version, until_at FROM must_read WHERE space_id = {} AND item_id = ANY ({}::uuid[])",
        top.space.id,
        list(item_ids),
    )
    return {
        row["item_id"]: [
            {"version": row["version"], "until_at": row["until_at"].isoformat() if row["until_at"] else None}
        ]
        for row in rows
    }


async def unpack_demands(
    *,
    actor: Actor,
    now: datetime,
    space: Space,  # noqa: ARG001 - as all luggage
    item_id: UUID,
    top: str,  # noqa: ARG001 - the same
    entries: Sequence[Entry],
) -> None:
    """In the name of who brings it, where that person may ask."""
    item = await access_item(actor, item_id)
    if may_demand(item):
        (entry, *_) = entries
        await bring_demand(actor=actor, now=now, item=item, version=entry["version"], until_at=entry["until_at"])


async def foretell_demands(
    *,
    actor: Actor,  # noqa: ARG001 - as all luggage
    folder: Item,  # noqa: ARG001
    entries: Sequence[Entry],
) -> str:
    """That everybody is asked again."""
    if len(entries) == 1:
        return "Eine Lesebestätigung: Danach bitten Sie darum, und alle bestätigen neu, die den Eintrag lesen"
    return f"{len(entries)} Lesebestätigungen: Danach bitten Sie darum, und alle bestätigen neu, die die Einträge lesen"


def check_demand(entry: Entry) -> str:
    """What is no version."""
    return "" if entry["version"] > 0 else "Die Nummer einer Fassung ist größer als null."


LUGGAGE = Luggage(
    "demands",
    shape={"version": int},
    moments={"until_at": False},
    pack=pack_demands,
    unpack=unpack_demands,
    check=check_demand,
    foretell=foretell_demands,
)
