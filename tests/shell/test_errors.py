"""A refusal is a sentence that helps, in the shape that was asked for, and tells nothing else."""

import re

import httpx
import pytest

from portal.shell.errors import _PAGES
from portal.shell.security import CSRF_COOKIE
from tests.house.pages import check_fragment, check_page

HTMX = {"HX-Request": "true"}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
JSON = {"Accept": "application/json"}
REFUSALS = [("verboten", 403), ("weg", 404), ("konflikt", 409), ("falsch", 422), ("aus", 503), ("kaputt", 500)]
NEVER = re.compile(r"Traceback|SELECT|geheim|ZeroDivision|\.py\b|Das hier darf niemand lesen|asyncpg|NotFound")


@pytest.mark.parametrize(("name", "status"), REFUSALS)
async def test_a_page_says_what_happened_and_how_it_goes_on(http, name, status):
    response = await http.get(f"/ablehnung/{name}")
    assert response.status_code == status
    page = check_page(response.text)
    assert len(list(page.all("h1"))) == 1
    assert response.headers["x-request-id"] in page.text
    assert not list(page.all("nav"))
    assert not NEVER.search(response.text)


@pytest.mark.parametrize(("name", "status"), REFUSALS)
async def test_htmx_gets_the_sentence_for_the_place_beside_the_form(http, token, name, status):
    beside = {"HX-Target": "div#answer-abgeben"}
    response = await http.post(f"/ablehnung/{name}", data=token, headers=HTMX | beside)
    assert response.status_code == status
    assert "<html" not in response.text
    assert check_fragment(response.text).text
    assert "hx-retarget" not in response.headers
    assert not NEVER.search(response.text)
    elsewhere = await http.get(f"/ablehnung/{name}", headers=HTMX | {"HX-Target": "div#stand"})
    assert elsewhere.headers["hx-retarget"] == "#flash"


@pytest.mark.parametrize(("name", "status"), REFUSALS)
async def test_a_program_gets_problem_details(http, name, status):
    response = await http.get(f"/ablehnung/{name}", headers=JSON)
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code == status
    assert problem["request_id"] == response.headers["x-request-id"]
    assert not NEVER.search(response.text)


async def test_out_of_reach_and_unknown_are_the_same_bytes(http):
    """Whoever asks must not learn from the answer that something is there."""
    answers = [await http.get(path) for path in ("/ablehnung/weg", "/ablehnungen/gibt-es-nicht", "/x?y=1")]
    bodies = {response.text.replace(response.headers["x-request-id"], "") for response in answers}
    assert len(bodies) == 1
    assert {response.status_code for response in answers} == {404}
    names = [{name for name in response.headers if name != "set-cookie"} for response in answers]
    assert names[0] == names[1] == names[2]


async def test_a_wrong_method_is_405(http, token):
    response = await http.post("/galerie", data=token)
    assert response.status_code == 405
    check_page(response.text)


async def test_a_503_says_when_to_come_back(http):
    assert (await http.get("/ablehnung/aus")).headers["retry-after"] == "30"


async def test_who_is_not_signed_in_is_led_there_and_back(http, token):
    page = await http.get("/ablehnung/anmelden?a=1")
    assert (page.status_code, page.headers["location"]) == (303, "/anmelden?weiter=/ablehnung/anmelden%3Fa%3D1")
    form = await http.post("/ablehnung/anmelden", data=token, headers={"Referer": "https://hilfenetz.test/galerie"})
    assert form.headers["location"] == "/anmelden?weiter=/galerie"
    program = await http.get("/ablehnung/anmelden", headers=JSON)
    assert program.status_code == 401


async def test_a_session_that_ended_while_typing_does_not_take_the_input_away(http, token):
    """The form stays as it is; signing in happens beside it."""
    response = await http.post("/ablehnung/anmelden", data=token, headers=HTMX | {"HX-Target": "div#answer"})
    assert response.status_code == 401
    assert "hx-redirect" not in response.headers
    link = next(check_fragment(response.text).all("a"))
    assert (link.get("href"), link.get("target")) == ("/anmelden", "_blank")


@pytest.mark.parametrize(("target", "place"), [("div#stand", "#flash"), ("draft-keeper#answer-zwischenstand", None)])
async def test_a_page_that_asks_for_itself_leads_nobody_away(http, target, place):
    """Something changed elsewhere while somebody types: the session's end is said, and the page stays."""
    response = await http.get("/ablehnung/anmelden", headers=HTMX | {"HX-Target": target})
    assert (response.status_code, response.headers.get("hx-retarget")) == (401, place)
    assert "hx-redirect" not in response.headers
    assert next(check_fragment(response.text).all("a")).get("target") == "_blank"
    assert "Was Sie hier geschrieben haben, steht noch da." in response.text


async def test_without_script_the_input_comes_back_to_be_sent_again(http, token):
    """The page it was typed on is gone; this one carries it on, and only for the browser's own word."""
    sent = {**token, "grund": "Zeile eins\nZeile <zwei>", "art": "ja"}
    answer = await http.post("/ablehnung/anmelden", data=sent, headers=FROM_HERE)
    assert answer.status_code == 401
    page = check_page(answer.text)
    (form,) = page.all("form")
    assert (form.get("method"), form.get("action")) == ("post", "/ablehnung/anmelden")
    assert next(page.all("textarea")).text.split() == ["Zeile", "eins", "Zeile", "<zwei>"]
    again = {field.get("name"): field.get("value") for field in page.all("input")}
    assert again == {**token, "art": "ja"}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await http.post("/ablehnung/anmelden", data=sent, headers=headers)).status_code == 303
    assert (await http.post("/ablehnung/anmelden", data=token, headers=FROM_HERE)).status_code == 303


async def test_a_page_of_another_sign_in_says_so_and_gives_the_input_back(gallery, http):
    transport = httpx.ASGITransport(app=gallery)
    async with httpx.AsyncClient(transport=transport, base_url="https://hilfenetz.test") as before:
        await before.get("/galerie")
    sent = {"_csrf_token": before.cookies[CSRF_COOKIE], "grund": "Ein <langer> Text"}
    beside = await http.post("/ablehnung/weg", data=sent, headers=HTMX | {"HX-Target": "div#answer"})
    page = await http.post("/ablehnung/weg", data=sent, headers=FROM_HERE)
    for answer in (beside, page):
        assert answer.status_code == 403
        assert "Von dieser Seite wird nichts mehr gespeichert." in answer.text
    assert "Rollen" not in page.text
    assert next(check_page(page.text).all("textarea")).text.strip() == "Ein <langer> Text"
    forged = await http.post("/ablehnung/weg", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    assert "langer" not in forged.text


@pytest.mark.parametrize("status", sorted(_PAGES))
@pytest.mark.parametrize("code", ["de", "en"])
def test_every_status_has_its_page_in_both_languages(gallery, status, code):
    environment = gallery.state.environments[code]
    frame = {"path": "/", "theme": "auto"}
    html = environment.get_template(f"shell/errors/{status}.html").render(
        frame=frame, status=status, sentence="Etwas ist schiefgegangen. Bitte versuchen Sie es noch einmal.", wait="7",
        request_id="kennung",
    )  # fmt: skip
    page = check_page(html)
    assert ("Something went wrong" in page.text) == (code == "en")
