"""Editing as people do it: one at a time if possible, nothing lost if not, and for days on a working copy."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.kit.errors import Conflict, Forbidden, TooLarge
from portal.notices import live
from portal.shell.i18n import Sentence
from portal.spaces.actions import Values, save_item
from portal.spaces.queries import Item
from portal.spaces.queries_editing import COPY, EDIT, Lock, WorkingCopy
from tenants.context import Actor
from tenants.database import execute

LOCKED_FOR = timedelta(minutes=10)
DRAFTS_KEPT_FOR = timedelta(days=90)
LONGEST_DRAFT = 2_000_000
_NOT_YOURS = "Sie dürfen das in diesem Stand nicht bearbeiten."


async def take_lock(*, actor: Actor, now: datetime, item: Item, is_forced: bool = False) -> bool:
    """Say that the actor edits the item, or still does; False: somebody else does, and nothing was changed.

    ``is_forced`` takes it from them, and their open page learns of it.

    Raises:
        Forbidden: the actor may not write at it in its state.
    """
    _check_writing(item)
    if is_forced:
        await _wake_holder(actor, item)
    rows = await execute(
        """
        INSERT INTO item_lock (space_id, item_id, organisation_id, person_id, person_name, taken_at, locked_until)
        VALUES ({}, {}, {}, {}, {}, {}, {})
        ON CONFLICT (space_id, item_id) DO UPDATE SET
            taken_at = CASE WHEN item_lock.person_id = EXCLUDED.person_id AND item_lock.locked_until > EXCLUDED.taken_at
                            THEN item_lock.taken_at ELSE EXCLUDED.taken_at END,
            organisation_id = EXCLUDED.organisation_id, person_id = EXCLUDED.person_id,
            person_name = EXCLUDED.person_name, locked_until = EXCLUDED.locked_until
        WHERE {} OR item_lock.person_id = EXCLUDED.person_id OR item_lock.locked_until <= EXCLUDED.taken_at
        RETURNING locked_until
        """,
        item.space.id,
        item.id,
        actor.organisation_id,
        actor.person_id,
        actor.name[:200],
        now,
        now + LOCKED_FOR,
        is_forced,
    )
    return bool(rows)


async def _wake_holder(actor: Actor, item: Item) -> None:
    rows = await execute(
        "SELECT organisation_id, person_id FROM item_lock WHERE space_id = {} AND item_id = {} AND person_id <> {}",
        *(item.space.id, item.id, actor.person_id),
    )
    for row in rows:
        await live.changed(live.inbox(row["organisation_id"], row["person_id"]))


async def give_back_lock(*, actor: Actor, item: Item) -> None:
    """The actor edits it no more; a lock of somebody else stays."""
    await execute(
        "DELETE FROM item_lock WHERE space_id = {} AND item_id = {} AND person_id = {}",
        item.space.id,
        item.id,
        actor.person_id,
    )


async def keep_draft(
    *, actor: Actor, now: datetime, item: Item, purpose: str, version: int, values: Mapping[str, str]
) -> None:
    """Keep what somebody typed until they save it, for them alone. ``item`` is the folder of something new.

    Raises:
        Forbidden: the actor may not edit it, or add anything to it.
        TooLarge: it is more than a text can be.
    """
    # Whoever may take an item back into a state in which they edit it finds their text there.
    may_later = item.may.may_prepare or item.declared.workflow.ways_to_edit(item.may.transitions, item.access)
    if not (may_later if purpose in (EDIT, COPY) else item.may.may_add):
        raise Forbidden(_NOT_YOURS)
    text = json.dumps(dict(values), ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        raise TooLarge
    await execute(
        "DELETE FROM item_draft WHERE person_id = {} AND kept_at < {}", actor.person_id, now - DRAFTS_KEPT_FOR
    )
    await execute(
        """
        INSERT INTO item_draft (space_id, item_id, organisation_id, person_id, purpose, version, values, kept_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}::jsonb, {})
        ON CONFLICT (space_id, item_id, organisation_id, person_id, purpose)
        DO UPDATE SET version = EXCLUDED.version, values = EXCLUDED.values, kept_at = EXCLUDED.kept_at
        """,
        item.space.id,
        item.id,
        actor.organisation_id,
        actor.person_id,
        purpose,
        version,
        text,
        now,
    )


async def discard_draft(*, actor: Actor, item: Item, purpose: str) -> None:
    """Forget what the actor typed and did not save."""
    await execute(
        "DELETE FROM item_draft WHERE space_id = {} AND item_id = {} AND organisation_id = {} AND person_id = {} "
        "AND purpose = {}",
        item.space.id,
        item.id,
        actor.organisation_id,
        actor.person_id,
        purpose,
    )


async def save_edited(
    *,
    actor: Actor,
    now: datetime,
    item: Item,
    values: Values,
    version: int,
    lock: Lock | None,
    note: str = "",
    is_forced: bool = False,
) -> int:
    """Save what was edited and end editing; gives back the number of the version.

    Args:
        lock: the lock on the item as it is now.
        is_forced: the actor has seen that somebody else edits it, and saves all the same.

    Raises:
        Conflict: somebody else saved in between or has taken over; nothing is overwritten.
    """
    if lock is not None and not lock.is_mine and not is_forced:
        raise Conflict(
            Sentence(
                "%(name)s bearbeitet das inzwischen. Ihr Text ist noch da: Vergleichen Sie ihn mit dem, was "
                "gespeichert ist, und entscheiden Sie dann.",
                name=lock.person_name,
            )
        )
    saved = await save_item(actor=actor, now=now, item=item, values=values, version=version, note=note)
    await discard_draft(actor=actor, item=item, purpose=EDIT)
    await give_back_lock(actor=actor, item=item)
    return saved


async def keep_copy(
    *, actor: Actor, now: datetime, item: Item, values: Values, version: int, revision: int, note: str = ""
) -> int:
    """Begin a working copy (``revision`` 0) or save it; what is published stays as it is. Gives back its revision.

    Args:
        version: the version of the item that it begins with.

    Raises:
        Forbidden: the actor may not write at it in its state, or its type holds no text to work at.
        Conflict: somebody else began one or saved it in between, or there is no such version.
    """
    _check_writing(item)
    if not item.declared.is_formatted:
        raise Forbidden("Eine Arbeitskopie gibt es nur von Texten.")
    text = json.dumps({**item.values, **values}, ensure_ascii=False)
    if revision:
        rows = await execute(
            "UPDATE item_copy SET revision = revision + 1, values = {}::jsonb, note = {}, changed_by = {}, "
            "changed_at = {} WHERE space_id = {} AND item_id = {} AND revision = {} RETURNING revision",
            *(text, note[:500], actor.name, now, item.space.id, item.id, revision),
        )
    elif not 0 < version <= item.version:
        rows = []
    else:
        rows = await execute(
            """
            INSERT INTO item_copy (space_id, item_id, version, values, note, begun_by, begun_at, changed_by, changed_at)
            VALUES ({}, {}, {}, {}::jsonb, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING revision
            """,
            *(item.space.id, item.id, version, text, note[:500], actor.name, now, actor.name, now),
        )
    if not rows:
        raise Conflict("Die Arbeitskopie wurde inzwischen von jemand anderem geändert. Ihr Text ist noch da.")
    await discard_draft(actor=actor, item=item, purpose=COPY if revision else EDIT)
    await give_back_lock(actor=actor, item=item)
    return int(rows[0]["revision"])


async def take_over_copy(*, actor: Actor, now: datetime, item: Item, copy: WorkingCopy, version: int) -> int:
    """Make the working copy the item's next version; gives back its number. Where the actor may not edit the item
    itself, it goes to a review with it.

    Args:
        version: the item's version that the actor knows it replaces.

    Raises:
        Conflict: the item was changed since, or the copy since it was shown; or there is nothing to review.
    """
    values = {name: value for name, value in copy.values.items() if name in item.declared.every}
    step = item.may.hands_in
    if step and {**item.values, **values} == dict(item.values):
        raise Conflict("Die Arbeitskopie ist so wie das Original: Es gibt nichts zu prüfen.")
    saved = await save_item(
        actor=actor, now=now, item=item, values=values, version=version, note=copy.note, hands_in=step
    )
    await discard_copy(actor=actor, item=item, revision=copy.revision)
    await give_back_lock(actor=actor, item=item)
    return saved


async def discard_copy(*, actor: Actor, item: Item, revision: int) -> None:  # noqa: ARG001 - as every action
    """Throw the working copy away.

    Raises:
        Forbidden: the actor may not write at the item.
        Conflict: it was changed since it was shown.
    """
    _check_writing(item)
    rows = await execute(
        "DELETE FROM item_copy WHERE space_id = {} AND item_id = {} AND revision = {} RETURNING revision",
        *(item.space.id, item.id, revision),
    )
    if not rows:
        raise Conflict("Die Arbeitskopie wurde inzwischen geändert oder übernommen. Bitte laden Sie die Seite neu.")


def _check_writing(item: Item) -> None:
    if not item.may.may_prepare:
        raise Forbidden(_NOT_YOURS)
