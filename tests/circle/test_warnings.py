"""What is noticed in the field: nothing of single persons goes in, and no small number comes out."""

import asyncio
import json
from datetime import date

import asyncpg
import pytest

from portal.circle import actions_warning as actions
from portal.circle.abilities import SPEAKERS
from portal.circle.actions_telling import tell_of_warning
from portal.circle.queries_warnings import list_reports, read_trend, topics_of
from portal.circle.rules import CASES, months_until
from portal.circle.words import RANGES
from portal.kit.clock import local_day
from portal.kit.errors import Invalid
from portal.kit.ids import new_id
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.circle.table import STRANGER
from tests.client import person
from tests.votes.poll import BIELEFELD

LIST = "/n/bielefeld/fruehwarnungen"
SAID = {
    "topic": "eviction",
    "district": "Innenstadt",
    "text": "Mehr Räumungen bei Familien.",
    "since_on": date(2026, 1, 20),
}
TOPICS = {"eviction": "Zwangsräumungen"}


async def report(table, organisation="gfs", *, cases="5", **changed):
    async with table.acting(organisation) as (actor, opened):
        given = SAID | {"since_on": local_day(opened.now)} | changed
        seat = actor.seats[0]
        return await actions.report(actor=actor, now=opened.now, seat=seat, topics=TOPICS, cases=cases, **given)


async def trend(table, organisation="bgw"):
    async with table.acting(organisation) as (_, opened):
        months = months_until(local_day(opened.now))
        return (await read_trend(table.network, months)).row("eviction")[-1]


async def test_a_number_is_said_from_five_on_and_then_in_steps(table):
    assert await trend(table) == 0
    few = (("1", None), ("1", None), ("1", None), ("1", None), ("1", 5), ("1", 5), ("5", 10), ("50", 50))
    for number, (cases, said) in enumerate(few):
        await report(table, cases=cases, text=f"Beobachtung {number}.")
        assert await trend(table) == said
    await report(table, "trockendock", cases="25")
    assert await trend(table) == 75


async def test_sent_five_times_at_once_it_is_kept_and_counted_once(table):
    kept = await asyncio.gather(*(asyncio.create_task(report(table)) for _ in range(5)))
    assert len(set(kept)) == 1
    assert await trend(table) == 5
    assert await report(table, cases="10") not in kept
    assert await report(table, "trockendock") not in kept


async def test_the_others_read_the_words_and_neither_number_nor_name(table):
    warning_id = await report(table)
    async with table.acting("bgw"):
        assert await execute("SELECT FROM early_warning WHERE id = {}", warning_id) == []
        noticed, own = await list_reports(table.network, of_all=True)
        assert own == []
    (seen,) = [each for each in noticed if each.id == warning_id]
    assert (seen.text, seen.since_on.day) == (SAID["text"], 1)
    assert not hasattr(seen, "cases")
    async with table.acting("gfs"):
        noticed, own = await list_reports(table.network, of_all=False)
        assert (noticed, own[0].cases) == ([], 5)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"topic": "anderes"}, "topic"),
        ({"cases": "7"}, "cases"),
        ({"text": " "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "Frau M., geb. 1980, a@b.de"}, "text"),
        ({"text": "0521 123456"}, "text"),
        ({"district": "bei 4.12.1980"}, "district"),
        ({"since_on": date(2999, 1, 1)}, "since_on"),
        ({"since_on": None}, "since_on"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(table, changed, field):
    with pytest.raises(Invalid) as problem:
        await report(table, **changed)
    assert problem.value.field == field
    assert await trend(table) == 0


async def test_the_circle_and_the_office_are_told_once_of_the_topic_and_of_nothing_else(table):
    """The worker may do it again, and a member may say what nobody reported; who reported is not told, nor who left."""
    warning_id = await report(table, text="Mehr Räumungen bei Familien in der Nordstadt.")
    await table.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1",
        table.cast.organisations["trockendock"],
    )
    async with table.database.role("worker"):
        for organisation in (*BIELEFELD, STRANGER):
            for identifier in (warning_id, warning_id, new_id()):
                told = {"network_id": table.network, "warning_id": identifier}
                await table.settle(organisation, tell_of_warning, **told)
    rows = await table.rows(
        "SELECT o.slug, n.params::text AS params, n.network_id, count(e.person_id) AS people, "
        "count(d.person_id) AS mails "
        "FROM notice n JOIN organisation o ON o.id = n.organisation_id "
        "JOIN inbox_entry e ON (e.organisation_id, e.notice_id) = (n.organisation_id, n.id) "
        "LEFT JOIN delivery d ON (d.organisation_id, d.notice_id, d.person_id) = (e.organisation_id, e.notice_id, "
        "e.person_id) WHERE n.kind = 'warning_reported' AND n.subject_id = $1 GROUP BY 1, 2, 3",
        warning_id,
    )
    members = {row["slug"]: row for row in rows}
    assert set(members) == set(BIELEFELD) - {"trockendock"}
    for row in rows:
        assert json.loads(row["params"]) == {
            "network": "Netzwerk Wohnungslosenhilfe Bielefeld",
            "topic": "Zwangsräumungen",
        }
        assert row["mails"] == row["people"] > 0
        assert row["network_id"] == table.network
    office = await table.rows(
        "SELECT FROM inbox_entry e JOIN notice n ON (n.organisation_id, n.id) = (e.organisation_id, e.notice_id) "
        "WHERE n.subject_id = $1 AND e.person_id = $2",
        warning_id, person(table.cast.who("stadt-bielefeld", Role.OFFICE)),
    )  # fmt: skip
    assert len(office) == 1


async def test_each_of_the_others_is_sent_the_event(table):
    warning_id = await report(table)
    rows = await table.rows(
        "SELECT o.slug FROM outbox x JOIN organisation o ON o.id = x.organisation_id WHERE x.key = $1",
        f"warning_reported:{warning_id}",
    )
    assert {row["slug"] for row in rows} == set(BIELEFELD) - {"gfs"}


async def test_the_pages_show_the_circle_the_trend_and_anybody_the_way_to_report(table):
    speaker = await table.cast.as_role("bgw", Role.REPRESENTATIVE)
    worker = await table.cast.browser(table.cast.who_without("diakonie-bielefeld", *SPEAKERS), "diakonie-bielefeld")
    sent = {"topic": "eviction", "district": "", "cases": "10", "since_on": "2026-01-20", "text": "Immer mehr."}
    refused = await worker.post(LIST, sent | {"text": "Ruft a@b.de an"})
    assert (refused.status_code, "E-Mail-Adresse. Bitte nehmen Sie sie heraus." in refused.text) == (422, True)
    assert (await worker.post(LIST, sent | {"topic": "x"})).status_code == 422
    (row,) = await table.rows("SELECT hilfenetz_now()::date AS day")
    assert (await worker.post(LIST, sent | {"since_on": row["day"].isoformat()})).status_code == 303
    page = (await worker.get(LIST)).text
    assert "Immer mehr." in page, "what the own organisation reported"
    assert "<table" not in page
    assert (await worker.get(f"{LIST}/tabelle")).status_code == 403
    page = (await speaker.get(LIST)).text
    assert "ab 10" in page
    assert page.index("<table") < page.index("trend__bar")
    assert 'role="img" aria-label="Verlauf zu' in page
    document = await speaker.get(f"{LIST}/tabelle")
    assert "Zwangsräumungen" in document.text
    assert "mindestens 10" in document.text
    assert (await speaker.get(f"{LIST}/neu")).status_code == 200


async def test_another_network_who_has_left_and_nobody_find_nothing(table):
    await report(table, cases="25")
    paths = (LIST, f"{LIST}/neu", f"{LIST}/tabelle")
    stranger = await table.cast.as_role(STRANGER, Role.REPRESENTATIVE)
    excluded = await table.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert (await excluded.get(LIST)).status_code == 200
    await table.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", table.cast.organisations["bgw"]
    )
    for browser in (stranger, excluded):
        assert [(await browser.get(path)).status_code for path in paths] == [404] * len(paths)
        assert (await browser.post(LIST, {"topic": "eviction"})).status_code == 404
    assert [(await table.cast.nobody().get(path)).status_code for path in paths] == [303] * len(paths)
    for organisation in (STRANGER, "bgw"):
        async with scope(organisation_id=table.cast.organisations[organisation]):
            assert await list_reports(table.network, of_all=True) == ([], [])
            assert await execute("SELECT * FROM early_warning_trend({}, {})", table.network, date(2000, 1, 1)) == []


async def test_what_was_reported_stays_and_nobody_reports_for_another(table):
    await report(table)
    for sql in ("UPDATE early_warning SET cases = 50", "DELETE FROM early_warning", "TRUNCATE early_warning"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await table.rows(sql)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with table.acting("gfs"):
            await execute(
                "INSERT INTO early_warning VALUES ({}, gen_random_uuid(), {}, 'eviction', '', 5, '2026-01-01', 'x', "
                "'x', now())",
                table.network,
                table.cast.organisations["bgw"],
            )


async def test_topics_are_the_agreements(table):
    async with table.acting("gfs"):
        assert (await topics_of(table.network))["eviction"] == TOPICS["eviction"]
    assert tuple(RANGES) == CASES
