"""The pages of bodies, asked for without JavaScript by the office and by members."""

import asyncio
import re

import pytest

from tenants.context import Role
from tests.bodies.chamber import CENTRE, CITY, DIRECTORS, LEADS
from tests.browser.scene import id_of
from tests.client import CSRF_COOKIE
from tests.documents import check_document
from tests.home.test_pages import statements
from tests.house.pages import check_page

ALL = "/n/bielefeld/gremien"
BODY = f"{ALL}/koordinierungskreis"


@pytest.fixture
async def office(cast):
    return await cast.as_role(CITY, Role.OFFICE)


@pytest.fixture
async def member(cast):
    return await cast.as_role("gfs", Role.REPRESENTATIVE)


async def test_the_office_brings_a_meeting_to_its_end(chamber, cast, office, member):  # noqa: PLR0915 - one journey
    shown = await office.get(f"{BODY}/sitzungen/neu")
    assert 'name="begins_at"' in shown.text
    assert "2026-12-23T10:00" in shown.text  # in a month, where there was none yet
    bad = await office.post(f"{BODY}/sitzungen", {"title": "S", "begins_at": "2020-01-01T10:00", "length": "60"})
    assert bad.status_code == 422
    assert "liegt in der Vergangenheit" in bad.text
    given = {"title": "Sitzung im Dezember", "begins_at": "2026-12-10T10:00", "length": "90", "place": "Rathaus"}
    answer = await office.post(f"{BODY}/sitzungen", given)
    address = answer.headers["Location"]
    assert "Einladen" in (await office.get(address)).text
    assert "Einladen" not in (await member.get(address)).text
    long = await member.post(f"{address}/punkte", {"title": "x" * 300})
    assert long.status_code == 422
    assert "höchstens 200 Zeichen" in long.text
    added = await member.post(f"{address}/punkte", {"title": "Notbetten", "duration": "20"})
    assert added.status_code == 303
    assert (await member.post(f"{address}/einladung")).status_code == 403
    assert (await office.post(f"{address}/einladung")).status_code == 303
    assert "Sitzung im Dezember" in (await member.get(ALL)).text
    assert "Eingeladen" in (await member.get(BODY)).text
    await chamber.stop("2026-12-10 12:00")
    minutes = f"{address}/protokoll"
    assert (await member.post(minutes)).status_code == 403
    assert (await office.post(minutes)).status_code == 303
    (item,) = await chamber.rows("SELECT id FROM agenda_item")
    wrote = await office.post(f"{minutes}/punkte/{item['id']}", {"record": "Zehn Betten.", "version": "1"})
    assert wrote.status_code == 303
    late = await member.post(f"{minutes}/punkte/{item['id']}", {"record": "Zwölf Betten.", "version": "1"})
    assert late.status_code == 409
    assert "Zehn Betten." in late.text
    assert "Zwölf Betten." in late.text
    both = {"record": "Zehn, vielleicht zwölf Betten.", "version": "2"}
    assert (await member.post(f"{minutes}/punkte/{item['id']}", both)).status_code == 303
    live = await office.http.post(
        f"{minutes}/punkte/{item['id']}",
        data={**both, "version": "3", "_csrf_token": office.http.cookies[CSRF_COOKIE]},
        headers={"HX-Request": "true"},
    )
    assert f'hx-target="#punkt-{item["id"]}"' in live.text, "what was saved alone: the other fields are half written"
    assert "#anwesenheit" not in live.text
    there = {
        f"anwesenheit-{cast.organisations['gfs']}": "present",
        f"wer-{cast.organisations[CITY]}": "Frau Brandhorst",
    }
    assert (await office.post(f"{minutes}/anwesenheit", there)).status_code == 303
    noted = await chamber.rows("SELECT presence, people FROM attendance")
    assert {(row["presence"], row["people"]) for row in noted} == {("present", ""), ("present", "Frau Brandhorst")}
    unsaid = {f"anwesenheit-{cast.organisations['gfs']}": "", f"wer-{cast.organisations['gfs']}": ""}
    assert (await office.post(f"{minutes}/anwesenheit", unsaid)).status_code == 303
    noted = await chamber.rows("SELECT presence, people FROM attendance")
    assert [tuple(row.values()) for row in noted] == [("present", "Frau Brandhorst")], "nothing is said of it any more"
    resolved = {"item": str(item["id"]), "text": "Zehn Betten.", "yes": "2", "no": "0", "abstained": "0"}
    assert (await office.post(f"{minutes}/beschluesse", resolved)).status_code == 422
    assert (await office.post(f"{minutes}/beschluesse", {**resolved, "result": "adopted"})).status_code == 303
    assert (await member.get(f"{minutes}/dokument")).status_code == 409
    assert (await office.post(f"{minutes}/umlauf")).status_code == 303
    twice = await asyncio.gather(*(member.post(f"{minutes}/einwaende", {"text": "Es waren elf."}) for _ in range(2)))
    assert [answer.status_code for answer in twice] == [303, 303]
    (objection,) = await chamber.rows("SELECT id FROM minutes_objection")
    passed_round = (await office.get(minutes)).text
    for words in ("können Einwände erheben, bis Do, 24. Dezember 2026", "Ein Einwand wartet auf Ihre Antwort"):
        assert words in passed_round
    assert "wartet auf Ihre Antwort" not in (await member.get(minutes)).text
    said = {"outcome": "kept", "answer": "Es waren zehn."}
    assert (await office.post(f"{minutes}/einwaende/{objection['id']}/antwort", said)).status_code == 303
    assert "Frist für Einwände läuft noch" in (await office.post(f"{minutes}/genehmigung")).text
    await chamber.stop("2027-01-20 12:00")
    assert (await office.post(f"{minutes}/genehmigung")).status_code == 303
    again = await office.post(f"{minutes}/genehmigung")
    assert (again.status_code, "schon genehmigt" in again.text) == (409, True)
    assert "1/2026" in (await member.get(f"{BODY}/beschluesse")).text
    shown = await member.get(minutes)
    for words in (
        "genehmigt",
        "Mitgliedern, 10. Dezember 2026",
        "Gremiums, 24. Dezember 2026",
        "Geschäftsstelle, 20. Januar 2027",
    ):
        assert words in shown.text, "each step says when"
    document = await member.get(f"{minutes}/dokument")
    assert document.headers["Content-Type"].startswith("application/pdf")
    text = check_document(document.content).text
    assert "Zehn, vielleicht zwölf Betten." in text
    assert "Beschluss 1/2026" in text


async def test_seats_are_named_by_each_member_and_the_office_sees_who_is_missing(chamber, cast, office):
    director = await cast.as_role("gfs", Role.ADMINISTRATOR)
    seats = f"{BODY}/besetzung"
    assert "Bei 6 Mitgliedern fehlt noch jemand" in (await office.get(seats)).text
    assert (await office.post(seats, {"part": "deputy", "name": "X", "begins_on": "2026-11-23"})).status_code == 403
    for part in ("representative", "deputy"):
        given = {"part": part, "name": f"Erika {part}", "begins_on": "2026-11-20"}
        assert (await director.post(seats, given)).status_code == 303
        assert (await director.post(seats, given)).status_code == 303, "sent twice"
    assert len(await chamber.rows("SELECT FROM body_seat")) == 2
    assert "Bei 5 Mitgliedern fehlt noch jemand" in (await office.get(seats)).text
    early = await director.post(seats, {"part": "deputy", "name": "Max Früher", "begins_on": "2026-11-01"})
    assert (early.status_code, "kann nicht davor liegen" in early.text) == (422, True)
    assert (await director.post(seats, {"part": "deputy", "name": "Max", "begins_on": "2026-11-23"})).status_code == 303
    shown = (await office.get(seats)).text
    assert all(name in shown for name in ("Erika representative", "Erika deputy", "Max"))
    rows = await chamber.rows("SELECT ends_on FROM body_seat WHERE name = 'Erika deputy'")
    assert str(rows[0]["ends_on"]) == "2026-11-22"
    end = {"part": "deputy", "ends_on": "2026-11-01"}
    assert (await director.post(f"{seats}/ende", end)).status_code == 422
    assert (await director.post(f"{seats}/ende", {**end, "ends_on": "2026-11-23"})).status_code == 303


async def test_a_day_too_far_ahead_is_put_right_and_until_it_comes_who_sits_there_still_does(chamber, cast, office):
    director, seats = await cast.as_role("gfs", Role.ADMINISTRATOR), f"{BODY}/besetzung"

    async def name(who: str, day: str, part: str = "deputy") -> None:
        answer = await director.post(seats, {"part": part, "name": who, "begins_on": day})
        assert answer.status_code == 303, answer.text

    async def known() -> list[tuple[str, str, str]]:
        rows = await chamber.rows("SELECT * FROM body_seat WHERE part = 'deputy' ORDER BY name, begins_on")
        return [(row["name"], str(row["begins_on"]), str(row["ends_on"])) for row in rows]

    await name("Anna", "2026-11-01", "representative")
    await name("Erika", "2027-06-01")
    assert "Bei 6 Mitgliedern fehlt noch jemand" in (await office.get(seats)).text, "nobody has begun"
    assert "Erika folgt am 1. Juni 2027" in (await office.get(seats)).text
    await name("Erika", "2026-11-01")
    await name("Max", "2027-06-01")
    taken_back = ("Erika", "2027-06-01", "2027-05-31")
    assert await known() == [("Erika", "2026-11-01", "2027-05-31"), taken_back, ("Max", "2027-06-01", "None")]
    shown = (await office.get(seats)).text
    assert "Max folgt am 1. Juni 2027" in shown
    assert "Bei 5 Mitgliedern fehlt noch jemand" in shown
    await name("Max", "2026-12-01")
    assert await known() == [
        ("Erika", "2026-11-01", "2026-11-30"), taken_back,
        ("Max", "2026-12-01", "None"), ("Max", "2027-06-01", "2027-05-31"),
    ]  # fmt: skip
    end = {"part": "deputy", "ends_on": "2026-11-24"}
    assert (await director.post(f"{seats}/ende", end)).status_code == 303
    assert [ends for _, _, ends in await known()] == ["2026-11-24", "2027-05-31", "2026-11-30", "2027-05-31"]


async def test_a_wrong_year_takes_nobody_out_of_the_past(chamber, cast):
    director, seats = await cast.as_role("gfs", Role.ADMINISTRATOR), f"{BODY}/besetzung"
    for who, day in (("Anna", "2026-01-05"), ("Erika", "2026-06-01"), ("Max", "2027-01-01")):
        answer = await director.post(seats, {"part": "deputy", "name": who, "begins_on": day})
        assert answer.status_code == 303, answer.text
    was = await chamber.rows("SELECT name, begins_on, ends_on FROM body_seat ORDER BY begins_on")
    late = await director.post(f"{seats}/ende", {"part": "deputy", "ends_on": "1926-12-31"})
    assert (late.status_code, "liegt vor dem ersten" in late.text) == (422, True)
    early = await director.post(seats, {"part": "deputy", "name": "Kim", "begins_on": "2026-02-01"})
    assert (early.status_code, "kann nicht davor liegen" in early.text) == (422, True)
    assert await chamber.rows("SELECT name, begins_on, ends_on FROM body_seat ORDER BY begins_on") == was
    # Who sits there now goes earlier, and who was to follow does not.
    assert (await director.post(f"{seats}/ende", {"part": "deputy", "ends_on": "2026-11-30"})).status_code == 303
    far = await director.post(f"{seats}/ende", {"part": "deputy", "ends_on": "2062-11-30"})
    assert (far.status_code, "Jahr entfernt" in far.text) == (422, True)
    assert (await director.post(f"{seats}/ende", {"part": "deputy", "ends_on": "2026-12-31"})).status_code == 303, "so?"
    kim = {"part": "deputy", "name": "Kim", "begins_on": "2026-12-01"}
    assert (await director.post(seats, kim)).status_code == 303
    (erika,) = await chamber.rows("SELECT ends_on FROM body_seat WHERE name = 'Erika'")
    assert str(erika["ends_on"]) == "2026-11-30", "two never sit in one seat"


async def test_of_two_who_change_a_meeting_neither_overwrites_the_other(chamber, office):
    meeting_id = await chamber.invited()
    form = f"{BODY}/sitzungen/{meeting_id}/termin"
    seen = re.search(r'name="stand" value="([^"]+)"', (await office.get(form)).text)[1]
    given = {"title": "Sitzung", "begins_at": "2026-12-10T10:00", "length": "90", "place": "Rathaus", "stand": seen}
    assert (await office.post(form, given)).status_code == 303
    late = await office.post(form, given | {"begins_at": "2026-12-17T10:00", "place": "Alter Schlachthof"})
    assert late.status_code == 409
    assert "10. Dezember 2026" in late.text, "as it is now"
    assert "Alter Schlachthof" in late.text, "what was typed is not lost"
    assert (await chamber.meeting(meeting_id)).place == "Rathaus"
    anew = re.search(r'name="stand" value="([^"]+)"', late.text)[1]
    assert (await office.post(form, given | {"place": "Alter Schlachthof", "stand": anew})).status_code == 303
    assert (await chamber.meeting(meeting_id)).place == "Alter Schlachthof"


async def test_standing_meetings_of_another_agreement_run_by_the_same_pages(chamber, cast):
    office, lead = await cast.as_role(CENTRE, Role.OFFICE), await cast.as_role("skm", Role.LEAD)
    shown = (await lead.get("/n/duesseldorf/gremien")).text
    assert "Geschäftsführungen von Jobcenter und Trägern" in shown
    assert "Gesondertes Team im Jobcenter" not in shown  # neither meets nor is named
    assert "alle 6 Monate" in (await lead.get("/".join(("/n", LEADS[0], "gremien", LEADS[1])))).text
    assert "trifft sich bei Bedarf" in (await lead.get("/".join(("/n", DIRECTORS[0], "gremien", DIRECTORS[1])))).text
    assert (await lead.get("/n/duesseldorf/gremien/koordinierungskreis")).status_code == 404
    meeting_id = await chamber.approved(LEADS)
    base = f"/n/duesseldorf/gremien/{LEADS[1]}/sitzungen/{meeting_id}"
    assert (await office.get(base)).status_code == (await lead.get(f"{base}/protokoll/dokument")).status_code == 200
    assert (await lead.get(base.replace(LEADS[1], DIRECTORS[1]))).status_code == 404


async def test_the_space_of_a_body_follows_membership(chamber, cast, office, member):
    assert "noch nicht eröffnet" in (await member.get(BODY)).text
    assert (await member.post(f"{BODY}/raum")).status_code == 403
    assert (await office.post(f"{BODY}/raum")).status_code == 303
    assert (await office.post(f"{BODY}/raum")).status_code == 409
    room = "/r/bielefeld--koordinierungskreis"
    assert "Zum Raum" in (await member.get(BODY)).text
    assert (await member.get(f"{room}/inhalte")).status_code == 200
    assert (await office.get(f"{room}/geschaeftsordnung")).status_code == 200
    out = await office.post(f"{room}/teilnahmen/{cast.organisations['gfs']}/ende")
    assert (out.status_code, "folgt aus der Mitgliedschaft" in out.text) == (409, True)


async def test_each_page_is_well_made_and_costs_at_most_six_statements(chamber, office):
    meeting_id = await chamber.approved()
    await chamber.stop("2026-11-23 09:00")
    planned = await chamber.plan()
    for path in (
        ALL, BODY, f"{BODY}/besetzung", f"{BODY}/beschluesse", f"{BODY}/sitzungen/{planned}",
        f"{BODY}/sitzungen/{meeting_id}/protokoll", f"{BODY}/sitzungen/neu", f"{BODY}/sitzungen/{planned}/termin",
    ):  # fmt: skip
        check_page((await office.get(path)).text)
        assert await statements(office, path) <= 6, path


async def test_standing_orders_are_written_published_and_kept_in_every_version(chamber, office, member):
    await office.post(f"{BODY}/raum")
    orders = "/r/bielefeld--koordinierungskreis/geschaeftsordnung"
    assert orders in (await office.get(BODY)).text
    assert orders not in (await member.get(BODY)).text, "nothing leads to what is not written yet"
    assert (await member.get(orders)).status_code == 404
    item = id_of((await office.get(orders)).text)
    written = {"title": "Geschäftsordnung", "summary": "Koordinierungskreis", "tags": ""}
    for version, text in enumerate(("Wir tagen alle drei Monate.", "Wir tagen alle zwei Monate."), start=1):
        told = {**written, "body": f"<p>{text}</p>", "version": str(version), "change_note": "Beschluss des Kreises"}
        assert (await office.post(f"/inhalte/{item}/fassungen", told)).status_code == 303
        if version == 1:
            step = {"schritt": "publish", "version": "2"}
            assert (await office.post(f"/inhalte/{item}/zustand", step)).status_code == 303
        assert text in (await member.get(orders)).text
    assert orders in (await member.get(BODY)).text
    assert "alle drei Monate" in (await office.get(f"/inhalte/{item}/fassungen/2")).text
    assert "Beschluss des Kreises" in (await office.get(f"/inhalte/{item}/verlauf")).text
    assert (await member.post(f"/inhalte/{item}/fassungen", {**written, "version": "3"})).status_code in (403, 404)
