"""Of every table of content there is: nobody writes a row in a room of others, or in one that is closed."""

from uuid import uuid4

import pytest

from portal.rooms import actions as rooms
from portal.rooms.queries import access_room
from portal.spaces import actions
from portal.spaces.places import SpaceKey
from portal.spaces.queries import find_address
from tenants.context import Role
from tests.isolation.places import Place, me
from tests.isolation.test_space_writes import OF_NO_ITEM, changes_of, me_at, row_of, tables_of_content, what_it_did

CITY, WRITER = "stadt-bielefeld", "gfs"
# What stays in a closed room: what somebody says of themselves, and clearing away what they began.
STAYS = {
    "follower": ("INSERT", "UPDATE", "DELETE"), "read_confirmation": ("INSERT",), "item_lock": ("DELETE",),
    "item_draft": ("DELETE",), "upload": ("DELETE",),
}  # fmt: skip


async def found_room(cast, *organisations: str, writer: str) -> Place:
    """A room with a page that ``writer`` made in it."""
    made = Place(uuid4(), uuid4(), uuid4(), uuid4(), cast)
    async with made.as_(CITY, Role.OFFICE) as opened:
        actor = await me()
        chosen = [cast.organisations[each] for each in organisations]
        seat = actor.seats[0]
        await rooms.open_room(
            actor=actor, now=opened.now, seat=seat, name="Kreis", purpose="Absprachen", organisations=chosen
        )
    async with made.as_(writer, Role.REPRESENTATIVE) as opened:
        actor = await me()
        root = await find_address(actor, SpaceKey("room", cast.networks["bielefeld"], "kreis"), "")
        assert root is not None
        made.space_id = root.space.id
        made.page = await actions.add_item(
            actor=actor, now=opened.now, parent=root, kind="page", values={"title": "Protokoll"}
        )
    await cast.database.as_superuser(
        "INSERT INTO blob (space_id, id, folder, name, media_type, size, sha256, scan, by_name, at) "
        f"VALUES ('{made.space_id}', gen_random_uuid(), 'x', 'x', 'x/x', 1, repeat('a', 64), 'clean', 'x', now())"
    )
    return made


async def test_no_table_of_content_is_written_in_a_room_of_others(cast):
    place = await found_room(cast, "bgw", writer="bgw")
    wrong = []
    for table, columns in sorted((await tables_of_content(place)).items()):
        if table in OF_NO_ITEM:
            continue
        if any(column["inserts"] for column in columns):
            wrong += await what_it_did(place, row_of(table, columns, place.page, *me_at(place, WRITER)))
        await cast.database.as_superuser(row_of(table, columns, place.page, *me_at(place, "bgw")))
        wrong += await changes_of(place, table, columns, place.page)
    wrong += await what_it_did(place, f"UPDATE item SET title = 'x' WHERE id = '{place.page}'")
    assert wrong == [], "somebody who does not take part in this room did"


@pytest.mark.parametrize("is_closed", [True, False])
async def test_no_table_of_content_is_written_in_a_closed_room(cast, is_closed):
    """By whoever made the page and could until then; open it goes through, so that this finds something."""
    place = await found_room(cast, WRITER, writer=WRITER)
    if is_closed:
        async with place.as_(CITY, Role.OFFICE) as opened:
            actor = await me()
            room = await access_room(actor, "bielefeld--kreis")
            await rooms.close_room(actor=actor, now=opened.now, room=room)
    mine, done = me_at(place, WRITER), []
    for table, columns in sorted((await tables_of_content(place)).items()):
        if table in OF_NO_ITEM:
            continue
        if any(column["inserts"] for column in columns):
            done += await what_it_did(place, row_of(table, columns, place.page, *mine))
        await cast.database.as_superuser(f"{row_of(table, columns, place.page, *mine)} ON CONFLICT DO NOTHING")
        done += await changes_of(place, table, columns, place.page)
    done += await what_it_did(place, f"UPDATE item SET title = 'x' WHERE id = '{place.page}'")
    beyond = [statement for statement in done if not stays(statement)]
    assert beyond == [] if is_closed else len(beyond) > 10


def stays(statement: str) -> bool:
    command, table = statement.split(maxsplit=1)[0], next(word for word in statement.split() if word not in SYNTAX)
    return command in STAYS.get(table, ())


SYNTAX = {"INSERT", "INTO", "UPDATE", "DELETE", "FROM"}
