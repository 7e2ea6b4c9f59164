"""What the wall shows of contact persons and versions, and whom it lets write; asked in raw SQL."""

from uuid import uuid4

import asyncpg
import pytest

from portal.contacts.queries import access_version
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.contacts.book import CITY, named

DENIED = asyncpg.InsufficientPrivilegeError
OF = "SELECT count(*) AS n FROM contact_person WHERE organisation_id = {}"
VERSIONS = "SELECT count(*) AS n FROM directory_version WHERE network_id = {}"
INSERTED = (
    "INSERT INTO contact_person (organisation_id, id, level, name, duty, topics, phone, mail, reachable, revision, "
    "changed_at) VALUES ({}, gen_random_uuid(), 'working', 'x', '', ARRAY[]::text[], '110', '', '', 1, now())"
)
MADE = (
    "INSERT INTO directory_version (network_id, id, number, made_at, made_by, reason, note, content, key) VALUES "
    "({}, gen_random_uuid(), 7, now() - interval '1 year', 'x', 'update', '', "
    "jsonb_build_object('levels', '[]'::jsonb, 'members', '[]'::jsonb), {})"
)
REWRITING = (
    "UPDATE directory_version SET note = 'x'",
    "DELETE FROM directory_version",
    "UPDATE contact_person SET organisation_id = organisation_id",
    "UPDATE contact_person SET id = id",
)


async def seen(sql: str, value) -> int:
    return (await execute(sql, value))[0]["n"]


async def test_members_see_each_other_and_nobody_else_sees_them(book):
    bgw, skm = book.cast.organisations["bgw"], book.cast.organisations["skm"]
    networks = book.cast.networks
    for organisation, expected in {
        "bgw": (1, 0, 1, 0),
        "gfs": (1, 0, 1, 0),
        CITY: (1, 0, 1, 0),
        "skm": (0, 1, 0, 1),
        "jobcenter-duesseldorf": (0, 1, 0, 1),
    }.items():
        async with book.acting(organisation):
            found = (
                await seen(OF, bgw),
                await seen(OF, skm),
                await seen(VERSIONS, networks["bielefeld"]),
                await seen(VERSIONS, networks["duesseldorf"]),
            )
        assert found == expected, organisation
    async with scope():
        assert (await seen(OF, bgw), await seen(VERSIONS, networks["bielefeld"])) == (0, 0)


async def test_when_a_membership_ends_the_entry_is_gone_at_that_instant_for_both_and_what_was_sent_stays(book):
    await book.leave("bgw")
    present = await book.seen_by("gfs")
    assert "bgw" not in named(present.directory)
    assert present.newest is not None
    async with book.acting("gfs"):
        assert "Kerstin Vogelsang" in named((await access_version(book.network, present.newest.id)).directory)["bgw"]
    bgw = book.cast.organisations["bgw"]
    async with book.acting("gfs"):
        assert await seen(OF, bgw) == 0
    async with book.acting("bgw"):
        assert await seen(OF, bgw) == 1
        assert await seen(OF, book.cast.organisations["gfs"]) == 0
        assert await seen(VERSIONS, book.network) == 0
    async with book.database.role("worker"), scope(network_id=book.network):
        assert await seen(OF, bgw) == 0


async def test_nobody_writes_for_another_organisation_or_without_the_role(book):
    bgw = book.cast.organisations["bgw"]
    before = await book.rows("SELECT * FROM contact_person WHERE organisation_id = $1", bgw)
    for organisation, role in (("gfs", Role.DIRECTOR), (CITY, Role.OFFICE), ("bgw", Role.DATA_PROTECTION_OFFICER)):
        with pytest.raises(DENIED):
            async with book.acting(organisation, role):
                await execute(INSERTED, bgw)
        async with book.acting(organisation, role):
            for sql in ("UPDATE contact_person SET name = 'x' WHERE organisation_id = {} RETURNING id",
                        "DELETE FROM contact_person WHERE organisation_id = {} RETURNING id"):  # fmt: skip
                assert await execute(sql, bgw) == []
    assert await book.rows("SELECT * FROM contact_person WHERE organisation_id = $1", bgw) == before


async def test_the_worker_keeps_nobodys_entry(worker):
    for where in ({"network_id": worker.network}, {"organisation_id": worker.cast.organisations["bgw"]}):
        with pytest.raises(DENIED):
            async with scope(**where):
                await execute(INSERTED, worker.cast.organisations["bgw"])


async def test_only_the_office_makes_versions_and_the_database_writes_them(book):
    for organisation, role in (("gfs", Role.DIRECTOR), (CITY, Role.REPRESENTATIVE), ("skm", Role.DEPUTY)):
        with pytest.raises(DENIED):
            async with book.acting(organisation, role):
                await execute(MADE, book.network, "x")
    with pytest.raises(DENIED):
        async with scope(network_id=book.network):  # the web claims to be the worker
            await execute(MADE, book.network, "x")
    async with book.acting(CITY, Role.OFFICE) as (_, opened):
        await execute(MADE, book.network, "x")
        (row,) = await execute("SELECT number, made_at, content::text FROM directory_version WHERE key = 'x'")
    assert (row["number"], row["made_at"] >= opened.now) == (2, True)
    assert "Kerstin Vogelsang" in row["content"]


async def test_the_worker_makes_them_in_the_scope_of_the_network_alone(worker):
    for where in (
        {"network_id": worker.cast.networks["duesseldorf"]},
        {"organisation_id": worker.cast.organisations["gfs"]},
    ):
        with pytest.raises(DENIED):
            async with scope(**where):
                await execute(MADE, worker.network, "x")
    async with scope(network_id=worker.network):
        await execute(MADE, worker.network, str(uuid4()))


async def test_nobody_rewrites_what_was_sent_or_moves_an_entry_elsewhere(book):
    for role in ("app", "worker"):
        async with book.database.role(role):
            for sql in REWRITING:
                with pytest.raises(DENIED):
                    async with book.acting(CITY, Role.OFFICE):
                        await execute(sql)
    for sql in ("UPDATE directory_version SET note = 'x'", "TRUNCATE directory_version"):
        with pytest.raises(DENIED):
            await book.rows(sql)


async def test_who_came_later_reads_what_was_sent_since(book):
    """What was sent before names people of members that left; the office keeps it all."""
    bielefeld = book.cast.networks["bielefeld"]
    await book.rows(
        "UPDATE membership SET begins_at = hilfenetz_now() WHERE network_id = $1 AND organisation_id = ANY ($2)",
        *(bielefeld, [book.cast.organisations[slug] for slug in ("gfs", CITY)]),
    )
    found = {}
    for organisation in ("gfs", CITY, "bgw"):
        async with book.acting(organisation):
            found[organisation] = await seen(VERSIONS, bielefeld)
    assert found == {"gfs": 0, CITY: 1, "bgw": 1}
    async with book.acting(CITY, Role.OFFICE):
        await execute(MADE, bielefeld, "x")
    async with book.acting("gfs"):
        assert await execute("SELECT number FROM directory_version WHERE network_id = {}", bielefeld) == [{"number": 2}]
