"""A directory to take along: a table, a document, and cards for address books."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
from icalendar.cal.component import Component
from icalendar.prop import vN, vOrg

from portal.contacts.rules import Directory, Entry, Person, split_name
from portal.identity.kind_words import KIND_WORDS
from portal.kit.clock import local_day
from portal.kit.documents import tagged_pdf
from portal.kit.spreadsheet import table
from tenants.context import OrganisationKind

_DOCUMENT = Path(__file__).parent / "directory.typ"
_MEMBER = ("Mitglied", "Art", "Geschäftsstelle", "Mitglied seit")
_PERSON = ("Ebene", "Name", "Funktion", "Themen", "Telefon", "E-Mail", "Erreichbar", "Vertreten durch")
_TELEPHONE: dict[str, Any] = {"TYPE": ["WORK", "VOICE"]}
_INTERNET: dict[str, Any] = {"TYPE": "INTERNET"}


class _Card(Component):
    """Cards and calendars are written alike (lines, folding, escaping); the package knows the structured values too."""

    name = "VCARD"


def directory_as_csv(directory: Directory) -> bytes:
    """One line for each contact person; for a member without any, one for itself."""
    return table((*_MEMBER, *_PERSON), (line for entry in directory.members for line in _lines(directory, entry)))


def directory_as_cards(directory: Directory) -> bytes:
    """vCard 3.0 (RFC 2426), which old programmes read too: one card for each contact person."""
    return b"".join(_card(entry, person) for entry in directory.members for person in entry.persons)


async def directory_as_pdf(directory: Directory, *, title: str, network: str, lines: list[str]) -> bytes:
    """A tagged document (PDF/UA); ``lines`` say under the title what it is."""
    given = {
        "title": title,
        "network": network,
        "lines": lines,
        "members": [
            {
                "name": entry.name,
                "about": _about(entry),
                "persons": [_facts(directory, person) for person in _in_order(directory, entry)],
            }
            for entry in directory.members
        ],
    }
    return await tagged_pdf(_DOCUMENT, given)


def _lines(directory: Directory, entry: Entry) -> Iterator[tuple[str, ...]]:
    member = (
        entry.name,
        KIND_WORDS[OrganisationKind(entry.kind)],
        "ja" if entry.is_office else "",
        f"{local_day(entry.since):%d.%m.%Y}",
    )
    if not entry.persons:
        yield (*member, *("" for _ in _PERSON))
    for each in _in_order(directory, entry):
        said = (directory.level(each.level), each.name, each.duty, ", ".join(each.topics))
        yield (*member, *said, each.phone, each.mail, each.reachable, each.stand_in)


def _in_order(directory: Directory, entry: Entry) -> list[Person]:
    return [person for _, persons in directory.by_level(entry) for person in persons]


def _about(entry: Entry) -> str:
    kind = KIND_WORDS[OrganisationKind(entry.kind)] + (", Geschäftsstelle" if entry.is_office else "")
    return f"{kind}, Mitglied seit {local_day(entry.since):%d.%m.%Y}"


def _facts(directory: Directory, person: Person) -> dict[str, object]:
    facts = (
        ("Ebene", directory.level(person.level)),
        ("Funktion", person.duty),
        ("Themen", ", ".join(person.topics)),
        ("Telefon", person.phone),
        ("E-Mail", person.mail),
        ("Erreichbar", person.reachable),
        ("Vertreten durch", person.stand_in),
    )
    return {"name": person.name, "facts": [[label, value] for label, value in facts if value]}


def _card(entry: Entry, person: Person) -> bytes:
    made = _Card()
    family, given = split_name(person.name)
    made.add("VERSION", icalendar.vText("3.0"))
    made.add("UID", icalendar.vText(f"urn:uuid:{person.id}"))
    made.add("FN", icalendar.vText(person.name))
    made.add("N", vN((family, given, "", "", "")))
    made.add("ORG", vOrg((entry.name,)))
    if person.duty:
        made.add("TITLE", icalendar.vText(person.duty))
    if person.phone:
        number = icalendar.vText(person.number)
        made.add("TEL", number, parameters=_TELEPHONE)
    if person.mail:
        made.add("EMAIL", icalendar.vText(person.mail), parameters=_INTERNET)
    if person.topics:
        made.add("CATEGORIES", list(person.topics))
    notes = (("Erreichbar", person.reachable), ("Vertreten durch", person.stand_in))
    if said := "\n".join(f"{label}: {value}" for label, value in notes if value):
        made.add("NOTE", icalendar.vText(said))
    return bytes(made.to_ical(sorted=False))
