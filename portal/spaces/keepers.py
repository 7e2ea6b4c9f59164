"""What other packages keep about items, such as uploaded files, and what becomes of it when an item goes or is copied.

A package names its keeper in the ``content`` of its Feature; ``portal.app`` installs it. Rows that merely belong to an
item need none: a foreign key (space_id, item_id) with ON DELETE CASCADE lets them go with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.spaces.queries import Item
from tenants.context import Actor


class Forget(Protocol):
    """Lets go of what is kept of items."""

    async def __call__(self, *, space_id: UUID, item_ids: Sequence[UUID]) -> None: ...


class Copied(Protocol):
    """Takes along what is kept of an item when it is copied."""

    async def __call__(self, *, actor: Actor, now: datetime, original: Item, copy_id: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class Keeper:
    """What one package keeps.

    Attributes:
        forget: called with a space and items that are deleted for good, just before they go, in the worker's
            transaction. What lies outside the database is deleted after the commit, or by an event of the package.
        copied: called with the original and the id of its copy, in the transaction that copies.
    """

    name: str
    forget: Forget | None = None
    copied: Copied | None = None


_KEEPERS: list[Keeper] = []


def install(keeper: Keeper) -> None:
    """Make a keeper known; the same again changes nothing."""
    if keeper not in _KEEPERS:
        _KEEPERS.append(keeper)


def keepers() -> tuple[Keeper, ...]:
    """All that are known."""
    return tuple(_KEEPERS)
