"""Everything comes in pieces: however many there are of anything, none is held as a whole and none is left out."""

import json

import pytest

from portal.transfer import everything
from tenants.context import Role
from tests.spaces.tree import Tree

PAGED = {"menschen", "abstimmungen", "kommentare", "beobachtet", "gelesen"}


@pytest.fixture(scope="module")
async def busy(world, administrator):
    """Three of everything that there may be many of."""
    pages = await world.database.as_superuser(
        "SELECT i.id::text FROM item i JOIN space s ON s.id = i.space_id WHERE s.organisation_id = $1 AND i.type = "
        "ANY ('{page,link,news,folder}') AND i.bin_id IS NULL AND i.parent_id IS NOT NULL ORDER BY i.id LIMIT 3",
        world.organisations["bgw"],
    )
    assert len(pages) == 3
    for page in pages:
        place = f"/inhalte/{page['id']}"
        for path, sent in (("kommentare", {"body": "Ein Wort."}), ("beobachtung", {"folgen": "ja"})):
            assert (await administrator.post(f"{place}/{path}", sent)).status_code == 303
        await world.database.as_superuser(
            "INSERT INTO read_confirmation SELECT i.space_id, i.id, a.organisation_id, a.person_id, i.version, a.name, "
            "now() FROM item i, affiliation a WHERE i.id = $1::text::uuid AND a.organisation_id = $2",
            page["id"],
            world.organisations["bgw"],
        )


async def pieces(actor) -> dict[str, list[list[str]]]:
    """What every part that may be long brings, piece by piece."""
    wanted = [part for part in everything.parts() if part.name.removesuffix(".jsonl") in PAGED]
    assert len(wanted) == len(PAGED)
    return {part.name: [lines async for lines in part.rows(actor)] for part in wanted}


async def test_every_part_comes_in_pieces_and_whole(world, busy, monkeypatch):
    async with Tree(world).acting(Role.ADMINISTRATOR, organisation="bgw") as (actor, _):
        pass
    at_once = await pieces(actor)
    monkeypatch.setattr(everything, "BATCH", 2)
    for name, found in (await pieces(actor)).items():
        lines = [line for piece in found for line in piece]
        assert max(map(len, found), default=0) <= 2, name
        assert len(set(lines)) == len(lines), name
        assert lines == [line for piece in at_once[name] for line in piece], name
        assert len(lines) >= (1 if name == "abstimmungen.jsonl" else 3), name


async def test_each_page_is_asked_of_the_database_and_no_more(world, busy, monkeypatch):
    """What comes after a key, and how much: nothing is worked out for a page but the page."""
    asked = []
    execute = everything.execute

    async def noted(statement, *values):
        rows = await execute(statement, *values)
        asked.append((values, len(rows)))
        return rows

    async with Tree(world).acting(Role.ADMINISTRATOR, organisation="bgw") as (actor, _):
        pass
    monkeypatch.setattr(everything, "BATCH", 2)
    monkeypatch.setattr(everything, "execute", noted)
    for name in ("beobachtet.jsonl", "gelesen.jsonl"):
        asked.clear()
        (part,) = (part for part in everything.parts() if part.name == name)
        lines = [json.loads(line) async for piece in part.rows(actor) for line in piece]
        assert [values[-1] for values, _ in asked] == [2] * len(asked)
        assert {rows for _, rows in asked[:-2]} == {2}
        keys = [(line["item_id"], line["person_id"]) for line in lines]
        assert [tuple(map(str, values[:2])) for values, _ in asked[1:]] == [
            keys[min(at + 1, len(keys) - 1)] for at in range(0, len(keys), 2)
        ]


async def test_there_is_no_number_of_tasks_at_which_it_stops(world, monkeypatch):
    """Of networks too, in each of which they are found by themselves."""
    mine = world.organisations["bgw"]
    made = await world.database.as_superuser(
        "INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, writers, owner_organisation_id, "
        "owner_name, changed_by, created_at, changed_at) "
        "SELECT r.space_id, uuidv7(), r.id, r.path || ('auf' || n)::text, 'task', 'Aufgabe ' || n, 'open', 63, 16, $1, "
        "'', '', now(), now() "
        "FROM item r JOIN space s ON s.id = r.space_id, generate_series(1, 5) n WHERE r.parent_id IS NULL AND "
        "(s.organisation_id = $1 OR s.network_id = (SELECT id FROM network WHERE slug = 'bielefeld')) "
        "RETURNING id::text",
        mine,
    )
    assert len(made) == 10
    monkeypatch.setattr(everything, "BATCH", 3)
    async with Tree(world).acting(Role.ADMINISTRATOR, organisation="bgw") as (actor, _):
        pass
    part = next(part for part in everything.parts() if part.name == "aufgaben.jsonl")
    pieces_of_it = [lines async for lines in part.rows(actor)]
    found = [json.loads(line)["id"] for lines in pieces_of_it for line in lines]
    assert max(map(len, pieces_of_it)) == 3
    assert {row["id"] for row in made} <= set(found)
    assert len(found) == len(set(found))
