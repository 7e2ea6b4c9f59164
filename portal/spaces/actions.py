"""How content changes: adding, saving, the steps of the workflow. Every save is a version, every step is kept."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices.actions import mark_subject_read
from portal.notices.rules import REVIEWING, WORKING
from portal.shell.i18n import Sentence
from portal.spaces.events import Happening, ItemDue, ItemHappened
from portal.spaces.forms_steps import LONGEST_NOTE
from portal.spaces.places import Space
from portal.spaces.queries import Item, find_unchecked
from portal.spaces.rules import DEEPEST, numbered, slug_of
from portal.spaces.types import ContentType, type_of
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope

SYSTEM = UUID(int=0)
OTHER_VERSION = Sentence("Der Text wurde inzwischen geändert. Bitte lesen Sie ihn, wie er jetzt ist.")
# Parts of addresses that the portal uses itself, at the top of a space.
RESERVED = frozenset(
    {
        *("abstimmungen", "ansprechpersonen", "aufgaben", "aufnahmen", "beratungen"),
        *("foermliche-mitteilungen", "fruehwarnungen"),
        *("gremien", "inhalte", "kalender", "menschen", "mitglieder", "mitgliedschaften", "nachrichten"),
        *("neues", "positionen", "raeume", "regelwerk", "schlagwoerter", "schliessung"),
        *("teilnahmen", "uebersicht", "verfahren", "verzeichnis", "zugang"),
    }
)

Values = Mapping[str, Any]


async def add_item(
    *,
    actor: Actor,
    now: datetime,
    parent: Item,
    kind: str,
    values: Values,
    slug: str = "",
    item_id: UUID | None = None,
    note: str = "",
) -> UUID:
    """Put something new into a folder; gives back its id.

    Args:
        kind: the name of a type.
        values: title, summary, tags and the type's fields as JSON keeps them (``ContentType.values_of``).
        slug: the last part of its address; by default it follows from the title.

    Raises:
        Forbidden: the actor may add nothing here.
        Invalid: the tree is deep enough, or the address is used already.
    """
    declared = type_of(kind)
    if not parent.may.may_add:
        raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    if len(parent.path) >= DEEPEST:
        raise Invalid("Tiefer als 20 Ebenen lässt sich nichts ablegen.", field="title")
    identifier = item_id or new_id()
    address = await choose_address(
        parent=parent, wanted=slug or slug_of(str(values["title"])) or kind, is_exact=bool(slug)
    )
    initial = declared.workflow.initial
    await execute(
        """
        INSERT INTO item (space_id, id, parent_id, path, type, title, summary, tags, fields, words, state, readers,
                          writers, position, begins_at, ends_at, assignee, owner_id, owner_organisation_id, owner_name,
                          changed_by, created_at, changed_at, published_at)
        VALUES ({}, {}, {}, text2ltree({}), {}, {}, {}, {}::text[], {}::jsonb, {}, {}, {}, {},
                coalesce((SELECT max(position) + 1 FROM item WHERE space_id = {} AND parent_id = {}
                          AND bin_id IS NULL), 0),
                {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        parent.space.id,
        identifier,
        parent.id,
        address.replace("/", "."),
        kind,
        *_columns(declared, values)[:5],
        initial,
        int(declared.workflow.states[initial].readers),
        int(declared.workflow.writers(initial)),
        parent.space.id,
        parent.id,
        *_columns(declared, values)[5:],
        actor.person_id,
        actor.organisation_id,
        actor.name,
        actor.name,
        now,
        now,
        now if declared.workflow.states[initial].is_public else None,
    )
    await _keep_version(actor, now, _Place(parent.space.id, identifier, 1), declared, values, note=note)
    await _emit(actor, parent.space, identifier, Happening.ADDED, 1)
    return identifier


async def save_item(
    *, actor: Actor, now: datetime, item: Item, values: Values, version: int, note: str = "", hands_in: str = ""
) -> int:
    """Write what was edited, as a new version; gives back its number. Nothing changed: the number stays.

    Args:
        version: the one that was edited. Another one now means somebody saved in between.
        hands_in: the step that follows, where the actor may write for a review only.

    Raises:
        Forbidden: the actor may not edit it in its state.
        Conflict: somebody else saved in between; nothing is lost, nothing is overwritten.
    """
    if not item.may.may_edit and not (hands_in and hands_in == item.may.hands_in):
        raise Forbidden("Sie dürfen das in diesem Stand nicht bearbeiten.")
    merged = {**item.values, **values}
    if merged == dict(item.values) and not note:
        return item.version
    declared = item.declared
    rows = await execute(
        """
        UPDATE item SET title = {}, summary = {}, tags = {}::text[], fields = {}::jsonb, words = {},
               begins_at = {}, ends_at = {}, assignee = {}, version = version + 1, changed_by = {}, changed_at = {}
        WHERE space_id = {} AND id = {} AND version = {} AND bin_id IS NULL RETURNING version
        """,
        *_columns(declared, merged),
        actor.name,
        now,
        item.space.id,
        item.id,
        version,
    )
    if not rows:
        raise Conflict(
            Sentence(
                "%(name)s hat inzwischen eine neue Fassung gespeichert. Ihr Text steht noch im Formular: Vergleichen "
                "Sie ihn mit der neuen Fassung und speichern Sie dann noch einmal.",
                name=item.changed_by,
            )
        )
    saved: int = rows[0]["version"]
    await _keep_version(actor, now, _Place(item.space.id, item.id, saved), declared, merged, note=note)
    await _emit(actor, item.space, item.id, Happening.CHANGED, saved)
    if hands_in:
        await _step(actor, now, item, hands_in, "", seen=saved)
    return saved


async def change_state(
    *, actor: Actor, now: datetime, item: Item, transition: str, note: str = "", seen: int | None = None
) -> str:
    """Make a step of the item's workflow; gives back the new state.

    Args:
        seen: the version that whoever makes the step has before them; None: it does not depend on what is written.

    Raises:
        Conflict: the item is not (any more) in a state from which this step leads, or another version by now.
        Forbidden: the step is not the actor's to make.
        Invalid: the step needs a reason.
    """
    step = item.declared.workflow.transitions.get(transition)
    if step is None or item.is_root or item.state not in step.sources:
        raise Conflict
    if seen is not None and seen != item.version:
        raise Conflict(OTHER_VERSION)
    if transition not in item.may.transitions:
        raise Forbidden("Dieser Schritt steht Ihnen hier nicht zu.")
    if step.needs_note and not note.strip():
        raise Invalid("Bitte schreiben Sie, warum.", field="note")
    if len(note) > LONGEST_NOTE:
        raise Invalid("Bitte schreiben Sie höchstens 2000 Zeichen.", field="note")
    state = await _step(actor, now, item, transition, note.strip(), seen=seen)
    # Whoever makes a step has dealt with what they were told to do here.
    await mark_subject_read(actor=actor, now=now, subject_id=item.id, kinds=REVIEWING | WORKING)
    return state


async def schedule_item(
    *,
    actor: Actor,  # noqa: ARG001 - as every action
    now: datetime,
    item: Item,
    publish_at: datetime | None,
    expires_at: datetime | None,
) -> None:
    """Set (or, with None, take away) when the item publishes itself and when it retracts itself.

    Raises:
        Forbidden: the actor may not publish it.
        Invalid: a moment has passed, or the second comes before the first.
    """
    if not item.may_schedule:
        raise Forbidden("Einen Zeitpunkt setzt, wer veröffentlichen darf.")
    if publish_at is not None and item.here.is_public:
        raise Invalid("Das ist schon veröffentlicht. Ein Ende lässt sich noch setzen.", field="publish_at")
    if publish_at is not None and publish_at <= now:
        raise Invalid("Dieser Zeitpunkt ist schon vorbei.", field="publish_at")
    if expires_at is not None and expires_at <= (publish_at or now):
        raise Invalid("Das Ende muss nach dem Anfang liegen und in der Zukunft.", field="expires_at")
    await execute(
        "UPDATE item SET publish_at = {}, expires_at = {} WHERE space_id = {} AND id = {}",
        publish_at,
        expires_at,
        item.space.id,
        item.id,
    )
    for at in filter(None, (publish_at, expires_at)):
        due = ItemDue(item.space.id, item.id)
        await emit(due, **item.space.recipients, due_at=at, key=f"item_due:{item.id}:{at.isoformat()}")


async def follow_schedule(*, actor: Actor, now: datetime, item_id: UUID) -> str | None:
    """Publish or retract what is due; by the worker. Gives back the step, or None: nothing is due (any more)."""
    item = await access_as_system(actor=actor, item_id=item_id)
    if item is None or item.space.is_closed:
        return None
    is_over = item.expires_at is not None and item.expires_at <= now
    if not is_over and (item.publish_at is None or item.publish_at > now):
        return None
    # What is over is not published first: after an outage both moments may have passed.
    taken = await execute(
        """
        UPDATE item SET publish_at = NULL, expires_at = CASE WHEN {} THEN NULL ELSE expires_at END
        WHERE space_id = {} AND id = {} AND publish_at IS NOT DISTINCT FROM {} AND expires_at IS NOT DISTINCT FROM {}
        RETURNING state
        """,
        is_over,
        item.space.id,
        item.id,
        item.publish_at,
        item.expires_at,
    )
    transition = "retract" if is_over else "publish"
    step = item.declared.workflow.transitions.get(transition)
    if not taken or step is None or taken[0]["state"] not in step.sources:
        return None
    await _step(actor, now, item, transition, "")
    return transition


async def choose_address(*, parent: Item, wanted: str, is_exact: bool, besides: UUID | None = None) -> str:
    """A free address in a folder.

    Raises:
        Invalid: exactly this one was asked for, and it is used or cannot be one.
    """
    slug = slug_of(wanted)
    if is_exact and (slug != wanted or not slug):
        raise Invalid("Bitte verwenden Sie nur Kleinbuchstaben, Ziffern und Bindestriche.", field="slug")
    await lock_folder(folder=parent)
    candidates = ["/".join((*parent.path, name)) for name in numbered(slug or "eintrag")]
    rows = await execute(
        "SELECT address FROM item WHERE space_id = {} AND address = ANY ({}::text[]) AND bin_id IS NULL "
        "AND id IS DISTINCT FROM {}",
        parent.space.id,
        candidates,
        besides,
    )
    taken = {row["address"] for row in rows} | (RESERVED if parent.is_root else frozenset())
    if is_exact and candidates[0] in taken:
        raise Invalid("Diese Adresse ist hier schon vergeben. Bitte wählen Sie eine andere.", field="slug")
    return next((address for address in candidates if address not in taken), f"{candidates[0]}-{new_id().hex[-8:]}")


async def lock_folder(*, folder: Item) -> None:
    """Whoever adds to a folder waits for whoever does so too; so an address is given once.

    Raises:
        Conflict: it was moved or thrown away since it was read.
    """
    rows = await execute(
        "SELECT FROM item WHERE space_id = {} AND id = {} AND address = {} AND bin_id IS NULL FOR NO KEY UPDATE",
        folder.space.id,
        folder.id,
        folder.address,
    )
    if not rows:
        raise Conflict("Der Ordner ist nicht mehr da. Bitte laden Sie die Seite neu.")


async def lock_tree(*, space_id: UUID) -> None:
    """From here to the end nobody else moves, bins, restores or purges anything in the space.

    What follows may touch a hundred thousand rows, so it gets more time than a statement has otherwise.
    """
    await execute("SELECT set_config('statement_timeout', '5min', true)")
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"tree:{space_id}")


async def access_as_system(*, actor: Actor, item_id: UUID) -> Item | None:
    """An item of the scope's reach whoever may read it; by the worker. None when it is gone or in the bin."""
    if current_scope().person_id is not None:
        raise RuntimeError("only the worker sees what nobody granted it")
    return await find_unchecked(actor, item_id)


async def _step(actor: Actor, now: datetime, item: Item, transition: str, note: str, *, seen: int | None = None) -> str:
    workflow = item.declared.workflow
    target = workflow.transitions[transition].target
    here = workflow.states[target]
    changed = await execute(
        """
        UPDATE item SET state = {}, readers = {}, writers = {}, changed_at = {},
               published_at = CASE WHEN {} THEN {} ELSE published_at END
        WHERE space_id = {} AND id = {} AND state = {} AND version = coalesce({}::integer, version)
          AND bin_id IS NULL RETURNING version
        """,
        target,
        int(here.readers),
        int(workflow.writers(target)),
        now,
        here.is_public,
        now,
        item.space.id,
        item.id,
        item.state,
        seen,
    )
    if not changed:
        raise Conflict
    await execute(
        """
        INSERT INTO item_transition (space_id, id, item_id, transition, source, target, note, by_id, by_name, at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        item.space.id,
        new_id(),
        item.id,
        transition,
        item.state,
        target,
        note,
        actor.person_id,
        actor.name,
        now,
    )
    await _emit(actor, item.space, item.id, Happening.STATE, changed[0]["version"])
    return target


async def announce(*, actor: Actor, item: Item, happening: Happening) -> None:
    """Say what was done with an item, to whoever reacts: followers, rules, the reader of files."""
    await _emit(actor, item.space, item.id, happening, item.version)


async def _emit(actor: Actor, space: Space, item_id: UUID, happening: Happening, version: int) -> None:
    event = ItemHappened(space.id, item_id, happening, version, actor.person_id or SYSTEM)
    await emit(event, **space.recipients, key=f"item:{item_id}:{happening}:{new_id()}")


def _columns(declared: ContentType, values: Values) -> tuple[Any, ...]:
    """title, summary, tags, fields, words, begins_at, ends_at, assignee."""
    columns = declared.column_values(values)
    fields = {name: values.get(name) for name in declared.fields}
    return (
        values["title"],
        values.get("summary") or "",
        list(values.get("tags") or ()),
        json.dumps(fields, ensure_ascii=False),
        declared.words(values),
        columns.get("begins_at"),
        columns.get("ends_at"),
        columns.get("assignee"),
    )


class _Place(NamedTuple):
    """The key of a version."""

    space_id: UUID
    item_id: UUID
    version: int


async def _keep_version(
    actor: Actor, now: datetime, place: _Place, declared: ContentType, values: Values, *, note: str
) -> None:
    await execute(
        """
        INSERT INTO item_version (space_id, item_id, version, type, values, note, by_id, by_name, at)
        VALUES ({}, {}, {}, {}, {}::jsonb, {}, {}, {}, {})
        """,
        *place,
        declared.name,
        json.dumps(dict(values), ensure_ascii=False),
        note[:500],
        actor.person_id,
        actor.name,
        now,
    )
