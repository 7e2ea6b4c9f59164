"""The same done with several items at once: what is not allowed for one of them is left out and said."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.kit.errors import Conflict, Forbidden, HilfenetzError, Invalid, NotFound
from portal.shell.i18n import Sentence
from portal.spaces import actions, actions_tree
from portal.spaces.queries import Item, access_item
from portal.spaces.rules import Shift
from tenants.context import Actor

Deed = Callable[[Item], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many it was done with, how many not, and why not with the first of those."""

    done: int
    left: int
    title: str = ""
    why: str = ""

    @property
    def sentence(self) -> Sentence:
        """For whoever did it."""
        if not self.left:
            return Sentence("Erledigt: %(done)s.", done=self.done)
        if not self.title:
            return Sentence("Erledigt: %(done)s. Nicht mehr zu finden: %(left)s.", done=self.done, left=self.left)
        return Sentence(
            "Erledigt: %(done)s. Nicht möglich: %(left)s, zum Beispiel „%(title)s“: %(why)s",
            done=self.done,
            left=self.left,
            title=self.title,
            why=self.why,
        )


async def move_items(*, actor: Actor, now: datetime, item_ids: Sequence[UUID], folder: Item) -> Outcome:
    """Move several into a folder."""

    async def move(item: Item) -> None:
        if item.parent_id != folder.id:
            await actions_tree.move_item(actor=actor, now=now, item=item, folder=folder)

    return await _each(actor, item_ids, move)


async def copy_items(*, actor: Actor, now: datetime, item_ids: Sequence[UUID], folder: Item) -> Outcome:
    """Copy several into a folder: all of them, or, when one of them cannot be, none."""
    copied = 0
    for item_id in item_ids:
        try:
            item = await access_item(actor, item_id)
        except NotFound:
            continue
        await actions_tree.copy_item(actor=actor, now=now, item=item, folder=folder)
        copied += 1
    return Outcome(copied, len(item_ids) - copied)


async def bin_items(*, actor: Actor, now: datetime, item_ids: Sequence[UUID]) -> Outcome:
    """Throw several away, each as an entry of its own in the bin."""

    async def throw_away(item: Item) -> None:
        await actions_tree.bin_item(actor=actor, now=now, item=item)

    return await _each(actor, item_ids, throw_away)


async def change_states(
    *, actor: Actor, now: datetime, item_ids: Sequence[UUID], transition: str, seen: Mapping[UUID, int]
) -> Outcome:
    """Make a step of the workflow with several. ``seen``: the version of each that the actor has before them."""

    async def step(item: Item) -> None:
        if transition not in item.may.transitions:
            raise Conflict("Dieser Schritt ist hier nicht möglich.")
        version = seen.get(item.id, 0)
        await actions.change_state(actor=actor, now=now, item=item, transition=transition, seen=version)

    return await _each(actor, item_ids, step)


async def shift_items(*, actor: Actor, folder: Item, item_ids: Sequence[UUID], shift: Shift) -> Outcome:
    """Put several first or last, in the order they have, or one of them one place up or down."""
    ordered = reversed(item_ids) if shift is Shift.FIRST else item_ids

    async def put(item: Item) -> None:
        if item.parent_id != folder.id:
            raise NotFound
        await actions_tree.shift_item(actor=actor, item=item, folder=folder, shift=shift)

    return await _each(actor, list(ordered), put)


async def _each(actor: Actor, item_ids: Sequence[UUID], deed: Deed) -> Outcome:
    """Actions refuse before they change anything, so what is refused leaves nothing half done."""
    done, refused, first = 0, 0, ("", "")
    for item_id in item_ids:
        title = ""
        try:
            item = await access_item(actor, item_id)
            title = item.title
            await deed(item)
            done += 1
        except (Conflict, Forbidden, Invalid, NotFound) as problem:
            refused += 1
            first = first if first[0] else _said(title, problem)
    return Outcome(done, refused, *first)


def _said(title: str, problem: HilfenetzError) -> tuple[str, str]:
    return (title, problem.message) if title else ("", "")
