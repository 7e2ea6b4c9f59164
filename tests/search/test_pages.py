"""The page of the search: what it shows, what it says when there is nothing, and that no input breaks it."""

import re
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from portal.search.rules import LONGEST_QUERY
from tenants import database
from tenants.context import Role
from tests.cast import rehearsal
from tests.database import POOL, connected_copy
from tests.house.pages import check_fragment, check_page, read

FOLDER = re.compile(r"/inhalte/([0-9a-f-]{36})/")


@pytest.fixture(scope="module")
async def furnished(world_template, application, settings):
    """Somebody's organisation has something to find."""
    async with rehearsal(world_template, "furnished", application, settings) as cast:
        await fill(await cast.as_role("bethel-regional", Role.ADMINISTRATOR))
    return cast.database


@pytest.fixture
async def world_database(furnished):
    async with connected_copy(furnished) as copy:
        yield copy


@pytest.fixture
async def editor(cast):
    return await cast.as_role("bethel-regional", Role.ADMINISTRATOR)


async def fill(browser) -> None:
    await add(
        browser,
        "/o/bethel-regional/inhalte",
        title="Regeln für Gäste",
        body="<p>Ruhe ab 22 Uhr, Quitten im Keller.</p>",
    )
    await add(browser, "/o/bethel-regional/inhalte", kind="folder", title="Handbuch")
    await add(
        browser,
        "/o/bethel-regional/handbuch",
        title="Schlüsselausgabe",
        body="<p>Nur gegen eine Quitte &amp; Pfand.</p>",
    )


async def add(browser, folder_url: str, kind: str = "page", **values: str) -> None:
    folder = FOLDER.search((await browser.get(folder_url)).text)[1]
    answer = await browser.post(f"/inhalte/{folder}/eintraege?art={kind}", values)
    assert answer.status_code == 303, answer.text


def titles(page) -> list[str]:
    return [link.text for link in page.all("a") if link.get("class") == "hits__title"]


async def test_without_a_question_the_page_says_how_to_ask(editor):
    page = check_page((await editor.get("/suche")).text)
    assert "So suchen Sie" in page.text
    assert titles(page) == []


async def test_hits_are_shown_with_what_was_found_marked(editor):
    page = check_page((await editor.get("/suche", params={"q": "quitten"})).text)
    assert set(titles(page)) == {"Regeln für Gäste", "Schlüsselausgabe"}
    assert "2 Treffer" in page.text
    assert [mark.text for mark in page.all("mark")] in (["Quitten", "Quitte"], ["Quitte", "Quitten"])
    assert "Entwurf" in page.text  # both are Ada's alone so far


async def test_one_hit_is_one(editor):
    assert "1 Treffer" in check_page((await editor.get("/suche", params={"q": "Gäste"})).text).text


async def test_a_misspelt_word_leads_on(editor):
    page = check_page((await editor.get("/suche", params={"q": "Schlüselausgabe"})).text)
    (link,) = [link for link in page.all("a") if link.get("id") == "gemeint"]
    assert link.text == "Schlüsselausgabe"
    assert titles(page) == ["Schlüsselausgabe"]
    assert titles(check_page((await editor.get(link.get("href"))).text)) == ["Schlüsselausgabe"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": "Quantenphysik"}, "Nichts gefunden zu „Quantenphysik“"),
        ({"q": "der die das"}, "Diese Wörter stehen fast überall"),
        ({"q": "Quitte", "art": "news"}, "Ohne Einschränkung suchen"),
        ({"schlagwort": "gibt es nicht"}, "Zu diesen Angaben gibt es nichts"),
        ({"q": "Quitte", "seite": "2"}, "Auf dieser Seite steht nichts mehr"),
        ({"q": "-Haus"}, "Bitte geben Sie mindestens ein Wort an"),
        ({"q": "\U0001f642"}, "Bitte geben Sie mindestens ein Wort an"),
    ],
)
async def test_nothing_found_says_why_and_what_next(editor, query, sentence):
    assert sentence in check_page((await editor.get("/suche", params=query)).text).text


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * (LONGEST_QUERY + 1)},
        {"q": "Haus " * 2000},
        {"q": "Haus", "art": "gibt es nicht"},
        {"q": "Haus", "bereich": "n/duesseldorf"},
        {"q": "Haus", "von": "gestern"},
        {"q": "Haus", "von": "4.12.2026", "bis": "3.12.2026"},
    ],
)
async def test_what_cannot_be_asked_is_said_beside_the_field_and_kept(editor, query):
    answer = await editor.get("/suche", params=query)
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert "Bitte prüfen Sie Ihre Angaben" in page.text
    (box,) = [field for field in page.all("input") if field.get("id") == "suche-q"]
    assert box.get("value") == query["q"].strip()


ODD = ('"', "''", '"Haus', "a & b | !c", "':*", "Haus\x00", "<->", "\\", "%", "--", "'); DROP TABLE item; --", "*", "-",
       "\U0001f642", "oder oder", "\u202e\u200b", "haus:*A", "()" * 50, "ﬀ", "ß", "İ")  # fmt: skip


@pytest.mark.parametrize("text", ODD)
async def test_odd_input_is_answered(editor, text):
    for path in ("/suche", "/suche/vorschlaege"):
        answer = await editor.get(path, params={"q": text})
        assert answer.status_code == 200, (path, answer.text)
    check_page((await editor.get("/suche", params={"q": text})).text)


@pytest.mark.parametrize("query", ["unter=x", "seite=0", "seite=x", "seite=99999"])
async def test_addresses_nobody_was_given_are_refused(editor, query):
    assert (await editor.get(f"/suche?q=Haus&{query}")).status_code in (400, 404, 422)


async def test_a_folder_is_searched_by_itself(editor):
    folder = FOLDER.search((await editor.get("/o/bethel-regional/handbuch")).text)[1]
    page = check_page((await editor.get("/suche", params={"q": "Quitte", "unter": folder})).text)
    assert titles(page) == ["Schlüsselausgabe"]
    assert "Nur in diesem Ordner:" in page.text
    assert "Handbuch" in [link.text for link in page.all("a")]


async def test_the_folder_leads_to_its_search(editor):
    page = read((await editor.get("/o/bethel-regional/handbuch")).text)
    (field,) = [field for field in page.all("input") if field.get("name") == "unter"]
    assert field.inside("form")


async def test_a_folder_out_of_reach_is_not_found(cast, editor):
    folder = FOLDER.search((await editor.get("/o/bethel-regional/handbuch")).text)[1]
    for organisation, role in (("bgw", Role.ADMINISTRATOR), ("skm", Role.ADMINISTRATOR)):
        other = await cast.as_role(organisation, role)
        assert (await other.get("/suche", params={"q": "Haus", "unter": folder})).status_code == 404


async def test_others_find_none_of_it(cast, editor):
    """Another organisation of the network, one of another network, and a colleague: they are drafts."""
    colleague = cast.who_without("bethel-regional", Role.ADMINISTRATOR, Role.LEAD)
    for other in (
        await cast.as_role("bgw", Role.REPRESENTATIVE),
        await cast.as_role("skm", Role.REPRESENTATIVE),
        await cast.browser(colleague, "bethel-regional"),
    ):
        for text in ("Quitte", "Quittne", "Quitt*", "Schlüselausgabe", "Schlüsselausgabe"):
            page = check_page((await other.get("/suche", params={"q": text})).text)
            assert titles(page) == [], text
            assert not [link for link in page.all("a") if link.get("id") == "gemeint"]
            assert "Schlüsselausgabe" not in (await other.get("/suche/vorschlaege", params={"q": text})).text


async def test_titles_are_suggested(editor):
    answer = await editor.get("/suche/vorschlaege", params={"q": "schlü"}, htmx=True)
    fragment = check_page_free(answer.text)
    (option,) = list(fragment.all("li"))
    assert option.get("data-address") == "/o/bethel-regional/handbuch/schluesselausgabe"
    assert "Schlüsselausgabe" in option.text


def check_page_free(html: str):
    """A fragment whose roots are options: those need names, which the script makes different."""
    return check_fragment(f"<ul>{html}</ul>")


async def test_pages_of_hits_follow_each_other(editor):
    for number in range(21):
        await add(editor, "/o/bethel-regional/handbuch", title=f"Blatt {number}", body="<p>x</p>")
    first = check_page((await editor.get("/suche", params={"q": "Blatt", "art": "page"})).text)
    (link,) = [link for link in first.all("a") if link.get("rel") == "next"]
    second = check_page((await editor.get(link.get("href"))).text)
    assert len(titles(first)) == 20
    assert len(titles(second)) == 1
    assert not set(titles(first)) & set(titles(second))


async def test_strangers_are_asked_to_sign_in(cast):
    for path in ("/suche?q=Haus", "/suche/vorschlaege?q=Haus"):
        assert (await cast.nobody().get(path)).status_code == 303


async def test_a_search_costs_six_statements_at_most(cast, editor):
    (folder,) = await cast.database.as_superuser(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id JOIN organisation o ON o.id = s.organisation_id "
        "WHERE o.slug = 'bethel-regional' AND i.parent_id IS NULL"
    )
    inside = f"/suche?q=Schlüselausgabe&unter={folder['id']}"
    await cast.database.move_clock(timedelta(minutes=1))  # nothing is kept while a job has only just begun
    seen: list[str] = []
    async with AsyncExitStack() as stack:
        for _ in range(POOL):
            connection = await stack.enter_async_context(database.DB.pool.acquire())
            connection.add_query_logger(lambda record: seen.append(record.query))
    for path in ("/suche?q=Haus", "/suche?art=page", "/suche?q=Schlüselausgabe", inside, "/suche/vorschlaege?q=Schl"):
        await editor.get(path)
        seen.clear()
        assert (await editor.get(path)).status_code == 200
        assert 4 <= len(seen) <= 6, (path, seen)


# Two conditions that are met by more than are looked up, and both by one entry alone: the first in one order, the last
# in the other.
CROWD = """
SET session_replication_role = replica;
INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, writers, position, created_at, changed_at,
                  published_at, owner_name, changed_by)
SELECT p.space_id, gen_random_uuid(), p.id, ('e' || n)::text::ltree, CASE WHEN n <= 3050 THEN 'page' ELSE 'link' END,
       CASE WHEN n = 1 THEN 'Zuletzt' ELSE 'Blatt ' || n END, 'published', 63, 28, n, now(),
       now() + make_interval(mins => 1) - make_interval(secs => n), now(), k.name, k.name
FROM item p JOIN space s ON s.id = p.space_id JOIN organisation o ON o.id = s.organisation_id
CROSS JOIN generate_series(1, 6100) n
CROSS JOIN LATERAL (SELECT CASE WHEN n BETWEEN 2 AND 3050 THEN 'Kim' ELSE 'Wanda' END AS name) k
WHERE o.slug = 'bethel-regional' AND p.parent_id IS NULL
"""


async def test_it_is_said_when_not_all_of_a_large_space_was_looked_at(cast, editor):
    await cast.database.as_superuser(CROWD)
    found = check_page((await editor.get("/suche?art=page&person=Wanda")).text)
    assert titles(found) == ["Zuletzt"]
    assert "nur die ersten 3000 Einträge durchgesehen (das Neueste zuerst)" in found.text
    nothing = check_page((await editor.get("/suche?art=page&person=Wanda&ordnung=titel")).text)
    assert titles(nothing) == []
    assert "Unter den ersten 3000 Einträgen nichts gefunden" in nothing.text
    assert "durchgesehen (nach Titel)" in nothing.text
    assert "durchgesehen" not in check_page((await editor.get("/suche?art=page&person=Kim")).text).text
