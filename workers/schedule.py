"""Beat: one message at a fixed interval, by a clock that nobody can set.

Celery's own scheduler reckons with the wall clock: set back by an hour, it would be silent for an hour. It also keeps
a file, which a tick does not need. Several beats at once only mean more ticks.
"""

import time
from typing import Any

from celery.beat import Scheduler

TICK = "tick"
_EXPIRES_SECONDS = 60  # ticks that piled up while no worker ran are thrown away; generous, since hosts' clocks differ


def beat_schedule(interval: float) -> dict[str, dict[str, Any]]:
    """Celery's setting of the same name."""
    options = {"queue": TICK, "expires": _EXPIRES_SECONDS, "retry": False}
    return {TICK: {"task": TICK, "schedule": interval, "options": options}}


class Ticker(Scheduler):
    """Sends the tick, and nothing else."""

    _next = float("-inf")

    def tick(self, *_: Any, **__: Any) -> float:
        """Send if it is time; gives back the seconds until the next time. Missed ticks are not made up for."""
        entry = self.schedule[TICK]
        now = time.monotonic()
        if now < self._next:
            return self._next - now
        interval: float = entry.schedule.run_every.total_seconds()
        self._next = now + interval
        self.apply_entry(entry, producer=self.producer)
        return interval
