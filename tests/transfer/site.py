"""A small Plone site as ``collective.exportimport`` writes one down, made up for the tests."""

import base64
import json
from hashlib import sha256
from typing import Any

from tests.files.samples import PDF, picture

PNG = picture()
SITE = "https://alt.example.org/intranet"
UIDS = {
    name: f"{number:032x}"
    for number, name in enumerate(
        ("regeln", "hausordnung", "plan", "bild", "satzung", "fest", "neues", "aemter", "alles", "fach"), start=0xA1
    )
}


def entry(kind: str, path: str, **fields: Any) -> dict[str, Any]:
    """One item with what every item has."""
    address, above = f"{SITE}/{path}", f"{SITE}/{path}".rpartition("/")[0]
    name = path.rpartition("/")[2]
    return {
        "@id": address,
        "@type": kind,
        "UID": UIDS.get(name, sha256(path.encode()).hexdigest()[:32]),
        "id": name,
        "parent": {"@id": above, "@type": "Plone Site" if above == SITE else "Folder", "UID": None},
        "title": fields.pop("title", name.title()),
        "description": "",
        "subjects": [],
        "creators": ["m.bader"],
        "contributors": [],
        "rights": "",
        "language": "de",
        "created": "2019-03-04T09:00:00+00:00",
        "modified": "2021-05-06T10:30:00+00:00",
        "effective": "2019-03-05T08:00:00+00:00",
        "expires": None,
        "review_state": "published",
        "is_folderish": kind == "Folder",
        "layout": "document_view",
        "allow_discussion": None,
        "exclude_from_nav": False,
        **fields,
    }


def blob(name: str, content: bytes, media_type: str) -> dict[str, str]:
    """A file as it stands in the export."""
    return {
        "filename": name,
        "content-type": media_type,
        "data": base64.b64encode(content).decode(),
        "encoding": "base64",
    }


def pdf(name: str, content: bytes = PDF) -> dict[str, str]:
    """A PDF document as it stands there."""
    return blob(name, content, "application/pdf")


def png(name: str, content: bytes = PNG) -> dict[str, str]:
    """A picture."""
    return blob(name, content, "image/png")


def text(html: str) -> dict[str, str]:
    """A formatted text."""
    return {"data": html, "content-type": "text/html", "encoding": "utf-8"}


def site() -> list[dict[str, Any]]:
    """Everything that can be taken over, and some that cannot; a child stands before its folder."""
    return [
        entry(
            "Document", "regeln/hausordnung", title="Hausordnung", subjects=["Regeln", "Gäste, Besuch"],
            description="Was bei uns gilt.", creators=["m.bader", "k.lenz"],
            text=text(
                f'<h2>Ruhe</h2><p onclick="x()">Siehe <a href="resolveuid/{UIDS["satzung"]}">Satzung</a>, '
                f'<a href="../resolveuid/{UIDS["satzung"]}/@@download/file/s.pdf#s2">als PDF</a>, '
                '<a href="plan">Plan</a>, <a href="https://alt.example.org/intranet/fest/view">Fest</a>, '
                f'<a href="resolveuid/{"f" * 32}">Verlorenes</a> und <a href="https://example.org/">draußen</a>.</p>'
                f'<p><img src="resolveuid/{UIDS["bild"]}/@@images/image/large" alt="Haus"><script>alert(1)</script></p>'
            ),
            workflow_history={"simple_publication_workflow": [{"action": None, "actor": "m.bader"}]},
        ),
        entry("Folder", "regeln", title="Regeln", UID=UIDS["regeln"]),
        entry("Document", "regeln/plan", title="Plan", review_state="private", text=text("<p>Noch offen.</p>")),
        entry("Document", "regeln/Plan_", title="Plan, alt", review_state="pending", text=None),
        entry("Image", "regeln/bild", title="Haus", review_state=None, image=png("haus.png")),
        entry("File", "regeln/satzung", title="Satzung", review_state=None, file=pdf("Satzung.pdf")),
        entry("Folder", "fach", title="Fach", review_state="private"),
        entry("File", "fach/heim", title="Geheim", review_state=None, file=pdf("heim.pdf", PDF + b"\n")),
        entry(
            "Event", "fest", title="Sommerfest", start="2031-07-05T14:00:00+00:00", end="2031-07-05T18:00:00+00:00",
            whole_day=False, open_end=False, location="Hof", contact_name="Mira Bader", contact_email="m@example.org",
            attendees=["Team A"], recurrence="RRULE:FREQ=YEARLY;COUNT=3", text=text("<p>Mit Musik.</p>"),
        ),
        entry(
            "News Item", "neues", title="Neue Küche", image_caption="Die Küche", effective="2040-01-01T08:00:00+00:00",
            expires="2041-01-01T08:00:00+00:00", image=png("kueche.png", PNG + b"\0"), text=text("<p>Sie ist da.</p>"),
        ),
        entry("Link", "aemter", title="Ämter", remoteUrl="${portal_url}/resolveuid/" + UIDS["hausordnung"]),
        entry("Link", "draussen", title="Draußen", remoteUrl="https://example.org/a"),
        entry(
            "Collection", "alles", title="Alle Regeln", sort_on="sortable_title",
            query=[
                {"i": "portal_type", "o": "plone.app.querystring.operation.selection.any", "v": ["Document"]},
                {"i": "Subject", "o": "plone.app.querystring.operation.selection.any", "v": ["Regeln"]},
                {"i": "review_state", "o": "plone.app.querystring.operation.selection.any", "v": ["published"]},
                {"i": "Creator", "o": "plone.app.querystring.operation.string.is", "v": "m.bader"},
            ],
        ),
        entry("FormFolder", "formular", title="Anmeldung"),
        entry("Document", "beides", title="Beides", text=text("<p>Über uns.</p>"), localroles={"k.lenz": ["Editor"]}),
        entry("Document", "beides/team", title="Team", blocks={
            "a": {"@type": "title"}, "b": {"@type": "slate", "plaintext": "Wir sind sechs."},
        }, blocks_layout={"items": ["a", "b"]}, expires="2020-01-01T00:00:00+00:00"),
        {"unexported_paths": [{"path": f"{SITE}/kaputt", "message": "?"}]},
    ]  # fmt: skip


def written(entries: list[Any]) -> bytes:
    """The file."""
    return json.dumps(entries, indent=4, sort_keys=True).encode()
