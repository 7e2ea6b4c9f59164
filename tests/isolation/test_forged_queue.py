"""What a member puts into the queue of another, or of the network, troubles nobody there."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import get_type_hints
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

import workers.app  # noqa: F401 - registers all reactions
from portal.notices.queries import TROUBLE_COUNT, deliveries_of
from tenants.database import execute
from tenants.outbox import REFUSED, Event
from tenants.scope import scope
from workers.reactions import PLANS, ReactionFailed, handle

FORGER, VICTIM = "gfs", "bgw"
EVENT = """
INSERT INTO outbox (id, organisation_id, network_id, event, payload, key, due_at, next_at, created_at)
VALUES ({}, {}, {}, {}, {}::jsonb, {}, now(), now(), now())
"""
GARBAGE = ("[]", "null", "{}", '{"network_id": "x"}')


def invented(kind: type) -> object:
    """Something of that kind that is nowhere."""
    if kind is UUID:
        return str(uuid4())
    if issubclass(kind, StrEnum):
        return next(iter(kind)).value
    return datetime(2026, 1, 1, tzinfo=UTC).isoformat()


def payload(event: type[Event], number: int = 1) -> str:
    """Of an event that could be."""
    hints = {name: kind for name, kind in get_type_hints(event).items() if isinstance(kind, type)}
    return json.dumps({name: number if kind is int else invented(kind) for name, kind in hints.items()})


@pytest.fixture
async def forged(cast):
    """Every event that one organisation may send another, to both kinds of recipients."""
    await cast.database.as_superuser("UPDATE outbox SET state = 'done'")
    recipients = ((cast.organisations[VICTIM], None), (None, cast.networks["bielefeld"]))
    events = [event for name, event in Event.registry.items() if name in PLANS]
    sent = [(event.__name__, payload(event)) for event in events]
    sent += [("TaskAssigned", payload(Event.registry["TaskAssigned"], 10**12)), *(("VoteOpened", it) for it in GARBAGE)]
    async with scope(organisation_id=cast.organisations[FORGER]):
        for name, body in sent:
            for recipient in recipients:
                await execute(EVENT, uuid4(), *recipient, name, body, f"forged:{uuid4()}")
        await execute(EVENT, uuid4(), *recipients[0], "Nothing", "{}", "forged")
    return cast


async def settle(rows) -> None:
    """The worker tries each of them."""
    for row in rows:
        with suppress(ReactionFailed):
            await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])


async def test_what_is_forged_has_no_effect_and_rests_out_of_everybodys_sight(forged):
    rows = await forged.database.as_superuser(
        "SELECT id, organisation_id, network_id, event FROM outbox WHERE state = 'waiting' AND event <> 'Nothing'"
    )
    before = await forged.database.as_superuser(
        "SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM audit_entry)"
    )
    async with forged.database.role("worker"):
        with capture_logs():
            await settle(rows)
    failed = await forged.database.as_superuser(
        "SELECT DISTINCT event, last_error FROM outbox WHERE last_error IS NOT NULL ORDER BY event"
    )
    assert [row for row in failed if row["last_error"] not in REFUSED] == []
    assert len(failed) > 20, "what was sent was tried"
    after = await forged.database.as_superuser(
        "SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM audit_entry)"
    )
    assert after == before
    await forged.database.as_superuser(
        "UPDATE outbox SET state = 'dead', last_error = coalesce(last_error, 'UnknownEvent') "
        "WHERE last_error IS NOT NULL OR event = 'Nothing'"
    )
    async with scope(organisation_id=forged.organisations[VICTIM]):
        assert (await execute(f"SELECT ({TROUBLE_COUNT}) AS n"))[0]["n"] == 0
        assert (await deliveries_of()).stuck == ()
    await forged.database.as_superuser("UPDATE outbox SET last_error = 'OSError' WHERE event = 'Nothing'")
    async with scope(organisation_id=forged.organisations[VICTIM]):
        assert (await execute(f"SELECT ({TROUBLE_COUNT}) AS n"))[0]["n"] == 1, "what failed for another reason is shown"
