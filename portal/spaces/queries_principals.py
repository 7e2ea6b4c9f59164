"""Whom access can be given to: people of the own organisation, members of the network, roles."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from portal.identity.queries import StaffMember, list_people
from portal.kit.errors import Invalid, NotFound
from portal.spaces.abilities import principals_of
from portal.spaces.places import WITHIN, Space
from portal.spaces.principals import Kind, Principal, parse_principal
from portal.spaces.queries import Item
from portal.spaces.queries_sharing import MemberName
from tenants.context import Actor, Role, Seat
from tenants.database import execute

MOST_PEOPLE = 200


async def list_colleagues(actor: Actor, *, name: str = "", most: int | None = MOST_PEOPLE) -> list[Actor]:
    """The people of the actor's organisation as they would act for it, by name."""
    return [colleague(actor, person) for person in await list_people(name=name, limit=most)]


async def find_colleague(actor: Actor, person_id: UUID) -> Actor | None:
    """Somebody of the actor's own organisation as they would act for it; None: there is nobody like that."""
    found = await list_people(person_id=person_id)
    return colleague(actor, found[0]) if found else None


def colleague(actor: Actor, person: StaffMember) -> Actor:
    """Somebody of the actor's organisation as they would act for it."""
    return replace(actor, person_id=person.person_id, name=person.name, roles=person.roles)


async def require_standing(actor: Actor) -> None:
    """The actor still counts as all they did when they were loaded; for what goes on after a request was answered.

    Raises:
        NotFound: a role, their work or the membership that gave it is over.
    """
    (row,) = await execute("SELECT {}::text[] <@ my_principals() AS stands", sorted(principals_of(actor)))
    if not row["stands"]:
        raise NotFound


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
            SELECT FROM membership m WHERE m.organisation_id = o.id AND {WITHIN}))
        """,  # noqa: S608 - put together from constants
        organisation_id,
        space.organisation_id,
        *space.within,
    )
    if not rows and space.is_room:
        raise Invalid("Diese Organisation nimmt an diesem Raum nicht teil.", field="who")
    if not rows:
        raise Invalid(
            "Diese Organisation ist nicht Mitglied. Nur mit Mitgliedern lässt sich etwas teilen.", field="who"
        )
    return str(rows[0]["name"])
