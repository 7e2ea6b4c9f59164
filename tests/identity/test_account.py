"""One's own sessions and the switch between organisations, as pages."""

import re

import pytest

from portal.identity.sessions import COOKIE
from portal.shell.security import CSRF_COOKIE
from tenants.outbox import Event

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"


async def two_browsers(portal):
    first, second = portal.browser(), portal.browser()
    first.http.headers["User-Agent"] = FIREFOX
    return await portal.sign_in("anna.acht", browser=first), await portal.sign_in("anna.acht", browser=second)


def keys(page):
    return re.findall(r'action="/konto/sitzungen/([0-9a-f]{64})/ende"', page.text)


async def test_the_page_lists_the_own_sessions_in_plain_words(portal):
    first, _ = await two_browsers(portal)
    stranger = await portal.sign_in("zoe.zwei")
    page = await first.get("/konto/sitzungen")
    assert page.status_code == 200
    assert "Firefox auf Windows" in page.text
    assert "Unbekannter Browser auf unbekanntem Gerät" in page.text
    assert page.text.count("(diese Sitzung)") == 1
    assert len(keys(page)) == 2
    assert not set(keys(page)) & set(keys(await stranger.get("/konto/sitzungen")))
    assert first.http.cookies[COOKIE] not in page.text


async def test_one_session_is_ended_and_the_other_goes_on(portal):
    first, second = await two_browsers(portal)
    page = await first.get("/konto/sitzungen")
    own = (await portal.identity.sessions.read(first.http.cookies[COOKIE])).key
    (other,) = set(keys(page)) - {own}
    answer = await first.post(f"/konto/sitzungen/{other}/ende")
    assert (answer.status_code, answer.headers["location"]) == (303, "/konto/sitzungen")
    assert (await second.get("/")).status_code == 303
    assert (await first.get("/")).status_code == 200
    assert keys(await first.get("/konto/sitzungen")) == [own]
    assert (await first.post(f"/konto/sitzungen/{other}/ende")).status_code == 404


async def test_after_the_swap_the_page_is_that_of_a_fresh_load(portal):
    first, _ = await two_browsers(portal)
    page = await first.get("/konto/sitzungen")
    own = (await portal.identity.sessions.read(first.http.cookies[COOKIE])).key
    (other,) = set(keys(page)) - {own}
    answer = await first.post(f"/konto/sitzungen/{other}/ende", htmx=True)
    assert answer.status_code == 200
    swapped = re.search(r'<hx-partial[^>]*hx-target="#sitzungen"[^>]*>(.*?)</hx-partial>', answer.text, re.DOTALL)[1]
    fresh = (await first.get("/konto/sitzungen")).text
    row = re.compile(r'<li class="todo__row">.*?</li>', re.DOTALL)
    rows = [re.sub('name="_csrf_token" value="[^"]*"', "", "".join(row.findall(page))) for page in (swapped, fresh)]
    assert rows[0] == rows[1] != ""


async def test_ending_this_session_is_signing_out(portal):
    first, second = await two_browsers(portal)
    own = (await portal.identity.sessions.read(first.http.cookies[COOKIE])).key
    answer = await first.post(f"/konto/sitzungen/{own}/ende")
    assert answer.headers["location"].startswith(f"{portal.settings.oidc_issuer}/oauth/end_session?")
    assert COOKIE not in first.http.cookies
    assert (await second.get("/")).status_code == 200


async def test_all_are_ended_at_once(portal):
    first, second = await two_browsers(portal)
    stranger = await portal.sign_in("zoe.zwei")
    answer = await first.post("/konto/sitzungen/ende")
    assert answer.headers["location"].startswith(f"{portal.settings.oidc_issuer}/oauth/end_session?")
    assert [(await browser.get("/")).status_code for browser in (first, second, stranger)] == [303, 303, 200]


async def test_nobody_ends_the_session_of_somebody_else(portal):
    anna, zoe = await portal.sign_in("anna.acht"), await portal.sign_in("zoe.zwei")
    theirs = (await portal.identity.sessions.read(zoe.http.cookies[COOKIE])).key
    for key in (theirs, "0" * 64, "..%2F", "x"):
        assert (await anna.post(f"/konto/sitzungen/{key}/ende")).status_code == 404
    assert (await zoe.get("/")).status_code == 200


async def test_the_switch_carries_a_fresh_token_into_the_other_organisation(portal, town):
    browser = await portal.sign_in("zoe.zwei")
    token = browser.http.cookies[COOKIE]
    assert (await browser.get("/")).json() == {
        "name": "Zoe Zwei", "at": "a", "roles": ["director"], "seats": ["first"], "others": ["c"],
    }  # fmt: skip
    answer = await browser.post("/organisationswechsel", {"organisation": "c"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.http.cookies[COOKIE] != token
    assert (await browser.get("/")).json() == {
        "name": "Zoe Zwei", "at": "c", "roles": ["lead"], "seats": ["second"], "others": ["a"],
    }  # fmt: skip
    old = portal.browser()
    old.http.cookies.set(COOKIE, token)
    assert (await old.get("/")).status_code == 303
    rows = await town.database.as_superuser(
        "SELECT organisation_id, event FROM outbox WHERE event = 'PersonSignedIn' ORDER BY created_at"
    )
    assert [row["organisation_id"] for row in rows] == [town.a, town.c]
    assert "PersonSignedIn" in Event.registry


async def test_what_was_begun_for_one_organisation_is_not_sent_for_another(portal):
    """Two tabs: in the second the organisation is switched, in the first a form stands as it was."""
    browser = await portal.sign_in("zoe.zwei")
    await browser.get("/konto/sitzungen")
    first_tab = {"_csrf_token": browser.http.cookies[CSRF_COOKIE]}
    await browser.post("/organisationswechsel", {"organisation": "c"})
    await browser.get("/konto/sitzungen")
    answer = await browser.http.post("/abstimmungen", data=first_tab)
    assert answer.status_code == 403
    assert "Organisation gewechselt" in answer.text
    assert "Sie arbeiten jetzt für „Organisation C“." in answer.text
    assert (await browser.post("/abstimmungen")).status_code == 403
    assert "Organisation gewechselt" not in (await browser.post("/abstimmungen")).text, "refused for the role alone"


@pytest.mark.parametrize("asks", ["div#answer-eintrag", "draft-keeper#answer-zwischenstand", "body"])
async def test_whatever_a_former_page_asks_it_is_told_in_one_place_for_whom_the_browser_works_now(portal, asks):
    """The editor asks for itself while somebody types, and again when they save."""
    browser = await portal.sign_in("zoe.zwei")
    await browser.get("/konto/sitzungen")
    first_tab = {"_csrf_token": browser.http.cookies[CSRF_COOKIE]}
    await browser.post("/organisationswechsel", {"organisation": "c"})
    headers = {"HX-Request": "true", "HX-Target": asks}
    answer = await browser.http.post("/abstimmungen", data=first_tab, headers=headers)
    assert (answer.status_code, answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == (
        403,
        "#flash",
        "innerHTML",
    )
    assert answer.text.count("kern-alert--warning") == 1
    assert "Sie arbeiten jetzt für „Organisation C“." in answer.text
    await portal.redis.flushdb()
    answer = await browser.http.post("/abstimmungen", data=first_tab, headers=headers)
    assert "Diese Seite gilt nicht mehr" in answer.text, "nobody is signed in: it is said for nobody"


async def test_signing_in_again_goes_on_where_the_browser_was(portal):
    """A session ends while somebody types; afterwards the form can be sent as it stands, by them alone."""
    browser = await portal.sign_in("zoe.zwei")
    await browser.post("/organisationswechsel", {"organisation": "c"})
    await browser.get("/konto/sitzungen")
    token = browser.http.cookies[CSRF_COOKIE]
    await portal.redis.flushdb()
    await portal.sign_in("zoe.zwei", browser=browser)
    assert (await browser.get("/")).json()["at"] == "c"
    assert browser.http.cookies[CSRF_COOKIE] == token
    await browser.post("/abmelden")
    browser.directory = None
    await portal.sign_in("anna.acht", browser=browser)
    await browser.get("/konto/sitzungen")
    assert browser.http.cookies[CSRF_COOKIE] != token
    assert (await browser.http.post("/abstimmungen", data={"_csrf_token": token})).status_code == 403


async def test_nobody_switches_to_where_they_do_not_work(portal):
    browser = await portal.sign_in("zoe.zwei")
    for slug in ("b", "", "nirgends", "a'--"):
        assert (await browser.post("/organisationswechsel", {"organisation": slug})).status_code == 404
    assert (await browser.post("/organisationswechsel")).status_code == 404
    assert (await browser.get("/")).json()["at"] == "a"
    nobody = portal.browser()
    assert (
        (await nobody.post("/organisationswechsel", {"organisation": "a"})).headers["location"].startswith("/anmelden")
    )


async def test_a_page_that_asks_for_itself_says_that_the_session_is_over_and_leads_nobody_away(portal):
    answer = await portal.browser().get("/konto/sitzungen", htmx=True)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (401, "#flash")
    assert 'href="/anmelden" target="_blank"' in answer.text


async def test_a_missing_role_is_forbidden_and_a_missing_session_is_asked_for(portal):
    anna = await portal.sign_in("anna.acht")
    assert (await anna.get("/protokoll")).status_code == 403
    assert (await portal.browser().get("/protokoll")).status_code == 303
    assert (await anna.get("/strom")).text == "a"


async def test_a_stream_does_not_count_as_using_the_session(portal):
    anna = await portal.sign_in("anna.acht")
    key = (await portal.identity.sessions.read(anna.http.cookies[COOKIE])).key
    await portal.redis.pexpire(f"session:{key}", 60_000)
    assert (await anna.get("/strom")).status_code == 200
    assert await portal.redis.pttl(f"session:{key}") <= 60_000
    await anna.get("/")
    assert await portal.redis.pttl(f"session:{key}") > 60_000


async def test_asking_for_the_methods_of_an_address_tells_nothing_else(portal):
    answer = await portal.browser().http.options("/protokoll")
    assert (answer.status_code, answer.text) == (204, "")
