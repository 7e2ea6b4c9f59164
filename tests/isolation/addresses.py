"""All addresses of the portal, filled with other people's identifiers."""

import itertools
import re
from collections.abc import Iterator

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from portal.bodies.agreement import bodies_of
from tenants.policies import PROTECTED
from tenants.protection import Protected
from tenants.rulebook import NETWORKS, load_rulebook
from tests.database import Database

PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
ROWS_A_TABLE = 2
BODIES = {rule.address for path in NETWORKS.glob("*.toml") for rule in bodies_of(load_rulebook(path))}
STRAY_ROWS = 3  # for parameters whose table is unknown, or has no rows of the others
PLACES = 12
# A stream never ends by itself; its isolation is tested where it is built.
ENDLESS = {"/mitteilungen/strom"}
_SLUGS = "SELECT slug FROM {} WHERE id::text = ANY ($1)"


def routes(application: Litestar, method: str) -> Iterator[str]:
    """Route templates that answer this method."""
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and method in handler.http_methods and route.path not in ENDLESS:
                yield route.path


async def values(database: Database, owners: set[str]) -> dict[str, list[str]]:
    """What to fill parameters with: by name identifiers of the owners' rows in the table that the name says, by kind
    their addresses. Where a network belongs, all of theirs stand, and one organisation; and the other way round."""
    found: dict[str, set[str]] = {"uuid": set()}
    for entry in PROTECTED:
        columns = {row["column_name"] for row in await _columns(database, entry.table)}
        tenant = owner_of(entry)
        if "id" not in columns or tenant not in columns:
            continue
        rows = await database.as_superuser(
            f"SELECT id::text FROM {entry.table} WHERE {owned_by(tenant)} ORDER BY random() LIMIT {ROWS_A_TABLE}",
            sorted(owners),
        )
        found[f"{entry.table}_id"] = {row["id"] for row in rows}
        found["uuid"] |= found[f"{entry.table}_id"]
    found["uuid"] = set(sorted(found["uuid"])[:STRAY_ROWS])
    organisations, networks = [
        sorted(row["slug"] for row in await database.as_superuser(_SLUGS.format(table), sorted(owners)))
        for table in ("organisation", "network")
    ]
    places = await database.as_superuser(
        f"SELECT DISTINCT address FROM item WHERE {owned_by('space_id')} AND parent_id IS NOT NULL LIMIT {PLACES}",
        sorted(owners),
    )
    rooms = await database.as_superuser(
        f"SELECT n.slug || '--' || r.slug AS address FROM room r JOIN network n ON n.id = r.network_id "
        f"WHERE {owned_by('r.network_id')}",
        sorted(owners),
    )
    found |= {"str": {*organisations, *networks}, "path": {row["address"] for row in places}}
    found["network"] = found["network_slug"] = {*networks, *organisations[:1]}
    found["organisation"] = {*organisations, *networks[:1]}
    found["room"] = {row["address"] for row in rooms}
    found["body_slug"] = BODIES
    return {name: sorted(identifiers) for name, identifiers in found.items()}


def owned_by(tenant: str) -> str:
    """The condition for rows of the owners in $1, by the column that is their tenant. A room is its network's."""
    rooms = "SELECT r.id FROM room r WHERE r.network_id::text = ANY ($1)"
    if tenant == "room_id":
        return f"room_id IN ({rooms})"
    if tenant != "space_id":
        return f"{tenant}::text = ANY ($1)"
    return (
        "space_id IN (SELECT s.id FROM space s WHERE s.organisation_id::text = ANY ($1) "
        f"OR s.network_id::text = ANY ($1) OR s.room_id IN ({rooms}))"
    )


def owner_of(entry: Protected) -> str:
    """The column that says whose a row is."""
    return entry.tenant or ("network_id" if entry.table == "room" else "id")


def filled(template: str, known: dict[str, list[str]]) -> Iterator[str]:
    """The template with every combination of the values. A parameter called ``item_id`` is filled with items.

    What lies somewhere is asked for where it lies (``place`` knows both together), and one of them everywhere.
    """
    parameters = PARAMETER.findall(template)
    choices = [known.get(name) or known.get(kind) or ["1"] for name, kind in parameters]
    places = set(known.get("place", ())) if sorted(kind for _, kind in parameters) == ["path", "str"] else set()
    for chosen in itertools.product(*choices):
        if places and "/".join(chosen) not in places and known["path"][0] not in chosen:
            continue
        path = template
        for (name, kind), value in zip(parameters, chosen, strict=True):
            path = path.replace(f"{{{name}:{kind}}}", value)
        yield path


def said_at_the_door(path: str) -> str:
    """What a network says of itself to everybody where one applies: its name, its agreement's, and who answers for what
    is written there (Art. 13 GDPR): the member that holds the office."""
    if not path.startswith("/beitritt/") or not (file := NETWORKS / f"{path.split('/')[2]}.toml").exists():
        return ""
    book = load_rulebook(file)
    (office,) = (member.name for member in book.members if member.office)
    return f"{book.name} {book.agreement} {office}"


async def _columns(database: Database, table: str) -> list:
    return await database.as_superuser(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
    )
