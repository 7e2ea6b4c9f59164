"""What follows by itself: invitations by mail, the next date of the rhythm, the office's deadlines; each once."""

from datetime import date, timedelta

import icalendar
import pytest

from portal.bodies import actions, actions_telling
from portal.bodies.actions_seats import name_seat
from portal.bodies.events import MeetingsToCome
from portal.bodies.rules import Part, Span
from portal.kit.clock import german_day, local_day
from portal.notices import actions as notices
from tenants.context import Role
from tenants.outbox import emit
from tenants.provisioning import admit_member, end_membership
from tenants.scope import scope
from tests.bodies.chamber import CENTRE, CITY, DIRECTORS, LEADS, PLACE
from tests.client import person
from workers.actors import system_actor

DATES = "SELECT id, begins_at, planned_by, state FROM meeting ORDER BY begins_at"
MAILS = (
    "SELECT d.id, d.state FROM delivery d JOIN notice n ON (n.organisation_id, n.id) = (d.organisation_id, d.notice_id)"
)
MEMBER = "SELECT FROM membership WHERE network_id = $1 AND organisation_id = $2"
OPEN = "SELECT matter, ends_on, title FROM deadline WHERE organisation_id = $1 AND state = 'open' ORDER BY matter"


async def test_the_rhythm_makes_the_next_date_once_with_its_deadlines(chamber):
    meeting_id = await chamber.invited(LEADS)
    await chamber.after(meeting_id)
    for _ in range(2):
        await chamber.work()
        await chamber.rows("UPDATE outbox SET state = 'waiting' WHERE event LIKE 'Meeting%'")  # everything comes twice
    await chamber.work()
    first, second = await chamber.rows(DATES)
    assert (second["planned_by"], second["state"]) == ("", "planned")
    assert first["begins_at"] + timedelta(days=180) < second["begins_at"] < first["begins_at"] + timedelta(days=187)
    told = await chamber.rows("SELECT organisation_id FROM notice WHERE kind = 'meeting_proposed'")
    assert [row["organisation_id"] for row in told] == [chamber.cast.organisations[CENTRE]]
    due = await chamber.rows(OPEN, chamber.cast.organisations[CENTRE])
    assert [row["matter"] for row in due] == ["meeting_invitation", "meeting_minutes"]
    assert due[0]["ends_on"] == second["begins_at"].date() - timedelta(days=14)


async def test_who_joins_after_the_invitation_is_invited_once_as_somebody_new(chamber):
    meeting_id = await chamber.invited()
    await chamber.work()
    planned = await chamber.meeting(meeting_id)
    moved = Span(planned.begins_at, planned.ends_at, "Stadthalle")
    await chamber.move(meeting_id, moved)
    await chamber.work()
    before = await chamber.rows("SELECT count(*) FROM notice")
    skm = chamber.cast.organisations["skm"]
    for _ in range(2):
        async with chamber.database.role("worker"), scope(network_id=chamber.network) as opened:
            if not await chamber.rows(MEMBER, chamber.network, skm):
                await admit_member(
                    network_id=chamber.network, organisation_id=skm, is_office=False, begins_at=opened.now
                )
            await emit(MeetingsToCome(chamber.network), to=[skm], key="joined")
        await chamber.work()
        await chamber.rows("UPDATE outbox SET state = 'waiting' WHERE event = 'MeetingsToCome'")
    await chamber.work()
    (told,) = await chamber.rows("SELECT kind, calendar FROM notice WHERE subject_id = $1 AND organisation_id = $2",
                                 meeting_id, skm)  # fmt: skip
    assert told["kind"] == "meeting_invited"
    assert "METHOD:REQUEST" in told["calendar"]
    assert (await chamber.rows("SELECT count(*) FROM notice"))[0]["count"] == before[0]["count"] + 1


@pytest.mark.parametrize("days", [0, 7])
async def test_who_is_named_after_the_invitation_is_invited_and_the_others_not_again(chamber, days):
    """Or before it, from a day after it on."""
    meeting_id = await chamber.plan() if days else await chamber.invited()
    await chamber.item(meeting_id)
    told = "SELECT p.subject FROM inbox_entry e JOIN notice n ON n.id = e.notice_id JOIN person p ON p.id = e.person_id"
    told += " WHERE n.subject_id = $1 AND n.organisation_id = $2 ORDER BY p.subject"
    gfs = chamber.cast.organisations["gfs"]
    (other,) = await chamber.rows(
        "SELECT a.name, p.subject FROM affiliation a JOIN person p ON p.id = a.person_id WHERE a.organisation_id = $1 "
        "AND NOT EXISTS (SELECT FROM role_assignment r WHERE r.person_id = p.id AND r.organisation_id = $1 "
        "AND r.role IN ('representative', 'deputy', 'director')) ORDER BY a.name LIMIT 1",
        gfs,
    )
    if not days:
        await chamber.work()
    async with chamber.acting("gfs", Role.DIRECTOR) as (actor, opened):
        await name_seat(
            actor=actor, now=opened.now, body=await chamber.body(actor), part=Part.DEPUTY, name=other["name"],
            begins_on=local_day(opened.now) + timedelta(days=days),
        )  # fmt: skip
        begins = opened.now + timedelta(days=days)
    if days:
        await chamber.invite(meeting_id)
        await chamber.work()
        assert other["subject"] not in {row["subject"] for row in await chamber.rows(told, meeting_id, gfs)}
        await chamber.at(begins)
    before = await chamber.rows(told, meeting_id, gfs)
    await chamber.work()
    after = await chamber.rows(told, meeting_id, gfs)
    assert sorted(row["subject"] for row in after) == sorted([*(row["subject"] for row in before), other["subject"]])


async def test_a_body_that_meets_when_needed_has_no_next_date(chamber):
    meeting_id = await chamber.invited(DIRECTORS)
    await chamber.after(meeting_id)
    await chamber.work()
    assert len(await chamber.rows(DATES)) == 1


async def test_where_a_later_date_is_planned_the_rhythm_keeps_still(chamber):
    meeting_id = await chamber.invited()
    await chamber.plan(days=60)
    await chamber.after(meeting_id)
    await chamber.work()
    assert len(await chamber.rows(DATES)) == 2


async def test_what_fails_in_between_leaves_nothing_and_is_done_the_next_time(chamber, monkeypatch):
    """The date was made, then the worker failed: neither date nor timer is there. Then it works."""
    meeting_id = await chamber.invited(LEADS)
    await chamber.after(meeting_id)
    before = len(await chamber.rows("SELECT 1 FROM outbox"))

    async def fails(*_given, **_more):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(actions_telling.live, "changed", fails)  # the last that happens when the date is there
        async with chamber.database.role("worker"):
            with pytest.raises(RuntimeError):
                async with scope(network_id=chamber.cast.networks["duesseldorf"]) as opened:
                    await actions_telling.follow_up(actor=await system_actor(), now=opened.now, meeting_id=meeting_id)
    assert len(await chamber.rows(DATES)) == 1
    assert len(await chamber.rows("SELECT 1 FROM outbox")) == before
    await chamber.work()
    assert len(await chamber.rows(DATES)) == 2


async def test_the_invitation_fails_in_between_and_is_told_once(chamber, monkeypatch):
    meeting_id = await chamber.invited()
    given = {"network_id": chamber.network, "meeting_id": meeting_id}

    async def fails(*_given, **_more):
        raise RuntimeError

    async with chamber.database.role("worker"):
        with monkeypatch.context() as broken:
            broken.setattr(notices, "queue_mails", fails)
            with pytest.raises(RuntimeError):
                await chamber.settle("gfs", actions_telling.announce_meeting, **given)
        assert await chamber.rows("SELECT 1 FROM notice WHERE kind = 'meeting_invited'") == []
        for _ in range(2):
            await chamber.settle("gfs", actions_telling.announce_meeting, **given)
    assert len(await chamber.rows("SELECT 1 FROM notice WHERE kind = 'meeting_invited'")) == 1
    mails = await chamber.rows(f"{MAILS} WHERE n.kind = 'meeting_invited'")
    told = await chamber.rows(
        "SELECT 1 FROM inbox_entry e JOIN notice n ON n.id = e.notice_id WHERE kind LIKE 'meeting%'"
    )
    assert len(mails) == len(told) > 0


async def test_an_update_before_the_invitation_is_told_as_it_stands(chamber):
    meeting_id = await chamber.invited()
    before = (await chamber.meeting(meeting_id)).span
    span = Span(before.begins_at, before.ends_at, "Stadthalle")
    await chamber.move(meeting_id, span)
    await chamber.work()
    rows = await chamber.rows("SELECT calendar FROM notice WHERE kind = 'meeting_invited'")
    assert len(rows) == 6
    assert all("SEQUENCE:1" in row["calendar"] and "Stadthalle" in row["calendar"] for row in rows)


async def test_mails_bring_the_date_and_nobody(chamber, surroundings):
    """Invitation, update and cancellation, each with its method and number; nothing of anybody in them."""
    if not surroundings.mailbox.child.running:
        surroundings.mailbox.start()
    surroundings.mailbox.clear()
    meeting_id = await chamber.invited()
    await chamber.work("MeetingAnnounced")
    # Whoever has read it still gets the date for their calendar.
    await chamber.rows("UPDATE inbox_entry SET read_at = hilfenetz_now()")
    before = (await chamber.meeting(meeting_id)).span
    later = Span(before.begins_at + timedelta(days=1), before.ends_at + timedelta(days=1), PLACE)
    await chamber.move(meeting_id, later)
    await chamber.work("MeetingAnnounced")
    await chamber.do(actions.cancel_meeting, meeting_id, reason="Frau Beispiel ist krank")
    await chamber.work("MeetingAnnounced")
    await chamber.work("MailDue", but="")
    mails = [mail.message for mail in surroundings.mailbox.mails()]
    surroundings.mailbox.clear()
    entries = {}
    for mail in mails:
        part = next(each for each in mail.walk() if each.get_content_type() == "text/calendar")
        made = icalendar.Calendar.from_ical(part.get_content())
        (event,) = made.walk("VEVENT")
        assert part.get_param("method") == str(made["METHOD"])
        assert event["ATTENDEE"] == f"mailto:{mail['To']}"
        assert event["SUMMARY"] == "Koordinierungskreis"
        assert "video.example" not in part.get_content()
        assert "Beispiel" not in str(mail)
        entries.setdefault(str(mail["To"]), []).append((int(event["SEQUENCE"]), str(made["METHOD"]), str(event["UID"])))
    assert len(entries) >= 6
    for found in entries.values():
        assert [each[:2] for each in sorted(found)] == [(0, "REQUEST"), (1, "REQUEST"), (2, "CANCEL")]
        assert len({uid for *_, uid in found}) == 1
    assert "Neue Mitteilung" in mails[0]["Subject"]


async def test_a_mail_to_who_left_the_network_does_not_leave(chamber, surroundings):
    if not surroundings.mailbox.child.running:
        surroundings.mailbox.start()
    surroundings.mailbox.clear()
    await chamber.invited()
    await chamber.work("MeetingAnnounced")
    gfs = chamber.cast.organisations["gfs"]
    async with chamber.database.role("worker"), scope(network_id=chamber.network) as opened:
        await end_membership(network_id=chamber.network, organisation_id=gfs, ends_at=opened.now)
    await chamber.work("MailDue", but="")
    states = await chamber.rows(f"{MAILS} WHERE n.kind = 'meeting_invited' AND n.organisation_id = $1", gfs)
    surroundings.mailbox.clear()
    assert {row["state"] for row in states} == {"withdrawn"}


async def test_who_left_before_it_was_told_is_told_nothing(chamber):
    meeting_id = await chamber.circulated()
    gfs = chamber.cast.organisations["gfs"]
    async with chamber.database.role("worker"), scope(network_id=chamber.network) as opened:
        await end_membership(network_id=chamber.network, organisation_id=gfs, ends_at=opened.now)
    await chamber.work()
    told = await chamber.rows("SELECT kind FROM notice WHERE subject_id = $1 AND organisation_id = $2", meeting_id, gfs)
    assert told == []


async def test_the_office_is_asked_to_invite_until_it_has(chamber):
    meeting_id = await chamber.plan()
    city = chamber.cast.organisations[CITY]
    (due,) = await chamber.rows(OPEN, city)
    (row,) = await chamber.rows(DATES)
    assert due["ends_on"] == row["begins_at"].date() - timedelta(days=14)
    span = (await chamber.meeting(meeting_id)).span
    later = Span(span.begins_at + timedelta(days=7), span.ends_at + timedelta(days=7), PLACE)
    await chamber.move(meeting_id, later)
    (moved,) = await chamber.rows(OPEN, city)
    assert moved["ends_on"] == due["ends_on"] + timedelta(days=7)
    assert due["title"].endswith(german_day(span.begins_at, weekday=False))
    assert moved["title"] == f"Sitzung: {german_day(later.begins_at, weekday=False)}", "the day it is about moves along"
    await chamber.item(meeting_id)
    await chamber.invite(meeting_id)
    assert await chamber.rows(OPEN, city) == []


async def test_invited_is_who_is_named_today_not_who_follows_later(chamber):
    meeting_id = await chamber.invited()
    gfs = chamber.cast.organisations["gfs"]
    for name, begins_on, ends_on in (
        ("Carola Windmöller", date(2026, 1, 1), date(2026, 12, 31)),
        ("Rasmus Heidbreder", date(2027, 1, 1), None),
    ):
        await chamber.rows(
            "INSERT INTO body_seat (network_id, id, body_id, organisation_id, part, name, begins_on, ends_on, "
            "named_by, named_at) SELECT network_id, gen_random_uuid(), body_id, $2, 'deputy', $3, $4, $5, '', "
            "hilfenetz_now() FROM meeting WHERE id = $1",
            *(meeting_id, gfs, name, begins_on, ends_on),
        )
    await chamber.work("MeetingAnnounced")
    told = await chamber.rows(
        "SELECT e.person_id FROM inbox_entry e JOIN notice n ON (n.organisation_id, n.id) = (e.organisation_id, "
        "e.notice_id) WHERE n.kind = 'meeting_invited' AND n.organisation_id = $1",
        gfs,
    )
    people = {row["person_id"] for row in told}
    assert (person("carola.windmoeller") in people, person("rasmus.heidbreder") in people) == (True, False)
