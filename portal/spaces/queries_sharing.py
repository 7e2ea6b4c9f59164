"""Who has which access to an item, and why: grants with where they were given, people with what follows for them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portal.identity.queries import StaffMember, list_people
from portal.kit.errors import Invalid
from portal.spaces.abilities import person_principal, principals_of
from portal.spaces.principals import Kind, Principal, parse_principal
from portal.spaces.queries import Item, Space, owned
from portal.spaces.rules import Access, Cause, Mark, access_at, addresses_above, causes_of
from tenants.context import Actor, Role, Seat
from tenants.database import execute

MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A grant on an item or above it.

    ``place`` is the title of where it was given and ``url`` its address; both are empty when that place is closed to
    whoever asks. ``counts`` is False when a cut keeps it away.
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


_IN_EFFECT = "m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())"
_SHARING = f"""
SELECT (
    SELECT json_agg(json_build_array(g.principal, g.access, g.title, g.granted_by, g.granted_at,
                                     i.id, i.address, i.title)
                    ORDER BY nlevel(i.path) DESC, g.granted_at, g.principal, g.access)
    FROM item i JOIN item_grant g ON g.space_id = i.space_id AND g.item_id = i.id
    WHERE i.space_id = {{}} AND i.address = ANY ({{}}::text[]) AND i.bin_id IS NULL AND i.marked
) AS given, (
    SELECT json_agg(json_build_array(o.id, o.name, m.is_office) ORDER BY lower(o.name))
    FROM membership m JOIN organisation o ON o.id = m.organisation_id WHERE m.network_id = {{}} AND {_IN_EFFECT}
) AS members
"""  # noqa: S608 - put together from constants


async def load_sharing(item: Item) -> Sharing:
    """All grants that could matter for an item, in one statement."""
    rows = await execute(_SHARING, item.space.id, addresses_above(item.address), item.space.network_id)
    everybody = frozenset(principal for mark in item.marks for principal, _ in mark.grants)
    counting = {
        (cause.path, cause.principal, cause.access)
        for cause in causes_of(item.path, item.marks, everybody)
        if cause.counts
    }
    links = {str(crumb.id): crumb.url for crumb in item.crumbs} | {str(item.id): item.url}
    members = [MemberName(UUID(key), name, office) for key, name, office in json.loads(rows[0]["members"] or "[]")]
    given = []
    for principal, access, title, by, at, place_id, address, place in json.loads(rows[0]["given"] or "[]"):
        path = tuple(filter(None, address.split("/")))
        url = links.get(place_id, "")
        given.append(
            Given(
                principal=principal,
                access=Access(access),
                title=title,
                by=by,
                at=datetime.fromisoformat(at),
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
    return access_at(item.path, item.marks if marks is None else marks, principals_of(who)) | owned(who, mine)


def reach_of(item: Item, who: Actor, sharing: Sharing, *, key: str) -> Reach:
    """What somebody may do with an item, and why."""
    principals, access = principals_of(who), access_of(item, who)
    given = {(entry.path, entry.principal, entry.access): entry for entry in sharing.given}
    causes = causes_of(item.path, item.marks, principals, is_owner=bool(access & Access.OWNER))
    named = tuple((cause, given.get((cause.path, cause.principal, cause.access))) for cause in causes)
    return Reach(who.name, key, access, bool(access & item.here.readers), named)


def turned(item: Item, actor: Actor) -> tuple[Mark, ...]:
    """The marks of an item if the actor cut what comes from above now, or let it count again."""
    here = next((mark.grants for mark in item.marks if mark.path == item.path), ())
    if item.inherits and actor.person_id is not None:
        here = (*here, (person_principal(actor.person_id, actor.organisation_id), Access.MANAGER))
    others = (mark for mark in item.marks if mark.path != item.path)
    return *others, Mark(item.path, inherits=not item.inherits, grants=here)


async def list_colleagues(actor: Actor, *, name: str = "") -> list[Actor]:
    """The people of the actor's organisation as they would act for it, by name."""
    return [colleague(actor, person) for person in await list_people(name=name, limit=MOST_PEOPLE)]


async def find_colleague(actor: Actor, person_id: UUID) -> Actor | None:
    """Somebody of the actor's own organisation as they would act for it; None: there is nobody like that."""
    found = await list_people(person_id=person_id)
    return colleague(actor, found[0]) if found else None


def colleague(actor: Actor, person: StaffMember) -> Actor:
    """Somebody of the actor's organisation as they would act for it."""
    return replace(actor, person_id=person.person_id, name=person.name, roles=person.roles)


def anybody_of(item: Item, member: MemberName, roles: Iterable[Role], *, name: str) -> Actor:
    """Whoever works for a member of the space's network with these roles; whose names are behind the wall."""
    network_id = item.space.network_id
    seats = () if network_id is None else (Seat(network_id, item.space.slug, item.space.title, member.is_office),)
    return Actor(member.id, "", member.name, None, name, frozenset(roles), seats)


async def title_of(actor: Actor, space: Space, principal: str) -> str:
    """The name of whom access is given to; empty for whom a word stands (everybody, a role).

    Raises:
        Invalid: there is nobody like that whom this space could be shared with.
    """
    meant = parse_principal(principal)
    if meant is None:
        raise Invalid("Bitte wählen Sie, wer Zugriff bekommen soll.", field="who")
    if meant.kind is Kind.GROUP and meant.key not in set(Role):
        raise Invalid("Diese Gruppe gibt es nicht.", field="who")
    if meant.kind is Kind.OFFICE and meant.id != space.network_id:
        raise Invalid("Eine Geschäftsstelle gibt es nur im Bereich eines Netzwerks.", field="who")
    if meant.kind is Kind.PERSON:
        return await _name_of_person(actor, meant)
    organisation_id = meant.id if meant.kind is Kind.ORGANISATION else meant.organisation_id
    return "" if organisation_id is None else await _name_of_organisation(space, organisation_id)


async def _name_of_person(actor: Actor, meant: Principal) -> str:
    found = await find_colleague(actor, meant.id) if meant.organisation_id == actor.organisation_id else None
    if found is None:
        raise Invalid(
            "Namentlich können Sie nur Menschen Ihrer eigenen Organisation wählen, die dort jetzt eine Aufgabe haben. "
            "Für andere wählen Sie die Organisation oder eine Gruppe darin.",
            field="who",
        )
    return found.name


async def _name_of_organisation(space: Space, organisation_id: UUID) -> str:
    rows = await execute(
        f"""
        SELECT o.name FROM organisation o
        WHERE o.id = {{}} AND (o.id = {{}} OR EXISTS (
            SELECT FROM membership m WHERE m.network_id = {{}} AND m.organisation_id = o.id AND {_IN_EFFECT}))
        """,  # noqa: S608 - put together from constants
        organisation_id,
        space.organisation_id,
        space.network_id,
    )
    if not rows:
        raise Invalid(
            "Diese Organisation ist nicht Mitglied. Nur mit Mitgliedern lässt sich etwas teilen.", field="who"
        )
    return str(rows[0]["name"])
