"""Somebody runs SQL as the portal does and looks for what others typed, holds, or prepare."""

from contextlib import asynccontextmanager

import asyncpg
import pytest

from portal.identity.queries import load_actor
from portal.spaces import actions, actions_editing
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from portal.spaces.queries_editing import EDIT, editing_of
from tenants.context import Role
from tenants.database import execute
from tenants.scope import current_scope, scope
from tests.client import person

DENIED = asyncpg.InsufficientPrivilegeError
TABLES = ("item_lock", "item_draft", "item_copy")


@pytest.fixture
def inside(cast):
    """The scope of somebody, with the actor they are."""

    @asynccontextmanager
    async def opened(role, organisation="bethel-regional"):
        who = person(cast.who(organisation, role))
        async with scope(organisation_id=cast.organisations[organisation], person_id=who):
            found = await load_actor()
            yield found[0]

    return opened


@pytest.fixture
async def item(inside):
    """A published page: its administrator has it locked, typed something, and prepares its next version."""
    async with inside(Role.ADMINISTRATOR) as actor:
        now = current_scope().now
        root = await find_address(actor, SpaceKey.of_organisation(actor, "bethel-regional"), "")
        made = await actions.add_item(actor=actor, now=now, parent=root, kind="page", values={"title": "Regeln"})
        page = await access_item(actor, made)
        await actions.change_state(actor=actor, now=now, item=page, transition="publish")
        page = await access_item(actor, made)
        await actions_editing.keep_copy(
            actor=actor, now=now, item=page, values={"title": "Neue Regeln"}, version=1, revision=0
        )
        await actions_editing.take_lock(actor=actor, now=now, item=page)
        await actions_editing.keep_draft(
            actor=actor, now=now, item=page, purpose=EDIT, version=1, values={"title": "Ganz andere Regeln"}
        )
    return made


@pytest.mark.parametrize(
    ("role", "organisation", "seen"),
    [
        (Role.ADMINISTRATOR, "bethel-regional", {"item_lock", "item_draft", "item_copy"}),
        (Role.LEAD, "bethel-regional", {"item_lock", "item_copy"}),
        (Role.CASEWORKER, "bethel-regional", {"item_lock"}),
        (Role.REPRESENTATIVE, "bgw", set()),
        (Role.REPRESENTATIVE, "caritas-duesseldorf", set()),
    ],
)
async def test_rows_are_shown_to_whom_they_concern(inside, item, role, organisation, seen):
    async with inside(role, organisation):
        assert {table for table in TABLES if await execute(f"SELECT FROM {table}")} == seen


TAKEN = (
    "UPDATE item_lock SET locked_until = locked_until + interval '1 day'",
    "UPDATE item_lock SET person_id = current_person(), organisation_id = current_organisation()",
)
WRITTEN = {
    "item_lock": "organisation_id, person_id, 'x', taken_at, locked_until",
    "item_draft": "organisation_id, person_id, 'copy', 1, jsonb_build_object(), taken_at",
    "item_copy": "1, 1, jsonb_build_object(), '', 'x', taken_at, 'x', taken_at",
}


@pytest.mark.parametrize(
    "statement",
    [
        *TAKEN,
        *(f"INSERT INTO {table} SELECT space_id, item_id, {row} FROM item_lock" for table, row in WRITTEN.items()),
    ],
)
async def test_who_may_only_read_takes_nothing_and_writes_for_nobody(inside, item, statement):
    with pytest.raises(DENIED):
        async with inside(Role.CASEWORKER):
            await execute(statement)


async def test_nobody_throws_away_what_is_anothers(inside, item, cast):
    async with inside(Role.CASEWORKER):
        for table in TABLES:
            await execute(f"DELETE FROM {table}")
    for table in TABLES:
        assert await cast.database.as_superuser(f"SELECT FROM {table}"), table


async def test_a_draft_of_one_organisation_does_not_follow_its_author_into_another(inside, item, cast):
    """Who works for two organisations may have drafts in a network both sit in."""
    async with inside(Role.ADMINISTRATOR) as actor:
        page = await access_item(actor, item)
        assert (await editing_of(actor, page, current_scope().now)).draft is not None
    author = person(cast.who("bethel-regional", Role.ADMINISTRATOR))
    async with scope(organisation_id=cast.organisations["bgw"], person_id=author):
        assert await execute("SELECT FROM item_draft") == []


async def test_what_is_kept_of_an_item_goes_with_it(item, cast):
    async with cast.database.role("worker"), scope(organisation_id=cast.organisations["bethel-regional"]):
        for table in ("item_transition", "item_version", "item"):
            await execute(f"DELETE FROM {table} WHERE {'id' if table == 'item' else 'item_id'} = {{}}", item)
    for table in TABLES:
        assert await cast.database.as_superuser(f"SELECT FROM {table}") == []
