"""What other packages keep about items and a package (the ZIP file) takes along: comments, and whatever comes to it.

A package of the portal names its luggage in the ``content`` of its Feature; ``portal.app`` installs it, and
``portal.transfer`` writes it into the line of each item and reads it from there. Neither knows the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portal.spaces.abilities import ItemAbilities
from portal.spaces.places import Space
from portal.spaces.queries import Item
from tenants.context import Actor

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Departure:
    """Some items at or below ``top``, all of which the actor may read, are taken along."""

    actor: Actor
    top: Item
    item_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Prospect:
    """These entries, of one name and of a whole package, are about to be brought into a folder."""

    actor: Actor
    folder: Item
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Arrival:
    """The entries of a line come with the item that was made of it, in the transaction of the import.

    Links in their texts to what came along lead to where that is now.

    Attributes:
        top: the address of what was made of the top of the package.
    """

    actor: Actor
    now: datetime
    space: Space
    item_id: UUID
    top: str
    entries: Sequence[Entry]


class Pack(Protocol):
    """Reads what is kept of the items; one statement."""

    async def __call__(self, leaving: Departure, /) -> Mapping[UUID, list[Entry]]: ...


class Unpack(Protocol):
    """Keeps what came."""

    async def __call__(self, arriving: Arrival, /) -> None: ...


class Foretell(Protocol):
    """What whoever brings it should know beforehand, as a sentence; empty: nothing."""

    async def __call__(self, coming: Prospect, /) -> str: ...


def readers(_: ItemAbilities) -> bool:
    """Whoever reads the item takes it along."""
    return True


def sound(_: Entry) -> str:
    """Nothing more to check."""
    return ""


async def nothing(_: Prospect) -> str:
    """It comes as it was."""
    return ""


@dataclass(frozen=True, slots=True)
class Luggage:
    """What one package takes along with items.

    Attributes:
        name: the key in the line of an item under which its entries stand.
        shape: what every entry must have, and of which kind (str, int, dict, list).
        moments: keys that hold instants, and whether they must be there; ``unpack`` gets them as such, or None.
        shows: who takes it along, of those who may read the item.
        check: what is wrong with an entry of the right shape, as a sentence; empty when nothing is.
        foretell: what comes otherwise than it was.
    """

    name: str
    shape: Mapping[str, type]
    moments: Mapping[str, bool]
    pack: Pack
    unpack: Unpack
    shows: Callable[[ItemAbilities], bool] = readers
    check: Callable[[Entry], str] = sound
    foretell: Foretell = nothing


_LUGGAGE: list[Luggage] = []


def install(luggage: Luggage) -> None:
    """Make it known; the same again changes nothing."""
    if luggage not in _LUGGAGE:
        _LUGGAGE.append(luggage)


def all_luggage() -> tuple[Luggage, ...]:
    """All that is known."""
    return tuple(_LUGGAGE)
