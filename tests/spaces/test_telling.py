"""Who is told of a step of the workflow, and who is not: other organisations, closed folders, steps taken back."""

import re

import pytest

from portal.notices import live
from portal.spaces import actions, actions_sharing
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tests.cast import Cast
from tests.home.test_pages import statements, words
from tests.notices.test_live import PATIENCE, watching
from tests.spaces.tree import HOME
from tests.tasks.crew import Crew, network
from tests.tasks.test_thrown_away import restored, throw_away

GUARD = Role.DATA_PROTECTION_OFFICER
LEAD, CLERK, HEAD, DIRECTOR, OFFICE = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR, Role.DIRECTOR, Role.OFFICE


@pytest.fixture
async def crew(cast: Cast) -> Crew:
    return Crew(cast)


async def write(crew, *, by=CLERK, folder="", space=None, organisation=HOME):
    async with crew.acting(by, organisation=organisation) as (actor, opened):
        found = await find_address(actor, space or SpaceKey("organisation", actor.organisation_id), folder)
        return await actions.add_item(
            actor=actor, now=opened.now, parent=found, kind="page", values={"title": "Hausordnung", "body": ""}
        )


async def step(crew, identifier, transition, *, by=CLERK, note="", organisation=HOME):
    async with crew.acting(by, organisation=organisation) as (actor, opened):
        item = await access_item(actor, identifier)
        await actions.change_state(actor=actor, now=opened.now, item=item, transition=transition, note=note)


def waiting(response) -> int:
    """What the navigation says to wait for a review."""
    return int(re.search(r'href="/zur-pruefung"[^>]*>Zur Prüfung\s*<span class="count">(\d+)<', response.text)[1])


async def names(crew, *roles):
    return {await crew.name(role) for role in roles}


async def test_those_who_review_are_told_once_and_find_the_number(crew):
    page = await write(crew)
    await step(crew, page, "submit")
    await crew.settle()
    await crew.settle()
    assert await crew.told("review_wanted") == await names(crew, LEAD, DIRECTOR, HEAD)
    lead, clerk = await crew.browser(LEAD), await crew.browser(CLERK)
    assert 'href="/zur-pruefung"' in (await lead.get("/")).text
    assert "Hausordnung" in words(await lead.get("/zur-pruefung"))
    day = await clerk.get("/")
    assert 'href="/zur-pruefung"' not in day.text
    assert "Hausordnung" not in words(day)
    assert await statements(lead, "/") <= 6
    stranger = await crew.browser(LEAD, organisation="bgw")
    assert "Hausordnung" not in words(await stranger.get("/zur-pruefung"))


async def test_what_waits_for_my_review_stands_on_my_day_and_is_not_said_twice(crew):
    page = await write(crew)
    await crew.settle()
    lead = await crew.browser(LEAD)
    await lead.post("/mitteilungen/lesevermerke", {})
    before = waiting(await lead.get("/"))
    await step(crew, page, "submit")
    await crew.settle()
    day = await lead.get("/")
    text = words(day)
    assert waiting(day) == before + 1
    assert f"{before + 1} Beiträge warten auf Ihre Prüfung." in text
    (row,) = re.findall(r'<li class="todo__row">(?:(?!</li>).)*Hausordnung.*?</li>', day.text, re.DOTALL)
    assert f"eingereicht von {await crew.name(CLERK)}" in row
    assert "heute" in row
    assert row.count(f'href="/inhalte/{page}"') == 2
    assert text.count("Hausordnung") == 1
    assert "Die ungelesene Mitteilung gehört zu dem, was oben steht." in text
    stranger = await crew.browser(LEAD, organisation="bgw")
    assert "Hausordnung" not in words(await stranger.get("/"))
    await step(crew, page, "publish", by=DIRECTOR)
    await crew.settle()
    assert "Hausordnung" not in words(await lead.get("/"))


@pytest.fixture
async def line():
    """The connection of open pages; closed with the test."""
    yield
    await live.close()


async def test_open_pages_of_all_who_review_count_anew_whoever_decides(crew, line):
    page = await write(crew)
    await step(crew, page, "submit")
    await crew.settle()
    lead = await crew.browser(LEAD)
    await lead.post("/mitteilungen/lesevermerke", {})  # nothing of this can tell the page any more
    assert waiting(await lead.get("/mitteilungen/anzahl", htmx=True)) == waiting(await lead.get("/")) > 0
    mine = live.inbox(crew.cast.organisations[HOME], crew.id_of_person(LEAD))
    guards = live.inbox(crew.cast.organisations[HOME], crew.id_of_person(GUARD))
    async with watching(mine) as watch, watching(guards) as other:
        for happens in (
            lambda: step(crew, page, "send_back", by=DIRECTOR, note="Fehlt noch etwas?"),
            lambda: step(crew, page, "submit"),
            lambda: throw_away(crew, page),
            lambda: restored(crew, page),
        ):
            while await watch.next_changes(within=0.2):
                pass
            await happens()
            await crew.settle()
            assert await watch.next_changes(within=PATIENCE) == {mine}
        assert await other.next_changes(within=0.05) == set(), "who reviews nothing is left alone"


async def test_what_was_reviewed_waits_in_no_inbox_any_more(crew):
    page = await write(crew)
    await step(crew, page, "submit")
    await crew.settle()
    await step(crew, page, "publish", by=LEAD)
    assert await crew.unread("review_wanted") == await names(crew, DIRECTOR, HEAD)  # LEAD has dealt with it
    await crew.settle()
    assert await crew.unread("review_wanted") == set()  # and nobody else has to
    assert await crew.unread("review_passed") == await names(crew, CLERK)


async def test_what_was_returned_and_given_again_waits_only_for_those_who_review(crew):
    page = await write(crew)
    await step(crew, page, "submit")
    await step(crew, page, "send_back", by=LEAD, note="Fehlt noch etwas?")
    await crew.settle()
    assert await crew.unread("review_returned") == await names(crew, CLERK)
    await step(crew, page, "submit")
    await crew.settle()
    assert await crew.unread("review_returned") == set()
    assert await crew.unread("review_wanted") == await names(crew, LEAD, DIRECTOR, HEAD)


async def test_in_a_network_a_review_that_is_over_waits_nowhere(crew):
    page = await write(crew, space=network(crew))
    await step(crew, page, "submit")
    await crew.settle()
    await step(crew, page, "recall")
    await crew.settle()
    assert await crew.unread("review_wanted") == set()


async def test_sent_back_the_author_hears_why_and_nobody_else(crew):
    page = await write(crew)
    await step(crew, page, "submit")
    await step(crew, page, "send_back", by=LEAD, note="Bitte die Ruhezeiten ergänzen.")
    await crew.settle()
    assert await crew.told("review_returned") == await names(crew, CLERK)
    assert await crew.told("review_wanted") == set()  # nothing waits any more
    clerk = await crew.browser(CLERK)
    inbox = await clerk.get("/mitteilungen")
    notice = inbox.text.partition('href="/mitteilungen/')[2].partition('"')[0]
    assert "Bitte die Ruhezeiten ergänzen." in words(await clerk.get(f"/mitteilungen/{notice}"))


async def test_published_by_another_the_author_is_told(crew):
    page = await write(crew)
    await step(crew, page, "submit")
    await step(crew, page, "publish", by=LEAD)
    own = await write(crew, by=LEAD)
    await step(crew, own, "publish", by=LEAD)
    await crew.settle()
    assert await crew.told("review_passed") == await names(crew, CLERK)


async def test_what_was_taken_back_is_not_told(crew):
    page = await write(crew)
    await step(crew, page, "submit")
    await step(crew, page, "recall")
    await crew.settle()
    assert await crew.told("review_wanted") == set()


async def test_in_a_closed_folder_only_who_reads_there_is_told(crew):
    await crew.add("akten", "folder")
    folder = await crew.id_of("akten")
    page = await write(crew, folder="akten")
    await step(crew, page, "submit")
    async with crew.acting(HEAD) as (actor, opened):
        item = await access_item(actor, folder)
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)
    await crew.settle()
    assert await crew.told("review_wanted") == await names(crew, HEAD)
    assert "Hausordnung" not in words(await (await crew.browser(LEAD)).get("/zur-pruefung"))


async def test_in_a_network_the_office_is_told_and_the_author_in_their_organisation(crew):
    page = await write(crew, space=network(crew))
    await step(crew, page, "submit")
    await crew.settle()
    assert await crew.told("review_wanted") == {await crew.name(OFFICE, organisation="stadt-bielefeld")}
    await step(crew, page, "send_back", by=OFFICE, organisation="stadt-bielefeld", note="Fehlt noch etwas?")
    await crew.settle()
    assert await crew.told("review_returned") == await names(crew, CLERK)
    rows = await crew.rows("SELECT DISTINCT organisation_id FROM notice WHERE kind = 'review_returned'")
    assert [row["organisation_id"] for row in rows] == [crew.cast.organisations[HOME]]
