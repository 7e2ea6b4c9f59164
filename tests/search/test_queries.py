"""What is found by which words."""

import pytest

TEXTS = {
    "Hausordnung": "<p>Die Häuser sind ab 22 Uhr geschlossen. Möbel bleiben im Haus.</p>",
    "Beratung für Wohnungslose": "<p>Wer keine Wohnung hat, wird beraten. Kaffee gibt es auch.</p>",
    "Protokoll vom Mai": "<p>Der Runde Tisch hat getagt. Es gab Kaffee und Kuchen.</p>",
}


@pytest.fixture
async def texts(library):
    for title, body in TEXTS.items():
        await library.add(title, body)
    return library


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
    ],
)
async def test_words_find_what_they_stand_in(texts, text, titles):
    assert set(await texts.find(text)) == titles
