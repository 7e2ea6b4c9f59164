"""The start page, the organisation's page, a network's page."""

from datetime import datetime
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from portal.home import queries
from portal.home.rules import part_of_day
from portal.identity.kind_words import KIND_WORDS
from portal.identity.permissions import Permission
from portal.identity.queries import list_people
from portal.identity.role_words import ROLE_WORDS, in_order
from portal.shell import reply
from portal.shell.feature import Feature, NavItem
from portal.shell.i18n import Sentence
from portal.votes.abilities import capacity_of
from tenants.context import Actor

AnyRequest = Request[Any, Any, Any]


@get("/", name="home", opt={"permission": Permission.SIGNED_IN})
async def show_day(request: AnyRequest, actor: Actor, now: datetime) -> Response[str]:
    """What waits for me."""
    return await reply.page(request, "home/tag.html", **await _day(actor, now))


@get("/tag", name="day", opt={"permission": Permission.SIGNED_IN, "background": True})
async def show_changed_day(request: AnyRequest, actor: Actor, now: datetime) -> Response[str]:
    """The same as a fragment, for a page that was told that something changed."""
    return await reply.part(request, "home/_tag.html", **await _day(actor, now))


@get("/o/{slug:str}", name="organisation", opt={"permission": Permission.ORGANISATION_READ})
async def show_organisation(request: AnyRequest, actor: Actor, slug: str) -> Response[str]:
    """My own organisation with its people; of another one what members may know."""
    if slug != actor.organisation_slug:
        partner = await queries.access_partner(slug)
        return await reply.page(request, "home/partner.html", partner=partner, kinds=KIND_WORDS)
    people = [(person, [ROLE_WORDS[role] for role in in_order(person.roles)]) for person in await list_people()]
    return await reply.page(request, "home/organisation.html", actor=actor, people=people)


@get("/n/{network:str}", name="network", opt={"permission": Permission.MEMBER_READ})
async def show_network(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """A network at a glance."""
    found = await queries.access_network(actor, network)
    return await reply.page(
        request, "home/netzwerk.html", actor=actor, network=found, capacity=_capacity(actor), kinds=KIND_WORDS
    )


async def _day(actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "actor": actor,
        "roles": [ROLE_WORDS[role] for role in in_order(actor.roles)],
        "capacity": _capacity(actor),
        "part": part_of_day(now),
        "day": await queries.day_of(actor),
    }


def _capacity(actor: Actor) -> Sentence | None:
    """As what the actor casts ballots, in words."""
    role = capacity_of(actor)
    return ROLE_WORDS[role] if role else None


FEATURE = Feature(
    name="home",
    handlers=(show_day, show_changed_day, show_organisation, show_network),
    navigation=(
        NavItem("Mein Tag", "/", group="work", permission=Permission.SIGNED_IN),
        NavItem(
            "Menschen und Rollen",
            "/o/{organisation}",
            group="organisation",
            permission=Permission.ORGANISATION_READ,
            below="",
        ),
        NavItem("Überblick", "/n/{network}", group="network", permission=Permission.MEMBER_READ, below=""),
    ),
    templates=Path(__file__).parent / "templates",
)
