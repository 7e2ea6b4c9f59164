"""How rules are written, switched and taken away; each change in the name of whoever makes it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.automation.events import RulePaused
from portal.automation.queries import access_rule, columns_of
from portal.automation.rules import MOST_RULES, Pause, Rule, RuleState, Wording
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.spaces.actions_telling import concerned
from portal.spaces.keepers import Keeper
from portal.spaces.places import SPACE, Space, space_of
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_steps import members_of
from portal.spaces.rules import Access
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit


def may_rule(item: Item) -> bool:
    """Whether somebody may write rules here."""
    return item.declared.is_folder and bool(item.power & Access.MANAGER)


def require_ruling(item: Item) -> None:
    """The actor may write rules here.

    Raises:
        NotFound: there are none of what is no folder.
        Forbidden: only who manages it.
    """
    if not item.declared.is_folder:
        raise NotFound
    if not may_rule(item):
        raise Forbidden("Regeln schreibt, wer den Ordner verwaltet.")


async def add_rule(
    *, actor: Actor, now: datetime, folder: Item, wording: Wording, state: RuleState = RuleState.ON
) -> UUID:
    """A new rule of a folder; gives back its id.

    Raises:
        Forbidden: the actor does not manage the folder.
        Invalid: it would do what the actor may not, or there are too many.
    """
    require_ruling(folder)
    if state is RuleState.ON:
        await check_wording(actor=actor, folder=folder, wording=wording)
    (row,) = await execute(
        "SELECT count(*) AS rules FROM rule WHERE space_id = {} AND item_id = {}", folder.space.id, folder.id
    )
    if row["rules"] >= MOST_RULES:
        raise Invalid("Ein Ordner hat höchstens 50 Regeln. Bitte löschen Sie erst eine.")
    identifier = new_id()
    await execute(
        """
        INSERT INTO rule (space_id, id, item_id, title, is_deep, moment, moment_state, kind, tag, place_id,
                          by_organisation_id, set_state, target_id, errand, telling, state, author_id,
                          author_organisation_id, author_name, made_at, since_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}::jsonb, {}::jsonb, {}, {}, {}, {}, {}, {})
        """,
        folder.space.id,
        identifier,
        folder.id,
        *columns_of(wording),
        state,
        actor.person_id,
        actor.organisation_id,
        actor.name[:200],
        now,
        now,
    )
    await _record(actor, "rule:written", identifier)
    return identifier


async def save_rule(*, actor: Actor, now: datetime, folder: Item, rule_id: UUID, wording: Wording) -> None:
    """Word a rule differently; from now on it is the actor's, and runs.

    Raises:
        NotFound, Forbidden, Invalid: as they say.
    """
    require_ruling(folder)
    await access_rule(folder, rule_id)
    await check_wording(actor=actor, folder=folder, wording=wording)
    await execute(
        """
        UPDATE rule SET (title, is_deep, moment, moment_state, kind, tag, place_id, by_organisation_id, set_state,
                         target_id, errand, telling) = ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}::jsonb, {}::jsonb),
                        state = 'on', reason = '', author_id = {}, author_organisation_id = {}, author_name = {},
                        since_at = {}
        WHERE space_id = {} AND id = {}
        """,
        *columns_of(wording),
        actor.person_id,
        actor.organisation_id,
        actor.name[:200],
        now,
        folder.space.id,
        rule_id,
    )
    await _record(actor, "rule:changed", rule_id)


async def switch_rule(*, actor: Actor, now: datetime, folder: Item, rule_id: UUID, on: bool) -> None:
    """Let a rule run in the actor's name, or not any more.

    Raises:
        NotFound, Forbidden, Invalid: as they say.
    """
    require_ruling(folder)
    rule = await access_rule(folder, rule_id)
    if on is (rule.state is RuleState.ON):
        return
    if not on:
        await execute(
            "UPDATE rule SET state = 'off', reason = '' WHERE space_id = {} AND id = {}", folder.space.id, rule_id
        )
        await _record(actor, "rule:switched_off", rule_id)
        return
    await check_wording(actor=actor, folder=folder, wording=rule.wording)
    await execute(
        "UPDATE rule SET state = 'on', reason = '', author_id = {}, author_organisation_id = {}, author_name = {}, "
        "since_at = {} WHERE space_id = {} AND id = {}",
        actor.person_id,
        actor.organisation_id,
        actor.name[:200],
        now,
        folder.space.id,
        rule_id,
    )
    await _record(actor, "rule:switched_on", rule_id)


async def remove_rule(*, actor: Actor, folder: Item, rule_id: UUID) -> None:
    """Take a rule away, and with it what it is known to have done.

    Raises:
        NotFound, Forbidden: as they say.
    """
    require_ruling(folder)
    await access_rule(folder, rule_id)
    await execute("DELETE FROM rule_run WHERE space_id = {} AND rule_id = {}", folder.space.id, rule_id)
    await execute("DELETE FROM rule WHERE space_id = {} AND id = {}", folder.space.id, rule_id)
    await _record(actor, "rule:removed", rule_id)


async def check_wording(*, actor: Actor, folder: Item, wording: Wording) -> None:
    """A rule may only be told to do what its author may do now.

    Raises:
        Invalid: this one may not, or leads nowhere.
    """
    if wording.deeds.target_id is not None:
        target = await _folder(actor, folder.space, wording.deeds.target_id, "target")
        if not target.may.may_add:
            raise Invalid("In diesen Ordner dürfen Sie nichts legen. Bitte wählen Sie einen anderen.", field="target")
        if target.id == folder.id and not wording.is_deep:
            raise Invalid("Was die Regel betrifft, liegt schon in diesem Ordner.", field="target")
    if wording.conditions.place_id is not None:
        place = await _folder(actor, folder.space, wording.conditions.place_id, "place")
        if place.path[: len(folder.path)] != folder.path:
            raise Invalid("Bitte wählen Sie einen Ordner, der hier oder darunter liegt.", field="place")
        if place.id != folder.id and not wording.is_deep:
            raise Invalid("Die Regel gilt nur direkt in diesem Ordner, also nie in jenem darunter.", field="place")


async def pause_rule(*, rule: Rule, folder: Item, now: datetime, why: Pause) -> None:
    """Let a rule stop itself, and those know who manage its folder; by the worker."""
    if await _pause(folder.space.id, rule.id, why):
        event = RulePaused(folder.space.id, rule.id, now)
        await emit(event, to=await concerned(folder), key=f"rule_paused:{rule.id}:{now.isoformat()}")


async def forget_folders(*, space_id: UUID, item_ids: Sequence[UUID]) -> None:
    """Folders that are deleted for good take along what their rules did; rules that lead there lead nowhere now."""
    await execute(
        "DELETE FROM rule_run n USING rule r WHERE n.space_id = {} AND r.space_id = n.space_id AND r.id = n.rule_id "
        "AND r.item_id = ANY ({}::uuid[])",
        space_id,
        list(item_ids),
    )
    rows = await execute(
        f"SELECT r.id, {SPACE}, hilfenetz_now() AS now FROM rule r "  # noqa: S608 - a constant
        "JOIN space s ON s.id = r.space_id WHERE r.space_id = {} AND r.state = 'on' "
        "AND r.target_id = ANY ({}::uuid[]) AND r.item_id <> ALL ({}::uuid[])",
        space_id,
        list(item_ids),
        list(item_ids),
    )
    for row in rows:
        space = space_of(row)
        if space.is_closed:
            continue
        told = await members_of(space) if space.organisation_id is None else [space.organisation_id]
        await _pause(space_id, row["id"], Pause.TARGET_GONE)
        key = f"rule_paused:{row['id']}:{row['now'].isoformat()}"
        await emit(RulePaused(space_id, row["id"], row["now"]), to=told, key=key)


async def copy_rules(*, actor: Actor, now: datetime, original: Item, copy_id: UUID) -> None:
    """Rules come along with a folder, switched off, for who manages both."""
    if not may_rule(original):
        return
    rows = await execute(
        "SELECT id FROM rule WHERE space_id = {} AND item_id = {} ORDER BY made_at, id", original.space.id, original.id
    )
    folder = await access_item(actor, copy_id) if rows else None
    if folder is None or not may_rule(folder):
        return
    for row in rows:
        wording = (await access_rule(original, row["id"])).wording
        if folder.space.id != original.space.id:  # its folders lie elsewhere
            conditions = replace(wording.conditions, place_id=None)
            wording = replace(wording, conditions=conditions, deeds=replace(wording.deeds, target_id=None))
        if wording.deeds:
            await add_rule(actor=actor, now=now, folder=folder, wording=wording, state=RuleState.OFF)


KEEPER = Keeper("automation", forget=forget_folders, copied=copy_rules)


async def _folder(actor: Actor, space: Space, item_id: UUID, field: str) -> Item:
    try:
        found = await access_item(actor, item_id)
    except NotFound:
        found = None
    if found is None or not found.declared.is_folder or found.space.id != space.id:
        raise Invalid("Diesen Ordner gibt es hier nicht. Bitte wählen Sie einen anderen.", field=field)
    return found


async def _pause(space_id: UUID, rule_id: UUID, why: Pause) -> bool:
    rows = await execute(
        "UPDATE rule SET state = 'paused', reason = {} WHERE space_id = {} AND id = {} AND state = 'on' RETURNING id",
        why,
        space_id,
        rule_id,
    )
    return bool(rows)


async def _record(actor: Actor, action: str, rule_id: UUID) -> None:
    await audit.record(actor=actor, action=action, subject="rule", subject_id=rule_id)
