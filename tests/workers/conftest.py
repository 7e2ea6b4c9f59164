"""Reactions of the tests' own, and a small world for them to happen in."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from portal import settings as portal_settings
from tenants import outbox
from tenants.outbox import Event
from tenants.scope import scope
from tests.staff import assemble_staff
from workers import reactions


@dataclass(frozen=True)
class LampLit(Event, from_others=True):
    lamp_id: UUID


@dataclass(frozen=True)
class LampForgotten(Event):
    lamp_id: UUID


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch):
    """Settings a test changed are read afresh by the next one."""
    yield
    portal_settings.settings.cache_clear()


@pytest.fixture
async def staff(empty_database, settings):
    return await assemble_staff(empty_database)


@pytest.fixture
async def as_worker(staff):
    """The engine of this process is the worker's."""
    async with staff.database.role("worker"):
        yield staff


@pytest.fixture
def plans(monkeypatch):
    """Reactions registered in a test are gone after it."""
    monkeypatch.setattr(reactions, "PLANS", fresh := {})
    monkeypatch.setattr("workers.relay.PLANS", fresh)
    return fresh


@pytest.fixture
def emitted(staff):
    """Writes an event as the portal would, and gives back the identifiers of its rows."""

    async def emit(*recipients, event=None, network=None, due_at=None, key=None, request_id=""):
        key = key or uuid4().hex
        async with scope(organisation_id=staff.here, request_id=request_id):
            await outbox.emit(event or LampLit(uuid4()), to=recipients, network=network, due_at=due_at, key=key)
        rows = await staff.database.as_superuser("SELECT id FROM outbox WHERE key = $1 ORDER BY created_at", key)
        return [row["id"] for row in rows]

    return emit


@pytest.fixture
def row_of(staff):
    async def row(identifier):
        return (await staff.database.as_superuser("SELECT * FROM outbox WHERE id = $1", identifier))[0]

    return row
