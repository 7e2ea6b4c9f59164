"""Everything due is handed out, nothing is lost on the way, whoever else hands out at the same time."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from portal.notices.events import MailDue
from tenants.outbox import Envelope
from tests.workers.conftest import LampForgotten, LampLit
from workers import relay
from workers.reactions import on


@pytest.fixture
def known(plans):
    @on(LampLit)
    async def nothing(event, actor, now):
        pass


async def heartbeats(staff) -> int:
    return len(await staff.database.as_superuser("SELECT FROM heartbeat WHERE name = 'relay'"))


async def test_what_is_due_is_handed_out_and_the_rest_waits(as_worker, known, emitted):
    due = await emitted(as_worker.here, as_worker.neighbour)
    await emitted(as_worker.here, due_at=(await now(as_worker)) + timedelta(hours=1))
    handed: list[Envelope] = []
    assert await relay.run_round(handed.append) == 2
    assert sorted(envelope.id for envelope in handed) == sorted(due)
    assert {envelope.organisation_id for envelope in handed} == {as_worker.here, as_worker.neighbour}
    assert await relay.run_round(handed.append) == 0
    await as_worker.database.move_clock(timedelta(hours=1, seconds=1))
    assert await relay.run_round(handed.append) == 3  # the one that came due, and the two whose lease ran out


async def test_two_relays_at_once_share_the_work(as_worker, known, emitted, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 5)
    rows = [row for _ in range(12) for row in await emitted(as_worker.here, as_worker.neighbour)]
    handed: list[Envelope] = []
    await asyncio.gather(*(asyncio.create_task(relay.run_round(handed.append)) for _ in range(3)))
    assert sorted(envelope.id for envelope in handed) == sorted(rows)


async def test_a_broker_that_fails_half_way_leaves_the_rest_free_at_once(as_worker, known, emitted):
    rows = [row for _ in range(4) for row in await emitted(as_worker.here)]
    handed: list[Envelope] = []

    def breaking(envelope: Envelope) -> None:
        if len(handed) == 2:
            raise ConnectionError
        handed.append(envelope)

    with pytest.raises(ConnectionError):
        await relay.run_round(breaking)
    assert await heartbeats(as_worker) == 0
    assert await relay.run_round(handed.append) == 2
    assert sorted(envelope.id for envelope in handed) == sorted(rows)


async def test_a_round_forgets_what_was_done_long_ago(as_worker, known, emitted):
    await emitted(as_worker.here)
    await as_worker.database.as_superuser("UPDATE outbox SET state = 'done', done_at = '2020-01-01'")
    await relay.run_round(print)
    assert await as_worker.database.as_superuser("SELECT FROM outbox") == []


async def test_a_failed_round_is_survived_and_seen_by_the_missing_heartbeat(as_worker, known, emitted):
    await emitted(as_worker.here)

    def broken(envelope: Envelope) -> None:
        raise ConnectionError

    await relay.try_round(broken)
    assert await heartbeats(as_worker) == 0
    await relay.try_round(lambda envelope: None)
    assert await heartbeats(as_worker) == 1


async def test_a_round_with_nothing_to_do_is_a_sign_of_life_too(as_worker, known):
    await relay.run_round(lambda envelope: None)
    (first,) = await as_worker.database.as_superuser("SELECT at FROM heartbeat")
    await relay.run_round(lambda envelope: None)
    (second,) = await as_worker.database.as_superuser("SELECT at FROM heartbeat")
    assert second["at"] > first["at"]


async def test_an_event_nobody_reacts_to_is_kept_and_complained_about(as_worker, known, emitted, row_of):
    (unknown,) = await emitted(as_worker.here, event=LampForgotten(uuid4()))
    (ordinary,) = await emitted(as_worker.here)
    handed: list[Envelope] = []
    await relay.run_round(handed.append)
    assert [envelope.id for envelope in handed] == [ordinary]
    row = await row_of(unknown)
    assert (row["state"], row["attempts"], row["last_error"]) == ("waiting", 1, "UnknownEvent")


async def test_no_more_is_handed_out_than_can_be_done_within_a_lease(as_worker, known, emitted, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 2)
    monkeypatch.setattr(relay, "IN_FLIGHT", 3)
    for _ in range(5):
        await emitted(as_worker.here)
    assert await relay.run_round(lambda envelope: None) == 3
    assert await relay.run_round(lambda envelope: None) == 0
    await as_worker.database.as_superuser("UPDATE outbox SET state = 'done' WHERE state = 'handed'")
    assert await relay.run_round(lambda envelope: None) == 2


async def test_mails_that_pile_up_take_no_room_from_anything_else(as_worker, known, emitted, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 2)
    monkeypatch.setattr(relay, "IN_FLIGHT", 3)
    monkeypatch.setitem(relay.IN_FLIGHT_APART, "mail", 3)

    @on(MailDue, queue="mail")
    async def nothing(event, actor, now):
        pass

    for _ in range(5):
        await emitted(as_worker.here, event=MailDue(uuid4()))
    for _ in range(2):
        await emitted(as_worker.here)
    handed: list[Envelope] = []
    assert await relay.run_round(handed.append) == 5
    assert Counter(envelope.event for envelope in handed) == {"LampLit": 2, "MailDue": 3}
    assert [envelope.event for envelope in handed[:2]] == ["LampLit", "LampLit"]
    assert await relay.run_round(handed.append) == 0


async def test_the_message_holds_identifiers_and_nothing_else(as_worker, emitted, settings):
    from workers.app import celery, hand_out

    (row,) = await emitted(as_worker.here, event=MailDue(uuid4()))
    with celery.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
        hand_out(Envelope(row, as_worker.here, None, "MailDue"))
        message = json.loads(connection.default_channel.client.lpop("mail"))
        connection.default_channel.client.flushdb()
    assert message["headers"]["task"] == "MailDue"
    assert json.loads(message["headers"]["argsrepr"].replace("()", "[]")) == []
    expected = {"outbox_id": str(row), "organisation_id": str(as_worker.here)}
    assert message["headers"]["kwargsrepr"] == repr(expected)


async def now(staff):
    return (await staff.database.as_superuser("SELECT hilfenetz_now() AS now"))[0]["now"]
