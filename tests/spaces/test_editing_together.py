"""Several at one text: locks, what was typed and not saved, working copies. Nobody sees what is another's."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, hidden, id_at, kept, published, saved

BETHEL, PAGE = "bethel-regional", "/o/bethel-regional/regeln"
NEVER_SAID = "Ruhe ab Mitternacht"
KEEPS = re.compile(r'hx-post="/inhalte/[0-9a-f-]{36}/zwischenstand\?zweck=([^"]+)"')


@pytest.fixture
async def admin(cast):
    return await cast.as_role(BETHEL, Role.ADMINISTRATOR)


@pytest.fixture
async def lead(cast):
    return await cast.as_role(BETHEL, Role.LEAD)


@pytest.fixture
async def item(admin):
    made = await added(admin, title="Regeln", body="Ruhe ab 22 Uhr")
    await published(admin, made)
    return made


async def test_others_see_who_is_at_it_and_may_take_over(admin, lead, item, cast):
    assert (await admin.get(f"/inhalte/{item}/bearbeiten")).status_code == 200
    name = cast.people[cast.who(BETHEL, Role.ADMINISTRATOR)].family_name
    view = await lead.get(PAGE)
    assert "Wird gerade bearbeitet von" in view.text
    assert name in view.text
    assert "Wird gerade bearbeitet" not in (await admin.get(PAGE)).text, "not to oneself"
    locked = await lead.get(f"/inhalte/{item}/bearbeiten")
    check_page(locked.text)
    assert "Bearbeitung übernehmen" in locked.text
    assert "<rich-text" not in locked.text
    taken = await lead.post(f"/inhalte/{item}/sperre")
    assert taken.headers["location"] == f"/inhalte/{item}/bearbeiten"
    assert "<rich-text" in (await lead.get(f"/inhalte/{item}/bearbeiten")).text


async def test_who_lost_the_lock_is_told_while_typing_and_compares_before_saving(admin, lead, item):
    mine = hidden(await admin.get(f"/inhalte/{item}/bearbeiten"))
    await lead.post(f"/inhalte/{item}/sperre")
    told = await kept(admin, item, title="Regeln", body=NEVER_SAID)
    assert "bearbeitet das jetzt" in told.text
    answer = await saved(admin, item, mine, title="Regeln", body=NEVER_SAID)
    assert answer.status_code == 409
    assert "bearbeitet das inzwischen" in answer.text
    assert NEVER_SAID in answer.text
    assert hidden(answer)["trotzdem"] == "ja"
    assert (await saved(admin, item, hidden(answer), title="Regeln", body=NEVER_SAID)).status_code == 303


async def test_two_texts_are_compared_without_offering_a_second_working_copy(admin, lead, item):
    mine = hidden(await admin.get(f"/inhalte/{item}/bearbeiten"))
    await copied(lead, item, "Ruhe ab 21 Uhr")
    await lead.post(f"/inhalte/{item}/sperre")
    answer = await saved(admin, item, mine, title="Regeln", body=NEVER_SAID)
    assert answer.status_code == 409
    assert "Als Arbeitskopie speichern" not in answer.text


async def test_a_lock_ends_by_itself_lasts_while_typing_and_is_given_back(admin, lead, item, cast):
    await admin.get(f"/inhalte/{item}/bearbeiten")
    await cast.database.move_clock(timedelta(minutes=8))
    await kept(admin, item, title="Regeln", body="Ruhe ab 22 Uhr")
    await cast.database.move_clock(timedelta(minutes=16))
    assert "übernehmen" in (await lead.get(f"/inhalte/{item}/bearbeiten")).text
    await cast.database.move_clock(timedelta(minutes=19))
    assert "<rich-text" in (await lead.get(f"/inhalte/{item}/bearbeiten")).text
    assert "übernehmen" in (await admin.get(f"/inhalte/{item}/bearbeiten")).text
    left = await lead.post(f"/inhalte/{item}/sperre/ende")
    assert left.headers["location"] == PAGE
    assert "<rich-text" in (await admin.get(f"/inhalte/{item}/bearbeiten")).text


async def test_looking_at_a_page_takes_no_lock_and_neither_does_who_may_not_edit(admin, item, cast):
    reader = await cast.as_role(BETHEL, Role.CASEWORKER)
    assert (await reader.get(PAGE)).status_code == 200
    assert (await reader.get(f"/inhalte/{item}/bearbeiten")).status_code == 403
    await admin.get(PAGE)
    assert await cast.database.as_superuser("SELECT FROM item_lock") == []


async def test_what_was_typed_is_offered_again_restored_or_discarded(admin, item):
    await admin.get(f"/inhalte/{item}/bearbeiten")
    told = await kept(admin, item, title="Regeln", body="Ruhe ab 23 Uhr", change_note="Sommer")
    assert "Zwischenstand gesichert" in told.text
    assert "nicht gespeichert" in (await admin.get(PAGE)).text
    asked = await admin.get(f"/inhalte/{item}/bearbeiten")
    check_page(asked.text)
    assert "<del>22</del><ins>23</ins>" in asked.text
    assert "<rich-text" not in asked.text, "nobody types over it before they decided"
    restored = await admin.get(f"/inhalte/{item}/bearbeiten?zwischenstand=ja")
    assert "Ruhe ab 23 Uhr" in restored.text
    assert 'value="Sommer"' in restored.text
    gone = await admin.post(f"/inhalte/{item}/zwischenstand/verwerfung?zweck=edit")
    fresh = await admin.get(gone.headers["location"])
    assert "Ruhe ab 22 Uhr" in fresh.text
    assert "Ruhe ab 23 Uhr" not in fresh.text


async def test_saving_ends_editing(admin, item, cast):
    mine = hidden(await admin.get(f"/inhalte/{item}/bearbeiten"))
    await kept(admin, item, title="Regeln", body="Ruhe ab 23 Uhr")
    assert (await saved(admin, item, mine, title="Regeln", body="Ruhe ab 23 Uhr")).status_code == 303
    assert await cast.database.as_superuser("SELECT FROM item_draft UNION ALL SELECT FROM item_lock") == []
    late = await kept(admin, item, title="Regeln", body="Ruhe ab 23 Uhr")
    assert "gesichert" not in late.text
    assert await cast.database.as_superuser("SELECT FROM item_draft") == []


async def test_a_draft_that_was_overtaken_leads_to_both_texts(admin, lead, item):
    await admin.get(f"/inhalte/{item}/bearbeiten")
    await kept(admin, item, title="Regeln", body="Ruhe ab 23 Uhr")
    await lead.post(f"/inhalte/{item}/sperre")
    await saved(lead, item, title="Regeln", body="Ruhe ab 21 Uhr")
    restored = await admin.get(f"/inhalte/{item}/bearbeiten?zwischenstand=ja")
    assert hidden(restored) == {"version": "1"}
    answer = await saved(admin, item, hidden(restored), title="Regeln", body="Ruhe ab 23 Uhr")
    assert answer.status_code == 409


async def test_something_new_is_kept_too_each_type_by_itself(admin):
    folder = await id_at(admin, ROOT)
    await kept(admin, folder, "add-page", title="", body=NEVER_SAID)
    asked = await admin.get(f"/inhalte/{folder}/neu?art=page")
    check_page(asked.text)
    assert NEVER_SAID in asked.text
    assert "Angefangener Entwurf von" in asked.text
    assert "<rich-text" in asked.text, "nobody has to decide before they write"
    assert NEVER_SAID not in (await admin.get(f"/inhalte/{folder}/neu?art=news")).text
    restored = await admin.get(f"/inhalte/{folder}/neu?art=page&zwischenstand=ja")
    assert NEVER_SAID in restored.text
    await added(admin, title="Nacht", body=NEVER_SAID)
    assert "Zwischenstand" not in (await admin.get(f"/inhalte/{folder}/neu?art=page")).text.split("<form")[0]


async def test_several_are_begun_in_one_folder_and_none_is_in_the_way(admin):
    folder = await id_at(admin, ROOT)
    new = f"/inhalte/{folder}/neu?art=page"
    purposes = [KEEPS.search((await admin.get(new)).text)[1] for _ in range(2)]
    assert purposes[0] != purposes[1]
    for purpose, title in zip(purposes, ("Sommer", "Winter"), strict=True):
        await kept(admin, folder, purpose, title=title, body=f"Ruhe im {title}")
    page = await admin.get(new)
    assert [title in page.text for title in ("Sommer", "Winter")] == [True, True]
    assert 'value="Sommer"' not in page.text, "the form itself begins anew"
    ways = re.findall(r'href="([^"]+zwischenstand=[0-9a-f]{8})"', page.text)
    restored = await admin.get(unescape(ways[1]))
    assert 'value="Sommer"' in restored.text
    assert KEEPS.search(restored.text)[1] == purposes[0], "and is kept as what it is"
    key = purposes[0].rpartition("_")[2]
    made = await admin.post(f"/inhalte/{folder}/eintraege?art=page&entwurf={key}", {"title": "Sommer"})
    assert made.status_code == 303
    left = (await admin.get(new)).text
    assert "Winter" in left
    assert "Sommer" not in left.split('id="formular"')[0].split("Angefangen und")[1], "what is saved is begun no more"
    await admin.post(f"/inhalte/{folder}/zwischenstand/verwerfung?zweck={purposes[1]}")
    assert "Angefangener Entwurf" not in (await admin.get(new)).text


async def test_without_script_what_is_new_is_kept_by_a_button(admin):
    folder = await id_at(admin, ROOT)
    purpose = KEEPS.search((await admin.get(f"/inhalte/{folder}/neu?art=page")).text)[1]
    answer = await kept(admin, folder, purpose, htmx=False, title="Sommer")
    assert 'value="Sommer"' in (await admin.get(answer.headers["location"])).text


async def test_without_script_a_button_keeps_it(admin, item):
    await admin.get(f"/inhalte/{item}/bearbeiten")
    answer = await kept(admin, item, htmx=False, title="Regeln", body="Ruhe ab 23 Uhr")
    assert answer.headers["location"] == f"/inhalte/{item}/bearbeiten?zwischenstand=ja"
    assert "Ruhe ab 23 Uhr" in (await admin.get(answer.headers["location"])).text


async def test_drafts_of_three_months_ago_are_forgotten(admin, item, cast):
    await kept(admin, item, title="Regeln", body="Ruhe ab 23 Uhr")
    await cast.database.move_clock(timedelta(days=91))
    folder = await id_at(admin, ROOT)
    await kept(admin, folder, "add-page", title="Neu")
    rows = await cast.database.as_superuser("SELECT purpose FROM item_draft")
    assert [row["purpose"] for row in rows] == ["add-page"]


async def test_nobody_else_reads_what_i_did_not_save(admin, lead, item, cast):
    folder = await id_at(admin, ROOT)
    await kept(admin, item, title="Regeln", body=NEVER_SAID)
    await kept(admin, folder, "add-page", title=NEVER_SAID)
    colleague = await cast.as_role(BETHEL, Role.DIRECTOR)
    await lead.post(f"/inhalte/{item}/sperre")
    for browser in (lead, colleague):
        for address in (
            PAGE,
            f"/inhalte/{item}/bearbeiten",
            f"/inhalte/{item}/bearbeiten?zwischenstand=ja",
            f"/inhalte/{folder}/neu?art=page&zwischenstand=ja",
        ):
            assert NEVER_SAID not in (await browser.get(address)).text, address
    await lead.post(f"/inhalte/{item}/zwischenstand/verwerfung?zweck=edit")
    assert len(await cast.database.as_superuser("SELECT FROM item_draft")) == 2, "nor throws it away"


@pytest.mark.parametrize("purpose", ["", "edit; DROP", "add-", "add-nothing", "copy2", "add-" + "x" * 80])
async def test_a_draft_for_nothing_is_not_found(admin, item, purpose):
    answer = await kept(admin, item, purpose, title="T")
    assert answer.status_code in (400, 403, 404), answer.text


@pytest.mark.parametrize("organisation", ["bgw", "caritas-duesseldorf"])
async def test_another_organisation_finds_nothing_of_it(admin, item, cast, organisation):
    stranger = await cast.as_role(organisation, Role.REPRESENTATIVE)
    await admin.get(f"/inhalte/{item}/bearbeiten")
    await kept(admin, item, title="Regeln", body=NEVER_SAID)
    await copied(admin, item, NEVER_SAID)
    before = await state_of(cast.database)
    for address in ("bearbeiten", "arbeitskopie", "arbeitskopie/bearbeiten", "neu"):
        assert (await stranger.get(f"/inhalte/{item}/{address}")).status_code == 404
    for address in (
        *("zwischenstand", "zwischenstand/verwerfung", "sperre", "sperre/ende", "fassungen", "eintraege?art=page"),
        *("arbeitskopie", "arbeitskopie/uebernahme", "arbeitskopie/verwerfung"),
    ):
        answer = await stranger.post(f"/inhalte/{item}/{address}", {"title": "X", "version": "1", "revision": "1"})
        assert answer.status_code == 404, address
    assert await state_of(cast.database) == before


async def test_a_working_copy_is_made_in_peace_and_taken_over(admin, lead, item, cast):
    answer = await copied(admin, item, "Ruhe ab 23 Uhr")
    assert answer.headers["location"] == f"/inhalte/{item}/arbeitskopie"
    reader = await cast.as_role(BETHEL, Role.CASEWORKER)
    for browser, sees in ((reader, False), (lead, True), (admin, True)):
        page = (await browser.get(PAGE)).text
        assert "Ruhe ab 22 Uhr" in page
        assert "Ruhe ab 23 Uhr" not in page
        assert ("Es gibt eine Arbeitskopie" in page) == sees
    for address in ("arbeitskopie", "arbeitskopie/bearbeiten"):
        assert (await reader.get(f"/inhalte/{item}/{address}")).status_code == 403
    editor = await lead.get(f"/inhalte/{item}/arbeitskopie/bearbeiten")
    check_page(editor.text)
    sent = {**hidden(editor), "title": "Regeln", "body": "Ruhe ab 24 Uhr", "change_note": "Neu beraten"}
    assert (await lead.post(f"/inhalte/{item}/arbeitskopie", sent)).status_code == 303
    shown = await admin.get(f"/inhalte/{item}/arbeitskopie")
    check_page(shown.text)
    assert "<del>22</del><ins>24</ins>" in shown.text
    taken = await admin.post(f"/inhalte/{item}/arbeitskopie/uebernahme", {"version": "1", "revision": "2"})
    assert taken.headers["location"] == PAGE
    page = (await reader.get(PAGE)).text
    assert "Ruhe ab 24 Uhr" in page
    rows = await cast.database.as_superuser("SELECT version, note FROM item_version WHERE item_id = $1::uuid", item)
    assert {"version": 2, "note": "Neu beraten"} in [dict(row) for row in rows]
    assert (await admin.get(f"/inhalte/{item}/arbeitskopie")).status_code == 404


async def test_a_working_copy_of_something_that_was_changed_meanwhile_is_compared_first(admin, item):
    await copied(admin, item, "Ruhe ab 23 Uhr")
    await saved(admin, item, title="Regeln", body="Ruhe ab 21 Uhr")
    answer = await admin.post(f"/inhalte/{item}/arbeitskopie/uebernahme", {"version": "1", "revision": "1"})
    assert answer.status_code == 409
    assert "Das Original wurde geändert" in answer.text
    assert "<del>21</del><ins>23</ins>" in answer.text
    taken = await admin.post(f"/inhalte/{item}/arbeitskopie/uebernahme", {"version": "2", "revision": "1"})
    assert taken.status_code == 303
    assert "Ruhe ab 23 Uhr" in (await admin.get(PAGE)).text


async def test_two_at_one_working_copy_see_both_texts(admin, lead, item):
    await copied(admin, item, "Ruhe ab 23 Uhr")
    first = hidden(await admin.get(f"/inhalte/{item}/arbeitskopie/bearbeiten"))
    await lead.post(f"/inhalte/{item}/sperre")
    await lead.post(f"/inhalte/{item}/arbeitskopie", {**first, "title": "Regeln", "body": "Ruhe ab 20 Uhr"})
    answer = await admin.post(f"/inhalte/{item}/arbeitskopie", {**first, "title": "Regeln", "body": "Ruhe ab 19 Uhr"})
    assert answer.status_code == 409
    check_page(answer.text)
    assert "<del>20</del><ins>19</ins>" in answer.text
    assert hidden(answer)["revision"] == "2"
    again = {**hidden(answer), "title": "Regeln", "body": "Ruhe ab 19 Uhr"}
    assert (await admin.post(f"/inhalte/{item}/arbeitskopie", again)).status_code == 303


async def test_a_working_copy_is_thrown_away_only_as_it_was_shown(admin, item):
    await copied(admin, item, "Ruhe ab 23 Uhr")
    refused = await admin.post(f"/inhalte/{item}/arbeitskopie/verwerfung", {"revision": "7"})
    assert refused.status_code == 409
    gone = await admin.post(f"/inhalte/{item}/arbeitskopie/verwerfung", {"revision": "1"})
    assert gone.headers["location"] == PAGE
    assert "Es gibt eine Arbeitskopie" not in (await admin.get(PAGE)).text


async def test_a_second_working_copy_is_none(admin, lead, item):
    await copied(admin, item, "Ruhe ab 23 Uhr")
    answer = await copied(lead, item, "Ruhe ab 20 Uhr")
    assert answer.status_code == 409
    assert "<del>23</del><ins>20</ins>" in answer.text


@pytest.mark.parametrize("version", ["0", "-1", "2", "99999999999999999999", "eins", ""])
async def test_a_working_copy_of_a_version_there_never_was_is_none(admin, item, version):
    sent = {"version": version, "title": "Regeln", "body": "Ruhe ab 20 Uhr"}
    answer = await admin.post(f"/inhalte/{item}/arbeitskopie", sent)
    assert answer.status_code == 409
    check_page(answer.text)
    assert "Ruhe ab 20 Uhr" in answer.text
    assert (await admin.get(f"/inhalte/{item}/arbeitskopie")).status_code == 404


async def test_what_a_working_copy_must_hold_is_asked_for(admin, item):
    answer = await admin.post(f"/inhalte/{item}/arbeitskopie", {"version": "1", "title": ""})
    assert answer.status_code == 422
    check_page(answer.text)
    assert "Bitte geben Sie einen Titel an" in answer.text


async def copied(browser, item, body):
    sent = {"version": "1", "title": "Regeln", "body": body}
    return await browser.post(f"/inhalte/{item}/arbeitskopie", sent)


async def state_of(database):
    return [
        await database.as_superuser(f"SELECT t::text FROM {table} t ORDER BY 1")
        for table in ("item_lock", "item_draft", "item_copy", "item", "item_version")
    ]


async def test_a_folder_has_no_working_copy(admin):
    """It holds no text to work at for days, and its view shows what lies in it, not what was typed."""
    folder = await added(admin, "folder", title="Ordner")
    answer = await admin.post(f"/inhalte/{folder}/arbeitskopie", {"title": "Ordner", "version": "1"})
    assert answer.status_code == 403
    assert "nur von Texten" in answer.text
    assert (await admin.get(f"/inhalte/{folder}/arbeitskopie")).status_code == 404
