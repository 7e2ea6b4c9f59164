"""Which people of the scope's organisation may read an item: whoever is told of it is asked for first."""

from dataclasses import replace
from uuid import UUID

from portal.identity.queries import list_people
from portal.spaces.abilities import principals_of
from portal.spaces.queries import Item, owned
from portal.spaces.rules import Access, access_at
from tenants.context import Actor
from tenants.database import execute


async def readers_of(actor: Actor, item: Item, *, needs: Access | None = None) -> list[Actor]:
    """Everybody of the actor's organisation who may read the item as it is now, as they would act for it.

    Args:
        needs: only those who have any of this access to it.
    """
    people = [
        replace(actor, person_id=person.person_id, name=person.name, roles=person.roles)
        for person in await list_people()
    ]
    return [person for person in people if _reads(item, person, needs)]


async def list_reviewers(actor: Actor, space_id: UUID) -> list[UUID]:
    """Who of the actor's organisation may review something in a space, wherever in it; by the worker."""
    rows = await execute(
        "SELECT DISTINCT principal FROM item_grant WHERE space_id = {} AND access & {} <> 0",
        space_id,
        int(Access.REVIEWER | Access.MANAGER),
    )
    granted = {row["principal"] for row in rows}
    people = await list_people() if granted else []
    return [
        person.person_id
        for person in people
        if granted & set(principals_of(replace(actor, person_id=person.person_id, roles=person.roles)))
    ]


def _reads(item: Item, person: Actor, needs: Access | None) -> bool:
    mine = {"owner_id": item.owner_id, "owner_organisation_id": item.owner_organisation_id}
    access = access_at(item.path, item.marks, principals_of(person)) | owned(person, mine)
    return bool(item.here.readers & access) and (needs is None or bool(needs & access))
