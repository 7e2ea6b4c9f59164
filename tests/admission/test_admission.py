"""The whole way of an organisation without an account: form, mail, information, vote, agreement, signature, member.

The worker is killed at the end of every transaction, and each of its messages comes twice."""

import pytest

from portal.admission.rules import Side, State
from tests.admission.joining import CITY, GIVEN, LATER, Joining
from tests.documents import check_document
from tests.votes.poll import notices

LETTERS = "SELECT kind FROM application_letter WHERE application_id = $1 ORDER BY written_at, id"
SAID = {"name": "Jonas Wiegand", "capacity": "Leitung", "slug": "waermestube-nord", "declared": "ja", "exemplar": "0"}


@pytest.fixture(scope="module")
async def case(joining: Joining):
    """The address that was mailed, and the application."""
    link = await joining.applied(dying=True)
    return link, (await joining.newest()).id


async def test_an_application_waits_for_the_office(joining: Joining, case):
    link, application_id = case
    found = await joining.application(application_id)
    assert (found.state, found.name) == (State.APPLIED, GIVEN["name"])
    answer = await joining.cast.nobody().get(link)
    assert "Antrag eingegangen" in answer.text
    assert (answer.headers["x-robots-tag"], answer.headers["cache-control"]) == ("noindex, nofollow", "no-store")
    assert [notice["kind"] for notice in await notices(joining, CITY)].count("admission_step") == 1
    (duty,) = await joining.rows("SELECT matter, title FROM deadline WHERE subject_id = $1", application_id)
    assert (duty["matter"], duty["title"]) == ("application_review", GIVEN["name"])


async def test_the_members_are_informed_and_accept(joining: Joining, case):
    application_id = case[1]
    office = await joining.office()
    page = await office.get(f"/n/bielefeld/aufnahmen/{application_id}")
    assert GIVEN["contact_name"] in page.text
    assert (await office.post(f"/n/bielefeld/aufnahmen/{application_id}/information")).status_code == 303
    found = await joining.application(application_id)
    (notice,) = await joining.rows("SELECT body FROM formal_notice WHERE cause_id = $1", found.vote_id)
    for said in (GIVEN["name"], GIVEN["field"], "Willen erklärt", "14 Tage"):
        assert said in notice["body"]
    assert GIVEN["contact_mail"] not in notice["body"]
    assert (await office.post(f"/n/bielefeld/aufnahmen/{application_id}/information")).status_code == 409
    await joining.work(dying=True)
    await joining.clock(LATER)
    assert (await joining.work(dying=True)).count("VoteDue") == 1
    assert (await joining.application(application_id)).state is State.ACCEPTED


async def test_the_agreement_is_signed_by_both(joining: Joining, case):
    link, application_id = case
    office, applicant = await joining.office(), joining.cast.nobody()
    sent = await office.post(f"/n/bielefeld/aufnahmen/{application_id}/vereinbarung", SAID)
    assert sent.status_code == 303, sent.text
    await joining.work(dying=True)
    found = await joining.application(application_id)
    document = await applicant.get(f"{link}/vereinbarung")
    assert document.headers["content-type"] == "application/pdf"
    text = check_document(document.content).text
    for said in (GIVEN["name"], GIVEN["seat"], "Jonas Wiegand, Leitung", "Abschnitt 6", "Anlage 1", "Fassung 1"):
        assert said in text, said
    assert found.copy.sha256 in text.replace(" ", "")
    said = {"name": "Grete Hollmann", "capacity": "Vorstand", "declared": "ja", "fassung": str(found.copy.id)}
    assert (await applicant.post(f"{link}/unterschrift", said)).status_code == 303
    again = await applicant.post(f"{link}/unterschrift", said)
    assert again.status_code == 409
    assert "schon eingegangen" in again.text
    assert "Ihr Antrag auf Aufnahme" in again.text, "who clicks twice sees the case"
    assert (await joining.application(application_id)).copy.of(Side.APPLICANT).name == "Grete Hollmann"


async def test_the_membership_is_founded_once(joining: Joining, case):
    link, application_id = case
    assert (await joining.work(dying=True)).count("MembershipBegan") == 1
    found = await joining.application(application_id)
    assert found.state is State.MEMBER
    (member,) = await joining.rows(
        "SELECT o.slug, m.begins_at, s.title, i.type FROM membership m JOIN organisation o ON o.id = m.organisation_id "
        "JOIN space s ON s.organisation_id = o.id JOIN item i ON i.space_id = s.id WHERE o.id = $1",
        found.organisation_id,
    )
    assert dict(member) == {
        "slug": "waermestube-nord", "begins_at": found.received_at, "title": GIVEN["name"], "type": "folder"
    }  # fmt: skip
    page = await joining.cast.nobody().get(link)
    assert "hilfenetz:waermestube-nord:director" in page.text
    kinds = [row["kind"] for row in await joining.rows(LETTERS, application_id)]
    assert sorted(kinds) == ["accepted", "agreement", "informed", "member", "received"]
    (version,) = await joining.rows("SELECT id FROM directory_version WHERE cause_id = $1", application_id)
    assert version["id"]
    deeds = await joining.rows(
        "SELECT deed FROM procedure_step WHERE procedure_id = $1 ORDER BY at, id", application_id
    )
    assert sorted(row["deed"] for row in deeds) == sorted(
        ["application_received", "members_informed", "accepted", "agreement_sent", "countersigned", "admitted",
         "directory_renewed"]
    )  # fmt: skip
    (letters,) = await joining.rows(
        "SELECT count(*) AS n FROM formal_receipt r JOIN formal_notice n ON n.id = r.notice_id "
        "WHERE n.subject LIKE '%erzeichnis%' AND n.posted_at > hilfenetz_now() - interval '1 minute'"
    )
    assert letters["n"] == 7, "every member, the new one too"
    states = await joining.rows("SELECT DISTINCT state FROM deadline WHERE subject_id = $1", application_id)
    assert [row["state"] for row in states] == ["done"]
