"""Another spelling is offered when it leads to something the person sees, and never tells of anything else."""

import pytest

from portal.search.queries import SearchQuery
from portal.search.queries_corrections import correct


@pytest.fixture(scope="module")
async def written(one_library):
    async with one_library.growing("misspelt") as found:
        await found.add("Wohnungslosenhilfe", "<p>Beratung und Häuser, Kündigung der Wohnung, Schlüssel.</p>")
        await found.add("Runder Tisch", "<p>Kaffee, Kuchen und das Protokoll.</p>")
    return found


@pytest.fixture
async def texts(written):
    async with written.copied() as found:
        yield found


async def helped(library, text, *, by="Ada", at="here", **conditions):
    async with library.as_(by, at) as (actor, _):
        return await correct(actor, SearchQuery(text, **conditions))


@pytest.mark.parametrize(
    ("text", "respelt", "title"),
    [
        ("Wonungslosenhilfe", "Wohnungslosenhilfe", "Wohnungslosenhilfe"),
        ("Wohnunglosnhilfe", "Wohnungslosenhilfe", "Wohnungslosenhilfe"),
        ("Kündigugn", "Kündigung", "Wohnungslosenhilfe"),
        ("Protokol", "Protokoll", "Runder Tisch"),
        ("Prtookoll", "Protokoll", "Runder Tisch"),
        ("Kafee", "Kaffee", "Runder Tisch"),
        ("Schlüsel", "Schlüssel", "Wohnungslosenhilfe"),
        ("Kafee Kuchn", "Kaffee Kuchen", "Runder Tisch"),
        ("Kaffee Kuchn", "Kaffee Kuchen", "Runder Tisch"),
        ("Kafee -Wohnung", "Kaffee -Wohnung", "Runder Tisch"),
    ],
)
async def test_a_slip_leads_to_what_was_meant(texts, text, respelt, title):
    found = await helped(texts, text)
    assert found.text == respelt
    assert found.result.hits[0].entry.title == title
    assert title in await texts.find(found.text)


@pytest.mark.parametrize("text", ["Quantenphysik", "xyzzy", "Kafee -Tisch", "1234567", '"Kafee"'])
async def test_nothing_is_made_up(texts, text):
    found = await helped(texts, text)
    assert (found.text, found.result.hits, found.is_common) == ("", [], False)


async def test_words_that_stand_everywhere_are_told_apart(texts):
    assert (await helped(texts, "der und die")).is_common
    assert (await helped(texts, "-Wohnung")).asks_nothing


async def test_a_word_of_something_hidden_is_never_offered(library):
    await library.add("Kündigungsliste", "<p>Betriebsschließung</p>", publish=False)  # a draft of Ada's
    await library.add("Speiseplan", "<p>Suppe</p>", by="Nele", at="neighbour")  # another organisation
    for text in ("Kündigungslise", "Betriebschließung", "Betriebsschliesung", "Kündigungslise oder Bertiebsschließung"):
        found = await helped(library, text, by="Bert")
        assert (found.text, found.result.hits) == ("", []), text
    assert (await helped(library, "Betriebschließung")).text == "Betriebsschließung"  # Ada sees her own
    assert (await helped(library, "Speisepaln")).text == ""


async def test_a_hit_of_one_alternative_does_not_tell_the_word_of_another(library):
    await library.add("Geheimplan", "<p>x</p>", publish=False)
    await library.add("Kaffeekasse", "<p>y</p>")
    found = await helped(library, "Geheimpaln oder Kafeekasse", by="Bert")
    assert "Geheimplan" not in found.text
    assert [hit.entry.title for hit in found.result.hits] == ["Kaffeekasse"]
