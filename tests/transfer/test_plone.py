"""What Plone exported comes over with links, states and files, or not at all; what is wrong is said with its place."""

import io
import json

import pytest

from portal.kit.errors import Invalid
from portal.transfer import limits
from portal.transfer.plone import PloneExport
from tests.files.samples import PDF
from tests.transfer.site import PNG, SITE, UIDS, blob, entry, site, text, written


def read(entries):
    """The lines and what is said of them."""
    content = entries if isinstance(entries, bytes) else written(entries)
    export = PloneExport(io.BytesIO(content))
    export.close()
    return export.read({})


def wrong(entries) -> str:
    return "\n".join(f"{trouble.where}: {trouble.sentence}" for trouble in read(entries).troubles)


@pytest.fixture(scope="module")
def found():
    return read(site())


@pytest.fixture(scope="module")
def lines(found):
    return {"/".join(line.path): line.data for line in found.lines}


async def test_a_site_comes_over_as_a_whole(desk):
    before = await desk.everything()
    trial = await desk.put(written(site()), name="Document.json", step="pruefen")
    assert trial.status_code == 200, trial.text[-3000:]
    assert "Das Paket ist in Ordnung" in trial.text
    assert "Die Art „FormFolder“ gibt es hier nicht" in trial.text
    assert await desk.everything() == before
    answer = await desk.put(written(site()), name="Document.json")
    assert answer.status_code == 303, answer.text[-3000:]
    assert answer.headers["location"].endswith(desk.folder)
    rows = {row["address"].partition("/")[2]: row for row in await desk.items()}
    page, file, picture = rows["regeln/hausordnung"], rows["regeln/satzung"], rows["regeln/bild"]
    body = json.loads(page["field_text"])["body"]
    assert f'href="/inhalte/{file["id"]}"' in body
    assert f'href="/inhalte/{file["id"]}/datei#s2"' in body
    assert f'href="/inhalte/{rows["regeln/plan"]["id"]}"' in body
    assert f'href="/inhalte/{rows["fest"]["id"]}"' in body
    assert f'<img src="/inhalte/{picture["id"]}/bild" alt="Haus">' in body
    assert f'href="{SITE}/resolveuid/{"f" * 32}"' in body
    assert "script" not in body
    assert "onclick" not in body
    assert (page["owner_name"], page["state"], page["tags"]) == (
        "m.bader, k.lenz (laut Paket)",
        "published",
        ["Regeln", "Gäste", "Besuch"],
    )
    assert page["published_at"].isoformat() == "2019-03-05T08:00:00+00:00"
    assert json.loads(rows["aemter"]["field_text"])["target"] == f"/inhalte/{page['id']}"
    news = json.loads(rows["neues"]["field_text"])["body"]
    assert f"/inhalte/{rows['neues-bild']['id']}/bild" in news
    assert (await desk.browser.get(f"/inhalte/{file['id']}/datei")).content == PDF
    assert (await desk.browser.get(f"/inhalte/{picture['id']}/bild")).status_code == 200
    assert [rows[name]["position"] for name in ("regeln", "fach", "fest")] == sorted(
        rows[name]["position"] for name in ("regeln", "fach", "fest")
    )


def test_types_and_fields(lines):
    kinds = {path: data["type"] for path, data in lines.items()}
    assert kinds == {
        "regeln": "folder", "regeln/hausordnung": "page", "regeln/plan": "page", "regeln/plan-2": "page",
        "regeln/bild": "image", "regeln/satzung": "file", "fach": "folder", "fach/heim": "file", "fest": "event",
        "neues": "news", "neues-bild": "image", "aemter": "link", "draussen": "link", "alles": "collection",
        "beides": "folder", "beides/seite": "page", "beides/team": "page",
    }  # fmt: skip
    event = lines["fest"]["values"]
    assert (event["begins_at"], event["place"]) == ("2031-07-05T14:00:00+00:00", "Hof")
    assert "Kontakt: Mira Bader, m@example.org" in event["body"]
    assert lines["alles"]["values"] | {"summary": "", "tags": []} == {
        "title": "Alle Regeln", "summary": "", "tags": [], "kind": "page", "state": "published",
        "with_tags": ["Regeln"], "within": "space", "order": "title",
    }  # fmt: skip
    assert "Über uns." in lines["beides/seite"]["values"]["body"]
    assert "Wir sind sechs." in lines["beides/team"]["values"]["body"]


def test_states_and_moments(lines):
    states = {path: data["state"] for path, data in lines.items()}
    assert states["regeln/plan"] == "private"
    assert states["regeln/plan-2"] == "pending"
    assert states["regeln/satzung"] == "published", "a file is as visible as its folder"
    assert (states["fach"], states["fach/heim"]) == ("private", "private")
    assert states["beides/team"] == "retracted", "its time was over"
    news = lines["neues"]
    assert (news["state"], news["publish_at"].year, news["expires_at"].year) == ("private", 2040, 2041)
    assert lines["neues-bild"]["state"] == "private"


def test_what_does_not_come_over_is_said(found):
    said = "\n".join(found.remarks)
    for expected in (
        "Die Art „FormFolder“ gibt es hier nicht; sie fällt weg („Anmeldung“)",
        "Lokale Rollen fallen weg",
        "Termine, die sich wiederholen, kommen einmal, mit dem ersten Tag („Sommerfest“)",
        "Sammlungen suchen nach einer Art, einem Stand, Schlagwörtern und Ort; weitere fallen weg („Alle Regeln“)",
        "Was in Plone Seite und Ordner zugleich war, wird ein Ordner mit der Seite darin („Beides“)",
        "Verweise auf Einträge, die nicht dabei sind, führen weiter in das alte Plone: 1",
        f"Das konnte Plone selbst nicht ausgeben („{SITE}/kaputt“)",
        "Fassungen und Schritte der Prüfung aus Plone fallen weg",
    ):
        assert expected in said
    assert not found.troubles


def test_the_order_of_a_folder_that_lists_what_is_in_it_is_kept():
    listed = [{"@id": f"{SITE}/a/{name}"} for name in ("drei", "eins", "zwei")]
    pages = [entry("Document", f"a/{name}") for name in ("eins", "zwei", "drei")]
    found = read([entry("Folder", "a", items=listed), *pages])
    assert ["/".join(line.path) for line in found.lines] == ["a", "a/drei", "a/eins", "a/zwei"]


def test_a_parent_is_found_by_its_uid_as_well():
    parent = {"@id": "https://anderswo.example.org/x", "UID": UIDS["regeln"], "@type": "Folder"}
    found = read([entry("Document", "ganz/woanders", parent=parent), entry("Folder", "regeln", UID=UIDS["regeln"])])
    assert ["/".join(line.path) for line in found.lines] == ["regeln", "regeln/woanders"]


def test_folders_that_lie_in_each_other_are_no_endless_loop():
    first = entry("Folder", "a", parent={"@id": f"{SITE}/b"})
    second = entry("Folder", "b", parent={"@id": f"{SITE}/a"})
    assert len(read([first, second]).lines) == 2


BAD_FILE = {**blob("x.pdf", PDF, "application/pdf"), "data": "kein base64!"}
NO_BYTES = {"filename": "x.pdf", "blob_path": "0x00/0x01/blob", "content-type": "application/pdf"}


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([entry("Document", "a"), "kein Objekt"], "Eintrag 2 (ab Zeile 31): Erwartet wird ein JSON-Objekt."),
        ([{"@type": "Document"}], "„@id“: Erwartet wird die Adresse"),
        ([{"@id": f"{SITE}/a"}], "„@type“: Erwartet wird die Art des Inhalts"),
        ([entry("Document", "a", created="gestern")], "/intranet/a, „created“: Erwartet wird ein Zeitpunkt"),
        ([entry("Document", "a", text=["x"])], "„text“: Erwartet wird ein Text oder ein Objekt"),
        ([entry("Document", "a", subjects="x")], "„subjects“: Erwartet wird eine Liste von Texten"),
        ([entry("Document", "a", title="\x00")], "ein Zeichen, das sich nicht speichern lässt"),
        (
            [entry("Document", "a", UID="1" * 32), entry("Document", "b", UID="1" * 32)],
            "steht schon einmal weiter oben",
        ),
        ([entry("Event", "a", text=None)], "„start“: Ein Termin braucht einen Beginn."),
        ([entry("File", "a", file=BAD_FILE)], "„file.data“: Erwartet wird der Inhalt der Datei in base64."),
        ([entry("File", "a", file=NO_BYTES)], "„file.data“: Die Datei ist nicht dabei."),
        ([entry("File", "a")], "„file“: Erwartet wird ein Objekt mit „filename“ und „data“."),
        ([entry("Folder", "/".join("abcdefghijklmnopqrstuvw"[:n])) for n in range(1, 23)], "Tiefer als 20 Ebenen"),
        ([entry("Poll", "a")], "Darin ist nichts, was sich übernehmen lässt."),
        ([], "Darin ist nichts, was sich übernehmen lässt."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(entries, sentence):
    assert sentence in wrong(entries)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"groups": {}}', "Das ist kein Export von Inhalten aus Plone"),
        (written(site())[:-200], "bricht in Zeile"),
        (b'[\n{"@id": "x",\n "a": nix}\n]', "Zeile 3, Zeichen 7: Das ist kein gültiges JSON."),
        (b'[{"@id": "x"}] noch was', "Das ist kein gültiges JSON"),
        (b'[{"@id": "\xff"}]', "kein Text in UTF-8"),
        (b"[" * 100_000, "Das ist kein gültiges JSON"),
    ],
)
def test_a_broken_file_is_said_with_its_line(content, sentence):
    with pytest.raises(Invalid, match=sentence.replace(".", r"\.")):
        read(content)


async def test_nothing_is_made_of_a_file_that_is_wrong_somewhere(desk):
    before = await desk.everything()
    broken = [*site()[:-1], entry("Event", "ohne-beginn", text=None)]
    pictured = [entry("Image", "bild", image=blob("bild.png", PDF, "image/png"))]
    program = [
        entry("Document", "a"),
        entry("File", "b", file=blob("boese.exe", b"MZ\x90\x00" * 100, "application/x-dosexec")),
    ]
    for sent, sentence in (
        (written(broken), "Ein Termin braucht einen Beginn."),
        (written(pictured), "bild.png"),
        (written(program), "„boese.exe“:"),
        (written(site())[:-200], "bricht in Zeile"),
        (written([entry("Document", "a", text=text("x" * 1_000_001))]), "Der Text ist zu lang"),
    ):
        answer = await desk.put(sent, name="site.json")
        assert answer.status_code == 422, sentence
        assert sentence in answer.text
        assert "Es wurde nichts angelegt" in answer.text
    assert await desk.everything() == before


def test_a_large_entry_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", limits.Limits(entry=limits.MB))
    large = [entry("Document", "a"), entry("File", "b", file=blob("b.pdf", PDF + b"\n" * limits.MB, "application/pdf"))]
    with pytest.raises(Invalid, match="Der Eintrag ab Zeile 31 ist zu groß: möglich sind 1 MB"):
        read(large)


def test_many_small_entries_are_read_piece_by_piece(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", limits.Limits(items=300))
    assert len(read([entry("Document", f"s{number}") for number in range(300)]).lines) == 300
    assert "möglich sind 300" in wrong([entry("Document", f"s{number}") for number in range(301)])


def test_the_bytes_of_equal_files_are_kept_once():
    files = [entry("Image", f"b{number}", image=blob("b.png", PNG, "image/png")) for number in range(3)]
    assert len({digest for line in read(files).lines for digest in line.digests()}) == 1


NO_ADDRESS = "http://["


@pytest.mark.parametrize(
    "fields",
    [
        {"text": text(f'<a href="{NO_ADDRESS}">x</a><img src="{NO_ADDRESS}">')},
        {"@type": "Link", "remoteUrl": NO_ADDRESS},
        {"@id": NO_ADDRESS},
        {
            "parent": {"@id": NO_ADDRESS, "@type": "Plone Site"},
            "text": text('<a href="https://alt.example.org/">x</a>'),
        },
        {"@type": "Folder", "items": [{"@id": NO_ADDRESS}]},
        {"blocks": {"a": {"plaintext": "x"}}, "blocks_layout": {"items": [["a"]]}},
    ],
)
def test_what_is_no_address_and_no_order_stops_nothing(fields):
    """Whoever made the export, or a text in it, wrote it."""
    found = read([{**entry("Document", "regeln"), **fields}])
    assert [trouble.sentence for trouble in found.troubles] == []
    assert len(found.lines) == 1


def test_an_order_that_is_no_list_is_said():
    blocks = {"blocks": {"a": {"plaintext": "x"}}, "blocks_layout": {"items": 5}}
    assert "blocks_layout" in wrong([entry("Document", "regeln", **blocks)])
