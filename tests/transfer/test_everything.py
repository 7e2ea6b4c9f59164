"""An organisation takes away all that is its own and nothing that is not, and only its administrator does so."""

import io
import json
import zipfile
from base64 import b64decode
from hashlib import sha256
from itertools import pairwise

import pytest

from portal.audit.rules import BEGINNING
from portal.kit.errors import NotFound
from portal.transfer.everything import _COVERED, LEFT_OUT, further_tables, parts
from portal.transfer.sending_everything import send_everything
from tenants.context import Role
from tenants.database import execute
from tenants.policies import PROTECTED
from tests.isolation.hiding import forbidden_words
from tests.isolation.planting import as_person, plant_all, words_of
from tests.isolation.secrets import Secrets
from tests.spaces.tree import Tree

NOBODY = "00000000-0000-0000-0000-000000000000"
PAGE, ARCHIVE = "/verwaltung/mitnahme", "/verwaltung/mitnahme/archiv"


def unpacked(content: bytes) -> dict[str, bytes]:
    """Every file in it; those of a ZIP file in it under its name."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            held = package.read(name)
            inner = unpacked(held).items() if name.endswith(".zip") else [("", held)]
            found |= {f"{name}/{within}".rstrip("/"): part for within, part in inner}
    return found


def rows(files: dict[str, bytes], name: str) -> list[dict]:
    return [json.loads(line) for line in files[name].splitlines()]


async def take(browser) -> dict[str, bytes]:
    answer = await browser.post(ARCHIVE, {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/zip")
    assert "no-store" in answer.headers["cache-control"]
    return unpacked(answer.content)


@pytest.fixture(scope="module")
async def garden(world):
    return await plant_all(world)


async def tell(world, organisation: str) -> None:
    """A notice for everybody who works there, with a mail, in words nobody else uses."""
    await world.database.as_superuser(
        "WITH told AS (INSERT INTO notice SELECT $1, uuidv7(), 'mentioned', uuidv7(), '/x', "
        "jsonb_build_object('title', 'geheim-' || md5(random()::text)), 'k:' || random(), now() RETURNING *), "
        "kept AS (INSERT INTO inbox_entry SELECT t.organisation_id, t.id, a.person_id FROM told t JOIN affiliation a "
        "USING (organisation_id) RETURNING *) "
        "INSERT INTO delivery (organisation_id, id, notice_id, person_id, channel, created_at) "
        "SELECT organisation_id, uuidv7(), notice_id, person_id, 'mail', now() FROM kept",
        world.organisations[organisation],
    )


@pytest.fixture(scope="module")
async def taken(world, garden, administrator):
    """What the administrator of one organisation takes."""
    for organisation in ("bgw", "gfs", "skm", "diakonie-duesseldorf"):
        await tell(world, organisation)
    item = next(plant for plant in garden.plants if plant.base == "/o/bgw" and plant.kind == "page")
    for path, sent in (("kommentare", {"body": "Ein eigenes Wort."}), ("beobachtung", {"folgen": "ja"})):
        assert (await administrator.post(f"/inhalte/{item.id}/{path}", sent)).status_code == 303
    await world.database.as_superuser(
        "INSERT INTO read_confirmation SELECT i.space_id, i.id, a.organisation_id, a.person_id, i.version, a.name, "
        "now() FROM item i, affiliation a WHERE i.id = $1 AND a.organisation_id = $2",
        item.id,
        world.organisations["bgw"],
    )
    for recipient in ("bgw", "skm"):
        await enclose(world, recipient)
    return await take(administrator)


async def enclose(world, recipient: str) -> None:
    """Something is enclosed with a letter that nobody but this organisation received."""
    await world.database.as_superuser(
        "INSERT INTO formal_attachment (network_id, notice_id, number, name, size, sha256, content) "
        "SELECT r.network_id, r.notice_id, 1, 'Anlage.pdf', length(f), encode(sha256(f), 'hex'), f "
        "FROM formal_receipt r, "
        "convert_to(repeat(chr(37) || 'PDF-1.7 ', 9) || repeat('x', 19), 'UTF8') f "
        "WHERE r.organisation_id = $1 ORDER BY r.notice_id LIMIT 1",
        world.organisations[recipient],
    )


async def test_all_that_is_its_own_is_in_it(world, garden, taken):
    mine = world.organisations["bgw"]

    async def count(sql: str) -> int:
        return (await world.database.as_superuser(f"SELECT count(*) AS n FROM {sql}", mine))[0]["n"]

    assert len(rows(taken, "menschen.jsonl")) == await count("affiliation WHERE organisation_id = $1") > 0
    assert len(rows(taken, "mitteilungen.jsonl")) == await count("notice WHERE organisation_id = $1") > 0
    assert len(rows(taken, "zustellungen.jsonl")) == await count("delivery WHERE organisation_id = $1") > 0
    assert len(rows(taken, "beobachtet.jsonl")) == await count("follower WHERE organisation_id = $1") > 0
    assert len(rows(taken, "gelesen.jsonl")) == await count("read_confirmation WHERE organisation_id = $1") > 0
    assert len(rows(taken, "abstimmungen.jsonl")) == await count("voter WHERE organisation_id = $1") > 0
    ballots = [ballot for vote in rows(taken, "abstimmungen.jsonl") for ballot in vote["own_ballots"]]
    assert len(ballots) == await count("ballot WHERE organisation_id = $1") > 0
    assert any(vote["result"] for vote in rows(taken, "abstimmungen.jsonl"))
    letters = rows(taken, "foermliche-mitteilungen.jsonl")
    assert len(letters) == await count("formal_receipt WHERE organisation_id = $1") > 0
    assert all(letter["own_receipt"]["received_at"] for letter in letters)
    (enclosed,) = rows(taken, "anlagen.jsonl")
    assert enclosed["notice_id"] in {letter["id"] for letter in letters}
    assert sha256(b64decode(enclosed["base64"])).hexdigest() == enclosed["sha256"]
    told = [person for notice in rows(taken, "mitteilungen.jsonl") for person in notice["told"]]
    assert len(told) == await count("inbox_entry WHERE organisation_id = $1") > 0
    assert "Ein eigenes Wort." in [comment["body"] for comment in rows(taken, "kommentare.jsonl")]
    content = rows(taken, "inhalte.zip/inhalte.jsonl")
    assert len(content) == await count("item i JOIN space s ON s.id = i.space_id "
                                       "WHERE s.organisation_id = $1 AND i.bin_id IS NULL")  # fmt: skip
    planted = words_of(plant for plant in garden.plants if plant.base == "/o/bgw" and not plant.is_binned)
    held = taken["inhalte.zip/inhalte.jsonl"].decode()
    assert all(word in held for word in planted if word.startswith("titel"))
    tasks = {task["id"] for task in rows(taken, "aufgaben.jsonl")}
    assert {line["id"] for line in content if line["type"] == "task"} <= tasks


async def test_the_trail_in_it_is_an_unbroken_chain_that_names_the_taking(taken):
    entries = rows(taken, "protokoll.jsonl")
    assert entries[0]["previous_hash"] == BEGINNING
    assert all(after["previous_hash"] == entry["hash"] for entry, after in pairwise(entries))
    (organisation,) = rows(taken, "organisation.jsonl")
    assert organisation["slug"] == "bgw"
    assert [membership["network"] for membership in organisation["memberships"]] == ["bielefeld"]
    actions = [entry["action"] for entry in entries]
    assert "organisation:taken" in actions
    assert "item:exported" in actions


async def test_a_readme_says_what_is_in_it(taken):
    told = taken["README.txt"].decode()
    for name in taken.keys() - {"README.txt"}:
        assert name.partition("/")[0] in told or name in told, name
    assert "Bielefelder Wohnungsbaugesellschaft" in told
    assert "bis 5000 Einträge und 512 MB" in " ".join(told.split()), "more of it is not taken back at once"
    assert all(table in told for table in LEFT_OUT)


@pytest.mark.parametrize("organisation", ["bgw", "skm"])
async def test_nothing_of_anybody_else_is_in_it(world, garden, taken, organisation):
    name = world.who(organisation, Role.ADMINISTRATOR)
    files = taken if organisation == "bgw" else await take(await world.browser(name, organisation))
    hidden = await garden.hidden_from(world, name, organisation)
    words = words_of(hidden) | {str(plant.id) for plant in hidden}
    secrets = Secrets(await forbidden_words(world, organisation) | words)
    for path, held in files.items():
        assert not secrets.said_in(held.decode("utf-8", "replace")), path


@pytest.mark.parametrize("role", [Role.LEAD, Role.REPRESENTATIVE, Role.DATA_PROTECTION_OFFICER])
async def test_nobody_else_takes_it(world, role):
    browser = await world.as_role("bgw", role)
    before = await world.database.as_superuser("SELECT count(*) AS n FROM audit_entry")
    assert (await browser.get(PAGE)).status_code == 403
    assert (await browser.post(ARCHIVE, {})).status_code == 403
    assert (await world.nobody().get(PAGE)).status_code == 303
    assert await world.database.as_superuser("SELECT count(*) AS n FROM audit_entry") == before


async def test_the_database_itself_gives_it_to_nobody_else(world, taken):
    for name, sees in ((world.who("bgw", Role.ADMINISTRATOR), True), (world.who("bgw", Role.LEAD), False)):
        async with as_person(world, name, "bgw"):
            notices = await execute("SELECT * FROM notices_taken_away({}, 10)", world.organisations["bgw"])
            notices += await execute(f"SELECT * FROM notices_taken_away('{NOBODY}', 10)")
            followers = await execute(f"SELECT * FROM followers_taken_away('{NOBODY}', '{NOBODY}', 10)")
            readings = await execute(f"SELECT * FROM readings_taken_away('{NOBODY}', '{NOBODY}', 0, 10)")
            assert bool(readings) is sees
            assert bool(notices) is sees
            assert bool(followers) is sees


async def test_who_does_not_manage_the_whole_space_cannot_take_it(world, administrator):
    revoked = "group:administrator"
    which = (
        "FROM item_grant g USING item i, space s WHERE g.item_id = i.id AND s.id = i.space_id AND i.parent_id IS NULL "
        "AND s.organisation_id = $1 AND g.access = 16 AND g.principal LIKE $2"
    )
    gone = await world.database.as_superuser(f"DELETE {which} RETURNING g.*", world.organisations["bgw"], f"{revoked}%")
    try:
        assert gone
        assert (await administrator.get(PAGE)).status_code == 403
        assert (await administrator.post(ARCHIVE, {})).status_code == 403
    finally:
        for row in gone:
            await world.database.as_superuser(
                "INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, granted_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                *(
                    row[name]
                    for name in ("space_id", "item_id", "principal", "access", "title", "granted_by", "granted_at")
                ),
            )
    assert (await administrator.get(PAGE)).status_code == 200


async def test_the_page_names_every_file(administrator):
    page = (await administrator.get(PAGE)).text
    assert all(f"<code>{part.name}</code>" in page for part in parts())
    assert "Alles als ZIP-Datei mitnehmen" in page


async def test_every_table_is_in_it_or_left_out_for_a_reason(world):
    known = {entry.table for entry in PROTECTED}
    assert _COVERED | LEFT_OUT.keys() <= known
    taken = {entry.table for entry in further_tables()}
    own = {entry.table for entry in PROTECTED if entry.tenant in {"organisation_id", "space_id"}}
    assert not own - _COVERED - LEFT_OUT.keys() - taken, "a part in portal/transfer/everything.py, or a reason there"
    assert not taken & LEFT_OUT.keys()
    for table in sorted(taken):
        columns = await world.database.as_superuser(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
        )
        for column in (row["column_name"] for row in columns):
            assert not any(word in column for word in ("secret", "token", "digest", "password")), f"{table}.{column}"


async def test_it_breaks_off_when_the_role_ends_while_it_is_sent(world):
    """Whoever is no administrator any more gets no part of it, whatever was sent before; nor the next files."""
    tree = Tree(world)
    async with tree.acting(Role.ADMINISTRATOR, organisation="gfs") as (actor, _):
        pass
    sending = send_everything(actor)
    assert await anext(sending)
    key = world.organisations["gfs"], actor.person_id
    ended = "WHERE organisation_id = $1 AND person_id = $2 AND role = 'administrator'"
    await world.database.as_superuser(f"UPDATE role_assignment SET valid_until = hilfenetz_now() {ended}", *key)
    try:
        with pytest.raises(NotFound):
            async for _ in sending:
                pass
        for part in parts():
            with pytest.raises(NotFound):
                async for _ in part.rows(actor):
                    pass
    finally:
        await world.database.as_superuser(f"UPDATE role_assignment SET valid_until = NULL {ended}", *key)
