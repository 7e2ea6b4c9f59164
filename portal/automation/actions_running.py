"""A rule runs: in the scope of its author's organisation, with the author's rights as they are in that moment.

Nothing of it happens by half: where one deed is refused, none is done, and the run says why.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from portal.automation.actions import may_rule, pause_rule
from portal.automation.events import RuleMeant, RuleTells
from portal.automation.queries import Run, added, lock_run, moved_fact, telling_text
from portal.automation.rules import Deed, Moment, Outcome, Pause, RuleState, lies_in
from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Conflict, Forbidden, HilfenetzError, Invalid
from portal.shell.i18n import mark
from portal.spaces.actions import change_state, lock_tree
from portal.spaces.actions_telling import concerned
from portal.spaces.actions_tree import move_item
from portal.spaces.queries import Item, find_unchecked
from portal.spaces.queries_principals import find_colleague
from portal.tasks.actions import add_task
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

_GONE = mark("Der Eintrag ist nicht mehr da.")
_ELSEWHERE = mark("Der Eintrag lag inzwischen woanders.")
_OTHER_STATE = mark("Der Eintrag hatte inzwischen einen anderen Stand.")
_OFF = mark("Die Regel war inzwischen ausgeschaltet oder geändert.")
_NO_FOLDER = mark("Der Ordner der Regel ist nicht mehr da.")
_ALREADY = mark("Es war schon so.")
_CLOSED = mark("Der Raum war inzwischen geschlossen.")
_FAILED = mark("Das ist bisher nicht gelungen. Die Administration kann es unter „Zustellungen“ noch einmal anstoßen.")
_NOT_READABLE = mark("Wer die Regel verantwortet, darf diesen Eintrag nicht lesen.")


class _Place(NamedTuple):
    """On what a rule runs: as its author sees it."""

    author: Actor
    folder: Item
    item: Item


class _Stopped(Exception):
    """It does not run: what came of it, and a sentence or the reason for which it pauses."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


async def run_rule(*, actor: Actor, now: datetime, event: RuleMeant) -> None:
    """Let a rule do what it declares; a run that is over stays as it is."""
    run = await lock_run(event.space_id, event.run_id)
    if run is None or _waits_for_others(actor, run):
        return
    try:
        place = await _place(actor, event.space_id, run)
        done = await _all_or_nothing(place, now, run)
    except _Stopped as stopped:
        if stopped.outcome is Outcome.PAUSED:
            await _pause(actor, now, run, Pause(stopped.reason))
        await _end(event.space_id, run, now, stopped.outcome, reason=stopped.reason)
        return
    outcome = Outcome.DONE if done else Outcome.NOTHING
    await _end(event.space_id, run, now, outcome, reason="" if done else _ALREADY, deeds=done)


async def note_failure(*, event: RuleMeant) -> None:
    """Say in the log that a run was given up for now; pushed on again, it goes on."""
    await execute(
        "UPDATE rule_run SET reason = {} WHERE space_id = {} AND id = {} AND outcome = 'waiting'",
        _FAILED,
        event.space_id,
        event.run_id,
    )


def _waits_for_others(actor: Actor, run: Run) -> bool:
    """Whether another organisation's people answer for it, as they did when it happened: only they let it run."""
    return run.rule.author_organisation_id != actor.organisation_id and not _is_reworded(run)


def _is_reworded(run: Run) -> bool:
    """Whether the rule was written or switched on anew since."""
    return run.at < run.rule.since_at


async def _place(actor: Actor, space_id: UUID, run: Run) -> _Place:
    """What the author finds, locked until the end.

    Raises:
        _Stopped: nothing they could do anything with.
    """
    rule = run.rule
    if rule.state is not RuleState.ON or _is_reworded(run):
        raise _Stopped(Outcome.NOTHING, _OFF)
    author = await find_colleague(actor, rule.author_id)
    folder = await find_unchecked(author or actor, rule.folder_id)
    if folder is not None and folder.space.is_closed:  # nothing changes there, the rule no more than anything else
        raise _Stopped(Outcome.NOTHING, _CLOSED)
    if author is None:
        raise _Stopped(Outcome.PAUSED, Pause.AUTHOR_GONE)
    author = replace(author, name=f"{author.name} (Regel)")
    if folder is None:
        raise _Stopped(Outcome.NOTHING, _NO_FOLDER)
    if not may_rule(folder):
        raise _Stopped(Outcome.PAUSED, Pause.RIGHT_GONE)
    if rule.wording.deeds.target_id is not None:
        await lock_tree(space_id=space_id)  # before the item, as everybody who moves something does
    await execute("SELECT FROM item WHERE space_id = {} AND id = {} FOR NO KEY UPDATE", space_id, run.item_id)
    return _Place(author, folder, await _item(author, folder, run))


async def _item(author: Actor, folder: Item, run: Run) -> Item:
    item = await find_unchecked(author, run.item_id)
    if item is None:
        raise _Stopped(Outcome.NOTHING, _GONE)
    wording = run.rule.wording
    if not lies_in(item.address, folder.address, deep=wording.is_deep):
        raise _Stopped(Outcome.NOTHING, _ELSEWHERE)
    if wording.moment is Moment.STATE and item.state != wording.moment_state:
        raise _Stopped(Outcome.NOTHING, _OTHER_STATE)
    if not item.may.may_read:
        raise _Stopped(Outcome.REFUSED, _NOT_READABLE)
    return item


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a deed brought about; without a happening nothing can follow from it."""

    item_id: UUID
    happening: str = ""


async def _all_or_nothing(place: _Place, now: datetime, run: Run) -> list[Deed]:
    """Do all deeds; gives back those that changed something."""
    await execute("SAVEPOINT deeds")
    done = []
    try:
        for deed, do in _DEEDS.items():
            effect = await do(place, now, run)
            if effect is None:
                continue
            done.append(deed)
            await _keep_effect(place.folder.space.id, run, effect)
    except Conflict:
        raise  # somebody was quicker: the whole run is tried again
    except (HilfenetzError, _Stopped) as problem:
        await execute("ROLLBACK TO SAVEPOINT deeds")
        if isinstance(problem, _Stopped):
            raise
        raise _Stopped(Outcome.REFUSED, problem.message) from None
    return done


async def _set_state(place: _Place, now: datetime, run: Run) -> _Effect | None:
    wanted, item = run.rule.wording.deeds.state, place.item
    if not wanted or item.state == wanted:
        return None
    workflow = item.declared.workflow
    ways = [name for name, step in workflow.transitions.items() if item.state in step.sources and step.target == wanted]
    if not ways or item.is_root:
        raise Invalid("Von seinem Stand führt kein Schritt dorthin.")
    transition = next((name for name in ways if name in item.may.transitions), None)
    if transition is None:
        raise Forbidden("Wer die Regel verantwortet, darf diesen Schritt hier nicht machen.")
    note = f"Regel: {run.rule.wording.title}"
    await change_state(actor=place.author, now=now, item=item, transition=transition, note=note)
    (step,) = await execute(
        "SELECT id FROM item_transition WHERE space_id = {} AND item_id = {} AND at = {} AND by_id = {} "
        "AND target = {} ORDER BY id DESC LIMIT 1",
        item.space.id,
        item.id,
        now,
        place.author.person_id,
        wanted,
    )
    return _Effect(item.id, f"state:{step['id']}")


async def _move(place: _Place, now: datetime, run: Run) -> _Effect | None:
    target_id = run.rule.wording.deeds.target_id
    if target_id is None:
        return None
    target = await find_unchecked(place.author, target_id)
    if target is None or target.space.id != place.item.space.id:
        raise _Stopped(Outcome.PAUSED, Pause.TARGET_GONE)
    if not target.may.may_read or not target.may.may_add:
        raise _Stopped(Outcome.PAUSED, Pause.RIGHT_GONE)
    item = await _again(place)
    if item.parent_id == target.id:
        return None
    await move_item(actor=place.author, now=now, item=item, folder=target)
    moved = await moved_fact(item)
    return _Effect(item.id, moved.happening if moved else "")


async def _make_task(place: _Place, now: datetime, run: Run) -> _Effect | None:
    errand = run.rule.wording.deeds.errand
    if errand is None:
        return None
    item = await _again(place)
    folder = item if item.declared.is_folder else await find_unchecked(place.author, item.parent_id or item.id)
    if folder is None or not folder.may.may_read:
        raise Forbidden("Wer die Regel verantwortet, darf hier keine Aufgabe anlegen.")
    due_at = _last_minute(local_day(now) + timedelta(days=errand.days)) if errand.days is not None else None
    values: dict[str, Any] = {
        "title": errand.title,
        "summary": "",
        "tags": [],
        "body": f"{_named(item)}{item.admin_url}",
        "due_at": due_at.isoformat() if due_at else None,
        "steps": [],
    }
    made = await add_task(
        actor=place.author, now=now, folder=folder, values=values, slug="", principal=errand.who
    )  # fmt: skip
    return _Effect(made, added(made))


def _last_minute(day: date) -> datetime:
    """Of a day, as people choose it in a form: the day is theirs until it is over."""
    return end_of_day(day) - timedelta(minutes=1)


async def _tell(place: _Place, now: datetime, run: Run) -> _Effect | None:  # noqa: ARG001 - as every deed
    if run.rule.wording.deeds.telling is None:
        return None
    event = RuleTells(place.item.space.id, run.id)
    await emit(event, to=await concerned(place.item), key=f"rule_tells:{run.id}")
    return _Effect(place.item.id)


_DEEDS: Mapping[Deed, Callable[[_Place, datetime, Run], Awaitable[_Effect | None]]] = {
    Deed.STATE: _set_state,
    Deed.MOVE: _move,
    Deed.TASK: _make_task,
    Deed.TELL: _tell,
}


async def _again(place: _Place) -> Item:
    """The item after what was done with it."""
    found = await find_unchecked(place.author, place.item.id)
    if found is None:
        raise Conflict
    return found


def _named(item: Item) -> str:
    """The title, where whoever reads the task reads the item as well."""
    return f"„{item.title}“: " if item.here.is_open and not item.marked else ""


async def _keep_effect(space_id: UUID, run: Run, effect: _Effect) -> None:
    if effect.happening:
        await execute(
            "INSERT INTO rule_effect (space_id, happening, item_id, chain) VALUES ({}, {}, {}, {}::uuid[]) "
            "ON CONFLICT DO NOTHING",
            space_id,
            effect.happening,
            effect.item_id,
            list(run.chain),
        )


async def _pause(actor: Actor, now: datetime, run: Run, why: Pause) -> None:
    folder = await find_unchecked(actor, run.rule.folder_id)
    if folder is not None:
        await pause_rule(rule=run.rule, folder=folder, now=now, why=why)


async def _end(
    space_id: UUID, run: Run, now: datetime, outcome: Outcome, *, reason: str = "", deeds: list[Deed] | None = None
) -> None:
    await execute(
        "UPDATE rule_run SET outcome = {}, reason = {}, deeds = {}::text[], done_at = {}, title = {}, "
        "telling = {}::jsonb WHERE space_id = {} AND id = {}",
        outcome,
        reason[:500],
        [deed.value for deed in deeds or ()],
        now,
        run.rule.wording.title,
        telling_text(run.rule.wording.deeds),
        space_id,
        run.id,
    )
