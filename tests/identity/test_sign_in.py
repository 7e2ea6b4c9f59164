"""Signing in through the real directory, from the first page to the session."""

from structlog.testing import capture_logs

from portal.identity.pending import COOKIE as PENDING_COOKIE
from portal.identity.rules import person_id_of
from portal.identity.sessions import COOKIE
from tests.identity.house import at_directory, departure, query_of, seat


async def test_from_the_first_page_to_the_person_at_work(portal, town):
    browser = portal.browser()
    turned_away = await browser.get("/?tag=heute")
    assert turned_away.status_code == 303
    assert turned_away.headers["location"] == "/anmelden?weiter=/%3Ftag%3Dheute"

    page = await browser.get(turned_away.headers["location"])
    assert page.status_code == 200
    assert "Mit dem Verzeichnis der Stadt anmelden" in page.text
    assert 'href="/anmelden/weiterleitung?verzeichnis=verzeichnis&amp;weiter=%2F%3Ftag%3Dheute"' in page.text

    asked = query_of(await departure(browser, to="/?tag=heute"))
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    assert PENDING_COOKIE in browser.http.cookies

    back = await at_directory(browser, "anna.acht")
    answer = await browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?tag=heute")

    actor = (await browser.get("/")).json()
    assert actor == {
        "name": "Anna Acht",
        "at": "a",
        "roles": ["caseworker", "office"],
        "seats": ["first"],
        "others": [],
    }
    (row,) = await seat(town.database, town.a)
    assert (row["name"], row["email"], row["ends_at"]) == ("Anna Acht", "anna@a.example", None)
    people = await town.database.as_superuser("SELECT * FROM person")
    assert [(row["id"], row["provider"], row["subject"]) for row in people] == [
        (person_id_of("verzeichnis", "anna.acht"), "verzeichnis", "anna.acht")
    ]


async def test_the_cookie_is_locked_to_this_host_and_only_its_digest_is_kept(portal):
    browser = portal.browser()
    await departure(browser)
    answer = await browser.get(await at_directory(browser, "anna.acht"))
    (cookie,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE + "=")]
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert "max-age" not in cookie.lower()
    token = browser.http.cookies[COOKIE]
    assert len(token) == 43
    stored = [key.decode() for key in await portal.redis.keys("*")]
    values = [await portal.redis.get(key) for key in stored if await portal.redis.type(key) == b"string"]
    assert not [part for part in [*stored, *map(repr, values)] if token in part]


async def test_every_sign_in_gets_a_fresh_session_and_ends_the_one_before(portal):
    browser = await portal.sign_in("anna.acht")
    first = browser.http.cookies[COOKIE]
    await portal.sign_in("anna.acht", browser=browser)
    assert browser.http.cookies[COOKIE] != first
    other = portal.browser()
    other.http.cookies.set(COOKIE, first)
    assert (await other.get("/")).status_code == 303


async def test_a_planted_session_is_never_taken_over(portal):
    planted = "a" * 43
    browser = portal.browser()
    browser.http.cookies.set(COOKIE, planted)
    await portal.sign_in("anna.acht", browser=browser)
    tokens = {cookie.value for cookie in browser.http.cookies.jar if cookie.name == COOKIE}
    intruder = portal.browser()
    intruder.http.cookies.set(COOKIE, planted)
    assert (await intruder.get("/")).status_code == 303
    assert tokens - {planted}


async def test_who_is_signed_in_already_goes_straight_on(portal):
    browser = await portal.sign_in("anna.acht")
    answer = await browser.get("/anmelden", params={"weiter": "/strom"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/strom")


async def test_two_tabs_may_sign_in_at_once(portal):
    browser = portal.browser()
    await departure(browser, to="/strom")
    first = await at_directory(browser, "anna.acht")
    await departure(browser)
    second = await at_directory(browser, "anna.acht")
    assert (await browser.get(second)).headers["location"] == "/"
    assert (await browser.get(first)).headers["location"] == "/strom"


async def test_a_person_without_an_organisation_is_told_whom_to_ask(portal, town):
    browser = portal.browser()
    await departure(browser)
    back = await at_directory(browser, "otto.ohne")
    with capture_logs() as logs:
        answer = await browser.get(back)
    assert answer.status_code == 403
    assert "Ihr Konto gehört noch zu keiner Organisation" in answer.text
    assert "Administration" in answer.text
    assert "/oauth/end_session?" in answer.text, "somebody else must be able to sign in"
    assert COOKIE not in browser.http.cookies
    assert await town.database.as_superuser("SELECT * FROM affiliation") == []
    assert [entry["event"] for entry in logs] == ["request"], "groups of others are none of our business"
    assert "otto" not in str(logs).lower()


async def test_an_unknown_directory_is_not_found(portal):
    answer = await portal.browser().get("/anmelden/weiterleitung", params={"verzeichnis": "nirgends"})
    assert answer.status_code == 404


async def test_nothing_else_is_kept_of_the_address_than_a_path(portal):
    for foreign in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
    ):
        browser = portal.browser()
        await departure(browser, to=foreign)
        answer = await browser.get(await at_directory(browser, "anna.acht"))
        assert answer.headers["location"] == "/", foreign
        page = await portal.browser().get("/anmelden", params={"weiter": foreign})
        assert "evil" not in page.text
