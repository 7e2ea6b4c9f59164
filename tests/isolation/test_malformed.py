"""Requests no browser sends: each gets a sentence, none is a failure of the portal, and nothing of it is repeated."""

import base64
import json
from datetime import date, timedelta

import pytest
from prometheus_client import REGISTRY

from portal.shell.reply import FLASH_COOKIE
from tenants.context import Role

BAD_ADDRESS = "http://["
FORM = {"content-type": "application/x-www-form-urlencoded"}
FAILED = 500


def packed(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.fixture
async def browser(cast):
    return await cast.as_role("gfs", Role.REPRESENTATIVE)


@pytest.mark.parametrize("left_to_say", [5, None, ["a"], ["a", []], {"a": 1, "b": 2}, "ab", [["x"], "danger"]])
async def test_a_flash_that_is_none_is_not_said(browser, left_to_say):
    browser.http.cookies.set(FLASH_COOKIE, packed(left_to_say))
    assert (await browser.get("/")).status_code == 200


async def test_a_flash_without_end_is_not_said(browser):
    browser.http.cookies.set(FLASH_COOKIE, base64.urlsafe_b64encode(b"[" * 3000).decode())
    assert (await browser.get("/")).status_code == 200


async def test_a_forged_flash_is_a_text(browser):
    browser.http.cookies.set(FLASH_COOKIE, packed(["<b>neu</b>", "danger"]))
    assert "<b>neu</b>" not in (await browser.get("/")).text


async def test_an_address_that_is_none_is_not_where_anybody_came_from(cast, browser):
    said = {"HX-Request": "true", "HX-Current-URL": BAD_ADDRESS}
    assert (await cast.nobody().http.get("/", headers=said)).status_code == 401
    await browser.get("/mitteilungen")
    said |= {"X-CSRFToken": browser.http.cookies["__Host-csrf"]}
    assert (await browser.http.post("/mitteilungen/lesevermerke", headers=said)).status_code == 200


@pytest.mark.parametrize("wanted", ["/€", "/ü?frage=ß", "/\u2028"])
async def test_an_address_with_foreign_letters_fits_into_a_header(browser, wanted):
    for response in (
        await browser.http.get("/anmelden", params={"weiter": wanted}),
        await browser.post("/sprache", {"sprache": "de", "weiter": wanted}),
    ):
        assert response.status_code == 303
        assert response.headers["location"].isascii()


@pytest.mark.parametrize("path", ["/o/%00", "/o/bgw%00", "/n/%00", "/static/x/%00", "/n/bielefeld/abstimmungen/%00"])
async def test_what_no_text_can_hold_is_not_there(browser, path):
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("query", ["von=0001-01-01", "bis=9999-12-31", "von=1.1.0001"])
async def test_days_at_the_ends_of_the_calendar_are_refused(cast, query):
    officer = await cast.as_role("bgw", Role.DATA_PROTECTION_OFFICER)
    for path in ("/datenschutz/protokoll", "/datenschutz/protokoll/tabelle"):
        assert (await officer.get(f"{path}?{query}")).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"last_day": "9999-12-31"}, {"proposals": "a" * 201 + "\nb"}, {"proposals": "a\x00b\n\x00"}]
)
async def test_a_question_the_database_would_refuse_is_refused_with_a_sentence(cast, wrong):
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    soon = (date.today() + timedelta(days=5)).isoformat()  # noqa: DTZ011 - any day soon
    asked = {"question": "Wen?", "rule": "question_choice", "proposals": "a\nb", "last_day": soon}
    assert (await office.post("/n/bielefeld/abstimmungen", asked | wrong)).status_code == 422


@pytest.mark.parametrize("token", ["ü" * 80, "a" * 64 + "ü", "%00" * 80])
async def test_a_forged_token_is_refused_whatever_it_is_made_of(browser, token):
    await browser.get("/mitteilungen")
    sent = f"_csrf_token={token}".encode()
    assert (await browser.http.post("/mitteilungen/lesevermerke", content=sent, headers=FORM)).status_code == 403


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_file_is_no_token(browser):
    await browser.get("/mitteilungen")
    files = {"_csrf_token": ("x", browser.http.cookies["__Host-csrf"].encode())}
    assert (await browser.http.post("/mitteilungen/lesevermerke", files=files)).status_code == 403


async def test_a_logout_token_without_end_is_refused(cast):
    endless = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    answer = await cast.nobody().http.post("/abmelden/verzeichnis", data={"logout_token": f"x.{endless}.y"})
    assert answer.status_code == 400


async def test_invented_methods_do_not_make_figures_of_their_own(cast):
    for method in ("FOO", "BAR"):
        assert (await cast.nobody().http.request(method, "/")).status_code == 405
    counted = {
        sample.labels["method"]
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if metric.name == "hilfenetz_request_seconds"
    }
    assert not counted & {"FOO", "BAR"}
