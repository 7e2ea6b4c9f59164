"""Applying: what is refused, what is doubled, what vanishes, and what nobody learns by it."""

import pytest

from portal.admission.rules import State
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.admission.joining import CITY, FORM, GIVEN, TUESDAY, Joining
from tests.documents import check_document
from tests.votes.poll import notices


@pytest.fixture(autouse=True)
async def _tuesday(joining: Joining):
    await joining.clock(TUESDAY)
    joining.mailbox.clear()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"will": ""}, "Ohne den erklärten Willen zur Zusammenarbeit"),
        ({"contact_mail": "kein Postfach"}, "Bitte geben Sie eine E-Mail-Adresse an"),
        ({"name": ""}, "Namen Ihrer Organisation"),
        ({"kind": "king"}, "Bitte wählen Sie einen der angebotenen Werte"),
        ({"field": "x" * 2001}, "höchstens 2000 Zeichen"),
    ],
)
async def test_what_does_not_fit_is_said_and_nothing_is_kept(joining: Joining, given, said):
    before = await joining.everything()
    answer = await joining.cast.nobody().post(FORM, {**GIVEN, **given})
    assert answer.status_code == 422
    assert ".:" not in answer.text, "a label that is a sentence, before what is wrong with it"
    assert said in answer.text
    assert await joining.everything() == before


async def test_nobody_learns_whether_an_address_is_known(joining: Joining):
    link = await joining.applied()
    first = await joining.newest()
    joining.mailbox.clear()
    answers = []
    for mail in (GIVEN["contact_mail"].upper(), "neu@waermestube.example"):
        browser = joining.cast.nobody()
        answer = await browser.post(FORM, {**GIVEN, "contact_mail": mail, "name": "Ganz andere gGmbH"})
        answers.append(
            (answer.status_code, answer.headers["location"], (await browser.get(f"{FORM}/eingegangen")).text)
        )
    assert answers[0][:2] == answers[1][:2]
    await joining.work()
    mails = joining.mailbox.mails()
    assert len(mails) == 2
    for mail in mails:
        said = (word for word in (*GIVEN.values(), "Ganz andere") if len(word) > 3)  # a link holds any two letters
        assert not {word for word in said if word in mail.text}
    pages = [(await joining.cast.nobody().get(each)).text for each in joining.links()]
    assert sorted(GIVEN["name"] in page for page in pages) == [False, True], "the known address is led to what runs"
    (row,) = await joining.rows("SELECT count(*) AS n FROM application_contact WHERE lower(contact_mail) = $1",
                                GIVEN["contact_mail"])  # fmt: skip
    assert row["n"] == 1
    assert (await joining.application(first.id)).state is State.APPLIED
    assert (await joining.cast.nobody().get(link)).status_code == 200, "the first link still leads there"


async def test_who_applies_under_the_name_of_another_learns_nothing_and_the_office_sees_both(joining: Joining):
    browser = joining.cast.nobody()
    await browser.post(FORM, {**GIVEN, "name": "WÄRMESTUBE  Nord e.V.", "contact_mail": "zweite@stube.example"})
    await joining.work()
    (link,) = joining.links()
    confirmed = await browser.post(f"{link}/bestaetigung")
    assert confirmed.status_code == 303
    assert "Ihr Antrag liegt der Geschäftsstelle vor" in (page := (await browser.get(link)).text)
    assert "läuft schon" not in page
    await joining.work()
    rows = await joining.rows("SELECT id FROM application WHERE name_key LIKE 'wärmestube%' AND ended_at IS NULL")
    assert len(rows) == 2
    office = await joining.office()
    for row in rows:
        page = (await office.get(f"/n/bielefeld/aufnahmen/{row['id']}")).text
        assert "Unter diesem Namen läuft noch ein Antrag" in page
    taken = await browser.post(f"{link}/ruecknahme")
    assert taken.status_code == 303
    await joining.work()
    joining.mailbox.clear()


async def test_the_public_pages_speak_the_language_that_was_chosen(joining: Joining):
    browser = joining.cast.nobody()
    assert 'name="sprache" value="en"' in (await browser.get(FORM)).text
    chosen = await browser.post("/sprache", {"sprache": "en", "weiter": FORM})
    assert chosen.headers["location"] == FORM
    for path in (FORM, f"{FORM}/eingegangen"):
        assert '<html lang="en"' in (page := (await browser.get(path)).text)
        assert "Antrag" not in page


async def test_what_nobody_confirms_is_gone(joining: Joining):
    browser = joining.cast.nobody()
    await browser.post(FORM, {**GIVEN, "name": "Vergessener Verein", "contact_mail": "vergessen@verein.example"})
    await joining.work()
    (link,) = joining.links()
    assert "Antrag bestätigen" in (await browser.get(link)).text
    await joining.clock("2026-12-01 10:01")
    late = await browser.get(link)
    assert late.status_code == 404, "by the clock, before any worker comes"
    assert "Dieser Link gilt nicht" in late.text
    assert "Vergessener Verein" not in late.text
    assert (await browser.post(f"{link}/bestaetigung")).status_code == 404
    await joining.work(dying=True)
    left = await joining.rows("SELECT FROM application WHERE name = 'Vergessener Verein' UNION ALL "
                              "SELECT FROM application_contact WHERE contact_mail LIKE 'vergessen@%'")  # fmt: skip
    assert left == []


async def test_an_organisation_with_a_tenant_applies_for_itself(joining: Joining):
    browser = await joining.cast.as_role("skm", Role.ADMINISTRATOR)
    name = (await joining.rows("SELECT name FROM organisation WHERE slug = 'skm'"))[0]["name"]
    assert name.replace("&", "&amp;") in (await browser.get(FORM)).text
    wrong = await browser.post(FORM, {**GIVEN, "name": "Jemand anderes"})
    assert wrong.status_code == 422
    mine = {**GIVEN, "name": name, "kind": "jobcenter", "contact_mail": "skm@skm.example", "als": "skm"}
    expired = await joining.cast.nobody().post(FORM, mine)
    assert expired.headers["location"].startswith("/anmelden"), "never as somebody whom nobody knows"
    taken = await browser.post(FORM, mine)
    assert taken.headers["location"] == f"{FORM}/unser-antrag"
    (row,) = await joining.rows("SELECT a.kind, o.kind AS own FROM application a JOIN organisation o "
                                "ON o.id = a.organisation_id WHERE o.slug = 'skm'")  # fmt: skip
    assert row["kind"] == row["own"], "whatever the form says"
    await joining.work()
    assert joining.links() == [], "who has an account is told in the portal"
    assert (await browser.get(f"{FORM}/unser-antrag")).status_code == 200
    assert (await browser.get(FORM)).headers["location"] == f"{FORM}/unser-antrag"
    without = await browser.post(f"{FORM}/unser-antrag/exemplar", {"name": "Ute Kern", "capacity": "Vorstand"})
    assert without.status_code == 422, "whose case it is, is known there as well"
    twice = await browser.post(FORM, mine)
    assert twice.status_code == 409
    assert "läuft schon ein Antrag" in twice.text
    assert "liegt der Geschäftsstelle vor" in twice.text
    assert "application_news" in {notice["kind"] for notice in await notices(joining, "skm")}


async def test_only_who_speaks_for_an_organisation_applies_and_no_member_does(joining: Joining):
    worker = await joining.cast.browser("amadou.kessler", "caritas-duesseldorf")
    assert (await worker.post(FORM, {**GIVEN, "name": "Caritas"})).status_code in (403, 422)
    assert "Antrag stellen" not in (await worker.get(FORM)).text
    member = await joining.cast.as_role("gfs", Role.DIRECTOR)
    assert "schon Mitglied" in (await member.get(FORM)).text
    name = (await joining.rows("SELECT name FROM organisation WHERE slug = 'gfs'"))[0]["name"]
    refused = await member.post(FORM, {**GIVEN, "name": name})
    assert refused.status_code == 409
    assert "schon Mitglied" in refused.text


async def test_a_network_that_takes_nobody_in_has_no_such_page(joining: Joining):
    for slug in ("duesseldorf", "gibt-es-nicht"):
        assert (await joining.cast.nobody().get(f"/beitritt/{slug}")).status_code == 404
        assert (await joining.cast.nobody().post(f"/beitritt/{slug}", GIVEN)).status_code == 404
    office = await joining.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    assert "/n/duesseldorf/aufnahmen" not in (await office.get("/n/duesseldorf/verfahren")).text, "no way to a 404"


async def test_whoever_applies_reads_the_rules_and_who_is_responsible(joining: Joining):
    page = (await joining.cast.nobody().get(FORM)).text
    (office,) = await joining.rows("SELECT name FROM organisation WHERE slug = $1", CITY)
    assert f"führt: {office['name']}." in page
    document = await joining.cast.nobody().get(f"{FORM}/regelwerk")
    text = check_document(document.content).text
    assert "Aufnahme eines Mitglieds" in text
    assert "Fassung 1" in text
    assert (await joining.cast.nobody().get("/beitritt/duesseldorf/regelwerk")).status_code == 404
    (other,) = await joining.rows("SELECT id FROM network WHERE slug = 'duesseldorf'")
    async with scope():
        assert (await execute("SELECT public_office({}) AS name", other["id"]))[0]["name"] is None


def test_what_makes_the_portal_write_a_mail_is_limited(application):
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if route.path.startswith("/beitritt/") and "POST" in handler.http_methods:
                assert handler.opt["limited"], route.path
