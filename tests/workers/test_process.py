"""A worker process asks the database under a role that the wall binds, or not at all."""

import pytest

from portal import settings as portal_settings
from tenants.database import DB
from tenants.guard import WallBroken
from workers import process


async def test_nothing_runs_under_a_role_that_sees_past_the_wall(surroundings, settings, monkeypatch):
    monkeypatch.setenv("WORKER_DATABASE_URL", surroundings.database.url("admin", "postgres"))
    portal_settings.settings.cache_clear()
    assert DB.pool is None
    with pytest.raises(WallBroken, match="hilfenetz_worker"):
        await process.connect()
    assert DB.pool is None
