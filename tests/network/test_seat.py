"""The office goes over to another member: by agreement, by election, in rounds; and there always is one."""

import asyncio
from datetime import date

import asyncpg
import pytest

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.network import actions_handing, actions_office
from portal.network.actions_withdrawal import declare_withdrawal
from portal.network.rules import Ending, ProcedureState
from tenants.context import Role
from tenants.database import execute
from tests.network.office import REASON
from tests.network.test_exclusion import owed
from tests.votes.poll import BIELEFELD
from workers.reactions import ReactionFailed

MONDAY = "2026-11-23 10:00"
CITY = "stadt-bielefeld"


async def begun(office, by="bgw"):
    async with office.acting(by, Role.REPRESENTATIVE) as (actor, _):
        return await actions_office.move_seat(actor=actor, network_id=office.network, reason=REASON)


async def able(office, slug):
    """Somebody there could run the office."""
    await office.rows(
        "INSERT INTO role_assignment (id, organisation_id, person_id, role, source, valid_from) "
        "SELECT gen_random_uuid(), organisation_id, person_id, 'office', source, '2020-01-01' FROM role_assignment "
        "WHERE organisation_id = $1 AND role = 'representative' ON CONFLICT DO NOTHING",
        office.cast.organisations[slug],
    )


async def ready(office, procedure_id, *slugs, words=""):
    """Members that could run the office stand."""
    for slug in slugs:
        await able(office, slug)
        async with office.acting(slug, Role.REPRESENTATIVE) as (actor, _):
            await actions_office.stand(
                actor=actor, network_id=actor.seats[0].network_id, procedure_id=procedure_id, words=words
            )


async def leads(office, deed, procedure_id, role=Role.OFFICE, organisation=CITY):
    async with office.acting(organisation, role) as (actor, opened):
        more = {"now": opened.now, "seat": actor.seats[0]} if deed is actions_office.open_election else {}
        return await deed(actor=actor, procedure_id=procedure_id, **(more or {"network_id": actor.seats[0].network_id}))


async def holder(office):
    rows = await office.rows(
        "SELECT o.slug FROM membership m JOIN organisation o ON o.id = m.organisation_id "
        "WHERE m.network_id = $1 AND m.is_office AND m.ends_at IS NULL",
        office.network,
    )
    assert len(rows) == 1, "there always is one"
    return rows[0]["slug"]


async def chosen(office, vote_id, **answers):
    for member, candidate in answers.items():
        (row,) = await office.rows(
            "SELECT o.id FROM vote_option o JOIN organisation g ON g.id = o.organisation_id "
            "WHERE o.vote_id = $1 AND g.slug = $2",
            vote_id,
            candidate,
        )
        await office.answer(member.replace("_", "-"), vote_id, str(row["id"]))
    await office.end(vote_id)
    await office.work("VoteDue")


async def test_the_only_one_that_is_ready_takes_over_and_what_was_posted_goes_with_it(office):
    await office.stop(MONDAY)
    question = await office.ask(days=3)
    procedure_id = await begun(office)
    await office.work("OfficeSeatMoved")
    told = await office.rows("SELECT DISTINCT organisation_id FROM notice WHERE kind = 'office_seat'")
    assert len(told) == len(BIELEFELD)
    with pytest.raises(Conflict, match="genau ein Mitglied"):
        await leads(office, actions_office.agree, procedure_id)
    await ready(office, procedure_id, "bgw", words="Wir übernehmen das gern.")
    await leads(office, actions_office.agree, procedure_id)
    assert await holder(office) == CITY
    await office.work("ProcedureDue", "OfficeHandedOver", "FormalPosted")

    assert await holder(office) == "bgw"
    procedure = await office.procedure(procedure_id)
    assert (procedure.state, procedure.outcome) == (ProcedureState.ENDED, Ending.HANDED_OVER)
    assert await office.deeds(procedure_id) == ["seat_moved", "stands", "agreed", "handed_over"]
    (letter,) = await office.rows(
        "SELECT n.*, (SELECT count(r.posted_at) FROM formal_receipt r WHERE r.notice_id = n.id) AS fetched "
        "FROM formal_notice n WHERE n.subject LIKE 'Neue Geschäftsstelle%'"
    )
    assert letter["fetched"] == len(BIELEFELD)
    new, old = await office.cast.as_role("bgw", Role.REPRESENTATIVE), await office.cast.as_role(CITY, Role.OFFICE)
    page = await new.get(f"/n/bielefeld/verfahren/{procedure_id}")
    assert "an Bielefelder Wohnungsbaugesellschaft übergeben" in page.text
    assert (await new.get(f"/n/bielefeld/foermliche-mitteilungen/{letter['id']}/zugaenge")).status_code == 200
    assert (await old.get(f"/n/bielefeld/foermliche-mitteilungen/{letter['id']}/zugaenge")).status_code != 200
    assert (await old.get("/n/bielefeld/abstimmungen/neu")).status_code == 403
    assert (await new.get("/n/bielefeld/abstimmungen/neu")).status_code == 200
    assert (await new.get(f"/n/bielefeld/abstimmungen/{question}")).status_code == 200
    await office.work("ProcedureDue")  # a second time, nothing
    assert len(await office.deeds(procedure_id)) == 4
    reviews = await office.rows(
        "SELECT o.slug, d.state FROM deadline d JOIN organisation o ON o.id = d.organisation_id "
        "WHERE d.matter = 'review' AND d.network_id = $1 ORDER BY o.slug",
        office.network,
    )
    assert [(row["slug"], row["state"]) for row in reviews] == [("bgw", "open"), (CITY, "dropped")]


async def test_of_several_the_members_choose_and_without_a_majority_there_is_a_new_round(office):
    await office.stop(MONDAY)
    procedure_id = await begun(office)
    await office.work("OfficeSeatMoved")
    assert await owed(office, "office_seat") == [(CITY, "open", ["office"])]
    await ready(office, procedure_id, "bgw", "gfs", "trockendock")
    vote_id = await leads(office, actions_office.open_election, procedure_id)
    with pytest.raises(Conflict):
        await ready(office, procedure_id, "bethel-regional")
    async with office.acting("trockendock", Role.REPRESENTATIVE) as (actor, _):
        await actions_office.step_down(actor=actor, network_id=office.network, procedure_id=procedure_id)
    await chosen(office, vote_id, bgw="bgw", gfs="gfs", stadt_bielefeld="bgw", trockendock="gfs")
    assert await holder(office) == CITY
    assert (await office.procedure(procedure_id)).state is ProcedureState.MOVED
    await office.work("OfficeSeatMoved")
    assert [state for _, state, _ in await owed(office, "office_seat")] == ["done", "open"], "each round its own"

    await office.stop("2026-12-21 10:00")
    second = await leads(office, actions_office.open_election, procedure_id)
    assert second != vote_id
    await chosen(office, second, bgw="bgw", gfs="bgw", stadt_bielefeld="bgw", trockendock="bgw", bethel_regional="gfs")
    assert await holder(office) == "bgw"
    assert (await office.deeds(procedure_id))[-4:] == ["no_result", "election_opened", "elected", "handed_over"]


async def test_the_office_that_stands_itself_leaves_it_to_its_deputy(office):
    await office.stop(MONDAY)
    procedure_id = await begun(office)
    await ready(office, procedure_id, CITY, "bgw")
    with pytest.raises(Forbidden, match="Stellvertretung"):
        await leads(office, actions_office.open_election, procedure_id)
    page = await (await office.cast.as_role(CITY, Role.DEPUTY)).get(f"/n/bielefeld/verfahren/{procedure_id}")
    assert "Für sie handelt in diesem Verfahren die Stellvertretung" in page.text
    assert "Wahl eröffnen" in page.text
    vote_id = await leads(office, actions_office.open_election, procedure_id, Role.DEPUTY)
    await chosen(office, vote_id, **{m.replace("-", "_"): CITY for m in BIELEFELD[:4]})
    assert await holder(office) == CITY
    assert (await office.procedure(procedure_id)).outcome is Ending.CONFIRMED


async def test_a_failure_after_the_choice_leaves_everything_as_it_was_and_goes_on(office, monkeypatch):
    await office.stop(MONDAY)
    procedure_id = await begun(office)
    await ready(office, procedure_id, "bgw", "gfs")
    vote_id = await leads(office, actions_office.open_election, procedure_id)
    emit = actions_handing.emit

    async def fail(*args, **given):
        await execute("SELECT 1 / 0")

    monkeypatch.setattr(actions_handing, "emit", fail)
    with pytest.raises(ReactionFailed):
        await chosen(office, vote_id, **{m.replace("-", "_"): "gfs" for m in BIELEFELD[:5]})
    assert await holder(office) == CITY
    assert (await office.procedure(procedure_id)).state is ProcedureState.VOTING
    assert await office.rows("SELECT FROM vote_result WHERE vote_id = $1", vote_id) == []
    monkeypatch.setattr(actions_handing, "emit", emit)
    await office.rows("UPDATE outbox SET next_at = due_at WHERE event = 'VoteDue'")
    await office.work("VoteDue")
    assert await holder(office) == "gfs"


async def test_what_does_not_fit_is_said(office):
    procedure_id = await begun(office)
    with pytest.raises(Conflict, match="läuft schon"):
        await begun(office, "gfs")
    async with office.acting("gfs", Role.REPRESENTATIVE) as (actor, _):
        given = {"actor": actor, "network_id": office.network, "procedure_id": procedure_id}
        with pytest.raises(Conflict, match="noch niemand die Rolle"):
            await actions_office.stand(**given, words="")
        with pytest.raises(Conflict, match="steht nicht zur Wahl"):
            await actions_office.step_down(**given)
    async with office.acting("gfs", Role.ADMINISTRATOR) as (actor, _):
        with pytest.raises(Forbidden):
            await actions_office.stand(actor=actor, network_id=office.network, procedure_id=procedure_id, words="")
        with pytest.raises(Forbidden):
            await actions_office.move_seat(actor=actor, network_id=office.network, reason=REASON)
    await ready(office, procedure_id, "bgw")
    with pytest.raises(Conflict, match="mindestens zwei"):
        await leads(office, actions_office.open_election, procedure_id)
    with pytest.raises(Conflict, match="bereit"):
        await leads(office, actions_office.call_off, procedure_id)
    with pytest.raises(Invalid):
        async with office.acting("gfs", Role.REPRESENTATIVE) as (actor, _):
            await actions_office.move_seat(actor=actor, network_id=office.network, reason=" ")


async def test_who_leaves_on_a_day_to_come_does_not_get_the_office(office):
    await office.stop(MONDAY)
    procedure_id = await begun(office)
    await ready(office, procedure_id, "bgw", "gfs")
    vote_id = await leads(office, actions_office.open_election, procedure_id)
    await office.declare("bgw", last_day=date(2027, 6, 30))
    await chosen(office, vote_id, **{member.replace("-", "_"): "bgw" for member in BIELEFELD})
    assert await holder(office) == CITY
    assert (await office.deeds(procedure_id))[-1] == "no_result"
    async with office.acting("bgw", Role.REPRESENTATIVE) as (actor, opened):
        given = {"actor": actor, "network_id": office.network}
        with pytest.raises(Conflict, match="ein Mitglied, das bleibt"):
            await actions_office.stand(**given, procedure_id=procedure_id, words="")
        with pytest.raises(Conflict, match="schon erklärt"):
            await declare_withdrawal(**given, now=opened.now, last_day=None)
    await leads(office, actions_office.agree, procedure_id)
    await office.work("ProcedureDue")
    assert await holder(office) == "gfs"


async def test_who_is_excluded_and_has_not_opened_the_letter_does_not_get_the_office(office):
    """Else its membership could not end when it opens it: there always is one office."""
    excluding, procedure_id = await office.move(against="gfs"), await begun(office)
    await ready(office, procedure_id, "gfs", "bgw")
    await office.cast.database.as_superuser(
        f"SET session_replication_role = replica; UPDATE procedure SET state = 'decided' WHERE id = '{excluding}'"
    )
    with pytest.raises(Conflict, match="mindestens zwei"):
        await leads(office, actions_office.open_election, procedure_id)
    with pytest.raises(Conflict, match="steht fest"):
        await ready(office, procedure_id, "gfs")
    await leads(office, actions_office.agree, procedure_id)
    await office.work("ProcedureDue")
    assert await holder(office) == "bgw"


async def test_another_network_and_another_member_reach_nothing_of_it(office):
    procedure_id = await begun(office)
    await ready(office, procedure_id, "bgw")
    stranger = await office.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    assert (await stranger.get(f"/n/bielefeld/verfahren/{procedure_id}")).status_code == 404
    for deed in (actions_office.agree, actions_office.open_election, actions_office.call_off):
        with pytest.raises(NotFound):
            await leads(office, deed, procedure_id, organisation="jobcenter-duesseldorf")
    async with office.acting("skm", Role.REPRESENTATIVE) as _:
        assert await execute("SELECT FROM office_candidacy WHERE procedure_id = {}", procedure_id) == []
    bethel = office.cast.organisations["bethel-regional"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with office.acting("gfs") as _:
            await execute(
                "INSERT INTO office_candidacy (network_id, procedure_id, organisation_id, name, words, declared_at) "
                "VALUES ({}, {}, {}, 'Bethel', '', now())",
                office.network,
                procedure_id,
                bethel,
            )
    async with office.acting("gfs") as _:
        changed = "UPDATE office_candidacy SET withdrawn_at = now() WHERE procedure_id = {} RETURNING 1"
        assert await execute(changed, procedure_id) == []


async def test_who_stands_several_times_at_once_stands_once(office):
    procedure_id = await begun(office)
    tries = [asyncio.create_task(ready(office, procedure_id, "gfs")) for _ in range(3)]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Conflict", "Conflict", "NoneType"]
    downs = [asyncio.create_task(stepping_down(office, procedure_id)) for _ in range(3)]
    ended = await asyncio.gather(*downs, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Conflict", "Conflict", "NoneType"]
    deeds = [step.deed for step in (await office.procedure(procedure_id)).steps]
    assert (deeds.count("stands"), deeds.count("steps_down")) == (1, 1)


async def stepping_down(office, procedure_id):
    async with office.acting("gfs", Role.REPRESENTATIVE) as (actor, _):
        await actions_office.step_down(actor=actor, network_id=office.network, procedure_id=procedure_id)


async def test_nouns_keep_their_capitals_in_what_is_waited_for(office):
    procedure_id = await begun(office)
    page = await (await office.cast.as_role(CITY, Role.OFFICE)).get(f"/n/bielefeld/verfahren/{procedure_id}")
    assert "Wartet auf Kandidaturen, dann auf die Geschäftsstelle" in page.text


async def test_its_form_says_how_long_the_members_have(office):
    browser = await office.cast.as_role("gfs", Role.REPRESENTATIVE)
    page = await browser.get("/n/bielefeld/verfahren/geschaeftsstelle")
    assert (page.status_code, "14 Tage nach Zugang" in page.text) == (200, True)


async def test_what_waited_for_the_deputy_of_the_office_waits_for_nobody_there_once_it_is_another(office):
    await office.stop(MONDAY)
    procedure_id = await begun(office)
    await office.move(against=CITY)
    await office.work("ExclusionMoved")
    assert await owed(office, "motion") == [(CITY, "open", ["deputy"])]
    await ready(office, procedure_id, "bgw")
    await leads(office, actions_office.agree, procedure_id)
    await office.work("ProcedureDue", "OfficeHandedOver")
    assert sorted(await owed(office, "motion")) == [("bgw", "open", ["office"]), (CITY, "dropped", ["deputy"])]
