"""Versions in the database: which one holds when, what keeps the one it began under, who is told."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from portal.formal.queries import access_notice
from portal.kit.clock import local_day
from portal.kit.errors import Forbidden
from portal.votes.actions_closing import announce_opening
from portal.votes.rules import Outcome
from tenants import kept
from tenants.context import Role
from tenants.database import execute
from tenants.kept import kept_of
from tenants.rulebook import RulebookError
from tenants.scope import scope
from tests.agreement.office import BIELEFELD, CITY, successor
from tests.votes.poll import answers, notices

STRICTER = ('threshold = "50 %"', 'threshold = "75 %"')


async def test_a_version_is_a_row_with_who_put_it_into_force_and_holds_at_once(office):
    before = await office.standing()
    book = await office.change(STRICTER)
    after = await office.standing()
    assert (before.rulebook.version, after.rulebook.version) == (1, 2)
    assert after.rulebook == book
    rows = await office.rows(
        "SELECT version, source, put_by, put_for, put_at <= valid_from AS later FROM rulebook WHERE network_id = $1 "
        "ORDER BY version",
        office.network,
    )
    assert [(row["version"], row["put_by"], row["put_for"]) for row in rows] == [
        (1, "", ""),
        (2, "Jonas Wiegand", "Stadt Bielefeld, Sozialdezernat"),
    ]
    assert rows[0]["source"] == BIELEFELD.source
    (entry,) = await office.rows("SELECT action, details FROM audit_entry WHERE action = 'rulebook:put'")
    assert '"version": 2' in entry["details"]


async def test_a_version_for_a_day_to_come_holds_from_the_first_instant_of_that_day(office):
    await office.change(STRICTER, days=10)
    assert (await office.standing()).rulebook.version == 1
    assert [version.state.value for version in (await office.agreement()).versions] == ["to_come", "in_force"]
    first = local_day(await office.now()) + timedelta(days=10)
    await office.stop(f"{first - timedelta(days=1)} 23:59:59")
    assert (await office.standing()).rulebook.version == 1
    await office.stop(f"{first} 00:00:00")
    assert (await office.standing()).rulebook.version == 2
    assert [version.state.value for version in (await office.agreement()).versions] == ["in_force", "past"]


async def test_a_later_version_takes_the_place_of_one_that_has_not_begun(office):
    await office.change(STRICTER, days=10)
    await office.change(("period_days = 14", "period_days = 20"), number=3, days=5)
    for days, version in ((0, 1), (6, 3), (30, 3)):
        await office.database.move_clock(timedelta(days=days))
        assert (await office.standing()).rulebook.version == version
    assert [version.state.value for version in (await office.agreement()).versions] == ["in_force", "replaced", "past"]


async def test_before_any_version_has_begun_the_first_one_holds(office):
    await office.change(STRICTER)
    await office.database.move_clock(-timedelta(days=400))
    await office.rows("UPDATE membership SET begins_at = '2020-01-01'")
    assert (await office.standing()).rulebook.version == 1


async def test_a_vote_opened_under_version_1_is_decided_by_version_1_when_version_2_is_in_force(worker):
    old = await worker.ask(days=3)
    await worker.change(STRICTER)
    new = await worker.ask(days=3, question="Und danach?")
    for vote in (old, new):
        await answers(worker, vote, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    sheets = [await worker.sheet(vote) for vote in (old, new)]
    assert [(sheet.rulebook_version, sheet.rule.numerator) for sheet in sheets] == [(1, 50), (2, 75)]
    await worker.end(new)
    results = [await worker.close(vote) for vote in (old, new)]
    assert [(tally.outcome, tally.count, tally.needed) for tally in results] == [
        (Outcome.DECIDED, 4, 4),
        (Outcome.REJECTED, 4, 5),
    ]


async def test_a_period_that_runs_from_receipt_and_its_ladder_keep_the_version_they_began_under(worker):
    await worker.stop("2026-12-10 10:00")
    old = await worker.ask("position")
    await worker.change(
        ("period_days = 14", "period_days = 21"), ('rule = "retrievable"', 'rule = "acknowledged"'),
        ("days = -7, tell", "days = -2, tell"),
    )  # fmt: skip
    new = await worker.ask("position", question="Und danach?")
    found = {}
    for vote in (old, new):
        (row,) = await worker.rows("SELECT * FROM formal_notice WHERE cause_id = $1", vote)
        async with scope(organisation_id=worker.cast.organisations["gfs"]):
            found[vote] = await access_notice(worker.network, row["id"])
    assert [(notice.period_days, notice.rule.basis.value, notice.rulebook_version) for notice in found.values()] == [
        (14, "retrievable", 1),
        (21, "acknowledged", 2),
    ]
    assert local_day((await worker.sheet(old)).ends_at - timedelta(seconds=1)).isoformat() == "2026-12-24"
    assert (await worker.sheet(new)).ends_at is None, "nobody has acknowledged yet"
    await worker.settle("gfs", announce_opening, network_id=worker.network, vote_id=old)
    (kept,) = await worker.rows("SELECT ladder FROM deadline WHERE subject_id = $1 AND state = 'open'", old)
    assert '"days": -7' in kept["ladder"]


async def test_every_member_is_told_once_whatever_arrives_how_often(worker):
    await worker.change(STRICTER, days=3)
    (row,) = await worker.rows("SELECT id, network_id FROM rulebook WHERE version = 2")
    events = await worker.rows("SELECT organisation_id FROM outbox WHERE event = 'RulebookPut'")
    assert len(events) == 6
    for organisation in ("gfs", "gfs", "skm"):
        await worker.tell(organisation, row["id"])
    told = [notice for notice in await notices(worker, "gfs") if notice["kind"] == "rulebook_put"]
    assert len(told) == 2
    assert {notice["address"] for notice in told} == {"/n/bielefeld/regelwerk/fassungen/2"}
    assert not [notice for notice in await notices(worker, "skm") if notice["kind"] == "rulebook_put"]
    (first,) = await worker.rows("SELECT id FROM rulebook WHERE version = 1 AND network_id = $1", worker.network)
    await worker.tell("gfs", first["id"])  # forged: nobody put the founding version into force
    assert len([notice for notice in await notices(worker, "gfs") if notice["kind"] == "rulebook_put"]) == 2


async def test_only_the_office_puts_a_version_into_force_and_nothing_changes_for_others(office):
    text = successor(BIELEFELD.source, 2, local_day(await office.now()), STRICTER)
    with pytest.raises(Forbidden):
        await office.put(text, organisation="gfs", role=Role.REPRESENTATIVE)
    with pytest.raises(Forbidden):
        await office.put(text, role=Role.REPRESENTATIVE)
    with pytest.raises(RulebookError):
        await office.put(text.replace("version = 2", "version = 7"))
    assert len((await office.agreement()).versions) == 1


async def test_two_who_put_a_version_into_force_at_the_same_moment_leave_one(office):
    text = successor(BIELEFELD.source, 2, local_day(await office.now()), STRICTER)
    found = await asyncio.gather(office.put(text), office.put(text), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Rulebook", "RulebookError"]
    assert len((await office.agreement()).versions) == 2


async def test_what_the_database_itself_refuses(office):
    """Whatever the portal is made to say: the office alone, one after the other, never backwards, never changed."""
    insert = (
        "INSERT INTO rulebook (network_id, id, version, source, sha256, valid_from, put_at, put_by) "
        "VALUES ({}, gen_random_uuid(), {}, 'x', repeat('a', 64), '2020-01-01', '2020-01-01', 'Somebody else') "
        "RETURNING valid_from >= hilfenetz_now() - interval '1 minute' AS now, put_by"
    )
    for organisation, role, number, problem in (
        ("gfs", Role.REPRESENTATIVE, 2, asyncpg.InsufficientPrivilegeError),
        (CITY, Role.REPRESENTATIVE, 2, asyncpg.InsufficientPrivilegeError),
        (CITY, Role.OFFICE, 3, asyncpg.CheckViolationError),
    ):
        with pytest.raises(problem):
            async with office.acting(organisation, role):
                await execute(insert, office.network, number)
    for statement in (
        "UPDATE rulebook SET source = 'x'",
        "DELETE FROM rulebook",
        "UPDATE rulebook_review SET outcome = 'x'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with office.acting(CITY, Role.OFFICE):
                await execute(statement)
    async with office.acting(CITY, Role.OFFICE):
        (row,) = await execute(insert, office.network, 2)
    assert dict(row) == {"now": True, "put_by": "Jonas Wiegand"}


async def test_what_a_process_has_kept_notices_a_new_version(office):
    held = {}
    for organisation in ("gfs", "skm"):
        async with scope(organisation_id=office.cast.organisations[organisation], read_only=True):
            held[organisation] = kept_of((await execute(f"SELECT {kept.COLUMNS}"))[0], until=None)
    await office.change(STRICTER)
    for organisation, hears in (("gfs", True), ("skm", False)):
        async with scope(organisation_id=office.cast.organisations[organisation], read_only=True, reads_clock=False):
            changed, _ = await held[organisation].changed()
        assert (kept.Matter.EVERYTHING in changed) is hears, organisation
        assert bool(changed) is hears, organisation
