"""The agreement is looked at again every so many years: the office keeps the deadline, whoever holds it."""

import asyncio
import json
from datetime import date, timedelta

import pytest

from portal.kit.clock import local_day
from portal.kit.errors import Forbidden, Invalid
from portal.ladders.actions_handing import hand_deadlines
from tenants.context import Role
from tenants.scope import scope
from tests.agreement.office import BIELEFELD, CITY

LADDER = [-180, -30, 1]


async def test_the_office_keeps_the_deadline_with_the_ladder_of_the_rulebook_and_nobody_else(worker):
    (due,) = await worker.reviews_due()
    assert (due["state"], due["ends_on"]) == ("open", date(2030, 3, 1)), "four years from 1 March 2026"
    assert [step["days"] for step in json.loads(due["ladder"])] == LADDER
    for _ in range(2):
        for organisation in (CITY, "gfs"):
            await worker.adjust(organisation)
    assert [len(await worker.reviews_due(slug)) for slug in (CITY, "gfs")] == [1, 0]


async def test_a_review_sent_five_times_at_once_is_kept_once(office):
    today = local_day(await office.now())
    await asyncio.gather(*(asyncio.create_task(office.review(today)) for _ in range(5)))
    await office.review(today, "  Nichts zu ändern. ")
    assert len((await office.agreement()).reviews) == 1


async def test_a_review_that_is_recorded_ends_it_and_begins_the_next(office):
    today = local_day(await office.now())
    await office.review(today - timedelta(days=3), "Die Frist bei der Aufnahme wird verlängert.")
    done, due = await office.reviews_due()
    assert (done["state"], due["state"]) == ("done", "open")
    assert due["ends_on"].year == today.year + 4
    (kept,) = (await office.agreement()).reviews
    assert (kept.outcome, kept.recorded_by, kept.version) == (
        "Die Frist bei der Aufnahme wird verlängert.", "Jonas Wiegand", 1,
    )  # fmt: skip
    assert await office.rows("SELECT FROM audit_entry WHERE action = 'rulebook:reviewed'")


async def test_an_earlier_review_that_is_recorded_late_does_not_bring_the_next_one_nearer(office):
    today = local_day(await office.now())
    await office.review(today)
    await office.review(today - timedelta(days=30), "Davor auch schon einmal.")
    assert [due["state"] for due in await office.reviews_due()] == ["done", "open"]
    assert [review.reviewed_on for review in (await office.agreement()).reviews] == [today, today - timedelta(days=30)]


async def test_a_version_that_comes_into_force_begins_the_time_anew_by_its_own_rule(worker):
    book = await worker.change(("every_years = 4", "every_years = 2"), ("days = -180", "days = -90"), days=10)
    timers = await worker.rows("SELECT due_at, organisation_id FROM outbox WHERE event = 'ReviewChanged'")
    version = (await worker.agreement()).latest
    assert {row["due_at"] for row in timers} == {version.valid_from}
    assert len({row["organisation_id"] for row in timers}) == 6
    await worker.adjust(CITY)
    assert [due["state"] for due in await worker.reviews_due()] == ["open"], "it is not in force yet"
    await worker.database.move_clock(timedelta(days=11))
    await worker.adjust(CITY)
    old, new = sorted(await worker.reviews_due(), key=lambda due: due["state"])
    assert (old["state"], new["state"]) == ("dropped", "open")
    assert new["ends_on"] >= book.valid_from.replace(year=book.valid_from.year + 2)
    assert [step["days"] for step in json.loads(new["ladder"])] == [-90, -30, 1]


async def test_it_goes_where_the_office_goes_and_comes_back(worker):
    gfs = worker.cast.organisations["gfs"]
    for holder, states in (("gfs", (["dropped"], ["open"])), (CITY, (["dropped", "open"], ["dropped"]))):
        await worker.rows("UPDATE membership SET is_office = false WHERE network_id = $1", worker.network)
        await worker.rows(
            "UPDATE membership SET is_office = true WHERE network_id = $1 AND organisation_id = $2",
            worker.network,
            worker.cast.organisations[holder],
        )
        for organisation in (CITY, "gfs"):
            await worker.adjust(organisation)
        assert tuple([[due["state"] for due in await worker.reviews_due(slug)] for slug in (CITY, "gfs")]) == states
    assert (
        await worker.rows(
            "SELECT FROM deadline WHERE organisation_id = $1 AND state = 'open' AND matter = 'review'", gfs
        )
        == []
    )


@pytest.mark.parametrize(
    ("days", "outcome", "field"),
    [(1, "x", "reviewed_on"), (-3650, "x", "reviewed_on"), (0, " ", "outcome"), (0, "x" * 4001, "outcome")],
)
async def test_what_cannot_have_been_is_refused_with_its_field(office, days, outcome, field):
    with pytest.raises(Invalid) as refused:
        await office.review(local_day(await office.now()) + timedelta(days=days), outcome)
    assert refused.value.field == field
    assert (await office.agreement()).reviews == ()


async def test_only_the_office_records_a_review(office):
    with pytest.raises(Forbidden):
        await office.review(BIELEFELD.valid_from, organisation="gfs", role=Role.REPRESENTATIVE)
    with pytest.raises(Forbidden):
        await office.review(BIELEFELD.valid_from, role=Role.DIRECTOR)


async def test_who_was_handed_the_deadline_of_another_one_has_the_next_after_a_review(worker):
    city, gfs = (worker.cast.organisations[slug] for slug in (CITY, "gfs"))
    today = local_day(await worker.now())
    await worker.review(today - timedelta(days=2))
    async with scope(network_id=worker.network) as opened:
        await hand_deadlines(now=opened.now, network_id=worker.network, role=Role.OFFICE, before=city, after=gfs)
    await worker.rows("UPDATE membership SET is_office = false WHERE network_id = $1", worker.network)
    await worker.rows(
        "UPDATE membership SET is_office = true WHERE network_id = $1 AND organisation_id = $2", worker.network, gfs
    )
    await worker.rows(
        "INSERT INTO rulebook_review (network_id, id, rulebook_id, reviewed_on, outcome, recorded_at, recorded_by, "
        "recorded_for) SELECT $1, gen_random_uuid(), rulebook_in_force($1), $2, 'x', hilfenetz_now(), '', ''",
        worker.network,
        today,
    )
    await worker.adjust("gfs")
    assert [due["state"] for due in await worker.reviews_due("gfs")] == ["done", "open"]
