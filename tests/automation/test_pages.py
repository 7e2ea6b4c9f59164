"""The pages: rules in plain German, written in a form that keeps what was typed, and what they did."""

import re

import pytest

from tenants.context import Role
from tests.database import POOL
from tests.home.test_pages import statements, words
from tests.house.pages import check_page
from tests.spaces.tree import CLERK, HOME

FORM = {"title": "Ablage", "moment": "state:published", "reach": "darunter"}


@pytest.fixture
async def folder(mill):
    await mill.grow("protokolle/", "archiv/")
    return f"/inhalte/{await mill.id_of('protokolle')}"


async def test_a_rule_is_written_read_as_a_sentence_kept_and_runs(mill, folder):
    browser, archive = await mill.browser(), str(await mill.id_of("archiv"))
    page = await browser.get(f"{folder}/regeln")
    check_page(page.text)
    assert "Noch keine Regel" in page.text
    check_page((await browser.get(f"{folder}/regeln/neu")).text)
    sent = {
        **FORM, "kind": "page", "tag": "Kreis", "target": archive, "task_title": "Lesen", "task_days": "3",
        "task_who": mill.person(CLERK), "tell_owner": "ja", "tell_who": mill.person(CLERK), "tell_note": "Abgelegt",
    }  # fmt: skip
    sentence = (
        "Wenn in „Protokolle“ oder darunter ein Eintrag der Art „Seite“ mit dem Schlagwort „Kreis“ den Stand "
        "„Veröffentlicht“ erreicht, dann wird er nach „Archiv“ verschoben, entsteht die Aufgabe „Lesen“ für "
        f"{await mill.name(CLERK)} (fällig nach 3 Tagen) und geht eine Mitteilung an die Person, die ihn angelegt hat "
        f"und {await mill.name(CLERK)}."
    )
    preview = await browser.post(f"{folder}/regeln", {**sent, "tun": "satz"})
    assert preview.status_code == 200
    check_page(preview.text)
    assert sentence in words(preview)
    assert 'value="Abgelegt"' in preview.text
    assert await mill.rows("SELECT FROM rule") == []
    answer = await browser.post(f"{folder}/regeln", sent)
    assert answer.status_code == 303
    page = await browser.get(answer.headers["location"])
    check_page(page.text)
    assert sentence in words(page)
    blatt = await mill.add("protokolle/blatt", tags=["Kreis"])
    await mill.step(blatt, "publish")
    await mill.settle()
    page = words(await browser.get(f"{folder}/regeln"))
    assert "Blatt" in page
    assert "verschoben, Aufgabe angelegt und Mitteilung geschickt" in page
    clerk = await mill.browser(CLERK)
    inbox = await clerk.get("/mitteilungen")
    assert "Ablage: Blatt" in words(inbox)
    (notice,) = await mill.rows("SELECT id FROM notice WHERE kind = 'rule_told' LIMIT 1")
    assert "Abgelegt" in words(await clerk.get(f"/mitteilungen/{notice['id']}"))


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"title": ""}, "Bitte geben Sie der Regel einen Namen."),
    ({"moment": ""}, "Bitte wählen Sie, was geschehen muss."),
    ({"moment": "geträumt"}, "Bitte wählen Sie einen der angebotenen Werte."),
    ({"reach": ""}, "Bitte wählen Sie, wo die Regel gilt."),
    ({"tell_owner": ""}, "mindestens eines davon"),
    ({"state": "published"}, "Diesen Stand hat der Eintrag dann schon."),
    ({"kind": "task"}, "„Aufgabe“ kennt diesen Stand nicht."),
    ({"kind": "page", "state": "done"}, "„Seite“ kennt diesen Stand nicht."),
    ({"task_days": "3"}, "Bitte geben Sie der Aufgabe einen Titel"),
    ({"task_title": "x", "task_days": "400"}, "Die Zahl darf höchstens 365 sein."),
    ({"tell_owner": "", "tell_note": "x"}, "Bitte wählen Sie, wer die Mitteilung bekommt."),
    ({"target": "6d9b0c62-0000-4000-8000-000000000000"}, "Bitte wählen Sie einen der angebotenen Werte."),
    ({"tell_who": "everyone"}, "Bitte wählen Sie einen der angebotenen Werte."),
    ({"target": "here", "reach": "hier"}, "liegt schon in diesem Ordner"),
)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(mill, folder):
    browser = await mill.browser()
    for wrong, sentence in WRONG:
        sent = {**FORM, "tag": "Behalten", "tell_owner": "ja", **wrong}
        if sent.get("target") == "here":
            sent["target"] = folder.removeprefix("/inhalte/")
        answer = await browser.post(f"{folder}/regeln", sent)
        assert answer.status_code == 422, wrong
        check_page(answer.text)
        assert sentence in words(answer), wrong
        assert 'value="Behalten"' in answer.text
    assert await mill.rows("SELECT FROM rule") == []


async def test_it_is_switched_changed_and_deleted(mill, folder):
    rule = await mill.rule("protokolle", "added", owner=True, title="Hinweis")
    await mill.page("Blatt", folder="protokolle")
    await mill.settle()
    browser, way = await mill.browser(), f"{folder}/regeln/{rule}"
    assert (await browser.post(f"{way}/schalter", {"an": "nein"})).status_code == 303
    assert await mill.rule_state(rule) == ("off", "")
    assert "ausgeschaltet" in words(await browser.get(f"{folder}/regeln"))
    assert (await browser.post(f"{way}/schalter", {"an": "vielleicht"})).status_code == 422
    form = await browser.get(way)
    check_page(form.text)
    assert 'value="Hinweis"' in form.text
    assert re.search(r'name="tell_owner"[^>]*checked', form.text)
    assert (await browser.post(way, {**FORM, "title": "Neu", "tell_followers": "ja"})).status_code == 303
    assert await mill.rule_state(rule) == ("on", "")
    assert "den Stand „Sichtbar / Veröffentlicht“" in words(await browser.get(f"{folder}/regeln"))
    assert (await browser.post(f"{way}/ende", {})).status_code == 303
    assert "Noch keine Regel" in words(await browser.get(f"{folder}/regeln"))
    assert (await browser.get(way)).status_code == 404
    trail = await mill.rows("SELECT action FROM audit_entry WHERE subject = 'rule' ORDER BY seq")
    assert [row["action"].removeprefix("rule:") for row in trail] == ["written", "switched_off", "changed", "removed"]


async def test_in_a_very_large_space_a_rule_keeps_the_folder_it_names(mill, folder, monkeypatch):
    rule = await mill.rule("protokolle", "added", move="archiv")
    monkeypatch.setattr("portal.automation.queries_lists.MOST_FOLDERS", 0)
    archive = await mill.id_of("archiv")
    form = await (await mill.browser()).get(f"{folder}/regeln/{rule}")
    assert f'<option value="{archive}" selected>Archiv</option>' in form.text


async def test_below_it_says_where_a_rule_comes_from_and_readers_find_it_in_the_menu(mill, folder):
    await mill.rule("", "added", owner=True, deep=True, title="Für alle", kind="news")
    manager, reader = await mill.browser(), await mill.browser(CLERK)
    for browser in (manager, reader):
        page = await browser.get(f"{folder}/regeln")
        check_page(page.text)
        assert "Für alle" in page.text
        assert "Kommt aus" in page.text
        assert "Ausschalten" not in page.text
    assert f"{folder}/regeln" in (await reader.get(f"/o/{HOME}/protokolle")).text
    assert "Regel schreiben" not in (await reader.get(f"{folder}/regeln")).text


async def test_what_is_no_folder_leads_to_the_rules_of_its_folder(mill, folder):
    page = await mill.page(folder="protokolle")
    browser = await mill.browser()
    for part in ("regeln", "regeln/neu", "regeln/protokoll"):
        answer = await browser.get(f"/inhalte/{page}/{part}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{folder}/regeln"), part
    assert "Regeln gehören zu einem Ordner." in words(await browser.get(f"{folder}/regeln"))
    stranger = await mill.browser(organisation="bgw")
    assert (await stranger.get(f"/inhalte/{page}/regeln")).status_code == 404


async def test_the_log_tells_of_one_rule_or_of_all_page_by_page(mill, folder):
    rules = [await mill.rule("protokolle", "added", owner=True, title=title) for title in ("Eine", "Andere")]
    for number in range(11):
        await mill.page(f"Blatt {number:02}", folder="protokolle")
    await mill.settle()
    browser = await mill.browser()
    first = await browser.get(f"{folder}/regeln/protokoll")
    check_page(first.text)
    assert first.text.count("history__moment") == 20
    assert (await browser.get(f"{folder}/regeln/protokoll?seite=2")).text.count("history__moment") == 2
    one = (await browser.get(f"{folder}/regeln/protokoll?regel={rules[0]}")).text
    assert one.count("history__moment") == 11
    assert "Regel „Andere“" not in one
    other = (await mill.rows("SELECT id FROM item WHERE address = 'archiv'"))[0]["id"]
    assert (await browser.get(f"/inhalte/{other}/regeln/protokoll?regel={rules[0]}")).status_code == 404


async def test_the_pages_cost_no_more_than_others(mill, folder):
    await mill.rule("protokolle", "added", owner=True)
    browser = await mill.browser()
    for path in (f"{folder}/regeln", f"{folder}/regeln/protokoll", f"/o/{HOME}/protokolle"):
        # What a connection has to learn about types, it learns once.
        assert min([await statements(browser, path) for _ in range(POOL)]) <= 6


async def test_a_copied_folder_brings_its_rules_switched_off_for_who_manages_it(mill, folder):
    await mill.rule("protokolle", "added", move="archiv", title="Ablage")
    for role, rules in ((CLERK, 0), (Role.ADMINISTRATOR, 1)):
        async with mill.acting(role) as (actor, opened):
            from portal.spaces.actions_tree import copy_item
            from portal.spaces.queries import access_item
            from tests.spaces.tree import at

            made = await copy_item(
                actor=actor, now=opened.now, item=await at(actor, "protokolle"), folder=await at(actor, "archiv")
            )
            assert await access_item(actor, made)
        found = await mill.rows("SELECT state, author_id FROM rule WHERE item_id = $1", made)
        assert [(row["state"], row["author_id"]) for row in found] == [("off", mill.id_of_person(role))] * rules


async def test_deleted_for_good_a_folder_takes_its_rules_along_and_those_that_lead_there_pause(mill, folder):
    kept = await mill.rule("protokolle", "added", move="archiv")
    await mill.rule("archiv", "changed", owner=True)
    blatt = await mill.page("Blatt", folder="archiv")
    await mill.save(blatt, summary="Neu")
    await mill.settle()
    await mill.move("archiv/blatt", "")  # what the rule did there is known of a page that stays
    await mill.throw_away("archiv")
    await mill.later(days=31)
    await mill.settle()
    assert [row["id"] for row in await mill.rows("SELECT id FROM rule")] == [kept]
    assert await mill.rule_state(kept) == ("paused", "target_gone")
    assert await mill.notices("rule_paused") > 0
    browser = await mill.browser()
    assert "Den Ordner, in den sie verschiebt, gibt es nicht mehr." in words(await browser.get(f"{folder}/regeln"))
