"""When the directory, Redis or the settings fail, people read a sentence they can act on."""

import pytest

from portal.identity import oidc
from portal.identity.assembly import Identity
from portal.identity.sessions import COOKIE
from portal.settings import OidcProvider, SettingsProblem
from tests.client import redis_of
from tests.identity.house import departure, portal_of, query_of


async def begin(portal):
    return await portal.browser().get("/anmelden/weiterleitung", params={"verzeichnis": "verzeichnis"})


def assert_told(answer):
    assert answer.status_code == 503
    assert "Das Verzeichnis antwortet gerade nicht richtig" in answer.text
    assert "Dienstkonto betreut" in answer.text
    assert "Traceback" not in answer.text


@pytest.fixture
async def nowhere(town, portal_settings):
    """A portal whose directory is switched off."""
    found = portal_of(
        portal_settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:1"}), redis_of(portal_settings.redis_url)
    )
    yield found
    await found.close()


async def test_a_directory_that_is_off_is_told_in_words(nowhere):
    assert (await nowhere.browser().get("/anmelden")).status_code == 200
    assert_told(await begin(nowhere))


DESCRIPTIONS = (
    {"issuer": "https://evil.example"},
    {"authorization_endpoint": None},
    {"token_endpoint": "javascript:alert(1)"},
    {"jwks_uri": 5},
    {"code_challenge_methods_supported": ["plain"]},
)


async def test_a_directory_that_describes_itself_wrongly_is_not_used(deceived, standin):
    for description in DESCRIPTIONS:
        standin.description = description
        assert_told(await begin(deceived))


async def test_a_directory_that_fails_or_talks_nonsense_is_told_in_words_and_recovers(deceived, standin):
    standin.status = 500
    assert_told(await begin(deceived))
    standin.status = 200
    answer, standin.answer = standin.answer, lambda path: "<html>"
    assert_told(await begin(deceived))
    standin.answer = answer
    assert (await begin(deceived)).status_code == 303


async def test_a_directory_that_was_there_a_minute_ago_is_asked_before_people_are_sent_to_it(
    deceived, standin, monkeypatch
):
    """Otherwise the browser shows its own page, in which nobody says what to do."""
    monkeypatch.setattr(oidc, "_ASK_AGAIN_SECONDS", 0)
    browser = deceived.browser()
    asked = query_of(await departure(browser))
    standin.answers(standin.sign(standin.claims(nonce=asked["nonce"])))
    await browser.get("/anmelden/antwort", params={"state": asked["state"], "code": "x"})
    standin.status = 503
    assert_told(await begin(deceived))
    assert (await browser.post("/abmelden")).headers["location"] == "/abgemeldet?verzeichnis=offen"


async def test_a_directory_that_fails_between_departure_and_answer(deceived, standin):
    browser = deceived.browser()
    state = query_of(await departure(browser))["state"]
    standin.status = 502
    assert_told(await browser.get("/anmelden/antwort", params={"state": state, "code": "x"}))


async def test_keys_that_are_none_are_told_in_words(deceived, standin):
    for keys in ({"keys": []}, {"keys": "x"}, {}, {"keys": [{"kty": "none"}]}):
        honest, standin.answer = (
            standin.answer,
            lambda path, keys=keys, was=standin.answer: keys if path == "/keys" else was(path),
        )
        browser = deceived.browser()
        asked = query_of(await departure(browser))
        standin.answers(standin.sign(standin.claims(nonce=asked["nonce"])))
        assert_told(await browser.get("/anmelden/antwort", params={"state": asked["state"], "code": "x"}))
        standin.answer = honest


@pytest.fixture
async def forgetful(town, portal_settings):
    """A portal whose Redis is switched off."""
    found = portal_of(portal_settings, redis_of("redis://127.0.0.1:1/0"))
    yield found
    await found.close()


async def test_without_redis_a_page_that_needs_somebody_is_unavailable(forgetful):
    browser = forgetful.browser()
    browser.http.cookies.set(COOKIE, "a" * 43)
    answer = await browser.get("/")
    assert answer.status_code == 503
    assert "in einigen Minuten" in answer.text
    assert (await browser.get("/konto/sitzungen")).status_code == 503


async def test_without_redis_public_pages_are_shown(forgetful):
    browser = forgetful.browser()
    browser.http.cookies.set(COOKIE, "a" * 43)
    assert (await browser.get("/anmelden")).status_code == 200
    assert (await browser.get("/abgemeldet")).status_code == 200
    answer = await browser.get("/anmelden/weiterleitung", params={"verzeichnis": "verzeichnis"})
    assert answer.status_code == 503


async def test_a_wiped_redis_only_means_signing_in_again(portal):
    browser = await portal.sign_in("anna.acht")
    await portal.redis.flushdb()
    assert (await browser.get("/")).headers["location"] == "/anmelden?weiter=/"
    await portal.sign_in("anna.acht", browser=browser)
    assert (await browser.get("/")).status_code == 200


def second(standin, key="caritas", **more):
    return OidcProvider(
        key=key, label="Caritas", issuer=standin.issuer, client_id="hilfenetz", client_secret="x", **more
    )


async def test_a_second_directory_is_added_by_configuration_alone(town, portal_settings, standin):
    settings = portal_settings.model_copy(update={"oidc_providers": (second(standin, organisations=("c",)),)})
    portal = portal_of(settings, redis_of(settings.redis_url))
    try:
        page = await portal.browser().get("/anmelden")
        assert "Mit dem Verzeichnis der Stadt anmelden" in page.text
        assert "Mit „Caritas“ anmelden" in page.text
        assert "Welches Verzeichnis" in page.text
        browser = portal.browser()
        asked = query_of(await departure(browser, provider="caritas"))
        claims = standin.claims(nonce=asked["nonce"], groups=["hilfenetz:a:director", "hilfenetz:c:lead"])
        standin.answers(standin.sign(claims))
        await browser.get("/anmelden/antwort", params={"state": asked["state"], "code": "x"})
        assert (await browser.get("/")).json()["at"] == "c", "it may not speak for A"
        assert (await browser.get("/")).json()["others"] == []
    finally:
        await portal.close()


async def test_claims_may_come_from_the_user_info(town, portal_settings, standin):
    settings = portal_settings.model_copy(
        update={"oidc_issuer": "", "oidc_providers": (second(standin, claims_from="userinfo", name_claim="full.name"),)}
    )
    portal = portal_of(settings, redis_of(settings.redis_url))
    try:
        for subject, status in (("somebody.else", 503), ("mia.muster", 303)):
            browser = portal.browser()
            asked = query_of(await departure(browser, provider="caritas"))
            standin.answers(standin.sign(standin.claims(nonce=asked["nonce"], groups=None, name=None)))
            standin.userinfo = {"sub": subject, "full": {"name": "Mia M."}, "groups": ["hilfenetz:a:lead"]}
            answer = await browser.get("/anmelden/antwort", params={"state": asked["state"], "code": "x"})
            assert answer.status_code == status
        assert (await browser.get("/")).json()["name"] == "Mia M."
    finally:
        await portal.close()


async def test_two_directories_of_the_same_key_are_refused_at_the_start(portal_settings, standin):
    settings = portal_settings.model_copy(update={"oidc_providers": (second(standin, key="verzeichnis"),)})
    with pytest.raises(SettingsProblem, match="zweimal"):
        Identity(settings, redis_of(settings.redis_url))
