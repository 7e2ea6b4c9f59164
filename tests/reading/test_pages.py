"""The box, the button, my day and the list of who has read, as people use them."""

import re
from datetime import timedelta

from portal.kit.clock import local_day
from portal.spaces.queries import access_item
from tenants.context import Role
from tests.home.test_pages import statements, words
from tests.reading.library import URL
from tests.tasks.crew import network

LEAD, CLERK, HEAD, GUARD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER
BUTTON = "Ich habe es gelesen"


async def test_from_asking_to_confirming_without_a_script(library):
    page = await library.page()
    place = f"/inhalte/{page}/lesebestaetigung"
    lead, clerk = await library.browser(LEAD), await library.browser(CLERK)
    assert place in (await lead.get(URL)).text
    assert "Lesen und bestätigen lassen" in words(await lead.get(place))
    async with library.acting() as (_, opened):
        until = local_day(opened.now + timedelta(days=10))
    assert (await lead.post(place, {"until_on": "2001-01-01"})).status_code == 422
    assert "Dieser Tag ist schon vorbei." in words(await lead.post(place, {"until_on": "2001-01-01"}))
    assert (await lead.post(place, {"until_on": until.isoformat()})).status_code == 303
    await library.settle()

    shown = await clerk.get(URL)
    assert BUTTON in words(shown)
    assert "Wer hat es gelesen?" not in words(shown)
    today = await clerk.get("/")
    assert "Bitte lesen" in words(today)
    assert "Ein Text ist zu lesen." in words(today)
    assert today.text.count("Hausordnung") == 1  # the notice about it does not say it again
    version = re.search(r'name="fassung" value="(\d+)"', shown.text)[1]
    for _ in range(2):  # whoever presses twice has read it once
        answer = await clerk.post(f"/inhalte/{page}/lesevermerk", {"fassung": version})
        assert (answer.status_code, answer.headers["Location"]) == (303, URL)
    assert "Sie haben bestätigt" in words(await clerk.get(URL))
    assert BUTTON not in words(await clerk.get(URL))
    assert "Hausordnung" not in words(await clerk.get("/"))

    listed = words(await lead.get(place))
    everybody = await library.everybody()
    assert f"1 von {len(everybody)} Menschen Ihrer Organisation haben bestätigt." in listed
    assert all(name in listed for name in everybody)
    assert (await lead.post(f"{place}/erinnerung", {})).status_code == 303
    assert (await lead.post(f"{place}/erinnerung", {})).status_code == 409
    assert "Zuletzt erinnert" in words(await lead.get(place))
    for path in (place, f"{place}/erinnerung", f"{place}/erneuerung", f"{place}/ende"):
        assert (await clerk.post(path, {})).status_code == 403
    assert (await clerk.get(place)).status_code == 403


async def test_with_a_script_the_box_alone_is_replaced_and_a_changed_text_is_said(library):
    page = await library.wanted()
    clerk, head = await library.browser(CLERK), await library.browser(HEAD)
    answer = await clerk.post(f"/inhalte/{page}/lesevermerk", {"fassung": "1"}, htmx=True)
    assert "Sie haben bestätigt" in words(answer)
    assert "<html" not in answer.text
    assert "Bitte lesen" not in words(await clerk.get("/"))
    await library.save(page, title="Neue Hausordnung")
    assert "Seitdem wurde der Text geändert" in words(await clerk.get(URL))
    place = f"/inhalte/{page}/lesebestaetigung"
    assert "danach geändert" in words(await head.get(place))
    assert (await head.post(f"{place}/erneuerung", {})).status_code == 303
    shown = words(await clerk.get(URL))
    assert "Sie haben eine frühere Fassung bestätigt" in shown
    assert BUTTON in shown
    assert "Bitte lesen" in words(await clerk.get("/")), "an earlier version is not what has to be read now"
    assert "Frühere Fassung bestätigt" in words(await head.get(place))
    assert (await clerk.post(f"/inhalte/{page}/lesevermerk", {"fassung": "1"})).status_code == 409
    assert (await clerk.post(f"/inhalte/{page}/lesevermerk", {"fassung": "x"})).status_code == 422
    assert (await head.post(f"{place}/ende", {})).status_code == 303
    assert BUTTON not in words(await clerk.get(URL))


async def test_a_page_costs_no_more_for_it(library):
    page = await library.wanted()
    await library.say(page, "eins")
    for role in (CLERK, HEAD):
        browser = await library.browser(role)
        assert await statements(browser, URL) <= 6
        assert await statements(browser, "/") <= 6
    assert await statements(await library.browser(HEAD), f"/inhalte/{page}/lesebestaetigung") <= 6


async def test_in_a_network_no_page_names_the_people_of_others_and_strangers_find_nothing(library):
    page = await library.page(space=network(library), by=Role.OFFICE, organisation="stadt-bielefeld")
    await library.demand(page, by=Role.OFFICE, organisation="stadt-bielefeld")
    await library.confirm(page)
    office = await library.browser(Role.OFFICE, organisation="stadt-bielefeld")
    place = f"/inhalte/{page}/lesebestaetigung"
    shown = await office.get(place)
    assert "Andere Mitglieder" in words(shown)
    names = await library.everybody() - await library.everybody("stadt-bielefeld")
    assert not [name for name in names if name in shown.text]
    async with library.acting(CLERK) as (actor, _):
        url = (await access_item(actor, page)).url
    reader = await library.browser(Role.DIRECTOR, organisation="gfs")
    assert "(Stadt Bielefeld" in words(await reader.get(url))
    assert (await reader.get(place)).status_code == 403
    for organisation in ("skm", "caritas-duesseldorf"):
        stranger = await library.browser(LEAD, organisation=organisation)
        answers = [await stranger.get(place), await stranger.get(url)]
        answers += [await stranger.post(f"{place}{way}", {}) for way in ("", "/erinnerung", "/erneuerung", "/ende")]
        answers += [await stranger.post(f"/inhalte/{page}/lesevermerk", {"fassung": "1"})]
        assert {answer.status_code for answer in answers} == {404}
        assert "Hausordnung" not in (await stranger.get("/")).text


async def test_in_a_closed_folder_a_colleague_without_the_right_finds_nothing(library):
    page = await library.wanted()
    await library.close(page)
    clerk = await library.browser(CLERK)
    place = f"/inhalte/{page}/lesebestaetigung"
    answers = [await clerk.get(place), await clerk.post(f"/inhalte/{page}/lesevermerk", {"fassung": "1"})]
    answers += [await clerk.post(f"{place}{way}", {}) for way in ("", "/erinnerung", "/erneuerung", "/ende")]
    assert {answer.status_code for answer in answers} == {404}
    panel = (await clerk.get("/")).text.partition("Ungelesene Mitteilungen")[0]
    assert "Hausordnung" not in panel
    folder = await library.add("ordner", "folder")
    head = await library.browser(HEAD)
    assert (await head.get(f"/inhalte/{folder}/lesebestaetigung")).status_code == 404
