"""The search offers the rooms one takes part in, and finds there; to everybody else it says nothing of them."""

import html
import re

from portal.search.queries import SearchQuery, search_items, suggest_items
from tenants.context import Role
from tests.home.test_kept import asked
from tests.home.test_pages import words
from tests.rooms.house import BASE, CITY, MEMBER, NETWORK, OTHER, OUTSIDE
from tests.spaces.test_pages_sharing import add, root_of

CLERK = Role.REPRESENTATIVE
HERE = "bereich=r/bielefeld--kreis"
DRIVER = re.compile(r"typeinfo_tree|'jit'")  # what it asks for itself
FOREIGN = "caritas-duesseldorf"


async def offered(browser) -> list[str]:
    """The rooms that stand under "Bereich"."""
    page = (await browser.get("/suche")).text
    labels = page.partition('id="suche-bereich"')[2].partition("</select>")[0]
    return re.findall(r">Raum „([^<]*)</option>", html.unescape(labels))


async def test_the_rooms_one_takes_part_in_are_offered_and_no_other(house, cast):
    await house.open("Arbeitskreis", MEMBER)
    (network,) = await house.rows("SELECT name FROM network WHERE slug = $1", NETWORK)
    group, circle = (f"{name}“ ({network['name']})" for name in ("Arbeitskreis", "Kreis"))
    member, other, office = [await cast.as_role(each, CLERK) for each in (MEMBER, OTHER, CITY)]
    for _ in range(3):  # the third is answered by what was kept of the second
        assert await offered(member) == [group, circle]
        assert await offered(other) == [circle]
    for outside in (OUTSIDE, FOREIGN):
        assert await offered(await cast.as_role(outside, Role.ADMINISTRATOR)) == []
    await house.end(OTHER)
    assert await offered(other) == []
    # Of an office that has passed on, and takes part no more: who works there still sees that the room is there.
    await cast.database.as_superuser(
        "UPDATE room_participation SET ends_at = hilfenetz_now() WHERE organisation_id = $1 AND room_id = "
        "(SELECT id FROM room WHERE slug = 'kreis')",
        cast.organisations[CITY],
    )
    assert await offered(office) == await offered(await cast.as_role(CITY, Role.OFFICE)) == [group]
    await house.let_in(OTHER)
    await house.shut()
    assert await offered(other) == [circle.replace(")", ", geschlossen)")]


async def test_what_is_found_in_a_room_says_so_and_leads_there(house, cast):
    member = await cast.as_role(MEMBER, CLERK)
    await add(member, await root_of(member, BASE), "page", title="Winterfest im Kreis")
    await add(member, await root_of(member, "/n/bielefeld"), "page", title="Winterfest für alle")
    root = await root_of(member, BASE)
    assert 'name="bereich" value="r/bielefeld--kreis"' in (await member.get(f"{BASE}/inhalte")).text
    for query in (f"q=winterfest&{HERE}", f"q=winterfest&unter={root}", f"art=page&{HERE}"):
        page = await member.get(f"/suche?{query}")
        assert f'href="{BASE}/winterfest-im-kreis"' in page.text, query
        assert f'href="{BASE}">Raum „Kreis“' in page.text
        assert "1 Treffer" in words(page)
        assert "Winterfest für alle" not in words(page)
    assert "Raum „Kreis“" in (await member.get("/suche/vorschlaege?q=winter")).text


async def test_nobody_else_learns_of_it_by_any_search(house, cast):
    page = await house.page("Winterfest", space=house.space, by=Role.OFFICE, organisation=CITY)
    room_id = (await house.rows("SELECT id FROM room"))[0]["id"]
    queries = [SearchQuery(text, spaces=spaces) for text in ("Winterfest", "Winterfes*") for spaces in ((), (room_id,))]
    queries += [
        SearchQuery(types=("page",), spaces=(room_id,)),
        SearchQuery(below=page),
        SearchQuery(spaces=(room_id,)),
    ]
    for who, finds in ((MEMBER, True), (OUTSIDE, False), (FOREIGN, False)):
        async with house.acting(CLERK, organisation=who) as (actor, _):
            results = [await search_items(actor, query) for query in queries]
            suggested = await suggest_items(actor, "Winterfes")
            titles = {hit.entry.title for result in results for hit in result.hits} | {each.title for each in suggested}
            assert ("Winterfest" in titles) is finds, who
            assert finds or [result.found for result in results] == [0] * len(queries)
    for who in (OUTSIDE, FOREIGN):
        stranger = await cast.as_role(who, CLERK)
        unknown = await stranger.get("/suche?q=winterfest&bereich=r/bielefeld--gibt-es-nicht")
        known = await stranger.get(f"/suche?q=winterfest&{HERE}")
        assert (known.status_code, "Winterfest" in words(known)) == (422, False)
        assert words(known) == words(unknown).replace("gibt-es-nicht", "kreis")


async def test_a_search_of_a_room_costs_at_most_six_statements(house, cast):
    member = await cast.as_role(MEMBER, CLERK)
    await add(member, await root_of(member, BASE), "page", title="Winterfest im Kreis")
    misspelt = f"/suche?q=wintrefest&{HERE}"
    for path, costs in (
        (f"/suche?q=winterfest&{HERE}", 4),
        (misspelt, 6),
        (f"/suche?art=page&{HERE}", 4),
        ("/suche", 3),
    ):
        await member.get(path)
        seen = [sql for sql, _ in await asked(member, path) if not DRIVER.search(sql)]
        assert len(seen) == costs, (path, seen)
