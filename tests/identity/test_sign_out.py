"""Out here and at the directory, started from either side."""

import time

import httpx
import pytest
from joserfc.jwk import RSAKey

from portal.identity.rules import person_id_of
from portal.identity.sessions import COOKIE, NewSession
from tests.identity.house import at_directory, departure, query_of
from tests.identity.standin import elliptic_key, other_key


async def test_signing_out_ends_the_session_here_and_at_the_directory(portal):
    browser = await portal.sign_in("anna.acht")
    token = browser.http.cookies[COOKIE]
    answer = await browser.post("/abmelden")
    assert answer.status_code == 303
    away = answer.headers["location"]
    assert away.startswith(f"{portal.settings.oidc_issuer}/oauth/end_session?")
    assert set(query_of(away)) == {"client_id", "post_logout_redirect_uri", "id_token_hint"}
    assert COOKIE not in browser.http.cookies
    copy = portal.browser()
    copy.http.cookies.set(COOKIE, token)
    assert (await copy.get("/")).status_code == 303

    async with httpx.AsyncClient(cookies=browser.directory) as http:
        assert (
            (await http.get(browser.sent_to)).headers["location"].startswith("https://hilfenetz.test/anmelden/antwort")
        )
        back = await http.get(away)
        assert (back.status_code, back.headers["location"]) == (302, "https://hilfenetz.test/abgemeldet"), back.text
        assert (await http.get(browser.sent_to)).headers["location"] == "/login", "the directory asks again"
    page = await browser.get("/abgemeldet")
    assert "Sie sind abgemeldet" in page.text


async def test_signing_out_needs_the_token_of_a_page(portal):
    browser = await portal.sign_in("anna.acht")
    assert (await browser.http.post("/abmelden")).status_code == 403
    assert (await browser.get("/abmelden")).status_code == 405
    assert (await browser.get("/")).status_code == 200


async def test_signing_out_twice_is_no_failure(portal):
    browser = await portal.sign_in("anna.acht")
    await browser.post("/abmelden")
    answer = await browser.post("/abmelden")
    assert (answer.status_code, answer.headers["location"]) == (303, "/abgemeldet")


async def test_signing_out_works_while_the_directory_is_down(deceived, standin):
    browser = deceived.browser()
    token = await deceived.identity.sessions.begin(
        NewSession(person_id("mia.muster"), person_id("x"), provider="verzeichnis", id_token="hint")
    )
    browser.http.cookies.set(COOKIE, token)
    standin.status = 500
    answer = await browser.post("/abmelden")
    assert answer.headers["location"] == "/abgemeldet?verzeichnis=offen"
    assert "vielleicht noch angemeldet" in (await browser.get(answer.headers["location"])).text
    assert await deceived.identity.sessions.read(token) is None


def person_id(subject):
    return person_id_of("verzeichnis", subject)


@pytest.fixture
async def opened(deceived):
    """Two sessions of Mia (in two sessions of the directory) and one of somebody else."""
    begin = deceived.identity.sessions.begin
    anywhere = person_id("organisation")
    return {
        "one": await begin(NewSession(person_id("mia.muster"), anywhere, "verzeichnis", "hint", sid="one")),
        "two": await begin(NewSession(person_id("mia.muster"), anywhere, "verzeichnis", "hint", sid="two")),
        "other": await begin(NewSession(person_id("eva"), anywhere, "verzeichnis", "hint", sid="three")),
    }


async def still_open(deceived, opened):
    return {name for name, token in opened.items() if await deceived.identity.sessions.read(token)}


async def tell(deceived, token):
    return await deceived.browser().http.post("/abmelden/verzeichnis", data={"logout_token": token})


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ({"sub": "mia.muster"}, {"other"}),
        ({"sub": "mia.muster", "sid": "one"}, {"two", "other"}),
        ({"sub": None, "sid": "two"}, {"one", "other"}),
        ({"sub": "mia.muster", "sid": "three"}, {"one", "two", "other"}),
        ({"sub": "nobody"}, {"one", "two", "other"}),
    ],
)
async def test_the_directory_ends_exactly_what_it_names(named, left, deceived, standin, opened):
    answer = await tell(deceived, standin.sign(standin.logout_claims(**named), typ="logout+jwt"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert await still_open(deceived, opened) == left


async def test_the_directory_has_to_send_a_form(deceived, opened):
    http = deceived.browser().http
    for body in ({"json": {"logout_token": "x"}}, {"content": b"\xff" * 100}, {"files": {"logout_token": b"x"}}, {}):
        assert (await http.post("/abmelden/verzeichnis", **body)).status_code == 400
    assert (await http.get("/abmelden/verzeichnis")).status_code == 405


async def test_a_logout_token_counts_once(deceived, standin, opened):
    token = standin.sign(standin.logout_claims(sid="one"))
    assert (await tell(deceived, token)).status_code == 200
    again = await tell(deceived, token)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_request"})


HOSTILE = {
    "unknown key": lambda s: s.sign(s.logout_claims(), key=other_key(), kid=s.key.kid),
    "key of another kind": lambda s: s.sign(s.logout_claims(), key=elliptic_key(), alg="ES256", kid=s.key.kid),
    "an ID token": lambda s: s.sign(s.claims(nonce="n")),
    "with a nonce": lambda s: s.sign(s.logout_claims(nonce="n")),
    "without the event": lambda s: s.sign(s.logout_claims(events={})),
    "with events that are no object": lambda s: s.sign(s.logout_claims(events="logout")),
    "without anybody": lambda s: s.sign(s.logout_claims(sub=None)),
    "with an empty name": lambda s: s.sign(s.logout_claims(sub="")),
    "without its own name": lambda s: s.sign(s.logout_claims(jti=None)),
    "for another client": lambda s: s.sign(s.logout_claims(aud="another")),
    "of another issuer": lambda s: s.sign(s.logout_claims(iss="https://evil.example")),
    "expired": lambda s: s.sign(s.logout_claims(iat=int(time.time()) - 900, exp=int(time.time()) - 120)),
    "from the future": lambda s: s.sign(s.logout_claims(iat=int(time.time()) + 300)),
    "without an end": lambda s: s.sign(s.logout_claims(exp=None)),
    "an end beyond all time": lambda s: s.sign(s.logout_claims(exp=10**30)),
    "without a time": lambda s: s.sign(s.logout_claims(iat=None)),
    "no token": lambda s: "nichts",
    "nothing": lambda s: "",
    "a broken one": lambda s: "a.b.c",
    "a list": lambda s: "W10.W10.W10",
}


async def test_a_forged_logout_token_ends_nothing(deceived, standin, opened):
    for kind, make in HOSTILE.items():
        answer = await tell(deceived, make(standin))
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"}), kind
        assert await still_open(deceived, opened) == {"one", "two", "other"}, kind


async def test_a_logout_token_signed_by_the_real_directory_ends_the_real_session(portal, directory, standin):
    """Canaille sends none of its own; this one is signed with the key it signs its ID tokens with."""
    import json

    browser = await portal.sign_in("anna.acht")
    key = RSAKey.import_key(json.loads((directory.folder / "directory-key.json").read_text()))
    claims = standin.logout_claims(iss=directory.issuer, sub="anna.acht")
    assert (await tell(portal, standin.sign(claims, key=key))).status_code == 200
    assert (await browser.get("/")).status_code == 303


async def test_a_browser_that_was_signed_out_by_the_directory_may_sign_in_again(portal):
    browser = await portal.sign_in("anna.acht")
    await portal.identity.sessions.end_all(person_id_of("verzeichnis", "anna.acht"))
    await departure(browser)
    assert (await browser.get(await at_directory(browser, "anna.acht"))).headers["location"] == "/"
