"""The history: every save and every step, differences in words, and back to what was."""

import re

import pytest

from portal.kit.errors import Conflict, Forbidden
from portal.spaces import actions_history
from portal.spaces.queries import access_item
from portal.spaces.queries_history import list_history, versions_of
from tests.house.pages import check_page
from tests.spaces.tree import CLERK, HEAD, LEAD


async def written(tree):
    """A page with three versions that was submitted, sent back and published."""
    page = await tree.add("regeln", role=CLERK, body="<p>Ruhe ab 22 Uhr.</p>")
    await tree.save(page, role=CLERK, body="<p>Ruhe ab 23 Uhr.</p>", note="Sommerzeit")
    await tree.step(page, "submit", role=CLERK)
    await tree.step(page, "send_back", role=LEAD, note="Bitte mit Telefonnummer.")
    await tree.save(page, role=CLERK, body="<p>Ruhe ab 23 Uhr. Nachtdienst: 0521 1.</p>")
    await tree.step(page, "publish", role=LEAD)
    return page


async def revert(tree, page, number: int, role=LEAD):
    async with tree.acting(role) as (actor, opened):
        item = await access_item(actor, page)
        found = (await versions_of(item, [number]))[number]
        return await actions_history.revert_item(actor=actor, now=opened.now, item=item, version=found)


async def test_saves_and_steps_stand_in_one_order_with_who_when_and_why(tree):
    page = await written(tree)
    async with tree.acting(LEAD) as (actor, _):
        found = await list_history(await access_item(actor, page))
    said = [moment.version or moment.transition.title for moment in found.moments]
    assert said == ["Veröffentlichen", 3, "Zurückgeben", "Zur Prüfung geben", 2, 1]
    assert [moment.by_name.split()[0] for moment in found.moments] == ["Tariq", "Lene", "Tariq", "Lene", "Lene", "Lene"]
    assert [moment.note for moment in found.moments if moment.note] == ["Bitte mit Telefonnummer.", "Sommerzeit"]
    html = (await (await tree.browser(LEAD)).get(f"/inhalte/{page}/verlauf")).text
    check_page(html)
    assert "Bitte mit Telefonnummer." in html


async def test_differences_are_words_not_markup(tree):
    page = await written(tree)
    browser = await tree.browser(LEAD)
    html = (await browser.get(f"/inhalte/{page}/vergleich?von=1&bis=2")).text
    check_page(html)
    assert "<del>22</del>" in html
    assert "<ins>23</ins>" in html
    assert "&lt;p&gt;" not in html
    by_default = (await browser.get(f"/inhalte/{page}/vergleich")).text
    assert "Nachtdienst" in by_default
    for wrong in ("von=9&bis=10", "von=x&bis=2", "von=0&bis=-1", "von=99999999999&bis=1"):
        answer = await browser.get(f"/inhalte/{page}/vergleich?{wrong}")
        assert answer.status_code == 200
        assert "gibt es nicht" in answer.text


async def test_an_old_version_is_shown_as_it_was_and_cannot_act(tree):
    page = await written(tree)
    await tree.rows(
        "UPDATE item_version SET values = jsonb_set(values, '{body}', '\"<p>x<script>alert(1)</script></p>\"') "
        "WHERE version = 2"
    )
    browser = await tree.browser(LEAD)
    assert "Ruhe ab 22 Uhr." in (await browser.get(f"/inhalte/{page}/fassungen/1")).text
    assert "alert(1)" not in (await browser.get(f"/inhalte/{page}/fassungen/2")).text
    for number in (0, 4, 10**12):
        assert (await browser.get(f"/inhalte/{page}/fassungen/{number}")).status_code == 404


async def test_going_back_is_a_new_version(tree):
    page = await written(tree)
    browser = await tree.browser(LEAD)
    answer = await browser.post(f"/inhalte/{page}/wiederkehr", {"fassung": "1"})
    assert answer.status_code == 303
    assert "Ruhe ab 22 Uhr." in (await browser.get(answer.headers["location"])).text
    rows = await tree.rows("SELECT version, note FROM item_version WHERE item_id = $1 ORDER BY version", page)
    assert [row["version"] for row in rows] == [1, 2, 3, 4]
    assert rows[-1]["note"] == "Fassung 1 wiederhergestellt"
    with pytest.raises(Conflict, match="gilt schon"):
        await revert(tree, page, 1)
    assert await revert(tree, page, 3) == 5


async def test_only_who_may_edit_goes_back_and_readers_see_no_history(tree):
    page = await written(tree)
    before = await tree.state()
    with pytest.raises(Forbidden):
        await revert(tree, page, 1, CLERK)  # published: their own, but no longer theirs to change
    other = await tree.add("andere", role=HEAD)
    await tree.step(other, "publish")
    changed = await tree.state()
    assert changed != before
    reader = await tree.browser(CLERK)
    for part in ("verlauf", "vergleich", "fassungen/1"):
        assert (await reader.get(f"/inhalte/{other}/{part}")).status_code == 403
    assert (await reader.get(f"/inhalte/{page}/verlauf")).status_code == 200
    stranger = await tree.browser(organisation="bgw")
    for part in ("verlauf", "vergleich", "fassungen/1"):
        assert (await stranger.get(f"/inhalte/{page}/{part}")).status_code == 404
    assert (await stranger.post(f"/inhalte/{page}/wiederkehr", {"fassung": "1"})).status_code == 404
    assert await tree.state() == changed


async def test_a_thousand_versions_are_turned_over_like_pages(tree):
    page = await tree.add("regeln", role=LEAD)
    await tree.rows(
        """
        INSERT INTO item_version (space_id, item_id, version, type, values, by_name, at)
        SELECT v.space_id, v.item_id, n, v.type, jsonb_build_object('title', 'Regeln', 'body', 'Satz ' || n), v.by_name,
               v.at + n * interval '1 second'
        FROM item_version v, generate_series(2, 1000) n WHERE v.item_id = $1
        """,
        page,
    )
    await tree.rows("UPDATE item SET version = 1000 WHERE id = $1", page)
    browser = await tree.browser(LEAD)
    seen, path = [], f"/inhalte/{page}/verlauf"
    for _ in range(60):
        html = (await browser.get(path)).text
        seen += re.findall(r"<b>Fassung (\d+)</b>", html)
        following = re.search(r'href="([^"]+)"[^>]*rel="next"', html)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")
    assert [int(number) for number in seen] == list(range(1000, 0, -1))
    assert "<ins>1000</ins>" in (await browser.get(f"/inhalte/{page}/vergleich?von=3&bis=1000")).text
