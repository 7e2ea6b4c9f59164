"""Several at once: cutting, copying, pasting, publishing, throwing away, ordering, all with plain forms."""

from urllib.parse import unquote
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.errors import Conflict
from portal.spaces import actions, clipboard
from portal.spaces.clipboard import COOKIE, Clipboard, read, taken
from portal.spaces.queries import access_item
from tests.house.pages import check_page
from tests.spaces.tree import CLERK, HEAD, HOME, LEAD, elsewhere


@given(st.lists(st.uuids(), min_size=1, max_size=clipboard.MOST, unique=True), st.booleans())
def test_what_was_taken_is_what_lies_ready(item_ids, is_cut):
    text = taken(is_cut=is_cut, item_ids=item_ids)
    assert read(text) == Clipboard(is_cut, tuple(item_ids))
    assert len(text) < 3000  # a cookie holds about 4,000


@given(st.text())
def test_whatever_else_stands_in_the_cookie_is_no_clipboard_or_a_list_of_identifiers(text):
    found = read(text)
    assert found is None or 0 < len(found.item_ids) <= clipboard.MOST


@pytest.fixture
async def grown(tree):
    await tree.grow("a/", "a/1", "a/2", "a/3", "z/")
    return tree


async def choose(tree, browser, deed: str, *addresses: str, folder: str = "a", page: str = "", version: str = "1"):
    identifiers = [str(await tree.id_of(address)) for address in addresses]
    sent = {"eintrag": identifiers, "tun": deed, "fassung": [f"{one}:{version}" for one in identifiers]}
    return await browser.post(f"/inhalte/{await tree.id_of(folder)}/auswahl{page}", sent)


async def paste(tree, browser, folder: str):
    return await browser.post(f"/inhalte/{await tree.id_of(folder)}/einfuegung")


def said(browser) -> str:
    import base64
    import json

    packed = browser.http.cookies["__Host-flash"]
    return json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))[0]


async def test_cut_and_paste_moves(grown):
    browser = await grown.browser(LEAD)
    answer = await choose(grown, browser, "ausschneiden", "a/1", "a/3")
    assert answer.status_code == 303
    page = check_page((await browser.get(f"/o/{HOME}/z")).text)
    assert "2 ausgeschnittene Einträge" in page.text
    await paste(grown, browser, "z")
    assert await grown.addresses() == ["a", "a/2", "z", "z/1", "z/3"]
    assert "Hier einfügen" not in (await browser.get(f"/o/{HOME}/a")).text
    assert (await paste(grown, browser, "z")).status_code == 409


async def test_copy_and_paste_as_often_as_one_likes(grown):
    browser = await grown.browser(CLERK)
    await browser.post(f"/inhalte/{await grown.id_of('a/1')}/ablage", {"tun": "kopieren"})
    for _ in range(2):
        assert (await paste(grown, browser, "z")).status_code == 303
    assert await grown.addresses() == ["a", "a/1", "a/2", "a/3", "z", "z/1", "z/1-2"]
    answer = await browser.post(f"/inhalte/{await grown.id_of('z')}/ablage-leerung")
    assert "Max-Age=0" in unquote(str(answer.headers.multi_items()))


async def test_into_itself_is_refused_and_said_the_rest_is_done(grown):
    browser = await grown.browser(LEAD)
    await choose(grown, browser, "ausschneiden", "a", "z", folder="z")
    await paste(grown, browser, "a")
    assert await grown.addresses() == ["a", "a/1", "a/2", "a/3", "a/z"]
    assert "Erledigt: 1" in said(browser)
    assert "in sich selbst" in said(browser)


async def test_a_copy_of_several_is_whole_or_not_at_all(grown):
    browser = await grown.browser(LEAD)
    await choose(grown, browser, "kopieren", "z", "a")
    before = await grown.state()
    assert (await paste(grown, browser, "a")).status_code == 422
    assert await grown.state() == before


async def test_publishing_and_throwing_away_several(grown):
    await grown.add("a/4", role=CLERK)
    browser = await grown.browser(LEAD)
    await choose(grown, browser, "publish", "a/3", "a/4")
    assert "Erledigt: 1. Nicht möglich: 1" in said(browser)
    await choose(grown, browser, "loeschen", "a/1", "a/2")
    assert await grown.addresses() == ["a", "a/3", "a/4", "z"]
    rows = await grown.rows("SELECT title FROM item_bin ORDER BY title")
    assert [row["title"] for row in rows] == ["1", "2"]


async def test_several_are_published_as_they_were_seen(grown):
    page = await grown.add("a/4", role=CLERK)
    browser = await grown.browser(LEAD)
    shown = (await browser.get(f"/inhalte/{await grown.id_of('a')}/ordnen")).text
    assert f'name="fassung" value="{page}:1"' in shown
    await grown.step(page, "submit", role=CLERK)
    await grown.save(page, title="Ganz anders")
    for version in ("1", "", "x", "2:2"):
        await choose(grown, browser, "publish", "a/4", version=version)
        assert "„Ganz anders“: Der Text wurde inzwischen geändert." in said(browser), version
    await choose(grown, browser, "publish", "a/4", version="2")
    assert said(browser) == "Erledigt: 1."


async def test_between_looking_and_publishing_the_row_itself_decides(grown):
    page = await grown.add("a/4", role=CLERK)
    await grown.step(page, "submit", role=CLERK)
    async with grown.acting(LEAD) as (actor, opened):
        seen = await access_item(actor, page)
        await elsewhere(grown.save(page, title="Ganz anders"))
        with pytest.raises(Conflict):
            await actions.change_state(actor=actor, now=opened.now, item=seen, transition="publish", seen=seen.version)
        assert (await access_item(actor, page)).state == "pending"
    assert await grown.rows("SELECT FROM item_transition WHERE item_id = $1 AND transition = 'publish'", page) == []


async def test_who_may_not_changes_nothing_of_it(grown):
    reader = await grown.browser(CLERK)
    before = await grown.state()
    for deed in ("loeschen", "retract", "anfang", "ende", "unsinn"):
        answer = await choose(grown, reader, deed, "a/1", "a/2")
        assert answer.status_code == 303, deed
        assert "Erledigt: 0" in said(reader)
    await choose(grown, reader, "ausschneiden", "a/1")
    await paste(grown, reader, "z")
    stranger = await grown.browser(organisation="bgw")
    for part in ("auswahl", "einfuegung", "reihenfolge", "ablage", "ablage-leerung"):
        answer = await stranger.post(f"/inhalte/{await grown.id_of('a')}/{part}", {"eintrag": [str(uuid4())]})
        assert answer.status_code == 404, part
    stranger.http.cookies.set(COOKIE, taken(is_cut=True, item_ids=[await grown.id_of("a/1")]))
    (root,) = await grown.rows(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.organisation_id = $1 AND parent_id IS NULL",
        grown.cast.organisations["bgw"],
    )
    for is_cut in (True, False):
        stranger.http.cookies.set(COOKIE, taken(is_cut=is_cut, item_ids=[await grown.id_of("a/1")]))
        answer = await stranger.post(f"/inhalte/{root['id']}/einfuegung")
        assert answer.status_code == 303
        assert "Nicht mehr zu finden: 1" in said(stranger)
    assert await grown.state() == before


async def test_nothing_or_too_much_selected_is_said(grown):
    browser = await grown.browser(HEAD)
    folder = await grown.id_of("a")
    answer = await browser.post(f"/inhalte/{folder}/auswahl", {"tun": "loeschen"})
    assert answer.status_code == 422
    assert "mindestens einen Eintrag" in answer.text
    many = [str(uuid4()) for _ in range(101)]
    assert (await browser.post(f"/inhalte/{folder}/auswahl", {"tun": "loeschen", "eintrag": many})).status_code == 422


async def test_the_order_by_buttons(grown):
    browser = await grown.browser(LEAD)
    folder, third = await grown.id_of("a"), await grown.id_of("a/3")
    answer = await browser.post(f"/inhalte/{folder}/reihenfolge?seite=1", {"hoch": str(third)})
    assert answer.headers["location"] == f"/inhalte/{folder}/ordnen#eintrag-{third}"
    await browser.post(f"/inhalte/{folder}/reihenfolge", {"runter": str(await grown.id_of("a/1"))})
    rows = await grown.rows("SELECT address FROM item WHERE address LIKE 'a/%' ORDER BY position, id")
    assert [row["address"] for row in rows] == ["a/3", "a/1", "a/2"]
    await choose(grown, browser, "anfang", "a/1", "a/2")
    rows = await grown.rows("SELECT address FROM item WHERE address LIKE 'a/%' ORDER BY position, id")
    assert [row["address"] for row in rows] == ["a/1", "a/2", "a/3"]
