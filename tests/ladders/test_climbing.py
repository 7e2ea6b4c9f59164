"""Rungs fire once, at their time, to whom they name; they stop with the matter, and an outage collapses them."""

from datetime import timedelta

import asyncpg
import pytest

from portal.kit.clock import end_of_day
from portal.kit.errors import Conflict, NotFound
from portal.ladders import actions, actions_climbing
from portal.ladders.rules import Party, Step
from portal.notices import live
from tenants import provisioning
from tenants.context import Role
from tenants.database import connection_config, execute
from tenants.scope import scope
from tests.ladders.conftest import LAST_DAY
from workers.actors import system_actor

NEAR, OVERDUE = "deadline_near", "deadline_overdue"


async def test_each_rung_is_told_once_at_its_time_to_whom_it_names(watch):
    await watch.set()
    assert await watch.settle() == 0
    await watch.before(-3)
    assert await watch.settle() == 1
    assert await watch.told() == [(NEAR, "Vera", 0)]
    await watch.before(1)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Vera", 0), (OVERDUE, "Lena", 0), (OVERDUE, "Vera", 0)]
    await watch.before(7)
    await watch.settle()
    assert (await watch.told())[3:] == [(OVERDUE, "Dora", 0)]
    assert await watch.rungs() == [(-3, True, False), (1, True, False), (7, True, False)]
    assert await watch.settle() == 0


async def test_not_a_moment_before(watch):
    await watch.set()
    await watch.before(-3)
    (row,) = await watch.rows("SELECT hilfenetz_now() AS now")
    await watch.at(row["now"] - timedelta(microseconds=1))
    assert await watch.settle() == 0


@pytest.mark.parametrize("ending", [actions.deadline_done, actions.deadline_dropped])
async def test_it_stops_when_nothing_is_left_to_do_and_its_reminders_are_put_away(watch, ending):
    subject = await watch.set()
    await watch.before(-3)
    await watch.settle()
    assert await watch.act(ending, subject_id=subject)
    assert not await watch.act(ending, subject_id=subject)
    await watch.settle()
    unread = await watch.rows("SELECT FROM inbox_entry WHERE read_at IS NULL")
    assert unread == []
    await watch.before(20)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Vera", 0)]
    assert await watch.rungs() == [(-3, True, False)]


async def test_after_an_outage_one_telling_names_the_highest_and_none_is_left_out(watch):
    await watch.set()
    await watch.before(30)
    await watch.settle()
    assert await watch.told() == [(OVERDUE, "Dora", 2), (OVERDUE, "Lena", 2), (OVERDUE, "Vera", 2)]
    assert await watch.rungs() == [(-3, True, True), (1, True, True), (7, True, False)]


async def test_what_lapses_is_over_with_its_end_and_nobody_is_told_too_late(watch):
    await watch.set(lapses=True, ladder=(Step(-3, (Party.RESPONSIBLE,)), Step(1, (Party.DIRECTOR,))))
    assert await watch.rungs() == [(-3, False, False)]
    await watch.at(end_of_day(LAST_DAY))
    await watch.settle()
    assert await watch.told() == []
    assert (await watch.state(), await watch.rungs()) == ("dropped", [(-3, True, True)])


async def test_what_lapsed_waits_in_no_inbox_and_wakes_the_pages_of_its_network(watch, monkeypatch):
    network = watch.networks["first"]
    subject = await watch.set(lapses=True, network_id=network)
    await watch.before(-3)
    await watch.settle()
    assert await watch.rows("SELECT read_at FROM inbox_entry") == [{"read_at": None}]
    woken = []

    async def note(topic):
        woken.append(topic)

    monkeypatch.setattr(live, "_publish", note)
    await watch.at(end_of_day(LAST_DAY))
    await watch.settle(twice=False)
    (entry,) = await watch.rows("SELECT read_at FROM inbox_entry")
    assert entry["read_at"] == end_of_day(LAST_DAY), subject
    assert live.network(network) in woken
    assert live.inbox(watch.organisations["here"], watch.people["Vera"]) in woken


async def test_what_begins_late_has_only_the_rungs_to_come(watch):
    await watch.before(0)
    await watch.set()
    assert await watch.rungs() == [(1, False, False), (7, False, False)]


async def test_a_moved_deadline_has_its_ladder_anew_and_keeps_what_was_told(watch):
    subject = await watch.set()
    await watch.before(-3)
    await watch.settle()
    later = LAST_DAY + timedelta(days=20)
    await watch.act(actions.move_deadline, subject_id=subject, due_at=end_of_day(later))
    await watch.before(9)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Vera", 0)]
    await watch.before(17)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Vera", 0)] * 2
    (entry,) = await watch.rows("SELECT details FROM audit_entry WHERE action = 'deadline:moved'")
    assert "2030-06-06" in entry["details"]


async def test_what_is_over_is_not_moved_and_what_is_not_there_neither(watch):
    subject = await watch.set()
    await watch.act(actions.deadline_done, subject_id=subject)
    with pytest.raises(Conflict):
        await watch.act(actions.move_deadline, subject_id=subject, due_at=end_of_day(LAST_DAY))
    with pytest.raises(NotFound):
        await watch.act(
            actions.move_deadline, at="neighbour", by="Nora", subject_id=subject, due_at=end_of_day(LAST_DAY)
        )


async def test_a_matter_has_one_deadline_however_often_it_is_set(watch):
    subject = await watch.set()
    await watch.set(subject, due_at=end_of_day(LAST_DAY + timedelta(days=5)))
    (row,) = await watch.rows("SELECT ends_on FROM deadline")
    assert row["ends_on"] == LAST_DAY
    assert len(await watch.rungs()) == 3


async def test_one_timer_serves_all_that_are_due_at_one_instant(watch):
    for _ in range(5):
        await watch.set()
    timers = await watch.rows("SELECT FROM outbox WHERE event = 'RungsDue'")
    assert len(timers) == 3
    await watch.before(-3)
    assert await watch.settle() == 1
    assert await watch.told() == [(NEAR, "Vera", 0)] * 5


async def test_the_timer_of_one_that_ended_serves_the_others_still(watch):
    first = await watch.set()
    await watch.set()
    await watch.act(actions.deadline_done, subject_id=first)
    third = await watch.set()
    await watch.act(actions.deadline_done, subject_id=third)
    await watch.before(-3)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Vera", 0)]


async def test_however_many_are_due_they_are_worked_off_in_a_fixed_number_of_statements(watch, monkeypatch):
    monkeypatch.setattr(actions_climbing, "BATCH", 4)
    for _ in range(9):
        await watch.set()
    await watch.before(-3)
    assert await watch.settle() == 3  # the timer, and twice what it goes on with
    assert await watch.told() == [(NEAR, "Vera", 0)] * 9
    mails = await watch.rows("SELECT FROM outbox WHERE event = 'MailDue'")
    assert len(mails) == len(await watch.rows("SELECT FROM delivery")) == 9


async def test_a_clock_that_goes_back_does_not_lose_the_timer(watch):
    await watch.set()
    await watch.before(-3)
    (timer,) = await watch.due()
    await watch.before(-5)
    async with watch.database.role("worker"), scope(organisation_id=watch.here) as opened:
        actor = await system_actor()
        (row,) = await execute("SELECT due_at FROM outbox WHERE id = {}", timer["id"])
        assert await actions_climbing.climb(actor=actor, now=opened.now, at=row["due_at"]) == 0
    await watch.rows("UPDATE outbox SET state = 'done' WHERE id = $1", timer["id"])
    await watch.before(-3)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Vera", 0)]


async def test_where_nobody_holds_the_role_the_administrators_are_told(watch):
    await watch.set(roles=(Role.DEPUTY,))
    await watch.before(-3)
    await watch.settle()
    assert await watch.told() == [(NEAR, "Adam", 0)]


async def test_a_person_who_is_responsible_is_told_and_the_office_only_where_it_is(watch):
    ladder = (Step(-3, (Party.RESPONSIBLE, Party.OFFICE)),)
    await watch.hire("Olaf", Role.OFFICE)
    await watch.hire("Otto", Role.OFFICE, at="neighbour")
    network = watch.networks["first"]  # whose office is held "here"
    await watch.set(roles=(), person_id=watch.people["Carl"], ladder=ladder, network_id=network)
    await watch.set(at="neighbour", by="Nora", ladder=ladder, network_id=network)
    await watch.before(-3)
    await watch.settle()
    assert sorted(await watch.told()) == [(NEAR, "Carl", 0), (NEAR, "Nora", 0), (NEAR, "Olaf", 0)]


async def test_who_left_the_network_is_not_reminded_of_its_matters(watch):
    network = watch.networks["first"]
    await watch.set(at="neighbour", by="Nora", network_id=network)
    async with watch.database.role("worker"), scope(network_id=network) as opened:
        await provisioning.end_membership(network_id=network, organisation_id=watch.neighbour, ends_at=opened.now)
    await watch.before(-3)
    await watch.settle()
    assert (await watch.told(), await watch.state()) == ([], "dropped")
    assert await watch.rungs() == [(-3, True, True)]


async def test_no_other_organisation_sees_ends_or_climbs_it(watch):
    subject = await watch.set()
    for ending in (actions.deadline_done, actions.deadline_dropped):
        assert not await watch.act(ending, at="neighbour", by="Nora", subject_id=subject)
    for table in ("deadline", "rung"):
        async with scope(organisation_id=watch.neighbour, person_id=watch.people["Nora"]):
            assert await execute(f"SELECT FROM {table}") == []
    await watch.before(-3)
    async with watch.database.role("worker"), scope(organisation_id=watch.neighbour) as opened:
        assert await actions_climbing.climb(actor=await system_actor(), now=opened.now, at=opened.now) == 0
    assert (await watch.state(), await watch.told()) == ("open", [])


REFUSED = {
    "fires a rung": "UPDATE rung SET fired_at = now()",
    "puts up one that fired": "INSERT INTO rung (organisation_id, id, deadline_id, days, tell, due_at, fired_at) "
    "SELECT organisation_id, gen_random_uuid(), id, 5, '{lead}', now(), now() FROM deadline",
    "takes a deadline away": "DELETE FROM deadline",
    "sets one for others": "INSERT INTO deadline SELECT (jsonb_populate_record(d, jsonb_build_object("
    "'organisation_id', '{neighbour}', 'id', gen_random_uuid()))).* FROM deadline d",
}


@pytest.mark.parametrize("deed", REFUSED)
async def test_the_portal_may_not_do_by_itself_what_the_worker_does(watch, deed):
    await watch.set()
    sql = REFUSED[deed].replace("{neighbour}", str(watch.neighbour))
    connection = await asyncpg.connect(**connection_config(watch.database.url("app")))
    try:
        await connection.fetch("SELECT set_config('app.organisation', $1, false)", str(watch.here))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(sql)
    finally:
        await connection.close()


async def test_the_portal_cannot_take_away_that_somebody_was_told(watch):
    await watch.set()
    await watch.before(-3)
    await watch.settle()
    async with scope(organisation_id=watch.here, person_id=watch.people["Vera"]):
        assert len(await execute("DELETE FROM rung RETURNING id")) == 2
    assert await watch.rungs() == [(-3, True, False)]
