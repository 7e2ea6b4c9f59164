"""Logs as JSON lines on standard output, without personal data.

Two rules make that hold by construction. An entry of ours may carry only the keys listed here; what another key holds
is dropped, its name is kept. Other libraries' messages are written without their arguments, and of an exception only
its type and the places it passed are written: messages of exceptions quote rows.
"""

import logging
import logging.config
import sys
import traceback
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

# fmt: off
ALLOWED = frozenset(
    {
        "action", "applied", "attempt", "attempts", "count", "due_at", "duration_ms", "error", "event",
        "event_id", "event_name", "frames", "job", "kind", "level", "logger", "method", "network", "oldest_seconds",
        "organisation", "outbox", "part", "places", "port", "process", "provider", "queue", "reason", "request_id",
        "role", "route", "seconds", "sqlstate", "state", "status", "subject", "subject_id", "task",
        "timestamp", "vote_id", "worker",
    }
)
# fmt: on

_QUIET = ("asyncio", "celery", "granian", "httpcore", "httpx", "kombu", "litestar", "piccolo", "redis")
_PLACES = 12


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class _Lines:
    """Where structlog writes: what is finished goes straight out. The standard library would make an entry of its own
    of it, copy that and take it apart again, which costs a request more than a question to Redis."""

    def __init__(self, out: TextIO, name: str = "") -> None:
        self._out = out
        self.name = name

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more: no reason for a request to fail
            self._out.write(f"{line}\n")
            self._out.flush()

    debug = info = warning = error = critical = msg


def configure(level: str = "INFO") -> None:
    """Write what structlog and the standard library's logging say in the same JSON; call once per process."""
    structlog.configure(
        processors=[*_SHARED, *_LAST],
        logger_factory=partial(_Lines, sys.stdout),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    logging.raiseExceptions = False  # a failing handler would print the entry with all it holds
    logging.config.dictConfig(dictionary(level))


def dictionary(level: str) -> dict[str, Any]:
    """The standard library's logging configuration; also for servers that insist on setting it up themselves."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "use_get_message": False,  # the sentence without its arguments
                "foreign_pre_chain": _SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_LAST],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"level": level, "handlers": ["out"]},
        "loggers": {name: {"level": "WARNING"} for name in _QUIET},
    }


def places_of(problem: BaseException) -> list[str]:
    """Where an exception passed, innermost last: file, line and function, nothing of its values."""
    frames = traceback.extract_tb(problem.__traceback__)[-_PLACES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _places(_logger: WrappedLogger, _name: str, entry: EventDict) -> EventDict:
    problem = _exception(entry.pop("exc_info", None))
    if problem is not None:
        entry["error"] = f"{type(problem).__module__}.{type(problem).__qualname__}"
        entry["places"] = places_of(problem)
    return entry


def _exception(
    given: bool | BaseException | tuple[type[BaseException], BaseException, TracebackType | None] | None,
) -> BaseException | None:
    if isinstance(given, tuple):
        return given[1]
    if isinstance(given, BaseException):
        return given
    return sys.exc_info()[1] if given else None


def _only_allowed(_logger: WrappedLogger, _name: str, entry: EventDict) -> EventDict:
    kept = {key: value for key, value in entry.items() if key in ALLOWED}
    dropped = sorted(key for key in entry if key not in ALLOWED and not key.startswith("_"))
    return kept | ({"dropped": dropped} if dropped else {})


_LAST: list[Any] = [_places, _only_allowed, structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)]
