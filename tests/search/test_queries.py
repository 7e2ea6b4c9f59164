"""What is found by which words, in which order, under which conditions."""

from datetime import date, timedelta

import pytest

from portal.search.queries import SearchQuery, search_items, suggest_items
from portal.spaces import actions
from portal.spaces.queries import access_item

TEXTS = {
    "Hausordnung": "<p>Die Häuser sind ab 22 Uhr geschlossen. Möbel bleiben im Haus.</p>",
    "Beratung für Wohnungslose": "<p>Wer keine Wohnung hat, wird beraten. Kaffee gibt es auch.</p>",
    "Protokoll vom Mai": "<p>Der Runde Tisch hat getagt. Es gab Kaffee und Kuchen.</p>",
}
TODAY = date.today()  # noqa: DTZ011 - the same day in Berlin or the one beside it


@pytest.fixture(scope="module")
async def written(one_library):
    async with one_library.growing("texts") as found:
        for title, body in TEXTS.items():
            await found.add(title, body)
    return found


@pytest.fixture
async def texts(written):
    async with written.copied() as found:
        yield found


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Haus", {"Hausordnung"}),
        ("haeuser", {"Hausordnung"}),
        ("Moebel", {"Hausordnung"}),
        ("möbel", {"Hausordnung"}),
        ("Hausordnungen", {"Hausordnung"}),
        ("wohnung", {"Beratung für Wohnungslose"}),
        ("Wohnungs*", {"Beratung für Wohnungslose"}),
        ("Beratu*", {"Beratung für Wohnungslose"}),
        ("kaffee", {"Beratung für Wohnungslose", "Protokoll vom Mai"}),
        ("kaffee kuchen", {"Protokoll vom Mai"}),
        ("kaffee -kuchen", {"Beratung für Wohnungslose"}),
        ('kaffee -"Kaffee und Kuchen"', {"Beratung für Wohnungslose"}),
        ('"runder Tisch"', {"Protokoll vom Mai"}),
        ('"Tisch runder"', set()),
        ("„Kaffee und Kuchen“", {"Protokoll vom Mai"}),
        ('"Runde Tisch', {"Protokoll vom Mai"}),
        ("möbel oder kuchen", {"Hausordnung", "Protokoll vom Mai"}),
        ("möbel OR kuchen -mai", {"Hausordnung"}),
        ("der die das", set()),
        ("-kaffee", set()),
        ("nirgends", set()),
        ("Haus\x00ordnung '); DROP TABLE item; -- \\", set()),
        ("':* & ! | <-> (", set()),
        ("🙂", set()),
        ('- " * oder', set()),
    ],
)
async def test_words_find_what_they_stand_in(texts, text, titles):
    assert set(await texts.find(text)) == titles


async def test_a_title_counts_more_than_a_text(library):
    await library.add("Aufnahme", "<p>Erst kommt das Gespräch.</p>")
    await library.add("Gespräch", "<p>Danach folgt etwas anderes.</p>")
    await library.add("Anderes", "<p>Danach. Ein Gespräch und viele andere Wörter, die das Gewicht senken.</p>")
    assert (await library.find("Gespräch"))[0] == "Gespräch"
    assert len(await library.find("Gespräch")) == 3


async def test_what_is_found_is_marked_and_nothing_in_it_acts(library):
    await library.add("Häuser & <b>Gärten</b>", "<p>Das &lt;script&gt;alert(1)&lt;/script&gt; der Häuser</p>")
    async with library.as_("Ada") as (actor, _):
        (hit,) = (await search_items(actor, SearchQuery("haus"))).hits
    assert hit.title == "<mark>Häuser</mark> &amp; &lt;b&gt;Gärten&lt;/b&gt;"
    assert "<mark>Häuser</mark>" in hit.snippet
    assert "<script" not in hit.snippet


async def test_lines_do_not_run_together(library):
    await library.add("Dienste", "<p>Zimmer eins</p><p>Küche zwei</p>")
    async with library.as_("Ada") as (actor, _):
        (hit,) = (await search_items(actor, SearchQuery("küche"))).hits
    assert "Zimmer eins <mark>Küche</mark> zwei" in hit.snippet


async def test_the_passage_is_found_far_inside_a_long_text(library):
    await library.add("Handbuch", "<p>" + "Vorrede und Weiteres. " * 3000 + "Der Schlüssel liegt im Büro.</p>")
    async with library.as_("Ada") as (actor, _):
        (hit,) = (await search_items(actor, SearchQuery("schluessel"))).hits
    assert "<mark>Schlüssel</mark> liegt im Büro" in hit.snippet
    assert len(hit.snippet) < 600


async def test_what_was_changed_is_found_by_its_new_words_alone(library):
    item_id = await library.add("Ordnung", "<p>Alte Kartoffel</p>")
    async with library.as_("Ada") as (actor, opened):
        item = await access_item(actor, item_id)
        await actions.save_item(
            actor=actor, now=opened.now, item=item, values={"body": "<p>Neue Tomate</p>"}, version=item.version
        )
    assert await library.find("Kartoffel") == []
    assert await library.find("Tomate") == ["Ordnung"]


async def test_a_text_with_more_words_than_an_index_holds_is_saved_and_found(library):
    words = ["".join(chr(0x10330 + int(digit)) for digit in f"{number:07d}") for number in range(45_000)]  # Gothic
    await library.add("Wörterliste", f"<p>{' '.join(words)}</p>")
    assert await library.find("Wörterliste") == ["Wörterliste"]
    assert await library.find(words[1]) == ["Wörterliste"]


async def test_conditions_narrow_what_is_found(library):
    await library.add("Ordner A", kind="folder")
    await library.add("Plan eins", "<p>Kaffee</p>", folder="Ordner A", tags=["Küche", "Fest"])
    await library.add("Plan zwei", "<p>Kaffee</p>", network="first", tags=["küche"])
    await library.add("Plan drei", "<p>Kaffee</p>", kind="news", publish=False)
    everything = {"Plan eins", "Plan zwei", "Plan drei"}
    async with library.as_("Ada") as (actor, _):
        hits = {hit.entry.title: hit.entry for hit in (await search_items(actor, SearchQuery("Plan"))).hits}
    assert hits.keys() == everything
    here = (hits["Plan eins"].space.id,)
    for conditions, titles in (
        ({"spaces": here}, {"Plan eins", "Plan drei"}),
        ({"types": ("news",)}, {"Plan drei"}),
        ({"states": ("private",)}, {"Plan drei"}),
        ({"tags": ("KÜCHE",)}, {"Plan eins", "Plan zwei"}),
        ({"tags": ("Küche", "Fest")}, {"Plan eins"}),
        ({"person": "ada"}, everything),
        ({"person": "Bert"}, set()),
        ({"changed_from": TODAY - timedelta(days=1)}, everything),
        ({"changed_from": TODAY + timedelta(days=2)}, set()),
        ({"changed_until": TODAY - timedelta(days=2)}, set()),
        ({"below": library.ids["Ordner A"]}, {"Plan eins"}),
    ):
        assert set(await library.find("Plan", **conditions)) == titles, conditions
        assert {title for title in await library.find(**conditions) if title.startswith("Plan")} == titles, conditions


async def test_the_order_can_be_chosen(library):
    for title in ("Plan B", "Plan C", "Plan A"):
        await library.add(title, "<p>x</p>")
    for text in ("Plan", ""):
        assert (await library.find(text, order="newest", types=("page",))) == ["Plan A", "Plan C", "Plan B"]
        assert (await library.find(text, order="title", types=("page",))) == ["Plan A", "Plan B", "Plan C"]


async def test_pages_follow_each_other_without_a_gap(library):
    titles = {f"Blatt {number}" for number in range(25)}
    for title in titles:
        await library.add(title, "<p>x</p>")
    async with library.as_("Ada") as (actor, _):
        first = await search_items(actor, SearchQuery("Blatt"), limit=10)
        second = await search_items(actor, SearchQuery("Blatt"), limit=10, offset=10)
        third = await search_items(actor, SearchQuery("Blatt"), limit=10, offset=20)
    assert [page.has_more for page in (first, second, third)] == [True, True, False]
    assert {hit.entry.title for page in (first, second, third) for hit in page.hits} == titles
    assert first.found == 25


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("Ber", {"Beratung für Wohnungslose"}),
        ("beratun", {"Beratung für Wohnungslose"}),
        ("wohnungslose ber", {"Beratung für Wohnungslose"}),
        ("protokoll vom", {"Protokoll vom Mai"}),
        ("Kaffee", set()),
        ("x", set()),
        ("", set()),
    ],
)
async def test_titles_are_suggested_while_somebody_types(texts, typed, titles):
    async with texts.as_("Ada") as (actor, _):
        assert {entry.title for entry in await suggest_items(actor, typed)} == titles
