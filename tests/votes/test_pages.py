"""The pages of votes as a browser gets them: who sees what, what a swap leaves behind, what a refusal says."""

import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from portal.kit.clock import local_day
from tenants import database
from tenants.context import Role
from tests.database import POOL
from tests.house.pages import check_fragment, check_page, read
from tests.votes.poll import QUESTION

LIST = "/n/bielefeld/abstimmungen"
SLOTS = ("lage", "stand", "ablauf")


def address(vote_id):
    return f"{LIST}/{vote_id}"


def slot(html, name):
    """The inside of a slot, and all around it with the slots taken out."""
    page = read(html)
    element = next(element for element in page.all() if element.get("id") == name)
    return flat(element)


def words(html):
    """What a person reads, in order."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", check_page(html) and html)).split())


def flat(element):
    """Tags, attributes and texts in order; what differs between two answers to the same question is left out."""
    attributes = {name: value for name, value in element.attributes.items() if name != "value"}
    return [
        element.tag, attributes, [text for text in map(str.strip, element.texts) if text],
        [flat(child) for child in element.children],
    ]  # fmt: skip


def partials(html):
    """What each slot would hold after the swap."""
    found = re.findall(r'<hx-partial hx-target="#([\w-]+)" hx-swap="innerHTML">(.*?)</hx-partial>', html, re.DOTALL)
    return {name: [flat(child) for child in read(inner).children] for name, inner in found}


async def test_the_list_shows_what_waits_and_what_was_decided(poll):
    await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    page = check_page((await browser.get(LIST)).text)
    assert QUESTION in page.text
    assert "Ihre Stimme fehlt noch" in page.text
    assert "Abgelehnt" in page.text


async def test_who_may_not_vote_is_not_asked_to(poll):
    await poll.ask()
    browser = await poll.cast.browser("ruth.kaminski", "diakonie-bielefeld")
    page = check_page((await browser.get(LIST)).text)
    assert "Ihre Stimme fehlt noch" not in page.text
    assert "Ihre Organisation hat noch nicht abgestimmt" in page.text
    assert "Neue Abstimmung" not in page.text


async def test_an_empty_list_says_what_comes_next(poll):
    await poll.database.as_superuser(
        "SET session_replication_role = replica; DELETE FROM ballot_signature; DELETE FROM ballot; "
        "DELETE FROM vote_result; DELETE FROM vote_option; DELETE FROM voter; DELETE FROM vote;"
    )
    member = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    assert "Zurzeit läuft keine Abstimmung" in check_page((await member.get(LIST)).text).text
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    page = check_page((await office.get(LIST)).text)
    assert [link.get("href") for link in page.all("a") if link.text == "Neue Abstimmung"] == [f"{LIST}/neu"] * 2


async def test_the_page_says_who_i_am_here_what_to_do_and_where_it_stands(poll):
    vote_id = await poll.ask()
    await poll.answer("gfs", vote_id, "yes")
    browser = await poll.cast.browser("mira.sommer", "diakonie-bielefeld")
    page = words((await browser.get(address(vote_id))).text)
    for part in (
        QUESTION,
        "Sie stimmen als Stellvertretung",
        "Stimme abgeben",
        "1 von 6 Mitgliedern dafür (16,7 %), nötig: mehr als die Hälfte, das sind mindestens 4.",
        "Noch 3 nötig.",
        "Wie wird die Frist gerechnet?",
        "Mitglieder stimmen ab",
    ):
        assert part in page, part


async def test_a_decided_vote_says_so_and_stays_open(poll):
    vote_id = await poll.ask()
    for organisation in ("gfs", "bgw", "trockendock", "bethel-regional"):
        await poll.answer(organisation, vote_id, "yes")
    browser = await poll.cast.as_role("diakonie-bielefeld", Role.REPRESENTATIVE)
    page = check_page((await browser.get(address(vote_id))).text)
    assert "Rechnerisch ist die Abstimmung damit entschieden" in page.text
    assert "Stimme abgeben" in page.text


async def test_own_ballots_are_listed_with_who_cast_them_for_the_own_organisation_alone(poll):
    vote_id = await poll.ask()
    await poll.answer("bethel-regional", vote_id, "yes")
    own = await poll.cast.browser("lene.petersen", "bethel-regional")
    assert "Tariq Haddad" in (await own.get(address(vote_id))).text
    other = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    assert "Tariq Haddad" not in (await other.get(address(vote_id))).text


async def test_hidden_ballots_show_neither_names_nor_numbers(poll):
    vote_id = await poll.ask()
    await poll.rows("UPDATE vote SET ballots_visible_to = 'office' WHERE id = $1", vote_id)
    await poll.answer("gfs", vote_id, "yes")
    member = await poll.cast.as_role("bgw", Role.REPRESENTATIVE)
    page = check_page((await member.get(address(vote_id))).text)
    assert "wird bis zum Ende nicht gezeigt" in page.text
    assert "dafür" not in page.text
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    assert "1 dafür" in check_page((await office.get(address(vote_id))).text).text


async def test_each_page_costs_at_most_six_statements(poll):
    vote_id = await poll.ask()
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    seen = []
    async with AsyncExitStack() as stack:
        for _ in range(POOL):
            connection = await stack.enter_async_context(database.DB.pool.acquire())
            connection.add_query_logger(lambda record: seen.append(record.query))
    for path in (LIST, f"{LIST}/neu", address(vote_id), f"{address(vote_id)}/stand"):
        await office.get(path)
        seen.clear()
        assert (await office.get(path)).status_code == 200
        assert len(seen) <= 6, (path, seen)


# --- casting


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


def outside(html):
    """All of the main part that no answer replaces."""
    page = read(html)
    for element in page.all():
        if element.get("id") in (*SLOTS, "flash"):
            element.children.clear()
            element.texts.clear()
    return flat(next(page.all("main")))


async def test_the_count_has_an_address_of_its_own(poll):
    vote_id = await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    await poll.answer("bgw", vote_id, "yes")
    answer = await browser.get(f"{address(vote_id)}/stand", htmx=True)
    fresh = (await browser.get(address(vote_id))).text
    assert partials(answer.text) == {"stand": slot(fresh, "stand")[3]}
    check_fragment(answer.text)


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


# --- who may


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


# --- opening


UNFIT = (
    ({"question": ""}, "Bitte schreiben Sie, worüber abgestimmt wird."),
    ({"rule": ""}, "Bitte wählen Sie, wie entschieden wird."),
    ({"rule": "exclusion"}, "Bitte wählen Sie einen der angebotenen Werte."),
    ({"day": timedelta(days=-1)}, "Der letzte Tag liegt in der Vergangenheit."),
    ({"last_day": "31.2.2026"}, "Diesen Tag gibt es nicht im Kalender."),
    ({"rule": "question_choice", "proposals": "Eins"}, "Eine Auswahl braucht mindestens zwei Vorschläge"),
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


async def test_what_cannot_be_is_refused(poll):
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    for path in ("/0", "/keine-nummer", "/00000000-0000-7000-8000-000000000000"):
        assert (await browser.get(LIST + path)).status_code == 404
    for query in ("?seite=0", "?seite=viele", "?seite=999999999"):
        assert (await browser.get(LIST + query)).status_code == 400


async def test_closed_votes_are_paged(poll):
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    await poll.database.as_superuser(
        "INSERT INTO vote SELECT c.* FROM vote v, generate_series(1, 30) AS n, "
        "LATERAL jsonb_populate_record(NULL::vote, to_jsonb(v) "
        "|| jsonb_build_object('id', gen_random_uuid(), 'question', 'Alte Frage ' || n)) AS c "
        "WHERE v.state = 'closed' AND v.network_id = (SELECT id FROM network WHERE slug = 'bielefeld') LIMIT 30;"
        "INSERT INTO vote_result SELECT c.* FROM vote v, (SELECT to_jsonb(r) AS row FROM vote_result r LIMIT 1) AS r, "
        "LATERAL jsonb_populate_record(NULL::vote_result, r.row || jsonb_build_object('vote_id', v.id)) AS c "
        "WHERE v.question LIKE 'Alte Frage %';"
    )
    first = check_page((await browser.get(LIST)).text)
    second = check_page((await browser.get(f"{LIST}?seite=2")).text)
    assert "Alte Frage" in first.text
    assert "Offen" not in [heading.text for heading in second.all("h2")]
    assert any(link.get("href") == f"{LIST}?seite=2" for link in first.all("a"))
