"""The worker as it is, except that it dies where a test says so. Run as a program: ``python -m tests.faults.saboteur``.

The product has no hooks for this: what happens just before and after a step is found by wrapping it from outside. The
place is written in a file, "<step> <event> <whom>"; whoever gets there first takes the file away and dies, so that it
happens once however many processes there are. ``whom`` is the process itself, or with ``all`` the whole worker.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from portal.notices import mail
from tenants import outbox
from workers import app, reactions
from workers.app import celery

PLACE = Path(os.environ["KILL_AT"])

Wrapped = Callable[..., Awaitable[Any]]


def die_at(step: str, event: str = "-") -> None:
    """Die without a word if this is the place."""
    try:
        wanted_step, wanted_event, whom = PLACE.read_text().split()
        if (wanted_step, wanted_event) != (step, event):
            return
        PLACE.unlink()
    except (FileNotFoundError, ValueError):
        return
    if whom == "all":
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def around(before: str, after: str, step: Wrapped) -> Wrapped:
    """A step of the task that is running, with a place to die before and after it."""

    async def stepped(*arguments: Any, **named: Any) -> Any:
        die_at(before, current["event"])
        result = await step(*arguments, **named)
        die_at(after, current["event"])
        return result

    return stepped


current = {"event": "-"}


class Attempt(reactions._Attempt):
    """A run of a task; after it the transaction is committed, and the message not yet acknowledged."""

    async def run(self) -> None:
        current["event"] = "-"
        await super().run()
        die_at("committed", self.name or "-")

    async def _begin(self) -> bool:
        begun = await super()._begin()
        current["event"] = self.name or "-"
        die_at("begun", current["event"])
        return begun


really = SimpleNamespace(claim=outbox.claim, hand_out=app.hand_out)


async def claim(**limits: Any) -> list[outbox.Envelope]:
    """Claimed and not yet committed; the place after the commit is the one before the first hand-out."""
    claimed: list[outbox.Envelope] = await really.claim(**limits)
    for envelope in claimed:
        die_at("claiming", envelope.event)
    return claimed


def hand_out(envelope: outbox.Envelope) -> None:
    """One message to the broker."""
    die_at("claimed", envelope.event)
    really.hand_out(envelope)
    die_at("handed", envelope.event)


outbox.claim = claim
app.hand_out = hand_out
reactions._Attempt = Attempt
outbox.settle = around("reacted", "settled", outbox.settle)
mail.send = around("composed", "accepted", mail.send)

if __name__ == "__main__":
    celery.worker_main(sys.argv[1:])
