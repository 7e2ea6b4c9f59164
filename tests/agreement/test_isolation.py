"""Rulebooks and reviews are their network's: another network, and a member from the second on which it has left, see
nothing and find no page."""

from datetime import timedelta

import pytest

from portal.kit.clock import local_day
from tenants.context import Role
from tenants.database import execute
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.agreement.office import CITY, PAGE

TABLES = ("rulebook", "rulebook_review")
PAGES = (PAGE, f"{PAGE}/fassungen", f"{PAGE}/fassungen/1", f"{PAGE}/fassungen/1/dokument", f"{PAGE}/fassungen/1/datei")
OFFICE_PAGES = (f"{PAGE}/neu", f"{PAGE}/ueberpruefung")


@pytest.fixture
async def agreed(office):
    """A second version and a review: rows in both tables."""
    await office.change(('threshold = "50 %"', 'threshold = "75 %"'))
    await office.review(local_day(await office.now()))
    return office


async def seen(office) -> list[int]:
    """Rows of Bielefeld in the open scope."""
    return [len(await execute(f"SELECT FROM {table} WHERE network_id = {{}}", office.network)) for table in TABLES]


async def test_another_network_nobody_and_a_member_that_left_see_no_row(agreed):
    async with agreed.acting("gfs"):
        assert await seen(agreed) == [2, 1]
    for organisation in ("skm", "jobcenter-duesseldorf"):
        async with scope(organisation_id=agreed.cast.organisations[organisation]):
            assert await seen(agreed) == [0, 0]
            assert await execute("SELECT rulebook_in_force({}) AS id", agreed.network) == [{"id": None}]
    async with scope():
        assert await seen(agreed) == [0, 0]


async def test_the_pages_are_not_there_for_another_network_and_from_its_second_on_for_who_left(agreed):
    stranger = await agreed.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    leaver = await agreed.cast.as_role("gfs", Role.REPRESENTATIVE)
    for path in PAGES:
        assert (await stranger.get(path)).status_code == 404, path
        assert (await leaver.get(path)).status_code == 200, path
    for path in OFFICE_PAGES:
        assert (await stranger.get(path)).status_code == 404, path
        assert (await leaver.get(path)).status_code == 403, path
    for path in (f"{PAGE}/neu/pruefung", f"{PAGE}/neu", f"{PAGE}/ueberpruefung"):
        assert (await stranger.post(path)).status_code == 404, path
        assert (await leaver.post(path)).status_code == 403, path
    async with agreed.database.role("worker"), scope(network_id=agreed.network) as opened:
        await end_membership(
            network_id=agreed.network,
            organisation_id=agreed.cast.organisations["gfs"],
            ends_at=opened.now + timedelta(hours=1),
        )
    assert (await leaver.get(PAGE)).status_code == 200
    await agreed.database.move_clock(timedelta(hours=1))
    for path in PAGES:
        assert (await leaver.get(path)).status_code == 404, path
    async with scope(organisation_id=agreed.cast.organisations["gfs"]):
        assert await seen(agreed) == [0, 0]


async def test_an_office_that_left_or_passed_on_changes_nothing_any_more(agreed):
    office = await agreed.cast.as_role(CITY, Role.OFFICE)
    assert (await office.get(f"{PAGE}/neu")).status_code == 200
    await agreed.rows("UPDATE membership SET is_office = false WHERE network_id = $1", agreed.network)
    assert (await office.get(f"{PAGE}/neu")).status_code == 403
    assert (await office.post(f"{PAGE}/neu", {"quelle": "x"})).status_code == 403
