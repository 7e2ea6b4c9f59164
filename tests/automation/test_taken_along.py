"""Rules go along with a folder for who manages it, and come back switched off, whole or not at all."""

import io
import json
import zipfile
from uuid import uuid4

import pytest

from portal.automation.luggage import LUGGAGE, check_rule
from portal.spaces.luggage import Arrival
from portal.spaces.queries import access_item
from tenants.context import Role
from tests.spaces.tree import CLERK, HEAD, HOME
from tests.transfer.conftest import Desk

RULE = {
    "title": "Ablage", "is_deep": 1, "moment": "state", "moment_state": "published", "kind": "page", "tag": "",
    "set_state": "", "place": "", "organisation": "", "target": "",
    "errand": {"title": "Lesen", "who": "", "who_name": "", "days": 3},
    "telling": {"who": "", "who_name": "", "note": "", "owner": True, "followers": False},
}  # fmt: skip


def packed(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [json.loads(line) for line in package.read("inhalte.jsonl").splitlines()]


async def unpack(mill, entries, address):
    folder_id = await mill.id_of(address)
    async with mill.acting() as (actor, opened):
        folder = await access_item(actor, folder_id)
        await LUGGAGE.unpack(Arrival(actor, opened.now, folder.space, folder_id, "", entries))
    return await mill.rows("SELECT title, state, author_id, target_id FROM rule WHERE item_id = $1", folder_id)


async def test_who_manages_takes_rules_along_and_nobody_else(mill):
    await mill.grow("a/", "b/", "c/")
    await mill.rule("a", "state:published", move="b", title="Eins", task="Lesen", days=3, deep=True, kind="page")
    await mill.rule("a", "added", owner=True, title="Zwei", note="Neu")
    place = f"/inhalte/{await mill.id_of('a')}/paket"
    manager, clerk = await mill.browser(), await mill.browser(CLERK)
    (line,) = packed((await manager.get(place)).content)
    assert [entry["title"] for entry in line["rules"]] == ["Eins", "Zwei"]
    assert [check_rule(entry) for entry in line["rules"]] == ["", ""]
    (line,) = packed((await clerk.get(place)).content)
    assert "rules" not in line
    (line,) = packed((await manager.get(place)).content)
    found = await unpack(mill, line["rules"], "c")
    boss = mill.id_of_person(HEAD)
    assert [(row["title"], row["state"], row["author_id"]) for row in found] == [
        ("Eins", "off", boss), ("Zwei", "off", boss),
    ]  # fmt: skip
    assert found[0]["target_id"] == await mill.id_of("b")
    kept = "moment, moment_state, is_deep, kind, set_state, target_id, errand, telling"
    digest = f"md5(string_agg(({kept})::text, '|' ORDER BY title))"
    digests = await mill.rows(f"SELECT {digest} AS d FROM rule GROUP BY item_id")
    assert len({row["d"] for row in digests}) == 1


async def test_a_rule_leads_into_the_folder_that_came_along(mill):
    await mill.grow("a/", "a/ablage/", "b/")
    await mill.rule("a", "state:published", move="a/ablage", place_id=await mill.id_of("a/ablage"), deep=True)
    manager = await mill.browser()
    content = (await manager.get(f"/inhalte/{await mill.id_of('a')}/paket")).content
    desk = Desk(mill.cast, manager, str(await mill.id_of("b")))
    assert (await desk.put(content)).status_code == 303
    (rule,) = await mill.rows("SELECT * FROM rule WHERE item_id = $1", await mill.id_of("b/a"))
    assert rule["target_id"] == rule["place_id"] == await mill.id_of("b/a/ablage")


async def test_what_names_something_that_is_not_there_is_left_out(mill):
    await mill.grow("a/")
    strange = await mill.rows("SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.kind = 'network'")
    entries = [
        RULE | {"target": str(uuid4())},
        RULE | {"target": str(strange[0]["id"])},
        RULE | {"place": str(uuid4())},
        RULE | {"organisation": str(mill.cast.organisations["gfs"])},
    ]
    assert [check_rule(entry) for entry in entries] == [""] * 4
    assert await unpack(mill, entries, "a") == []


async def test_whom_a_rule_means_is_called_as_here_and_must_be_here(mill):
    """A name in a package would say that the lead is told, where it is everybody."""
    await mill.grow("a/")
    here, there = mill.cast.organisations[HOME], mill.cast.organisations["gfs"]
    stranger = mill.person(Role.LEAD, organisation="gfs")
    telling, errand = {**RULE["telling"], "who_name": "Nur die Leitung"}, {**RULE["errand"], "who_name": "Niemand"}
    entries = [
        RULE | {"title": "Alle", "telling": {**telling, "who": f"organisation:{here}"}},
        RULE | {"title": "Jemand", "errand": {**errand, "who": mill.person(CLERK)}},
        *(RULE | {"telling": {**telling, "who": who}} for who in (stranger, f"organisation:{there}", "x")),
        RULE | {"errand": {**errand, "who": stranger}},
    ]
    assert [row["title"] for row in await unpack(mill, entries, "a")] == ["Alle", "Jemand"]
    rows = await mill.rows("SELECT telling ->> 'who_name' AS told, errand ->> 'who_name' AS done FROM rule")
    names = {name for row in rows for name in row.values() if name}
    assert len(names) == 2
    assert not names & {"Nur die Leitung", "Niemand"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"moment": "geträumt"}, {"moment_state": ""}, {"moment": "added"}, {"title": ""}, {"title": "x" * 121},
        {"title": "\ud800"}, {"title": "a\x00"}, {"target": "überall"}, {"errand": {"title": "x"}},
        {"errand": RULE["errand"] | {"days": "3"}}, {"errand": RULE["errand"] | {"days": 4000}},
        {"telling": {"who": 1}}, {"errand": {}, "telling": {}},
    ],
)  # fmt: skip
def test_what_cannot_be_a_rule_is_said(wrong):
    assert check_rule(RULE) == ""
    assert "Regel" in check_rule(RULE | wrong)
