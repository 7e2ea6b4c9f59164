"""Answers a process keeps for somebody, as long as nothing has changed for them (docs/decisions/0047).

What is kept was read under one snapshot of the database. Each request asks first whether any transaction outside that
snapshot has changed something that concerns the organisation, person, networks or spaces of the present scope, and
whether these are the same still. The database answers along one index, and says what has changed: an answer stands
while nothing has that it is of. Nobody has to remember to throw anything away, and an answer never serves another
scope than the one it was made in.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self, TypeVar, cast

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
_CHANGED = """
SELECT hilfenetz_now() AS now, pg_current_snapshot()::text AS snapshot,
       changed_since({}::text::pg_snapshot, {}, {}) AS changed
"""


class Matter(StrEnum):
    """What a change is about (docs/decisions/0092), as ``matter_of`` in the database says it of a table."""

    EVERYTHING = "everything"  # who somebody is, and where: nothing that was kept stands
    CONTACTS = "contacts"
    ITEMS = "items"
    LETTERS = "letters"
    NOTICES = "notices"
    READING = "reading"
    VOTES = "votes"
    WORK = "work"  # rights on items, and items that are or were a task, wait for a review or have rights of their own

    @classmethod
    def _missing_(cls, value: object) -> "Matter":  # noqa: ARG003 - as enum gives it
        """What only a newer database knows is about everything."""
        return cls.EVERYTHING


Matters = frozenset[Matter]
ANY = frozenset(Matter)
TEXTS = frozenset({Matter.ITEMS, Matter.WORK})  # items as somebody may see them

# The tables that are listened to, and whom a row concerns. What is kept may be read from these alone, and from
# ``ALONG``, whose rows come with a row of the others and never change again.
LISTENED = {
    "affiliation": ("organisation_id", "person_id"),
    "ballot": ("network_id",),
    "contact_person": ("organisation_id",),  # and each network in which the organisation is a member
    "directory_version": ("network_id",),
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
    "vote_option": ("network_id",),
    "voter": ("network_id",),
}
# What a change of these is about; of every other table that is listened to it is about everything.
MATTERS = {
    "ballot": Matter.VOTES,
    "contact_person": Matter.CONTACTS,
    "directory_version": Matter.CONTACTS,
    "formal_receipt": Matter.LETTERS,
    "inbox_entry": Matter.NOTICES,
    "item": Matter.ITEMS,
    "item_grant": Matter.WORK,
    "must_read": Matter.READING,
    "read_confirmation": Matter.READING,
    "vote": Matter.VOTES,
    "vote_option": Matter.VOTES,
    "voter": Matter.VOTES,
}
ONLY_DEAD = frozenset({"delivery", "outbox"})  # of these only what died, or no longer is dead, is heard
ALONG = {
    "ballot_signature": Matter.VOTES,
    "formal_notice": Matter.LETTERS,
    "item_transition": Matter.ITEMS,
    "item_version": Matter.ITEMS,
    "notice": Matter.NOTICES,
    "vote_result": Matter.VOTES,
}
_MOST = 8  # answers in one place; who looks at more begins anew


class _Answer(NamedTuple):
    """``of`` the matters it was read from; ``until`` it may change by itself."""

    value: Any
    of: Matters
    until: datetime | None


@dataclass(slots=True)
class Kept:
    """Answers of one scope, which stood when ``snapshot`` was; ``until`` (UTC, aware) they may stand at the longest."""

    snapshot: str
    server: datetime
    place: str
    until: datetime
    answers: dict[str, _Answer] = field(default_factory=dict)

    async def changed(self) -> tuple[Matters, Self]:
        """What has changed for the present scope, and what stands nevertheless, which is to be kept instead. One
        statement, which also reads the scope's clock.

        What stands is kept anew and not in the same place: another request may be about to keep what it read before.
        """
        (row,) = await execute(_CHANGED, self.snapshot, self.server, self.place)
        current_scope().now = row["now"]
        if row["now"] >= self.until:
            return ANY, self
        if not row["changed"]:
            return frozenset(), self
        changed = frozenset(map(Matter, row["changed"]))
        answers = {name: answer for name, answer in self.answers.items() if not answer.of & changed}
        return changed, replace(self, snapshot=row["snapshot"], answers=answers)


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
    of: Collection[Matter] = ANY,
    until: Callable[[T], datetime | None] = lambda _: None,
    is_light: Callable[[T], bool] = lambda _: True,
) -> T:
    """The answer kept under this name in the present scope, else what ``ask`` answers now.

    Args:
        name: what is asked and of what, as "vote <id>".
        of: the matters it is read from, apart from what is about everything.
        until: when an answer changes by itself, if it does.
        is_light: whether an answer is small enough to be kept.
    """
    if (kept := current_scope().kept) is None:
        return await ask()
    found = kept.answers.get(name)
    if found is not None and (found.until is None or current_scope().now < found.until):
        return cast("T", found.value)
    answer = await ask()
    if is_light(answer):
        if len(kept.answers) >= _MOST:
            kept.answers.clear()
        kept.answers[name] = _Answer(answer, frozenset(of) | {Matter.EVERYTHING}, until(answer))
    return answer


async def forget_changes() -> None:
    """Delete what no kept answer can be older than; for the worker, now and then."""
    await execute("DELETE FROM recent_change WHERE at < hilfenetz_now() - {}::interval", REMEMBERED)
