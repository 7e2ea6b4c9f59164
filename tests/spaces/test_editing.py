"""Adding and saving: what is kept, what is refused in words, and that nobody overwrites anybody in silence."""

import pytest

from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, hidden, id_at, published, saved

BETHEL = "bethel-regional"


@pytest.fixture
async def admin(cast):
    return await cast.as_role(BETHEL, Role.ADMINISTRATOR)


@pytest.fixture
async def lead(cast):
    return await cast.as_role(BETHEL, Role.LEAD)


async def test_the_form_of_something_new_asks_for_its_fields_and_its_address(admin):
    folder = await id_at(admin, ROOT)
    page = await admin.get(f"/inhalte/{folder}/neu?art=page")
    assert page.status_code == 200
    check_page(page.text)
    for part in ("Titel", "Kurz gesagt", "<rich-text", "Schlagwörter", "Erweitert", "Adresse", "trix.js", "drafts.js"):
        assert part in page.text
    assert 'name="change_note"' not in page.text
    plain = await admin.get(f"/inhalte/{folder}/neu?art=folder")
    assert "trix.js" not in plain.text
    assert "drafts.js" in plain.text


async def test_an_address_of_ones_own_and_one_that_is_taken(admin):
    item = await added(admin, title="Regeln für Gäste", slug="hausordnung")
    page = await admin.get("/o/bethel-regional/hausordnung")
    assert page.status_code == 200
    folder = await id_at(admin, ROOT)
    for slug, sentence in (("hausordnung", "schon vergeben"), ("Haus Ordnung", "Kleinbuchstaben")):
        answer = await admin.post(f"/inhalte/{folder}/eintraege?art=page", {"title": "Noch einmal", "slug": slug})
        assert answer.status_code == 422
        check_page(answer.text)
        assert sentence in answer.text
        assert '<details class="more" open>' in answer.text
        assert "Noch einmal" in answer.text
    assert (
        "Adresse"
        not in (await admin.get(f"/inhalte/{item}/bearbeiten")).text.split("Was haben Sie")[1].split("tools")[0]
    )


async def test_two_of_the_same_name_have_two_addresses(admin):
    await added(admin, title="Protokoll")
    await added(admin, title="Protokoll")
    for address in ("protokoll", "protokoll-2"):
        assert (await admin.get(f"/o/bethel-regional/{address}")).status_code == 200


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Bitte geben Sie einen Titel an"),
        ({"title": "T" * 201}, "höchstens 200 Zeichen"),
        ({"title": "T", "body": "<p>" + "x" * 1_000_001}, "Der Text ist zu lang"),
        ({"title": "T", "tags": ",".join(f"w{n}" for n in range(21))}, "höchstens 20 Schlagwörter"),
        ({"title": "T", "change_note": "n" * 501}, "höchstens 500 Zeichen"),
    ],
)
async def test_what_does_not_fit_is_said_beside_the_field_and_stays_in_it(admin, values, sentence):
    item = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr")
    for htmx in (False, True):
        sent = {"version": "1", **values, "summary": "Bleibt stehen"}
        answer = await admin.post(f"/inhalte/{item}/fassungen", sent, htmx=htmx)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Bleibt stehen" in answer.text
        assert hidden(answer) == {"version": "1"}
    assert "Ruhe ab 22 Uhr" in (await admin.get("/o/bethel-regional/regeln")).text


async def test_a_text_beyond_all_measure_is_refused_in_a_sentence(admin):
    item = await added(admin, title="Regeln")
    for htmx in (False, True):
        answer = await admin.post(f"/inhalte/{item}/fassungen", {"title": "T", "body": "x" * 10_000_000}, htmx=htmx)
        assert answer.status_code == 413
        assert "Die Eingabe ist zu groß" in answer.text


async def test_without_the_editor_a_text_is_typed_and_nothing_of_it_is_lost(admin):
    item = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr.\n\nHunde < 30 cm\ndürfen mit & <b>alle</b>")
    page = await admin.get("/o/bethel-regional/regeln")
    assert "<p>Ruhe ab 22 Uhr.</p><p>Hunde &lt; 30 cm<br>dürfen mit &amp; &lt;b&gt;alle&lt;/b&gt;</p>" in page.text
    editor = await admin.get(f"/inhalte/{item}/bearbeiten")
    assert "Ruhe ab 22 Uhr.\n\nHunde &lt; 30 cm\ndürfen mit &amp; &lt;b&gt;alle" in editor.text
    assert "data-plain" in editor.text


async def test_nothing_that_acts_gets_into_a_page_or_out_of_the_database(admin, cast):
    item = await added(
        admin, title="Regeln", body='<p onclick="x()">Ruhe</p><script>alert(1)</script><img src=x onerror=y>'
    )
    page = (await admin.get("/o/bethel-regional/regeln")).text
    assert "<p>Ruhe</p>" in page
    await cast.database.as_superuser(
        """UPDATE item SET fields = '{"body": "<p>Ruhe</p><script>alert(1)</script>"}' WHERE id = $1::uuid""", item
    )
    again = (await admin.get("/o/bethel-regional/regeln")).text
    for text in (page, again):
        for part in ("alert(1)", "onclick", "onerror"):
            assert part not in text
    assert "<script>alert" not in (await admin.get(f"/inhalte/{item}/bearbeiten")).text


async def test_a_change_is_a_version_with_its_note(admin, cast):
    item = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr")
    answer = await saved(admin, item, title="Regeln", body="Ruhe ab 23 Uhr", change_note="Sommerzeit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/o/bethel-regional/regeln")
    rows = await cast.database.as_superuser(
        "SELECT version, note FROM item_version WHERE item_id = $1::uuid ORDER BY 1", item
    )
    assert [tuple(row.values()) for row in rows] == [(1, ""), (2, "Sommerzeit")]


async def test_who_saves_second_sees_both_texts_and_loses_none(admin, lead, cast):
    item = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr")
    await published(admin, item)
    mine = hidden(await admin.get(f"/inhalte/{item}/bearbeiten"))
    await lead.post(f"/inhalte/{item}/sperre")
    assert (await saved(lead, item, title="Regeln", body="Ruhe ab 21 Uhr")).status_code == 303
    answer = await saved(admin, item, mine, title="Regeln", body="Ruhe ab 23 Uhr")
    assert answer.status_code == 409
    check_page(answer.text)
    for part in ("<del>21</del><ins>23</ins>", "Ihr Text", "Meinen Text verwerfen", "Ruhe ab 21 Uhr", "Ruhe ab 23 Uhr"):
        assert part in answer.text
    assert "Ruhe ab 21 Uhr" in (await lead.get("/o/bethel-regional/regeln")).text
    again = await saved(admin, item, hidden(answer), title="Regeln", body="Ruhe ab 23 Uhr")
    assert again.status_code == 303
    assert "Ruhe ab 23 Uhr" in (await lead.get("/o/bethel-regional/regeln")).text


async def test_who_gives_way_discards_their_text(admin, lead):
    item = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr")
    await published(admin, item)
    mine = hidden(await admin.get(f"/inhalte/{item}/bearbeiten"))
    await lead.post(f"/inhalte/{item}/sperre")
    await saved(lead, item, title="Regeln", body="Ruhe ab 21 Uhr")
    answer = await admin.post(
        f"/inhalte/{item}/fassungen", {**mine, "title": "Regeln", "body": "Ruhe ab 23 Uhr"}, htmx=True
    )
    assert answer.status_code == 409
    assert 'hx-target="#formular"' in answer.text
    view = await admin.get("/o/bethel-regional/regeln")
    assert "nicht gespeichert" in view.text, "what was typed is kept"
    gone = await admin.post(f"/inhalte/{item}/zwischenstand/verwerfung?zweck=edit", {"ende": "ja"})
    assert gone.headers["location"] == "/o/bethel-regional/regeln"
    assert "nicht gespeichert" not in (await admin.get("/o/bethel-regional/regeln")).text


@pytest.mark.parametrize("version", ["", "0", "99", "x", "²", "-1", "9" * 30])
async def test_a_version_nobody_had_overwrites_nothing(admin, version):
    item = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr")
    answer = await saved(admin, item, {"version": version}, title="Regeln", body="Ruhe ab 23 Uhr")
    assert answer.status_code == 409
    assert "Ruhe ab 22 Uhr" in (await admin.get("/o/bethel-regional/regeln")).text
