"""Whoever wrote what is published writes its next version in a working copy, and somebody else reviews it."""

import re

import asyncpg
import pytest

from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.client import person
from tests.house.pages import check_page
from tests.spaces.writing import added, hidden, published

BETHEL, PAGE = "bethel-regional", "/o/bethel-regional/regeln"
OLD, NEW = "Ruhe ab 22 Uhr", "Ruhe ab 23 Uhr"


@pytest.fixture
async def author(cast):
    """Somebody who writes and neither edits nor reviews."""
    return await cast.as_role(BETHEL, Role.CASEWORKER)


@pytest.fixture
async def lead(cast):
    return await cast.as_role(BETHEL, Role.LEAD)


@pytest.fixture
async def item(author, lead):
    made = await added(author, title="Regeln", body=OLD)
    await published(lead, made)
    return made


async def prepared(author, item) -> None:
    """A working copy with another text."""
    opened = hidden(await author.get(f"/inhalte/{item}/bearbeiten"))
    answer = await author.post(f"/inhalte/{item}/arbeitskopie", {**opened, "title": "Regeln", "body": NEW})
    assert answer.headers["location"] == f"/inhalte/{item}/arbeitskopie", answer.text


async def handed_in(author, item, *, expects=303):
    answer = await author.post(f"/inhalte/{item}/arbeitskopie/uebernahme", {"version": "1", "revision": "1"})
    assert answer.status_code == expects, answer.text
    return answer


async def test_the_author_prepares_it_readers_keep_what_is_published_and_a_reviewer_publishes_it(
    author, lead, item, cast
):
    reader = await cast.as_role(BETHEL, Role.DATA_PROTECTION_OFFICER)
    view = check_page((await author.get(PAGE)).text)
    assert f"/inhalte/{item}/bearbeiten" in [link.get("href") for link in view.all("a")]
    editor = await author.get(f"/inhalte/{item}/bearbeiten")
    page = check_page(editor.text)
    assert "Das ist die Arbeitskopie" in page.text
    assert [button.text for button in page.all("button") if button.text.startswith(("Speichern", "Arbeitskopie"))] == [
        "Arbeitskopie speichern"
    ]
    await prepared(author, item)
    assert (await author.get(f"/inhalte/{item}/bearbeiten")).headers["location"].endswith("/arbeitskopie/bearbeiten")
    shown = check_page((await author.get(f"/inhalte/{item}/arbeitskopie")).text)
    assert "Zur Prüfung geben" in shown.text
    assert "Solange geprüft wird, ist der Beitrag nicht zu lesen." in shown.text
    assert "Übernehmen und veröffentlichen" not in shown.text
    assert OLD in (await reader.get(PAGE)).text

    await handed_in(author, item)
    assert (await reader.get(PAGE)).status_code == 404
    assert "Wieder bearbeiten" in (await author.get(PAGE)).text
    waiting = (await lead.get("/zur-pruefung")).text
    assert "Regeln" in waiting
    assert NEW in (await lead.get(PAGE)).text
    await published(lead, item, version=2)
    assert NEW in (await reader.get(PAGE)).text
    rows = await cast.database.as_superuser(
        "SELECT transition FROM item_transition WHERE item_id = $1 ORDER BY at", item
    )
    assert [row["transition"] for row in rows] == ["publish", "revise", "publish"]


async def test_it_is_no_step_of_its_own_and_nothing_else_opens(author, item):
    page = (await author.get(PAGE)).text
    assert "Überarbeitung zur Prüfung geben" not in page
    answer = await author.post(f"/inhalte/{item}/zustand", {"schritt": "revise", "version": "1"})
    assert answer.status_code == 403
    changed = {"version": "1", "title": "Regeln", "body": NEW}
    assert (await author.post(f"/inhalte/{item}/fassungen", changed)).status_code in (403, 409)
    assert OLD in (await author.get(PAGE)).text


async def test_a_copy_that_says_the_same_takes_nothing_off(author, item):
    opened = hidden(await author.get(f"/inhalte/{item}/bearbeiten"))
    await author.post(f"/inhalte/{item}/arbeitskopie", {**opened, "title": "Regeln", "body": OLD})
    assert "Zur Prüfung geben" not in (await author.get(f"/inhalte/{item}/arbeitskopie")).text
    assert "nichts zu prüfen" in (await handed_in(author, item, expects=409)).text
    assert "Veröffentlicht" in (await author.get(PAGE)).text


async def test_what_another_wrote_stays_theirs(author, lead, cast):
    made = await added(lead, title="Anderes", body=OLD)
    await published(lead, made)
    for way in ("bearbeiten", "arbeitskopie", "arbeitskopie/bearbeiten"):
        assert (await author.get(f"/inhalte/{made}/{way}")).status_code == 403
    sent = {"version": "1", "revision": "0", "title": "Anderes", "body": NEW}
    assert (await author.post(f"/inhalte/{made}/arbeitskopie", sent)).status_code == 403
    me = person(cast.who(BETHEL, Role.CASEWORKER))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(organisation_id=cast.organisations[BETHEL], person_id=me):
            await execute("UPDATE item SET title = 'x' WHERE id = {}", made)


async def test_the_drawing_of_the_workflow_names_it(author):
    page = (await author.get("/arbeitsablaeufe")).text
    assert re.search("Überarbeitung zur Prüfung geben", page)
