"""A member leaves: at once or with the end of a day, by the database alone; all others are told."""

from datetime import timedelta

import pytest

from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.network.rules import Ending, ProcedureState
from tenants.context import Role
from tenants.scope import scope
from tests.votes.poll import BIELEFELD

ENDS = "SELECT ends_at FROM membership WHERE network_id = $1 AND organisation_id = $2"
TOLD = (
    "SELECT o.slug FROM formal_receipt r JOIN formal_notice n ON n.id = r.notice_id "
    "JOIN organisation o ON o.id = r.organisation_id WHERE n.subject LIKE $1"
)


async def day(office, *, ahead: int):
    async with scope(organisation_id=office.cast.organisations["gfs"]) as opened:
        return local_day(opened.now) + timedelta(days=ahead)


async def test_at_once_the_network_is_gone_with_the_declaration_and_the_others_are_told(office):
    browser = await office.cast.as_role("gfs", Role.CASEWORKER)
    assert (await browser.get("/n/bielefeld")).status_code == 200
    procedure_id = await office.declare()
    assert (await browser.get("/n/bielefeld")).status_code == 404
    assert (await browser.get(f"/n/bielefeld/verfahren/{procedure_id}")).status_code == 404

    await office.work("ProcedureDue", "MembershipEnded")
    found = await office.procedure(procedure_id)
    assert (found.state, found.outcome) == (ProcedureState.ENDED, Ending.WITHDRAWN)
    deeds = await office.deeds(procedure_id)
    assert deeds == ["declared", "informed", "ended", "directory_renewed"]
    member = await office.cast.as_role("bgw", Role.LEAD)
    assert "Die Mitgliedschaft endete:" in (await member.get(f"/n/bielefeld/verfahren/{procedure_id}")).text
    (version,) = await office.rows("SELECT id FROM directory_version WHERE reason = 'withdrawal'")
    got = await office.rows(
        "SELECT o.slug FROM formal_receipt r JOIN formal_notice n ON n.id = r.notice_id "
        "JOIN organisation o ON o.id = r.organisation_id WHERE n.cause_id = $1",
        version["id"],
    )
    assert {row["slug"] for row in got} == set(BIELEFELD) - {"gfs"}
    told = {row["slug"] for row in await office.rows(TOLD, "Austritt:%")}
    assert told == set(BIELEFELD) - {"gfs"}
    (notice,) = await office.rows(
        "SELECT address FROM notice WHERE kind = 'membership_ended' AND organisation_id = $1",
        office.cast.organisations["gfs"],
    )
    director = await office.cast.as_role("gfs", Role.DIRECTOR)
    page = await director.get(notice["address"])
    assert page.status_code == 200
    assert "hat der Geschäftsstelle den Austritt erklärt" in page.text
    stranger = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert (await stranger.get(notice["address"])).status_code == 404


async def test_a_later_day_needs_no_worker(office):
    last_day = await day(office, ahead=3)
    procedure_id = await office.declare(last_day=last_day)
    (seat,) = await office.rows(ENDS, office.network, office.cast.organisations["gfs"])
    assert seat["ends_at"] == end_of_day(last_day)
    browser = await office.cast.as_role("gfs", Role.DIRECTOR)
    page = await browser.get(f"/n/bielefeld/verfahren/{procedure_id}")
    assert "Alle anderen Mitglieder werden informiert" in page.text
    await office.work("ProcedureDue")
    assert await office.deeds(procedure_id) == ["declared", "informed"]

    await office.database.move_clock(end_of_day(last_day) - (await office.rows("SELECT hilfenetz_now() AS n"))[0]["n"])
    assert (await browser.get("/n/bielefeld")).status_code == 404
    await office.work("ProcedureDue")
    assert (await office.procedure(procedure_id)).outcome is Ending.WITHDRAWN


async def test_what_does_not_fit_is_said_and_nothing_is_done(office):
    before = await office.rows("SELECT count(*) FROM procedure")
    with pytest.raises(Forbidden, match="Geschäftsführung oder Vertretung"):
        await office.declare("gfs", role=Role.CASEWORKER)
    with pytest.raises(Invalid, match="Vergangenheit"):
        await office.declare("gfs", await day(office, ahead=-1))
    with pytest.raises(Invalid, match="mehr als ein Jahr"):
        await office.declare("gfs", await day(office, ahead=800))
    with pytest.raises(NotFound):
        await office.declare("skm")
    assert await office.rows("SELECT count(*) FROM procedure") == before

    await office.declare("gfs", await day(office, ahead=10))
    with pytest.raises(Conflict, match="schon erklärt"):
        await office.declare("gfs")


async def test_the_declaration_is_checked_on_a_page_of_its_own(office):
    browser = await office.cast.as_role("gfs", Role.REPRESENTATIVE)
    form = await browser.get("/n/bielefeld/verfahren/austritt")
    assert "Was endet" in form.text
    assert "Was bleibt" in form.text
    missing = await browser.post("/n/bielefeld/verfahren/austritt/pruefung", {"when": "tag"})
    assert missing.status_code == 422
    assert "Bitte geben Sie den letzten Tag der Mitgliedschaft an." in missing.text
    past = await browser.post("/n/bielefeld/verfahren/austritt/pruefung", {"when": "tag", "last_day": "2026-01-02"})
    assert (past.status_code, "liegt in der Vergangenheit" in past.text) == (422, True), "before it is declared"
    check = await browser.post("/n/bielefeld/verfahren/austritt/pruefung", {"when": "sofort"})
    assert "Das lässt sich nicht zurücknehmen" in check.text
    assert (await browser.get("/n/bielefeld")).status_code == 200
    done = await browser.post("/n/bielefeld/verfahren/austritt", {"when": "sofort"})
    assert done.status_code == 303
    assert done.headers["location"].startswith("/o/gfs/mitgliedschaften/")
    assert (await browser.get(done.headers["location"])).status_code == 200
    assert (await browser.get("/n/bielefeld")).status_code == 404


async def test_who_cannot_leave_now_is_told_on_the_page(office):
    browser = await office.cast.as_role("stadt-bielefeld", Role.DIRECTOR)
    page = await browser.get("/n/bielefeld/verfahren/austritt")
    assert "ohne Unterbrechung auf ein anderes Mitglied über" in page.text
    assert "Weiter zur Prüfung" in page.text
    await office.rows("UPDATE membership SET ends_at = hilfenetz_now() + interval '1 hour' WHERE NOT is_office")
    page = await browser.get("/n/bielefeld/verfahren/austritt")
    assert page.status_code == 200
    assert "kein anderes Mitglied bleibt" in page.text
    assert "Weiter zur Prüfung" not in page.text
    answer = await browser.post("/n/bielefeld/verfahren/austritt/pruefung", {"when": "sofort"})
    assert answer.status_code == 409
