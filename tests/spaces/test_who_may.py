"""Each action of the core, asked by everybody: who is refused changes nothing and leaves no trace."""

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from portal.kit.errors import Forbidden, NotFound
from portal.spaces import actions, actions_sharing, actions_tree, content, types
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from portal.spaces.rules import Access, Shift
from tenants.context import Actor, Role
from tenants.scope import scope
from tests.database import connected_copy, growing
from tests.staff import Staff, assemble_staff

TABLES = ("item", "item_version", "item_transition", "item_grant", "item_redirect", "item_bin", "audit_entry", "outbox")


@dataclass
class Ground:
    """Where all of it happens: two folders; in the first a published page, a draft and one in the bin."""

    staff: Staff
    first: UUID
    second: UUID
    page: UUID
    other: UUID
    thrown: UUID


@asynccontextmanager
async def working(staff: Staff, name: str):
    at = next(place for person, place in staff.roles if person == name)
    actor = staff.actor(name, at=at)
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id) as opened:
        yield actor, opened.now


@pytest.fixture(scope="module")
async def one_ground(empty_template) -> Ground:
    types.install(content.TYPES)
    async with growing(empty_template, "ground") as template:
        return await laid_out(await assemble_staff(template))


@pytest.fixture
async def ground(one_ground):
    """In a database of the test's own; the engine is connected to it as the app role."""
    async with connected_copy(one_ground.staff.database) as copy:
        yield replace(one_ground, staff=replace(one_ground.staff, database=copy))


async def laid_out(staff: Staff) -> Ground:
    await staff.hire("Ada", Role.ADMINISTRATOR)
    await staff.hire("Lea", Role.LEAD)
    await staff.hire("Kai", Role.CASEWORKER)
    await staff.hire("Dora", Role.DATA_PROTECTION_OFFICER)
    await staff.hire("Nora", Role.ADMINISTRATOR, Role.OFFICE, at="neighbour")
    await staff.hire("Sven", Role.ADMINISTRATOR, at="stranger")
    async with working(staff, "Ada") as (actor, now):
        root = await find_address(actor, SpaceKey.of_organisation(actor, "here"), "")
        made = {}
        for name, kind in (
            ("first", "folder"),
            ("second", "folder"),
            ("page", "page"),
            ("other", "page"),
            ("thrown", "page"),
        ):
            parent = root if kind == "folder" else await access_item(actor, made["first"])
            made[name] = await actions.add_item(
                actor=actor, now=now, parent=parent, kind=kind, values={"title": name, "body": f"<p>{name}</p>"}
            )
        page = await access_item(actor, made["page"])
        await actions.change_state(actor=actor, now=now, item=page, transition="publish")
        thrown = await access_item(actor, made["thrown"])
        await actions_tree.bin_item(actor=actor, now=now, item=thrown)
        first = await access_item(actor, made["first"])
        await actions_sharing.grant(actor=actor, now=now, item=first, principal="group:office", access=Access.READER)
    return Ground(staff, **made)


async def add(actor: Actor, now: datetime, ground: Ground) -> None:
    parent = await access_item(actor, ground.first)
    await actions.add_item(actor=actor, now=now, parent=parent, kind="page", values={"title": "Neu"})


async def save(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.page)
    await actions.save_item(actor=actor, now=now, item=item, values={"title": "Anders"}, version=item.version)


async def retract(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.page)
    await actions.change_state(actor=actor, now=now, item=item, transition="retract")


async def schedule(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.page)
    await actions.schedule_item(actor=actor, now=now, item=item, publish_at=None, expires_at=now + timedelta(days=1))


async def move(actor: Actor, now: datetime, ground: Ground) -> None:
    item, folder = await access_item(actor, ground.page), await access_item(actor, ground.second)
    await actions_tree.move_item(actor=actor, now=now, item=item, folder=folder)


async def rename(actor: Actor, now: datetime, ground: Ground) -> None:
    item, folder = await access_item(actor, ground.page), await access_item(actor, ground.first)
    await actions_tree.move_item(actor=actor, now=now, item=item, folder=folder, slug="anders")


async def copy(actor: Actor, now: datetime, ground: Ground) -> None:
    item, folder = await access_item(actor, ground.page), await access_item(actor, ground.second)
    await actions_tree.copy_item(actor=actor, now=now, item=item, folder=folder)


async def order(actor: Actor, now: datetime, ground: Ground) -> None:
    item, folder = await access_item(actor, ground.page), await access_item(actor, ground.first)
    await actions_tree.shift_item(actor=actor, item=item, folder=folder, shift=Shift.LAST)


async def throw_away(actor: Actor, now: datetime, ground: Ground) -> None:
    await actions_tree.bin_item(actor=actor, now=now, item=await access_item(actor, ground.page))


async def restore(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.thrown, in_bin=True)
    folder = await access_item(actor, ground.first)
    await actions_tree.restore_item(actor=actor, now=now, item=item, folder=folder)


async def share(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.first)
    await actions_sharing.grant(actor=actor, now=now, item=item, principal="everyone", access=Access.EDITOR)


async def unshare(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.first)
    await actions_sharing.revoke(actor=actor, item=item, principal="group:office", access=Access.READER)


async def cut(actor: Actor, now: datetime, ground: Ground) -> None:
    item = await access_item(actor, ground.first)
    await actions_sharing.set_inheritance(actor=actor, now=now, item=item, inherits=False)


Deed = Callable[[Actor, datetime, Ground], Awaitable[None]]
CONTRIBUTORS, EDITORS, MANAGERS = {"Ada", "Lea", "Kai"}, {"Ada", "Lea"}, {"Ada"}
# Each action with who may do it, and what the trail says of it then.
GRID: tuple[tuple[Deed, set[str], list[str]], ...] = (
    (add, CONTRIBUTORS, []),
    (save, EDITORS, []),
    (retract, EDITORS, []),
    (schedule, EDITORS, []),
    (move, EDITORS, []),
    (rename, EDITORS, []),
    (copy, CONTRIBUTORS, []),
    (order, EDITORS, []),
    (throw_away, EDITORS, ["item:binned"]),
    (restore, EDITORS, ["item:restored"]),
    (share, MANAGERS, ["item:shared"]),
    (unshare, MANAGERS, ["item:unshared"]),
    (cut, MANAGERS, ["item:shared", "item:inheritance_cut"]),
)
COLLEAGUES = ("Ada", "Lea", "Kai", "Dora")


async def all_rows(ground: Ground) -> dict[str, list]:
    found = {}
    for table in TABLES:
        rows = await ground.staff.database.as_superuser(f"SELECT t::text AS row FROM {table} t ORDER BY t::text")
        found[table] = [row["row"] for row in rows]
    return found


@pytest.mark.parametrize(("deed", "allowed"), [(deed, allowed) for deed, allowed, _ in GRID])
async def test_who_has_no_right_is_refused_and_nothing_changes(ground, deed, allowed):
    before = await all_rows(ground)
    for name in COLLEAGUES:
        if name in allowed:
            continue
        with pytest.raises((Forbidden, NotFound)):
            async with working(ground.staff, name) as (actor, now):
                await deed(actor, now, ground)
    for name in ("Nora", "Sven"):
        with pytest.raises(NotFound):
            async with working(ground.staff, name) as (actor, now):
                await deed(actor, now, ground)
    assert await all_rows(ground) == before


@pytest.mark.parametrize(("deed", "allowed", "recorded"), GRID)
async def test_who_has_the_right_may_and_the_trail_says_so(ground, deed, allowed, recorded):
    for name in sorted(allowed, reverse=True):  # Ada comes last, and what she does stays
        entries = await trail(ground)
        before = await all_rows(ground)
        with pytest.raises(RuntimeError, match="undo"):
            async with working(ground.staff, name) as (actor, now):
                await deed(actor, now, ground)
                raise RuntimeError("undo")
        assert await all_rows(ground) == before, "a transaction that fails leaves nothing"
        if name == "Ada":
            async with working(ground.staff, name) as (actor, now):
                await deed(actor, now, ground)
            assert await all_rows(ground) != before
            assert (await trail(ground))[len(entries) :] == [(action, actor.person_id) for action in recorded]


async def trail(ground: Ground) -> list[tuple[str, UUID]]:
    rows = await ground.staff.database.as_superuser("SELECT action, person_id FROM audit_entry ORDER BY seq")
    return [(row["action"], row["person_id"]) for row in rows]
