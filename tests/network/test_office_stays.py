"""The office is never vacant: whoever holds it and goes is stood in for in the same transaction, and what it had to do
goes on elsewhere."""

from datetime import timedelta
from uuid import uuid4

import pytest
from asyncpg.exceptions import CheckViolationError

from portal.ladders.actions import set_deadline
from portal.ladders.rules import Matter, Party, Step
from portal.network import actions_office
from portal.network.rules import Ending
from portal.spaces.places import SpaceKey
from portal.spaces.queries import find_address
from portal.tasks import actions as tasks
from tenants.context import Role
from tests.network.office import AFFECTED
from tests.network.test_exclusion import ends_at
from tests.network.test_seat import CITY, MONDAY, begun, holder, leads, ready
from tests.votes.poll import BIELEFELD

# A city comes first and there is one; of the carriers whoever has been a member for longest.
STANDS_IN = "bethel-regional"


async def made_longest(office, slug=STANDS_IN):
    await office.rows(
        "UPDATE membership SET begins_at = '2019-01-01' WHERE network_id = $1 AND organisation_id = $2",
        office.network,
        office.cast.organisations[slug],
    )


async def the_seat(office):
    """The procedure about the seat that runs."""
    (row,) = await office.rows("SELECT id FROM procedure WHERE kind = 'office_seat' AND ended_at IS NULL")
    return row["id"]


async def test_an_office_that_is_excluded_is_stood_in_for_and_everything_goes_on(office):
    await office.stop(MONDAY)
    await made_longest(office)
    procedure_id = await office.move(against=CITY)
    vote_id = await office.open_vote(procedure_id, Role.DEPUTY)
    await office.decide(vote_id, but=CITY)
    await office.work("VoteDue")

    assert await holder(office) == STANDS_IN
    assert await office.deeds(procedure_id) == ["moved", "vote_opened", "stood_in", "decided"]
    letters = await office.rows(
        "SELECT n.subject, o.slug FROM formal_notice n JOIN organisation o ON o.id = n.sender_id "
        "WHERE n.subject LIKE '%usschl%' AND n.kind = 'letter'"
    )
    assert {row["slug"] for row in letters} == {STANDS_IN}, "what is posted is the stand-in's"
    assert await ends_at(office, CITY) is not None
    seat_id = await the_seat(office)
    assert await office.deeds(seat_id) == ["stood_in"]
    await office.work("OfficeSeatMoved", "OfficeHandedOver")
    told = await office.rows("SELECT DISTINCT organisation_id FROM notice WHERE kind = 'office_seat'")
    assert len(told) == len(BIELEFELD)

    await office.stop("2026-12-21 10:00")
    await office.work("ProcedureDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED
    # A letter of the portal, after the one that held the office has gone.
    left = await office.declare(AFFECTED)
    await office.work("ProcedureDue")
    assert "informed" in await office.deeds(left)

    browser = await office.cast.as_role(STANDS_IN, Role.DEPUTY)
    page = await browser.get(f"/n/bielefeld/verfahren/{seat_id}")
    assert "Die Geschäftsstelle ist nur vertreten" in page.text
    assert "Ihre Organisation vertritt die Geschäftsstelle" in page.text
    assert "Verfahren beenden" not in page.text
    await ready(office, seat_id, "bgw")
    page = await browser.get(f"/n/bielefeld/verfahren/{seat_id}")
    assert "Einigung festhalten" in page.text, "nobody there has the role yet: its deputy leads"
    assert (await browser.post(f"/n/bielefeld/verfahren/{seat_id}/einigung", {})).status_code == 303
    await office.work("ProcedureDue")
    assert await holder(office) == "bgw"


async def test_the_office_may_leave_and_who_can_run_it_comes_first(office):
    await office.stop(MONDAY)
    await made_longest(office)
    running = await begun(office)
    await ready(office, running, "trockendock")
    procedure_id = await office.declare(CITY)
    assert await holder(office) == CITY, "until the worker has passed it on"
    assert await ends_at(office, CITY) is None
    await office.work("ProcedureDue")
    assert await holder(office) == "trockendock"
    assert await ends_at(office, CITY) is not None
    assert await office.deeds(procedure_id) == ["declared", "stood_in", "informed", "ended", "directory_renewed"]
    assert await the_seat(office) == running, "one runs already, and goes on"
    assert (await office.deeds(running))[-1] == "stood_in"
    gone = await office.cast.as_role(CITY, Role.OFFICE)
    assert (await gone.get("/n/bielefeld/verfahren")).status_code == 404


async def test_a_member_whose_exclusion_is_moved_stands_in_for_nobody(office):
    await office.stop(MONDAY)
    await made_longest(office)
    await office.move(by="gfs", against=STANDS_IN)
    await office.declare(CITY)
    await office.work("ProcedureDue")
    assert await holder(office) not in (CITY, STANDS_IN)


async def test_nobody_ends_the_membership_of_who_holds_the_office(office):
    with pytest.raises(CheckViolationError):
        await office.rows("UPDATE membership SET ends_at = hilfenetz_now() WHERE is_office")


async def test_what_the_office_had_to_do_goes_along_and_each_rung_fires_once(office):
    await office.stop(MONDAY)
    ids = office.cast.organisations
    subject = uuid4()
    async with office.acting(CITY, Role.OFFICE) as (actor, opened):
        await set_deadline(
            actor=actor,
            now=opened.now,
            matter=Matter.MEETING_MINUTES,
            subject_id=subject,
            title="Protokoll der Herbstsitzung",
            address="/n/bielefeld/gremien",
            due_at=opened.now.replace(hour=23, minute=0) + timedelta(days=3),
            roles=(Role.OFFICE,),
            ladder=(Step(-2, (Party.RESPONSIBLE,)), Step(-1, (Party.RESPONSIBLE,)), Step(2, (Party.DIRECTOR,))),
            network_id=office.network,
        )
        root = await find_address(actor, SpaceKey("network", office.network), "")
        task = await tasks.add_task(
            actor=actor,
            now=opened.now,
            folder=root,
            values={"title": "Räume buchen", "summary": "", "tags": []},
            slug="",
            principal=f"group:office@{ids[CITY]}",
        )
    moved = await office.move(by="gfs", against="trockendock")
    await office.work("ExclusionMoved")
    await office.stop("2026-11-24 12:00")
    await office.work("RungsDue")
    procedure_id = await begun(office)
    await ready(office, procedure_id, "bgw")
    await leads(office, actions_office.agree, procedure_id)
    await office.work("ProcedureDue", "OfficeHandedOver", "RungsDue", "DeadlineEnded", "TaskAssigned")
    assert await holder(office) == "bgw"

    kept = await office.rows(
        "SELECT o.slug, d.state, d.responsible_roles, (SELECT array_agg(r.days ORDER BY r.days) FROM rung r "
        "WHERE r.organisation_id = d.organisation_id AND r.deadline_id = d.id) AS days FROM deadline d "
        "JOIN organisation o ON o.id = d.organisation_id WHERE d.subject_id = $1 ORDER BY o.slug",
        subject,
    )
    assert [(row["slug"], row["state"], row["days"]) for row in kept] == [
        ("bgw", "open", [-1, 2]),
        (CITY, "dropped", [-2]),
    ]
    (assigned,) = await office.rows("SELECT assignee, version FROM item WHERE id = $1", task)
    assert (assigned["assignee"], assigned["version"]) == (f"group:office@{ids['bgw']}", 2)
    (directory,) = await office.rows("SELECT id FROM directory_version WHERE reason = 'handover'")
    (letter,) = await office.rows(
        "SELECT o.slug, (SELECT count(*) FROM formal_receipt r WHERE r.notice_id = n.id) AS sent FROM formal_notice n "
        "JOIN organisation o ON o.id = n.sender_id WHERE n.cause_id = $1",
        directory["id"],
    )
    assert (letter["slug"], letter["sent"]) == ("bgw", len(BIELEFELD))
    waiting = await office.rows(
        "SELECT o.slug FROM notice n JOIN organisation o ON o.id = n.organisation_id "
        "WHERE n.kind = 'procedure_moved' AND n.subject_id = $1 ORDER BY o.slug",
        moved,
    )
    assert [row["slug"] for row in waiting] == ["bgw", CITY], "who holds the office now is told what waits for it"

    for day in ("2026-11-25 12:00", "2026-11-29 12:00"):
        await office.stop(day)
        await office.work("RungsDue")
    fired = await office.rows(
        "SELECT o.slug, r.days, r.fired_at IS NOT NULL AS fired FROM rung r JOIN deadline d "
        "ON (d.organisation_id, d.id) = (r.organisation_id, r.deadline_id) "
        "JOIN organisation o ON o.id = r.organisation_id WHERE d.subject_id = $1 ORDER BY r.days",
        subject,
    )
    assert [tuple(row.values()) for row in fired] == [(CITY, -2, True), ("bgw", -1, True), ("bgw", 2, True)]
    told = await office.rows(
        "SELECT count(*) AS times FROM notice WHERE subject_id = $1 AND kind LIKE 'deadline%' GROUP BY organisation_id",
        subject,
    )
    assert sorted(row["times"] for row in told) == [1, 2]
