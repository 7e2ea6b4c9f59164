"""What people see of their inbox and administrators of their mails; and that nobody sees anything else."""

import re

import pytest

from portal.notices import actions
from tenants.context import Role
from tests.notices.conftest import QUESTION


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


async def test_an_empty_inbox_says_what_will_come(staff, browser_of):
    page = await (await browser_of("Vera")).get("/mitteilungen")
    assert page.status_code == 200
    assert "Nichts Neues" in page.text


async def test_the_inbox_shows_what_is_unread_first_and_leads_to_it(staff, told, browser_of):
    read = await told(question="Die erste Frage?")
    unread = await told(key="vote_opened:2")
    browser = await browser_of("Vera")
    await browser.get(f"/mitteilungen/{read}")
    text = plain((await browser.get("/mitteilungen")).text)
    assert text.index("Ungelesen") < text.index(QUESTION) < text.index("Gelesen", text.index(QUESTION) + 40)
    assert "Neue Abstimmung: first" in text
    page = (await browser.get("/mitteilungen")).text
    assert f'href="/mitteilungen/{unread}"' in page


async def test_the_notice_from_the_mail_shows_the_matter_and_counts_as_read(staff, told, browser_of):
    notice_id = await told()
    browser = await browser_of("Vera")
    page = await browser.get(f"/mitteilungen/{notice_id}")
    assert page.status_code == 200
    assert QUESTION in plain(page.text)
    assert "Fr, 4. Dezember 2026, 24 Uhr" in plain(page.text)
    assert 'href="/n/first/abstimmungen/' in page.text
    assert partial((await browser.get("/mitteilungen/anzahl", htmx=True)).text, "inbox-count") == ""


async def test_a_text_of_a_person_is_never_markup(staff, told, browser_of):
    notice_id = await told(question="<script>alert(1)</script>")
    browser = await browser_of("Vera")
    for address in ("/mitteilungen", f"/mitteilungen/{notice_id}"):
        page = (await browser.get(address)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


async def test_older_notices_are_on_further_pages(staff, told, browser_of, acting):
    for number in range(23):
        await told(key=f"vote_opened:{number}", question=f"Frage Nummer {number:02d}")
    await acting(actions.mark_all_read, "Vera")
    browser = await browser_of("Vera")
    first = (await browser.get("/mitteilungen")).text
    assert ("Nummer 22" in first, "Nummer 03" in first, "Nummer 02" in first) == (True, True, False)
    (further,) = re.findall(r'href="(/mitteilungen\?vor=[^"]+)"', first)
    second = (await browser.get(further)).text
    assert ("Nummer 03" in second, "Nummer 02" in second, "Nummer 00" in second) == (False, True, True)


async def test_a_read_mark_without_scripts_leads_back_to_the_inbox(staff, told, browser_of):
    notice_id = await told()
    browser = await browser_of("Vera")
    answer = await browser.post(f"/mitteilungen/{notice_id}/lesevermerk")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mitteilungen")
    assert "Nichts Neues" in (await browser.get("/mitteilungen")).text


def slot(page: str, name: str) -> str:
    """The inside of a slot of a page."""
    start = re.search(rf'<div[^>]* id="{name}"[^>]*>', page).end()
    return normal(page[start : page.index("</main>")].rsplit("</div>", 1)[0])


def partial(answer: str, name: str) -> str:
    """The same of an answer to htmx."""
    return normal(re.search(rf'<hx-partial hx-target="#{name}"[^>]*>(.*?)</hx-partial>', answer, re.DOTALL).group(1))


def normal(html: str) -> str:
    """Without white space, and without the token, which is made anew each time."""
    return re.sub(r'name="_csrf_token" value="[^"]*"', "", re.sub(r"\s+", " ", html)).strip()


@pytest.mark.parametrize("address", ["/mitteilungen/{id}/lesevermerk", "/mitteilungen/lesevermerke"])
async def test_the_swap_gives_the_page_one_gets_when_loading_anew(staff, told, browser_of, address):
    notice_id = await told()
    await told(key="vote_opened:2")
    browser = await browser_of("Vera")
    answer = await browser.post(address.format(id=notice_id), htmx=True)
    assert answer.status_code == 200
    fresh = (await browser.get("/mitteilungen")).text
    assert partial(answer.text, "mitteilungen") == slot(fresh, "mitteilungen")
    assert normal((await browser.get("/mitteilungen/liste", htmx=True)).text) == slot(fresh, "mitteilungen")


async def test_the_count_stands_in_the_header_and_as_a_fragment(staff, told, browser_of):
    await told()
    browser = await browser_of("Vera")
    asked = (await browser.get("/mitteilungen/anzahl", htmx=True)).text
    assert plain(partial(asked, "inbox-count")).strip() == "1 ungelesen"
    header = re.search(r'id="inbox-count".*?</a>', (await browser.get("/mitteilungen")).text, re.DOTALL).group()
    assert "1" in plain(header)


@pytest.mark.parametrize(
    "who", [("Dirk", "here"), ("Carl", "here"), ("Adam", "here"), ("Nora", "neighbour"), ("Fred", "stranger")]
)
async def test_another_persons_notice_is_an_address_that_does_not_exist(staff, told, browser_of, who):
    notice_id = await told(roles=(Role.REPRESENTATIVE,))
    browser = await browser_of(who[0], at=who[1])
    for address in (f"/mitteilungen/{notice_id}", "/mitteilungen/00000000-0000-7000-8000-000000000000"):
        assert (await browser.get(address)).status_code == 404
    assert (await browser.post(f"/mitteilungen/{notice_id}/lesevermerk")).status_code == 404
    assert QUESTION not in (await browser.get("/mitteilungen")).text


async def test_nobody_is_asked_to_sign_in(staff, told, browser_of):
    notice_id = await told()
    browser = await browser_of(None)
    answer = await browser.get(f"/mitteilungen/{notice_id}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/anmelden?weiter=/mitteilungen/{notice_id}")
    for address in ("/mitteilungen/strom", "/verwaltung/zustellungen"):
        assert (await browser.get(address)).status_code == 303


@pytest.fixture
async def dead(staff, told, deliveries):
    """Vera's mail was given up, Dirk's is tried again."""
    await told()
    found = await deliveries()
    await staff.database.as_superuser(
        "UPDATE delivery SET state = 'dead', last_error = 'SMTPRecipientsRefused', attempts = 8 WHERE id = $1",
        found["Vera"]["id"],
    )
    await staff.database.as_superuser(
        "UPDATE delivery SET state = 'failed', last_error = 'SMTPConnectError', attempts = 2 WHERE id = $1",
        found["Dirk"]["id"],
    )
    await staff.database.as_superuser("UPDATE outbox SET state = 'dead' WHERE key = $1", f"mail:{found['Vera']['id']}")
    return found["Vera"]["id"]


async def test_the_administrator_sees_what_did_not_arrive_and_why_but_not_the_matter(staff, dead, browser_of):
    page = (await (await browser_of("Adam")).get("/verwaltung/zustellungen")).text
    text = plain(page)
    for words in ("Vera", "vera@here.example", "aufgegeben", "8 Versuche", "Der Mailserver hat die Adresse abgelehnt"):
        assert words in text, words
    for words in ("Dirk", "wird wiederholt", "2 Versuche", "nächster:", "Der Mailserver war nicht erreichbar"):
        assert words in text, words
    assert QUESTION not in text
    assert page.count("Erneut senden") == 1


async def test_sending_again_takes_it_off_the_list(staff, dead, browser_of):
    browser = await browser_of("Adam")
    answer = await browser.post(f"/verwaltung/zustellungen/{dead}/wiederholung", htmx=True)
    assert answer.status_code == 200
    assert "Die E-Mail wird erneut gesendet." in answer.text
    fresh = (await browser.get("/verwaltung/zustellungen")).text
    assert partial(answer.text, "zustellungen") == slot(fresh, "zustellungen")
    assert "Erneut senden" not in fresh
    again = await browser.post(f"/verwaltung/zustellungen/{dead}/wiederholung")
    assert again.status_code == 409


async def test_all_are_sent_again_with_one_button(staff, dead, browser_of):
    await staff.database.as_superuser("UPDATE delivery SET state = 'dead'")
    await staff.database.as_superuser("UPDATE outbox SET state = 'dead'")
    browser = await browser_of("Adam")
    assert "Alle erneut senden" in (await browser.get("/verwaltung/zustellungen")).text
    answer = await browser.post("/verwaltung/zustellungen/wiederholungen", htmx=True)
    assert "2 E-Mails werden erneut gesendet." in answer.text


async def test_work_the_worker_gave_up_is_shown_and_resumed(staff, dead, browser_of):
    (row,) = await staff.database.as_superuser(
        "UPDATE outbox SET event = 'VoteOpened', last_error = 'KeyError' WHERE state = 'dead' RETURNING id"
    )
    browser = await browser_of("Adam")
    text = plain((await browser.get("/verwaltung/zustellungen")).text)
    assert "Liegengebliebene Aufträge" in text
    assert "Über eine neue Abstimmung benachrichtigen" in text
    assert "Unerwarteter Fehler: KeyError" in text
    answer = await browser.post(f"/verwaltung/zustellungen/auftraege/{row['id']}/wiederholung")
    assert answer.status_code == 303
    assert "Liegengebliebene" not in (await browser.get("/verwaltung/zustellungen")).text


@pytest.mark.parametrize(
    ("who", "status"), [(("Vera", "here"), 403), (("Carl", "here"), 403), (("Nora", "neighbour"), 403)]
)
async def test_only_administrators_look_after_mails(staff, dead, browser_of, who, status):
    browser = await browser_of(who[0], at=who[1])
    assert (await browser.get("/verwaltung/zustellungen")).status_code == status
    for address in (f"{dead}/wiederholung", "wiederholungen", f"auftraege/{dead}/wiederholung"):
        assert (await browser.post(f"/verwaltung/zustellungen/{address}")).status_code == status


@pytest.mark.parametrize("who", [("Axel", "neighbour"), ("Fred", "stranger")])
async def test_an_administrator_elsewhere_sees_and_touches_nothing(staff, dead, browser_of, who, deliveries):
    browser = await browser_of(who[0], at=who[1])
    text = plain((await browser.get("/verwaltung/zustellungen")).text)
    assert "Vera" not in text
    assert "Keine E-Mail ist liegen geblieben" in text
    assert (await browser.post(f"/verwaltung/zustellungen/{dead}/wiederholung")).status_code == 404
    assert (await browser.post(f"/verwaltung/zustellungen/auftraege/{dead}/wiederholung")).status_code == 404
    assert (await deliveries())["Vera"]["state"] == "dead"
