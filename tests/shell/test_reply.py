"""The same handlers answer a browser with and without htmx, and say the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shell.reply import FLASH_COOKIE, local_path
from tests.house.pages import check_fragment, check_page, read

HTMX = {"HX-Request": "true", "HX-Current-URL": "https://hilfenetz.test/galerie", "HX-Target": "div#answer"}
GOOD = {"frage": "Wer?", "art": "ja", "ort": "b", "tag": "2026-12-04", "haken": "ja"}


@pytest.mark.parametrize("path", ["/", "/galerie", "/n/bielefeld/abstimmungen", "/galerie?anonym"])
async def test_pages_keep_the_rules(http, path):
    check_page((await http.get(path)).text)


async def test_a_fragment_is_only_itself(http):
    response = await http.get("/mitteilungen/anzahl")
    assert check_fragment(response.text).text == "5 offen"


async def test_a_change_without_htmx_leads_on_and_is_told_once(http, token):
    response = await http.post("/galerie/eintrag", data=GOOD | token)
    assert (response.status_code, response.headers["location"]) == (303, "/galerie")
    first, second = await http.get("/galerie"), await http.get("/galerie")
    assert "Gespeichert." in first.text
    assert "Gespeichert." not in second.text
    assert FLASH_COOKIE not in http.cookies


async def test_a_change_with_htmx_brings_what_looks_different(http, token):
    response = await http.post("/galerie/eintrag", data=GOOD | token, headers=HTMX)
    assert response.status_code == 200
    targets = re.findall(r'<hx-partial hx-target="#([\w-]+)"', response.text)
    assert targets == ["eintrag", "navigation", "menu-count", "inbox-count", "flash"]
    assert "Gespeichert." in response.text
    assert FLASH_COOKIE not in response.cookies


async def test_the_page_after_the_swap_is_the_page_loaded_anew(http, token):
    page = (await http.get("/galerie")).text
    answer = (await http.post("/galerie/eintrag", data=GOOD | token, headers=HTMX)).text
    for slot, content in re.findall(
        r'<hx-partial hx-target="#([\w-]+)" hx-swap="inner\w+">(.*?)</hx-partial>', answer, re.DOTALL
    ):
        if slot not in ("flash", "eintrag"):  # the form is blank after saving; the sentence is told once
            assert content.strip() in page, slot


async def test_input_that_does_not_fit_comes_back_on_the_page(http, token):
    response = await http.post("/galerie/eintrag", data={"frage": "Mein <Entwurf>"} | token)
    assert response.status_code == 422
    page = check_page(response.text)
    assert next(page.all("h2")).text
    fields = {field.get("name"): field for field in page.all("input", "textarea", "select")}
    assert fields["frage"].get("value") == "Mein <Entwurf>"
    assert fields["ort"].get("aria-invalid") == "true"
    assert [link.get("href") for link in page.all("a") if "Bitte" in link.text] == ["#art", "#ort", "#tag", "#haken"]


async def test_with_htmx_only_the_form_comes_back(http, token):
    response = await http.post("/galerie/eintrag", data={"frage": "x"} | token, headers=HTMX)
    assert response.status_code == 422
    assert re.findall(r'<hx-partial hx-target="#([\w-]+)"', response.text) == ["eintrag"]
    assert "Bitte prüfen Sie Ihre Angaben" in response.text


async def test_the_language_is_chosen_and_kept(http, token):
    response = await http.post("/sprache", data={"sprache": "en", "weiter": "/galerie"} | token)
    assert (response.status_code, response.headers["location"]) == (303, "/galerie")
    page = read((await http.get("/galerie")).text)
    assert next(page.all("html")).get("lang") == "en"
    assert "Skip to content" in page.text
    assert "4 December 2026" in page.text
    await http.post("/sprache", data={"sprache": "klingonisch"} | token)
    assert next(read((await http.get("/galerie")).text).all("html")).get("lang") == "en"


async def test_light_and_dark_are_chosen_and_kept(http, token):
    assert "data-kern-theme" not in (await http.get("/galerie")).text
    await http.post("/darstellung", data={"darstellung": "dark", "weiter": "//elsewhere.example"} | token)
    assert '<html lang="de" data-kern-theme="dark">' in (await http.get("/galerie")).text


async def test_a_forged_flash_is_ignored(http):
    http.cookies.set(FLASH_COOKIE, "bm90IGpzb24")
    assert (await http.get("/galerie")).status_code == 200
    http.cookies.set(FLASH_COOKIE, "äöü".encode().hex())
    assert (await http.get("/galerie")).status_code == 200


@pytest.mark.parametrize("given", ["https://x.example", "//x.example", "/\\x.example", "\\x", "", None, "/a\nb", "x"])
def test_nobody_is_led_elsewhere(given):
    assert local_path(given) == "/"


@given(st.text())
def test_whatever_is_given_the_way_on_stays_here(given):
    path = local_path(given)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isprintable()


async def test_a_frame_shows_who_is_here_and_where_they_can_go(http):
    page = read((await http.get("/n/bielefeld/abstimmungen")).text)
    navigation = next(nav for nav in page.all("nav") if nav.get("id") == "menue")
    assert [heading.text for heading in navigation.all("h2")] == [
        "Meine Arbeit", "Meine Organisation", "Bielefeld", "Nord",
    ]  # fmt: skip
    assert [link.text for link in navigation.all("a") if link.get("aria-current")] == ["Abstimmungen"]
    assert "Verborgen" not in navigation.text
    switch = [button.get("value") for button in page.all("button") if button.get("name") == "organisation"]
    assert set(switch) == {"trockendock", "stadt-bielefeld"}


async def test_what_no_browser_of_ours_would_keep_means_the_usual_language_and_colours(http):
    for cookies in ("__Host-sprache=tlh", "__Host-darstellung=neon", "__Host-flash=!", "__Host-flash=W10"):
        page = await http.get("/galerie", headers={"Cookie": cookies})
        assert page.status_code == 200, cookies
        assert '<html lang="de">' in page.text
