"""A member is excluded: moved, put to all, heard, decided, and gone with the receipt of the decision."""

from datetime import date

import pytest

from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.network import actions_exclusion
from portal.network.rules import Ending, ProcedureState
from portal.notices import stream
from tenants.context import Role
from tests.network.office import AFFECTED, REASON
from tests.votes.poll import BIELEFELD

STATEMENT = "Wir haben eine Vertretung benannt und kommen wieder."
MONDAY = "2026-11-23 10:00"


async def stated(office, procedure_id, text=STATEMENT, role=Role.REPRESENTATIVE, by=AFFECTED):
    async with office.acting(by, role) as (actor, _):
        await actions_exclusion.write_statement(
            actor=actor, network_id=office.network, procedure_id=procedure_id, text=text
        )


async def ends_at(office, organisation=AFFECTED):
    (row,) = await office.rows(
        "SELECT ends_at FROM membership WHERE network_id = $1 AND organisation_id = $2",
        office.network,
        office.cast.organisations[organisation],
    )
    return row["ends_at"]


async def rule_of_receipt(office, rule: str) -> None:
    await office.rows(
        "UPDATE rulebook SET source = replace(source, 'rule = \"retrievable\"', $2) WHERE network_id = $1",
        office.network,
        f'rule = "{rule}"',
    )


async def test_from_the_motion_to_the_second_it_takes_effect(office):
    await office.stop(MONDAY)
    procedure_id = await office.move()
    await office.work("ExclusionMoved")
    (told,) = await office.rows("SELECT organisation_id, address FROM notice WHERE kind = 'procedure_moved'")
    assert told["organisation_id"] == office.cast.organisations["stadt-bielefeld"]

    vote_id = await office.open_vote(procedure_id)
    letters = await office.rows(
        "SELECT n.body FROM formal_receipt r JOIN formal_notice n ON n.id = r.notice_id WHERE n.cause_id = $1", vote_id
    )
    assert len(letters) == len(BIELEFELD)
    assert REASON in letters[0]["body"]

    await stated(office, procedure_id)
    page = await (await office.cast.as_role("bgw", Role.LEAD)).get(f"/n/bielefeld/abstimmungen/{vote_id}")
    assert STATEMENT in page.text

    browser = await office.cast.as_role(AFFECTED, Role.DIRECTOR)
    async with office.acting(AFFECTED, Role.DIRECTOR) as (member, _):
        topics = stream.names_of(member)
    await office.decide(vote_id)
    # The vote ends at midnight, so the notice is received when the office hours begin.
    await office.work("VoteDue")
    found = await office.procedure(procedure_id)
    assert (found.state, found.effective_at) == (ProcedureState.DECIDED, await ends_at(office))
    assert (await browser.get(f"/n/bielefeld/foermliche-mitteilungen/{found.notice_id}")).status_code == 200
    waiting = (await browser.get(f"/n/bielefeld/verfahren/{procedure_id}")).text
    assert f'/foermliche-mitteilungen/{found.notice_id}"' in waiting
    assert "Ist der Ausschluss beschlossen" not in waiting, "it is"
    assert "bis <time" not in waiting, "the very instant is known"
    with pytest.raises(Conflict, match="steht schon fest"):
        await office.declare()

    now = (await office.rows("SELECT hilfenetz_now() AS n"))[0]["n"]
    await office.rows(
        "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
        f"SET search_path = pg_catalog AS $$ SELECT timestamptz '{found.effective_at.isoformat()}' $$"
    )
    assert found.effective_at > now
    for address in ("", "/verzeichnis", f"/verfahren/{procedure_id}", f"/abstimmungen/{vote_id}", "/inhalte"):
        assert (await browser.get(f"/n/bielefeld{address}")).status_code == 404, address
    async with office.acting(AFFECTED, Role.DIRECTOR) as (member, _):
        assert set(topics) - set(stream.names_of(member)), "an open page hears nothing more of the network"

    await office.work("ProcedureDue", "MembershipEnded")
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED
    assert (await office.deeds(procedure_id))[-3:] == ["decided", "ended", "directory_renewed"]
    letter = await browser.get(f"/o/{AFFECTED}/mitgliedschaften/{procedure_id}")
    assert "Der Ausschluss ist beschlossen" in letter.text
    (other,) = await office.rows("SELECT count(*) FROM formal_notice WHERE subject LIKE 'Ausschluss beschlossen:%'")
    assert other["count"] == 1


async def test_not_enough_and_it_is_over(office):
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    await office.answer("bgw", vote_id, "yes")
    await office.end(vote_id)
    await office.work("VoteDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.REJECTED
    assert await ends_at(office) is None


@pytest.mark.parametrize("rule", ["opened", "acknowledged"])
async def test_where_it_has_to_be_opened_the_proof_of_that_ends_the_membership(office, rule):
    await rule_of_receipt(office, rule)
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    (notice,) = await office.rows("SELECT id FROM formal_notice WHERE cause_id = $1", vote_id)
    for member in BIELEFELD:
        browser = await office.cast.as_role(member, Role.REPRESENTATIVE)
        await browser.get(f"/n/bielefeld/foermliche-mitteilungen/{notice['id']}")
        await browser.post(f"/n/bielefeld/foermliche-mitteilungen/{notice['id']}/bestaetigung", {})
    await office.work("ReceiptDue", "FormalReceived")
    await office.decide(vote_id)
    await office.work("VoteDue", "FormalPosted")
    found = await office.procedure(procedure_id)
    assert (found.state, found.effective_at, await ends_at(office)) == (ProcedureState.DECIDED, None, None)

    browser = await office.cast.as_role(AFFECTED, Role.DIRECTOR)
    address = f"/n/bielefeld/foermliche-mitteilungen/{found.notice_id}"
    assert (await browser.get(address)).status_code == 200
    await browser.post(f"{address}/bestaetigung", {})
    await office.work("ReceiptDue")
    assert await ends_at(office) is not None, "in the transaction that proves it"
    assert (await browser.get(address)).status_code == 404
    await office.work("FormalReceived", "ProcedureDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED


async def test_where_nobody_could_fetch_it_the_membership_goes_on_until_it_is_posted_again(office):
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    await office.decide(vote_id)
    gone = office.cast.organisations[AFFECTED]
    await office.rows("UPDATE role_assignment SET valid_from = 'infinity' WHERE organisation_id = $1", gone)
    await office.work("VoteDue")
    assert await ends_at(office) is None
    assert (await office.deeds(procedure_id))[-1] == "undeliverable"
    await office.rows("UPDATE role_assignment SET valid_from = '-infinity' WHERE organisation_id = $1", gone)
    found = await office.procedure(procedure_id)
    browser = await office.cast.as_role("stadt-bielefeld", Role.OFFICE)
    address = f"/n/bielefeld/foermliche-mitteilungen/{found.notice_id}/zugaenge/{gone}/zustellung"
    assert (await browser.post(address, {})).status_code == 303
    assert await ends_at(office) is not None


async def test_the_deputy_acts_where_the_office_itself_is_concerned(office):
    procedure_id = await office.move(against="stadt-bielefeld")
    with pytest.raises(Forbidden, match="Stellvertretung"):
        await office.open_vote(procedure_id)
    deputy = await office.cast.as_role("stadt-bielefeld", Role.DEPUTY)
    page = await deputy.get(f"/n/bielefeld/verfahren/{procedure_id}")
    assert "handeln Sie als ihre Stellvertretung" in page.text
    clerk = await office.cast.as_role("stadt-bielefeld", Role.OFFICE)
    page = await clerk.get(f"/n/bielefeld/verfahren/{procedure_id}")
    assert "handelt in diesem Verfahren die Stellvertretung" in page.text
    opened = await deputy.post(f"/n/bielefeld/verfahren/{procedure_id}/abstimmung", {})
    assert opened.status_code == 303
    vote_id = (await office.procedure(procedure_id)).vote_id
    await office.decide(vote_id, but="stadt-bielefeld")
    await office.work("VoteDue")
    assert await ends_at(office, "stadt-bielefeld") is not None


async def test_what_does_not_fit_is_said(office):
    with pytest.raises(Invalid, match="eigene Organisation"):
        await office.move(by="bgw", against="bgw")
    with pytest.raises(Invalid, match="nur ein Mitglied"):
        await office.move(against="skm")
    with pytest.raises(Invalid, match="höchstens 3000"):
        await office.move(reason="x" * 3001)
    async with office.acting("bgw", Role.DEPUTY) as (actor, _):
        with pytest.raises(Forbidden):
            await actions_exclusion.moving(actor, office.network)
    procedure_id = await office.move()
    with pytest.raises(Invalid, match="läuft schon"):
        await office.move(by="diakonie-bielefeld")
    with pytest.raises(Conflict, match="noch nicht eröffnet"):
        await stated(office, procedure_id)
    vote_id = await office.open_vote(procedure_id)
    with pytest.raises(Conflict, match="schon eröffnet"):
        await office.open_vote(procedure_id)
    with pytest.raises(Forbidden, match="um das es geht"):
        await stated(office, procedure_id, by="bgw")
    with pytest.raises(Invalid, match="4000"):
        await stated(office, procedure_id, "x" * 4001)
    await office.end(vote_id)
    with pytest.raises(Conflict, match="beendet"):
        await stated(office, procedure_id)


async def test_a_motion_may_be_taken_back_until_all_are_asked(office):
    procedure_id = await office.move()
    mover = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    other = await office.cast.as_role("diakonie-bielefeld", Role.REPRESENTATIVE)
    assert (await other.post(f"/n/bielefeld/verfahren/{procedure_id}/ruecknahme", {})).status_code == 403
    assert (await mover.post(f"/n/bielefeld/verfahren/{procedure_id}/ruecknahme", {})).status_code == 303
    assert (await office.procedure(procedure_id)).outcome is Ending.LAPSED
    second = await office.move()
    await office.open_vote(second)
    assert (await mover.post(f"/n/bielefeld/verfahren/{second}/ruecknahme", {})).status_code == 409


async def test_before_it_goes_out_the_page_says_whether_it_can_succeed(office):
    browser = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    page = await browser.get("/n/bielefeld/verfahren/ausschluss")
    assert "das sind mindestens 5" in page.text
    for left in ("bethel-regional", "trockendock"):
        await office.rows(
            "UPDATE membership SET ends_at = now() WHERE organisation_id = $1", office.cast.organisations[left]
        )
    four = await browser.get("/n/bielefeld/verfahren/ausschluss")
    assert "Das kann nicht gelingen. Nötig: mehr als 75 % von 4 Mitgliedern, das sind mindestens 4." in four.text
    assert "Ohne das betroffene Mitglied sind höchstens 3 möglich." in four.text


async def test_who_leaves_meanwhile_ends_it(office):
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    await office.declare(AFFECTED)
    for member in ("bgw", "stadt-bielefeld", "trockendock", "diakonie-bielefeld", "bethel-regional"):
        await office.answer(member, vote_id, "yes")
    await office.end(vote_id)
    await office.work("VoteDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.LAPSED


async def in_the_rulebook(office, before: str, after: str) -> None:
    await office.rows(
        "UPDATE rulebook SET source = replace(source, $2, $3) WHERE network_id = $1", office.network, before, after
    )


async def test_where_the_closing_ends_the_membership_no_receipt_is_waited_for(office):
    await in_the_rulebook(office, '"receipt_by_member"', '"closing"')
    await rule_of_receipt(office, "retrievable")
    await office.stop(MONDAY)
    page = await (await office.cast.as_role("bgw", Role.REPRESENTATIVE)).get("/n/bielefeld/verfahren/ausschluss")
    assert "mit der Entscheidung" in page.text
    assert "mit dem Zugang der Mitteilung beim Mitglied" not in page.text
    procedure_id = await office.move()
    await office.decide(await office.open_vote(procedure_id))
    await office.work("VoteDue")
    assert await ends_at(office) == (await office.rows("SELECT hilfenetz_now() AS n"))[0]["n"]
    await office.work("ProcedureDue", "FormalReceived", "ReceiptDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED
    (letter,) = await office.rows("SELECT body FROM departure")
    assert "Mit der Entscheidung ist die Mitgliedschaft beendet." in letter["body"]


async def put_in_force(office, before: str, after: str) -> None:
    """A second version of the agreement, in force from now on."""
    await office.rows(
        "INSERT INTO rulebook (network_id, id, version, source, sha256, valid_from, put_at, put_by) "
        "SELECT network_id, gen_random_uuid(), 2, replace(replace(source, 'version = 1', 'version = 2'), $2, $3), "
        "repeat('b', 64), hilfenetz_now(), hilfenetz_now(), 'Jonas Wiegand' FROM rulebook WHERE network_id = $1",
        office.network,
        before,
        after,
    )


async def test_the_letters_follow_the_version_under_which_the_procedure_began(office):
    """The new version would have the decision opened to be received; by the old one it is received next morning."""
    await office.stop(MONDAY)
    excluding = await office.move()
    vote_id = await office.open_vote(excluding)
    withdrawing = await office.declare("bethel-regional", date(2027, 6, 30))
    (kept,) = await office.rows("SELECT id FROM rulebook WHERE network_id = $1", office.network)
    await put_in_force(office, 'rule = "retrievable"', 'rule = "opened"')
    await office.decide(vote_id)
    await office.work("VoteDue", "ProcedureDue")
    found = await office.procedure(excluding)
    assert found.effective_at is not None
    assert (found.rulebook_id, await ends_at(office)) == (kept["id"], found.effective_at)
    assert (await office.procedure(withdrawing)).state is ProcedureState.INFORMED
    for subject in ("Ausschluss%", "Austritt%"):
        letters = await office.rows("SELECT rulebook_id FROM formal_notice WHERE subject LIKE $1", subject)
        assert {letter["rulebook_id"] for letter in letters} == {kept["id"]}, subject


async def test_nobody_is_promised_what_the_agreement_does_not_say(office):
    await in_the_rulebook(office, ', "withdrawal", "exclusion"]', "]")
    await in_the_rulebook(office, '"receipt_by_member"', '"closing"')
    await office.stop(MONDAY)
    excluding = await office.move()
    page = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    ahead = (await page.get(f"/n/bielefeld/verfahren/{excluding}")).text
    assert "Die Mitteilung geht dem Mitglied zu" not in ahead
    await office.decide(await office.open_vote(excluding))
    leaving = await office.declare("bethel-regional", date(2027, 6, 30))
    await office.work("VoteDue", "ProcedureDue")
    shown = (await page.get(f"/n/bielefeld/verfahren/{leaving}")).text
    assert "Bis dahin bleibt alles, wie es ist." in shown
    assert "Danach wird das Verzeichnis" not in shown
    letters = await office.rows(
        "SELECT body FROM formal_notice WHERE subject LIKE 'Ausschluss beschlossen:%' OR subject LIKE 'Austritt:%'"
    )
    assert len(letters) == 2
    assert not [letter for letter in letters if "Verzeichnis" in letter["body"]]


async def test_a_later_withdrawal_is_over_with_the_exclusion(office):
    await office.stop(MONDAY)
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    later = await office.declare(AFFECTED, date(2027, 6, 30))
    await office.decide(vote_id)
    await office.work("VoteDue", "ProcedureDue")
    await office.stop("2027-07-02 10:00")
    await office.work("ProcedureDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED
    assert (await office.procedure(later)).outcome is Ending.LAPSED
    (made,) = await office.rows("SELECT count(*) FROM directory_version WHERE cause_id = $1", later)
    assert made["count"] == 0


async def owed(office, matter):
    return [
        (row["slug"], row["state"], row["responsible_roles"])
        for row in await office.rows(
            "SELECT o.slug, d.state, d.responsible_roles FROM deadline d JOIN organisation o "
            "ON o.id = d.organisation_id WHERE d.matter = $1 ORDER BY d.set_at, d.id",
            matter,
        )
    ]


async def test_nobody_sits_on_a_motion(office):
    """Whoever acts for the office has a deadline for it, with its ladder, until the members are asked."""
    procedure_id = await office.move()
    await office.work("ExclusionMoved")
    assert await owed(office, "motion") == [("stadt-bielefeld", "open", ["office"])]
    await office.open_vote(procedure_id)
    assert await owed(office, "motion") == [("stadt-bielefeld", "done", ["office"])]
    second = await office.move(against="stadt-bielefeld")
    await office.work("ExclusionMoved")
    assert (await owed(office, "motion"))[1:] == [("stadt-bielefeld", "open", ["deputy"])]
    mover = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    await mover.post(f"/n/bielefeld/verfahren/{second}/ruecknahme", {})
    await office.work("ExclusionMoved")
    assert (await owed(office, "motion"))[1:] == [("stadt-bielefeld", "dropped", ["deputy"])]
