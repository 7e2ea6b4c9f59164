"""What other packages keep about items, such as uploaded files, and what becomes of it when an item goes or is copied.

A package names its keeper in the ``content`` of its Feature; ``portal.app`` installs it. Rows that merely belong to an
item need none: a foreign key (space_id, item_id) with ON DELETE CASCADE lets them go with it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.spaces.queries import Item
from tenants.context import Actor

Forget = Callable[[UUID, Sequence[UUID]], Awaitable[None]]
Copied = Callable[[Actor, datetime, Item, UUID], Awaitable[None]]


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
