"""Whoever leaves a room gets nothing of it any more by any way out of the portal, even what they put there themselves.
Whoever never took part does not either."""

import json
from uuid import UUID

import pytest

from portal.rooms import actions as rooms
from portal.rooms.queries import access_room
from portal.shell.security import CSRF_COOKIE
from portal.spaces import actions, actions_sharing, actions_tree
from portal.spaces.queries import access_item
from portal.spaces.rules import Access
from portal.transfer.everything import parts
from tenants.context import Role
from tenants.scope import current_scope
from tests.client import person
from tests.files.samples import PDF
from tests.files.shelf import Shelf
from tests.files.working import work_off
from tests.isolation.planting import as_person
from tests.isolation.test_ways_out import is_told

CITY, MAKER = "stadt-bielefeld", ("bgw", Role.REPRESENTATIVE)
ROOM, BASE = "bielefeld--kreis", "/r/bielefeld--kreis"
LISTS = (
    "/", "/suche", "/suche?q=geheime", "/suche?q=kunde", "/suche?schlagwort=Stilles", "/suche?q=stillen",
    "/suche/vorschlaege?q=Geheim", "/suche/vorschlaege?q=Leise", "/aufgaben", "/beobachtet", "/zur-pruefung",
    "/konto/abos", "/n/bielefeld", "/n/bielefeld/inhalte", "/n/bielefeld/kalender", "/n/bielefeld/raeume",
    "/n/bielefeld/neues", "/n/bielefeld/uebersicht", "/n/bielefeld/schlagwoerter", "/n/bielefeld/verzeichnis",
)  # fmt: skip
WORDS = ("Geheime Satzung", "geheime-satzung", "Koordinierung im Stillen", "Leise Kunde", "bielefeld--kreis", "Stilles")
pytestmark = pytest.mark.usefixtures("own_storage")


@pytest.fixture
async def ways(cast) -> dict[str, str]:
    """Addresses of what ``bgw`` put into a room; each opens for who made it."""
    async with as_person(cast, cast.who(CITY, Role.OFFICE), CITY) as office:
        chosen = [cast.organisations[each] for each in (MAKER[0], "diakonie-bielefeld")]
        await rooms.open_room(
            actor=office, now=current_scope().now, seat=office.seats[0], name="Kreis", purpose="Absprachen",
            organisations=chosen,
        )  # fmt: skip
    maker = await cast.as_role(*MAKER)
    root = await Shelf.at(cast, maker, f"{BASE}/inhalte")
    async with as_person(cast, cast.who(*MAKER), MAKER[0]) as actor:
        now, top = current_scope().now, await access_item(actor, UUID(root.id))
        made = await actions.add_item(actor=actor, now=now, parent=top, kind="folder", values={"title": "Unter uns"})
        for kind, title in (("event", "Koordinierung im Stillen"), ("news", "Leise Kunde")):
            begins = {"begins_at": "2026-12-04T14:30:00+01:00"} if kind == "event" else {}
            values = {"title": title, "tags": ["Stilles"], **begins}
            await actions.add_item(
                actor=actor, now=now, parent=await access_item(actor, made), kind=kind, values=values
            )
        folder = await access_item(actor, made)
        # Given to a person, and to a group of an organisation that takes no part: neither opens a room.
        mine = f"person:{person(cast.who(*MAKER))}@{cast.organisations[MAKER[0]]}"
        for access in (Access.MANAGER, Access.REVIEWER):
            await actions_sharing.grant(actor=actor, now=now, item=folder, principal=mine, access=access)
    await cast.database.as_superuser(
        "INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, granted_at) "
        "SELECT i.space_id, i.id, g.principal, 16, '', 'x', now() FROM item i, unnest($2::text[]) AS g (principal) "
        "WHERE i.id = $1",
        made,
        [f"organisation:{cast.organisations['gfs']}", f"group:director@{cast.organisations['gfs']}"],
    )
    shelf = Shelf(cast.database, maker, str(made), f"{BASE}/unter-uns")
    kept, thrown = [await shelf.upload(name, PDF) for name in ("Geheime Satzung.pdf", "Verworfenes.pdf")]
    assert await work_off(cast.database) == []
    begun = (await shelf.begin("Halbes.pdf", len(PDF))).json()["address"]
    async with as_person(cast, cast.who(*MAKER), MAKER[0]) as actor:
        now = current_scope().now
        for row in await cast.database.as_superuser(
            "SELECT id FROM item WHERE type IN ('event', 'news') AND parent_id = $1", made
        ):
            item = await access_item(actor, row["id"])
            await actions.change_state(actor=actor, now=now, item=item, transition="publish")
        item = await access_item(actor, UUID(kept))
        old = item.url
        await actions_tree.move_item(
            actor=actor, now=now, item=item, folder=await access_item(actor, made), slug="geheime-satzung-neu"
        )
        await actions_tree.bin_item(actor=actor, now=now, item=await access_item(actor, UUID(thrown)))
    found = {
        "room": BASE,
        "front page": f"{BASE}/inhalte",
        "file": f"/inhalte/{kept}/datei",
        "version": f"/inhalte/{kept}/datei?fassung=1",
        "preview": f"/inhalte/{kept}/vorschau/1",
        "history": f"/inhalte/{kept}/verlauf",
        "sharing": f"/inhalte/{made}/freigabe",
        "upload": begun,
        "package": f"/inhalte/{made}/paket",
        "old address": old,
        "out of the bin": f"/inhalte/{thrown}/zurueckholen",
    }
    for kind in ("kalender", "nachrichten"):
        await maker.post(f"/konto/abos/{kind}")
        page = await maker.get("/konto/abos")
        found[kind] = "/abo/" + page.text.split("https://hilfenetz.test/abo/")[1].split('"')[0]
    for name, path in found.items():
        answer = await maker.get(path)
        assert answer.status_code in ((303,) if name == "old address" else (200, 204)), (name, answer.status_code)
    for path in ("kalender", "nachrichten"):
        assert is_told(await maker.get(found[path])), path
    assert "geheime-satzung" in (await maker.get("/suche?q=geheime")).text
    return found


ENDS = {
    "participation": ("UPDATE room_participation SET ends_at = hilfenetz_now() WHERE organisation_id = $1 RETURNING 1"),
    "membership": (
        "UPDATE membership SET ends_at = hilfenetz_now(), is_office = false WHERE organisation_id = $1 RETURNING 1"
    ),
}


@pytest.mark.parametrize("what", ENDS)
async def test_who_is_out_gets_nothing_any_more(cast, ways, what):
    """Asked by the same browsers, with what processes and browsers keep of the answers before."""
    maker, other = await cast.as_role(*MAKER), await cast.as_role(MAKER[0], Role.ADMINISTRATOR)
    tags = {}
    for browser in (maker, other):
        for path in ways.values():
            answer = await browser.get(path)
            if tag := answer.headers.get("etag"):
                tags[path] = tag
    if what == "participation":
        async with as_person(cast, cast.who(CITY, Role.OFFICE), CITY) as office:
            room = await access_room(office, ROOM)
            await rooms.end_participation(
                actor=office, now=current_scope().now, room=room, organisation_id=cast.organisations[MAKER[0]]
            )
    else:
        assert await cast.database.as_superuser(ENDS[what], cast.organisations[MAKER[0]])
    for browser in (maker, other):
        await nothing_comes_out(browser, ways, feeds=browser is maker, lists=what == "participation")
    for path, tag in tags.items():
        answer = await maker.http.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == (200 if path.startswith("/abo/") else 404), path
    await nothing_is_taken_away(cast)


async def test_nothing_comes_out_for_who_never_took_part(cast, ways):
    """Whatever was given there to their organisation or to one of its groups."""
    for organisation, role in (("gfs", Role.DIRECTOR), ("bethel-regional", Role.ADMINISTRATOR), ("skm", Role.LEAD)):
        browser = await cast.as_role(organisation, role)
        await nothing_comes_out(browser, ways, feeds=False, lists=organisation != "skm")


async def test_who_works_for_two_members_reads_it_for_the_one_that_takes_part(cast, ways):
    """Switching in the same browser, there and back."""
    both = await cast.browser("oskar.thiel", "diakonie-bielefeld")
    for _ in range(2):
        assert "Kreis" in (await both.get(BASE)).text
        assert (await both.get(f"{BASE}/inhalte")).status_code == 200
        assert (await both.post("/organisationswechsel", {"organisation": "trockendock"})).status_code == 303
        both.http.cookies.delete(CSRF_COOKIE)
        await nothing_comes_out(both, ways, feeds=False)
        assert (await both.post("/organisationswechsel", {"organisation": "diakonie-bielefeld"})).status_code == 303
        both.http.cookies.delete(CSRF_COOKIE)


async def nothing_comes_out(browser, ways: dict[str, str], *, feeds: bool, lists: bool = True) -> None:
    for name, path in ways.items():
        if path.startswith("/abo/"):
            if feeds:
                assert not said(await browser.get(path)), name
            continue
        answer = await browser.get(path)
        assert answer.status_code == 404, f"{name}: {answer.status_code}"
        assert not said(answer, path), f"{name}: {path}"
    for path in LISTS if lists else ():
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert not said(answer, path), path


def said(answer, asked: str = "") -> list[str]:
    """What of the room comes along that the asker did not say themselves."""
    told = answer.text + str(answer.headers)
    return [word for word in WORDS if word in told and word not in asked]


async def nothing_is_taken_away(cast) -> None:
    """With everything its administrator may take away of the organisation."""
    who = cast.who(MAKER[0], Role.ADMINISTRATOR)
    async with as_person(cast, who, MAKER[0]) as actor:
        pass
    for part in parts():
        if part.name == "mitteilungen.jsonl":  # what somebody was told they were told
            continue
        lines = [line async for batch in part.rows(actor) for line in batch]
        for line in lines:
            assert not [word for word in WORDS if word in json.dumps(json.loads(line), ensure_ascii=False)], part.name
