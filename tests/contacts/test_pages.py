"""The directory, its versions and the own entry as people meet them, and who meets them."""

import csv
import io
import re

from pypdf import PdfReader

from tenants.context import Role
from tests.contacts.book import CITY, LIST
from tests.home.test_pages import statements
from tests.house.pages import check_page

OWN = "/o/bgw/ansprechpersonen"
SENT = {
    "name": "Ada Neu", "level": "working", "duty": "Beratung", "topics": "Sucht, Aufnahme", "phone": "0521 51-0",
    "mail": "", "reachable": "", "stand_in": "",
}  # fmt: skip


async def page_of(browser, path: str):
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return check_page(answer.text)


async def test_every_member_reads_the_directory_narrows_it_and_takes_it_along(book):
    browser = await book.cast.as_role("gfs", Role.DATA_PROTECTION_OFFICER)
    page = await page_of(browser, LIST)
    for part in ("6 Mitglieder", "Bielefelder Wohnungsbaugesellschaft", "Wohnungsunternehmen", "Mitglied seit",
                 "Kerstin Vogelsang", "0171 39200 27", "Themen: Mietschulden, Wohnungsvergabe", "Arbeitsebene",
                 "Vertreten durch: Lene Petersen", "Noch keine Ansprechperson eingetragen.", "Fassung 1",
                 "Seitdem hat sich nichts geändert.", "Arbeitsebene."):  # fmt: skip
        assert part in page.text, part
    assert "Neue Fassung" not in page.text
    narrowed = await page_of(browser, f"{LIST}?ebene=management&thema=vereinbarungen")
    assert "Levin Oppermann" in narrowed.text
    assert not {"Kerstin Vogelsang", "Bernhard Lüking"} & set(re.findall(r"\w+ \w+", narrowed.text))
    assert "Niemand passt" in (await page_of(browser, f"{LIST}?ebene=board")).text
    table = await browser.get(f"{LIST}/tabelle")
    assert re.search(r'"verzeichnis-bielefeld-[\d-]{10}\.csv"$', table.headers["content-disposition"])
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert "Kerstin Vogelsang" in {row["Name"] for row in rows}
    document = await browser.get(f"{LIST}/dokument")
    assert "Lüking" in " ".join(page.extract_text() for page in PdfReader(io.BytesIO(document.content)).pages)
    cards = await browser.get(f"{LIST}/visitenkarten")
    assert cards.headers["content-type"].startswith("text/vcard")
    assert cards.text.count("BEGIN:VCARD") == 9
    (link, *_) = [each.get("href") for each in page.all("a") if "/visitenkarten/" in (each.get("href") or "")]
    assert (await browser.get(link)).text.count("BEGIN:VCARD") == 1
    for rest in ("", "/tabelle", "/dokument", "/fassungen"):
        assert await statements(browser, f"{LIST}{rest}") <= 6, rest


async def test_the_office_makes_a_version_and_everybody_reads_it_in_the_inbox_and_compares(book):
    await book.add()
    office = await book.cast.as_role(CITY, Role.OFFICE)
    new = await page_of(office, f"{LIST}/fassungen/neu")
    assert "Ada Neu ist neu (Arbeitsebene)." in new.text
    (key,) = [box.get("value") for box in new.all("input") if box.get("name") == "schluessel"]
    refused = await office.post(f"{LIST}/fassungen", {"reason": "laune", "note": "So", "schluessel": key})
    assert (refused.status_code, "So" in check_page(refused.text).text) == (422, True)
    sent = {"reason": "admission", "note": "Willkommen", "schluessel": key}
    made = {(await office.post(f"{LIST}/fassungen", sent)).headers["location"] for _ in range(2)}
    (address,) = made
    other = await office.post(f"{LIST}/fassungen", sent | {"note": "Noch etwas"})
    assert (other.status_code, "schon eine Fassung gemacht" in other.text, "Noch etwas" in other.text) == (
        422,
        True,
        True,
    )
    reader = await book.cast.as_role("gfs", Role.REPRESENTATIVE)
    inbox = await page_of(reader, "/n/bielefeld/foermliche-mitteilungen")
    (letter, *_) = [link.get("href") for link in inbox.all("a") if "Fassung 2" in link.text]
    opened = await page_of(reader, letter)
    assert address in [link.get("href") for link in opened.all("a")]
    version = await page_of(reader, address)
    for part in ("Aufnahme eines Mitglieds", "Willkommen", "Gegenüber Fassung 1", "Ada Neu ist neu", "Ada Neu"):
        assert part in version.text, part
    assert "Es gibt keinen Unterschied." in (await page_of(reader, f"{address}?gegen=2")).text
    first = next(
        link.get("href") for link in (await page_of(reader, f"{LIST}/fassungen")).all("a") if "Fassung 1" in link.text
    )
    later = await page_of(reader, f"{first}?gegen=2")
    assert "Bis zur Fassung 2" in later.text
    assert "Ada Neu ist neu" in later.text
    assert (await reader.get(f"{address}?gegen=9")).status_code == 404
    for rest in ("/tabelle", "/dokument", "/visitenkarten"):
        answer = await reader.get(f"{address}{rest}")
        assert "fassung-2" in answer.headers["content-disposition"]
    assert await statements(reader, address) <= 6


async def test_an_organisation_keeps_its_entry_and_all_its_people_see_it(book):
    keeper = await book.cast.as_role("bgw", Role.DEPUTY)
    assert "Noch niemand steht für: Leitungsebene." in (await page_of(keeper, OWN)).text
    blank = await page_of(keeper, f"{OWN}/neu")
    assert "Netzwerk Wohnungslosenhilfe Bielefeld" in blank.text
    for changes, sentence in (
        ({"name": ""}, "Bitte geben Sie einen Namen an."),
        ({"level": "board"}, "Bitte wählen Sie einen der angebotenen Werte."),
        ({"phone": ""}, "Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an."),
        ({"phone": "ruf an"}, "Bitte geben Sie eine Telefonnummer an, zum Beispiel 0521 51-0."),
        ({"mail": "ada"}, "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de."),
        ({"topics": ",".join(f"T{n}" for n in range(13))}, "Bitte nennen Sie höchstens 12 Themen."),
        ({"stand_in": "ada"}, "Bitte wählen Sie einen der angebotenen Werte."),
    ):
        refused = await keeper.post(OWN, SENT | changes)
        shown = check_page(refused.text)
        assert (refused.status_code, sentence in shown.text) == (422, True), changes
        assert "Beratung" in [box.get("value") for box in shown.all("input")]
    assert (await keeper.post(OWN, SENT)).headers["location"] == OWN
    listed = await page_of(keeper, OWN)
    (address,) = {link.get("href") for link in listed.all("a") if "/ansprechpersonen/" in (link.get("href") or "")} - {
        f"{OWN}/neu", *[each for each in await known(book) if each]
    }  # fmt: skip
    form = await page_of(keeper, address)
    (stand,) = [box.get("value") for box in form.all("input") if box.get("name") == "stand"]
    assert (await keeper.post(address, SENT | {"name": "Ada Anders", "stand": stand})).headers["location"] == OWN
    assert (await keeper.post(address, SENT | {"stand": stand})).status_code == 409
    assert (await keeper.post(address, SENT | {"stand": "x"})).status_code == 409
    colleague = await book.cast.as_role("bgw", Role.DATA_PROTECTION_OFFICER)
    assert "Ada Anders" in (await page_of(colleague, OWN)).text
    for path in (f"{OWN}/neu", address):
        assert (await colleague.get(path)).status_code == 403
    for path in (OWN, address, f"{address}/entfernung"):
        assert (await colleague.post(path, SENT)).status_code == 403
    assert all([await statements(keeper, path) <= 6 for path in (OWN, f"{OWN}/neu", address)])
    assert (await keeper.post(f"{address}/entfernung")).headers["location"] == OWN
    assert "Ada Anders" not in (await page_of(colleague, OWN)).text


async def known(book) -> list[str]:
    return [f"{OWN}/{row['id']}" for row in await book.rows("SELECT id FROM contact_person WHERE name LIKE 'Kerstin%'")]


async def test_out_of_reach_there_is_nothing_and_a_former_member_is_out_of_reach(book):
    (person,) = await book.rows("SELECT id FROM contact_person WHERE name LIKE 'Kerstin%'")
    (version,) = await book.rows("SELECT id FROM directory_version WHERE network_id = $1", book.network)
    frozen = f"{LIST}/fassungen/{version['id']}"
    paths = [
        *(f"{LIST}{rest}" for rest in ("", "/tabelle", "/dokument", "/visitenkarten", "/fassungen")),
        *(f"{frozen}{rest}" for rest in ("", "/tabelle", "/dokument", "/visitenkarten")),
        f"{LIST}/visitenkarten/{person['id']}",
    ]
    own = [OWN, f"{OWN}/neu", f"{OWN}/{person['id']}"]
    elsewhere = [
        f"/n/duesseldorf/verzeichnis/visitenkarten/{person['id']}",
        f"/n/duesseldorf/verzeichnis/fassungen/{version['id']}",
        f"/o/skm/ansprechpersonen/{person['id']}",
    ]
    stranger = await book.cast.as_role("skm", Role.DEPUTY)
    office = await book.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    neighbour = await book.cast.as_role("gfs", Role.DIRECTOR)
    for path in (*paths, *own, *elsewhere):
        assert (await stranger.get(path)).status_code == 404, path
        assert (await book.cast.nobody().get(path)).headers["location"].startswith("/anmelden"), path
    for path in own:
        assert (await neighbour.get(path)).status_code == 404, path
    assert (await office.get(f"{LIST}/fassungen/neu")).status_code == 404
    assert (await office.post(f"{LIST}/fassungen", {"reason": "update"})).status_code == 404
    assert (await neighbour.post(f"{OWN}/{person['id']}/entfernung")).status_code == 404
    assert (await neighbour.post(f"{LIST}/fassungen", {"reason": "update"})).status_code == 403
    assert all([(await neighbour.get(path)).status_code == 200 for path in paths])
    await book.leave("gfs")
    for path in paths:
        assert (await neighbour.get(path)).status_code == 404, path
