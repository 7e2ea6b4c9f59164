"""The conversation below an item, as people use it."""

import re

from tenants.context import Role
from tests.home.test_pages import statements, words

LEAD, CLERK, HEAD, GUARD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER
URL = "/o/bethel-regional/hausordnung"


async def test_a_comment_is_said_changed_and_taken_back(circle):
    page = await circle.page()
    clerk = await circle.browser(CLERK)
    place = f"/inhalte/{page}/kommentare"
    assert (await clerk.post(place, {"body": "Bitte die <b>Ruhezeiten</b> ergänzen"})).status_code == 303
    shown = await clerk.get(URL)
    assert "&lt;b&gt;Ruhezeiten" in shown.text
    comment = re.search(rf"{place}/([0-9a-f-]{{36}})", shown.text)[1]
    assert (await clerk.post(f"{place}/{comment}", {"body": "Ist gut"})).status_code == 303
    assert "Ist gut" in words(await clerk.get(URL))
    guard = await circle.browser(GUARD)
    assert f"{comment}/loeschung" not in (await guard.get(URL)).text
    assert (await guard.post(f"{place}/{comment}/loeschung", {})).status_code == 403
    answer = await clerk.post(f"{place}/{comment}/loeschung", {}, htmx=True)
    assert "Gelöscht von" in words(answer)
    assert "Ist gut" not in answer.text


async def test_nothing_said_is_refused_in_words(circle):
    page = await circle.page()
    answer = await (await circle.browser(CLERK)).post(f"/inhalte/{page}/kommentare", {"body": " "})
    assert answer.status_code == 422
    assert "Bitte schreiben Sie etwas." in words(answer)


async def test_who_is_called_and_not_found_is_said_and_the_text_stays(circle):
    page = await circle.page()
    clerk, place = await circle.browser(CLERK), f"/inhalte/{page}/kommentare"
    sent = {"body": "Bitte ansehen, @Niemand Bekanntes & Co."}
    for htmx in (False, True):
        answer = await clerk.post(place, sent, htmx=htmx)
        assert answer.status_code == 422
        assert "Nicht gefunden: @Niemand Bekanntes." in words(answer)
        assert "@Niemand Bekanntes &amp; Co.</textarea>" in answer.text
        assert "Trotzdem kommentieren" in answer.text
    assert "Niemand Bekanntes" not in (await clerk.get(URL)).text
    assert (await clerk.post(place, {**sent, "trotzdem": "ja"})).status_code == 303
    assert "Niemand Bekanntes" in (await clerk.get(URL)).text


async def test_whom_a_changed_comment_calls_is_told_once(circle):
    page = await circle.page()
    await circle.say(page, "Bitte ansehen, @Niemnd")
    clerk, lead = await circle.browser(CLERK), await circle.name(LEAD)
    comment = re.search(r"/kommentare/([0-9a-f-]{36})", (await clerk.get(URL)).text)[1]
    for body, said in ((f"Bitte ansehen, @{lead}", "geändert."), (f"@{lead}, @Niemnd?", "Nicht gefunden: @Niemnd.")):
        answer = await clerk.post(f"/inhalte/{page}/kommentare/{comment}", {"body": body}, htmx=True)
        assert said in words(answer)
        await circle.settle()
    assert await circle.told("mentioned") == {lead}
    assert await circle.notices("mentioned") == 1


async def test_following_is_one_button_and_one_list(circle):
    page = await circle.page()
    clerk = await circle.browser(CLERK)
    assert "Sie beobachten nichts" in words(await clerk.get("/beobachtet"))
    assert (await clerk.post(f"/inhalte/{page}/beobachtung", {"folgen": "ja"})).status_code == 303
    assert "Hausordnung" in words(await clerk.get("/beobachtet"))
    assert "Sie beobachten das." in words(await clerk.get(URL))
    assert (await clerk.post(f"/inhalte/{page}/beobachtung", {"folgen": "nein"})).status_code == 303
    assert "Hausordnung" not in words(await clerk.get("/beobachtet"))


async def test_what_may_not_be_read_any_more_stands_on_no_list(circle):
    page = await circle.page()
    await circle.follow(page, by=CLERK)
    await circle.close(page)
    clerk = await circle.browser(CLERK)
    assert "Hausordnung" not in (await clerk.get("/beobachtet")).text
    for path in ("kommentare", "beobachtung"):
        assert (await clerk.post(f"/inhalte/{page}/{path}", {"body": "?", "folgen": "ja"})).status_code == 404


async def test_a_page_with_a_conversation_costs_no_more_than_others(circle):
    page = await circle.page()
    await circle.say(page, "eins")
    assert await statements(await circle.browser(CLERK), URL) <= 6
    assert await statements(await circle.browser(HEAD), URL) <= 6
