"""From the outbox to the broker: one round claims what is due and hands it out.

Rounds may run at the same time. If a process dies between claiming and handing out, or the broker forgets, the lease
runs out and a later round hands out again.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from portal.metrics import HANDED_OUT, OUTBOX, OUTBOX_AGE
from portal.settings import settings
from tenants import outbox
from tenants.database import execute
from tenants.kept import forget_changes
from tenants.outbox import Envelope
from tenants.scope import scope
from tenants.sendings import forget_sendings
from workers.heartbeat import beat
from workers.reactions import PLANS
from workers.schedule import DOCUMENTS, MAIL

Hand = Callable[[Envelope], None]

BATCH = 200
# More than the workers can do within a lease would be handed out twice; what is due beyond that waits its turn. Queues
# that may take long are counted apart: what piles up before a server that hangs must not take the room of all else.
IN_FLIGHT = 5_000
IN_FLIGHT_APART = {MAIL: IN_FLIGHT, DOCUMENTS: 8}

log = structlog.get_logger("workers")


async def run_round(hand: Hand) -> int:
    """Hand out everything that is due, as far as there is room; gives back how much it was.

    Raises:
        Exception: the broker did not take it; what was not handed out is free for the next round at once.
    """
    apart = {queue: [name for name, plan in PLANS.items() if plan.queue == queue] for queue in IN_FLIGHT_APART}
    every = [name for names in apart.values() for name in names]
    flying = await _flying()
    elsewhere = sum(count for name, count in flying.items() if name not in every)
    handed = await _hand_out_all(hand, IN_FLIGHT - elsewhere, of=every, but=True)
    for queue, names in apart.items():
        room = IN_FLIGHT_APART[queue] - sum(flying.get(name, 0) for name in names)
        handed += await _hand_out_all(hand, room, of=names, but=False)
    async with scope():
        await forget_changes()
        await forget_sendings()
        await outbox.forget_done()
        await beat()
    if handed:
        HANDED_OUT.inc(handed)
        log.info("handed_out", count=handed)
    return handed


async def try_round(hand: Hand) -> None:
    """A round whose failure is a line in the log: the next tick tries again."""
    try:
        await run_round(hand)
    except Exception:  # the database or the broker may be away for a while
        log.exception("round_failed")


async def _flying() -> dict[str, int]:
    """How much of each event is handed out and not done yet; tells the figures on the way."""
    async with scope():
        rows = await execute(
            """
            SELECT event, count(*) AS count FROM (
                SELECT event FROM outbox WHERE state = 'handed' AND next_at > hilfenetz_now() LIMIT {}
            ) AS flying GROUP BY event
            """,
            IN_FLIGHT + sum(IN_FLIGHT_APART.values()),
        )
        (row,) = await execute(
            """
            SELECT (SELECT count(*) FROM outbox WHERE state = 'dead') AS dead,
                   (SELECT coalesce(extract(epoch FROM hilfenetz_now() - min(next_at)), 0)::float8 FROM outbox
                    WHERE state IN ('waiting', 'handed') AND next_at <= hilfenetz_now()) AS oldest
            """
        )
    found = {entry["event"]: int(entry["count"]) for entry in rows}
    OUTBOX.labels("handed").set(sum(found.values()))
    OUTBOX.labels("dead").set(row["dead"])
    OUTBOX_AGE.set(row["oldest"])
    return found


async def _hand_out_all(hand: Hand, room: int, *, of: list[str], but: bool) -> int:
    """Claim and hand out batch by batch while there is room; gives back how much it was."""
    handed = 0
    while room > handed:
        limit = min(BATCH, room - handed)
        async with scope():
            lease = timedelta(seconds=settings().outbox_lease_seconds)
            claimed = await outbox.claim(limit=limit, lease=lease, of=of, but=but)
        await _hand_out(claimed, hand)
        handed += len(claimed)
        if len(claimed) < limit:
            break
    return handed


async def _hand_out(claimed: Sequence[Envelope], hand: Hand) -> None:
    """The broker is asked outside the transaction: a slow one holds no lock."""
    unknown = [envelope for envelope in claimed if envelope.event not in PLANS]
    known = [envelope for envelope in claimed if envelope.event in PLANS]
    for envelope in unknown:
        await _refuse(envelope)
    for position, envelope in enumerate(known):
        try:
            hand(envelope)
        except Exception:
            async with scope():
                await outbox.release([left.id for left in known[position:]])
            raise


async def _refuse(envelope: Envelope) -> None:
    """An event nobody reacts to: perhaps a newer version wrote it. It waits, and rests as dead in the end."""
    log.error("unknown_event", event_name=envelope.event, outbox=str(envelope.id))
    async with scope():
        await outbox.fail(envelope.id, error="UnknownEvent", max_attempts=settings().outbox_max_attempts)
