"""A member asks for advice, the others answer within their time, and it says what it will do."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from portal.circle import actions_consulting as actions
from portal.circle import actions_telling
from portal.circle.queries_consultations import access_asked, list_asked
from portal.circle.rules import AnswerKind
from portal.kit.clock import local_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.circle.table import AUTHOR, CITY, STRANGER
from tests.votes.poll import BIELEFELD, notices

LIST = "/n/bielefeld/beratungen"
QUESTION = {"kind": "start", "title": "Nachtcafé am Bahnhof", "text": "Wir wollen ab Januar nachts öffnen."}


async def ask(table, organisation=AUTHOR, *, days=7, **changed):
    async with table.acting(organisation) as (actor, opened):
        last_day = local_day(opened.now) + timedelta(days=days)
        given = QUESTION | {"last_day": last_day} | changed
        return await actions.ask(actor=actor, now=opened.now, seat=actor.seat(table.network), **given)


async def answer(table, asked_id, organisation="bgw", kind="advice", text="Fragt die Bahn.", **more):
    async with table.acting(organisation) as (actor, opened):
        asked = await access_asked(table.network, asked_id)
        return await actions.answer(actor=actor, now=opened.now, asked=asked, kind=kind, text=text, **more)


async def close(table, asked_id, organisation=AUTHOR, outcome="Wir öffnen erst im Februar."):
    async with table.acting(organisation) as (actor, opened):
        asked = await access_asked(table.network, asked_id)
        await actions.close(actor=actor, now=opened.now, asked=asked, outcome=outcome)


async def test_the_same_answer_sent_five_times_at_once_is_one(table):
    asked_id = await ask(table)
    kept = await asyncio.gather(*(asyncio.create_task(answer(table, asked_id)) for _ in range(5)))
    assert len(set(kept)) == 1
    corrected = await answer(table, asked_id, text="Doch nicht.", replaces_id=kept[0])
    assert await answer(table, asked_id) not in {*kept, corrected}, "what was taken back may be said again"


async def seen(table, asked_id, organisation="trockendock"):
    async with scope(organisation_id=table.cast.organisations[organisation]):
        return await access_asked(table.network, asked_id)


async def deadlines(table, asked_id):
    rows = await table.rows(
        "SELECT o.slug, d.state FROM deadline d JOIN organisation o ON o.id = d.organisation_id WHERE subject_id = $1",
        asked_id,
    )
    return {row["slug"]: row["state"] for row in rows}


async def test_each_of_the_others_is_told_once_and_has_its_time_until_it_answers_or_the_end(table):
    asked_id = await ask(table)
    told = {"network_id": table.network, "consultation_id": asked_id}
    async with table.database.role("worker"):
        for organisation in BIELEFELD:
            for _ in range(2):
                await table.settle(organisation, actions_telling.tell_of_question, **told)
    others = set(BIELEFELD) - {AUTHOR}
    assert await deadlines(table, asked_id) == dict.fromkeys(others, "open")
    assert [row["kind"] for row in await notices(table, "bgw")].count("consultation_asked") >= 1
    assert "consultation_asked" not in {row["kind"] for row in await notices(table, AUTHOR)}

    answer_id = await answer(table, asked_id)
    await answer(table, asked_id, "diakonie-bielefeld", kind="none", text="")
    assert {name for name, state in (await deadlines(table, asked_id)).items() if state == "done"} == {
        "bgw",
        "diakonie-bielefeld",
    }
    async with table.database.role("worker"):
        for organisation in (AUTHOR, "gfs", "trockendock"):
            await table.settle(organisation, actions_telling.tell_of_answer, **told, answer_id=answer_id)
    assert "consultation_answered" in {row["kind"] for row in await notices(table, AUTHOR)}
    assert "consultation_answered" not in {row["kind"] for row in await notices(table, "trockendock")}

    await close(table, asked_id)
    async with table.database.role("worker"):
        for organisation in BIELEFELD:
            await table.settle(organisation, actions_telling.tell_of_outcome, **told)
            await table.settle(organisation, actions_telling.tell_of_question, **told)
    assert set((await deadlines(table, asked_id)).values()) == {"done", "dropped"}
    assert "consultation_closed" in {row["kind"] for row in await notices(table, "trockendock")}
    async with scope(organisation_id=table.cast.organisations["bgw"]):
        is_open, closed, has_older = await list_asked(table.network)
    assert asked_id not in {each.id for each in is_open}
    assert ([each.id for each in closed], has_older) == ([asked_id], False)


async def test_answers_keep_what_they_said_before_and_the_end_is_for_good(table):
    asked_id = await ask(table)
    first = await answer(table, asked_id, text="Erst so.")
    await answer(table, asked_id, kind="help", text="Und wir helfen.")
    second = await answer(table, asked_id, kind="concern", text="Doch anders.", replaces_id=first)
    said = (await seen(table, asked_id)).answers
    assert [(each.text, each.kind) for each in said] == [
        ("Und wir helfen.", AnswerKind.HELP),
        ("Doch anders.", AnswerKind.CONCERN),
    ]
    assert [each.text for each in said[1].before] == ["Erst so."]
    with pytest.raises(Conflict, match="berichtigt"):
        await answer(table, asked_id, replaces_id=first)
    with pytest.raises(Forbidden, match="eigenen"):
        await answer(table, asked_id, "trockendock", replaces_id=second)
    with pytest.raises(Forbidden, match="gefragt"):
        await answer(table, asked_id, AUTHOR)
    with pytest.raises(Forbidden, match="nur sie"):
        await close(table, asked_id, "bgw")
    await close(table, asked_id)
    with pytest.raises(Conflict):
        await answer(table, asked_id)
    with pytest.raises(Conflict):
        await close(table, asked_id)
    for sql in (
        "UPDATE consultation SET outcome = 'x'",
        "UPDATE consultation_answer SET text = 'x'",
        "DELETE FROM consultation_answer",
        "DELETE FROM consultation",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await table.rows(sql)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "etwas"}, "kind"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"last_day": None}, "last_day"),
        ({"days": -1}, "last_day"),
        ({"days": 400}, "last_day"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(table, changed, field):
    with pytest.raises(Invalid) as problem:
        await ask(table, **changed)
    assert problem.value.field == field


async def test_the_pages_lead_through_it(table):
    author = await table.cast.as_role(AUTHOR, Role.REPRESENTATIVE)
    other = await table.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert "Um Rat fragen" in (await author.get(LIST)).text
    empty = await author.post(LIST, {})
    assert (empty.status_code, "Bitte wählen Sie, worum es geht." in empty.text) == (422, True)
    (row,) = await table.rows("SELECT (hilfenetz_now() + interval '5 days')::date AS day")
    made = await author.post(LIST, QUESTION | {"last_day": row["day"].isoformat()})
    address = made.headers["location"]
    assert "Ihre Antwort fehlt noch" in (await other.get(LIST)).text
    assert "Rat geben" in (await other.get(address)).text
    nothing = await other.post(f"{address}/antworten", {"kind": "advice", "text": ""})
    assert nothing.status_code == 422
    assert (await other.post(f"{address}/antworten", {"kind": "advice", "text": "Fragt."})).status_code == 303
    (said,) = await table.rows("SELECT id FROM consultation_answer WHERE text = 'Fragt.'")
    page = (await other.get(f"{address}/antworten/{said['id']}")).text
    assert f'name="statt" value="{said["id"]}"' in page
    assert (await author.get(f"{address}/antworten/{said['id']}")).status_code == 404
    sent = {"kind": "concern", "text": "Fragt lieber nicht.", "statt": str(said["id"])}
    assert (await other.post(f"{address}/antworten", sent)).status_code == 303
    assert "Früher gesagt" in (await author.get(address)).text
    assert "Ihre Organisation hat schon geantwortet" in (await other.get(address)).text
    assert (await author.post(f"{address}/ende", {"outcome": ""})).status_code == 422
    assert (await author.post(f"{address}/ende", {"outcome": "Wir warten."})).status_code == 303
    assert "Wir warten." in (await other.get(address)).text
    assert (await other.post(f"{address}/antworten", {"kind": "advice", "text": "Noch was."})).status_code == 409


async def test_one_that_ended_without_an_answer_says_so(table):
    asked_id = await ask(table)
    await close(table, asked_id)
    page = (await (await table.cast.as_role("bgw", Role.LEAD)).get(f"{LIST}/{asked_id}")).text
    for words in ("Beendet", "Niemand hat geantwortet.", "keine Antwort"):
        assert words in page
    assert "Mitglieder haben geantwortet" not in page


async def test_another_network_who_has_left_and_nobody_find_nothing(table):
    asked_id = await ask(table)
    answer_id = await answer(table, asked_id)
    one = f"{LIST}/{asked_id}"
    paths = (LIST, f"{LIST}/neu", one, f"{one}/antworten/{answer_id}")
    stranger = await table.cast.as_role(STRANGER, Role.REPRESENTATIVE)
    excluded = await table.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert (await excluded.get(one)).status_code == 200
    await table.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", table.cast.organisations["bgw"]
    )
    for browser in (stranger, excluded):
        assert [(await browser.get(path)).status_code for path in paths] == [404] * len(paths)
        for step in ("antworten", "ende"):
            sent = {"kind": "advice", "text": "x", "outcome": "x"}
            assert (await browser.post(f"{one}/{step}", sent)).status_code == 404
        assert (await browser.post(LIST, QUESTION)).status_code == 404
    assert [(await table.cast.nobody().get(path)).status_code for path in paths] == [303] * len(paths)
    for organisation in (STRANGER, "bgw"):
        async with scope(organisation_id=table.cast.organisations[organisation]):
            for kept in ("consultation", "consultation_answer"):
                assert await execute(f"SELECT FROM {kept} WHERE network_id = {{}}", table.network) == [], kept
            with pytest.raises(NotFound):
                await access_asked(table.network, asked_id)


async def test_nobody_speaks_for_another_or_after_the_end(table):
    asked_id = await ask(table)
    sql = (
        "INSERT INTO consultation_answer (network_id, consultation_id, organisation_id, id, kind, text, by_name, "
        "said_at) VALUES ({}, {}, {}, gen_random_uuid(), 'advice', 'x', 'x', now())"
    )

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with table.acting("bgw"):
            await execute(sql, table.network, asked_id, table.cast.organisations["trockendock"])
    await close(table, asked_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with table.acting("bgw"):
            await execute(sql, table.network, asked_id, table.cast.organisations["bgw"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with table.acting(CITY):
            await execute(
                "INSERT INTO consultation (network_id, id, kind, title, text, organisation_id, asked_by, asked_at, "
                "advice_until) "
                "VALUES ({}, gen_random_uuid(), 'start', 'x', 'x', {}, 'x', now(), now() + interval '1 day')",
                table.network,
                table.cast.organisations["bgw"],
            )


async def test_where_the_agreement_knows_no_consultations_there_are_none(table):
    browser = await table.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    assert (await browser.get("/n/duesseldorf/beratungen")).status_code == 404
    assert "/beratungen" not in (await browser.get("/n/duesseldorf")).text
