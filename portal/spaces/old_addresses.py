"""Old addresses of items go along when they are taken along, as far as they lay below what is taken along.

An old address elsewhere stays behind: what comes with a package would claim a place that is others' to fill. By what a
folder was called nobody learns anything who does not manage what lay in it.
"""

import re
from collections.abc import Mapping
from uuid import UUID

from portal.spaces.abilities import ItemAbilities
from portal.spaces.luggage import Arrival, Departure, Entry, Luggage
from portal.spaces.queries import Item
from portal.spaces.rules import DEEPEST, Access, addresses_above
from tenants.database import execute

_PATH = re.compile(rf"(?:[a-z0-9]+(?:-[a-z0-9]+)*/){{0,{DEEPEST - 1}}}[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 1_000


async def pack_addresses(leaving: Departure) -> Mapping[UUID, list[Entry]]:
    """Where items were, from the top on."""
    top = leaving.top
    begins = [""] if top.is_root else [f"{address}/" for address in await _addresses_of(top)]
    rows = await execute(
        "SELECT item_id, address, made_at FROM item_redirect WHERE space_id = {} AND item_id = ANY ({}::uuid[]) "
        "ORDER BY made_at, address",
        top.space.id,
        list(leaving.item_ids),
    )
    found: dict[UUID, list[Entry]] = {}
    for row in rows:
        begin = next((each for each in begins if row["address"].startswith(each)), None)
        if begin is not None:
            entry = {"path": row["address"][len(begin) :], "at": row["made_at"].isoformat()}
            found.setdefault(row["item_id"], []).append(entry)
    return found


async def unpack_addresses(arriving: Arrival) -> None:
    """Each leads to the item, where nothing is or was; what is dated later than now is from now."""
    await execute(
        """
        INSERT INTO item_redirect (space_id, address, item_id, made_at)
        SELECT {}, a.address, {}, least(a.at, {}::timestamptz)
        FROM unnest({}::text[], {}::timestamptz[]) AS a (address, at) WHERE may_lead({}, a.address)
        ON CONFLICT DO NOTHING
        """,
        arriving.space.id,
        arriving.item_id,
        arriving.now,
        [f"{arriving.top}/{entry['path']}" for entry in arriving.entries],
        [entry["at"] for entry in arriving.entries],
        arriving.space.id,
    )


def check_address(entry: Entry) -> str:
    """What is no address below another."""
    if len(entry["path"]) > _LONGEST or not _PATH.fullmatch(entry["path"]):
        return "Erwartet werden Kleinbuchstaben, Ziffern und Bindestriche, getrennt durch „/“."
    return ""


async def _addresses_of(top: Item) -> list[str]:
    """Where something lay below it: now, and when it or a folder above it was called otherwise."""
    rows = await execute(
        "SELECT r.address AS old, i.address FROM item i JOIN item_redirect r ON r.space_id = i.space_id "
        "AND r.item_id = i.id WHERE i.space_id = {} AND i.address = ANY ({}::text[]) AND i.bin_id IS NULL "
        "ORDER BY length(r.address) DESC, r.address",
        top.space.id,
        addresses_above(top.address)[1:],
    )
    return [top.address, *(row["old"] + top.address[len(row["address"]) :] for row in rows)]


def _managers(may: ItemAbilities) -> bool:
    return bool(may.access & Access.MANAGER)


LUGGAGE = Luggage(
    "addresses",
    shape={"path": str},
    moments={"at": True},
    pack=pack_addresses,
    unpack=unpack_addresses,
    shows=_managers,
    check=check_address,
)
