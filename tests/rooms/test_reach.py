"""Who takes part reaches a room, while they do and while they are members. For everybody else it is not there."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from portal.spaces.queries import find_address
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.client import person
from tests.isolation.places import DENIED
from tests.rooms.house import BASE, CITY, MEMBER, OTHER, OUTSIDE, House
from tests.spaces.test_pages_sharing import add, root_of

PAGES = ("", "/inhalte", "/kalender", "/uebersicht", "/neues", "/schlagwoerter", "/protokoll")


async def planted(house) -> tuple[str, list[str]]:
    """A page in the room, and every address that could lead to it."""
    member = await house.cast.as_role(MEMBER, Role.REPRESENTATIVE)
    page = await add(member, await root_of(member, BASE), "page", title="Protokoll", body="<p>Winterfest vertagt</p>")
    assert (await member.post(f"/inhalte/{page}/zustand", {"schritt": "submit", "version": "1"})).status_code == 303
    office = await house.cast.as_role(CITY, Role.OFFICE)
    assert (await office.post(f"/inhalte/{page}/zustand", {"schritt": "publish", "version": "1"})).status_code == 303
    tabs = ("", "/bearbeiten", "/verlauf", "/freigabe", "/zugriff", "/loeschen", "/mitnehmen")
    return page, [*(BASE + each for each in PAGES), *(f"/inhalte/{page}{tab}" for tab in tabs)]


async def test_the_page_is_read_where_one_takes_part_and_nowhere_else(house, cast):
    page, addresses = await planted(house)
    for organisation in (MEMBER, OTHER, CITY):
        reader = await cast.as_role(organisation, Role.REPRESENTATIVE)
        for path in PAGES:
            assert (await reader.get(BASE + path)).status_code == 200, (organisation, path)
        assert "Winterfest" in (await reader.get(f"{BASE}/protokoll")).text
        assert f"{BASE}/protokoll" in (await reader.get("/suche?q=winterfest")).text
        assert "Protokoll" in (await reader.get("/suche/vorschlaege?q=Protok")).text
    unknown = await (await cast.as_role(OUTSIDE, Role.ADMINISTRATOR)).get("/gibt/es/nicht")
    for organisation, role in (
        (OUTSIDE, Role.REPRESENTATIVE), (OUTSIDE, Role.ADMINISTRATOR), ("caritas-duesseldorf", Role.CASEWORKER),
        ("jobcenter-duesseldorf", Role.OFFICE),
    ):  # fmt: skip
        stranger = await cast.as_role(organisation, role)
        for path in addresses:
            answer = await stranger.get(path)
            assert answer.status_code == 404, (organisation, path)
            assert answer.text.replace(answer.headers["X-Request-ID"], "").count("Protokoll") == unknown.text.count(
                "Protokoll"
            )
        for path in ("/suche?q=winterfest", "/suche/vorschlaege?q=Protok", "/", "/suche"):
            found = (await stranger.get(path)).text
            assert page not in found
            assert "bielefeld--kreis" not in found
        for noun, sent in (("fassungen", {"title": "x"}), ("kommentare", {"body": "x"}), ("zustand", {"schritt": "x"})):
            assert (await stranger.post(f"/inhalte/{page}/{noun}", sent)).status_code == 404, noun


async def test_a_participation_that_ends_ends_at_that_instant_and_keeps_its_row(house, cast):
    page, addresses = await planted(house)
    member = await cast.as_role(OTHER, Role.REPRESENTATIVE)
    assert (await member.get(f"{BASE}/protokoll")).status_code == 200
    await house.end(OTHER)
    for path in addresses:
        assert (await member.get(path)).status_code == 404, path
    assert (await member.post(f"/inhalte/{page}/kommentare", {"body": "x"})).status_code == 404
    rows = await house.rows(
        "SELECT ends_at FROM room_participation WHERE organisation_id = $1", cast.organisations[OTHER]
    )
    assert [row["ends_at"] is not None for row in rows] == [True]
    await house.let_in(OTHER)
    assert (await member.get(f"{BASE}/protokoll")).status_code == 200
    rows = await house.rows(
        "SELECT ends_at FROM room_participation WHERE organisation_id = $1", cast.organisations[OTHER]
    )
    assert len(rows) == 2


async def test_with_the_membership_the_room_is_lost_and_a_new_one_does_not_bring_it_back(house, cast):
    _, addresses = await planted(house)
    member = await cast.as_role(MEMBER, Role.REPRESENTATIVE)
    ids = (cast.organisations[MEMBER], cast.networks["bielefeld"])
    await house.rows(
        "UPDATE membership SET ends_at = now() + interval '1 hour' WHERE organisation_id = $1 AND network_id = $2", *ids
    )
    assert (await member.get(f"{BASE}/protokoll")).status_code == 200
    await cast.database.move_clock(timedelta(hours=1))
    for path in addresses:
        assert (await member.get(path)).status_code == 404, path
    await house.rows(
        "INSERT INTO membership (network_id, id, organisation_id, begins_at) "
        "VALUES ($2, gen_random_uuid(), $1, hilfenetz_now())",
        *ids,
    )
    assert (await member.get("/n/bielefeld/inhalte")).status_code == 200
    for path in addresses:
        assert (await member.get(path)).status_code == 404, path
    await house.let_in(MEMBER)
    assert (await member.get(f"{BASE}/protokoll")).status_code == 200


async def test_the_office_runs_a_room_it_does_not_take_part_in_and_reads_nothing_in_it(house, cast):
    """The office was handed on: whoever holds it now sees that there is a room and who takes part."""
    page, _ = await planted(house)
    await house.rows("UPDATE membership SET is_office = false WHERE network_id = $1", cast.networks["bielefeld"])
    await house.rows(
        "UPDATE membership SET is_office = true WHERE network_id = $1 AND organisation_id = $2",
        cast.networks["bielefeld"],
        cast.organisations[OUTSIDE],
    )
    who = cast.who(OUTSIDE, Role.REPRESENTATIVE)
    await house.rows(
        "INSERT INTO role_assignment SELECT $1, gen_random_uuid(), $2, 'office', 'test', now(), NULL",
        cast.organisations[OUTSIDE],
        person(who),
    )
    office, colleague = await cast.browser(who, OUTSIDE), await cast.as_role(OUTSIDE, Role.ADMINISTRATOR)
    assert "Ihre Organisation nimmt nicht teil" in (await office.get(BASE)).text
    assert (await colleague.get(BASE)).status_code == 404
    for path in (*PAGES[1:], "/protokoll"):
        assert (await office.get(BASE + path)).status_code == 404, path
    assert (await office.get(f"/inhalte/{page}")).status_code == 404
    assert page not in (await office.get("/suche?q=winterfest")).text
    sent = {"organisation": str(cast.organisations[OUTSIDE])}
    assert (await office.post(f"{BASE}/teilnahmen", sent)).status_code == 303
    assert (await office.get(f"{BASE}/protokoll")).status_code == 200


# Each as somebody of a member that does not take part, of one that does, and of the office of another network.
WRITES = (
    (
        "INSERT INTO room (id, network_id, slug, name, purpose, opened_by, opened_at) "
        "VALUES (gen_random_uuid(), {network}, 'meiner', 'Meiner', 'x', 'x', now())"
    ),
    "UPDATE room SET closed_at = now() WHERE id = {room}",
    (
        "INSERT INTO room_participation (room_id, id, organisation_id, begins_at) "
        "VALUES ({room}, gen_random_uuid(), {me}, now())"
    ),
    "UPDATE room_participation SET ends_at = now() WHERE room_id = {room}",
    "UPDATE room_participation SET ends_at = NULL WHERE room_id = {room}",
    "UPDATE room SET name = 'x' WHERE id = {room}",
    "UPDATE room_participation SET organisation_id = {me} WHERE room_id = {room}",
    "DELETE FROM room_participation WHERE room_id = {room}",
    "DELETE FROM room WHERE id = {room}",
    "INSERT INTO space (id, kind, room_id, title) VALUES ({room}, 'room', {room}, 'x')",
)


@pytest.mark.parametrize(
    ("organisation", "role"),
    [(OUTSIDE, Role.REPRESENTATIVE), (MEMBER, Role.REPRESENTATIVE), ("jobcenter-duesseldorf", Role.OFFICE)],
)
async def test_nobody_but_the_office_writes_rooms_whatever_the_portal_executes(house, cast, organisation, role):
    (room,) = await house.rows("SELECT id FROM room WHERE slug = 'kreis'")
    mine = {"network": cast.networks["bielefeld"], "room": room["id"], "me": cast.organisations[organisation]}
    for statement in WRITES:
        said = statement.format(**{name: f"'{value}'" for name, value in mine.items()})
        try:
            async with house.acting(role, organisation=organisation):
                done = await execute(f"{said} RETURNING 1")
        except DENIED:
            continue
        assert done == [], statement


@pytest.mark.parametrize("organisation", [OUTSIDE, "caritas-duesseldorf"])
async def test_no_row_of_a_room_is_read_by_whom_it_is_not_for(house, cast, organisation):
    await planted(house)
    (room,) = await house.rows("SELECT id FROM room WHERE slug = 'kreis'")
    for role in (Role.ADMINISTRATOR, Role.REPRESENTATIVE):
        who = person(cast.who(organisation, role)) if role else None
        async with scope(organisation_id=cast.organisations[organisation], person_id=who):
            for table, column in (
                ("room", "id"), ("room_participation", "room_id"), ("space", "id"), ("item", "space_id"),
                ("item_version", "space_id"), ("item_grant", "space_id"), ("item_tag", "space_id"),
            ):  # fmt: skip
                assert await execute(f"SELECT FROM {table} WHERE {column} = {{}}", room["id"]) == [], table
            (reach,) = await execute("SELECT reach_spaces() AS ids, closed_spaces() AS closed")
            assert room["id"] not in reach["ids"]
            assert reach["closed"] == []


async def test_the_office_lets_in_members_of_its_network_alone(house, cast):
    (room,) = await house.rows("SELECT id FROM room WHERE slug = 'kreis'")
    with pytest.raises(DENIED):
        async with house.acting(Role.OFFICE, organisation=CITY):
            await execute(
                "INSERT INTO room_participation (room_id, id, organisation_id, begins_at) VALUES ({}, {}, {}, now())",
                room["id"],
                uuid4(),
                cast.organisations["caritas-duesseldorf"],
            )


async def test_what_reach_was_kept_in_a_transaction_falls_when_rooms_change(house, cast):
    async with house.acting(Role.OFFICE, organisation=CITY) as (actor, _):
        assert await find_address(actor, house.space, "") is not None
        await execute("UPDATE room_participation SET ends_at = now() WHERE organisation_id = {}", actor.organisation_id)
        assert await find_address(actor, house.space, "") is None


async def test_one_organisation_has_one_place_in_a_room_at_a_time(house, cast):
    with pytest.raises(asyncpg.UniqueViolationError):
        await house.rows(
            "INSERT INTO room_participation SELECT room_id, gen_random_uuid(), organisation_id, now(), NULL "
            "FROM room_participation LIMIT 1"
        )


async def test_rooms_of_two_networks_may_have_one_name(house, cast):
    async with House(cast).acting(Role.OFFICE, organisation="jobcenter-duesseldorf") as (actor, opened):
        from portal.rooms import actions

        seat = next(seat for seat in actor.seats if seat.is_office)
        slug = await actions.open_room(
            actor=actor, now=opened.now, seat=seat, name="Kreis", purpose="Anderes", organisations=[]
        )
    assert slug == "kreis"
    there = await cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    assert (await there.get("/r/duesseldorf--kreis/inhalte")).status_code == 200
    assert (await there.get(f"{BASE}/inhalte")).status_code == 404
