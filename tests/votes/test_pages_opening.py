"""Opening a vote in a browser, and who gets to its pages at all."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.kit.clock import local_day
from portal.votes.agreement import usual_last_day
from tenants.context import Role
from tenants.rulebook import NETWORKS, load_rulebook, parse_rulebook
from tests.house.pages import check_page
from tests.votes.markup import LIST, address
from tests.votes.poll import QUESTION

UNFIT = (
    ({"question": ""}, "Bitte schreiben Sie, worüber abgestimmt wird."),
    ({"rule": ""}, "Bitte wählen Sie, wie entschieden wird."),
    ({"rule": "exclusion"}, "Bitte wählen Sie einen der angebotenen Werte."),
    ({"day": timedelta(days=-1)}, "Der letzte Tag liegt in der Vergangenheit."),
    ({"last_day": "31.2.2026"}, "Diesen Tag gibt es nicht im Kalender."),
    ({"rule": "question_choice", "proposals": "Eins"}, "Eine Auswahl braucht mindestens zwei Vorschläge"),
    ({"rule": "question_choice", "proposals": "Eins\nZwei\neins"}, "Der Vorschlag „eins“ steht doppelt"),
    ({"proposals": "Eins\nZwei"}, "Vorschläge gibt es nur bei einer Auswahl."),
    ({"question": "\u3164\u2800\xa0\xad\U000e0041"}, "Bitte schreiben Sie, worüber abgestimmt wird."),
    ({"question": "\u200b\ufeff"}, "Bitte schreiben Sie, worüber abgestimmt wird."),
)


def question(**changes):
    day = changes.pop("day", timedelta(days=4))

    last_day = (local_day(datetime.now(UTC)) + day).isoformat()
    return {"question": QUESTION, "explanation": "", "rule": "question_approval", "last_day": last_day, **changes}


async def test_the_office_opens_a_vote_and_lands_on_it(poll):
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    form = check_page((await office.get(f"{LIST}/neu")).text)
    assert "Nötig: mehr als die Hälfte von 6 Mitgliedern, das sind mindestens 4." in form.text
    answer = await office.post(LIST, question())
    assert answer.status_code == 303
    page = check_page((await office.get(answer.headers["location"])).text)
    assert "Die Abstimmung ist eröffnet." in page.text
    assert QUESTION in page.text


async def test_the_form_suggests_the_last_day_that_the_rulebook_gives(poll):
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    suggested = usual_last_day(load_rulebook(NETWORKS / "bielefeld.toml"), local_day(datetime.now(UTC)))
    assert f'value="{suggested.isoformat()}"' in (await office.get(f"{LIST}/neu")).text


@pytest.mark.parametrize(
    ("opened", "days", "land", "last"),
    [
        (date(2026, 12, 10), 14, "NW", date(2026, 12, 24)),
        (date(2026, 12, 11), 14, "NW", date(2026, 12, 28)),  # Christmas and a weekend
        (date(2027, 5, 13), 14, "NW", date(2027, 5, 28)),  # Corpus Christi, there but not in Hamburg
        (date(2027, 5, 13), 14, "HH", date(2027, 5, 27)),
        (date(2026, 12, 10), 21, "NW", date(2026, 12, 31)),
    ],
)
def test_the_day_suggested_is_a_working_day_after_the_longest_period(opened, days, land, last):
    written = load_rulebook(NETWORKS / "duesseldorf.toml").source.replace(
        "period_days = 14", f"period_days = {days}", 1
    )
    book = parse_rulebook(written.replace('land = "NW"', f'land = "{land}"'), file="x.toml")
    assert usual_last_day(book, opened) == last


@pytest.mark.parametrize("htmx", [False, True])
async def test_what_does_not_fit_comes_back_with_all_that_was_typed(poll, htmx):
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    before = await poll.counts()
    for changes, sentence in UNFIT:
        answer = await office.post(LIST, question(explanation="Bleibt <stehen>", **changes), htmx=htmx)
        assert answer.status_code == 422, changes
        assert sentence in answer.text
        assert "Bleibt &lt;stehen&gt;" in answer.text
    assert await poll.counts() == before


async def test_sent_twice_the_question_is_asked_once(poll):
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    assert (await office.post(LIST, question())).status_code == 303
    before = await poll.counts()
    answer = await office.post(LIST, question())
    assert answer.status_code == 422
    assert "Diese Frage steht schon zur Abstimmung." in answer.text
    assert await poll.counts() == before


async def test_sent_five_times_at_once_the_question_is_asked_once(poll):
    """Two clicks, two tabs: each vote is a letter to every member, and none can be taken back."""
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    await office.get(LIST)
    answers = await asyncio.gather(*(office.post(LIST, question()) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422, 422]


async def test_a_page_of_closed_votes_that_is_not_there_is_not_found(poll):
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    assert (await office.get(f"{LIST}?seite=1")).status_code == 200
    assert (await office.get(f"{LIST}?seite=9000")).status_code == 404


async def test_anonymous_is_led_to_signing_in(poll):
    vote_id = await poll.ask()
    browser = poll.cast.nobody()
    for path in (LIST, f"{LIST}/neu", address(vote_id), f"{address(vote_id)}/stand"):
        answer = await browser.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/anmelden")
        assert QUESTION not in answer.text
    before = await poll.counts()
    assert (await browser.post(f"{address(vote_id)}/stimme", {"answer": "yes"})).status_code == 303
    assert await poll.counts() == before


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.OFFICE])
async def test_another_network_gets_the_same_answer_as_for_nothing(poll, role):
    vote_id = await poll.ask()
    organisation = "jobcenter-duesseldorf" if role is Role.OFFICE else "skm"
    browser = await poll.cast.as_role(organisation, role)
    before = await poll.counts()
    for path in (LIST, address(vote_id), f"{address(vote_id)}/stand", f"/n/duesseldorf/abstimmungen/{vote_id}"):
        answer = await browser.get(path)
        assert answer.status_code == 404
        assert QUESTION not in answer.text
    if role is Role.OFFICE:
        assert (await browser.get(f"{LIST}/neu")).status_code == 404
        assert (await browser.post(LIST, {"question": "?"})).status_code == 404
    else:
        assert (await browser.post(f"{address(vote_id)}/stimme", {"answer": "yes"})).status_code == 404
    assert await poll.counts() == before


async def test_members_without_the_right_are_refused_and_nothing_changes(poll):
    vote_id = await poll.ask()
    before = await poll.counts()
    caseworker = await poll.cast.browser("ruth.kaminski", "diakonie-bielefeld")
    assert (await caseworker.post(f"{address(vote_id)}/stimme", {"answer": "yes"})).status_code == 403
    member = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    assert (await member.get(f"{LIST}/neu")).status_code == 403
    assert (await member.post(LIST, {"question": QUESTION})).status_code == 403
    assert await poll.counts() == before
