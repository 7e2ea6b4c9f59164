"""What nobody may read, write or say of procedures, asked of the database itself."""

import pytest
from asyncpg.exceptions import CheckViolationError, InsufficientPrivilegeError

from portal.kit.ids import new_id
from tenants.context import Role
from tenants.database import execute
from tests.network.office import AFFECTED

BEGUN = """
INSERT INTO procedure (network_id, id, kind, year, number, state, rulebook_id, subject_name, subject_id, moved_by_id,
                       moved_by_name, reason, begun_at)
SELECT {}, {}, {}, 1, 1, {}, r.id, 'Jemand', {}, {}, 'Jemand', '', now() FROM rulebook r WHERE r.network_id = {}
"""


async def begin(office, kind, by, subject, *, role=Role.REPRESENTATIVE, state="moved", moved_by=""):
    ids = office.cast.organisations
    async with office.acting(by, role):
        return await execute(
            BEGUN, office.network, new_id(), kind, state, ids[subject], ids[moved_by or by], office.network
        )


@pytest.mark.parametrize(
    ("kind", "by", "subject", "more"),
    [
        ("exclusion", "bgw", "bgw", {}),
        ("exclusion", "bgw", "skm", {}),
        ("exclusion", "bgw", "gfs", {"state": "decided"}),
        ("exclusion", "bgw", "gfs", {"moved_by": "trockendock"}),
        ("exclusion", "bgw", "gfs", {"role": Role.DEPUTY}),
        ("withdrawal", "bgw", "gfs", {"state": "declared"}),
        ("withdrawal", "gfs", "gfs", {"state": "declared", "role": Role.DEPUTY}),
    ],
)
async def test_nothing_begins_that_may_not(office, kind, by, subject, more):
    before = await office.rows("SELECT id FROM procedure")
    with pytest.raises((CheckViolationError, InsufficientPrivilegeError)):
        await begin(office, kind, by, subject, **more)
    assert await office.rows("SELECT id FROM procedure") == before


async def test_another_network_sees_and_writes_nothing(office):
    procedure_id = await office.move()
    async with office.acting("skm"):
        for table in ("procedure", "procedure_step"):
            assert await execute(f"SELECT FROM {table}") == []
        assert await execute("UPDATE procedure SET state = 'ended', outcome = 'lapsed' RETURNING id") == []
    before = await office.rows("SELECT id FROM procedure")
    await begin(office, "exclusion", "skm", AFFECTED)
    assert await office.rows("SELECT id FROM procedure") == before
    browser = await office.cast.as_role("skm", Role.REPRESENTATIVE)
    for path in ("", f"/{procedure_id}", "/austritt", "/ausschluss"):
        assert (await browser.get(f"/n/bielefeld/verfahren{path}")).status_code == 404, path
    for deed in ("abstimmung", "ruecknahme", "ablage", "stellungnahme"):
        answer = await browser.post(f"/n/bielefeld/verfahren/{procedure_id}/{deed}", {"statement": "Nein"})
        assert answer.status_code in (403, 404), deed


async def test_who_did_not_move_it_leads_nothing_on_and_the_vote_decides(office):
    procedure_id = await office.move()
    async with office.acting("trockendock"):
        assert await execute("UPDATE procedure SET state = 'ended', outcome = 'lapsed' RETURNING id") == []
    for change in ("state = 'decided'", "state = 'voting'", "state = 'ended'"):
        with pytest.raises((CheckViolationError, InsufficientPrivilegeError)):
            async with office.acting("stadt-bielefeld", Role.OFFICE):
                await execute(f"UPDATE procedure SET {change} WHERE id = '{procedure_id}'")
    await office.open_vote(procedure_id)
    with pytest.raises(InsufficientPrivilegeError):
        async with office.acting("stadt-bielefeld", Role.OFFICE):
            await execute("UPDATE procedure SET state = 'ended', outcome = 'excluded'")
    for column in ("effective_at = now()", "notice_id = id", "subject_name = 'x'", "reason = 'x'"):
        with pytest.raises(InsufficientPrivilegeError):
            async with office.acting("stadt-bielefeld", Role.OFFICE):
                await execute(f"UPDATE procedure SET {column}")


async def test_steps_are_written_once_in_ones_own_name(office):
    procedure_id = await office.move()
    ids = office.cast.organisations
    step = (
        "INSERT INTO procedure_step (network_id, id, procedure_id, deed, at, by_kind, by_id, by_name) "
        "VALUES ({}, {}, {}, 'moved', now(), {}, {}, 'x')"
    )
    for by_kind, by in (("office", "bgw"), ("member", "gfs"), ("portal", "bgw")):
        with pytest.raises(InsufficientPrivilegeError):
            async with office.acting("bgw"):
                await execute(step, office.network, new_id(), procedure_id, by_kind, ids[by])
    for change in ("UPDATE procedure_step SET deed = 'x'", "DELETE FROM procedure_step", "DELETE FROM procedure"):
        with pytest.raises(InsufficientPrivilegeError):
            await office.rows(change)


async def test_only_the_member_concerned_writes_a_statement_and_nobody_reads_it_beyond_the_network(office):
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    for organisation in ("bgw", "stadt-bielefeld", "skm"):
        async with office.acting(organisation):
            assert await execute("UPDATE vote SET statement = 'x' WHERE id = {} RETURNING id", vote_id) == []
    with pytest.raises(InsufficientPrivilegeError):
        async with office.acting(AFFECTED):
            await execute("UPDATE vote SET statement = 'x', state = 'closed' WHERE id = {}", vote_id)


async def test_what_is_kept_of_a_membership_is_the_organisations_own(office):
    procedure_id = await office.declare()
    async with office.acting("bgw"):
        assert await execute("SELECT FROM departure") == []
    stranger = await office.cast.as_role("stadt-bielefeld", Role.DIRECTOR)
    for slug in (AFFECTED, "stadt-bielefeld"):
        assert (await stranger.get(f"/o/{slug}/mitgliedschaften/{procedure_id}")).status_code == 404


async def test_a_membership_ends_by_a_procedure_alone(office):
    with pytest.raises(InsufficientPrivilegeError):
        async with office.acting(AFFECTED):
            await execute("UPDATE membership SET ends_at = now()")
