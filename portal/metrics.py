"""Figures for Prometheus, on an inner port of their own: durations by route, the outbox, tasks.

Several processes serve one installation's web or work, so each writes into a shared folder (the library's
multi-process mode) and the parent answers for all.

Trap: the library looks for PROMETHEUS_MULTIPROC_DIR when it is imported, so it must be set before this module is.
"""

import os
import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

REQUESTS = Histogram(
    "hilfenetz_request_seconds", "Time from request to last byte", ("method", "route", "status"), buckets=_BUCKETS
)
TASKS = Histogram("hilfenetz_task_seconds", "Time a reaction took", ("event", "result"), buckets=_BUCKETS)
HANDED_OUT = Counter("hilfenetz_outbox_handed_total", "Outbox rows handed to the broker")
OUTBOX = Gauge("hilfenetz_outbox_rows", "Outbox rows by state", ("state",), multiprocess_mode="mostrecent")
OUTBOX_AGE = Gauge(
    "hilfenetz_outbox_oldest_due_seconds", "How long the oldest due outbox row waits", multiprocess_mode="mostrecent"
)


def publish(port: int, *, host: str = "127.0.0.1") -> None:
    """Answer for all processes at ``http://host:port/metrics``."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=os.environ["PROMETHEUS_MULTIPROC_DIR"])
    start_http_server(port, addr=host, registry=registry)


class Timed:
    """ASGI middleware around the whole application: one observation per request, by route template."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def note_status(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            route = scope.get("path_template") or "unknown"
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"  # each new label costs memory for ever
            REQUESTS.labels(method, route, status).observe(time.perf_counter() - started)
