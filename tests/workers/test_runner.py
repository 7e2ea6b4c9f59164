"""An event takes effect once, wholly or not at all, in the scope of its recipient and nobody else's."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest
import structlog

from portal import settings as portal_settings
from tenants import outbox
from tenants.database import execute
from tenants.scope import current_scope
from tests.workers.conftest import LampForgotten, LampLit
from workers.reactions import ReactionFailed, handle, on, on_failure

SECRET = "Frau Beispiel, geboren 1970"


async def light() -> None:
    """An effect in the database that can be counted."""
    lit = LampForgotten(uuid4())
    await outbox.emit(lit, to=[current_scope().organisation_id], key=f"effect-{uuid4()}")


async def effects(staff) -> int:
    rows = await staff.database.as_superuser("SELECT count(*) AS n FROM outbox WHERE key LIKE 'effect-%'")
    return rows[0]["n"]


async def test_all_reactions_and_the_settling_are_one_transaction(as_worker, plans, emitted, row_of):
    @on(LampLit)
    async def first(event, actor, now):
        await light()

    @on(LampLit)
    async def second(event, actor, now):
        await light()

    (row,) = await emitted(as_worker.here)
    await handle(row, organisation_id=as_worker.here, network_id=None)
    assert (await row_of(row))["state"] == "done"
    assert await effects(as_worker) == 2


async def test_a_message_that_comes_twice_takes_effect_once(as_worker, plans, emitted):
    on(LampLit)(lambda event, actor, now: light())
    (row,) = await emitted(as_worker.here)
    for _ in range(2):
        await handle(row, organisation_id=as_worker.here, network_id=None)
    assert await effects(as_worker) == 1


async def test_a_message_that_comes_twice_at_once_takes_effect_once(as_worker, plans, emitted):
    @on(LampLit)
    async def slowly(event, actor, now):
        await light()
        await asyncio.sleep(0.05)

    (row,) = await emitted(as_worker.here)
    tasks = [asyncio.create_task(handle(row, organisation_id=as_worker.here, network_id=None)) for _ in range(3)]
    await asyncio.gather(*tasks)
    assert await effects(as_worker) == 1


async def test_a_failure_undoes_everything_and_is_written_down_by_its_class_alone(as_worker, plans, emitted, row_of):
    @on(LampLit)
    async def works(event, actor, now):
        await light()

    @on(LampLit)
    async def fails(event, actor, now):
        raise ValueError(SECRET)

    (row,) = await emitted(as_worker.here)
    with pytest.raises(ReactionFailed) as failed:
        await handle(row, organisation_id=as_worker.here, network_id=None)
    written = await row_of(row)
    assert (written["state"], written["attempts"], written["last_error"]) == ("waiting", 1, "ValueError")
    assert await effects(as_worker) == 0
    assert SECRET not in str(failed.value)
    assert failed.value.__suppress_context__


async def test_the_last_failure_is_told_and_the_row_rests_as_dead(as_worker, plans, emitted, row_of, monkeypatch):
    monkeypatch.setenv("OUTBOX_MAX_ATTEMPTS", "2")
    portal_settings.settings.cache_clear()
    told = []

    @on(LampLit)
    async def fails(event, actor, now):
        raise OSError

    @on_failure(LampLit)
    async def note(event, failure):
        told.append((current_scope().organisation_id, failure.error, failure.is_last))

    (row,) = await emitted(as_worker.here)
    for _ in range(2):
        with pytest.raises(ReactionFailed):
            await handle(row, organisation_id=as_worker.here, network_id=None)
    assert (await row_of(row))["state"] == "dead"
    assert told == [(as_worker.here, "OSError", False), (as_worker.here, "OSError", True)]


async def test_a_reaction_that_hangs_ends_before_its_row_is_handed_out_again(
    as_worker, plans, emitted, row_of, monkeypatch
):
    monkeypatch.setenv("OUTBOX_LEASE_SECONDS", "1")
    portal_settings.settings.cache_clear()
    on(LampLit)(lambda event, actor, now: asyncio.sleep(60))
    (row,) = await emitted(as_worker.here)
    with pytest.raises(ReactionFailed, match="TimeoutError"):
        await handle(row, organisation_id=as_worker.here, network_id=None)
    assert (await row_of(row))["state"] == "waiting"


async def test_the_system_acts_for_the_recipient_without_person_or_role(as_worker, plans, emitted):
    seen = []

    @on(LampLit)
    async def look(event, actor, now):
        seen.append((actor, now, current_scope().organisation_id))

    (row,) = await emitted(as_worker.neighbour)
    await handle(row, organisation_id=as_worker.neighbour, network_id=None)
    ((actor, now, organisation_id),) = seen
    assert (actor.organisation_id, actor.organisation_slug) == (as_worker.neighbour, "neighbour")
    assert (actor.person_id, actor.roles) == (None, frozenset())
    assert [(seat.slug, seat.is_office) for seat in actor.seats] == [("first", False)]
    assert organisation_id == as_worker.neighbour
    assert now.utcoffset() == timedelta(0)


async def test_a_reaction_sees_the_rows_of_its_recipient_and_of_nobody_else(as_worker, plans, emitted):
    await as_worker.hire("Anna")
    await as_worker.hire("Berta", at="neighbour")
    seen = []

    @on(LampLit)
    async def look(event, actor, now):
        seen.extend(row["name"] for row in await execute("SELECT name FROM affiliation"))

    (row,) = await emitted(as_worker.neighbour)
    await handle(row, organisation_id=as_worker.neighbour, network_id=None)
    assert seen == ["Berta"]


async def test_in_a_network_the_office_speaks_and_the_scope_is_nobodys(as_worker, plans, emitted):
    seen = []

    @on(LampLit)
    async def look(event, actor, now):
        networks = await execute("SELECT slug FROM network")
        people = await execute("SELECT name FROM affiliation")
        seen.append((actor, current_scope().organisation_id, [row["slug"] for row in networks], people))

    await as_worker.hire("Anna")
    first = as_worker.networks["first"]
    (row,) = await emitted(network=first)
    await handle(row, organisation_id=None, network_id=first)
    await as_worker.database.as_superuser("UPDATE membership SET is_office = false")
    (row,) = await emitted(network=first)
    await handle(row, organisation_id=None, network_id=first)
    (with_office, organisation_id, networks, people), (vacant, *_) = seen
    assert with_office.organisation_slug == "here"
    assert (vacant.organisation_id, vacant.organisation_slug) == (first, "first")
    assert [seat.network_id for seat in with_office.seats] == [seat.network_id for seat in vacant.seats] == [first]
    assert (organisation_id, networks, people) == (None, ["first"], [])


async def test_what_follows_carries_the_request_that_began_it(as_worker, plans, emitted, row_of):
    on(LampLit)(lambda event, actor, now: light())
    (row,) = await emitted(as_worker.here, request_id="request-1")
    await handle(row, organisation_id=as_worker.here, network_id=None)
    rows = await as_worker.database.as_superuser("SELECT request_id FROM outbox WHERE key LIKE 'effect-%'")
    assert [found["request_id"] for found in rows] == ["request-1"]


async def test_a_message_with_another_organisation_than_the_row_does_nothing(as_worker, plans, emitted, row_of):
    """The worker may lock any row of the queue; its reactions still run only inside the recipient the row names."""
    on(LampLit)(lambda event, actor, now: light())
    (row,) = await emitted(as_worker.here)
    with pytest.raises(ReactionFailed, match="WrongRecipient"):
        await handle(row, organisation_id=as_worker.neighbour, network_id=None)
    assert await effects(as_worker) == 0


async def test_a_payload_that_does_not_fit_is_a_failure_like_any_other(as_worker, plans, emitted, row_of):
    on(LampLit)(lambda event, actor, now: light())
    (row,) = await emitted(as_worker.here)
    await as_worker.database.as_superuser("UPDATE outbox SET payload = '{\"other\": 1}' WHERE id = $1", row)
    with pytest.raises(ReactionFailed):
        await handle(row, organisation_id=as_worker.here, network_id=None)
    assert (await row_of(row))["attempts"] == 1


async def test_the_log_names_event_organisation_and_request_and_no_person(as_worker, plans, emitted):
    @on(LampLit)
    async def fails(event, actor, now):
        raise ValueError(SECRET)

    (row,) = await emitted(as_worker.here, request_id="request-2")
    with (
        structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines,
        pytest.raises(ReactionFailed),
    ):
        await handle(row, organisation_id=as_worker.here, network_id=None)
    (line,) = lines
    assert (line["event_name"], line["organisation"], line["request_id"]) == ("LampLit", "here", "request-2")
    assert SECRET not in json.dumps({name: value for name, value in line.items() if name != "exc_info"})


def test_an_event_has_one_queue(plans):
    on(LampLit, queue="mail")(lambda event, actor, now: light())
    with pytest.raises(ValueError, match="one queue"):
        on(LampLit, queue="events")(lambda event, actor, now: light())
