"""Rules as pages show them, and what can be chosen in the form."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.automation.forms import STATE, RuleForm
from portal.automation.queries_lists import Listed, LoggedRun, list_all_folders
from portal.automation.rules import Deed, Moment, Outcome, Pause, Rule, RuleState
from portal.automation.words import (
    DEEDS,
    KINDS,
    OUTCOMES,
    PAUSES,
    SOMEWHERE,
    Words,
    joined,
    reason_of,
    sentence_of,
    state_titles,
)
from portal.kit.errors import NotFound
from portal.shell.fields import Options
from portal.shell.i18n import Sentence
from portal.spaces.queries import Item, access_item
from portal.spaces.types import all_types
from portal.tasks.queries import choices, list_members
from tenants.context import Actor

_STATES: Mapping[RuleState, tuple[Sentence, str]] = {
    RuleState.ON: (Sentence("eingeschaltet"), "success"),
    RuleState.OFF: (Sentence("ausgeschaltet"), "info"),
    RuleState.PAUSED: (Sentence("angehalten"), "warning"),
}
_MOMENTS = (
    (Moment.ADDED.value, Sentence("hinzugefügt wird")),
    (Moment.CHANGED.value, Sentence("geändert wird")),
    (Moment.MOVED.value, Sentence("hierher verschoben wird")),
    (Moment.OVERDUE.value, Sentence("überfällig wird (Aufgabe, Termin, Seite mit Ende)")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule in the list."""

    rule: Rule
    sentence: Sentence
    state: Sentence
    kind: str
    pause: Words
    folder: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run in the log."""

    run: LoggedRun
    outcome: Sentence
    kind: str
    what: Words
    reason: Words


def shown(listed: Listed) -> Shown:
    """A rule as people read it."""
    rule = listed.rule
    state, kind = _STATES[rule.state]
    sentence = sentence_of(
        rule.wording,
        folder=listed.folder,
        target=listed.target or SOMEWHERE,
        place=listed.place or SOMEWHERE,
        organisation=listed.organisation,
    )
    pause = PAUSES[Pause(rule.reason)] if rule.state is RuleState.PAUSED else ""
    return Shown(rule, sentence, state, kind, pause, listed.folder, listed.is_here)


def shown_run(run: LoggedRun) -> ShownRun:
    """A run as people read it."""
    what = joined([DEEDS[Deed(deed)] for deed in run.deeds]) if run.deeds else ""
    kind = KINDS.get(run.outcome, "warning")
    reason = "" if run.outcome is Outcome.DONE else reason_of(run.outcome, run.reason)
    return ShownRun(run, OUTCOMES[run.outcome], kind, what, reason)


async def options_of(actor: Actor, folder: Item, rule: Rule | None = None) -> dict[str, Options]:
    """What can be chosen in the form of a rule of this folder; what ``rule`` names now is always among it."""
    states = tuple((name, title) for name, title in state_titles().items())
    reached = tuple(
        (f"{STATE}{name}", Sentence("den Stand „%(state)s“ erreicht", state=title)) for name, title in states
    )
    people = await choices(actor, folder)
    below, everywhere = await _folders(actor, folder)
    if rule is not None:
        below = await _with(actor, below, rule.wording.conditions.place_id)
        everywhere = await _with(actor, everywhere, rule.wording.deeds.target_id)
    found: dict[str, Options] = {
        "moment": (*_MOMENTS, *reached),
        "kind": tuple((declared.name, declared.title) for declared in all_types()),
        "place": below,
        "state": states,
        "target": everywhere,
        "task_who": people,
        "tell_who": people,
        "organisation": (),
    }
    if folder.space.network_id is not None:
        members = await list_members(folder.space)
        found["organisation"] = tuple((str(key), name) for key, name in members.items())
    return found


def preview_of(form: RuleForm, folder: Item) -> Sentence | None:
    """The sentence of a form that is right."""
    if not form.ok:
        return None
    labels = {name: dict(form.options[name]) for name in ("target", "place", "organisation")}
    return sentence_of(
        form.wording(),
        folder=folder.title,
        target=labels["target"].get(form.target, ""),
        place=labels["place"].get(form.place, ""),
        organisation=labels["organisation"].get(form.organisation, ""),
    )


async def _with(actor: Actor, options: Options, item_id: UUID | None) -> Options:
    """The options with a folder that a very large space would leave out."""
    if item_id is None or any(value == str(item_id) for value, _ in options):
        return options
    try:
        return *options, (str(item_id), (await access_item(actor, item_id)).title)
    except NotFound:
        return options


async def _folders(actor: Actor, folder: Item) -> tuple[Options, Options]:
    """Folders below this one, and all of the space, each with the titles of those above it."""
    entries = await list_all_folders(actor, folder.space.id)
    titles = {entry.address: entry.title for entry in entries}

    def path(address: str) -> str:
        parts = address.split("/")
        above = ("/".join(parts[:number]) for number in range(1, len(parts) + 1))
        return " / ".join(titles[place] for place in above if place in titles)

    def option(identifier: UUID, address: str, title: str) -> tuple[str, str]:
        return str(identifier), path(address) or title

    inside = f"{folder.address}/" if folder.address else ""
    below = [entry for entry in entries if entry.address.startswith(inside) and entry.id != folder.id]
    return (
        tuple(option(entry.id, entry.address, entry.title) for entry in below),
        tuple(option(entry.id, entry.address, entry.title) for entry in entries),
    )
