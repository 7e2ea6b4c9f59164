"""The page "Fristen": what is due to whom, why on that day, and nothing of anybody else."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Length, Unit, reckon
from portal.deadlines.workdays import Land
from portal.kit.clock import end_of_day, local_day
from portal.ladders.rules import Party, Step
from tenants.context import Role
from tests.home.test_pages import statements, words
from tests.votes.poll import Poll

HOME, NEIGHBOUR, STRANGER = "bethel-regional", "bgw", "caritas-duesseldorf"
VOTER, CLERK, LEAD, HEAD = Role.REPRESENTATIVE, Role.CASEWORKER, Role.LEAD, Role.ADMINISTRATOR


async def set_one(calendar, title: str, *, by: Role = VOTER, organisation: str = HOME, days: int = 3, **more) -> None:
    (row,) = await calendar.rows("SELECT hilfenetz_now() AS now")
    due_at = more.pop("due_at", None) or end_of_day(local_day(row["now"]) + timedelta(days=days))
    given = {"roles": (VOTER,), "subject_id": uuid4(), "due_at": due_at, **more}
    await calendar.deadline(title, by=by, organisation=organisation, **given)


async def text_of(calendar, path: str = "/fristen", *, by: Role = VOTER, organisation: str = HOME) -> str:
    response = await (await calendar.cast.as_role(organisation, by)).get(path)
    assert response.status_code == 200, response.text
    return words(response)


async def test_nobody_is_led_to_the_sign_in(cast):
    for path in ("/fristen", "/fristen/erledigt"):
        assert (await cast.nobody().get(path)).status_code == 303


async def test_a_vote_is_a_deadline_until_the_ballot_is_cast(calendar):
    poll = Poll(calendar.cast)
    question = "Soll die Küche im Advent länger öffnen?"
    vote_id = await poll.ask(question=question, days=5)
    await calendar.settle()
    text = await text_of(calendar)
    for word in (question, "Stimme abgeben", "noch 5 Tage", "zuständig:", "Dieser Tag wurde festgesetzt"):
        assert word in text
    await poll.answer(HOME, vote_id, "yes")
    assert question not in await text_of(calendar)
    ended = await text_of(calendar, "/fristen/erledigt")
    assert re.search(rf"{re.escape(question)}.*Erledigt", ended)
    assert question in await text_of(calendar, organisation=NEIGHBOUR)


async def test_it_says_step_by_step_why_it_ends_on_that_day(calendar):
    reckoned = reckon(fact(Basis.EVENT, date(2026, 12, 11)), Length(14, Unit.DAYS), Land.NW)
    await set_one(calendar, "Antwort an das Amt", reckoned=reckoned, due_at=reckoned.due_at)
    text = await text_of(calendar)
    for word in ("Ereignis:", "Frist: 14 Tage", "§ 193 BGB verschoben", "bis 28.12.2026"):
        assert word in text


async def test_who_sees_what(calendar):
    ladder = (Step(1, (Party.RESPONSIBLE, Party.LEAD)),)
    await set_one(calendar, "Jahresbericht", roles=(HEAD,), ladder=ladder)
    await set_one(calendar, "Verwendungsnachweis", roles=(CLERK,), ladder=(Step(1, (Party.RESPONSIBLE,)),))
    seen = {
        (by, path): [title for title in ("Jahresbericht", "Verwendungsnachweis") if title in text]
        for by in (HEAD, CLERK, LEAD)
        for path in ("/fristen", "/fristen?wer=team", "/fristen?wer=organisation")
        for text in [await text_of(calendar, path, by=by)]
    }
    both = ["Jahresbericht", "Verwendungsnachweis"]
    for by, mine in ((HEAD, "Jahresbericht"), (CLERK, "Verwendungsnachweis")):
        assert seen[by, "/fristen"] == [mine]
        assert seen[by, "/fristen?wer=team"] == [mine]  # who leads nobody has no team: their own
        assert seen[by, "/fristen?wer=organisation"] == both
    assert seen[LEAD, "/fristen"] == []
    assert seen[LEAD, "/fristen?wer=team"] == ["Jahresbericht"]
    assert "Mein Team" in await text_of(calendar, by=LEAD)
    assert "Mein Team" not in await text_of(calendar, by=CLERK)


async def test_of_a_network_only_its_matters_and_of_another_network_nothing(calendar):
    await set_one(calendar, "Jahresbericht")
    await set_one(calendar, "Sitz der Geschäftsstelle", network_id=calendar.cast.networks["bielefeld"])
    text = await text_of(calendar, "/fristen?wer=netzwerk&netz=bielefeld")
    assert ("Sitz der Geschäftsstelle" in text, "Jahresbericht" in text) == (True, False)
    browser = await calendar.cast.as_role(HOME, VOTER)
    for slug in ("duesseldorf", "nirgends", ""):
        assert (await browser.get(f"/fristen?wer=netzwerk&netz={slug}")).status_code == 404


async def test_nothing_of_other_organisations(calendar):
    await set_one(calendar, "Nur im Haus")
    for organisation in (NEIGHBOUR, STRANGER):
        for path in ("/fristen", "/fristen?wer=organisation", "/fristen/erledigt?wer=organisation"):
            assert "Nur im Haus" not in await text_of(calendar, path, organisation=organisation)


async def test_what_is_overdue_comes_first_and_says_so(calendar):
    await set_one(calendar, "Bald fällig", days=2)
    await set_one(calendar, "Längst fällig", days=-2)
    text = await text_of(calendar)
    assert re.search(r"Überfällig .*Längst fällig.*Als Nächstes.*Bald fällig", text)
    assert "vor 2 Tagen" in text


async def test_a_task_with_a_date_stands_among_what_is_mine_alone(calendar):
    (row,) = await calendar.rows("SELECT hilfenetz_now() AS now")
    due_at = row["now"] + timedelta(days=4)
    await calendar.task("Heizung prüfen", to=calendar.person(CLERK, organisation=HOME), due_at=due_at)
    assert "Heizung prüfen" in await text_of(calendar, by=CLERK)
    assert "Heizung prüfen" not in await text_of(calendar, by=VOTER)
    assert "Heizung prüfen" not in await text_of(calendar, "/fristen?wer=organisation", by=CLERK)


async def test_what_must_be_read_by_a_day_stands_there_too(calendar):
    (row,) = await calendar.rows("SELECT hilfenetz_now() AS now")
    await calendar.wanted(until_on=local_day(row["now"]) + timedelta(days=6))
    assert re.search(r"Hausordnung.{0,40}Lesen und bestätigen", await text_of(calendar, by=CLERK))
    assert "Lesen und bestätigen" not in await text_of(calendar, organisation=NEIGHBOUR)


async def test_many_are_shown_page_by_page(calendar):
    for number in range(23):
        await set_one(calendar, f"Nummer {number:02}.", days=number + 1)
    first, second = await text_of(calendar), await text_of(calendar, "/fristen?seite=2")
    assert ("Nummer 00." in first, "Nummer 22." in first) == (True, False)
    assert ("Nummer 00." in second, "Nummer 22." in second) == (False, True)
    assert "Keine Frist wartet auf Sie" in await text_of(calendar, "/fristen?seite=3")


@pytest.mark.parametrize("path", ["/fristen", "/fristen?wer=organisation", "/fristen/erledigt"])
async def test_a_page_costs_at_most_six_statements(calendar, path):
    await set_one(calendar, "Jahresbericht")
    assert await statements(await calendar.cast.as_role(HOME, VOTER), path) <= 6


async def test_who_has_nothing_to_do_is_told_what_would_stand_here(calendar):
    assert "Keine Frist wartet auf Sie" in await text_of(calendar, by=CLERK)
    assert "Noch nichts erledigt" in await text_of(calendar, "/fristen/erledigt", by=CLERK)
