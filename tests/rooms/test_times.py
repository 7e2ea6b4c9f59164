"""Who took part from when to when is what the database saw, whatever somebody in the office writes."""

from datetime import timedelta
from uuid import uuid4

from tenants.context import Role
from tenants.database import execute
from tests.rooms.house import CITY, MEMBER, NETWORK, OUTSIDE

LONG_AGO = "'2020-01-01'::timestamptz"


async def test_the_office_writes_no_other_times_and_names_than_the_database_knows(house, cast):
    (room,) = await house.rows("SELECT id FROM room WHERE slug = 'kreis'")
    (before,) = await house.rows("SELECT hilfenetz_now() AS at")
    other = uuid4()
    async with house.acting(Role.OFFICE, organisation=CITY) as (actor, _):
        await execute(
            "INSERT INTO room (id, network_id, slug, name, purpose, opened_by, opened_at) "
            f"VALUES ({{}}, {{}}, 'anderer', 'Anderer', 'x', 'Jemand anderes', {LONG_AGO})",
            other,
            cast.networks[NETWORK],
        )
        await execute(
            "INSERT INTO room_participation (room_id, id, organisation_id, begins_at) "
            "VALUES ({}, {}, {}, (SELECT begins_at FROM membership WHERE organisation_id = {} LIMIT 1))",
            room["id"],
            uuid4(),
            cast.organisations[OUTSIDE],
            cast.organisations[OUTSIDE],
        )
        await execute(
            "UPDATE room_participation SET ends_at = begins_at WHERE organisation_id = {}", cast.organisations[MEMBER]
        )
        await execute("UPDATE room SET closed_at = opened_at WHERE id = {}", room["id"])
    (made,) = await house.rows("SELECT opened_by, opened_at FROM room WHERE id = $1", other)
    assert made["opened_by"] == actor.name
    assert made["opened_at"] >= before["at"]
    (shut,) = await house.rows("SELECT closed_at FROM room WHERE id = $1", room["id"])
    assert shut["closed_at"] >= before["at"]
    taken = {
        row["organisation_id"]: row
        for row in await house.rows("SELECT * FROM room_participation WHERE room_id = $1", room["id"])
    }
    assert taken[cast.organisations[OUTSIDE]]["begins_at"] >= before["at"]
    assert taken[cast.organisations[MEMBER]]["ends_at"] >= before["at"]


async def test_a_participation_was_over_with_its_membership_and_not_when_the_organisation_came_back(house, cast):
    ids = (cast.organisations[MEMBER], cast.networks[NETWORK])
    (ended,) = await house.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1 AND network_id = $2 "
        "RETURNING ends_at",
        *ids,
    )
    await cast.database.move_clock(timedelta(days=9))
    await house.rows(
        "INSERT INTO membership (network_id, id, organisation_id, begins_at) "
        "VALUES ($2, gen_random_uuid(), $1, hilfenetz_now())",
        *ids,
    )
    await house.let_in(MEMBER)
    first, second = await house.rows(
        "SELECT * FROM room_participation WHERE organisation_id = $1 ORDER BY begins_at", ids[0]
    )
    assert first["ends_at"] == ended["ends_at"]
    assert second["ends_at"] is None
    office = await cast.as_role(CITY, Role.OFFICE)
    assert "Früher dabei" in (await office.get("/r/bielefeld--kreis")).text
