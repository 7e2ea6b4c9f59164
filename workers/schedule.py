"""Beat: a tick and a few pulses at a fixed interval, by a clock that nobody can set.

Celery's own scheduler reckons with the wall clock: set back by an hour, it would be silent for an hour. It also keeps
a file, which neither needs. Several beats at once only mean more ticks.
"""

import time
from typing import Any

from celery.beat import Scheduler

# Mail and documents may take long; processes of their own work them off.
TICK, EVENTS, MAIL, DOCUMENTS = QUEUES = ("tick", "events", "mail", "documents")
PULSES = {"pulse": MAIL, "pulse_documents": DOCUMENTS}  # so that who works them off is heard of with nothing to do
_EXPIRES_SECONDS = 60  # ticks that piled up while no worker ran are thrown away; generous, since hosts' clocks differ


def beat_schedule(interval: float) -> dict[str, dict[str, Any]]:
    """Celery's setting of the same name."""
    return {
        task: {
            "task": task,
            "schedule": interval,
            "options": {"queue": queue, "expires": _EXPIRES_SECONDS, "retry": False},
        }
        for task, queue in {TICK: TICK, **PULSES}.items()
    }


class Ticker(Scheduler):
    """Sends the tick and the pulses, and nothing else."""

    _next = float("-inf")

    def tick(self, *_: Any, **__: Any) -> float:
        """Send if it is time; gives back the seconds until the next time. Missed ticks are not made up for."""
        now = time.monotonic()
        if now < self._next:
            return self._next - now
        interval: float = self.schedule[TICK].schedule.run_every.total_seconds()
        self._next = now + interval
        for entry in self.schedule.values():
            self.apply_entry(entry, producer=self.producer)
        return interval
