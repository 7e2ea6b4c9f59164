"""Celery, configured. ``celery -A workers.app worker`` and ``celery -A workers.app beat`` need no further options."""

import asyncio
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import UUID

import structlog
from celery import Celery, signals
from kombu.entity import Exchange, Queue

from portal import app as portal_app
from portal.kit import logging
from portal.settings import settings
from tenants.guard import WallBroken
from tenants.outbox import Envelope
from workers import process, tasks
from workers.heartbeat import try_pulse
from workers.reactions import PLANS, ReactionFailed, handle
from workers.relay import try_round
from workers.schedule import EVENTS, PULSES, QUEUES, TICK, beat_schedule

log = structlog.get_logger("workers")

FEATURES = portal_app.FEATURES  # naming them makes their types of content known, which reactions read


def _configuration() -> dict[str, Any]:
    """Read when Celery first needs it, so that importing this module asks for no setting."""
    found = settings()
    found.require("broker_url", "worker_database_url", "redis_url", "mail_url")
    return {
        "broker_url": found.broker_url,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a broker that is away for a night must not end anything
        "broker_transport_options": {"socket_keepalive": True, "socket_connect_timeout": 3, "socket_timeout": 20},
        "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2},
        # Identifiers as JSON, no results: what happened is in PostgreSQL.
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        # A message is done when its transaction is.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_default_queue": EVENTS,
        "task_create_missing_queues": False,
        "worker_concurrency": found.worker_concurrency,
        "worker_proc_alive_timeout": 30,
        "worker_soft_shutdown_timeout": 10,
        # What Flower and `celery inspect` show.
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "enable_utc": True,
        "timezone": "UTC",
        "beat_scheduler": "workers.schedule:Ticker",
        "beat_schedule": beat_schedule(found.tick_seconds),
    }


celery = Celery("hilfenetz")
celery.add_defaults(_configuration)

for _module in pkgutil.iter_modules(tasks.__path__, f"{tasks.__name__}."):
    import_module(_module.name)


@celery.task(name=TICK, queue=TICK, send_events=False)
def tick() -> None:
    """Look for what is due."""
    process.process.run(lambda: try_round(hand_out))


def _pulse_in(queue: str) -> Callable[[], None]:
    def pulse() -> None:
        """Be heard of as who works this queue off."""
        process.process.run(lambda: try_pulse(queue))

    return pulse


for _name, _queue in PULSES.items():
    celery.task(_pulse_in(_queue), name=_name, queue=_queue, send_events=False)


def hand_out(envelope: Envelope) -> None:
    """Give an event to the broker: identifiers and nothing else."""
    whose = {"organisation_id": envelope.organisation_id, "network_id": envelope.network_id}
    identifiers = {name: str(value) for name, value in whose.items() if value is not None}
    celery.tasks[envelope.event].apply_async(kwargs={"outbox_id": str(envelope.id), **identifiers})


def _react(outbox_id: str, organisation_id: str | None = None, network_id: str | None = None) -> None:
    organisation, network = (UUID(text) if text else None for text in (organisation_id, network_id))
    process.process.run(lambda: handle(UUID(outbox_id), organisation_id=organisation, network_id=network))


for _event, _plan in PLANS.items():
    celery.task(_react, name=_event, queue=_plan.queue, throws=(ReactionFailed,))


@signals.setup_logging.connect
def _log(**_: Any) -> None:
    """Celery must not set up logs of its own: its messages quote arguments and errors."""
    logging.configure(settings().log_level)


@signals.worker_init.connect
def _check(**_: Any) -> None:
    """Refuse to start where the wall would not hold; a database that is still starting is waited for."""
    try:
        asyncio.run(process.check())
    except WallBroken as problem:
        raise SystemExit(str(problem)) from None
    except OSError as problem:
        log.warning("database_away", exc_info=problem)


@signals.worker_process_init.connect
def _open(**_: Any) -> None:
    process.process.open()


@signals.worker_process_shutdown.connect
def _close(**_: Any) -> None:
    process.process.close()
