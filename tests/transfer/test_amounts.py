"""However much there is, only a part of it is read at once, and nobody's history is fetched for who may not see it."""

import io
import json
import zipfile

import pytest

from portal.transfer import queries
from tenants.context import Role
from tests.files.samples import PDF
from tests.files.shelf import Shelf

MANY = 250


def lines(content: bytes) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [json.loads(line) for line in package.read("inhalte.jsonl").splitlines()]


@pytest.fixture
def asked(monkeypatch):
    """Every statement about what goes into a package, with how many rows it brought."""
    found = []
    execute, find_blobs = queries.execute, queries.find_blobs

    async def noted(statement, *values):
        rows = await execute(statement, *values)
        found.append((statement, len(rows)))
        return rows

    async def noted_blobs(space_id, blob_ids):
        rows = await find_blobs(space_id, blob_ids)
        found.append(("blobs", len(rows)))
        return rows

    monkeypatch.setattr(queries, "execute", noted)
    monkeypatch.setattr(queries, "find_blobs", noted_blobs)
    return found


async def test_versions_are_read_a_page_at_a_time_and_all_of_them(world, desk, asked):
    answer = await desk.browser.post(
        f"/inhalte/{desk.folder}/eintraege?art=page", {"title": "Lang", "body": "<p>x</p>"}
    )
    assert answer.status_code == 303
    (page,) = await desk.items()
    await world.database.as_superuser(
        "INSERT INTO item_version (space_id, item_id, version, type, values, note, by_id, by_name, at) "
        "SELECT v.space_id, v.item_id, n, v.type, v.values, 'Nr. ' || n, v.by_id, v.by_name, v.at "
        "FROM item_version v, generate_series(2, $2::integer) n WHERE v.item_id = $1 AND v.version = 1",
        page["id"],
        MANY,
    )
    told = lines(await desk.take(desk.folder))
    assert [version["version"] for version in told[1]["versions"]] == [*range(1, MANY + 1)]
    assert told[1]["versions"][-1]["note"] == f"Nr. {MANY}"
    sizes = [rows for statement, rows in asked if "item_version" in statement]
    assert sum(sizes) == MANY + 1
    assert max(sizes) == queries.VERSIONS
    assert (await desk.put(await desk.take(desk.folder))).status_code == 303


async def test_nobody_reads_the_history_for_who_may_not_see_it(world, desk, asked):
    for title in ("Eins", "Zwei"):
        await desk.browser.post(f"/inhalte/{desk.folder}/eintraege?art=page", {"title": title, "body": "<p>x</p>"})
    await world.database.as_superuser(
        "UPDATE item SET state = 'published', readers = 63 WHERE path <@ (SELECT path FROM item WHERE id = "
        "$1::text::uuid) AND space_id = (SELECT space_id FROM item WHERE id = $1::text::uuid)",
        desk.folder,
    )
    reader = await world.as_role("bgw", Role.DATA_PROTECTION_OFFICER)
    answer = await reader.get(f"/inhalte/{desk.folder}/paket")
    told = lines(answer.content)
    assert len(told) == 3
    assert not any(line.keys() & {"versions", "steps", "grants", "inherits"} for line in told)
    assert not any(table in statement for statement, _ in asked for table in ("_version", "_transition", "item_grant"))


async def test_files_are_asked_for_together(world, desk, asked):
    shelf = Shelf(world.database, desk.browser, desk.folder, "")
    for number in range(3):
        await shelf.upload(f"Satzung {number}.pdf", PDF + b"\n" * number)
    asked.clear()
    told = lines(await desk.take(desk.folder))
    assert len({line["values"]["file"]["sha256"] for line in told[1:]}) == 3
    assert [rows for statement, rows in asked if statement == "blobs"] == [3, 1, 1, 1], "of the items, of each history"
