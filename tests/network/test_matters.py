"""What a member that left has left behind stands on a list of the office, until it is assigned anew or put away."""

from datetime import date

from portal.bodies.actions_seats import end_seat, name_seat
from portal.bodies.queries import list_bodies
from portal.bodies.rules import Part
from portal.circle import actions as positions
from portal.circle import actions_consulting as consulting
from portal.circle.queries import access_paper
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
    assert "Zum Antrag" in page.text

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


async def test_what_who_left_asked_and_wrote_is_taken_over_by_a_member_or_the_office(office):
    ids = office.cast.organisations
    async with office.acting(AFFECTED) as (actor, opened):
        seat = actor.seat(office.network)
        given = {"kind": "start", "title": "Nachtcafé", "text": "Nachts öffnen?", "last_day": date(2027, 1, 15)}
        asked = await consulting.ask(actor=actor, now=opened.now, seat=seat, **given)
        papers = [
            await positions.write_paper(actor=actor, now=opened.now, seat=seat, title=title, body="<p>So.</p>")
            for title in ("Warm im Winter", "Ein Entwurf")
        ]
        paper = await access_paper(office.network, papers[0])
        await positions.circulate(actor=actor, now=opened.now, paper=paper, version=1)
    hands = "UPDATE {table} SET organisation_id = {{}}, begun_for_id = organisation_id WHERE id = {{}} RETURNING id"
    left = {"consultation": asked, "position_paper": papers[0]}
    await office.refused("bgw", hands, left)  # who began it is a member still
    await office.declare(AFFECTED)
    await office.refused("bgw", hands.replace("}}, b", "}}, title = 'x', b"), left)
    await office.refused("caritas-duesseldorf", hands, left)
    clerk = await office.cast.as_role("stadt-bielefeld", Role.OFFICE)
    page = (await clerk.get(LIST)).text
    assert f"/n/bielefeld/beratungen/{asked}" in page
    assert f"/n/bielefeld/positionen/{papers[0]}" in page
    assert "Ein Entwurf" not in page
    page = (await clerk.get(f"/n/bielefeld/beratungen/{asked}")).text
    assert all(words in page for words in ("Beratung übernehmen", "durch das Mitglied, das sie übernimmt"))
    assert "schreibt das Papier" not in (await clerk.get(f"/n/bielefeld/positionen/{papers[0]}")).text, "nobody does"

    member = await office.cast.as_role("bgw", Role.REPRESENTATIVE)
    worker = await office.cast.as_role("stadt-bielefeld", Role.DATA_PROTECTION_OFFICER)
    stranger = await office.cast.as_role("caritas-duesseldorf", Role.REPRESENTATIVE)
    address = f"/n/bielefeld/positionen/{papers[0]}"
    assert "Papier übernehmen" in (await member.get(address)).text
    assert [(await each.post(f"{address}/uebernahme")).status_code for each in (worker, stranger)] == [403, 404]
    assert [(await member.post(f"{address}/uebernahme")).status_code for _ in range(2)] == [303, 409]
    taken = f"/n/bielefeld/beratungen/{asked}/uebernahme"
    assert [(await each.post(taken)).status_code for each in (stranger, clerk, member)] == [404, 303, 409]
    page = (await clerk.get(LIST)).text
    assert "Nichts offen gelassen" in page
    rows = await office.rows(
        "SELECT organisation_id, begun_for_id FROM consultation WHERE id = $1 UNION ALL "
        "SELECT organisation_id, begun_for_id FROM position_paper WHERE id = $2", asked, papers[0],
    )  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        (ids["stadt-bielefeld"], ids[AFFECTED]),
        (ids["bgw"], ids[AFFECTED]),
    ]
    logged = await office.rows("SELECT action, organisation_id FROM audit_entry WHERE action LIKE '%:taken_over'")
    assert {(each["action"], each["organisation_id"]) for each in logged} == {
        ("consultation:taken_over", ids["stadt-bielefeld"]), ("position:taken_over", ids["bgw"])}  # fmt: skip
    async with office.acting("bgw") as (actor, opened):
        paper = await access_paper(office.network, papers[0])
        await positions.save_paper(actor=actor, now=opened.now, paper=paper, version=1, title="Warm", body="<p>Ja.</p>")


SEATS = """
SELECT count(*) FILTER (WHERE s.ends_on IS NULL) AS open, max(s.ends_on) AS last_day FROM body_seat s
WHERE s.organisation_id = $1
"""


async def test_who_sat_in_a_body_for_who_left_does_so_no_more(office):
    await office.stop("2026-11-23 10:00")
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
    await office.declare(AFFECTED, last_day=date(2026, 11, 30))
    await office.work("ProcedureDue")
    await office.stop("2026-12-01 00:00")
    await office.work("ProcedureDue")
    (after,) = await office.rows(SEATS, gone)
    assert (after["open"], after["last_day"]) == (0, date(2026, 11, 30)), "with the membership, on its last day"


async def test_a_seat_that_fell_vacant_is_listed_until_somebody_is_named(office):
    clerk, name = await office.cast.as_role("stadt-bielefeld", Role.OFFICE), "Sitz neu besetzen"
    assert name not in (await clerk.get(LIST)).text
    async with office.acting("bgw", Role.ADMINISTRATOR) as (actor, opened):
        sheets = await list_bodies(actor.seat(office.network), actor.organisation_id)
        seat = {"body": next(each for each in sheets if each.rule.is_named), "part": Part.REPRESENTATIVE}
        seat |= {"actor": actor, "now": opened.now}
        await name_seat(**seat, name="Ada Beispiel", begins_on=date(2026, 8, 1))
        await end_seat(**seat, ends_on=date(2026, 9, 30))
    page = (await clerk.get(LIST)).text
    assert name in page
    assert "/besetzung" in page
