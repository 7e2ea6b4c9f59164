"""What can be said of tasks without a database, clock or request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

OPEN, IN_WORK, DONE, DROPPED = "open", "in_work", "done", "dropped"
TO_DO = frozenset({OPEN, IN_WORK})

Steps = Sequence[dict[str, Any]]  # text and done, as a checklist is kept


def is_overdue(due_at: datetime | None, now: datetime, *, state: str) -> bool:
    """Whether it should have been done by now."""
    return state in TO_DO and due_at is not None and due_at <= now


def past_due(due_at: str | None, before: str | None, now: datetime) -> datetime | None:
    """The end that a task gets, if it gets one that has passed; both as a task keeps them."""
    if not due_at or due_at == before:
        return None
    found = datetime.fromisoformat(due_at)
    return found if found <= now else None


def ticked(steps: Steps, number: int, *, text: str, done: bool) -> list[dict[str, Any]] | None:
    """The steps with one of them ticked, or not any more; None when the list has changed meanwhile."""
    if not 0 <= number < len(steps) or steps[number]["text"] != text:
        return None
    return [{**step, "done": done} if place == number else dict(step) for place, step in enumerate(steps)]
