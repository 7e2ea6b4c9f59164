"""An organisation that works in the portal already joins: it is told there, signs there, and stays the one it was."""

from portal.admission.rules import State
from tenants.context import Role
from tests.admission.joining import FORM, GIVEN, Joining
from tests.bodies.chamber import Chamber

OWN = f"{FORM}/unser-antrag"


async def test_an_organisation_with_a_tenant_becomes_a_member_as_the_one_it_is(joining: Joining):
    speaker = await joining.cast.as_role("skm", Role.ADMINISTRATOR)
    before = await joining.rows("SELECT id, slug, name FROM organisation ORDER BY id")
    (name,) = [row["name"] for row in before if row["slug"] == "skm"]
    assert (await speaker.get("/n/bielefeld")).status_code == 404
    assert (await speaker.post(FORM, GIVEN | {"name": name, "als": "skm"})).headers["location"] == OWN
    await joining.work(dying=True)
    found = await joining.decided((await joining.newest()).id)
    assert found.state is State.ACCEPTED
    await joining.send(found.id, slug="skm-zwei")
    await joining.work(dying=True)
    assert joining.links() == [], "who has an account is told in the portal"
    told = await joining.rows(
        "SELECT kind FROM notice WHERE organisation_id = $1 AND subject_id = $2",
        *(joining.cast.organisations["skm"], found.id),
    )
    assert {row["kind"] for row in told} == {"application_news"}

    await joining.clock("2026-12-10 11:00")
    copy = (await joining.application(found.id)).copy
    signed = {"name": "Ute Kern", "capacity": "Vorstand", "declared": "ja", "fassung": str(copy.id)}
    assert (await speaker.post(f"{OWN}/unterschrift", signed)).status_code == 303
    meeting_id = await Chamber(joining.cast).invited()
    await joining.work(dying=True)
    ended = await joining.application(found.id)
    assert (ended.state, ended.organisation_id) == (State.MEMBER, joining.cast.organisations["skm"])
    assert await joining.rows("SELECT id, slug, name FROM organisation ORDER BY id") == before, "no second tenant"
    assert (await speaker.get("/n/bielefeld")).status_code == 200
    (told,) = await joining.rows(
        "SELECT kind FROM notice WHERE organisation_id = $1 AND subject_id = $2", found.organisation_id, meeting_id
    )
    assert told["kind"] == "meeting_invited", "to what was announced before it came"
