"""What stands around content: what can be added and in which order, the way back, and a name that is said once."""

import pytest

from portal.spaces.types import addable_types
from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, id_at

FOLDER = "/o/bethel-regional/hausbuch"
USUAL = ["Seite", "Ordner", "Datei", "Bild", "Nachricht", "Termin", "Aufgabe", "Verweis", "Sammlung"]


@pytest.fixture
async def author(cast):
    return await cast.as_role("bethel-regional", Role.CASEWORKER)


def crumbs(page):
    """The way to a page: (words, address) of every step."""
    (nav,) = (nav for nav in page.all("nav") if nav.get("class") == "crumbs")
    return [(step.text, next((link.get("href") for link in step.all("a")), "")) for step in nav.all("li")]


async def test_what_is_usual_is_offered_first(author):
    page = check_page((await author.get(ROOT)).text)
    (menu,) = (menu for menu in page.all("div") if menu.get("id") == "hinzufuegen")
    assert [entry.text for entry in menu.all("b")] == USUAL
    assert [declared.title for declared in addable_types()] == USUAL


@pytest.mark.parametrize(
    ("place", "here"),
    [("neu?art=page", "Neu: Seite"), ("aufgabe", "Neue Aufgabe"), ("hochladen", "Dateien hochladen")],
)
async def test_from_something_new_a_link_leads_back_to_its_folder(author, place, here):
    folder = await added(author, "folder", title="Hausbuch")
    page = check_page((await author.get(f"/inhalte/{folder}/{place}")).text)
    way = crumbs(page)
    assert way[-2:] == [("Hausbuch", FOLDER), (here, "")]
    assert way[0][1] == ROOT


async def test_a_text_that_was_begun_knows_the_way_to_its_folder(author):
    folder = await added(author, "folder", title="Hausbuch")
    await author.post(f"/inhalte/{folder}/zwischenstand?zweck=add-page", {"title": "Angefangen"}, htmx=True)
    page = check_page((await author.get(f"/inhalte/{folder}/neu?art=page")).text)
    assert "Angefangen und nicht gespeichert" in page.text
    assert crumbs(page)[-2:] == [("Hausbuch", FOLDER), ("Neu: Seite", "")]


async def test_a_front_page_says_its_name_once(author):
    for address in (ROOT, "/n/bielefeld/inhalte"):
        page = check_page((await author.get(address)).text)
        (main,) = page.all("main")
        (title,) = main.all("h1")
        where = next(line.text for line in main.all("p") if "where" in line.get("class"))  # instead of the bar's
        assert main.text.removeprefix(where).count(title.text) == 1
    await added(author, "folder", title="Hausbuch")
    inside = check_page((await author.get(FOLDER)).text)
    assert [address for _, address in crumbs(inside)] == [ROOT, ""]
    assert (await id_at(author, FOLDER)) != (await id_at(author, ROOT))
