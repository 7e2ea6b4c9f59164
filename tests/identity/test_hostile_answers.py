"""Answers no honest directory gives. Each is refused, nothing is written, nobody is signed in."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from portal.identity.oidc import ALGORITHMS
from portal.identity.sessions import COOKIE
from tests.identity.house import departure, query_of
from tests.identity.standin import CLIENT_SECRET, elliptic_key, other_key


async def come_back(portal, browser, *, state=None, code="a-code", **more):
    """The browser returns from the stand-in."""
    sent = query_of(browser.sent_to)
    query = {"state": sent["state"] if state is None else state, "code": code, **more}
    return await browser.get(f"/anmelden/antwort?{urlencode(query)}")


async def attempt(portal, standin, make_token, **more):
    """A whole attempt whose ID token is made from the nonce."""
    browser = portal.browser()
    nonce = query_of(await departure(browser))["nonce"]
    standin.answers(make_token(nonce))
    return browser, await come_back(portal, browser, **more)


async def assert_refused(town, browser, answer, status=503):
    assert answer.status_code == status, answer.text
    assert COOKIE not in browser.http.cookies
    for table in ("person", "affiliation", "role_assignment", "outbox"):
        assert await town.database.as_superuser(f"SELECT * FROM {table}") == [], table


async def test_the_honest_answer_signs_in_and_uses_the_verifier_once(deceived, standin, town):
    browser, answer = await attempt(deceived, standin, lambda nonce: standin.sign(standin.claims(nonce=nonce)))
    assert answer.status_code == 303
    ((_, form, authorization),) = [entry for entry in standin.asked if entry[0] == "/token"]
    assert authorization == "Basic " + base64.b64encode(f"hilfenetz:{CLIENT_SECRET}".encode()).decode()
    assert form["code"] == "a-code"
    assert form["redirect_uri"] == "https://hilfenetz.test/anmelden/antwort"
    challenge = query_of(browser.sent_to)["code_challenge"]
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge


def encoded(*parts):
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def unsigned(claims):
    return encoded(json.dumps({"alg": "none", "typ": "JWT"}).encode(), json.dumps(claims).encode()) + "."


def with_secret(claims, secret, kid):
    text = encoded(json.dumps({"alg": "HS256", "kid": kid}).encode(), json.dumps(claims).encode())
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), 'sha256'))}"


def with_own_key(standin, claims):
    key = other_key()
    return standin.sign(claims, key=key, jwk=key.as_dict(private=False))


def with_other_claims(token, claims):
    header, _, signature = token.split(".")
    return ".".join([header, encoded(json.dumps(claims).encode()), signature])


NOW = time.time
FORGED = {
    "no signature": lambda s, n: unsigned(s.claims(nonce=n)),
    "signed with another key": lambda s, n: s.sign(s.claims(nonce=n), key=other_key()),
    "another key under the published name": lambda s, n: s.sign(s.claims(nonce=n), key=other_key(), kid=s.key.kid),
    "signed with our own secret": lambda s, n: with_secret(s.claims(nonce=n), CLIENT_SECRET.encode(), s.key.kid),
    "signed with the public key as a secret": lambda s, n: with_secret(
        s.claims(nonce=n), s.key.as_pem(private=False), s.key.kid
    ),
    "a key of another kind": lambda s, n: s.sign(s.claims(nonce=n), key=elliptic_key(), alg="ES256", kid=s.key.kid),
    "a key brought along": lambda s, n: with_own_key(s, s.claims(nonce=n)),
    "changed after signing": lambda s, n: with_other_claims(s.sign(s.claims(nonce=n)), s.claims(nonce=n, sub="chef")),
    "another nonce": lambda s, n: s.sign(s.claims(nonce="another")),
    "no nonce": lambda s, n: s.sign(s.claims()),
    "for another client": lambda s, n: s.sign(s.claims(nonce=n, aud="another")),
    "for nobody": lambda s, n: s.sign(s.claims(nonce=n, aud=None)),
    "for several, and made for another": lambda s, n: s.sign(s.claims(nonce=n, aud=["hilfenetz", "x"], azp="x")),
    "by another issuer": lambda s, n: s.sign(s.claims(nonce=n, iss="https://evil.example")),
    "expired two minutes ago": lambda s, n: s.sign(s.claims(nonce=n, iat=int(NOW()) - 600, exp=int(NOW()) - 120)),
    "without an end": lambda s, n: s.sign(s.claims(nonce=n, exp=None)),
    "made in two minutes": lambda s, n: s.sign(s.claims(nonce=n, iat=int(NOW()) + 120)),
    "not before two minutes": lambda s, n: s.sign(s.claims(nonce=n, nbf=int(NOW()) + 120)),
    "an end that is no number": lambda s, n: s.sign(s.claims(nonce=n, exp="morgen")),
    "for another access token": lambda s, n: s.sign(s.claims(nonce=n, at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
    "nobody": lambda s, n: s.sign(s.claims(nonce=n, sub="")),
    "a subject that is no text": lambda s, n: s.sign(s.claims(nonce=n, sub=["mia"])),
    "without a name": lambda s, n: s.sign(s.claims(nonce=n, name=None)),
    "a header that is no object": lambda s, n: "W10.W10.W10",
    "an algorithm that is no text": lambda s, n: base64.urlsafe_b64encode(b'{"alg":["RS256"]}').decode() + ".e30.AA",
    "no token": lambda s, n: "nichts",
    "nothing": lambda s, n: "",
    "a number": lambda s, n: 5,
    "none": lambda s, n: None,
}


async def test_no_forged_id_token_signs_anybody_in(deceived, standin, town):
    for kind, make in FORGED.items():
        browser, answer = await attempt(deceived, standin, lambda nonce, make=make: make(standin, nonce))
        assert answer.status_code == 503, kind
        assert "Das Verzeichnis antwortet gerade nicht richtig" in answer.text
        await assert_refused(town, browser, answer)


def test_only_algorithms_of_two_keys_are_known():
    """A secret both sides know could sign what only the directory may say."""
    assert not [name for name in ALGORITHMS if name == "none" or name.startswith("HS")]


async def test_clocks_may_differ_by_a_minute(deceived, standin):
    for iat, exp in ((50, 300), (-400, -50)):
        times = {"iat": int(time.time()) + iat, "exp": int(time.time()) + exp}
        _, answer = await attempt(
            deceived, standin, lambda nonce, times=times: standin.sign(standin.claims(nonce=nonce, **times))
        )
        assert answer.status_code == 303, times


async def test_a_malformed_token_answer_is_told_in_words(deceived, standin, town):
    for said in ("", "kein JSON", "[]", {"error": "invalid_grant"}, {"access_token": "x"}, {}, 5):
        browser = deceived.browser()
        await departure(browser)
        standin.token_answer = lambda said=said: said
        await assert_refused(town, browser, await come_back(deceived, browser))


async def test_an_answer_counts_once(deceived, standin, town):
    browser, first = await attempt(deceived, standin, lambda nonce: standin.sign(standin.claims(nonce=nonce)))
    assert first.status_code == 303
    again = await come_back(deceived, browser)
    assert again.status_code == 400
    assert "nicht mehr gültig" in again.text
    assert len([entry for entry in standin.asked if entry[0] == "/token"]) == 1


async def test_a_state_nobody_waits_for_is_refused(deceived, standin, town):
    browser = deceived.browser()
    await departure(browser)
    for state in ("", "erraten", "A" * 43):
        await assert_refused(town, browser, await come_back(deceived, browser, state=state), status=400)
    assert not [entry for entry in standin.asked if entry[0] == "/token"]


async def test_an_answer_brought_by_another_browser_is_refused_and_used_up(deceived, standin, town):
    victim, attacker = deceived.browser(), deceived.browser()
    nonce = query_of(await departure(attacker))["nonce"]
    standin.answers(standin.sign(standin.claims(nonce=nonce)))
    victim.sent_to = attacker.sent_to
    await assert_refused(town, victim, await come_back(deceived, victim), status=400)
    await departure(victim)
    victim.sent_to = attacker.sent_to
    await assert_refused(town, victim, await come_back(deceived, victim), status=400)
    assert (await come_back(deceived, attacker)).status_code == 400


async def test_an_attempt_is_forgotten_after_ten_minutes(deceived, standin, town):
    browser = deceived.browser()
    nonce = query_of(await departure(browser))["nonce"]
    standin.answers(standin.sign(standin.claims(nonce=nonce)))
    (key,) = await deceived.redis.keys("sign-in:*")
    assert 590_000 < await deceived.redis.pttl(key) <= 600_000
    await deceived.redis.pexpire(key, 1)
    await asyncio.sleep(0.01)
    await assert_refused(town, browser, await come_back(deceived, browser), status=400)


async def test_a_refusal_by_the_directory_is_told_and_used_up(deceived, standin, town):
    browser = deceived.browser()
    await departure(browser)
    answer = await come_back(deceived, browser, code="", error="access_denied", error_description="<script>")
    await assert_refused(town, browser, answer, status=403)
    assert "Die Anmeldung wurde abgebrochen" in answer.text
    assert "script>" not in answer.text.split("</head>")[1]
    assert (await come_back(deceived, browser)).status_code == 400


async def test_one_directory_does_not_answer_for_another(deceived, standin, town):
    honest = lambda nonce: standin.sign(standin.claims(nonce=nonce))  # noqa: E731
    browser, answer = await attempt(deceived, standin, honest, iss="https://other.example")
    await assert_refused(town, browser, answer)
    standin.description = {"authorization_response_iss_parameter_supported": True}
    deceived.identity.directories["verzeichnis"].forget()
    browser, answer = await attempt(deceived, standin, honest)
    await assert_refused(town, browser, answer)
    _, answer = await attempt(deceived, standin, honest, iss=standin.issuer)
    assert answer.status_code == 303


async def test_new_keys_of_the_directory_are_fetched_but_not_at_every_forgery(deceived, standin):
    honest = lambda nonce: standin.sign(standin.claims(nonce=nonce))  # noqa: E731
    assert (await attempt(deceived, standin, honest))[1].status_code == 303
    first, standin.key = standin.key, other_key()
    assert (await attempt(deceived, standin, honest))[1].status_code == 503, "asked only seconds ago"
    deceived.identity.directories["verzeichnis"]._keys._at -= 30
    assert (await attempt(deceived, standin, honest))[1].status_code == 303
    asked = len([entry for entry in standin.asked if entry[0] == "/keys"])
    for _ in range(3):
        await attempt(deceived, standin, lambda nonce: standin.sign(standin.claims(nonce=nonce), key=first))
    assert len([entry for entry in standin.asked if entry[0] == "/keys"]) == asked
