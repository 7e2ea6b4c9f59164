"""The pages of a rulebook: words and numbers, the way of a new version, the document, and where other pages lead."""

import re
from datetime import timedelta

import pytest

from portal.agreement.rules import Change
from portal.kit.clock import german_day, local_day
from portal.shell.security import CSRF_COOKIE
from tenants.context import Role
from tests.agreement.office import BIELEFELD, CITY, PAGE, successor
from tests.documents import check_document
from tests.home.test_pages import statements
from tests.house.pages import check_page
from tests.votes.markup import address

STRICTER = ('threshold = "50 %"', 'threshold = "2/3"')


async def handed_in(browser, text: str | bytes, name: str = "neu.toml"):
    """The file as a browser sends it."""
    await browser.get(f"{PAGE}/neu")
    return await browser.http.post(
        f"{PAGE}/neu/pruefung",
        data={"_csrf_token": browser.http.cookies[CSRF_COOKIE]},
        files={"datei": (name, text if isinstance(text, bytes) else text.encode(), "application/toml")},
    )


async def test_a_member_reads_the_rules_with_their_numbers_and_places(office):
    member = await office.cast.as_role("gfs", Role.CASEWORKER)
    page = check_page((await member.get(PAGE)).text)
    for words in (
        "Nötig: mehr als 75 % von 6 Mitgliedern, das sind mindestens 5.",
        "Abgelehnt wird nur, wenn mindestens 4 von 6 Mitgliedern widersprechen.",
        "14 Tage, für jedes Mitglied ab dem Zugang der Mitteilung bei ihm",
        "Steht in der Vereinbarung: Abschnitt 6",
        "180 Tage vorher: Geschäftsstelle",
        "Fassung des Formulars",
        "1. März 2030",
    ):
        assert words in page.text, words
    targets = {link.get("href") for link in page.all("a")}
    assert {f"{PAGE}?alles=1", f"{PAGE}/fassungen", f"{PAGE}/fassungen/1/dokument"} <= targets
    assert f"{PAGE}/neu" not in targets
    anchors = set(re.findall(r'id="([\w-]+)"', (await member.get(PAGE)).text))
    assert {"mehrheiten-exclusion", "fristen-step", "erinnerungen-review", "entbindung-formular", "zugang"} <= anchors


async def test_the_chapters_are_closed_until_somebody_opens_one_or_all(office):
    """Each says which rules are in it; an address with an anchor opens its own by itself, as browsers do."""
    member = await office.cast.as_role("gfs", Role.CASEWORKER)
    closed, opened = [(await member.get(address)).text for address in (PAGE, f"{PAGE}?alles=1")]
    chapters = re.findall(r'<details class="kern-accordion" id="([a-z]+)">', closed)
    assert len(chapters) == 11
    assert re.findall(r'<details class="kern-accordion" id="([a-z]+)" open>', opened) == chapters
    check_page(opened)
    assert await statements(member, PAGE) <= 6


def test_of_a_list_only_what_went_and_came_is_shown():
    assert Change("x", ("a", "b", "c"), ("a", "c", "d")).shown == (("b",), ("d",), 2)
    assert Change("x", ("a", "b"), ("b", "a")).shown == (("a", "b"), ("b", "a"), 0)
    assert Change("x", (), ("a",)).shown == ((), ("a",), 0)


async def test_in_english_the_words_of_the_portal_are_english_and_those_of_the_agreement_stay(office):
    member = await office.cast.as_role("gfs", Role.CASEWORKER)
    member.http.cookies.set("__Host-sprache", "en")
    page = check_page((await member.get(PAGE)).text)
    assert "Majorities and votes" in page.text
    assert "Wer schweigt, widerspricht nicht." in page.text


async def test_the_document_is_tagged_and_says_the_same(office):
    member = await office.cast.as_role("gfs", Role.CASEWORKER)
    answer = await member.get(f"{PAGE}/fassungen/1/dokument")
    assert answer.headers["content-type"] == "application/pdf"
    text = check_document(answer.content).text
    assert "Nötig: mehr als 75 % von 6 Mitgliedern, das sind mindestens 5." in text
    assert BIELEFELD.sha256[:16] in text
    assert (await member.get(f"{PAGE}/fassungen/1/datei")).text == BIELEFELD.source


@pytest.mark.parametrize(
    "path", ["fassungen/2", "fassungen/0", "fassungen/99999999999999999999", "fassungen/2/dokument"]
)
async def test_a_version_that_there_is_not_is_not_found(office, path):
    member = await office.cast.as_role("gfs", Role.CASEWORKER)
    assert (await member.get(f"{PAGE}/{path}")).status_code == 404


async def test_the_office_sees_what_changes_before_it_puts_a_version_into_force(office):
    browser = await office.cast.as_role(CITY, Role.OFFICE)
    vote = await office.ask()
    first = local_day(await office.now())
    text = successor(BIELEFELD.source, 2, first, STRICTER).replace("\n", "\r\n")
    checked = await handed_in(browser, b"\xef\xbb\xbf" + text.encode())
    page = check_page(checked.text)
    assert checked.status_code == 200
    assert "Geändert: Aufnahme eines Mitglieds" in page.text
    assert "für eine Ablehnung müssen widersprechen: mehr als die Hälfte" in page.text
    assert "für eine Ablehnung müssen widersprechen: mehr als zwei Drittel" in page.text
    assert len((await office.agreement()).versions) == 1, "nothing is in force before it is confirmed"
    source = {field.get("name"): field.get("value") for field in page.all("input")}["quelle"]
    put = await browser.post(f"{PAGE}/neu", {"quelle": source.replace("\n", "\r\n"), "datei": "neu.toml"})
    assert (put.status_code, put.headers["location"]) == (303, f"{PAGE}/fassungen/2")
    assert (await office.standing()).rulebook.source == text.replace("\r\n", "\n")
    again = await browser.post(f"{PAGE}/neu", {"quelle": source, "datei": "neu.toml"})
    assert again.status_code == 422
    assert "gefunden „2“, erwartet „3“, die nächste Fassung." in check_page(again.text).text
    listed = check_page((await browser.get(f"{PAGE}/fassungen")).text)
    assert "In Kraft gesetzt von Jonas Wiegand (Stadt Bielefeld, Sozialdezernat)" in listed.text
    assert "Mit dieser Fassung wurde das Netzwerk gegründet." in listed.text
    old = check_page((await browser.get(f"{PAGE}/fassungen/1")).text)
    assert "Fassung 1 galt früher" in old.text
    running = check_page((await browser.get(address(vote))).text)
    assert f"{PAGE}/fassungen/1#mehrheiten" in {link.get("href") for link in running.all("a")}


async def test_what_is_wrong_with_a_file_is_said_with_line_key_and_expectation(office):
    browser = await office.cast.as_role(CITY, Role.OFFICE)
    text = successor(BIELEFELD.source, 2, local_day(await office.now()), ("period_days = 14", "period_days = 0"))
    wrong = await handed_in(browser, text.replace('land = "NW"', 'land = "XY"'))
    page = check_page(wrong.text)
    assert wrong.status_code == 422
    assert re.search(r"neu\.toml, Zeile \d+: votes\.admission\.period_days: gefunden „0“", page.text)
    assert "land: gefunden „XY“ (Text), erwartet ein Bundesland" in page.text
    for content, words in (
        (b"", "fehlt"),
        (b"\xff\xfe", "kein UTF-8"),
        (b"PK\x03\x04\x00", "keine Textdatei"),
    ):
        refused = await handed_in(browser, content)
        assert refused.status_code == 422, content
        assert words in check_page(refused.text).text, content
    nothing = await browser.post(f"{PAGE}/neu/pruefung")
    assert (nothing.status_code, "Bitte wählen Sie die Datei" in nothing.text) == (422, True)
    assert len((await office.agreement()).versions) == 1


async def test_a_version_to_come_is_announced_and_one_that_replaces_it_says_so(office):
    await office.change(STRICTER, days=10)
    browser = await office.cast.as_role(CITY, Role.OFFICE)
    first = local_day(await office.now()) + timedelta(days=10)
    page = check_page((await browser.get(PAGE)).text)
    assert "gilt Fassung 2" in page.text
    assert "mehr als zwei Drittel" not in page.text
    to_come = check_page((await browser.get(f"{PAGE}/fassungen/2")).text)
    assert "Fassung 2 gilt noch nicht" in to_come.text
    checked = await handed_in(browser, successor(BIELEFELD.source, 3, first - timedelta(days=1)))
    assert "Diese Fassungen treten dann nie in Kraft: 2" in check_page(checked.text).text


async def test_a_review_is_recorded_and_read_by_everybody(office):
    browser = await office.cast.as_role(CITY, Role.OFFICE)
    check_page((await browser.get(f"{PAGE}/ueberpruefung")).text)
    today = local_day(await office.now())
    wrong = await browser.post(f"{PAGE}/ueberpruefung", {"reviewed_on": str(today + timedelta(days=2)), "outcome": "x"})
    assert (wrong.status_code, "liegt in der Zukunft" in wrong.text) == (422, True)
    done = await browser.post(f"{PAGE}/ueberpruefung", {"reviewed_on": str(today), "outcome": "Alles bleibt."})
    assert done.status_code == 303
    member = await office.cast.as_role("gfs", Role.CASEWORKER)
    page = check_page((await member.get(PAGE)).text)
    assert "Alles bleibt." in page.text
    assert "Festgehalten von Jonas Wiegand" in page.text
    assert german_day(today) in page.text
    deadlines = check_page((await browser.get("/fristen")).text)
    assert "Vereinbarung überprüfen" in deadlines.text
