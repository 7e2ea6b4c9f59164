"""The formal inbox, the letter, its receipts and how the office writes one: what they show, and to whom."""

import csv
import re

import pytest

from tenants.context import Role
from tests.documents import check_document
from tests.formal.desk import BODY, CITY, LIST, SUBJECT
from tests.home.test_pages import statements
from tests.house.pages import check_page

RECEIPTS = "SELECT organisation_id, opened_at, acknowledged_at FROM formal_receipt WHERE notice_id = $1"
NUMBER = "SELECT count(*) AS n FROM formal_notice"


async def office(desk):
    return await desk.cast.as_role(CITY, Role.OFFICE)


async def member(desk, organisation: str = "gfs", role: Role = Role.REPRESENTATIVE):
    return await desk.cast.as_role(organisation, role)


async def number(desk) -> int:
    return (await desk.rows(NUMBER))[0]["n"]


async def test_the_inbox_shows_what_came_and_what_is_not_opened_yet(desk):
    notice = await desk.post(to=["gfs"])
    browser = await member(desk)
    page = check_page((await browser.get(LIST)).text)
    assert SUBJECT in page.text
    assert "Noch nicht geöffnet" in page.text
    assert "Neue Mitteilung" not in page.text
    other = check_page((await (await member(desk, "bgw")).get(LIST)).text)
    assert SUBJECT not in other.text
    assert f"{LIST}/{notice.id}" in [link.get("href") for link in page.all("a")]


async def test_an_empty_inbox_says_what_comes_here(desk):
    browser = await desk.cast.as_role("franzfreunde", Role.REPRESENTATIVE)
    await desk.database.as_superuser(
        "SET session_replication_role = replica; DELETE FROM formal_receipt; DELETE FROM formal_notice;"
    )
    page = check_page((await browser.get("/n/duesseldorf/foermliche-mitteilungen")).text)
    assert "Noch keine förmliche Mitteilung" in page.text


async def test_the_letter_is_read_confirmed_and_says_when_it_was_received_and_why(desk):
    notice = await desk.post(to=["gfs"], period_days=14)
    browser = await member(desk)
    page = check_page((await browser.get(f"{LIST}/{notice.id}")).text)
    for part in (SUBJECT, "Ab Januar gilt die neue Anschrift.", "An Gesellschaft für Sozialarbeit", "§ 187 (1) BGB",
                 "Letzter Tag Ihrer Frist:", "Zugegangen ist eine Mitteilung, sobald sie zu üblichen Geschäftszeiten",
                 f"Förmliche Mitteilung Nr. {notice.number}/{notice.year}"):  # fmt: skip
        assert part in page.text, part
    answer = await browser.post(f"{LIST}/{notice.id}/bestaetigung")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{notice.id}")
    (row,) = await desk.rows(RECEIPTS, notice.id)
    assert row["opened_at"] is not None
    assert row["acknowledged_at"] is not None
    after = check_page((await browser.get(f"{LIST}/{notice.id}")).text)
    assert "bestaetigen" not in {form.get("id") for form in after.all("form")}
    assert "Empfang bestätigt" in check_page((await browser.get(LIST)).text).text


async def test_what_htmx_swaps_in_is_what_a_fresh_page_shows(desk):
    notice = await desk.post(to=["gfs"])
    browser = await member(desk)
    await browser.get(f"{LIST}/{notice.id}")
    answer = await browser.post(f"{LIST}/{notice.id}/bestaetigung", htmx=True)
    swapped = re.search(r'hx-target="#zugang" hx-swap="innerHTML">(.*?)</hx-partial>', answer.text, re.DOTALL)[1]
    fresh = (await browser.get(f"{LIST}/{notice.id}")).text
    assert " ".join(swapped.split()) in " ".join(fresh.split())


async def test_who_opened_is_said_to_the_own_organisation_alone(desk):
    notice = await desk.post(to=["gfs"])
    opener = desk.cast.people[desk.cast.who("gfs", Role.REPRESENTATIVE)]
    await (await member(desk)).get(f"{LIST}/{notice.id}")
    colleague = (await (await member(desk, role=Role.DIRECTOR)).get(f"{LIST}/{notice.id}")).text
    sender = await office(desk)
    seen = [(await sender.get(f"{LIST}/{notice.id}{rest}")).text for rest in ("", "/zugaenge", "/zugaenge/tabelle")]
    assert opener.family_name in colleague
    assert not any(opener.family_name in text for text in seen)


@pytest.mark.parametrize(
    ("organisation", "role", "expected"),
    [
        (CITY, Role.OFFICE, (200, 200, 200)),
        ("gfs", Role.REPRESENTATIVE, (200, 200, 403)),
        ("gfs", Role.ADMINISTRATOR, (200, 200, 403)),
        ("bgw", Role.REPRESENTATIVE, (200, 404, 403)),
        ("skm", Role.REPRESENTATIVE, (404, 404, 403)),
        ("jobcenter-duesseldorf", Role.OFFICE, (404, 404, 404)),
    ],
)
async def test_who_gets_where(desk, organisation, role, expected):
    inbox, letter, receipts = expected
    notice = await desk.post(to=["gfs"])
    browser = await desk.cast.as_role(organisation, role)
    found = [(await browser.get(path)).status_code for path in (LIST, f"{LIST}/{notice.id}")]
    assert found == [inbox, letter]
    for rest in ("", "/tabelle", "/nachweis"):
        assert (await browser.get(f"{LIST}/{notice.id}/zugaenge{rest}")).status_code == receipts
    if receipts != 200:
        before = await desk.rows(RECEIPTS, notice.id)
        address = f"{LIST}/{notice.id}/zugaenge/{desk.cast.organisations['gfs']}/zustellung"
        assert (await browser.post(address)).status_code == receipts
        assert await desk.rows(RECEIPTS, notice.id) == before


async def test_who_does_not_receive_for_the_organisation_reads_nothing(desk):
    notice = await desk.post(to=["diakonie-bielefeld"])
    browser = await desk.cast.browser("ruth.kaminski", "diakonie-bielefeld")
    for path in (LIST, f"{LIST}/{notice.id}"):
        assert (await browser.get(path)).status_code == 403
    assert "foermliche-mitteilungen" not in (await browser.get("/n/bielefeld")).text


async def test_nobody_who_is_not_signed_in_gets_anywhere(desk):
    notice = await desk.post(to=["gfs"])
    for path in (LIST, f"{LIST}/neu", f"{LIST}/{notice.id}", f"{LIST}/{notice.id}/zugaenge"):
        assert (await desk.cast.nobody().get(path)).headers["location"].startswith("/anmelden")


async def test_the_table_of_receipts_is_saved_as_proof(desk):
    await desk.empty("bgw")
    notice = await desk.post(to=["gfs", "bgw"], period_days=14)
    await desk.acknowledge(notice.id, "gfs")
    browser = await office(desk)
    page = check_page((await browser.get(f"{LIST}/{notice.id}/zugaenge")).text)
    assert "An 1 Mitglied konnte nicht zugestellt werden" in page.text
    answer = await browser.get(f"{LIST}/{notice.id}/zugaenge/tabelle")
    assert answer.headers["content-disposition"].startswith('attachment; filename="zugaenge-')
    lines = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    bgw, gfs = lines
    assert (bgw["Zugestellt"], bgw["Zugegangen am"], bgw["Letzter Tag"]) == ("fehlgeschlagen", "", "")
    assert gfs["Empfang bestätigt"]
    assert "§ 187 (1) BGB" in gfs["Begründung"]


async def test_the_proof_is_a_tagged_document_with_the_letter_and_every_receipt(desk):
    await desk.empty("bgw")
    notice = await desk.post(to=["gfs", "bgw"], period_days=14, subject="#let *wichtig* <a>")
    answer = await (await office(desk)).get(f"{LIST}/{notice.id}/zugaenge/nachweis")
    assert answer.headers["content-type"] == "application/pdf"
    document = check_document(answer.content)
    for part in ("#let *wichtig* <a>", "die Geschäftsstelle zieht um.", "fehlgeschlagen", "§ 187 (1) BGB",
                 f"Mitteilung Nr. {notice.number}/{notice.year}", "Zugegangen ist eine Mitteilung"):  # fmt: skip
        assert part in document.text, part
    assert "Table" in document.tags


async def test_what_failed_is_posted_again_once_there_is_somebody(desk):
    await desk.empty("bgw")
    notice = await desk.post(to=["bgw"])
    browser, address = await office(desk), f"{LIST}/{notice.id}/zugaenge"
    again = f"{address}/{desk.cast.organisations['bgw']}/zustellung"
    assert (refused := await browser.post(again)).status_code == 409
    assert "weiterhin niemanden" in check_page(refused.text).text
    assert "2 Versuche" in check_page((await browser.get(address)).text).text
    await desk.fill("bgw")
    assert (await browser.post(again)).headers["location"] == address
    assert "Nicht zugestellt" not in check_page((await browser.get(address)).text).text


async def test_the_office_writes_looks_and_posts_and_a_second_click_posts_nothing_more(desk):
    browser = await office(desk)
    blank = check_page((await browser.get(f"{LIST}/neu")).text)
    everybody = [box.get("value") for box in blank.all("input") if box.get("name") == "an"]
    assert set(everybody) == {str(desk.cast.organisations[slug]) for slug in (
        "bethel-regional", "bgw", "diakonie-bielefeld", "gfs", "trockendock", CITY)}  # fmt: skip
    (key,) = [box.get("value") for box in blank.all("input") if box.get("name") == "schluessel"]
    written = {"subject": SUBJECT, "body": BODY, "an": str(desk.cast.organisations["gfs"]), "schluessel": key}
    before = await number(desk)
    preview = check_page((await browser.post(f"{LIST}/neu/vorschau", written)).text)
    assert "Noch ist nichts verschickt" in preview.text
    assert [box.get("value") for box in preview.all("input") if box.get("name") == "schluessel"] == [key]
    assert await number(desk) == before
    answers = [await browser.post(f"{LIST}/neu", written) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await number(desk) == before + 1
    assert SUBJECT in check_page((await browser.get(f"{LIST}/gesendet")).text).text


async def test_who_goes_back_and_writes_another_letter_is_not_told_that_it_is_posted(desk):
    browser = await office(desk)
    blank = check_page((await browser.get(f"{LIST}/neu")).text)
    (key,) = [box.get("value") for box in blank.all("input") if box.get("name") == "schluessel"]
    written = {"subject": SUBJECT, "body": BODY, "an": str(desk.cast.organisations["gfs"]), "schluessel": key}
    assert (await browser.post(f"{LIST}/neu", written)).status_code == 303
    before = await number(desk)
    for changes in ({"body": "Etwas anderes."}, {"an": str(desk.cast.organisations["bgw"])}, {"subject": "Anders"}):
        answer = await browser.post(f"{LIST}/neu", written | changes)
        assert (answer.status_code, await number(desk)) == (422, before), changes
        again = check_page(answer.text)
        assert "schon eine Mitteilung zugestellt" in again.text
    (key,) = [box.get("value") for box in again.all("input") if box.get("name") == "schluessel"]
    assert (await browser.post(f"{LIST}/neu", written | changes | {"schluessel": key})).status_code == 303
    assert await number(desk) == before + 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject": ""}, "Bitte geben Sie einen Betreff an."),
        ({"body": " "}, "Bitte schreiben Sie, was Sie mitteilen."),
        ({"an": "nonsense"}, "Bitte wählen Sie die Mitglieder aus der Liste."),
        ({"an": []}, "Bitte wählen Sie mindestens ein Mitglied"),
    ],
)
async def test_what_does_not_fit_comes_back_with_all_that_was_written(desk, changes, sentence):
    browser = await office(desk)
    before = await number(desk)
    written = {"subject": SUBJECT, "body": BODY, "an": str(desk.cast.organisations["gfs"])}
    answer = await browser.post(f"{LIST}/neu", written | changes)
    assert answer.status_code == 422
    assert sentence in check_page(answer.text).text
    assert await number(desk) == before


async def test_nobody_else_writes(desk):
    before = await number(desk)
    for organisation, role, status in (
        (CITY, Role.REPRESENTATIVE, 403),
        ("gfs", Role.DIRECTOR, 403),
        ("jobcenter-duesseldorf", Role.OFFICE, 404),
    ):
        browser = await desk.cast.as_role(organisation, role)
        for path in (f"{LIST}/neu", f"{LIST}/gesendet"):
            assert (await browser.get(path)).status_code == status
        for path in (f"{LIST}/neu", f"{LIST}/neu/vorschau"):
            assert (await browser.post(path, {"subject": "x", "body": "y"})).status_code == status
    assert await number(desk) == before


async def test_a_page_costs_at_most_six_statements(desk):
    notice = await desk.post(to=["gfs", CITY], period_days=14)
    reader, sender = await member(desk), await office(desk)
    for path in (LIST, f"{LIST}/{notice.id}"):
        assert await statements(reader, path) <= 6, path
    for rest in ("", "/gesendet", "/neu", f"/{notice.id}", f"/{notice.id}/zugaenge", f"/{notice.id}/zugaenge/nachweis"):
        assert await statements(sender, f"{LIST}{rest}") <= 6, rest
