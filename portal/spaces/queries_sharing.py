"""Who has which access to an item, and why: grants with where they were given, people with what follows for them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.spaces.abilities import person_principal, principals_of
from portal.spaces.places import WITHIN
from portal.spaces.principals import Kind
from portal.spaces.queries import Item, assigned, owned
from portal.spaces.rules import Access, Cause, Mark, access_at, addresses_above, causes_of
from tenants.context import Actor
from tenants.database import execute


@dataclass(frozen=True, slots=True)
class Given:
    """A grant on an item or above it.

    ``place`` is the title of where it was given and ``url`` its address; both are empty when that place is closed to
    whoever asks. ``counts`` is False when a cut keeps it away; ``brought_by`` names whose package says who and when.
    """

    principal: str
    access: Access
    title: str
    by: str
    at: datetime
    path: tuple[str, ...]
    place: str
    url: str
    is_here: bool
    counts: bool
    brought_by: str = ""


@dataclass(frozen=True, slots=True)
class MemberName:
    """An organisation that sits in the network of a space."""

    id: UUID
    name: str
    is_office: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """What is granted at an item and above it, from the item upwards; in a network's space also who its members are."""

    given: list[Given]
    members: list[MemberName]

    @property
    def names(self) -> dict[str, str]:
        """The members' names by what they count as."""
        return {f"{Kind.ORGANISATION}:{member.id}": member.name for member in self.members}


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may do with an item and every reason for it. ``sees``: in the item's present state."""

    name: str
    key: str
    access: Access
    sees: bool
    causes: tuple[tuple[Cause, Given | None], ...]


_SHARING = f"""
SELECT (
    SELECT json_agg(json_build_array(g.principal, g.access, g.title, g.granted_by, g.granted_at, g.brought_by,
                                     i.id, i.address, i.title)
                    ORDER BY nlevel(i.path) DESC, g.granted_at, g.principal, g.access)
    FROM item i JOIN item_grant g ON g.space_id = i.space_id AND g.item_id = i.id
    WHERE i.space_id = {{}} AND i.address = ANY ({{}}::text[]) AND i.bin_id IS NULL AND i.marked
) AS given, (
    SELECT json_agg(json_build_array(o.id, o.name, m.is_office) ORDER BY lower(o.name))
    FROM membership m JOIN organisation o ON o.id = m.organisation_id WHERE {WITHIN}
) AS members
"""  # noqa: S608 - put together from constants


async def load_sharing(item: Item) -> Sharing:
    """All grants that could matter for an item, in one statement."""
    rows = await execute(_SHARING, item.space.id, addresses_above(item.address), *item.space.within)
    everybody = frozenset(principal for mark in item.marks for principal, _ in mark.grants)
    counting = {
        (cause.path, cause.principal, cause.access)
        for cause in causes_of(item.path, item.marks, everybody)
        if cause.counts
    }
    links = {str(crumb.id): crumb.url for crumb in item.crumbs} | {str(item.id): item.url}
    members = [MemberName(UUID(key), name, office) for key, name, office in json.loads(rows[0]["members"] or "[]")]
    given = []
    for principal, access, title, by, at, brought_by, place_id, address, place in json.loads(rows[0]["given"] or "[]"):
        path = tuple(filter(None, address.split("/")))
        url = links.get(place_id, "")
        given.append(
            Given(
                principal=principal,
                access=Access(access),
                title=title,
                by=by,
                at=datetime.fromisoformat(at),
                brought_by=brought_by,
                path=path,
                place=place if url else "",
                url=url,
                is_here=place_id == str(item.id),
                counts=(path, principal, Access(access)) in counting,
            )
        )
    return Sharing(given, members)


def access_of(item: Item, who: Actor, marks: Iterable[Mark] | None = None) -> Access:
    """What somebody may do with an item, or would by other marks."""
    mine = {"owner_id": item.owner_id, "owner_organisation_id": item.owner_organisation_id}
    access = access_at(item.path, item.marks if marks is None else marks, principals_of(who)) | owned(who, mine)
    return access | assigned(who, {"assignee": item.assignee}, access)


def reach_of(item: Item, who: Actor, sharing: Sharing, *, key: str) -> Reach:
    """What somebody may do with an item, and why."""
    principals, access = principals_of(who), access_of(item, who)
    given = {(entry.path, entry.principal, entry.access): entry for entry in sharing.given}
    causes = causes_of(item.path, item.marks, principals, is_owner=bool(access & Access.OWNER))
    if access & Access.ASSIGNEE:
        causes = (*causes, Cause(Access.ASSIGNEE, item.path))
    named = tuple((cause, given.get((cause.path, cause.principal, cause.access))) for cause in causes)
    return Reach(who.name, key, access, bool(access & item.here.readers), named)


def turned(item: Item, actor: Actor) -> tuple[Mark, ...]:
    """The marks of an item if the actor cut what comes from above now, or let it count again."""
    here = next((mark.grants for mark in item.marks if mark.path == item.path), ())
    if item.inherits and actor.person_id is not None:
        here = (*here, (person_principal(actor.person_id, actor.organisation_id), Access.MANAGER))
    others = (mark for mark in item.marks if mark.path != item.path)
    return *others, Mark(item.path, inherits=not item.inherits, grants=here)
