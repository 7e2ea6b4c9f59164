"""Too much of anything, and packages made to harm, are refused in a sentence; nothing of them is left."""

import io
import json
import time
import zipfile

import pytest

from portal.kit.errors import Invalid
from portal.transfer import limits
from portal.transfer.archive import Incoming
from portal.transfer.limits import Limits
from portal.transfer.rules import read_lines
from tests.files.shelf import Shelf
from tests.transfer.conftest import zipped
from tests.transfer.site import entry, written

MANIFEST = json.dumps({"format": "hilfenetz-inhalte", "version": 1}).encode()
AT = "2026-03-04T10:00:00+00:00"


def line(number: int, path: str, kind: str = "folder", **more) -> bytes:
    """One item as a package holds it."""
    told = {
        "id": f"00000000-0000-4000-8000-{number:012x}",
        "path": path,
        "type": kind,
        "values": {"title": f"Nummer {number}", "summary": "", "tags": [], "order": "position"},
        "state": "published",
        "position": number,
        "version": 1,
        "owner": "",
        "changed_by": "",
        "created_at": AT,
        "changed_at": AT,
        **more,
    }
    return json.dumps(told).encode() + b"\n"


def package(*lines: bytes, **extra: bytes) -> bytes:
    return zipped({"paket.json": MANIFEST, "inhalte.jsonl": b"".join(lines), **extra})


def told_of(lines: list[bytes]) -> str:
    found = read_lines(iter(lines))
    return "\n".join(f"{trouble.where}: {trouble.sentence}" for trouble in found.troubles)


@pytest.fixture
def lowered(monkeypatch):
    def lower(**given: int) -> None:
        monkeypatch.setattr(limits, "LIMITS", Limits(**given))

    return lower


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"package": 300}, "Das Paket ist zu groß: möglich sind 300 Bytes."),
        ({"unpacked": 2000}, "Ausgepackt wäre das Paket zu groß: möglich ist 2000 Bytes."),
        ({"lines": 3000}, "„inhalte.jsonl“ ist zu groß: möglich sind 3000 Bytes."),
        ({"members": 1}, "In dem Paket sind zu viele Dateien."),
        ({"items": 9}, "inhalte.jsonl, Zeile 10</b>: Das sind zu viele Einträge auf einmal: möglich sind 9."),
    ],
)
async def test_each_limit_has_its_sentence(desk, lowered, given, sentence):
    content = package(line(0, "a"), *(line(number, f"a/b{number}") for number in range(1, 12)))
    before = await desk.everything()
    lowered(**given)
    answer = await desk.put(content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Es wurde nichts angelegt" in answer.text
    assert await desk.everything() == before


async def test_a_browser_that_is_still_sending_hears_that_it_is_too_much(desk, lowered):
    lowered(package=300)
    shelf = Shelf(None, desk.browser, desk.folder, "")
    answer, sent = await shelf.send_slowly(f"/inhalte/{desk.folder}/pakete", "a.zip", pieces=50)
    assert (answer.status_code, sent) == (422, 50)
    assert "möglich sind 300 Bytes" in answer.text


async def test_a_list_of_far_too_many_members_is_not_even_read(lowered, monkeypatch):
    """Half a gigabyte of nothing but names would fill the memory before anybody had counted them."""
    content = zipped({f"dateien/{number:064x}": b"" for number in range(200)})
    made = []
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *named: made.append(named))
    lowered(members=20)
    with pytest.raises(Invalid, match="In dem Paket sind zu viele Dateien"):
        Incoming(io.BytesIO(content))
    assert made == []


async def test_within_the_limits_the_same_package_comes_in(desk):
    answer = await desk.put(package(line(0, "a"), *(line(number, f"a/b{number}") for number in range(1, 12))))
    assert answer.status_code == 303
    assert len(await desk.items()) == 12


async def test_the_limits_are_what_the_handbook_says():
    given = Limits()
    sizes = [limits.size_words(size) for size in (given.package, given.unpacked, given.lines, given.entry)]
    assert sizes == ["512 MB", "1 GB", "64 MB", "64 MB"]
    assert given.items == 5000


async def test_more_than_five_thousand_items_are_refused_at_once(desk):
    many = [line(0, "a"), *(line(number, f"a/b{number}") for number in range(1, 5001))]
    begun = time.monotonic()
    assert told_of(many) == "inhalte.jsonl, Zeile 5001: Das sind zu viele Einträge auf einmal: möglich sind 5.000."
    assert told_of(many[:-1]) == ""
    assert time.monotonic() - begun < 10
    before = await desk.everything()
    site = written([entry("Document", f"s{number}") for number in range(5001)])
    answer = await desk.put(site, name="site.json")
    assert answer.status_code == 422
    assert "Eintrag 5001" in answer.text
    assert "möglich sind 5.000" in answer.text
    assert await desk.everything() == before


def _lying() -> bytes:
    """A ZIP file that says its lines were shorter than they are."""
    content = bytearray(package(line(0, "a"), line(1, "a/b")))
    size = zipfile.ZipFile(io.BytesIO(content)).getinfo("inhalte.jsonl").file_size
    return bytes(content).replace(size.to_bytes(4, "little"), (size - 200).to_bytes(4, "little"))


def _corrupt() -> bytes:
    """One whose lines cannot be unpacked."""
    content = package(*(line(number, f"a{number}") for number in range(50)))
    start = content.index(b"inhalte.jsonl") + 40
    return content[:start] + bytes(byte ^ 0x5A for byte in content[start : start + 60]) + content[start + 60 :]


def _deep(levels: int) -> dict:
    return {"a": _deep(levels - 1)} if levels else {}


VERSION = {"version": 1, "values": {"title": "x"}, "note": "", "by": "", "at": AT}
COMMENT = {"body": "x", "by": "", "organisation": "", "deleted_by": "", "at": AT}
LINK = line(0, "a", "link", values={"title": "x", "target": "/"})
TASK = line(0, "a", "task", values={"title": "x", "assignee": "ich"}, state="open")
NAMELESS = line(0, "a", "file", values={"title": "x", "file": {"name": "x.pdf"}}, state="published")
ERRAND = {"title": "x", "who": "", "who_name": "", "days": True}
RULE = {
    **dict.fromkeys(("moment_state", "kind", "tag", "set_state", "place", "organisation", "target"), ""),
    "title": "x",
    "moment": "added",
    "is_deep": 0,
    "errand": ERRAND,
    "telling": {},
}
HARMFUL = [
    (package(line(0, "a"), **{"../../etc/cron.d/x": b"x"}), "gehört nicht in ein Paket"),
    (package(line(0, "a"), **{"/etc/passwd": b"x"}), "gehört nicht in ein Paket"),
    (package(line(0, "a"), **{"dateien/../x": b"x"}), "gehört nicht in ein Paket"),
    (package(line(0, "..")), "Erwartet werden Kleinbuchstaben"),
    (package(line(0, "a"), line(1, "a/../b")), "Erwartet werden Kleinbuchstaben"),
    (package(line(0, "a"), line(1, "a/b"), line(2, "a/b")), "Diese Adresse steht schon in einer Zeile darüber."),
    (package(line(0, "a"), line(0, "a/b")), "Diese Kennung steht schon in einem Eintrag darüber."),
    (package(LINK, line(1, "a/b")), "Der Eintrag darüber ist kein Ordner."),
    (package(line(0, "a", position=10**20)), "Diese Zahl ist zu groß."),
    (package(line(0, "a", owner="\x00")), "ein Zeichen, das sich nicht speichern lässt"),
    (package(line(0, "a", owner="\ud800")), "ein Zeichen, das sich nicht speichern lässt"),
    (package(line(0, "a", created_at="0001-01-01T00:00:00+14:00")), "Bitte prüfen Sie das Jahr."),
    (package(line(0, "a", publish_at=AT, expires_at=AT)), "Das Ende muss nach dem Anfang liegen."),
    (package(line(0, "a", versions=[VERSION | {"version": 0}])), "ihre Nummer ist keine"),
    (package(line(0, "a", comments=[COMMENT | {"body": ""}])), "Ein Kommentar ohne Text ist gelöscht"),
    (package(line(0, "a", comments=[COMMENT | {"body": "x" * 4001}])), "höchstens 4000 Zeichen"),
    (package(TASK), "Erwartet wird ein Objekt mit „id“ und „name“."),
    (package(NAMELESS), "Erwartet wird ein Objekt mit „name“ und „sha256“."),
    (package(line(0, "a", position=2**31 - 1)), "Diese Zahl ist zu groß."),
    (package(line(0, "a", versions=[VERSION | {"version": 2**31 - 1}])), "Diese Zahl ist zu groß."),
    (package(line(0, "a", rules=[RULE])), "Diese Regel hat einen Inhalt, der nicht zu ihr passt."),
    (package(line(0, "a", anderes=_deep(500))), "Das ist zu tief verschachtelt."),
    (package(line(0, "a"), b"{\n"), "Zeile 2</b>: Das ist kein gültiges JSON."),
    (package(line(0, "a"), b"[" * 50_000), "Zeile 2</b>: Das ist kein gültiges JSON."),
    (_lying(), "kein ZIP-Paket, oder es ist beschädigt"),
    (_corrupt(), "kein ZIP-Paket, oder es ist beschädigt"),
]  # fmt: skip


async def test_what_would_harm_is_refused_and_leaves_nothing(desk):
    before = await desk.everything()
    for content, sentence in HARMFUL:
        answer = await desk.put(content)
        assert answer.status_code == 422, (sentence, answer.status_code)
        assert sentence in answer.text, sentence
    assert await desk.everything() == before


async def test_something_that_goes_wrong_late_leaves_nothing(desk):
    """The last of many lines names bytes that are not what it says."""
    picture = {"title": "Bild", "file": {"name": "bild.png", "sha256": "0" * 64}}
    content = package(
        *(line(0, "a"), line(1, "a/b"), line(2, "a/c", "image", values=picture)),
        **{f"dateien/{'0' * 64}": b"%PDF-1.4 x"},
    )
    before = await desk.everything()
    assert (await desk.put(content)).status_code == 422
    assert await desk.everything() == before


async def test_whoever_cannot_be_here_is_in_charge_of_nothing(desk):
    stranger = {"id": "person:00000000-0000-4000-8000-000000000001@00000000-0000-4000-8000-000000000002", "name": "Sie"}
    task = line(0, "a", "task", values={"title": "Rufen", "assignee": stranger}, state="open")
    trial = await desk.put(package(task), step="pruefen")
    assert "Für „Rufen“ ist niemand mehr zuständig" in trial.text
    assert (await desk.put(package(task))).status_code == 303
    assert [row["assignee"] for row in await desk.items()] == [None]


@pytest.mark.parametrize("kept", [True, False])
async def test_all_the_text_of_a_plone_export_together_is_bounded(desk, lowered, kept):
    """Each entry alone may be as large as it likes; what is not kept of it does not count."""
    more = {"description": "Wort " * 100} if kept else {"exportimport.versions": {"0": {"title": "Wort " * 200}}}
    site = written([entry("Document", f"s{number}", **more) for number in range(10)])
    before = await desk.everything()
    lowered(lines=10_000)
    answer = await desk.put(site, name="site.json", step="pruefen")
    said = "In dem Export ist zu viel Text auf einmal: möglich sind 10000 Bytes ohne die Dateien."
    assert (answer.status_code, said in answer.text) == ((422, True) if kept else (200, False)), answer.text
    assert await desk.everything() == before
