"""What is refused is refused in words: nothing is half done, and what somebody wrote is still there."""

import re
from html import unescape

import pytest

from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, hidden, id_at, kept, saved

BETHEL, WRITTEN = "bethel-regional", "Ruhe ab 22 Uhr.\n\nDanke, & bis bald."


@pytest.fixture
async def author(cast):
    """Somebody who writes and does not review, in a browser without script."""
    browser = await cast.as_role(BETHEL, Role.CASEWORKER)
    browser.http.headers["Sec-Fetch-Site"] = "same-origin"
    return browser


async def test_a_text_that_came_too_late_for_its_state_is_given_back(author):
    item = await added(author, title="Regeln", body="Ruhe")
    opened = hidden(await author.get(f"/inhalte/{item}/bearbeiten"))
    await author.post(f"/inhalte/{item}/zustand", {"schritt": "submit", "version": "1"})  # in another tab
    answer = await saved(author, item, opened, title="Regeln", body=WRITTEN)
    assert answer.status_code == 409
    page = check_page(answer.text)
    assert "Der Beitrag liegt zur Prüfung." in page.text
    assert "als Zwischenstand gesichert" in page.text
    assert "die Rollen vergibt" not in page.text, "it is no matter of rights"
    assert given_back(answer) == ["Regeln", WRITTEN]
    beside = await author.http.post(
        f"/inhalte/{item}/fassungen",
        data={**opened, "title": "Regeln", "body": WRITTEN, "_csrf_token": author.http.cookies["__Host-csrf"]},
        headers={"HX-Request": "true", "HX-Target": "div#answer-eintrag"},
    )
    assert beside.status_code == 409
    assert "Danke" not in beside.text, "with script it still stands in the form"
    assert "als Zwischenstand gesichert" in beside.text
    told = await kept(author, item, title="Regeln", body=WRITTEN)
    assert told.status_code == 409, "while typing as well"
    assert "liegt zur Prüfung" in told.text
    await author.post(f"/inhalte/{item}/zustand", {"schritt": "recall", "version": "1"})
    offered = await author.get(f"/inhalte/{item}/bearbeiten?zwischenstand=ja")
    assert "Danke, &amp; bis bald." in offered.text


async def test_a_text_for_what_is_not_there_any_more_is_given_back(author, cast):
    item = await added(author, title="Regeln", body="Ruhe")
    opened = hidden(await author.get(f"/inhalte/{item}/bearbeiten"))
    admin = await cast.as_role(BETHEL, Role.ADMINISTRATOR)
    assert (await admin.post(f"/inhalte/{item}/loeschung")).status_code == 303
    answer = await saved(author, item, opened, title="Regeln", body=WRITTEN)
    assert answer.status_code == 404
    assert given_back(answer) == ["Regeln", WRITTEN]


async def test_a_folder_is_not_moved_into_itself_nor_below(author, cast):
    outer = await added(author, "folder", title="Hausbuch")
    inner = await added(author, "folder", title="Alt", folder_url="/o/bethel-regional/hausbuch")
    before = await tree(cast)
    for target in (outer, inner):
        for htmx in (False, True):
            answer = await author.post(f"/inhalte/{outer}/ort", {"ziel": target}, htmx=htmx)
            assert answer.status_code in (409, 422)
            assert "in sich selbst" in answer.text
    assert await tree(cast) == before
    assert (await author.get("/o/bethel-regional/hausbuch/alt")).status_code == 200


@pytest.mark.parametrize("slug", ["../../etc/passwd", "..", "a/b", "%2e%2e", "a\\b", "inhalte"])
async def test_an_address_that_would_lead_elsewhere_is_refused_beside_its_field(author, cast, slug):
    folder, before = await id_at(author, ROOT), await tree(cast)
    answer = await author.post(f"/inhalte/{folder}/eintraege?art=page", {"title": "Regeln", "slug": slug})
    assert answer.status_code == 422
    (field,) = (field for field in check_page(answer.text).all("input") if field.get("name") == "slug")
    assert field.get("aria-invalid") == "true"
    assert await tree(cast) == before


async def tree(cast):
    """What is there, and where."""
    return await cast.database.as_superuser("SELECT id, address, version FROM item ORDER BY id")


def given_back(answer):
    """The texts on the page of a refusal, as they were typed."""
    fields = re.findall(r"<textarea[^>]*readonly[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    return sorted(unescape(text).replace("\r\n", "\n") for text in fields)
