"""What an organisation sees of the others: nothing, except what a network in effect shares."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from tenants import outbox, provisioning
from tenants.context import OrganisationKind
from tenants.database import execute
from tenants.guard import WallBroken, assert_wall
from tenants.queries import list_members, organisations_by_slug
from tenants.scope import scope


@dataclass(frozen=True)
class WallTouched(outbox.Event):
    """An event for these tests alone."""

    subject_id: UUID


async def slugs() -> list[str]:
    return sorted(row["slug"] for row in await execute("SELECT slug FROM organisation"))


async def test_an_organisation_sees_itself_and_those_it_shares_a_network_with(networks):
    async with scope(organisation_id=networks.a):
        assert await slugs() == ["a", "b"]
        assert [member.slug for member in await list_members(networks.first)] == ["a", "b"]
    async with scope(organisation_id=networks.c):
        assert await slugs() == ["c"]


async def test_a_network_out_of_reach_has_no_members_no_name_and_no_rulebook(networks):
    async with scope(organisation_id=networks.c):
        assert await list_members(networks.first) == []
        assert await execute("SELECT 1 FROM network WHERE id = {}", networks.first) == []
        assert await execute("SELECT 1 FROM space WHERE network_id = {}", networks.first) == []
        assert await execute("SELECT 1 FROM membership WHERE network_id = {}", networks.first) == []


async def test_reach_ends_the_moment_a_membership_ends(networks, empty_database):
    async with empty_database.role("worker"), scope(network_id=networks.first) as opened:
        await provisioning.end_membership(
            network_id=networks.first, organisation_id=networks.b, ends_at=opened.now + timedelta(hours=1)
        )
    async with scope(organisation_id=networks.b):
        assert await slugs() == ["a", "b"]
    await empty_database.move_clock(timedelta(hours=1))
    async with scope(organisation_id=networks.b):
        assert await slugs() == ["b"]
        assert await list_members(networks.first) == []


async def test_a_membership_that_has_not_begun_opens_nothing(networks, empty_database):
    async with empty_database.role("worker"), scope(network_id=networks.first) as opened:
        await provisioning.admit_member(
            network_id=networks.first,
            organisation_id=networks.c,
            is_office=False,
            begins_at=opened.now + timedelta(days=1),
        )
    async with scope(organisation_id=networks.c):
        assert await slugs() == ["c"]


async def test_without_an_organisation_nothing_is_visible(networks):
    async with scope():
        for table in ("organisation", "network", "membership", "space", "rulebook", "outbox"):
            assert await execute(f"SELECT 1 FROM {table}") == [], table


async def test_the_app_role_cannot_claim_a_network_as_the_worker_does(networks):
    async with scope(network_id=networks.first):
        assert await execute("SELECT 1 FROM network") == []


async def test_an_organisation_can_only_be_told_something_by_those_that_reach_it(networks):
    event = WallTouched(subject_id=uuid4())
    async with scope(organisation_id=networks.a):
        await outbox.emit(event, to=[networks.a, networks.b], key="k")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(organisation_id=networks.a):
            await outbox.emit(event, to=[networks.c], key="k")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(organisation_id=networks.a):
            await outbox.emit(event, network=networks.second, key="k")


async def test_the_queue_shows_an_organisation_only_its_own_rows(networks):
    async with scope(organisation_id=networks.a):
        await outbox.emit(WallTouched(subject_id=uuid4()), to=[networks.a, networks.b], key="k")
        rows = await execute("SELECT organisation_id FROM outbox")
        assert [row["organisation_id"] for row in rows] == [networks.a]


async def test_the_app_role_founds_nothing_and_seats_nobody(networks):
    attempts = (
        lambda: provisioning.create_organisation(slug="x", name="X", kind=OrganisationKind.CITY, land="NW"),
        lambda: provisioning.admit_member(
            network_id=networks.first, organisation_id=networks.c, is_office=False, begins_at=opened.now
        ),
        lambda: provisioning.end_membership(network_id=networks.first, organisation_id=networks.b, ends_at=opened.now),
        lambda: execute("UPDATE organisation SET name = 'taken over'"),
        lambda: execute("DELETE FROM membership"),
        lambda: execute("INSERT INTO heartbeat (name, at) VALUES ('tick', now())"),
    )
    for attempt in attempts:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope(organisation_id=networks.a) as opened:
                await attempt()


async def test_signing_in_finds_organisations_by_exact_address_only(networks):
    async with scope():
        assert await organisations_by_slug(["a", "c", "unknown"]) == {"a": networks.a, "c": networks.c}
        assert await organisations_by_slug(["%"]) == {}


async def test_start_up_is_refused_when_the_role_owns_tables(networks, empty_database):
    async with empty_database.role("owner"):
        with pytest.raises(WallBroken, match="besitzt Tabellen"):
            await assert_wall()


async def test_start_up_is_refused_when_the_role_bypasses_policies(networks, empty_database):
    async with empty_database.role("admin"):
        with pytest.raises(WallBroken, match="umgeht die Zugriffsregeln"):
            await assert_wall()


async def test_start_up_is_refused_when_the_role_can_become_one_that_does(networks, empty_database):
    await empty_database.as_superuser("CREATE ROLE mighty BYPASSRLS; GRANT mighty TO hilfenetz_auditor")
    try:
        async with empty_database.role("auditor"):
            with pytest.raises(WallBroken, match="kann zu"):
                await assert_wall()
    finally:
        await empty_database.as_superuser("DROP ROLE mighty")


async def test_the_products_own_roles_may_start(networks, empty_database):
    assert await assert_wall() == "hilfenetz_app"
    async with empty_database.role("worker"):
        assert await assert_wall() == "hilfenetz_worker"
