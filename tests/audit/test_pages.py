"""The trail as its readers see it: in plain words, by period and kind, in pages, as a table; and nobody else's."""

import csv
import io
import re
from html import unescape
from uuid import uuid4

import pytest

from portal.audit import actions
from portal.audit.export import as_csv
from portal.audit.queries import Line
from portal.audit.rules import BEGINNING, Entry
from portal.demo.world import people_of
from tenants.context import Role
from tenants.scope import scope
from tests.client import person
from workers.actors import system_actor

TRAIL = "/datenschutz/protokoll"
ADDRESSES = (TRAIL, f"{TRAIL}/tabelle")


def words(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


async def record(cast, organisation: str, count: int = 1, **given) -> None:
    async with cast.database.role("worker"), scope(organisation_id=cast.organisations[organisation]):
        actor = await system_actor()
        for _ in range(count):
            await actions.record(actor=actor, action="vote:opened", subject="vote", subject_id=uuid4(), **given)


async def entries(cast, organisation: str) -> int:
    rows = await cast.database.as_superuser(
        "SELECT count(*) AS n FROM audit_entry WHERE organisation_id = $1", cast.organisations[organisation]
    )
    return rows[0]["n"]


@pytest.fixture
async def reader(cast):
    return await cast.browser("samuel.okonjo", "stadt-bielefeld")


@pytest.mark.parametrize("path", ADDRESSES)
async def test_who_reads_the_trail(cast, reader, path):
    nobody = await cast.nobody().get(path)
    assert nobody.status_code == 303
    before = await entries(cast, "stadt-bielefeld")
    for role in (Role.OFFICE, Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR):
        response = await (await cast.as_role("stadt-bielefeld", role)).get(path)
        assert response.status_code == 403, role
    assert await entries(cast, "stadt-bielefeld") == before
    assert (await reader.get(path)).status_code == 200


async def test_who_checks_the_chain(cast, reader):
    path, before = f"{TRAIL}/pruefung", await entries(cast, "stadt-bielefeld")
    assert (await cast.nobody().post(path)).status_code == 303
    assert (await (await cast.as_role("stadt-bielefeld", Role.ADMINISTRATOR)).post(path)).status_code == 403
    assert await entries(cast, "stadt-bielefeld") == before
    assert (await reader.post(path)).status_code == 303


async def test_reading_the_trail_is_an_entry_of_it(cast, reader):
    first = words(await reader.get(TRAIL))
    assert "Protokoll gelesen Samuel Okonjo" in first
    rows = await cast.database.as_superuser(
        "SELECT action, details, person_id FROM audit_entry WHERE organisation_id = $1 ORDER BY seq DESC LIMIT 1",
        cast.organisations["stadt-bielefeld"],
    )
    assert rows[0]["action"] == "audit:read"
    await reader.get(f"{TRAIL}?vorgang=vote%3Aopened&von=2026-01-01")
    rows = await cast.database.as_superuser(
        "SELECT details FROM audit_entry WHERE organisation_id = $1 ORDER BY seq DESC LIMIT 1",
        cast.organisations["stadt-bielefeld"],
    )
    assert '"action": "vote:opened"' in rows[0]["details"]
    assert '"since": "2025-12-31T23:00:00+00:00"' in rows[0]["details"]


async def test_a_person_is_chosen_for_what_they_did_and_what_concerned_them(cast, reader):
    wiegand, elsewhere = person("jonas.wiegand"), person("emre.aksoylu")
    async with cast.database.role("worker"), scope(organisation_id=cast.organisations["stadt-bielefeld"]):
        await actions.record_departure(actor=await system_actor(), person_id=wiegand)
    page = await reader.get(f"{TRAIL}?person={wiegand}")
    text = words(page)
    assert "Abstimmung eröffnet Jonas Wiegand" in text
    assert "Protokoll gelesen was Jonas Wiegand betrifft · Samuel Okonjo" in text
    shown = page.text.split('id="eintraege"')[1].split("<aside")[0]
    rows = shown.split('class="todo__row')[1:]
    assert rows
    assert all("Jonas Wiegand" in row for row in rows)
    assert f"/tabelle?person={wiegand}" in page.text
    assert (await reader.get(f"{TRAIL}?person={elsewhere}")).status_code == 422
    assert str(elsewhere) not in page.text


async def test_deeds_stand_there_in_plain_words_and_no_code_shows(cast, reader):
    response = await reader.get(TRAIL)
    text = words(response)
    assert "Abstimmung eröffnet Jonas Wiegand" in text
    listed = response.text[response.text.index('id="eintraege"') :]
    assert not re.search(r"[a-z]+:[a-z_]+ ", words_of(listed)), "a raw code"


async def test_what_the_directory_did_names_the_role_and_the_person(cast, reader):
    async with cast.database.role("worker"), scope(organisation_id=cast.organisations["stadt-bielefeld"]):
        actor, person_id = await system_actor(), await _person(cast, "Aylin Demirci")
        await actions.record_role_given(actor=actor, person_id=person_id, role=Role.LEAD)
        await actions.record_role_ended(actor=actor, person_id=person_id, role=Role.REPRESENTATIVE)
        await actions.record_sign_in(actor=actor, person_id=person_id)
        await actions.record_departure(actor=actor, person_id=person_id)
    text = words(await reader.get(TRAIL))
    assert "Rolle erhalten Aylin Demirci: Leitung · aus dem Verzeichnis übernommen" in text
    assert "Rolle beendet Aylin Demirci: Vertretung im Koordinierungskreis" in text
    assert "Angemeldet Aylin Demirci" in text
    assert "Zugehörigkeit zur Organisation beendet Aylin Demirci" in text


async def test_a_period_and_a_kind_narrow_what_is_shown(cast, reader):
    await record(cast, "stadt-bielefeld")
    await cast.database.as_superuser(
        "SET session_replication_role = replica; UPDATE audit_entry SET at = '2026-03-10 22:59:59+00' WHERE seq = 1;"
        "UPDATE audit_entry SET at = '2026-03-10 23:00:00+00' WHERE seq = 2;"
    )
    day = words(await reader.get(f"{TRAIL}?von=2026-03-10&bis=2026-03-10"))
    assert "Dienstag, 10. März 2026" in day
    assert "23:59 Uhr" in day
    assert "Mittwoch, 11. März 2026" not in day  # 00:00 in Berlin is the next day
    none = words(await reader.get(f"{TRAIL}?vorgang=ballot%3Alate"))
    assert "In diesem Zeitraum steht dazu nichts im Protokoll." in none


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_period_that_runs_backwards_is_told_beside_the_field_and_reads_nothing(cast, reader, path):
    before = await entries(cast, "stadt-bielefeld")
    response = await reader.get(f"{path}?von=2026-12-01&bis=2026-11-01")
    assert response.status_code == 422
    assert "Das Ende liegt vor dem Anfang." in words(response)
    assert 'value="2026-11-01"' in response.text
    assert await entries(cast, "stadt-bielefeld") == before


async def test_pages_lead_to_older_entries_and_keep_the_filter(cast, reader):
    await record(cast, "stadt-bielefeld", 60)
    first = await reader.get(f"{TRAIL}?vorgang=vote%3Aopened")
    link = unescape(re.search(r'href="([^"]*vor=\d+)"', first.text)[1])
    assert "vorgang=vote%3Aopened" in link
    second = await reader.get(link)
    numbers = [[int(n) for n in re.findall(r"Nr\. (\d+)", words(page))] for page in (first, second)]
    assert len(numbers[0]) == 50
    assert max(numbers[1]) < min(numbers[0])
    assert numbers[1][-1] == 1
    assert "vor=" not in second.text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "½"])
async def test_a_number_that_is_none_is_ignored(reader, before):
    assert (await reader.get(TRAIL, params={"vor": before})).status_code == 200


async def test_only_the_own_organisation_shows(cast, reader):
    await record(cast, "bgw", 3)
    text = words(await reader.get(TRAIL)) + words(await reader.get(f"{TRAIL}/tabelle"))
    for organisation in ("bgw", "bethel-regional"):
        for somebody in people_of(organisation):
            assert somebody.name not in text


async def test_checking_says_in_words_that_the_chain_holds(cast, reader):
    assert "Die Kette wurde noch nicht geprüft." in words(await reader.get(TRAIL))
    await reader.post(f"{TRAIL}/pruefung")
    text = words(await reader.get(TRAIL))
    assert re.search(r"Alle \d+ Einträge sind unversehrt\.", text)  # what has just happened
    assert re.search(r"unversehrt \d+ Einträge geprüft, die ganze Kette passt zusammen\.", text)
    assert "Protokoll geprüft" in text


async def test_checking_says_where_the_chain_is_broken(cast, reader):
    await cast.database.as_superuser(
        "SET session_replication_role = replica; UPDATE audit_entry SET action = 'vote:closed' WHERE seq = 2;"
    )
    await reader.post(f"{TRAIL}/pruefung")
    text = words(await reader.get(TRAIL))
    assert "Die Kette ist bei Eintrag 2 gebrochen: der Inhalt passt nicht zur Prüfsumme." in text
    assert "Bei Eintrag 2 passt die Kette nicht mehr zusammen." in text


async def test_a_very_long_chain_is_checked_at_its_end_and_says_so(cast, reader, monkeypatch):
    monkeypatch.setattr(actions, "CHECK_LIMIT", 3)
    await record(cast, "stadt-bielefeld", 5)
    await reader.post(f"{TRAIL}/pruefung")
    text = words(await reader.get(TRAIL))
    assert "Die letzten 3 Einträge geprüft, sie passen zusammen." in text


async def test_the_table_holds_the_same_entries_and_is_recorded(cast, reader):
    await record(cast, "stadt-bielefeld", 2)
    response = await reader.get(f"{TRAIL}/tabelle?vorgang=vote%3Aopened")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="protokoll.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["Vorgang"] for row in rows} == {"Abstimmung eröffnet"}
    assert "Jonas Wiegand" in {row["Wer"] for row in rows}
    assert "Auszug aus dem Protokoll gespeichert Samuel Okonjo" in words(await reader.get(TRAIL))


async def test_a_table_too_long_for_a_spreadsheet_asks_for_a_shorter_period(cast, reader, monkeypatch):
    monkeypatch.setattr(actions, "EXPORT_LIMIT", 3)
    await record(cast, "stadt-bielefeld", 5)
    before = await entries(cast, "stadt-bielefeld")
    response = await reader.get(f"{TRAIL}/tabelle")
    assert response.status_code == 422
    assert "Bitte wählen Sie einen kürzeren Zeitraum." in words(response)
    assert await entries(cast, "stadt-bielefeld") == before


@pytest.mark.parametrize("name", ["=1+1", "+49", "-2", "@SUM(A1)", "\tx", "=HYPERLINK(1)"])
def test_no_programme_takes_a_field_for_a_formula(name):
    rows = list(csv.reader(io.StringIO(as_csv([Line(entry(), name, "")]).decode("utf-8-sig")), delimiter=";"))
    assert rows[1][2] == f"'{name}"


def test_text_with_separators_and_quotes_stays_in_its_field():
    name = 'A; "B"\nC'
    rows = list(csv.reader(io.StringIO(as_csv([Line(entry(), name, "")]).decode("utf-8-sig")), delimiter=";"))
    assert rows[1][2] == name


def entry() -> Entry:
    from datetime import UTC, datetime

    return Entry(
        organisation_id=uuid4(),
        seq=1,
        id=uuid4(),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        person_id=uuid4(),
        action="vote:opened",
        subject="vote",
        subject_id=uuid4(),
        details={},
        request_id="",
        previous_hash=BEGINNING,
        hash=BEGINNING,
    )


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def _person(cast, name: str):
    rows = await cast.database.as_superuser("SELECT person_id FROM affiliation WHERE name = $1", name)
    return rows[0]["person_id"]
