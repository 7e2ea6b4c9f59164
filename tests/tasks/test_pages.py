"""The pages: one list of what is mine, the form, the checklist, and the number in the navigation."""

import re

from tenants.context import Role
from tests.home.test_pages import statements, words
from tests.spaces.tree import HOME

LEAD, CLERK, HEAD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR


async def test_a_task_is_added_in_one_form_and_is_then_mine(crew):
    browser = await crew.browser()
    folder = await crew.id_of("")
    form = await browser.get(f"/inhalte/{folder}/neu?art=task")
    assert form.headers["location"] == f"/inhalte/{folder}/aufgabe"
    shown = await browser.get(form.headers["location"])
    assert crew.person(CLERK) in shown.text
    sent = {
        "title": "Kaffee kochen", "who": crew.person(CLERK), "due_at": "2027-01-04T09:00", "steps": "Wasser\nFilter",
    }  # fmt: skip
    answer = await browser.post(f"/inhalte/{folder}/aufgaben", sent)
    assert answer.status_code == 303, answer.text
    page = words(await browser.get(answer.headers["location"]))
    for word in ("Kaffee kochen", await crew.name(CLERK), "0 von 2 erledigt", "Offen"):
        assert word in page
    clerk = await crew.browser(CLERK)
    assert "Kaffee kochen" in words(await clerk.get("/aufgaben"))
    day = await clerk.get("/")
    assert "Kaffee kochen" in words(day)
    assert re.search(r"Meine Aufgaben.{0,80}?count\W.{0,10}1", day.text, re.DOTALL)
    assert "Bei anderen" not in words(day)
    assert "Kaffee kochen" in words(await browser.get("/aufgaben"))  # among what they have given


async def test_an_end_that_is_over_is_kept_and_said(crew):
    browser = await crew.browser()
    folder = await crew.id_of("")
    answer = await browser.post(f"/inhalte/{folder}/aufgaben", {"title": "Miete", "due_at": "2020-01-06T09:00"})
    assert answer.status_code == 303, answer.text
    page = words(await browser.get(answer.headers["location"]))
    assert "Der Termin ist schon vorbei: " in page
    assert "Überfällig" in page
    task = await crew.id_of("miete")
    for due_at, is_said in (("2020-01-06T09:00", False), ("2019-01-07T09:00", True), ("2099-01-05T09:00", False)):
        version = re.search(r'name="version" value="(\d+)"', (await browser.get(f"/inhalte/{task}/bearbeiten")).text)[1]
        sent = {"title": "Miete", "due_at": due_at, "version": version, "change_note": "Anders"}
        answer = await browser.post(f"/inhalte/{task}/fassungen", sent)
        assert ("Der Termin ist schon vorbei" in words(await browser.get(answer.headers["location"]))) is is_said, (
            due_at
        )


async def test_what_is_wrong_is_said_and_what_was_typed_stays(crew):
    browser = await crew.browser()
    folder = await crew.id_of("")
    answer = await browser.post(f"/inhalte/{folder}/aufgaben", {"title": "", "who": "person:x", "body": "Bitte bald"})
    assert answer.status_code == 422
    assert "Bitte bald" in answer.text
    assert "Bitte wählen Sie einen der angebotenen Werte." in words(answer)


async def test_it_is_given_to_somebody_else_on_a_page_of_its_own(crew):
    task = await crew.task("Tee", to=crew.person(CLERK))
    browser, clerk = await crew.browser(), await crew.browser(CLERK)
    place = f"/inhalte/{task}/zustaendigkeit"
    assert "selected" in (await browser.get(place)).text
    assert (await clerk.get(place)).status_code == 403
    assert (await browser.post(place, {"who": "person:x"})).status_code == 422
    assert (await browser.post(place, {"who": crew.person(LEAD)})).status_code == 303
    assert await crew.name(LEAD) in words(await browser.get(f"/o/{HOME}/tee"))
    assert (await browser.post(place, {"who": ""})).status_code == 303
    assert "Noch niemand" in words(await browser.get(f"/o/{HOME}/tee"))


async def test_a_step_is_ticked_with_and_without_script(crew):
    steps = [{"text": "Wasser", "done": False}]
    task = await crew.task(to=crew.person(CLERK), steps=steps)
    clerk = await crew.browser(CLERK)
    sent = {"nummer": "0", "text": "Wasser", "erledigt": "ja"}
    answer = await clerk.post(f"/inhalte/{task}/haken", sent)
    assert answer.status_code == 303
    assert "1 von 1 erledigt" in words(await clerk.get(answer.headers["location"]))
    answer = await clerk.post(f"/inhalte/{task}/haken", {**sent, "erledigt": "nein"}, htmx=True)
    assert "0 von 1 erledigt" in words(answer)
    assert 'name="version" value="3"' in answer.text, "the buttons stand for what is shown"
    assert (await clerk.post(f"/inhalte/{task}/haken", {**sent, "nummer": "7"})).status_code == 409


async def test_doing_it_takes_it_off_the_list_and_the_day(crew):
    task = await crew.task("Tee", to=crew.person(CLERK))
    clerk = await crew.browser(CLERK)
    await crew.settle()
    assert "Tee" in words(await clerk.get("/"))
    assert (await clerk.post(f"/inhalte/{task}/zustand", {"schritt": "finish", "version": "1"})).status_code == 303
    assert "Tee" not in words(await clerk.get("/aufgaben"))


async def test_the_pages_cost_no_more_than_others(crew):
    await crew.task("Tee", to=crew.person(CLERK))
    clerk = await crew.browser(CLERK)
    assert await statements(clerk, "/") <= 6
    assert await statements(clerk, "/aufgaben") <= 6
    assert await statements(clerk, f"/o/{HOME}/tee") <= 6
    assert await statements(await crew.browser(), f"/o/{HOME}/tee") <= 6


async def test_the_number_counts_nothing_of_others(crew):
    await crew.task("Tee", to=f"organisation:{crew.cast.organisations[HOME]}")
    for organisation, role in (("gfs", LEAD), ("skm", LEAD)):
        stranger = await crew.browser(role, organisation=organisation)
        page = await stranger.get("/aufgaben")
        assert "Tee" not in page.text
        assert "Nichts zu erledigen" in page.text
