"""A front page is put together by its editors, and shows each person what they may read."""

import re

import asyncpg
import pytest

from portal.portlets.rules import MOST_PORTLETS
from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.database import execute
from tenants.scope import current_scope
from tests.calendar.conftest import HOME, NEIGHBOUR, STRANGER
from tests.isolation.planting import as_person
from tests.portlets.conftest import base_of, put

CLERK, HEAD = Role.CASEWORKER, Role.ADMINISTRATOR
FRONT = f"/o/{HOME}/inhalte"


def boxes(html: str) -> str:
    """The part above the listing of the folder."""
    return html.partition('id="eintraege"')[0]


def hidden(page: str) -> dict[str, str]:
    """What the form of a box sends along by itself."""
    return dict(re.findall(r'<input type="hidden" name="(stand)" value="([^"]*)">', page))


async def test_boxes_show_news_events_links_and_texts(cast, diary, editor):
    await diary.add("Neues vom Haus", kind="news", summary="Kurz gesagt")
    await diary.add("Dienstbesprechung", begins_at="2099-12-04T14:30:00+01:00", publish=True)
    await diary.add("Vorbei", begins_at="2020-12-04T14:30:00+01:00")
    await put(editor, "nachrichten")
    await put(editor, "termine", side="schmal", title="Was ansteht")
    await put(editor, "verweise", links="Wetter | https://wetter.example\n/o/x")
    await put(editor, "text", body="<p>Herzlich <strong>willkommen</strong><script>alert(1)</script></p>")
    reader = await cast.as_role(HOME, CLERK)
    page = boxes((await reader.get(FRONT)).text)
    for words in ("Neues vom Haus", "Kurz gesagt", "Was ansteht", "Dienstbesprechung", "<strong>willkommen</strong>"):
        assert words in page
    assert 'href="https://wetter.example"' in page
    assert "alert(1)" not in page
    assert "Vorbei" not in page
    assert "Startseite gestalten" not in page


async def test_boxes_are_changed_ordered_and_removed(editor):
    first = await put(editor, "text", title="Erster", body="<p>eins</p>")
    second = await put(editor, "text", title="Zweiter", body="<p>zwei</p>")

    async def order() -> list[str]:
        page = boxes((await editor.get(FRONT)).text)
        return sorted((name for name in ("Erster", "Zweiter", "Anders") if name in page), key=page.index)

    assert await order() == ["Erster", "Zweiter"]
    assert (await editor.post(f"{second}/platz", {"platz": "hoch"})).status_code == 303
    assert await order() == ["Zweiter", "Erster"]
    assert (await editor.post(f"{second}/platz", {"platz": "hoch"})).status_code == 303
    assert await order() == ["Zweiter", "Erster"]
    assert (await editor.post(f"{first}/platz", {"platz": "quer"})).status_code == 422
    form = await editor.get(first)
    assert "eins" in form.text
    changed = {"title": "Anders", "side": "schmal", "body": "neu", **hidden(form.text)}
    assert (await editor.post(first, changed)).status_code == 303
    assert await order() == ["Zweiter", "Anders"]
    assert (await editor.post(f"{first}/ende")).status_code == 303
    assert await order() == ["Zweiter"]
    assert (await editor.post(f"{first}/ende")).status_code == 404


async def test_of_two_who_change_a_box_neither_overwrites_the_other(cast, editor):
    box = await put(editor, "verweise", title="Links", links="Wetter | https://wetter.example")
    opened = hidden((await editor.get(box)).text)
    colleague = await cast.as_role(HOME, HEAD)
    theirs = {"title": "Unsere Links", "side": "breit", "links": "Bahn | https://bahn.example"}
    assert (await colleague.post(box, theirs | hidden((await colleague.get(box)).text))).status_code == 303
    mine = {"title": "Links", "side": "breit", "links": "Wetter | https://wetter.example\nBus | https://bus.example"}
    refused = await editor.post(box, mine | opened)
    assert refused.status_code == 409
    for words in ("hat diesen Kasten inzwischen geändert", "Bus | https://bus.example", "Unsere Links", "Bahn"):
        assert words in refused.text
    assert "Bus" not in (await editor.get(FRONT)).text
    assert (await editor.post(box, mine | opened)).status_code == 409, "what was not looked at since"
    assert (await editor.post(box, mine | hidden(refused.text))).status_code == 303
    page = boxes((await editor.get(FRONT)).text)
    assert ("https://bus.example" in page, "https://bahn.example" in page) == (True, False)
    assert (await editor.post(box, mine)).status_code == 409, "nothing was looked at"


@pytest.mark.parametrize(
    ("kind", "sent", "says"),
    [
        ("nachrichten", {"number": "0"}, "mindestens"),
        ("nachrichten", {"number": "21"}, "höchstens"),
        ("verweise", {"links": "Titel | javascript:alert(1)"}, "keine Adresse"),
        ("sammlung", {"number": "5", "collection": "00000000-0000-0000-0000-000000000000"}, "angebotenen"),
        ("text", {"body": ""}, "Bitte schreiben Sie einen Text"),
    ],
)
async def test_settings_that_do_not_fit_are_refused_in_words(editor, kind, sent, says):
    answer = await editor.post(f"{await base_of(editor)}?art={kind}", {"side": "breit", **sent})
    assert answer.status_code == 422
    assert says in answer.text


async def test_a_front_page_has_so_many_boxes_and_no_more(editor):
    base = await base_of(editor)
    for _ in range(MOST_PORTLETS):
        assert (await editor.post(f"{base}?art=text", {"side": "breit", "body": "x"})).status_code == 303
    assert (await editor.post(f"{base}?art=text", {"side": "breit", "body": "x"})).status_code == 409


async def test_what_is_restricted_shows_to_who_may_read_it(cast, diary, editor):
    folder = await diary.add("Nur Leitung", kind="folder", publish=False)
    await diary.add("Vertrauliche Nachricht", kind="news", folder=folder)
    await diary.add("Entwurf einer Nachricht", kind="news", publish=False)
    await diary.add("Geheime Seite", kind="page", folder=folder, publish=False)
    async with as_person(cast, cast.who(HOME, HEAD), HOME) as actor:
        item = await access_item(actor, folder)
        await actions_sharing.set_inheritance(actor=actor, now=current_scope().now, item=item, inherits=False)
    await put(editor, "nachrichten")
    await put(editor, "geaendertes", number="20")
    head, clerk = await cast.as_role(HOME, HEAD), await cast.as_role(HOME, CLERK)
    seen = boxes((await head.get(FRONT)).text)
    assert "Vertrauliche Nachricht" in seen
    assert "Geheime Seite" in seen
    unseen = (await clerk.get(FRONT)).text
    for words in ("Vertrauliche Nachricht", "Geheime Seite", "Nur Leitung", "Entwurf einer Nachricht"):
        assert words not in unseen


async def test_only_editors_of_the_space_touch_its_front_page(cast, editor):
    base, box = await base_of(editor), await put(editor, "text", body="<p>Unser Text</p>")
    others = [
        await cast.as_role(HOME, CLERK),
        await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE),
        await cast.as_role(STRANGER, Role.REPRESENTATIVE),
    ]
    for other in others:
        for path in (base, f"{base}/neu?art=text", box):
            answer = await other.get(path)
            assert answer.status_code == 404, path
            assert "Unser Text" not in answer.text
        for path in (f"{base}?art=text", box, f"{box}/platz", f"{box}/ende"):
            assert (await other.post(path, {"side": "breit", "body": "x", "platz": "hoch"})).status_code == 404, path
    assert "Unser Text" in (await editor.get(FRONT)).text


async def test_a_box_is_touched_through_its_own_front_page_alone(cast, editor):
    box = (await put(editor, "text", body="<p>x</p>")).rpartition("/")[2]
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    base = await base_of(office, "/n/bielefeld")
    for path in (f"{base}/{box}/ende", f"{base}/{box}/platz", f"{base}/{box}"):
        assert (await office.post(path, {"side": "breit", "body": "y", "platz": "hoch"})).status_code == 404


async def test_members_see_the_front_page_of_their_network(cast, diary):
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    await diary.add("Beschluss", kind="news", by=("stadt-bielefeld", Role.OFFICE), network="bielefeld")
    await put(office, "nachrichten", space="/n/bielefeld")
    member = await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE)
    assert "Beschluss" in boxes((await member.get("/n/bielefeld/inhalte")).text)
    assert "/n/bielefeld/inhalte" in (await member.get("/n/bielefeld")).text
    stranger = await cast.as_role(STRANGER, Role.REPRESENTATIVE)
    assert (await stranger.get("/n/bielefeld/inhalte")).status_code == 404


async def test_the_database_refuses_boxes_of_who_may_not_edit(cast, editor):
    await put(editor, "text", body="<p>x</p>")
    clerk = cast.who(HOME, CLERK)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with as_person(cast, clerk, HOME):
            await execute(
                "INSERT INTO portlet SELECT space_id, gen_random_uuid(), item_id, kind, side, 9, title, settings, "
                "changed_by, changed_at FROM portlet"
            )
    async with as_person(cast, clerk, HOME):
        assert await execute("UPDATE portlet SET title = 'x' RETURNING id") == []
        assert await execute("DELETE FROM portlet RETURNING id") == []
    assert [row["title"] for row in await cast.database.as_superuser("SELECT title FROM portlet")] == [""]


async def test_all_boxes_cost_one_statement(cast, diary, editor, monkeypatch):
    from portal.portlets import queries

    collection = await diary.add("Sammlung", kind="collection")
    for kind in ("nachrichten", "termine", "aufgaben", "geaendertes"):
        await put(editor, kind)
    await put(editor, "sammlung", collection=str(collection))
    asked = []

    async def counted(*arguments, ask=queries.execute):
        asked.append(arguments[0])
        return await ask(*arguments)

    monkeypatch.setattr(queries, "execute", counted)
    reader = await cast.as_role(HOME, CLERK)
    assert (await reader.get(FRONT)).status_code == 200
    assert len(asked) == 1
