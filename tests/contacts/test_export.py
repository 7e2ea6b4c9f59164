"""The directory as a table, as cards and as a document: whatever people write, it stays what it is."""

import csv
import io

from portal.contacts.export import directory_as_cards, directory_as_csv, directory_as_pdf
from tests.contacts.book import a_directory, a_person, an_entry
from tests.documents import check_document


def lines(*members) -> list[dict[str, str]]:
    text = directory_as_csv(a_directory(*members)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_table_has_a_line_for_each_person_and_for_a_member_without_any():
    ada = a_person(stand_in="Ben")
    found = lines(an_entry("Leer", is_office=True), an_entry("Träger; GmbH", ada))
    assert [line["Mitglied"] for line in found] == ["Leer", "Träger; GmbH"]
    assert (found[0]["Geschäftsstelle"], found[0]["Name"], found[0]["Mitglied seit"]) == ("ja", "", "05.01.2026")
    assert (found[1]["Ebene"], found[1]["Themen"], found[1]["Vertreten durch"]) == (
        "Arbeitsebene",
        "Sucht, Aufnahme",
        "Ben",
    )


def test_no_programme_takes_anything_in_the_table_for_a_formula():
    (line,) = lines(an_entry("=1+1", a_person("@SUM(A1)", duty="-2", phone="+49 521", topics=("=cmd",))))
    assert {line[name][0] for name in ("Mitglied", "Name", "Funktion", "Telefon", "Themen")} == {"'"}


def test_a_card_is_folded_and_escaped():
    odd = 'Ämter; "Sucht", Haft\\Entlassung ' + "ü" * 90
    person = a_person("Dr. Ada, von; Neu", duty=odd, topics=("a,b", "c;d"), reachable="Mo\nDi", stand_in="Ben")
    made = directory_as_cards(a_directory(an_entry("Träger; GmbH, Bielefeld", person), an_entry("Leer")))
    assert made.count(b"BEGIN:VCARD") == 1
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    text = made.decode().replace("\r\n ", "")
    assert text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert text.endswith("END:VCARD\r\n")
    for line in (
        "FN:Dr. Ada\\, von\\; Neu",
        "N:Neu;Dr. Ada\\, von\\;;;;",
        "ORG:Träger\\; GmbH\\, Bielefeld",
        "TEL;TYPE=WORK,VOICE:+49521510",
        "EMAIL;TYPE=INTERNET:ada.neu@example.org",
        "CATEGORIES:a\\,b,c\\;d",
        "NOTE:Erreichbar: Mo\\nDi\\nVertreten durch: Ben",
        'TITLE:Ämter\\; "Sucht"\\, Haft\\\\Entlassung ' + "ü" * 90,
        f"UID:urn:uuid:{person.id}",
    ):
        assert f"\r\n{line}\r\n" in text, line


def test_what_is_unknown_is_not_on_the_card():
    text = directory_as_cards(a_directory(an_entry("T", a_person(duty="", topics=(), phone="", reachable="")))).decode()
    assert not any(f"\n{name}" in text for name in ("TITLE", "TEL", "CATEGORIES", "NOTE"))


async def test_the_document_is_tagged_and_says_everything_as_it_was_written():
    directory = a_directory(an_entry("Leer"), an_entry("*Träger*", a_person("#let x <a>", stand_in="Ben")))
    made = await directory_as_pdf(directory, title="Verzeichnis", network="Netz", lines=["Netz", "Stand: heute"])
    document = check_document(made)
    for part in ("*Träger*", "#let x <a>", "+49 521 51-0", "Arbeitsebene", "Keine Ansprechperson eingetragen", "Stand"):
        assert part in document.text, part
    assert document.tags.count("H3") == 1
    assert "L" in document.tags
