"""Steps that are refused: whoever made one stays on the item, sees why, and has lost no word."""

import re

import pytest

from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, id_at, published, saved

BETHEL, REASON = "bethel-regional", "Bitte nennen Sie die Zeiten.\n\nDanke, & bis bald."
ITEM = "/o/bethel-regional/hausordnung"


@pytest.fixture
async def author(cast):
    """Somebody who writes and does not review."""
    return await cast.as_role(BETHEL, Role.CASEWORKER)


@pytest.fixture
async def reviewer(cast):
    return await cast.as_role(BETHEL, Role.LEAD)


async def given(author) -> str:
    """A page that waits for its review; gives back its id."""
    page = await added(author, title="Hausordnung", body="Ruhe ab 22 Uhr.")
    await step(author, page, "submit")
    return page


async def step(browser, item, name, *, note=None, htmx=False, expects=303, version="1"):
    sent = {"schritt": name, "version": version} | ({} if note is None else {"note": note})
    answer = await browser.post(f"/inhalte/{item}/zustand", sent, htmx=htmx)
    assert answer.status_code == (204 if htmx and expects == 303 else expects), answer.text
    return answer


def hidden_version(answer):
    """The version that the buttons of a page stand for."""
    return re.search(r'/zustand.*?name="version" value="(\d+)"', answer.text, re.DOTALL)[1]


def stand(page):
    """The box of where the item stands, in words."""
    return " ".join(page.text.split("So läuft es")[1].split("Zuletzt geändert")[0].split())


@pytest.mark.parametrize("note", ["", "  ", "x" * 2001])
async def test_a_reason_that_is_missing_or_too_long_is_asked_for_beside_its_field(author, reviewer, note):
    item = await given(author)
    answer = await step(reviewer, item, "send_back", note=note, expects=422)
    page = check_page(answer.text)
    assert "<h1" in answer.text, "still on the item"
    assert "Ruhe ab 22 Uhr." in page.text
    (field,) = (field for field in page.all("textarea") if field.get("name") == "note")
    assert field.get("aria-invalid") == "true"
    assert field.inside("details")
    assert '<details class="ask" open>' in answer.text
    assert note.strip() in answer.text
    beside = await step(reviewer, item, "send_back", note=note, htmx=True, expects=422)
    assert '<hx-partial hx-target="#zustand"' in beside.text
    assert 'aria-invalid="true"' in beside.text
    assert "Zur Prüfung" in stand(check_page((await reviewer.get(ITEM)).text))


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_step_that_came_too_late_shows_the_item_as_it_is_and_what_was_written(author, reviewer, htmx):
    item = await given(author)
    await published(reviewer, item)
    answer = await step(reviewer, item, "send_back", note=REASON, htmx=htmx, expects=409)
    assert "„Zurückgeben“ ist nicht mehr möglich: Der Stand ist inzwischen „Veröffentlicht“." in answer.text
    assert "Danke, &amp; bis bald." in answer.text
    assert 'value="retract"' in answer.text, "what is possible now"
    assert 'value="send_back"' not in answer.text
    if htmx:
        assert all(f'hx-target="#{slot}"' in answer.text for slot in ("ansicht", "flash"))
    else:
        assert "<b>Veröffentlicht</b>" in answer.text
        check_page(answer.text)


async def test_what_a_step_took_away_is_said_to_have_gone_on_and_to_nobody_else(author, cast):
    item = await given(author)
    await step(author, item, "recall")
    director = await cast.as_role(BETHEL, Role.DIRECTOR)  # who reviews, and sees no draft
    director.http.headers["Sec-Fetch-Site"] = "same-origin"
    for htmx in (False, True):
        late = await step(director, item, "send_back", note=REASON, htmx=htmx, expects=409)
        assert "in diesem Stand sehen Sie den Beitrag nicht mehr" in late.text
        assert "Danke, &amp; bis bald." in late.text
        assert "Hausordnung" not in late.text
        assert 'name="schritt"' not in late.text, "no button is left that does nothing"
        assert ('hx-target="#ansicht"' in late.text) is htmx
    elsewhere = await cast.as_role("bgw", Role.LEAD)
    colleague = await cast.as_role(BETHEL, Role.DATA_PROTECTION_OFFICER)
    for other in (elsewhere, colleague):  # out of reach, or never theirs to read
        await step(other, item, "send_back", note=REASON, expects=404)


async def test_a_step_that_there_is_not_is_refused_on_a_page_of_its_own(author):
    item, root = await given(author), await id_at(author, ROOT)
    for where, name in ((item, "explode"), (item, ""), (root, "publish")):
        await step(author, where, name, expects=409)


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("version", ["1", "", "x"])
async def test_nobody_publishes_a_version_they_have_not_seen(author, reviewer, htmx, version):
    item = await given(author)
    assert hidden_version(await reviewer.get(ITEM)) == "1"
    await step(author, item, "recall")
    assert (await saved(author, item, title="Hausordnung", body="Ruhe ab 24 Uhr.")).status_code == 303
    await step(author, item, "submit", version="2")
    answer = await step(reviewer, item, "publish", htmx=htmx, expects=409, version=version)
    assert "„Veröffentlichen“ ist nicht geschehen. Der Text wurde inzwischen geändert." in answer.text
    assert "Ruhe ab 24 Uhr." in answer.text, "over the text that is there now"
    assert hidden_version(answer) == "2"
    assert "Zur Prüfung" in stand(check_page((await reviewer.get(ITEM)).text))
    await step(reviewer, item, "publish", htmx=htmx, version="2")
    assert "Alle, die hier lesen dürfen, sehen es." in stand(check_page((await reviewer.get(ITEM)).text))


async def test_who_is_to_write_on_reads_beside_the_state_why_it_came_back(author, reviewer):
    item = await given(author)
    await step(reviewer, item, "send_back", note=REASON)
    mine = stand(check_page((await author.get(ITEM)).text))
    assert "Zurückgegeben von" in mine
    assert "Bitte nennen Sie die Zeiten. Danke, & bis bald." in mine
    await saved(author, item, title="Hausordnung", body="Ruhe ab 24 Uhr.")
    assert "Danke, & bis bald." in stand(check_page((await author.get(ITEM)).text)), "until it is given again"
    await step(author, item, "submit", version="2")
    assert "bis bald" not in stand(check_page((await author.get(ITEM)).text))
    await step(author, item, "recall", version="2")
    assert "bis bald" not in stand(check_page((await author.get(ITEM)).text))


async def test_a_reviewer_finds_both_ways_to_end_a_review_alike(author, reviewer):
    item = await given(author)
    box = (await reviewer.get(ITEM)).text.split("So läuft es")[1]
    publish, send_back = [
        re.search(rf'<(button|summary) class="([^"]+)"[^>]*><span class="kern-label">{name}<', box)
        for name in ("Veröffentlichen", "Zurückgeben")
    ]
    assert publish[2] == send_back[2] == "kern-btn kern-btn--primary kern-btn--x-small"
    assert publish.start() < send_back.start()
    assert f"/inhalte/{item}/zustand" in box


async def test_back_in_the_editor_it_says_that_it_waits_for_review_and_how_to_go_on(author):
    item = await given(author)
    for place in ("bearbeiten", "arbeitskopie/bearbeiten"):
        answer = await author.get(f"/inhalte/{item}/{place}")
        assert answer.status_code == 409
        page = check_page(answer.text)
        assert "Der Beitrag liegt zur Prüfung." in page.text
        assert "„Wieder bearbeiten“" in page.text
        assert "die Rollen vergibt" not in page.text
        assert "<rich-text" not in answer.text
    form = {"schritt": "recall", "version": hidden_version(answer)}
    back = await author.post(f"/inhalte/{item}/zustand?weiter=bearbeiten", form)
    assert back.headers["location"] == f"/inhalte/{item}/bearbeiten"
    assert "<rich-text" in (await author.get(back.headers["location"])).text


async def test_the_box_says_to_each_reader_who_else_sees_it(author, reviewer, cast):
    item = await given(author)
    admin = await cast.as_role(BETHEL, Role.ADMINISTRATOR)
    whom = "wer hier bearbeiten darf, wer hier prüfen darf, wer hier verwaltet."
    mine, theirs = [stand(check_page((await who.get(ITEM)).text)) for who in (author, reviewer)]
    assert f"Das sehen nur: Sie, {whom}" in mine
    assert "Wer hier prüft, veröffentlicht es oder gibt es zurück." in mine
    assert f"Das sehen nur: wer den Eintrag angelegt hat, {whom}" in theirs
    assert "Wer hier prüft" not in theirs
    await step(author, item, "recall")
    draft = stand(check_page((await admin.get(ITEM)).text))
    assert "Das sehen nur: wer den Eintrag angelegt hat, wer hier bearbeiten darf, wer hier verwaltet." in draft
    await published(admin, item)
    assert "Alle, die hier lesen dürfen, sehen es." in stand(check_page((await author.get(ITEM)).text))


async def test_a_step_that_a_package_names_and_nobody_knows_took_nothing_away(author, cast):
    """Out of reach is not found, whatever the last step is called."""
    page = await given(author)
    for change in ("item SET owner_id = NULL WHERE id", "item_transition SET source = 'verschollen' WHERE item_id"):
        await cast.database.as_superuser(f"UPDATE {change} = $1::text::uuid", page)
    await step(author, page, "recall", expects=404)
