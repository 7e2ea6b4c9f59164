"""What is taken along comes back without loss, goes to nobody who may not read it, and bad packages change nothing."""

import io
import json
import re
import zipfile

import pytest
from asyncpg import InsufficientPrivilegeError

from tenants.context import Role
from tenants.database import execute
from tests.files.samples import PDF
from tests.files.shelf import Shelf
from tests.isolation.planting import as_person

HOME = "/o/bgw/inhalte"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def cast(world):
    """One world for all of this."""
    return world


async def item_id(browser, address):
    page = await browser.get(address)
    assert page.status_code == 200, address
    return re.search(r"/inhalte/([0-9a-f-]{36})/", page.text)[1]


async def take(browser, identifier):
    answer = await browser.get(f"/inhalte/{identifier}/paket")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/zip")
    return answer.content


async def put(browser, folder, content, *, step="einspielen"):
    token = await Shelf(None, browser, folder, "").token()
    fields = [("_csrf_token", (None, token)), ("file", ("paket.zip", content)), ("schritt", (None, step))]
    return await browser.http.post(f"/inhalte/{folder}/pakete", files=fields)


def lines(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return [json.loads(line) for line in package.read("inhalte.jsonl").splitlines()]


def repacked(content, change=None, *, without=(), extra=()):
    """The package with its lines changed, members left out or others added."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(result, "w") as written:
        for name in package.namelist():
            if name.startswith(tuple(without)) and without:
                continue
            held = package.read(name)
            if name == "inhalte.jsonl" and change is not None:
                told = [json.loads(line) for line in held.splitlines()]
                change(told)
                held = b"\n".join(json.dumps(line).encode() for line in told)
            written.writestr(name, held)
        for name, held in extra:
            written.writestr(name, held)
    return result.getvalue()


def comparable(content):
    """Without what is new in every place: identifiers, and the number of the place on top."""
    known = {}
    text = UUID.sub(lambda m: known.setdefault(m[0], f"id-{len(known)}"), json.dumps(lines(content), sort_keys=True))
    told = json.loads(text)
    told[0].pop("position")
    return told


async def everything(cast):
    tables = ("item", "item_version", "item_transition", "item_grant", "blob", "audit_entry")
    rows = await cast.database.as_superuser(
        "SELECT " + ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in tables)
    )
    return dict(rows[0])


@pytest.fixture(scope="module")
def manager(administrator):
    return administrator


@pytest.fixture(scope="module")
async def handbook(cast, manager):
    """The demo world's handbook with a file in it."""
    shelf = await Shelf.at(cast, manager, "/o/bgw/handbuch")
    await shelf.upload("Satzung.pdf", PDF)
    return shelf.id


@pytest.fixture(scope="module")
async def talk(cast, manager, handbook):
    """A page of it with comments: one as it was said, one said differently since, one taken back."""
    page = next(line for line in lines(await take(manager, handbook)) if line["type"] == "page")["id"]
    for body in ("So soll es sein.", "Noch nicht.", "Aus Versehen."):
        assert (await manager.post(f"/inhalte/{page}/kommentare", {"body": body})).status_code == 303
    said = await cast.database.as_superuser("SELECT id FROM comment WHERE item_id = $1::text::uuid ORDER BY at", page)
    place = f"/inhalte/{page}/kommentare"
    assert (await manager.post(f"{place}/{said[1]['id']}", {"body": "Jetzt schon."})).status_code == 303
    assert (await manager.post(f"{place}/{said[2]['id']}/loeschung", {})).status_code == 303
    return page


@pytest.fixture(scope="module")
async def target(manager):
    return await item_id(manager, HOME)


async def test_a_folder_comes_back_without_loss(manager, handbook, talk, target):
    content = await take(manager, handbook)
    first = lines(content)
    assert {"folder", "page", "link", "file"} <= {line["type"] for line in first}
    assert any(len(line["versions"]) > 1 for line in first)
    assert any(line["steps"] for line in first)
    said = next(line["comments"] for line in first if line["id"] == talk)
    assert [comment["body"] for comment in said] == ["So soll es sein.", "Jetzt schon.", ""]
    assert said[1]["edited_at"]
    assert (bool(said[2]["deleted_at"]), said[2]["deleted_by"]) == (True, said[0]["by"])
    answer = await put(manager, target, content)
    assert answer.status_code == 303, answer.text[-3000:]
    copied = answer.headers["location"].rsplit("/", 1)[1]
    again = await take(manager, copied)
    top, copy = comparable(content)[0]["path"], comparable(again)[0]["path"]
    assert re.fullmatch(rf"{top}-\d+", copy)
    expected = json.loads(
        json.dumps(comparable(content)).replace(f'"{top}/', f'"{copy}/').replace(f'"{top}"', f'"{copy}"')
    )
    assert comparable(again) == expected
    with zipfile.ZipFile(io.BytesIO(again)) as package:
        assert [package.read(name) for name in package.namelist() if name.startswith("dateien/")] == [PDF]


async def test_a_comment_that_came_along_is_nobodys_to_reword(cast, manager, handbook, talk, target):
    assert (await put(manager, target, await take(manager, handbook))).status_code == 303
    copied = (await cast.database.as_superuser("SELECT id, item_id FROM comment WHERE brought_by <> '' ORDER BY at"))[0]
    shown = await manager.get(f"/inhalte/{copied['item_id']}")
    page = await manager.get(shown.headers["location"])
    assert "eingespielt von" in page.text
    assert "So soll es sein." in page.text
    place = f"/inhalte/{copied['item_id']}/kommentare/{copied['id']}"
    assert (await manager.post(place, {"body": "Etwas anderes."})).status_code == 403
    with pytest.raises(InsufficientPrivilegeError):
        async with as_person(cast, cast.who("bgw", Role.ADMINISTRATOR), "bgw"):
            await execute("UPDATE comment SET body = 'Etwas anderes.' WHERE id = {}", copied["id"])
    assert (await manager.post(f"{place}/loeschung", {})).status_code == 303


async def test_what_a_package_says_of_people_is_marked_as_what_a_package_says(cast, manager, handbook, target):
    def forged(told):
        page = next(line for line in told if line["type"] == "page" and line["steps"])
        told[:] = [line for line in told if line["path"] == page["path"] or page["path"].startswith(line["path"] + "/")]
        page["values"]["title"] = "Freigegeben von oben"
        page["owner"] = page["changed_by"] = "Die Vorsitzende"
        for entry in (*page["versions"], *page["steps"]):
            entry["by"] = "Die Vorsitzende"

    answer = await put(manager, target, repacked(await take(manager, handbook), forged))
    assert answer.status_code == 303, answer.text
    (row,) = await cast.database.as_superuser(
        "SELECT i.id::text, i.owner_name, a.name FROM item i JOIN affiliation a ON a.person_id = i.owner_id "
        "AND a.organisation_id = i.owner_organisation_id WHERE i.title = 'Freigegeben von oben'"
    )
    assert row["owner_name"] == "Die Vorsitzende (laut Paket)"
    history = (await manager.get(f"/inhalte/{row['id']}/verlauf")).text
    mark = f"laut Paket, eingespielt von {row['name']}"
    assert history.count("Die Vorsitzende") == history.count(mark) >= 2
    for path in ("fassungen/1", "vergleich?von=1&bis=1"):
        assert mark in (await manager.get(f"/inhalte/{row['id']}/{path}")).text, path
    shown = await manager.get(f"/inhalte/{row['id']}")
    assert "Die Vorsitzende (laut Paket)" in (await manager.get(shown.headers["location"])).text
    again = next(line for line in lines(await take(manager, row["id"])))
    assert (again["owner"], again["changed_by"]) == ("Die Vorsitzende", "Die Vorsitzende")


async def test_rights_and_states_of_a_network_come_back(cast):
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    content = await take(office, await item_id(office, "/n/bielefeld/arbeitsgruppe-waermestube"))
    assert lines(content)[0]["inherits"] is False
    assert len(lines(content)[0]["grants"]) == 5
    answer = await put(office, await item_id(office, "/n/bielefeld/inhalte"), content)
    assert answer.status_code == 303
    address = "/n/bielefeld/arbeitsgruppe-waermestube-2"
    assert (await (await cast.as_role("diakonie-bielefeld", Role.DEPUTY)).get(address)).status_code == 200
    assert (await (await cast.as_role("gfs", Role.DEPUTY)).get(address)).status_code == 404
    again = await take(office, answer.headers["location"].rsplit("/", 1)[1])
    strip = [{k: v for k, v in line.items() if k != "path"} for line in comparable(again)]
    assert strip == [{k: v for k, v in line.items() if k != "path"} for line in comparable(content)]


async def test_only_what_one_may_read_is_taken_along(cast, manager):
    officer = await cast.as_role("bgw", Role.DATA_PROTECTION_OFFICER)
    root = await item_id(manager, HOME)
    theirs, everything_ = lines(await take(officer, root)), lines(await take(manager, root))
    assert {line["state"] for line in theirs} == {"published"}
    assert len(theirs) < len(everything_)
    assert not any("versions" in line or "grants" in line for line in theirs)
    assert {"private", "pending"} <= {line["state"] for line in everything_}


async def test_of_others_nothing_is_taken_and_nothing_is_put_there(cast, manager, handbook):
    content = await take(manager, handbook)
    before = await everything(cast)
    stranger = await cast.as_role("gfs", Role.ADMINISTRATOR)
    for path in ("mitnehmen", "paket"):
        assert (await stranger.get(f"/inhalte/{handbook}/{path}")).status_code == 404
    assert (await put(stranger, handbook, content)).status_code == 404
    reader = await cast.as_role("bgw", Role.DATA_PROTECTION_OFFICER)
    assert (await put(reader, handbook, content)).status_code == 403
    assert await everything(cast) == before


async def test_a_trial_says_what_would_be_made_and_makes_nothing(cast, manager, handbook, target):
    content = await take(manager, handbook)
    before = await everything(cast)
    answer = await put(manager, target, content, step="pruefen")
    assert answer.status_code == 200
    assert "Das Paket ist in Ordnung" in answer.text
    assert "1 Ordner" in answer.text
    assert await everything(cast) == before


def _unknown_type(told):
    told[1]["type"] = "hologramm"


def _same_name_twice(told):
    told.append(told[-1])


def _path_trick(told):
    told[1]["path"] = "../../etc/passwd"


def _without_title(told):
    told[1]["values"]["title"] = ""


def _strange_moment(told):
    told[1]["created_at"] = "gestern"


def _astray(told):
    told[1]["path"] = "woanders/seite"


@pytest.mark.parametrize(
    "wrong",
    [
        (_unknown_type, "Zeile 2, „type“</b>: Diese Art von Inhalt gibt es hier nicht"),
        (_same_name_twice, "Diese Adresse steht schon in einer Zeile darüber"),
        (_path_trick, "Zeile 2, „path“</b>: Erwartet werden Kleinbuchstaben"),
        (_without_title, "Zeile 2, „values.title“</b>: Bitte geben Sie einen Titel an"),
        (_strange_moment, "Zeile 2, „created_at“</b>: Erwartet wird ein Zeitpunkt"),
        (_astray, "Der Ordner darüber fehlt im Paket"),
    ],
)
async def test_a_broken_line_is_named_and_nothing_is_made(cast, manager, handbook, target, wrong):
    change, sentence = wrong
    content = repacked(await take(manager, handbook), change)
    before = await everything(cast)
    answer = await put(manager, target, content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await everything(cast) == before


async def test_a_broken_package_is_refused_in_a_sentence(cast, manager, handbook, target):
    content = await take(manager, handbook)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("paket.json", "{}")
        package.writestr("inhalte.jsonl", b"0" * 70_000_000)
    digest = next(name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.startswith("dateien/"))
    cases = {
        b"kein zip": "kein ZIP-Paket",
        content[: len(content) // 2]: "kein ZIP-Paket",
        repacked(content, without=("inhalte",)): "inhalte.jsonl“ fehlt",
        repacked(content, without=("dateien/",)): "Die Datei dazu fehlt im Paket",
        repacked(content, extra=[("../../boese.sh", b"x")]): "gehört nicht in ein Paket",
        repacked(content, without=("dateien/",), extra=[(digest, PDF + b"anders")]): "nicht die, die im Paket genannt",
        repacked(content, without=("paket",), extra=[("paket.json", b"{")]): "kein gültiges JSON",
        bomb.getvalue(): "anderes Format",
    }
    before = await everything(cast)
    for number, (sent, sentence) in enumerate(cases.items()):
        answer = await put(manager, target, sent)
        assert answer.status_code == 422, number
        assert sentence in answer.text, number
        assert await everything(cast) == before, number


async def test_what_is_in_a_text_cannot_act(cast, manager, handbook, target):
    def evil(told):
        page = next(line for line in told if line["type"] == "page")
        page["values"]["body"] = '<p onclick="x()">Hallo<script>alert(1)</script></p>'

    answer = await put(manager, target, repacked(await take(manager, handbook), evil))
    assert answer.status_code == 303
    rows = await cast.database.as_superuser("SELECT fields::text AS f FROM item WHERE fields::text LIKE '%Hallo%'")
    assert rows
    assert all("script" not in row["f"] and "onclick" not in row["f"] for row in rows)
