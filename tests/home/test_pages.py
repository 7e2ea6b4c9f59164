"""My day, my organisation, my networks: what waits for me, and nothing of anybody else."""

import re
from html import unescape

import pytest

from portal.demo.membership import APPLICANT
from portal.demo.votes import QUESTIONS
from portal.demo.world import people_of
from portal.identity.queries import load_actor
from portal.notices.actions import tell
from portal.notices.rules import NoticeKind
from portal.shell.security import CSRF_COOKIE
from portal.votes.actions import cast_ballot
from tenants import provisioning
from tenants.context import Role
from tenants.database import DB
from tenants.scope import scope
from tests.client import person
from tests.database import POOL
from workers.actors import system_actor

OPEN = [question.text for question in QUESTIONS["bielefeld"] if not question.is_over]
ADMISSION = f"Aufnahme von {APPLICANT['name']} in das Netzwerk"
OVER = [question.text for question in QUESTIONS["bielefeld"] if question.is_over]
BIELEFELD = "Netzwerk Wohnungslosenhilfe Bielefeld"


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.text)
    return " ".join(unescape(text).replace(response.headers["X-Request-ID"], "").split())


async def statements(browser, path: str) -> int:
    """How many SQL statements a page costs, BEGIN and COMMIT included; not what the driver asks for itself when a
    connection meets a type for the first time."""
    seen: list[str] = []
    await browser.get(path)
    connections = [await DB.pool.acquire() for _ in range(POOL)]
    for connection in connections:
        connection.add_query_logger(lambda record: seen.append(record.query))
    for connection in connections:
        await DB.pool.release(connection)
    response = await browser.get(path)
    assert response.status_code == 200
    return sum("pg_catalog." not in statement for statement in seen)


async def test_nobody_is_led_to_the_sign_in(cast):
    for path in ("/", "/o/bgw", "/n/bielefeld", "/n/bielefeld/verzeichnis"):
        response = await cast.nobody().get(path)
        assert response.status_code == 303, path
        assert response.headers["Location"].startswith("/anmelden?weiter="), path


@pytest.mark.parametrize("path", ["/", "/o/diakonie-bielefeld", "/n/bielefeld", "/n/bielefeld/verzeichnis"])
async def test_a_page_costs_at_most_six_statements(cast, path):
    browser = await cast.as_role("diakonie-bielefeld", Role.DEPUTY)
    assert await statements(browser, path) <= 6


async def test_my_day_says_what_waits_for_my_ballot_until_when_and_what_to_do(cast):
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    response = await browser.get("/")
    text = words(response)
    assert re.search(r"Guten (Morgen|Tag|Abend), Mira Sommer", text)
    assert "Es warten 3 Abstimmungen auf Ihre Stimme." in text
    for question in OPEN:
        assert question in text
    assert not any(question in text for question in OVER)
    assert "noch 3 Tage" in text
    assert "Als Stellvertretung stimmen Sie für Ihre Organisation · Schweigen gilt als Zustimmung" in text
    links = re.findall(r'href="(/n/bielefeld/abstimmungen/[0-9a-f-]{36})"', response.text)
    assert len(links) == 6  # the title and the button of each
    assert (await browser.get(links[0])).status_code == 200


async def test_who_may_not_vote_sees_who_does(cast):
    text = words(await (await cast.browser("ruth.kaminski", "diakonie-bielefeld")).get("/"))
    assert OPEN[0] in text
    assert "das tun Vertretung, Stellvertretung oder Geschäftsführung" in text
    assert "auf Ihre Stimme" not in text
    assert "Heute wartet nichts auf Sie." in text


async def test_what_is_answered_no_longer_waits(cast):
    browser = await cast.browser("tariq.haddad", "bethel-regional")
    text = words(await browser.get("/"))
    assert "Es warten 2 Abstimmungen auf Ihre Stimme." in text
    for number, question in enumerate((OPEN[1], ADMISSION)):
        if number:
            assert "Es wartet eine Abstimmung auf Ihre Stimme." in words(await browser.get("/"))
        await _cast(cast, "tariq.haddad", "bethel-regional", await _vote_of(cast, question))
    text = words(await browser.get("/"))
    assert "Nichts offen" in text
    assert "auf Ihre Stimme" not in text
    assert re.search(r"(wartet|warten) auf Ihre Prüfung\.", text)  # what is still open for him


async def test_the_last_day_passes_by_the_database_clock(cast):
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    await cast.database.as_superuser("UPDATE voter SET due_at = clock_timestamp() - interval '1 second'")
    assert "Nichts offen" in words(await browser.get("/"))


async def test_unread_notices_stand_on_my_day_newest_first_and_only_mine(cast):
    async with cast.database.role("worker"):
        for number in range(7):
            await _tell(cast, "diakonie-bielefeld", f"Frage {number}?")
    text = words(await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/"))
    assert "7 Mitteilungen sind ungelesen." in text
    assert text.index("Frage 6?") < text.index("Frage 5?")
    assert "Frage 1?" not in text  # the five newest; the others are one link away
    for name, organisation in (("ruth.kaminski", "diakonie-bielefeld"), ("tariq.haddad", "bethel-regional")):
        assert "Frage 6?" not in words(await (await cast.browser(name, organisation)).get("/"))


async def test_a_mention_is_said_though_its_matter_waits_for_me_anyway(cast):
    vote_id = await _vote_of(cast, OPEN[0])
    async with cast.database.role("worker"):
        await _tell(cast, "diakonie-bielefeld", OPEN[0], subject_id=vote_id)
        said = {"by": "Ada Beispiel", "title": "Wer übernimmt das?", "space": "Bielefeld"}
        await _tell(cast, "diakonie-bielefeld", OPEN[0], subject_id=vote_id, kind=NoticeKind.MENTIONED, **said)
    text = words(await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/"))
    assert "Wer übernimmt das?" in text
    assert "2 Mitteilungen sind ungelesen." in text
    assert "Eine weitere ungelesene Mitteilung gehört zu dem, was oben steht." in text  # the vote itself says it


async def test_a_vote_that_waits_for_me_is_said_once_though_a_notice_told_me_too(cast):
    async with cast.database.role("worker"):
        for question in OPEN:
            await _tell(cast, "diakonie-bielefeld", question, subject_id=await _vote_of(cast, question))
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    text = words(await browser.get("/"))
    assert [text.count(question) for question in OPEN] == [1, 1]
    assert "Es warten 3 Abstimmungen auf Ihre Stimme, 2 Mitteilungen sind ungelesen." in text
    assert "Mitteilungen 2 ungelesen" in text  # as the header says
    assert "Die 2 ungelesenen Mitteilungen gehören zu dem, was oben steht." in text
    async with cast.database.role("worker"):
        for number in range(6):
            await _tell(cast, "diakonie-bielefeld", f"Frage {number}?")
    text = words(await browser.get("/"))
    assert "Es warten 3 Abstimmungen auf Ihre Stimme, 8 Mitteilungen sind ungelesen." in text
    assert "Mitteilungen 8 ungelesen" in text
    assert "Eine weitere ungelesene Mitteilung steht unter „Alle Mitteilungen“." in text
    assert "2 weitere ungelesene Mitteilungen gehören zu dem, was oben steht." in text
    assert [number for number in range(6) if f"Frage {number}?" in text] == [1, 2, 3, 4, 5]


async def test_who_has_cast_the_ballot_need_not_read_that_it_may_be_cast(cast):
    vote_id = await _vote_of(cast, OPEN[0])
    async with cast.database.role("worker"):
        await _tell(cast, "diakonie-bielefeld", OPEN[0], subject_id=vote_id)
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    assert (await browser.post(f"/n/bielefeld/abstimmungen/{vote_id}/stimme", {"answer": "yes"})).status_code == 303
    text = words(await browser.get("/"))
    assert OPEN[0] not in text
    assert "Sie haben alle Mitteilungen gelesen." in text


async def test_the_title_of_what_waits_leads_there(cast):
    vote_id = await _vote_of(cast, OPEN[0])
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    for path in ("/", "/n/bielefeld"):
        page = (await browser.get(path)).text
        assert f'<a class="todo__title" href="/n/bielefeld/abstimmungen/{vote_id}">{OPEN[0]}</a>' in page
    async with cast.database.role("worker"):
        notice_id = await _tell(cast, "diakonie-bielefeld", "Frage?")
    assert f'<a class="todo__title" href="/mitteilungen/{notice_id}">' in (await browser.get("/")).text


async def test_with_two_networks_each_row_names_its_own(cast):
    async with cast.database.role("worker"), scope(network_id=cast.networks["duesseldorf"]) as opened:
        await provisioning.admit_member(
            network_id=cast.networks["duesseldorf"],
            organisation_id=cast.organisations["diakonie-bielefeld"],
            is_office=False,
            begins_at=opened.now,
        )
    response = await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/")
    assert f"Schweigen gilt als Zustimmung · {BIELEFELD}" in words(response)
    assert 'href="/n/duesseldorf"' in response.text


async def test_an_organisation_without_network_is_told_how_to_join_one(cast):
    network = cast.networks["bielefeld"]
    async with cast.database.role("worker"), scope(network_id=network) as opened:
        await provisioning.end_membership(
            network_id=network, organisation_id=cast.organisations["bgw"], ends_at=opened.now
        )
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    text = words(await browser.get("/"))
    assert "Zurzeit in keinem Netzwerk" in text
    assert not any(question in text for question in OPEN)
    for path in ("/n/bielefeld", "/n/bielefeld/verzeichnis", "/o/gfs"):
        assert (await browser.get(path)).status_code == 404


async def test_my_organisation_shows_its_people_and_their_roles(cast):
    response = await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/o/diakonie-bielefeld")
    text = words(response)
    for somebody in people_of("diakonie-bielefeld"):
        assert somebody.name in text
    assert "Mira Sommer (Sie) Stellvertretung · Fachkraft" in text
    assert "Ruth Kaminski Fachkraft" in text  # her lead in the other city is not told here
    assert 'href="mailto:bernhard.lueking@example.org"' in response.text


async def test_a_role_that_ended_is_gone_at_the_next_look(cast):
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    await cast.database.as_superuser(
        "UPDATE role_assignment SET valid_until = clock_timestamp() WHERE role = 'administrator'"
    )
    assert "Nadia El-Amin Leitung nadia" in words(await browser.get("/o/diakonie-bielefeld"))


async def test_of_another_member_only_name_kind_and_since_when_are_told(cast):
    response = await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/o/stadt-bielefeld")
    text = words(response)
    assert "Stadt Stadt Bielefeld, Sozialdezernat" in text
    assert "Führt die Geschäftsstelle" in text
    assert re.search(r"seit \d+\. \w+ \d{4}", text)
    for somebody in people_of("stadt-bielefeld"):
        assert somebody.name not in text
        assert somebody.email not in text


async def test_out_of_reach_answers_like_not_there(cast):
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    unknown = words(await browser.get("/o/gibt-es-nicht"))
    for path in ("/o/skm", "/o/jobcenter-duesseldorf", "/n/duesseldorf", "/n/duesseldorf/verzeichnis", "/n/nirgends"):
        response = await browser.get(path)
        assert response.status_code == 404, path
        assert words(response) == unknown, path


async def test_a_network_shows_what_waits_there_and_its_members(cast):
    response = await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/n/bielefeld")
    text = words(response)
    assert "6 Organisationen arbeiten hier zusammen." in text
    assert all(question in text for question in OPEN)
    assert "Geschäftsstelle Stadt Bielefeld, Sozialdezernat" in text
    assert "Träger · Ihre Organisation" in text


async def test_a_network_shows_its_own_votes_however_many_wait_in_another(cast):
    """Who sits in both networks is asked more often, and more urgently, in the other one."""
    both, other = cast.organisations["diakonie-bielefeld"], cast.networks["duesseldorf"]
    elsewhere = QUESTIONS["duesseldorf"][0].text
    await cast.database.as_superuser(
        "INSERT INTO membership (network_id, id, organisation_id, begins_at) "
        "VALUES ($1, gen_random_uuid(), $2, clock_timestamp())",
        other,
        both,
    )
    await cast.database.as_superuser(
        "INSERT INTO vote SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid()))).* "
        "FROM vote v, generate_series(1, 20) WHERE v.network_id = $1",
        other,
    )
    await cast.database.as_superuser(
        "INSERT INTO voter SELECT network_id, id, $2, 'Diakonie', clock_timestamp() + interval '1 hour' FROM vote "
        "WHERE network_id = $1",
        other,
        both,
    )
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    here = words(await browser.get("/n/bielefeld"))
    assert all(question in here for question in OPEN)
    assert elsewhere not in here
    there = words(await browser.get("/n/duesseldorf"))
    assert elsewhere in there
    assert not any(question in there for question in OPEN)
    assert words(await browser.get("/")).count(elsewhere) == 20  # the most urgent of all


async def test_a_vacant_office_is_said(cast):
    await cast.database.as_superuser("UPDATE membership SET is_office = false")
    text = words(await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/n/bielefeld"))
    assert "Geschäftsstelle zurzeit nicht besetzt" in text


async def test_the_directory_lists_every_member_as_of_now(cast):
    browser = await cast.browser("beate.hollands", "jobcenter-duesseldorf")
    text = words(await browser.get("/n/duesseldorf/verzeichnis"))
    assert "5 Mitglieder" in text
    assert "Jobcenter · Geschäftsstelle · Ihre Organisation" in text
    await cast.database.as_superuser(
        "UPDATE membership m SET ends_at = clock_timestamp() FROM organisation o WHERE o.id = m.organisation_id "
        "AND o.slug = 'skm'"
    )
    assert "4 Mitglieder" in words(await browser.get("/n/duesseldorf/verzeichnis"))


@pytest.mark.parametrize(
    ("user_name", "organisation", "waiting"),
    [
        ("kerstin.vogelsang", "bgw", "Abstimmungen 3 offen"),  # representative
        ("mira.sommer", "diakonie-bielefeld", "Abstimmungen 3 offen"),  # deputy
        ("frauke.brandhorst", "stadt-bielefeld", "Abstimmungen 3 offen"),  # director
        ("nadia.el-amin", "diakonie-bielefeld", "Abstimmungen"),  # may not answer for her organisation
    ],
)
async def test_the_navigation_counts_what_waits_for_who_may_answer(cast, user_name, organisation, waiting):
    response = await (await cast.browser(user_name, organisation)).get("/o/" + organisation)
    (link,) = re.findall(r'<a href="/n/bielefeld/abstimmungen">(.*?)</a>', response.text, re.DOTALL)
    assert " ".join(re.sub(r"<[^>]+>", " ", link).split()) == waiting


async def test_the_navigation_leads_to_my_own_organisation_and_networks(cast):
    response = await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/o/diakonie-bielefeld")
    assert re.search(r'<a href="/o/diakonie-bielefeld" aria-current="page">Menschen und Rollen', response.text)
    assert '<a href="/n/bielefeld/verzeichnis">' in response.text
    assert "{" not in "".join(re.findall(r'href="([^"]*)"', response.text))


async def test_a_page_shows_its_own_visitor_whoever_was_shown_it_before(cast):
    browsers = {
        "Mira Sommer": await cast.browser("mira.sommer", "diakonie-bielefeld"),
        _name(cast, "bgw"): await cast.as_role("bgw", Role.REPRESENTATIVE),
    }
    for _ in range(3):
        shown = {name: (await browser.get("/n/bielefeld/abstimmungen")).text for name, browser in browsers.items()}
        tokens = {name: browser.http.cookies[CSRF_COOKIE] for name, browser in browsers.items()}
        for name in browsers:
            assert [one for one in browsers if one in shown[name]] == [name]
            assert [one for one in browsers if tokens[one] in shown[name]] == [name]


async def test_the_navigation_counts_anew_when_somebody_may_do_more_than_last_time(cast):
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    for _ in range(2):
        assert "Zustellungen" not in words(await browser.get("/"))
    await cast.database.as_superuser(
        "INSERT INTO role_assignment (organisation_id, id, person_id, role, source, valid_from) "
        "VALUES ($1, gen_random_uuid(), $2, 'administrator', 'test', now() - interval '1 day')",
        cast.organisations["diakonie-bielefeld"],
        person("mira.sommer"),
    )
    async with cast.database.role("worker"):
        await _tell(cast, "diakonie-bielefeld", "Mit Brief")
    assert re.search(r"Zustellungen (?!\d)", words(await browser.get("/")))
    await cast.database.as_superuser("UPDATE delivery SET state = 'dead'")
    assert re.search(r"Zustellungen \d+ offen", words(await browser.get("/")))


def _name(cast, organisation: str) -> str:
    entry = cast.people[cast.who(organisation, Role.REPRESENTATIVE)]
    return f"{entry.given_name} {entry.family_name}"


async def _vote_of(cast, question: str):
    rows = await cast.database.as_superuser("SELECT id FROM vote WHERE question = $1", question)
    return rows[0]["id"]


async def _cast(cast, user_name: str, organisation: str, vote_id) -> None:
    async with scope(organisation_id=cast.organisations[organisation], person_id=person(user_name)) as opened:
        actor, _ = await load_actor()
        await cast_ballot(
            actor=actor, now=opened.now, network_id=cast.networks["bielefeld"], vote_id=vote_id, answer="yes"
        )


async def _tell(cast, organisation: str, question: str, *, subject_id=None, kind=NoticeKind.VOTE_OPENED, **params):
    async with scope(organisation_id=cast.organisations[organisation]) as opened:
        return await tell(
            actor=await system_actor(),
            now=opened.now,
            kind=kind,
            roles=(Role.DEPUTY,),
            subject_id=subject_id or cast.networks["bielefeld"],
            address="/n/bielefeld/abstimmungen",
            params=params or {"network": "Bielefeld", "question": question, "due_at": opened.now.isoformat()},
            key=f"{kind} {question}",
        )
