"""The agreement a new member joins: its text from the rulebook, and the document made of it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.admission.queries import Application, Copy, Signature
from portal.admission.rules import Side, Way, in_groups
from portal.agreement.chapters import chapters_of
from portal.agreement.export import chapter_as_data, rulebook_as_pdf
from portal.kit.clock import BERLIN, german_day
from portal.kit.documents import tagged_pdf
from tenants.rulebook import Rulebook

_DOCUMENT = Path(__file__).parent / "agreement.typ"


def content_of(rulebook: Rulebook, application: Application, *, office: str, members: list[str]) -> dict[str, Any]:
    """What both sides sign: parties, rules with their sections, annexes, and which rulebook that is."""
    contact = application.contact
    assert contact is not None, "the office sees whom it writes to"  # noqa: S101 - the wall shows it to the office
    return {
        "title": rulebook.agreement,
        "network": rulebook.name,
        "version": rulebook.version,
        "valid_from": german_day(rulebook.valid_from, weekday=False),
        "rulebook": rulebook.sha256,
        "parties": [
            {"part": "Das Netzwerk", "name": rulebook.name, "more": f"vertreten durch die Geschäftsstelle: {office}"},
            {"part": "Das neue Mitglied", "name": application.name, "more": f"{contact.legal_form}, {contact.seat}"},
        ],
        "will": "Das neue Mitglied erklärt seinen Willen, mit den Mitgliedern des Netzwerks so zusammenzuarbeiten, wie "
        "es diese Vereinbarung beschreibt.",
        "chapters": [chapter_as_data(chapter) for chapter in chapters_of(rulebook)],
        "annexes": [
            {"title": "Anlage 1: Verzeichnis der Mitglieder", "lines": sorted(members, key=str.lower)},
            {
                "title": f"Anlage 2: {rulebook.release_form.title}",
                "lines": [f"Formular in der Fassung {rulebook.release_form.version}"],
            },
        ],
    }


def signature_lines(signature: Signature | None, party: str) -> list[str]:
    """What the document says under one party."""
    if signature is None:
        return [party, "Noch nicht unterzeichnet. Raum für Ort, Datum, Name, Funktion und Unterschrift:"]
    how = "mit eigenem Exemplar auf Papier" if signature.way is Way.UPLOAD else "elektronisch im Portal"
    lines = [
        party,
        f"Unterzeichnet {how} von {signature.name}, {signature.capacity}",
        f"am {_instant(signature.signed_at)} (Ortszeit Berlin)",
        f"Prüfsumme des Inhalts (SHA-256): {in_groups(signature.sha256)}",
    ]
    if signature.file_sha256:
        lines.append(f"Prüfsumme des eingereichten Exemplars (SHA-256): {in_groups(signature.file_sha256)}")
    return lines


async def rules_as_pdf(book: Rulebook) -> bytes:
    """The rules in force, for whoever wants to apply."""
    head = [f"Fassung {book.version}, in Kraft seit {german_day(book.valid_from, weekday=False)}"]
    title = f"Regelwerk: {book.agreement}"
    return await rulebook_as_pdf(title=title, network=book.name, head=head, chapters=chapters_of(book), needs={})


async def as_pdf(copy: Copy) -> bytes:
    """The copy with its signatures as a tagged document (PDF/UA)."""
    content = json.loads(copy.content)
    given = content | {
        "copy": f"Exemplar {copy.number}",
        "fingerprint": in_groups(copy.sha256),
        "rulebook": in_groups(content["rulebook"]),
        "signatures": [
            signature_lines(copy.of(side), party["name"])
            for side, party in zip((Side.OFFICE, Side.APPLICANT), content["parties"], strict=True)
        ],
    }
    return await tagged_pdf(_DOCUMENT, given)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}"
