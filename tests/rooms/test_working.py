"""What is done with content is done in rooms as well, and concerns those who take part alone."""

import html
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest

from portal.spaces import actions, actions_tree
from portal.spaces.actions_telling import concerned
from portal.spaces.queries import access_item
from portal.spaces.queries_sharing import load_sharing
from portal.tasks.queries import choices
from portal.transfer.everything import parts
from tenants.context import Role
from tests.home.test_pages import statements, words
from tests.reading.library import Library
from tests.rooms.house import BASE, CITY, MEMBER, OTHER, OUTSIDE, House
from tests.spaces.test_pages_sharing import add, give, root_of

CLERK = Role.REPRESENTATIVE
FOLLOW_UPS = "SELECT DISTINCT event, organisation_id, network_id FROM outbox WHERE created_at >= $1"


async def test_of_what_happens_only_those_are_told_who_take_part(house, cast):
    (before,) = await house.rows("SELECT hilfenetz_now() AS at")
    taking_part = {cast.organisations[each] for each in (CITY, MEMBER, OTHER)}
    page = await house.page(space=house.space, by=CLERK, organisation=MEMBER, state="submit")
    await house.settle()
    assert await house.told("review_wanted") == {await house.name(Role.OFFICE, organisation=CITY)}
    async with house.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        item = await access_item(actor, page)
        await actions.change_state(actor=actor, now=opened.now, item=item, transition="publish")
    await house.follow(page, by=CLERK, organisation=OTHER)
    await house.say(page, "Was meint ihr?", by=CLERK, organisation=MEMBER)
    await house.task(
        "Raum lüften", to=f"organisation:{cast.organisations[OTHER]}", space=house.space, by=CLERK, organisation=MEMBER
    )
    await house.settle()
    async with house.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        await actions_tree.bin_item(actor=actor, now=opened.now, item=await access_item(actor, page))
    await house.settle()
    sent = await house.rows(FOLLOW_UPS, before["at"])
    assert {row["organisation_id"] for row in sent if row["event"] == "BinFilled"} == taking_part
    assert {row["organisation_id"] for row in sent} - {None} <= taking_part
    assert {row["network_id"] for row in sent} <= {None, cast.networks["bielefeld"]}
    told = await house.rows("SELECT DISTINCT organisation_id FROM notice WHERE created_at >= $1", before["at"])
    assert {row["organisation_id"] for row in told} <= taking_part
    assert cast.organisations[OTHER] in {row["organisation_id"] for row in told}


async def test_whom_something_can_be_given_to_takes_part(house, cast):
    async with house.acting(CLERK, organisation=MEMBER) as (actor, _):
        root = await house.root(actor)
        taking_part = {cast.organisations[each] for each in (CITY, MEMBER, OTHER)}
        assert {member.id for member in (await load_sharing(root)).members} == taking_part
        assert set(await concerned(root)) == taking_part
        offered = {value for value, _ in await choices(actor, root)}
        assert f"organisation:{cast.organisations[OTHER]}" in offered
        assert f"organisation:{cast.organisations[OUTSIDE]}" not in offered
    member = await cast.as_role(MEMBER, CLERK)
    folder = await add(member, await root_of(member, BASE), "folder", title="Entwürfe")
    assert (await give(member, folder, f"organisation:{cast.organisations[OTHER]}", 4)).status_code == 303
    assert (await give(member, folder, f"organisation:{cast.organisations[OUTSIDE]}", 4)).status_code == 422


async def test_a_page_of_a_room_costs_at_most_six_statements(house, cast):
    member = await cast.as_role(MEMBER, CLERK)
    page = await add(member, await root_of(member, BASE), "page", title="Protokoll")
    paths = (BASE, f"{BASE}/inhalte", f"{BASE}/protokoll", f"{BASE}/kalender", f"{BASE}/neues", "/n/bielefeld/raeume")
    for path in (*paths, "/suche?q=protokoll", f"/inhalte/{page}/verlauf"):
        assert await statements(member, path) <= 6, path


async def test_a_tag_of_a_room_leads_to_what_has_it_there(house, cast):
    member = await cast.as_role(MEMBER, CLERK)
    await add(member, await root_of(member, BASE), "page", title="Winterfest im Kreis", tags="Feste")
    await add(member, await root_of(member, "/n/bielefeld"), "page", title="Winterfest für alle", tags="Feste")
    (link,) = re.findall(r'href="(/suche\?schlagwort=[^"]+)"', (await member.get(f"{BASE}/schlagwoerter")).text)
    found = await member.get(html.unescape(link))
    assert found.status_code == 200
    assert "Winterfest im Kreis" in words(found)
    assert "Winterfest für alle" not in words(found)


CHANGES = (
    ("/fassungen", {"title": "x", "version": "1"}), ("/zustand", {"schritt": "retract"}),
    ("/kommentare", {"body": "x"}),
    ("/loeschung", {}), ("/freigaben", {"who": "everyone", "access": "1"}), ("/vererbung", {"inherits": "nein"}),
)  # fmt: skip


async def test_a_closed_room_is_read_and_changes_no_more(house, cast):
    page = await house.page("Protokoll", space=house.space, by=Role.OFFICE, organisation=CITY)
    waiting = await house.page("Entwurf", space=house.space, by=CLERK, organisation=MEMBER, state="submit")
    await house.task(
        "Raum lüften", to=f"organisation:{cast.organisations[MEMBER]}", space=house.space, by=CLERK, organisation=MEMBER
    )
    member, office = await cast.as_role(MEMBER, CLERK), await cast.as_role(CITY, Role.OFFICE)
    assert "Raum lüften" in words(await member.get("/"))
    root, reviews = await root_of(member, BASE), await in_review(office)
    await house.shut()
    for reader in (member, office):
        told = words(await reader.get(f"{BASE}/protokoll"))
        assert "Dieser Raum ist geschlossen" in told
        assert "Bearbeiten" not in told
        assert "Kommentieren" not in told
        assert "eobachten" not in told, "nothing will happen any more"
        assert "Hinzufügen" not in words(await reader.get(f"{BASE}/inhalte"))
        assert "Protokoll" in words(await reader.get("/suche?q=protokoll"))
        was = await everything(house)
        for item in (page, waiting, root):
            for noun, sent in CHANGES:
                assert (await reader.post(f"/inhalte/{item}{noun}", sent)).status_code in (403, 404, 409), noun
        assert (await reader.post(f"/inhalte/{root}/eintraege?art=page", {"title": "x"})).status_code == 403
        assert await everything(house) == was
    assert "Raum lüften" not in words(await member.get("/"))  # nobody could do it any more
    assert "Entwurf" not in words(await office.get("/zur-pruefung"))
    assert await in_review(office) == reviews - 1


async def test_who_has_read_is_still_seen_in_a_closed_room_and_nobody_is_asked_any_more(cast):
    house = type("Shelf", (House, Library), {})(cast)
    await house.open()
    read, unasked = [
        await house.page(title, space=house.space, by=Role.OFFICE, organisation=CITY)
        for title in ("Protokoll", "Liste")
    ]
    await house.demand(read, by=Role.OFFICE, organisation=CITY)
    await house.confirm(read, by=CLERK, organisation=MEMBER)
    office, pages = (
        await cast.as_role(CITY, Role.OFFICE),
        [f"/inhalte/{each}/lesebestaetigung" for each in (read, unasked)],
    )
    assert {"Erinnern", "Frist speichern"} <= {
        *re.findall("Erinnern|Frist speichern", (await office.get(pages[0])).text)
    }
    await house.shut()
    told = await office.get(pages[0])
    assert "Andere Mitglieder" in told.text
    assert not re.findall("Erinnern|Frist speichern|Niemand muss", told.text)
    assert (await office.get(pages[1])).status_code == 409
    assert 'id="einspielen"' not in (await office.get(f"/inhalte/{await root_of(office, BASE)}/mitnehmen")).text


async def test_a_closed_room_is_taken_along_as_it_was_with_its_history(house, cast):
    page = await house.page("Protokoll", space=house.space, by=Role.OFFICE, organisation=CITY)
    await house.say(page, "Einverstanden", by=CLERK, organisation=MEMBER)
    office = await cast.as_role(CITY, Role.OFFICE)
    root = await root_of(office, BASE)
    open_one = lines_of(await office.get(f"/inhalte/{root}/paket"))
    await house.shut()
    assert lines_of(await office.get(f"/inhalte/{root}/paket")) == open_one
    assert any(line.get("versions") or line.get("steps") for line in open_one)


async def test_who_takes_everything_away_has_the_rooms_they_take_part_in(house, cast):
    (part,) = [part for part in parts() if part.name == "organisation.jsonl"]
    for organisation, slugs in ((MEMBER, ["kreis"]), (OUTSIDE, [])):
        async with house.acting(Role.ADMINISTRATOR, organisation=organisation) as (actor, _):
            pass
        (line,) = [json.loads(line) async for batch in part.rows(actor) for line in batch]
        assert [room["slug"] for room in line["rooms"]] == slugs
        assert all(room["begins_at"] and not room["ends_at"] for room in line["rooms"])


def lines_of(answer) -> list[dict]:
    """The items of a package."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        (name,) = [name for name in package.namelist() if name.endswith(".jsonl")]
        return [json.loads(line) for line in package.read(name).decode().splitlines()]


async def in_review(browser) -> int:
    """What the navigation says waits for a review."""
    found = re.search(r'/zur-pruefung">[^<]*<span class="count">(\d+)', (await browser.get("/")).text)
    return int(found[1]) if found else 0


async def everything(house) -> list:
    """All rows of the room's content."""
    return [
        await house.rows(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t")
        for table in ("item", "item_version", "item_transition", "item_grant", "item_bin", "comment")
    ]


async def test_what_was_due_in_a_closed_room_does_not_happen(house, cast):
    page = await house.page("Protokoll", space=house.space, by=Role.OFFICE, organisation=CITY, state="")
    async with house.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        item = await access_item(actor, page)
        at = opened.now + timedelta(hours=1)
        await actions.schedule_item(actor=actor, now=opened.now, item=item, publish_at=at, expires_at=None)
    await house.shut()
    await cast.database.move_clock(timedelta(hours=2))
    await house.settle()
    assert [row["state"] for row in await house.rows("SELECT state FROM item WHERE id = $1", page)] == ["private"]


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.ADMINISTRATOR])
async def test_what_is_said_in_a_room_names_who_said_it_to_the_others(house, cast, role):
    page = await house.page("Protokoll", space=house.space, by=Role.OFFICE, organisation=CITY)
    await house.say(page, "Einverstanden", by=CLERK, organisation=MEMBER)
    other = words(await (await cast.as_role(OTHER, role)).get(f"{BASE}/protokoll"))
    assert await house.name(CLERK, organisation=MEMBER) in other


async def test_what_is_kept_between_requests_is_never_another_spaces_and_ends_with_the_room(house, cast):
    """The same address in the room and in the network's space, asked for again and again by one browser."""
    member, office = await cast.as_role(MEMBER, CLERK), await cast.as_role(CITY, Role.OFFICE)
    await add(member, await root_of(member, BASE), "folder", title="Ablage", summary="Im Raum")
    await add(member, await root_of(member, "/n/bielefeld"), "folder", title="Ablage", summary="Für alle")
    for _ in range(3):
        assert "Im Raum" in words(await member.get(f"{BASE}/ablage"))
        assert "Für alle" in words(await member.get("/n/bielefeld/ablage"))
    await house.shut()
    assert "Dieser Raum ist geschlossen" in words(await member.get(f"{BASE}/ablage"))
    assert "Dieser Raum ist geschlossen" in words(await office.get(f"{BASE}/ablage"))
    await house.end(MEMBER)
    assert (await member.get(f"{BASE}/ablage")).status_code == 404
    assert (await member.get("/n/bielefeld/ablage")).status_code == 200
