"""A type of content is a declaration and nothing else: form, checks, view, history and search follow from it."""

import pytest

from portal.shell.fields import Integer, Text
from portal.spaces import types
from portal.spaces.fields import Moment, RichText
from portal.spaces.types import ContentType
from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, hidden, id_at, published, saved

VEHICLE = ContentType(
    name="vehicle",
    title="Dienstwagen",
    plural="Dienstwagen",
    fields={
        "plate": Text("Kennzeichen", required="Bitte geben Sie das Kennzeichen an.", limit=12),
        "seats": Integer("Sitzplätze", least=1, most=60),
        "inspected_at": Moment("Hauptuntersuchung bis"),
        "body": RichText("Was zu beachten ist"),
    },
    columns={"inspected_at": "ends_at"},
    explanation="Was auf dem Hof steht.",
)
SENT = {
    "title": "Der Blaue",
    "plate": "BI-QX 4711",
    "seats": "7",
    "inspected_at": "2027-03-01T12:00",
    "body": "<div>Der Tankdeckel <strong>klemmt</strong>.<script>alert(1)</script></div>",
}


@pytest.fixture
async def admin(cast, monkeypatch):
    monkeypatch.setattr(types, "_TYPES", dict(types._TYPES))
    types.install([VEHICLE])
    return await cast.as_role("bethel-regional", Role.ADMINISTRATOR)


async def test_it_is_offered_with_a_form_of_its_fields_that_checks_them(admin):
    folder = await id_at(admin, ROOT)
    assert "art=vehicle" in (await admin.get(ROOT)).text
    form = check_page((await admin.get(f"/inhalte/{folder}/neu?art=vehicle")).text)
    for field in VEHICLE.fields.values():
        assert field.label in form.text
    wrong = await admin.post(f"/inhalte/{folder}/eintraege?art=vehicle", {**SENT, "plate": "", "seats": "61"})
    assert wrong.status_code == 422
    told = check_page(wrong.text).text
    assert "Bitte geben Sie das Kennzeichen an." in told
    assert "Die Zahl darf höchstens 60 sein." in told
    assert 'value="Der Blaue"' in wrong.text


async def test_it_is_shown_found_compared_and_comes_back(admin, cast):
    item = await added(admin, "vehicle", **SENT)
    await published(admin, item)
    shown = await admin.get("/o/bethel-regional/der-blaue")
    page = check_page(shown.text)
    for part in ("Kennzeichen", "BI-QX 4711", "Sitzplätze", "7", "1. März 2027", "klemmt"):
        assert part in page.text
    assert "alert(1)" not in shown.text
    (row,) = await cast.database.as_superuser("SELECT ends_at FROM item WHERE id::text = $1", item)
    assert row["ends_at"].year == 2027
    reader = await cast.as_role("bethel-regional", Role.CASEWORKER)
    for word in ("4711", "Tankdekel"):
        assert "Der Blaue" in (await reader.get("/suche", params={"q": word})).text, word
    edited = {**SENT, **hidden(await admin.get(f"/inhalte/{item}/bearbeiten"))}
    assert (await saved(admin, item, edited, plate="BI-QX 4712")).status_code == 303
    compared = check_page((await admin.get(f"/inhalte/{item}/vergleich?von=1&bis=2")).text).text
    assert "Kennzeichen" in compared
    assert "4712" in compared
    assert "Sitzplätze" not in compared
    assert (await admin.post(f"/inhalte/{item}/wiederkehr", {"fassung": "1"})).status_code == 303
    assert "BI-QX 4711" in (await admin.get("/o/bethel-regional/der-blaue")).text
