"""How a case ends without a membership: given back, closed, taken back; who is told, and what is forgotten when."""

import pytest

from portal.admission.copies import folder_of, key_of
from portal.admission.rules import State
from portal.files.storage import storage
from tenants.context import Role
from tenants.database import execute
from tests.admission.joining import CITY, FORM, GIVEN, LATER, Joining

REASON = {"reason": "Bitte nennen Sie den Namen aus dem Vereinsregister."}
FORGOTTEN = "2027-04-01 10:00"


async def end(joining: Joining, case, **said: str):
    return await (await joining.office()).post(f"/n/bielefeld/aufnahmen/{case.id}/ende", said)


async def owed(joining: Joining, case) -> list[str]:
    rows = await joining.rows("SELECT matter FROM deadline WHERE subject_id = $1 AND state = 'open'", case.id)
    return [row["matter"] for row in rows]


async def letters(joining: Joining, case) -> list[str]:
    rows = await joining.rows("SELECT subject FROM formal_notice WHERE subject LIKE '%' || $1", case.name)
    return [row["subject"] for row in rows]


async def left(joining: Joining, case) -> dict[str, int]:
    tables = {"application": "id", "application_contact": "application_id", "application_letter": "application_id",
              "application_key": "application_id"}  # fmt: skip
    columns = ", ".join(f"(SELECT count(*) FROM {t} WHERE {c} = $1) AS {t}" for t, c in tables.items())
    return dict((await joining.rows(f"SELECT {columns}", case.id))[0])


async def test_what_is_incomplete_is_given_back_and_its_name_is_free(joining: Joining):
    await joining.again()
    link = await joining.applied()
    case = await joining.newest()
    blank = await end(joining, case)
    assert blank.status_code == 422
    assert "Bitte sagen Sie dem Antragsteller, warum" in blank.text
    joining.mailbox.clear()
    assert (await end(joining, case, **REASON)).status_code == 303
    assert (await end(joining, case, **REASON)).status_code == 409
    await joining.work(dying=True)
    assert (await joining.application(case.id)).state is State.RETURNED
    assert await owed(joining, case) == []
    page = (await joining.cast.nobody().get(joining.links()[-1])).text
    assert REASON["reason"] in page
    assert f'href="{FORM}"' in page, "where a new one is made"
    assert "Die Geschäftsstelle hat den Antrag zurückgegeben" in page
    assert await letters(joining, case) == [], "no member ever knew"
    member = await joining.cast.as_role("gfs", Role.DIRECTOR)
    assert (await member.get(f"/n/bielefeld/aufnahmen/{case.id}")).status_code == 404
    await joining.applied(contact_mail="echt@waermestube.example")
    true_one = await joining.newest()
    assert (true_one.state, true_one.name) == (State.APPLIED, GIVEN["name"])
    assert (await end(joining, true_one, **REASON)).status_code == 303
    await joining.work()
    await joining.clock(FORGOTTEN)
    await joining.work(dying=True)
    assert set((await left(joining, case)).values()) == {0}
    assert (await joining.cast.nobody().get(link)).status_code == 404


async def test_a_case_that_nobody_signs_is_closed_and_people_are_forgotten(joining: Joining):
    link, case = await joining.sent(1)
    assert (await end(joining, case, **REASON)).status_code == 303
    await joining.work(dying=True)
    assert (await joining.application(case.id)).state is State.CLOSED
    assert await owed(joining, case) == []
    assert await letters(joining, case) == [f"Aufnahme beendet: {case.name}"]
    (procedure,) = await joining.rows("SELECT state, outcome FROM procedure WHERE id = $1", case.id)
    assert dict(procedure) == {"state": "ended", "outcome": "lapsed"}
    said = {"name": "G", "capacity": "V", "declared": "ja", "fassung": str(case.copy.id)}
    assert (await joining.cast.nobody().post(f"{link}/unterschrift", said)).status_code == 409
    await storage().write_bytes(key_of(case, "0" * 64), b"kept and never booked")
    await joining.clock("2027-03-08 09:00")
    await joining.work()
    assert (await left(joining, case))["application_contact"] == 1, "not a day too early"
    await joining.clock(FORGOTTEN)
    await joining.work(dying=True)
    assert await left(joining, case) == {
        "application": 1, "application_contact": 0, "application_letter": 0, "application_key": 0
    }  # fmt: skip
    assert await storage().keys(folder_of(case)) == []
    assert (await (await joining.office()).get(f"/n/bielefeld/aufnahmen/{case.id}")).status_code == 200


@pytest.mark.parametrize("number", [2, 3])
async def test_an_applicant_takes_its_application_back(joining: Joining, number):
    await joining.again()
    mail = f"zurueck{number}@verein.example"
    link = await joining.applied(name=f"Zurück {number}", contact_mail=mail)
    case = await joining.newest()
    vote_id = await joining.inform(case.id) if number == 3 else None
    await joining.work()
    browser = joining.cast.nobody()
    assert "Antrag zurücknehmen" in (await browser.get(link)).text
    for _ in range(2):
        assert (await browser.post(f"{link}/ruecknahme")).status_code == 303
    assert "Sie haben Ihren Antrag zurückgenommen" in (await browser.get(link)).text
    await joining.work(dying=True)
    assert (await joining.application(case.id)).state is State.TAKEN_BACK
    assert await letters(joining, case) == ([f"Antrag zurückgenommen: {case.name}"] if vote_id else [])
    assert (await end(joining, case, **REASON)).status_code == 409
    if vote_id:
        await joining.clock(LATER)
        assert "VoteDue" in await joining.work(dying=True)
        assert (await joining.application(case.id)).state is State.TAKEN_BACK, "the vote has no consequence"


async def test_nobody_else_ends_a_case(joining: Joining):
    await joining.again()
    await joining.applied(name="Standhaft e. V.", contact_mail="standhaft@verein.example")
    case = await joining.newest()
    other = await joining.applied(name="Fremd e. V.", contact_mail="fremd@verein.example")
    member = await joining.cast.as_role("gfs", Role.DIRECTOR)
    stranger = await joining.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    address = f"/n/bielefeld/aufnahmen/{case.id}/ende"
    assert (await member.post(address, REASON)).status_code in (403, 404)
    assert (await stranger.post(address, REASON)).status_code == 404
    for key in ("falsch", str(case.id)):
        assert (await joining.cast.nobody().post(f"{FORM}/{key}/ruecknahme")).status_code == 404
    assert (await member.post(f"{FORM}/unser-antrag/ruecknahme")).status_code == 404
    assert (await joining.application(case.id)).state is State.APPLIED
    foreign = "SELECT application_taken_back({}) AS answer"
    async with joining.acting(CITY, Role.OFFICE):
        assert (await execute(foreign, case.id))[0]["answer"] == "gone"
        await execute("SELECT set_config('app.applicant', {}, true)", other.rpartition("/")[2])
        assert (await execute(foreign, case.id))[0]["answer"] == "gone"


async def test_what_was_signed_is_not_taken_back(joining: Joining):
    link, case = await joining.sent(4)
    browser = joining.cast.nobody()
    said = {"name": "Grete Hollmann", "capacity": "Vorstand", "declared": "ja", "fassung": str(case.copy.id)}
    assert (await browser.post(f"{link}/unterschrift", said)).status_code == 303
    late = await browser.post(f"{link}/ruecknahme")
    assert late.status_code == 409
    assert "ist schon eingegangen" in late.text
    assert (await end(joining, case, **REASON)).status_code == 409
