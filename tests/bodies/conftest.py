"""The demo world with meetings in it."""

import pytest

from portal.notices import live
from tests.bodies.chamber import MONDAY, Chamber
from tests.cast import Cast


@pytest.fixture
async def chamber(cast: Cast):
    found = Chamber(cast)
    await found.stop(MONDAY)
    await cast.database.as_superuser(
        "UPDATE outbox SET state = 'done'; "
        "UPDATE deadline SET state = 'dropped', ended_at = set_at WHERE state = 'open'; "
        "SET session_replication_role = replica; DELETE FROM resolution; DELETE FROM minutes_objection; "
        "DELETE FROM attendance; DELETE FROM agenda_item; DELETE FROM meeting; DELETE FROM body_seat; DELETE FROM body;"
    )
    yield found
    await live.close()
