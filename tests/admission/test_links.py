"""The link of an applicant: nobody else has one sent, and it ends some time after the case."""

import json
from uuid import uuid4

from tenants.database import execute
from tenants.scope import scope
from tests.admission.joining import FORM, GIVEN, Joining

EVENT = """
INSERT INTO outbox (id, network_id, event, payload, key, due_at, next_at, created_at)
VALUES ({}, {}, 'ApplicationSent', {}::jsonb, {}, now(), now(), now())
"""


async def test_no_member_fills_an_applicants_mailbox(joining: Joining):
    await joining.applied(name="Voller Briefkasten e. V.")
    case = await joining.newest()
    joining.mailbox.clear()
    async with scope(organisation_id=joining.cast.organisations["gfs"]):
        body = json.dumps({"application_id": str(case.id)})
        await execute(EVENT, uuid4(), joining.network, body, f"forged:{uuid4()}")
    await joining.rows("UPDATE outbox SET attempts = 7 WHERE event = 'ApplicationSent' AND state = 'waiting'")
    rows = await joining.rows("SELECT id FROM outbox WHERE event = 'ApplicationSent' AND state = 'waiting'")
    await joining.try_all(row["id"] for row in rows)
    assert joining.links() == []
    found = await joining.rows(
        "SELECT DISTINCT last_error FROM outbox WHERE id = ANY ($1)", [row["id"] for row in rows]
    )
    assert [row["last_error"] for row in found] == ["WrongSender"]
    await joining.rows("UPDATE outbox SET state = 'done' WHERE event = 'ApplicationSent'")


async def test_a_mail_that_left_before_its_attempt_died_has_the_link_that_counts(joining: Joining):
    joining.mailbox.clear()
    await joining.cast.nobody().post(FORM, {**GIVEN, "name": "Zweimal e. V.", "contact_mail": "zwei@verein.example"})
    await joining.work(dying=True)
    first, *again = joining.links()
    assert again == [first]
    assert "Antrag bestätigen" in (await joining.cast.nobody().get(first)).text


async def test_a_link_ends_three_months_after_its_case(joining: Joining):
    link = await joining.applied(name="Abgelehnter Verein", contact_mail="ab@verein.example")
    case = await joining.newest()
    browser = joining.cast.nobody()
    for state in ("informed", "rejected"):
        await joining.rows(
            "UPDATE application SET state = $2, informed_at = submitted_at, vote_id = id, "
            "ended_at = CASE $2 WHEN 'rejected' THEN submitted_at END WHERE id = $1",
            *(case.id, state),
        )
        assert (await browser.get(link)).status_code == 200, state
    await joining.clock("2027-02-22 10:00")
    assert (await browser.get(link)).status_code == 404
    await joining.again()


async def test_the_office_alone_sends_again_what_did_not_arrive(joining: Joining):
    link = await joining.applied(name="Tippfehler e. V.", contact_mail="tipp@verein.example")
    case = await joining.newest()
    page = f"/n/bielefeld/aufnahmen/{case.id}"
    office = await joining.office()
    assert "Erneut senden" not in (await office.get(page)).text
    assert (await office.post(f"{page}/zustellung")).status_code == 409
    await joining.rows(
        "UPDATE outbox SET state = 'dead', attempts = 8, last_error = 'SMTPRecipientsRefused' "
        "WHERE event = 'ApplicantWritten' AND payload ->> 'application_id' = $1",
        str(case.id),
    )
    for organisation in ("gfs", "caritas-duesseldorf", None):
        async with scope(organisation_id=joining.cast.organisations.get(organisation)):
            (row,) = await execute(
                "SELECT application_mail_problem({}, {}) AS problem, application_mail_again({}, {}) AS again",
                *(joining.network, case.id, joining.network, case.id),
            )
            assert (row["problem"], row["again"]) == (None, False), organisation
    assert "nicht angekommen" in (await office.get(page)).text
    joining.mailbox.clear()
    assert (await office.post(f"{page}/zustellung")).status_code == 303
    assert await joining.work() == ["ApplicantWritten"]
    assert len(joining.links()) == 1
    assert link not in joining.links()
    assert "Erneut senden" not in (await office.get(page)).text
