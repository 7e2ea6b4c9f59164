"""Content with something to hide, made with the product's own actions: every type of it, in every state and place.

Each item gets words nobody else uses. Who may see them is asked of ``access_item``, which tests hold to the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from portal.automation import actions as automation
from portal.automation import rules
from portal.identity.queries import load_actor
from portal.kit.errors import NotFound
from portal.ladders import actions as ladders
from portal.ladders.rules import Matter
from portal.rooms import actions as rooms
from portal.shell.fields import Choice, Date, Integer, Text
from portal.spaces import actions, actions_sharing, actions_tree
from portal.spaces.fields import Moment, Reference, RichText
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, access_item, find_address
from portal.spaces.rules import Access
from portal.spaces.types import addable_types, type_of
from tenants.context import Actor, Role
from tenants.scope import current_scope, scope
from tests.cast import Cast
from tests.client import person
from tests.isolation.depositing import deposit, draw

OWN_SPACES = ("bethel-regional", "bgw", "caritas-duesseldorf", "skm")
# Who shares a folder with whom in the space of their network, and with nobody else.
CIRCLES = {"bielefeld": ("bethel-regional", "gfs"), "duesseldorf": ("skm", "diakonie-duesseldorf")}
# Who takes part in a room of the network beside its office; the other members are strangers to it as anybody is.
ROOMS = {"bielefeld": ("stadt-bielefeld", "gfs"), "duesseldorf": ("jobcenter-duesseldorf", "skm")}


@dataclass
class Plant:
    """An item with its words. ``organisations`` are those whose space it is in (an own one), or who share it."""

    id: UUID
    address: str
    base: str
    kind: str
    words: set[str]
    is_binned: bool = False


@dataclass
class Garden:
    """Everything that was planted."""

    plants: list[Plant] = field(default_factory=list)

    def addresses(self) -> dict[str, list[str]]:
        """For the parameters of routes: an item of each type, shared and thrown away ones, and their addresses."""
        chosen = {(plant.kind, plant.is_binned): plant for plant in self.plants}
        shared = {plant.base: plant for plant in self.plants if plant.base.startswith(("/n/", "/r/"))}
        some = [*chosen.values(), *shared.values()]
        return {
            "item_id": [str(plant.id) for plant in some],
            "path": [plant.address for plant in some],
            "place": [f"{plant.base.rpartition('/')[2]}/{plant.address}" for plant in some],
        }

    def searches(self) -> list[str]:
        """Addresses that look for them: each type by what it says and by its title, all by how their words begin."""
        as_begun = [plant for plant in self.plants if not plant.is_binned and len(plant.words) == len(_words())]
        chosen = {(plant.kind, plant.base[:2]): sorted(plant.words) for plant in as_begun}
        asked = [f"/suche?q={word}" for word in ("inhalt*", "titel*", *(words[0] for words in chosen.values()))]
        for words in (["wort", "titel"], *chosen.values()):
            title = next(word for word in words if word.startswith("titel"))
            asked.append(f"/suche/vorschlaege?q={title[:-1]}")
        return [*asked, "/suche?q=titel*&ordnung=neu", "/suche?q=titel*&ordnung=titel", "/suche?art=page&ordnung=neu"]

    async def hidden_from(self, cast: Cast, name: str, organisation: str) -> list[Plant]:
        """What this person may not see when they work there."""
        found = []
        async with as_person(cast, name, organisation) as actor:
            for plant in self.plants:
                try:
                    await access_item(actor, plant.id, in_bin=plant.is_binned)
                except NotFound:
                    found.append(plant)
        return found


def words_of(plants: Iterable[Plant]) -> set[str]:
    """All words of these."""
    return set().union(*(plant.words for plant in plants))


class as_person:  # noqa: N801 - reads as what it does
    """The scope of somebody, with the actor they are."""

    def __init__(self, cast: Cast, name: str, organisation: str) -> None:
        self.opened = scope(organisation_id=cast.organisations[organisation], person_id=person(name))

    async def __aenter__(self) -> Actor:
        await self.opened.__aenter__()
        found = await load_actor()
        assert found is not None
        return found[0]

    async def __aexit__(self, *problem: Any) -> None:
        await self.opened.__aexit__(*problem)


async def plant_all(cast: Cast) -> Garden:
    """Something of everything in four own spaces, in a folder that two members of each network share, and in a room."""
    garden = Garden()
    for organisation in OWN_SPACES:
        async with as_person(cast, _anybody(cast, organisation), organisation) as actor:
            root = await find_address(actor, SpaceKey.of_organisation(actor, organisation), "")
            folder = await _folder(garden, actor, root)
            await _fill(garden, actor, folder)
            await _deadlines(actor)
        async with as_person(cast, cast.who(organisation, Role.ADMINISTRATOR), organisation) as manager:
            await _rule(garden, manager, await access_item(manager, folder.id))
    for network, circle in CIRCLES.items():
        async with as_person(cast, _anybody(cast, circle[0]), circle[0]) as actor:
            root = await find_address(actor, SpaceKey.of_network(actor, network), "")
            folder = await _folder(garden, actor, root)
            await actions_sharing.set_inheritance(actor=actor, now=current_scope().now, item=folder, inherits=False)
            for member in circle:
                await actions_sharing.grant(
                    actor=actor, now=current_scope().now, item=folder,
                    principal=f"organisation:{cast.organisations[member]}", access=Access.EDITOR,
                )  # fmt: skip
            folder = await access_item(actor, folder.id)
            await _fill(garden, actor, folder)
            await _rule(garden, actor, folder)
            await _one(garden, actor, root, "page")  # a draft of one member in the midst of all
    for network, (office, member) in ROOMS.items():
        async with as_person(cast, cast.who(office, Role.OFFICE), office) as actor:
            name, purpose, _ = _words()
            slug = await rooms.open_room(
                actor=actor, now=current_scope().now, seat=actor.seats[0], name=name, purpose=purpose,
                organisations=[cast.organisations[member]],
            )  # fmt: skip
        async with as_person(cast, _anybody(cast, member), member) as actor:
            root = await find_address(actor, SpaceKey("room", cast.networks[network], slug), "")
            folder = await _folder(garden, actor, root)
            await _fill(garden, actor, folder)
        async with as_person(cast, cast.who(office, Role.OFFICE), office) as manager:
            await _rule(garden, manager, await access_item(manager, folder.id))
    await draw(cast.database)
    return garden


def _anybody(cast: Cast, organisation: str) -> str:
    for role in (Role.CASEWORKER, Role.REPRESENTATIVE, Role.LEAD):
        try:
            return cast.who(organisation, role)
        except StopIteration:
            continue
    raise LookupError(organisation)


async def _folder(garden: Garden, actor: Actor, parent: Item | None) -> Item:
    assert parent is not None
    return await access_item(actor, await _one(garden, actor, parent, "folder"))


async def _rule(garden: Garden, actor: Actor, folder: Item) -> None:
    """Something that happens by itself in a folder; who may not read the folder may not read that."""
    title, note, tag = words = _words()
    deeds = rules.Deeds(telling=rules.Telling(owner=True, note=note))
    wording = rules.Wording(title, True, rules.Moment.CHANGED, "", rules.Conditions(tag=tag), deeds)
    await automation.add_rule(actor=actor, now=current_scope().now, folder=folder, wording=wording)
    next(plant for plant in garden.plants if plant.id == folder.id).words |= set(words)


async def _fill(garden: Garden, actor: Actor, folder: Item) -> None:
    """Each type once as it begins; a page that was moved, one that was changed, one that was thrown away."""
    now = current_scope().now
    for declared in addable_types():
        await _one(garden, actor, folder, declared.name)
    deeper = await _folder(garden, actor, folder)
    moved = await access_item(actor, await _one(garden, actor, folder, "page"))
    garden.plants[-1].address = await actions_tree.move_item(actor=actor, now=now, item=moved, folder=deeper)
    changed = await access_item(actor, await _one(garden, actor, deeper, "page"))
    words = _words()
    garden.plants[-1].words |= set(words)
    await actions.save_item(
        actor=actor, now=now, item=changed, values={"title": words[0], "summary": words[1]}, version=1
    )
    thrown = await access_item(actor, await _one(garden, actor, deeper, "page"))
    await actions_tree.bin_item(actor=actor, now=now, item=thrown)
    garden.plants[-1].is_binned = True


async def _one(garden: Garden, actor: Actor, folder: Item, kind: str) -> UUID:
    """One item of a type, filled as far as its form can be filled without knowing it."""
    declared, words = type_of(kind), _words()
    form = declared.form.read({name: _sample(field, words) for name, field in declared.form.fields.items()})
    values = declared.values_of(form) if form.ok else {"title": words[0], "summary": words[1], "tags": [words[2]]}
    if kind in ("file", "image"):
        made = await deposit(actor, folder, kind, words)
    else:
        made = await actions.add_item(
            actor=actor, now=current_scope().now, parent=folder, kind=kind, values={**values, "title": words[0]}
        )
    item = await access_item(actor, made)
    garden.plants.append(Plant(made, item.address, item.space.base, kind, set(words)))
    return made


async def _deadlines(actor: Actor) -> None:
    """One to come and one that is over, for those who vote: of the organisation, not of any item."""
    for is_over in (False, True):
        named = {"matter": Matter.VOTE, "subject_id": uuid4()}
        title, *_ = _words()
        await ladders.set_deadline(
            actor=actor, now=current_scope().now, **named, title=title, address=f"/mitteilungen/{uuid4()}",
            due_at=current_scope().now + timedelta(days=9), roles=(Role.REPRESENTATIVE, Role.DIRECTOR),
        )  # fmt: skip
        if is_over:
            await ladders.deadline_done(actor=actor, now=current_scope().now, **named)


def _words() -> tuple[str, str, str]:
    return tuple(f"{beginning}{uuid4().hex[:12]}" for beginning in ("titel", "inhalt", "wort"))  # type: ignore[return-value]


_SAMPLES = ((Moment, "2030-05-06T10:00"), (Date, "2030-05-06"), (Integer, "3"), (Reference, ""))


def _sample(field: Any, words: tuple[str, str, str]) -> str:
    """Something this kind of field accepts."""
    for kind, text in _SAMPLES:
        if isinstance(field, kind):
            return text
    if isinstance(field, RichText):
        return f"<div>{words[1]} <strong>{words[2]}</strong></div>"
    if isinstance(field, Choice):
        return next((value for value, _ in field.choices if value), "")
    return words[1] if isinstance(field, Text) else ""
