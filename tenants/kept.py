"""Answers a process keeps for somebody, as long as nothing has changed for them (docs/decisions/0047).

What is kept was read under one snapshot of the database. Each request asks first whether any transaction outside that
snapshot has changed something that concerns the organisation, person, networks or spaces of the present scope, and
whether these are the same still. The database answers along one index; only if nothing has changed the kept answer
stands. Nobody has to remember to throw anything away, and an answer never serves another scope than the one it was
made in.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from tenants.database import execute
from tenants.scope import current_scope

T = TypeVar("T")

# A change is remembered longer than an answer is kept (migration 53).
LONGEST = timedelta(minutes=10)
REMEMBERED = timedelta(hours=1)

# Before any reading of the clock in the statement that says it, as an expression.
JUST_NOW = "hilfenetz_now() - interval '10 seconds'"

# What a statement says along with its answer, to keep it by.
COLUMNS = (
    "pg_current_snapshot()::text AS kept_snapshot, pg_postmaster_start_time() AS kept_server, "
    "whereabouts() AS kept_place"
)
_STANDS = "SELECT hilfenetz_now() AS now, nothing_changed({}::text::pg_snapshot, {}, {}) AS stands"

# The tables that are listened to, and whom a row concerns. What is kept may be read from these alone, and from
# ``ALONG``, whose rows come with a row of the others and never change again.
LISTENED = {
    "affiliation": ("organisation_id", "person_id"),
    "ballot": ("network_id",),
    "formal_receipt": ("organisation_id", "sender_id"),
    "inbox_entry": ("person_id",),
    "item": ("space_id",),
    "item_grant": ("space_id",),
    "membership": ("network_id", "organisation_id"),
    "must_read": ("space_id",),
    "network": ("id",),
    "organisation": ("id",),
    "read_confirmation": ("organisation_id",),
    "role_assignment": ("organisation_id", "person_id"),
    "room": ("id", "network_id"),
    "room_participation": ("room_id", "organisation_id"),
    "rulebook": ("network_id",),
    "space": ("id", "organisation_id", "network_id"),
    "vote": ("network_id",),
    "voter": ("network_id",),
}
ONLY_DEAD = frozenset({"delivery", "outbox"})  # of these only what died, or no longer is dead, is heard
ALONG = frozenset(
    {
        "ballot_signature",
        "formal_notice",
        "item_transition",
        "item_version",
        "notice",
        "vote_option",
        "vote_result",
    }
)
_MOST = 8  # answers in one place; who looks at more begins anew


@dataclass(slots=True)
class Kept:
    """Answers of one scope, read under ``snapshot`` or later; ``until`` (UTC, aware) they may stand at the longest."""

    snapshot: str
    server: datetime
    place: str
    until: datetime
    answers: dict[str, Any] = field(default_factory=dict)

    async def stands(self) -> bool:
        """Whether the answers stand in the present scope; one statement, which also reads the scope's clock."""
        (row,) = await execute(_STANDS, self.snapshot, self.server, self.place)
        current_scope().now = row["now"]
        return bool(row["stands"]) and row["now"] < self.until


def kept_of(row: Mapping[str, Any], *, until: datetime | None) -> Kept:
    """What a statement with ``COLUMNS`` begins; ``until`` is when the answer changes by itself, if it is known to."""
    latest = current_scope().now + LONGEST
    return Kept(
        row["kept_snapshot"], row["kept_server"], row["kept_place"], latest if until is None else min(until, latest)
    )


async def kept_answer(
    name: str,
    ask: Callable[[], Awaitable[T]],
    *,
    until: Callable[[T], datetime | None] = lambda _: None,
    is_light: Callable[[T], bool] = lambda _: True,
) -> T:
    """The answer kept under this name in the present scope, else what ``ask`` answers now.

    Args:
        name: what is asked and of what, as "vote <id>".
        until: when an answer changes by itself, if it does.
        is_light: whether an answer is small enough to be kept.
    """
    if (kept := current_scope().kept) is None:
        return await ask()
    if name not in kept.answers:
        answer = await ask()
        if not is_light(answer):
            return answer
        if (ends := until(answer)) is not None:
            kept.until = min(kept.until, ends)
        if len(kept.answers) >= _MOST:
            kept.answers.clear()
        kept.answers[name] = answer
        return answer
    return cast("T", kept.answers[name])


async def forget_changes() -> None:
    """Delete what no kept answer can be older than; for the worker, now and then."""
    await execute("DELETE FROM recent_change WHERE at < hilfenetz_now() - {}::interval", REMEMBERED)
