"""That something must be read goes along: whoever brings it asks for it anew, since what is brought is a new text here.

Who has read the old one stays behind: that is what those people said, of that text.
"""

from collections.abc import Mapping
from uuid import UUID

from portal.reading.actions import bring_demand, may_demand
from portal.spaces.luggage import Arrival, Departure, Entry, Luggage, Prospect
from portal.spaces.queries import access_item
from tenants.database import execute


async def pack_demands(leaving: Departure) -> Mapping[UUID, list[Entry]]:
    """What must be read, which version of it, and until when; whoever reads an item knows that."""
    rows = await execute(
        "SELECT item_id, version, until_at FROM must_read WHERE space_id = {} AND item_id = ANY ({}::uuid[])",
        leaving.top.space.id,
        list(leaving.item_ids),
    )
    return {
        row["item_id"]: [
            {"version": row["version"], "until_at": row["until_at"].isoformat() if row["until_at"] else None}
        ]
        for row in rows
    }


async def unpack_demands(arriving: Arrival) -> None:
    """In the name of who brings it, where that person may ask."""
    actor, entry = arriving.actor, arriving.entries[0]
    item = await access_item(actor, arriving.item_id)
    if may_demand(item):
        version, until_at = entry["version"], entry["until_at"]
        await bring_demand(actor=actor, now=arriving.now, item=item, version=version, until_at=until_at)


async def foretell_demands(coming: Prospect) -> str:
    """That everybody is asked again."""
    number = len(coming.entries)
    if number == 1:
        return "Eine Lesebestätigung: Danach bitten Sie darum, und alle bestätigen neu, die den Eintrag lesen"
    return f"{number} Lesebestätigungen: Danach bitten Sie darum, und alle bestätigen neu, die die Einträge lesen"


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
