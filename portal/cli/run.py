"""The long-running processes: web, worker, beat."""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import warnings
from pathlib import Path
from types import FrameType

from portal.cli.reachable import require_database
from portal.kit import logging
from portal.local.state import require_free
from portal.settings import Settings, SettingsProblem, settings

WEB = (
    "database_url",
    "redis_url",
    "secret_key",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret",
    "mail_url",
    "storage_url",
)
WORK = ("worker_database_url", "redis_url", "broker_url", "mail_url", "storage_url")
_GRACE_SECONDS = 10


def serve() -> None:
    """Answer web requests until told to stop; what is being answered is finished first."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels

    found = _begin(*WEB)
    require_free(found.port, variable="PORT")
    if not (Path(found.frontend_dir) / "htmx.org").is_dir():
        raise SettingsProblem(
            f"In {found.frontend_dir} fehlen die Oberflächen-Pakete. "
            "Führen Sie `npm ci` aus oder setzen Sie FRONTEND_DIR."
        )
    require_database("database_url")  # a child of the server could only crash, without a word
    Granian(
        "portal.app:create_app",
        address=found.http_host,
        port=found.port,
        factory=True,
        interface=Interfaces.ASGI,
        loop=Loops.auto,
        http=HTTPModes.http1,
        websockets=False,
        workers=found.web_workers,
        workers_kill_timeout=_GRACE_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels(found.log_level.lower()),
        log_dictconfig=logging.dictionary(found.log_level),
    ).serve()


def worker(queues: str) -> None:
    """Work off what the relay hands out; also runs the relay at each tick."""
    found = _begin(*WORK)
    from celery.exceptions import SecurityWarning

    from workers.app import celery
    from workers.schedule import QUEUES

    wanted = [name for name in queues.split(",") if name] or list(QUEUES)
    if unknown := sorted(set(wanted) - set(QUEUES)):
        raise SettingsProblem(f"Die Warteschlange „{unknown[0]}“ gibt es nicht. Es gibt: {', '.join(QUEUES)}.")
    # Warned of as root, which is how a container or a rented machine runs it; the messages are JSON, never pickles.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    options = ["--concurrency", str(found.worker_concurrency), "--loglevel", found.log_level, "--without-mingle"]
    if found.worker_concurrency == 1:
        options += ["--pool", "solo"]  # one process alone: a parent that only waits for it costs as much memory
    name = "-".join(wanted) + "@%h"  # two workers of one name would answer for each other
    celery.worker_main(["--quiet", "worker", *options, "--queues", ",".join(wanted), "--hostname", name])


def beat() -> None:
    """Tick."""
    found = _begin(*WORK, publish=False)
    from workers.app import celery

    signal.signal(signal.SIGTERM, _end)
    celery.Beat(loglevel=found.log_level, quiet=True).run()


def _begin(*needed: str, publish: bool = True) -> Settings:
    found = settings()
    found.require(*needed)
    logging.configure(found.log_level)
    if publish and found.metrics_port:
        require_free(found.metrics_port, variable="METRICS_PORT")
        _publish_metrics(found)
    return found


def _publish_metrics(found: Settings) -> None:
    folder = tempfile.mkdtemp(prefix="hilfenetz-metrics-")
    atexit.register(_remove, folder, os.getpid())
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    from portal import metrics

    metrics.publish(found.metrics_port, host=found.http_host)


def _remove(folder: str, owner: int) -> None:
    """At the end of the process that made it, not of its children."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
