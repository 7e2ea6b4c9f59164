"""Headers, forged posts, floods and oversized input."""

import httpx
import pytest

from portal.shell import security
from portal.shell.static import Assets, FrontEndMissing
from tests.client import emptied
from tests.house.pages import check_fragment, check_page, read
from tests.shell.gallery import build


@pytest.mark.parametrize("path", ["/galerie", "/gibt-es-nicht", "/ablehnung/kaputt", "/static/x/app.css"])
async def test_every_answer_carries_the_headers(http, path):
    headers = (await http.get(path)).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age" in headers["strict-transport-security"]
    assert len(headers["x-request-id"]) >= 16


def test_forms_may_lead_to_the_directories_and_nowhere_else(settings):
    policy = security.headers(settings)["Content-Security-Policy"]
    origin = "/".join(settings.providers[0].issuer.split("/")[:3])
    assert f"form-action 'self' {origin};" in policy


def test_only_https_promises_https(settings):
    plain = settings.model_copy(update={"public_url": "http://localhost:8000"})
    assert "Strict-Transport-Security" not in security.headers(plain)


async def test_pages_are_kept_by_nobody_and_static_files_for_long(http, gallery):
    assert (await http.get("/galerie")).headers["cache-control"] == "no-store"
    page = (await http.get("/galerie")).text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    kern = await http.get(address)
    assert "immutable" in kern.headers["cache-control"]
    assert kern.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in kern.headers
    assert (await http.get("/static/alt/app.css")).headers["cache-control"] == "no-cache"
    assert (await http.get("/static/alt/../../pyproject.toml")).status_code == 404
    assert (await http.get("/static/alt/kern/fira-sans/FiraSans-Regular.woff2")).headers["content-type"] == "font/woff2"
    assert (await http.get("/static/alt/app.js")).headers["content-type"] == "text/javascript; charset=utf-8"


def test_missing_packages_are_named(tmp_path):
    with pytest.raises(FrontEndMissing, match="npm ci"):
        Assets(tmp_path)


async def test_a_given_request_id_is_kept_if_it_looks_like_one(http):
    given = "0123456789abcdef0123"
    assert (await http.get("/galerie", headers={"X-Request-ID": given})).headers["x-request-id"] == given
    for bad in ("kurz", "x" * 65, "<script>alert(1)</script>"):
        assert (await http.get("/galerie", headers={"X-Request-ID": bad})).headers["x-request-id"] != bad


async def test_a_post_without_the_token_is_refused(http):
    for data in ({}, {"_csrf_token": "x" * 128}):
        response = await http.post("/galerie/eintrag", data=data)
        assert response.status_code == 403
        check_page(response.text)


@pytest.fixture
async def yesterday(settings, redis, gallery):
    """A browser, with the token of a page that was made before SECRET_KEY was changed."""
    before = build(settings.model_copy(update={"secret_key": "x" * 40}), redis)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=before), base_url="https://hilfenetz.test") as old:
        await old.get("/galerie")
    transport = httpx.ASGITransport(app=gallery)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://hilfenetz.test", cookies=old.cookies
    ) as browser:
        yield browser


ANSWERS = {
    "frage": 'Was kostet "das" & jenes?', "grund": "Zeile 1\r\nZeile 2", "art": "ja", "ort": "a",
    "tag": "2027-01-31", "zahl": "3", "haken": "ja",
}  # fmt: skip


def hidden(html: str) -> dict[str, str]:
    return {field.get("name"): field.get("value") for field in read(html).all("input") if field.get("type") == "hidden"}


async def test_after_a_change_of_the_key_a_page_brings_a_token_that_counts(yesterday):
    old = yesterday.cookies[security.CSRF_COOKIE]
    page = (await yesterday.get("/galerie")).text
    assert yesterday.cookies[security.CSRF_COOKIE] != old
    assert old not in page
    assert "set-cookie" not in (await yesterday.get("/galerie")).headers
    token = {"_csrf_token": yesterday.cookies[security.CSRF_COOKIE]}
    assert (await yesterday.post("/galerie/eintrag", data=ANSWERS | token)).status_code == 303


async def test_a_form_from_before_the_change_can_be_sent_again_with_all_that_was_typed(yesterday):
    old = {"_csrf_token": yesterday.cookies[security.CSRF_COOKIE]}
    response = await yesterday.post("/galerie/eintrag?a=1", data=ANSWERS | old)
    assert response.status_code == 403
    page = check_page(response.text)
    assert "Bitte senden Sie noch einmal ab" in page.text
    assert next(page.all("form")).get("action") == "/galerie/eintrag?a=1"
    kept = hidden(response.text)
    assert kept == ANSWERS | {"_csrf_token": yesterday.cookies[security.CSRF_COOKIE]}
    assert (await yesterday.post("/galerie/eintrag", data=kept)).status_code == 303


async def test_with_htmx_the_form_stays_and_takes_the_new_token_beside_the_old_one(yesterday):
    old = yesterday.cookies[security.CSRF_COOKIE]
    headers = {"HX-Request": "true", "HX-Target": "div#answer"}
    response = await yesterday.post("/galerie/eintrag", data=ANSWERS | {"_csrf_token": old}, headers=headers)
    assert response.status_code == 403
    assert "noch einmal" in check_fragment(response.text).text
    fresh = hidden(response.text)
    assert fresh == {"_csrf_token": yesterday.cookies[security.CSRF_COOKIE]}
    both = ANSWERS | {"_csrf_token": [old, fresh["_csrf_token"]]}
    assert (await yesterday.post("/galerie/eintrag", data=both, headers=headers)).status_code == 200


async def test_a_form_in_another_tab_can_be_sent_again_too_if_the_browser_vouches_for_it(yesterday):
    old = {"_csrf_token": yesterday.cookies[security.CSRF_COOKIE]}
    await yesterday.get("/galerie")
    ours = {"Sec-Fetch-Site": "same-origin"}
    response = await yesterday.post("/galerie/eintrag", data=ANSWERS | old, headers=ours)
    assert hidden(response.text) == ANSWERS | {"_csrf_token": yesterday.cookies[security.CSRF_COOKIE]}
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
async def test_a_form_that_is_not_ours_is_never_offered_to_be_sent(yesterday, http, headers):
    for browser in (yesterday, http):
        for data in (ANSWERS, ANSWERS | {"_csrf_token": "x" * 128}):
            response = await browser.post("/galerie/eintrag", data=data, headers=headers)
            assert response.status_code == 403
            assert "kostet" not in response.text
            assert not list(check_page(response.text).all("form"))


async def test_the_token_cookie_belongs_to_this_host_alone(gallery):
    transport = httpx.ASGITransport(app=gallery)
    async with httpx.AsyncClient(transport=transport, base_url="https://hilfenetz.test") as fresh:
        cookie = (await fresh.get("/galerie")).headers["set-cookie"]
    assert cookie.startswith("__Host-csrf=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("htmx", [False, True])
async def test_ten_megabytes_are_refused_before_they_are_read(gallery, http, token, htmx):
    """Announced or not: what is too large is not taken in."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"HX-Request": "true"} if htmx else {})
    sent = 0

    async def pieces():
        nonlocal sent
        for _ in range(100):
            sent += 100_000
            yield b"x" * 100_000

    announced = await http.post("/galerie/eintrag", content=b"a=" + b"x" * 10_000_000, headers=headers)
    streamed = await http.post("/galerie/eintrag", content=pieces(), headers=headers)
    for response in (announced, streamed):
        assert response.status_code == 413
        assert "zu groß" in response.text
    assert sent < 6_000_000, "reading goes on after the limit"
    assert not htmx or "<html" not in announced.text


async def test_too_many_changes_are_429_with_a_time_to_wait(settings, redis):
    await emptied(redis)
    strict = build(settings.model_copy(update={"rate_limit_per_minute": 3}), redis)
    transport = httpx.ASGITransport(app=strict)
    async with httpx.AsyncClient(transport=transport, base_url="https://hilfenetz.test") as http:
        await http.get("/galerie")
        token = {"_csrf_token": http.cookies["__Host-csrf"]}
        statuses = [(await http.post("/galerie/eintrag", data=token)).status_code for _ in range(5)]
        assert statuses == [422, 422, 422, 429, 429]
        refused = await http.post("/galerie/eintrag", data=token)
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        check_page(refused.text)
        assert (await http.get("/galerie")).status_code == 200, "reading is not limited"
