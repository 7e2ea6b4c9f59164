"""Casting a ballot in a browser: what a swap leaves behind, what a refusal says."""

import pytest

from tenants.context import Role
from tests.house.pages import check_fragment, check_page
from tests.votes.markup import LIST, SLOTS, address, outside, partials, slot, words


async def test_a_ballot_without_scripts_leads_back_to_the_page(poll):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    answer = await browser.post(f"{address(vote_id)}/stimme", {"answer": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, address(vote_id))
    html = (await browser.get(address(vote_id))).text
    page = check_page(html)
    assert "Ihre Stimme ist gespeichert." in page.text
    assert "Ihre Organisation hat abgestimmt: stimmt zu" in words(html)
    assert [field.get("value") for field in page.all("input") if "checked" in field.attributes] == ["yes"]


@pytest.mark.parametrize(
    ("rule", "answer"), [("question_approval", "yes"), ("question_objection", "no"), ("position", "no")]
)
async def test_the_page_after_the_swap_is_the_page_loaded_anew(poll, rule, answer):
    vote_id = await poll.ask(rule)
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    before = (await browser.get(address(vote_id))).text
    swapped = await browser.post(f"{address(vote_id)}/stimme", {"answer": answer}, htmx=True)
    assert swapped.status_code == 200
    new = partials(swapped.text)
    fresh = (await browser.get(address(vote_id))).text
    for name in SLOTS:
        assert new[name] == slot(fresh, name)[3], name
    assert outside(before) == outside(fresh)


async def test_the_count_has_an_address_of_its_own(poll):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    await poll.answer("bgw", vote_id, "yes")
    answer = await browser.get(f"{address(vote_id)}/stand", htmx=True)
    fresh = (await browser.get(address(vote_id))).text
    told = partials(answer.text)
    assert told["stand"] == slot(fresh, "stand")[3]
    assert "<form" not in answer.text, "what somebody is filling in stays"
    check_fragment(answer.text)


async def test_what_a_colleague_said_is_told_to_whoever_has_the_page_open(poll):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    looks_on = await poll.cast.as_role("gfs", Role.DATA_PROTECTION_OFFICER)
    await poll.answer("gfs", vote_id, "no")
    for who, slots in ((browser, {"eigene", "absenden"}), (looks_on, {"lage"})):
        told = partials((await who.get(f"{address(vote_id)}/stand", htmx=True)).text)
        assert set(told) == {"stand", *slots}
        assert any("stimmt nicht zu" in str(told[slot]) for slot in slots)
    refreshed = (await browser.get(f"{address(vote_id)}/stand", htmx=True)).text
    assert "Stimme ändern" in refreshed, "the button says what pressing it does now"
    listed = words((await browser.get(LIST)).text)
    assert "Ihre Organisation hat abgestimmt" in listed
    assert "Stimme ändern" in listed


async def test_once_it_is_over_the_whole_page_learns_of_it(poll):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    await poll.end(vote_id)
    answer = partials((await browser.get(f"{address(vote_id)}/stand", htmx=True)).text)
    fresh = (await browser.get(address(vote_id))).text
    assert answer == {name: slot(fresh, name)[3] for name in answer}
    assert set(answer) == set(SLOTS)
    assert "Die Abstimmung ist beendet" in fresh


@pytest.mark.parametrize("htmx", [False, True])
async def test_nothing_chosen_is_said_beside_the_field_and_nothing_is_saved(poll, htmx):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    before = await poll.counts()
    for given in ({}, {"answer": "vielleicht"}):
        answer = await browser.post(f"{address(vote_id)}/stimme", given, htmx=htmx)
        assert answer.status_code == 422
        assert "Bitte wählen Sie" in answer.text
    assert await poll.counts() == before


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_late_ballot_is_refused_with_a_sentence_and_kept(poll, htmx):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    await browser.get(address(vote_id))
    await poll.end(vote_id)
    answer = await browser.post(f"{address(vote_id)}/stimme", {"answer": "yes"}, htmx=htmx)
    assert answer.status_code == 409
    assert "Ihre Stimme kam zu spät und zählt nicht." in answer.text
    if not htmx:
        check_page(answer.text)
    (ballot,) = await poll.rows("SELECT late FROM ballot WHERE vote_id = $1", vote_id)
    assert ballot["late"]


async def test_a_ballot_after_a_no_that_ended_the_vote_says_why(poll):
    vote_id = await poll.ask("position")
    await poll.answer("bgw", vote_id, "no")
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    answer = await browser.post(f"{address(vote_id)}/stimme", {"answer": "yes"})
    assert answer.status_code == 409
    assert "Die Abstimmung war schon beendet." in answer.text
