"""What is written is handed out until it is settled, and its effect happens once."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import pytest

from tenants import outbox
from tenants.database import execute
from tenants.scope import scope

LEASE = timedelta(seconds=10)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class BoxFilled(outbox.Event):
    box_id: UUID
    number: int
    colour: Colour
    on: date
    at: datetime


EVENT = BoxFilled(uuid4(), 7, Colour.RED, date(2026, 11, 22), datetime(2026, 11, 22, 12, 30, 1, 5, tzinfo=UTC))


async def claimed(limit: int = 100) -> list[outbox.Envelope]:
    async with scope():
        return await outbox.claim(limit=limit, lease=LEASE)


@pytest.fixture
async def written(networks) -> None:
    async with scope(organisation_id=networks.a):
        await outbox.emit(EVENT, to=[networks.a, networks.b], key="k")


def test_an_event_survives_its_journey_as_json():
    assert BoxFilled.parse(EVENT.payload()) == EVENT


def test_an_event_may_carry_no_text():
    with pytest.raises(TypeError, match="events carry"):

        @dataclass(frozen=True)
        class NameTold(outbox.Event):
            name: str


def test_two_events_of_one_name_are_refused():
    with pytest.raises(TypeError, match="BoxFilled"):
        type("BoxFilled", (outbox.Event,), {})


async def test_each_recipient_gets_one_row_however_often_it_is_emitted(networks, written, empty_database):
    async with scope(organisation_id=networks.a):
        await outbox.emit(EVENT, to=[networks.b], key="k")
        await outbox.emit(EVENT, network=networks.first, key="k")
        await outbox.emit(EVENT, network=networks.first, key="k")
    async with empty_database.role("worker"):
        envelopes = await claimed()
    assert sorted(str(envelope.organisation_id) for envelope in envelopes) == sorted(
        [str(networks.a), str(networks.b), "None"]
    )


async def test_a_rolled_back_cause_leaves_no_event(networks, empty_database):
    with pytest.raises(ZeroDivisionError):
        async with scope(organisation_id=networks.a):
            await outbox.emit(EVENT, to=[networks.a], key="k")
            raise ZeroDivisionError
    async with empty_database.role("worker"):
        assert await claimed() == []


async def test_what_fails_after_the_commit_undoes_nothing_and_stops_nobody(networks, empty_database):
    called = []

    async def fail() -> None:
        raise ZeroDivisionError

    async def succeed() -> None:
        called.append(True)

    async with scope(organisation_id=networks.a) as opened:
        opened.after_commit(fail)
        opened.after_commit(succeed)
        await outbox.emit(EVENT, to=[networks.a], key="k")
        assert called == []
    assert called == [True]
    async with scope(organisation_id=networks.a):
        assert len(await execute("SELECT 1 FROM outbox")) == 1


async def test_an_event_of_the_future_waits_for_its_instant(networks, empty_database):
    async with scope(organisation_id=networks.a) as opened:
        await outbox.emit(EVENT, to=[networks.a], due_at=opened.now + timedelta(days=14), key="k")
    async with empty_database.role("worker"):
        assert await claimed() == []
        await empty_database.move_clock(timedelta(days=14, seconds=1))
        assert len(await claimed()) == 1


async def test_what_is_not_settled_is_handed_out_again_when_the_lease_has_run_out(written, empty_database):
    async with empty_database.role("worker"):
        assert len(await claimed()) == 2
        assert await claimed() == []
        await empty_database.move_clock(LEASE + timedelta(seconds=1))
        assert len(await claimed()) == 2


async def test_two_relays_never_claim_the_same_row(networks, empty_database):
    async with scope(organisation_id=networks.a):
        for number in range(40):
            await outbox.emit(EVENT, to=[networks.a], key=f"k{number}")
    async with empty_database.role("worker"):
        shares = await asyncio.gather(*(asyncio.create_task(claimed(limit=15)) for _ in range(4)))
    identifiers = [envelope.id for share in shares for envelope in share]
    assert len(identifiers) == len(set(identifiers)) == 40


async def test_a_settled_row_is_never_begun_again(written, empty_database):
    async with empty_database.role("worker"):
        first, *_ = await claimed()
        async with scope():
            assert await outbox.begin(first.id) == EVENT
            await outbox.settle(first.id)
        async with scope():
            assert await outbox.begin(first.id) is None
            assert await outbox.fail(first.id, error="Late", max_attempts=3) is None


async def test_what_was_done_long_ago_is_forgotten_and_nothing_else(networks, written, empty_database):
    async with scope(organisation_id=networks.a):
        for key in ("long ago", "lately", "dead", "to come"):
            await outbox.emit(EVENT, to=[networks.a], key=key)
    for key, state, days in (("long ago", "done", 401), ("lately", "done", 399), ("dead", "dead", 401)):
        await empty_database.as_superuser(
            f"UPDATE outbox SET state = $1, done_at = hilfenetz_now() - interval '{days} days' WHERE key = $2",
            state,
            key,
        )
    async with empty_database.role("worker"), scope():
        assert [await outbox.forget_done(), await outbox.forget_done()] == [1, 0]
    rows = await empty_database.as_superuser("SELECT DISTINCT key FROM outbox ORDER BY key")
    assert [row["key"] for row in rows] == ["dead", "k", "lately", "to come"]


async def test_the_same_message_twice_at_once_takes_effect_once(written, empty_database):
    effects: list[UUID] = []

    async def react(identifier: UUID) -> None:
        async with scope():
            if await outbox.begin(identifier) is not None:
                await asyncio.sleep(0.05)
                effects.append(identifier)
                await outbox.settle(identifier)

    async with empty_database.role("worker"):
        first, *_ = await claimed()
        await asyncio.gather(*(asyncio.create_task(react(first.id)) for _ in range(3)))
    assert effects == [first.id]


async def test_failures_back_off_then_rest_as_dead_until_somebody_sends_again(networks, written, empty_database):
    async with empty_database.role("worker"):
        mine = next(envelope for envelope in await claimed() if envelope.organisation_id == networks.a)
        states = []
        for _ in range(3):
            async with scope():
                states.append((await outbox.fail(mine.id, error="SMTPError", max_attempts=3))["state"])
        assert states == ["waiting", "waiting", "dead"]
        await empty_database.move_clock(timedelta(days=30))
        assert mine.id not in [envelope.id for envelope in await claimed()]
    async with scope(organisation_id=networks.b):
        assert await outbox.send_again(mine.id) is False
    async with scope(organisation_id=networks.a):
        assert await outbox.send_again(mine.id) is True
        assert await outbox.send_again(mine.id) is False
    async with empty_database.role("worker"):
        assert mine.id in [envelope.id for envelope in await claimed()]


async def test_each_failure_waits_longer(networks, written, empty_database):
    waits = []
    async with empty_database.role("worker"):
        first, *_ = await claimed()
        for _ in range(6):
            async with scope():
                await outbox.fail(first.id, error="X", max_attempts=100)
                rows = await execute(
                    "SELECT extract(epoch FROM next_at - hilfenetz_now())::float8 AS wait FROM outbox WHERE id = {}",
                    first.id,
                )
                waits.append(rows[0]["wait"])
    assert all(2 * 2**n * 0.4 < wait <= 2 * 2**n for n, wait in enumerate(waits)), waits
