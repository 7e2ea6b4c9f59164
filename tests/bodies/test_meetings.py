"""A meeting from its date to its approved minutes, as the members of the body see it."""

from datetime import timedelta

import asyncpg
import pytest

from portal.bodies import actions, actions_minutes
from portal.bodies.queries_meetings import list_resolutions
from portal.bodies.rules import MeetingState, MinutesState, Outcome, Span
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tenants.context import Role
from tests.bodies.chamber import CIRCLE, CITY, LEADS, PLACE


async def kinds_of(chamber, meeting_id, organisation: str) -> list[str]:
    """What its people were told of a meeting, each kind once, in order."""
    rows = await chamber.rows(
        "SELECT kind FROM notice WHERE subject_id = $1 AND organisation_id = $2 ORDER BY created_at, id",
        meeting_id,
        chamber.cast.organisations[organisation],
    )
    return [row["kind"] for row in rows]


async def test_from_the_date_to_the_numbered_resolution(chamber):
    meeting_id = await chamber.circulated()
    meeting = await chamber.meeting(meeting_id)
    assert (meeting.minutes, meeting.round, len(meeting.resolutions)) == (MinutesState.CIRCULATED, 1, 1)
    assert meeting.reckoning is not None
    with pytest.raises(Conflict, match="Frist für Einwände läuft noch"):
        await chamber.do(actions_minutes.approve, meeting_id)
    async with chamber.acting("gfs") as (actor, opened):
        body = await chamber.body(actor)
        objection = await actions_minutes.object_to(
            actor=actor, now=opened.now, body=body, meeting_id=meeting_id, text="Wir waren dagegen."
        )
    await chamber.at(meeting.objections_until)
    with pytest.raises(Conflict, match="noch nicht beantwortet"):
        await chamber.do(actions_minutes.approve, meeting_id)
    answer = {"objection_id": objection, "outcome": Outcome.KEPT, "answer": "Die Stimmen sind gezählt."}
    await chamber.do(actions_minutes.answer_objection, meeting_id, **answer)
    with pytest.raises(Conflict, match="schon beantwortet"):
        await chamber.do(actions_minutes.answer_objection, meeting_id, **answer)
    await chamber.do(actions_minutes.approve, meeting_id)
    with pytest.raises(Conflict, match="schon genehmigt"):
        await chamber.do(actions_minutes.approve, meeting_id)
    async with chamber.office() as (actor, _):
        (resolution,), _more = await list_resolutions(await chamber.body(actor))
    assert (resolution.number, resolution.year, resolution.yes) == (1, 2026, 4)


async def test_numbers_go_on_within_body_and_year(chamber):
    await chamber.approved()
    await chamber.stop("2026-11-23 09:00")
    await chamber.approved()
    rows = await chamber.rows("SELECT year, number FROM resolution ORDER BY number")
    assert [(row["year"], row["number"]) for row in rows] == [(2026, 1), (2026, 2)]


async def test_what_was_passed_round_can_be_taken_back_and_is_passed_round_anew(chamber):
    meeting_id = await chamber.circulated()
    await chamber.do(_without_now(actions_minutes.take_back), meeting_id)
    (item,) = (await chamber.meeting(meeting_id)).agenda
    await chamber.write(meeting_id, item.id, "Nicht alle sind einverstanden.", version=item.version)
    await chamber.do(actions_minutes.circulate, meeting_id)
    assert (await chamber.meeting(meeting_id)).round == 2
    await chamber.work()
    assert await kinds_of(chamber, meeting_id, "gfs") == ["minutes_circulated"]  # the invitation's time was over
    await chamber.do(_without_now(actions_minutes.take_back), meeting_id)
    await chamber.do(actions_minutes.circulate, meeting_id)
    await chamber.work()
    assert await kinds_of(chamber, meeting_id, "gfs") == ["minutes_circulated", "minutes_circulated"]


async def test_two_who_write_on_the_same_item_lose_nothing(chamber):
    meeting_id = await chamber.held()
    await chamber.do(actions_minutes.begin_minutes, meeting_id)
    (item,) = (await chamber.meeting(meeting_id)).agenda
    await chamber.write(meeting_id, item.id, "Die Stadt schreibt.")
    with pytest.raises(actions_minutes.RecordChanged) as late:
        await chamber.write(meeting_id, item.id, "gfs schreibt.", organisation="gfs", role=Role.REPRESENTATIVE)
    assert late.value.item.record == "Die Stadt schreibt."
    both = "Die Stadt schreibt.\ngfs schreibt."
    await chamber.write(
        meeting_id, item.id, both, version=late.value.item.version, organisation="gfs", role=Role.REPRESENTATIVE
    )
    assert (await chamber.meeting(meeting_id)).agenda[0].record == both


async def test_bad_input_is_refused_in_words_and_nothing_is_half_done(chamber):
    with pytest.raises(Invalid, match="in der Vergangenheit"):
        await chamber.plan(days=-1)
    meeting_id = await chamber.plan(place="")
    with pytest.raises(Invalid, match="höchstens 200 Zeichen"):
        await chamber.item(meeting_id, "x" * 201)
    with pytest.raises(Invalid, match="mindestens einen Punkt"):
        await chamber.invite(meeting_id)
    with pytest.raises(Conflict, match="beginnt mit der Sitzung"):
        await chamber.do(actions_minutes.begin_minutes, meeting_id)
    item_id = await chamber.item(meeting_id)
    await chamber.invite(meeting_id)
    with pytest.raises(Conflict, match="schon eingeladen"):
        await chamber.invite(meeting_id)
    await chamber.after(meeting_id)
    with pytest.raises(Conflict, match="schon begonnen"):
        await chamber.do(actions.cancel_meeting, meeting_id, reason="")
    await chamber.do(actions_minutes.begin_minutes, meeting_id)
    with pytest.raises(Invalid, match="mehr Stimmen, als das Gremium Mitglieder hat"):
        await chamber.resolve(meeting_id, item_id, counts=(6, 1, 0))
    with pytest.raises(Invalid, match="mehr Stimmen abgegeben sind als dagegen"):
        await chamber.resolve(meeting_id, item_id, counts=(2, 2, 0))
    with pytest.raises(Invalid, match="wer anwesend war"):
        await chamber.do(actions_minutes.circulate, meeting_id)
    await chamber.attend(meeting_id)
    with pytest.raises(Invalid, match="noch leer"):
        await chamber.do(actions_minutes.circulate, meeting_id)


async def test_nobody_is_invited_to_a_date_that_is_over_until_there_is_a_new_one(chamber):
    meeting_id = await chamber.plan()
    await chamber.item(meeting_id)
    begins_at = (await chamber.meeting(meeting_id)).begins_at
    await chamber.at(begins_at)
    with pytest.raises(Conflict, match="verstrichen"):
        await chamber.invite(meeting_id)
    span = Span(begins_at + timedelta(days=7), begins_at + timedelta(days=7, hours=2), PLACE)
    await chamber.move(meeting_id, span)
    await chamber.invite(meeting_id)
    assert (await chamber.meeting(meeting_id)).state is MeetingState.INVITED


async def test_an_objection_is_in_time_by_the_clock_of_the_database_and_waits_for_who_approves(chamber):
    meeting_id = await chamber.circulated()
    meeting = await chamber.meeting(meeting_id)

    async def objected(actor, now):
        about = {"body": await chamber.body(actor), "meeting_id": meeting_id}
        return await actions_minutes.object_to(actor=actor, now=now, text="Wir waren dagegen.", **about)

    with pytest.raises(asyncpg.CheckViolationError):  # whatever the request took for now when it began
        async with chamber.acting("gfs") as (actor, opened):
            await chamber.at(meeting.objections_until)
            await objected(actor, opened.now)
    await chamber.at(meeting.objections_until - timedelta(microseconds=1))
    async with chamber.acting("gfs") as (actor, opened):
        await objected(actor, opened.now)
    assert len((await chamber.meeting(meeting_id)).unanswered) == 1


async def test_who_may_what(chamber):
    """The office prepares; who speaks there writes along; others there read; nobody else reaches it."""
    meeting_id = await chamber.plan()
    async with chamber.acting("gfs") as (actor, opened):
        body = await chamber.body(actor)
        with pytest.raises(Forbidden):
            await actions.invite(actor=actor, now=opened.now, body=body, meeting_id=meeting_id)
        await actions.add_item(
            actor=actor, body=body, meeting_id=meeting_id, title="Frage der GfS", duration=None, introduced_by="GfS"
        )
    reader = chamber.cast.who_without("diakonie-bielefeld", Role.REPRESENTATIVE, Role.DEPUTY)
    async with chamber.acting("diakonie-bielefeld", name=reader) as (actor, _):
        with pytest.raises(Forbidden):
            await actions.add_item(
                actor=actor, body=await chamber.body(actor), meeting_id=meeting_id, title="x", duration=None,
                introduced_by="",
            )  # fmt: skip
    async with chamber.acting("skm") as (actor, _):
        with pytest.raises(NotFound):
            await chamber.body(actor)


async def test_a_meeting_is_not_found_in_another_body(chamber):
    meeting_id = await chamber.plan(LEADS)
    with pytest.raises(NotFound):
        await chamber.meeting(meeting_id, of=("duesseldorf", "vertretungen-der-partner"))
    with pytest.raises(NotFound):
        await chamber.invite(meeting_id, of=CIRCLE)


async def test_the_agenda_keeps_its_order(chamber):
    meeting_id = await chamber.plan()
    ids = [await chamber.item(meeting_id, title) for title in ("eins", "zwei", "drei")]
    async with chamber.acting(CITY, Role.OFFICE) as (actor, _):
        body = await chamber.body(actor)
        await actions.move_item_up(actor=actor, body=body, meeting_id=meeting_id, item_id=ids[2])
        await actions.strike_item(actor=actor, body=body, meeting_id=meeting_id, item_id=ids[0])
    assert [item.title for item in (await chamber.meeting(meeting_id)).agenda] == ["drei", "zwei"]


async def test_a_move_and_a_cancellation_are_told_once_each(chamber):
    meeting_id = await chamber.invited()
    await chamber.work()
    before = (await chamber.meeting(meeting_id)).span
    later = Span(before.begins_at + timedelta(days=1), before.ends_at + timedelta(days=1), "Stadthalle")
    await chamber.move(meeting_id, later)
    await chamber.work()
    await chamber.do(actions.cancel_meeting, meeting_id, reason="Krank")
    await chamber.work()
    for organisation in ("gfs", CITY):
        told = [kind for kind in await kinds_of(chamber, meeting_id, organisation) if kind.startswith("meeting")]
        assert told == ["meeting_invited", "meeting_changed", "meeting_cancelled"]
    assert await kinds_of(chamber, meeting_id, "skm") == []


def _without_now(action):
    async def call(*, now, **given):
        return await action(**given)

    return call
