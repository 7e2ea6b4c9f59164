"""A form counts once, though it is sent twice at the same moment and once more later: whatever it makes is there once,
and each answer leads to the same place."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tenants.sendings import forget_sendings
from tests.client import Browser
from tests.files.samples import pdf
from tests.house.pages import Element, read
from tests.isolation.planting import as_person

OFFICE, MEMBER, LEAD = ("stadt-bielefeld", Role.OFFICE), ("bgw", Role.REPRESENTATIVE), ("gfs", Role.LEAD)
DEPUTY = ("diakonie-bielefeld", Role.DEPUTY)
NETWORK, BODY = "/n/bielefeld", "/n/bielefeld/gremien/koordinierungskreis"
LATER = str(datetime.now(UTC).date() + timedelta(20))


def typed(form: Element) -> Iterator[tuple[str, str]]:
    """What a form says when nobody has touched it, and the first choice where one has to be made."""
    radios = [field for field in form.all("input") if field.get("type") == "radio"]
    yield from ((field.get("name"), field.get("value")) for field in reversed(radios))
    for field in form.all("input", "textarea", "select"):
        name, kind = field.get("name"), field.get("type")
        if field.tag == "select":
            is_asked = field.get("aria-required")
            options = [option for option in field.all("option") if is_asked and option.get("value")]
            chosen = [option for option in field.all("option") if "selected" in option.attributes]
            yield name, (chosen or options)[0].get("value") if chosen or options else ""
        elif kind in ("radio", "checkbox"):
            if "checked" in field.attributes:
                yield name, field.get("value")
        elif kind != "file" and name:
            yield name, field.get("value") if field.tag == "input" else field.text


def wrong(page: str) -> list[str]:
    """What a page complains of."""
    return [line.text for line in read(page).all("p", "li") if "kern-error" in line.get("class")] or [page[:3000]]


async def form_of(browser: Browser, page: str, action: str) -> tuple[str, dict[str, str]]:
    """The form of a page whose address ends like this: that address, and what stands in it."""
    answer = await browser.get(page)
    assert answer.status_code == 200, f"{page}: {answer.status_code} {answer.headers}"
    forms = [form for form in read(answer.text).all("form") if form.get("method") == "post"]
    found = [form for form in forms if re.search(f"{action}$", form.get("action"))]
    assert found, f"{page}: {[form.get('action') for form in forms]}"
    return found[0].get("action"), dict(typed(found[0]))


async def twice(browser: Browser, page: str, action: str, files=None, **said: str) -> str:
    """Send a form twice at once and a third time; gives back where it leads."""
    address, given = await form_of(browser, page, action)
    sent = given | said
    answers = await asyncio.gather(*(browser.http.post(address, data=sent, files=files) for _ in range(2)))
    answers.append(await browser.http.post(address, data=sent, files=files))
    assert [answer.status_code for answer in answers] == [303] * 3, f"{address}: {wrong(answers[0].text)}"
    (place,) = {answer.headers["Location"] for answer in answers}
    return place


@pytest.fixture
def number(cast):
    async def number(table: str) -> int:
        return (await cast.database.as_superuser(f"SELECT count(*) AS n FROM {table}"))[0]["n"]

    return number


@pytest.fixture
def once(cast, number):
    """Sends a form twice and again, and looks how much more there is of what it makes."""

    async def send(who, table: str, *form, **said: str) -> str:
        browser = who if isinstance(who, Browser) else await cast.as_role(*who)
        before = await number(table)
        place = await twice(browser, *form, **said)
        assert await number(table) == before + 1, f"{form[1]}: {await number(table) - before}"
        return place

    return send


async def test_what_a_network_makes(once):
    plan = (f"{BODY}/sitzungen/neu", "/sitzungen")
    meeting = await once(OFFICE, "meeting", *plan, title="Sondersitzung", begins_at=f"{LATER}T10:00")
    await once(OFFICE, "agenda_item", meeting, "/punkte", title="Winterplätze")
    await once(MEMBER, "position_paper", f"{NETWORK}/positionen/neu", "/positionen", title="Wohnen", text="Für alle.")
    ask = (f"{NETWORK}/beratungen/neu", "/beratungen")
    asked = await once(MEMBER, "consultation", *ask, title="Wer kennt das?", text="Wir suchen Rat.", last_day=LATER)
    await once(DEPUTY, "consultation_answer", asked, "/antworten", text="Wir kennen das.")
    warning = {"district": "Mitte", "text": "Mehr Menschen ohne Bett.", "since_on": "2026-01-02"}
    await once(MEMBER, "early_warning", f"{NETWORK}/fruehwarnungen/neu", "/fruehwarnungen", **warning)
    ask = (f"{NETWORK}/abstimmungen/neu", "/abstimmungen")
    await once(OFFICE, "vote", *ask, question="Öffnen wir früher?")
    await once(OFFICE, "room", f"{NETWORK}/raeume/neu", "/raeume", name="Kältebus", purpose="Absprachen.")
    await once(OFFICE, "formal_notice", f"{NETWORK}/foermliche-mitteilungen/neu", "/neu", subject="X", body="Y")
    await once(OFFICE, "directory_version", f"{NETWORK}/verzeichnis/fassungen/neu", "/fassungen", note="Neu")


async def test_what_an_organisation_makes(once):
    keeper = ("diakonie-bielefeld", Role.ADMINISTRATOR)
    persons = ("/o/diakonie-bielefeld/ansprechpersonen/neu", "/ansprechpersonen")
    await once(keeper, "contact_person", *persons, name="Ada Ast", phone="0521 1")


async def test_what_lies_in_a_space(cast, once):
    browser = await cast.as_role(*LEAD)
    root = (await browser.get("/o/gfs/inhalte")).text
    base = re.search(r"(/inhalte/[0-9a-f-]{36})/", root)[1]
    page = await once(LEAD, "item", f"{base}/neu?art=page", "art=page.*", title="Hausordnung", body="<p>Ruhe.</p>")
    own = re.search(r"(/inhalte/[0-9a-f-]{36})/bearbeiten", (await browser.get(page)).text)[1]
    await once(LEAD, "comment", page, "/kommentare", body="Ab wann?")
    await once(LEAD, "item", f"{base}/aufgabe", "/aufgaben", title="Schlüssel zählen")
    await once(LEAD, "item", f"{own}/kopieren", "/kopien")
    await once(LEAD, "rule", f"{base}/regeln/neu", "/regeln", title="Melden", moment="added", tell_owner="ja")
    await once(LEAD, "portlet", f"{base}/startseite/neu?art=text", "art=text", side="breit", body="<p>Willkommen.</p>")
    await once(LEAD, "item", f"{base}/hochladen", "/dateien", {"file": ("a.pdf", pdf("Mietvertrag"))})
    copied = await cast.as_role(*LEAD)
    address, given = await form_of(copied, f"{own}/kopieren", "/ablage")
    assert (await copied.http.post(address, data=given | {"tun": "kopieren"})).status_code == 303
    await once(copied, "item", f"{base}/ordnen", "/einfuegung")


async def test_a_package_is_put_in_once(cast, number):
    head = await cast.as_role(*LEAD)
    base = re.search(r"(/inhalte/[0-9a-f-]{36})/", (await head.get("/o/gfs/inhalte")).text)[1]
    address, given = await form_of(head, f"{base}/neu?art=folder", "art=folder.*")
    folder = (await head.http.post(address, data=given | {"title": "Haus"})).headers["Location"]
    own = re.search(r"(/inhalte/[0-9a-f-]{36})/", (await head.get(folder)).text)[1]
    package, before = (await head.get(f"{own}/paket")).content, await number("item")
    place = await twice(head, f"{base}/mitnehmen", "/pakete", {"file": ("x.zip", package)}, schritt="einspielen")
    assert (await number("item"), (await head.get(place)).status_code) == (before + 1, 303)
    address, given = await form_of(head, f"{base}/mitnehmen", "/pakete")
    for content in (package, package + b"another", package + b"another"):
        sent = {"data": given | {"schritt": "einspielen"}, "files": {"file": ("x.zip", content)}}
        assert (await head.http.post(address, **sent)).status_code == 303
    assert await number("item") == before + 3, "another package is another sending"


async def test_what_is_changed_or_opened_anew_counts_again(cast, number):
    page, action = f"{BODY}/sitzungen/neu", "/sitzungen"
    office, before = await cast.as_role(*OFFICE), await number("meeting")
    address, given = await form_of(office, page, action)
    given |= {"title": "Klausur", "begins_at": f"{LATER}T10:00"}
    refused = await office.http.post(address, data=given | {"title": ""})
    first = await office.http.post(address, data=given)
    other = await office.http.post(address, data=given | {"title": "Noch eine"})
    again = await office.http.post(address, data=given | {"title": "Noch eine"}, headers={"HX-Request": "true"})
    assert (refused.status_code, first.status_code, other.status_code, again.status_code) == (422, 303, 303, 204)
    assert again.headers["HX-Redirect"] == other.headers["Location"] != first.headers["Location"]
    assert "zählt nur einmal" in (await office.get(other.headers["Location"])).text
    _, anew = await form_of(office, page, action)
    assert (await office.http.post(address, data=given | {"_csrf_token": anew["_csrf_token"]})).status_code == 303
    assert await number("meeting") == before + 3


async def test_what_somebody_sent_is_theirs_and_forgotten_after_a_day(cast):
    office = await cast.as_role(*OFFICE)
    await twice(office, f"{BODY}/sitzungen/neu", "/sitzungen", title="Klausur", begins_at=f"{LATER}T10:00")
    colleague = next(
        name for name in cast.people if "stadt" in str(cast.people[name].groups) and name != cast.who(*OFFICE)
    )
    for who, organisation in ((colleague, OFFICE[0]), (cast.who(*MEMBER), MEMBER[0])):
        async with as_person(cast, who, organisation):
            assert await execute("SELECT * FROM sent_form") == []
            assert await execute("DELETE FROM sent_form RETURNING key") == []
    for age, left in (("23 hours", 1), ("25 hours", 0)):
        await cast.database.as_superuser(f"UPDATE sent_form SET sent_at = hilfenetz_now() - interval '{age}'")
        async with cast.database.role("worker"), scope():
            await forget_sendings()
        assert len(await cast.database.as_superuser("SELECT FROM sent_form")) == left
