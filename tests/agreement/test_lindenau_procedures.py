"""What the third city's rulebook says of memberships and of the office happens there, from first to last step."""

import re
from datetime import date
from uuid import UUID

import pytest

import workers.app  # noqa: F401 - registers all reactions
from portal.admission import actions as admission
from portal.admission.queries import access_application
from portal.admission.rules import State
from portal.formal import actions as formal
from portal.kit.clock import end_of_day
from portal.network import actions_exclusion, actions_office
from portal.network.actions_withdrawal import declare_withdrawal
from portal.network.queries import access_procedure
from portal.network.rules import Ending, ProcedureState
from portal.votes.actions import cast_ballot
from tenants.context import Role
from tenants.scope import scope
from tests.agreement.lindenau import HOLDER, MEMBERS, PEOPLE, Lindenau, browsing

CITY, BAU, TAFEL, JOBCENTER = "lindenau-stadt", "lindenau-bau", "lindenau-tafel", "lindenau-jc"
APPLICATION = {
    "name": "Nachtasyl am Kanal e. V.",
    "kind": "carrier",
    "legal_form": "eingetragener Verein",
    "seat": "Kanalweg 2, 04177 Lindenau",
    "field": "Notschlafstelle.",
    "contact_name": "Ada Kern",
    "contact_mail": "post@nachtasyl.example",
    "will": "ja",
}


def leading(table: Lindenau, organisation: str, role: Role = Role.DIRECTOR):
    """The scope of the one who leads that member."""
    return table.acting(organisation, role, name=PEOPLE[organisation])


async def membership(table: Lindenau, organisation: str) -> dict:
    (row,) = await table.rows(
        "SELECT begins_at, ends_at, is_office, hilfenetz_now() AS now FROM membership "
        "WHERE network_id = $1 AND organisation_id = $2",
        table.network,
        table.cast.organisations[organisation],
    )
    return row


async def answered(table: Lindenau, vote_id: UUID, **said: str) -> None:
    for organisation, answer in said.items():
        async with leading(table, f"lindenau-{organisation}") as (actor, opened):
            await cast_ballot(
                actor=actor, now=opened.now, network_id=table.network, vote_id=vote_id, answer=answer
            )  # fmt: skip


async def acknowledged_by_all(table: Lindenau, vote_id: UUID) -> None:
    """Every member confirms that the letter about a vote arrived, and the worker notes what follows."""
    (notice,) = await table.rows("SELECT id FROM formal_notice WHERE cause_id = $1", vote_id)
    for organisation in MEMBERS:
        async with leading(table, organisation) as (actor, opened):
            await formal.acknowledge(actor=actor, now=opened.now, network_id=table.network, notice_id=notice["id"])
    await table.work("ReceiptDue", "FormalReceived")


async def directories(table: Lindenau) -> list[str]:
    rows = await table.rows("SELECT reason FROM directory_version WHERE network_id = $1 ORDER BY number", table.network)
    return [row["reason"] for row in rows]


async def procedure(table: Lindenau, procedure_id: UUID):
    async with scope(organisation_id=table.cast.organisations[BAU]):
        return await access_procedure(table.network, procedure_id)


@pytest.mark.parametrize(("objections", "is_out"), [(1, True), (2, False)])
async def test_who_must_go_goes_with_the_closing_unless_more_than_a_third_object(table, objections, is_out):
    async with leading(table, CITY) as (actor, _):
        member = table.cast.organisations[TAFEL]
        about = {"network_id": table.network, "organisation_id": member, "reason": "Sie kommt nicht mehr."}
        procedure_id = await actions_exclusion.move_exclusion(actor=actor, **about)
    async with leading(table, HOLDER) as (actor, opened):
        given = {"now": opened.now, "seat": actor.seats[0], "procedure_id": procedure_id}
        vote_id = await actions_exclusion.open_exclusion_vote(actor=actor, **given)
    await table.go_on()
    sheet = await table.sheet(vote_id, BAU)
    assert sheet.ends_at == end_of_day(date(2026, 11, 26)), "two weeks for all, whoever has read it"
    concerned = [voter.organisation_id for voter in sheet.voters if voter.organisation_id == member]
    assert concerned == [], "who it is about has no vote here"
    browser = await browsing(table, BAU)
    for address in (f"/n/lindenau/abstimmungen/{vote_id}", "/fristen"):
        page = (await browser.get(address)).text
        assert "26.\N{NO-BREAK SPACE}November" in page or "26. November" in page, address
        assert "festgesetzt" not in page, (address, "the rulebook's time from the opening; nobody set a day")
    await answered(table, vote_id, **dict.fromkeys(("bau", "jc")[:objections], "no"))
    assert (await membership(table, TAFEL))["ends_at"] is None, "silence decides, and only when the time is over"
    await table.end(vote_id)
    await table.go_on()
    found = await procedure(table, procedure_id)
    assert found.outcome is (Ending.EXCLUDED if is_out else Ending.REJECTED)
    seat = await membership(table, TAFEL)
    assert seat["ends_at"] == (seat["now"] if is_out else None), "no receipt is waited for"
    assert "exclusion" not in await directories(table), "no directory is promised, none is sent"
    letters = await table.rows("SELECT subject, body FROM formal_notice WHERE subject LIKE 'Ausschluss%'")
    assert bool(letters) is is_out
    assert not [letter for letter in letters if "Zugang" in letter["body"] or "Verzeichnis" in letter["body"]]


async def test_who_leaves_is_gone_and_no_directory_goes_round(table):
    async with leading(table, TAFEL) as (actor, opened):
        procedure_id = await declare_withdrawal(
            actor=actor, now=opened.now, network_id=table.network, last_day=None, remark=""
        )
    assert not [seat for seat in await seats(table, TAFEL) if seat == "lindenau"]
    await table.go_on()
    assert (await procedure(table, procedure_id)).outcome is Ending.WITHDRAWN
    assert "withdrawal" not in await directories(table)
    (letter,) = await table.rows(
        "SELECT n.body, count(*) AS recipients, count(r.received_at) AS received FROM formal_notice n "
        "JOIN formal_receipt r ON r.notice_id = n.id WHERE n.subject LIKE 'Austritt%' GROUP BY n.body"
    )
    assert (letter["recipients"], letter["received"]) == (len(MEMBERS) - 1, 0), "here only who confirms has received"
    assert "Verzeichnis" not in letter["body"]


async def seats(table: Lindenau, organisation: str) -> list[str]:
    async with leading(table, organisation) as (actor, _):
        return [seat.slug for seat in actor.seats]


async def test_the_table_is_led_by_whom_a_third_wants(table):
    async with leading(table, CITY) as (actor, _):
        procedure_id = await actions_office.move_seat(actor=actor, network_id=table.network, reason="Nach zwei Jahren.")
    for organisation in (BAU, JOBCENTER):
        await table.rows(
            "INSERT INTO role_assignment (id, organisation_id, person_id, role, source, valid_from) "
            "SELECT gen_random_uuid(), organisation_id, person_id, 'office', source, '2020-01-01' FROM role_assignment "
            "WHERE organisation_id = $1 AND role = 'director'",
            table.cast.organisations[organisation],
        )
        async with leading(table, organisation) as (actor, _):
            await actions_office.stand(actor=actor, network_id=table.network, procedure_id=procedure_id, words="Gern.")
    async with leading(table, HOLDER, Role.OFFICE) as (actor, opened):
        given = {"now": opened.now, "seat": actor.seats[0], "procedure_id": procedure_id}
        vote_id = await actions_office.open_election(actor=actor, **given)
    await table.work("VoteOpened", "FormalPosted")
    assert (await table.sheet(vote_id, BAU)).ends_at is None, "the two months run from the confirmation of each"
    await acknowledged_by_all(table, vote_id)
    sheet = await table.sheet(vote_id, BAU)
    assert sheet.ends_at == end_of_day(date(2027, 1, 12))
    (option,) = await table.rows(
        "SELECT id FROM vote_option WHERE vote_id = $1 AND organisation_id = $2",
        vote_id,
        table.cast.organisations[BAU],
    )
    await answered(table, vote_id, bau=str(option["id"]), tafel=str(option["id"]))
    await table.end(vote_id)
    await table.go_on()
    found = await procedure(table, procedure_id)
    assert (found.state, found.outcome) == (ProcedureState.ENDED, Ending.HANDED_OVER), "two of five are a third"
    assert [(await membership(table, each))["is_office"] for each in (BAU, HOLDER)] == [True, False]


@pytest.mark.parametrize(("agree", "state"), [(4, State.MEMBER), (3, State.REJECTED)])
async def test_whom_two_thirds_want_is_a_member_with_the_acceptance(table, mailbox, agree, state):
    nobody = table.cast.nobody()
    assert (await nobody.post("/beitritt/lindenau", APPLICATION)).status_code == 303
    await table.work("ApplicationSent")
    (mail,) = mailbox.mails()
    (link,) = re.findall(r"https://hilfenetz\.test(/beitritt/\S+)", mail.text)
    assert (await nobody.post(f"{link}/bestaetigung")).status_code == 303
    (application,) = await table.rows("SELECT id FROM application WHERE network_id = $1", table.network)
    async with leading(table, HOLDER, Role.OFFICE) as (actor, opened):
        about = {"network_id": table.network, "application_id": application["id"]}
        vote_id = await admission.inform_members(actor=actor, now=opened.now, **about)
    await acknowledged_by_all(table, vote_id)
    assert (await table.sheet(vote_id, BAU)).ends_at == end_of_day(date(2026, 12, 14)), "the 12th is a Saturday"
    await answered(table, vote_id, **dict.fromkeys(("stadt", "haus", "bau", "tafel")[:agree], "yes"))
    await table.end(vote_id)
    await table.go_on()
    async with table.database.role("worker"), scope(network_id=table.network):
        found = await access_application(table.network, application["id"])
    assert found.state is state
    assert ("admission" in await directories(table)) is (state is State.MEMBER)
    copies = await table.rows("SELECT FROM agreement_copy WHERE application_id = $1", application["id"])
    assert copies == [], "nobody has to sign anything here"
