"""What a member that left has left behind stands on a list of the office, until it is assigned anew or put away."""

from portal.network.rules import Ending
from portal.spaces.places import SpaceKey
from portal.spaces.queries import find_address
from portal.tasks import actions as tasks
from tenants.context import Role
from tests.network.office import AFFECTED

LIST = "/n/bielefeld/verfahren/neu-zuordnen"
TITLE = "Schlafplätze im Dezember melden"


async def test_tasks_and_motions_of_who_left_are_listed_and_settled(office):
    ids = office.cast.organisations
    async with office.acting("stadt-bielefeld", Role.OFFICE) as (actor, opened):
        root = await find_address(actor, SpaceKey("network", office.network), "")
        values = {"title": TITLE, "summary": "", "tags": []}
        task = await tasks.add_task(
            actor=actor, now=opened.now, folder=root, values=values, slug="", principal=f"organisation:{ids[AFFECTED]}"
        )
    moved = await office.move(by=AFFECTED, against="bgw")
    browser = await office.cast.as_role("stadt-bielefeld", Role.OFFICE)
    page = await browser.get(LIST)
    assert TITLE not in page.text
    assert "Kein offener Antrag" in page.text
    await office.declare(AFFECTED)
    page = await browser.get(LIST)
    assert TITLE in page.text
    assert f"/inhalte/{task}/zustaendigkeit" in page.text
    assert f"/n/bielefeld/verfahren/{moved}" in page.text

    assert "Antrag ablegen" in (await browser.get(f"/n/bielefeld/verfahren/{moved}")).text
    assert (await browser.post(f"/n/bielefeld/verfahren/{moved}/ablage", {})).status_code == 303
    assert (await office.procedure(moved)).outcome is Ending.LAPSED
    given = await browser.post(f"/inhalte/{task}/zustaendigkeit", {"who": f"organisation:{ids['bgw']}"})
    assert given.status_code == 303
    page = await browser.get(LIST)
    assert TITLE not in page.text
    assert "Kein offener Antrag" in page.text


async def test_the_list_is_the_offices(office):
    deputy = await office.cast.as_role("bgw", Role.DEPUTY)
    assert (await deputy.get(LIST)).status_code == 403
    member = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert (await member.get(LIST)).status_code == 403


SEATS = """
SELECT count(*) FILTER (WHERE s.ends_on IS NULL) AS open, count(*) AS named FROM body_seat s
WHERE s.organisation_id = $1
"""


async def test_who_sat_in_a_body_for_who_left_does_so_no_more(office):
    gone = office.cast.organisations[AFFECTED]
    await office.rows(
        "INSERT INTO body (network_id, id, key) VALUES ($1, gen_random_uuid(), 'coordination_circle') "
        "ON CONFLICT DO NOTHING",
        office.network,
    )
    await office.rows(
        "INSERT INTO body_seat (network_id, id, body_id, organisation_id, part, name, begins_on, named_by, named_at) "
        "SELECT network_id, gen_random_uuid(), id, $1, 'representative', 'Ada Beispiel', '2026-01-01', '', now() "
        "FROM body WHERE key = 'coordination_circle' ON CONFLICT DO NOTHING",
        gone,
    )
    assert (await office.rows(SEATS, gone))[0]["open"] >= 1
    await office.declare(AFFECTED)
    await office.work("ProcedureDue")
    (after,) = await office.rows(SEATS, gone)
    assert (after["open"], after["named"] > 0) == (0, True)
