"""What is kept about items comes along as far as it is the folder's: demands to read, old addresses, boxes."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from portal.transfer import limits
from portal.transfer.limits import Limits
from tenants.context import Role
from tests.transfer.conftest import zipped
from tests.transfer.test_round_trip_rows import added


def lines(content: bytes) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [json.loads(line) for line in package.read("inhalte.jsonl").splitlines()]


def changed(content: bytes, change) -> bytes:
    told = lines(content)
    change(told)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    return zipped(members | {"inhalte.jsonl": b"\n".join(json.dumps(line).encode() for line in told)})


async def root_of(desk) -> str:
    (row,) = await desk.cast.database.as_superuser(
        "SELECT parent_id::text AS id FROM item WHERE id = $1::text::uuid", desk.folder
    )
    return row["id"]


async def brought(desk, content: bytes) -> str:
    """The package put into the root; gives back the id of what was made of its top."""
    answer = await replace(desk, folder=await root_of(desk)).put(content)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rsplit("/", 1)[1]


@pytest.fixture
async def asked(desk):
    """A page that everybody must read, which somebody did."""
    page = await added(desk, "page", body="<p>Regeln.</p>")
    assert (
        await desk.browser.post(f"/inhalte/{page}/zustand", {"schritt": "publish", "version": "1"})
    ).status_code == 303
    answer = await desk.browser.post(f"/inhalte/{page}/lesebestaetigung", {"until_on": "2031-03-04"})
    assert answer.status_code == 303
    assert (await desk.browser.post(f"/inhalte/{page}/lesevermerk", {"fassung": "1"})).status_code == 303
    return page


async def test_what_must_be_read_is_asked_for_anew_by_who_brings_it(world, desk, asked):
    content = await desk.take(desk.folder)
    trial = await desk.put(content, step="pruefen")
    assert "Eine Lesebestätigung: Danach bitten Sie darum" in trial.text
    top = await brought(desk, content)
    was, now = await world.database.as_superuser(
        "SELECT m.*, i.id::text AS item FROM must_read m JOIN item i ON i.space_id = m.space_id AND i.id = m.item_id "
        "WHERE i.id = $1::text::uuid OR i.parent_id = $2::text::uuid ORDER BY m.asked_at",
        asked,
        top,
    )
    assert (now["version"], now["until_at"], now["by_name"]) == (was["version"], was["until_at"], was["by_name"])
    assert now["asked_at"] > was["asked_at"]
    told = await world.database.as_superuser(
        "SELECT id FROM outbox WHERE event = 'ReadingAsked' AND payload ->> 'item_id' = $1", now["item"]
    )
    assert len(told) == 1
    read = await world.database.as_superuser(
        "SELECT person_id FROM read_confirmation WHERE item_id = $1::text::uuid", now["item"]
    )
    assert read == [], "nobody has read the new text"


async def test_what_should_have_been_read_long_ago_tells_nobody(world, desk, asked):
    def late(told):
        told[1]["demands"][0] |= {"until_at": "2020-01-02T00:00:00+00:00", "version": 77}

    top = await brought(desk, changed(await desk.take(desk.folder), late))
    (row,) = await world.database.as_superuser(
        "SELECT m.version, m.remind_at, i.id::text FROM must_read m JOIN item i ON i.id = m.item_id "
        "WHERE i.parent_id = $1::text::uuid",
        top,
    )
    assert (row["version"], row["remind_at"]) == (1, None), "a version that did not come along cannot be asked for"
    assert not await world.database.as_superuser(
        "SELECT id FROM outbox WHERE event = 'ReadingAsked' AND payload ->> 'item_id' = $1", row["id"]
    )


async def test_old_addresses_lead_to_what_came_along(world, desk):
    inner = await added(desk, "folder", title="Alt", order="title")
    page = await added(desk, "page", inner, title="Blatt", body="<p>x</p>")
    for item, slug in ((page, "neues-blatt"), (inner, "neu"), (desk.folder, f"umbenannt-{desk.folder[-4:]}")):
        assert (await desk.browser.post(f"/inhalte/{item}/adresse", {"slug": slug})).status_code == 303, slug
    content = await desk.take(desk.folder)
    entries = {line["path"].rpartition("/")[2]: line.get("addresses", []) for line in lines(content)}
    assert [entry["path"] for entry in entries["neu"]] == ["alt"]
    assert [entry["path"] for entry in entries["neues-blatt"]] == ["alt/blatt"]
    assert entries[lines(content)[0]["path"]] == [], "an address beside the folder is not the folder's"
    top = await brought(desk, content)
    (row,) = await world.database.as_superuser("SELECT address FROM item WHERE id = $1::text::uuid", top)
    for old, new in (("alt", "neu"), ("alt/blatt", "neu/neues-blatt")):
        answer = await desk.browser.get(f"/o/bgw/{row['address']}/{old}")
        assert answer.headers.get("location", "").endswith(f"/o/bgw/{row['address']}/{new}"), old


@pytest.mark.parametrize("path", ["", "/alt", "../alt", "Alt", "a//b", "a/" * 20 + "a", "x" * 1001])
async def test_what_is_no_address_is_refused(desk, path):
    await added(desk, "page", body="<p>x</p>")

    def forged(told):
        told[1]["addresses"] = [{"path": path, "at": told[1]["created_at"]}]

    answer = await desk.put(changed(await desk.take(desk.folder), forged))
    assert answer.status_code == 422
    assert "Zeile 2, „addresses.1“</b>: Erwartet werden Kleinbuchstaben" in answer.text


async def test_no_old_address_stands_where_something_is(world, desk):
    await added(desk, "page", title="Eins", body="<p>x</p>")
    await added(desk, "page", title="Zwei", body="<p>x</p>")

    def forged(told):
        told[2]["addresses"] = [
            {"path": "eins", "at": "2190-01-01T00:00:00+00:00"},
            {"path": "frei", "at": "2190-01-01T00:00:00+00:00"},
        ]

    top = await brought(desk, changed(await desk.take(desk.folder), forged))
    rows = await world.database.as_superuser(
        "SELECT r.address, r.made_at <= hilfenetz_now() AS is_past FROM item_redirect r "
        "JOIN item i ON i.id = r.item_id WHERE i.parent_id = $1::text::uuid",
        top,
    )
    assert [(row["address"].rpartition("/")[2], row["is_past"]) for row in rows] == [("frei", True)]


@pytest.fixture
async def front(world, desk):
    """A front page with two boxes, one of them of a collection; what stood there before is put back."""
    root = await root_of(desk)
    before = await world.database.as_superuser("DELETE FROM portlet WHERE item_id = $1::text::uuid RETURNING *", root)
    collection = await added(desk, "collection", title=f"Sammlung {root[-4:]}", order="newest", within="space")
    link = f"Dorthin | /inhalte/{collection}"
    for kind, sent in (
        ("sammlung", {"title": "Gesammelt", "number": "3", "collection": collection}),
        ("verweise", {"title": "Wege", "links": link}),
    ):
        answer = await desk.browser.post(f"/inhalte/{root}/startseite?art={kind}", {"side": "breit", **sent})
        assert answer.status_code == 303, answer.text
    yield replace(desk, folder=root), collection
    await world.database.as_superuser("DELETE FROM portlet WHERE item_id = $1::text::uuid", root)
    for row in before:
        names = ", ".join(row.keys())
        places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await world.database.as_superuser(f"INSERT INTO portlet ({names}) VALUES ({places})", *row.values())


async def boxes(world, root: str) -> list[tuple[str, str, dict]]:
    rows = await world.database.as_superuser(
        "SELECT kind, title, settings::text FROM portlet WHERE item_id = $1::text::uuid ORDER BY position", root
    )
    return [(row["kind"], row["title"], json.loads(row["settings"])) for row in rows]


async def test_boxes_come_onto_an_empty_front_page_and_lead_to_what_came_along(world, front):
    page, collection = front
    content = await page.take(page.folder)
    before = await boxes(world, page.folder)
    stays = "Die Kästen der Startseite bleiben weg"
    assert stays in (await page.put(content, step="pruefen")).text
    assert (await page.put(content)).status_code == 303
    assert await boxes(world, page.folder) == before, "others stand there"
    await world.database.as_superuser("DELETE FROM portlet WHERE item_id = $1::text::uuid", page.folder)
    assert stays not in (await page.put(content, step="pruefen")).text
    assert (await page.put(content)).status_code == 303
    (_, _, listed), (_, _, links) = after = await boxes(world, page.folder)
    assert [(kind, title) for kind, title, _ in after] == [(kind, title) for kind, title, _ in before]
    (new,) = await world.database.as_superuser(
        "SELECT id::text FROM item WHERE type = 'collection' AND title = (SELECT title FROM item WHERE id = "
        "$1::text::uuid) ORDER BY id DESC LIMIT 1",
        collection,
    )
    assert new["id"] != collection
    assert listed == {"number": 3, "collection": new["id"]}
    assert links == {"links": [["Dorthin", f"/inhalte/{new['id']}"]]}


async def test_a_box_of_another_shape_is_refused(front):
    page, _ = front
    content = await page.take(page.folder)
    for wrong in (
        {"kind": "spiel"}, {"side": "oben"}, {"title": "x" * 200}, {"settings": {}},
        {"settings": {"number": 99, "collection": "x"}}, {"settings": {"number": 3, "collection": ["x"]}},
        {"kind": "verweise", "settings": {"links": [["x", "javascript:alert(1)"]]}},
        {"kind": "verweise", "settings": {"links": 7}},
    ):  # fmt: skip

        def forged(told, wrong=wrong):
            told[0]["boxes"][0] |= wrong

        answer = await page.put(changed(content, forged))
        assert answer.status_code == 422, wrong
        assert "Dieser Kasten hat einen Inhalt, der nicht zu ihm passt" in answer.text


async def test_what_cannot_come_back_as_one_is_not_taken_along_as_one(desk, monkeypatch):
    await added(desk, "page", title="Eins", body="<p>x</p>")
    await added(desk, "page", title="Zwei", body="<p>x</p>")
    page, package = f"/inhalte/{desk.folder}/mitnehmen", f"/inhalte/{desk.folder}/paket"
    for most, sentence in (
        (Limits(items=2), "Das sind mehr als 2 Einträge"),
        (Limits(lines=2048), "Das ist mehr, als sich auf einmal einspielen lässt"),
        (Limits(members=5), "Das ist mehr, als sich auf einmal einspielen lässt"),
    ):
        monkeypatch.setattr(limits, "LIMITS", most)
        shown = await desk.browser.get(page)
        assert sentence in shown.text
        assert f'href="{package}"' not in shown.text
        answer = await desk.browser.get(package)
        assert (answer.status_code, sentence in answer.text) == (413, True)
    monkeypatch.setattr(limits, "LIMITS", Limits(items=3))
    assert f'href="{package}"' in (await desk.browser.get(page)).text
    assert (await desk.put(await desk.take(desk.folder), step="pruefen")).status_code == 200


async def test_only_what_one_may_read_counts(world, desk, monkeypatch):
    await added(desk, "page", title="Entwurf", body="<p>x</p>")
    monkeypatch.setattr(limits, "LIMITS", Limits(items=1))
    assert "mehr als 1 Einträge" in (await desk.browser.get(f"/inhalte/{desk.folder}/mitnehmen")).text
    reader = await world.as_role("bgw", Role.DATA_PROTECTION_OFFICER)
    assert "mehr als 1 Einträge" not in (await reader.get(f"/inhalte/{desk.folder}/mitnehmen")).text
