"""The steps that are open to whoever looks at an item, what is said of one that came too late, and why nobody may edit
it for now."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.shell.forms import Form
from portal.shell.i18n import Sentence
from portal.spaces.actions import OTHER_VERSION
from portal.spaces.forms_steps import reason_form
from portal.spaces.plugins import Question
from portal.spaces.queries import Item
from portal.spaces.queries_steps import LAST_STEP
from portal.spaces.workflow import Transition
from tenants.context import Actor


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that somebody may make now. ``form`` asks why, where that has to be said; ``is_main`` stands out."""

    name: str
    declared: Transition
    form: Form | None
    is_main: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is where it stands, as whoever brought it there has said."""

    lines: tuple[str, ...]
    by_name: str
    at: datetime
    is_returned: bool


def open_steps(item: Item, *, asked: str = "", form: Form | None = None) -> list[OpenStep]:
    """The steps, the main one first. ``form`` is what was typed for the step ``asked``."""
    workflow, steps = item.declared.workflow, item.may.transitions
    main, choices = workflow.main_of(steps), workflow.choices_of(item.state, steps)
    found = [
        OpenStep(name, step, (form if name == asked else None) or _blank(name, step), name in choices)
        for name, step in steps.items()
    ]
    return sorted(found, key=lambda step: (step.name != main, not step.is_main))


def _blank(name: str, step: Transition) -> Form | None:
    return reason_form(name).blank() if step.needs_note else None


def came_too_late(item: Item, transition: str) -> Sentence:
    """Why a step was not made, as the item stands now."""
    step = item.declared.workflow.transitions[transition]
    if item.state in step.sources:
        return Sentence(
            "„%(step)s“ ist nicht geschehen. %(why)s Sie sehen jetzt Fassung %(version)s; entscheiden Sie dann noch "
            "einmal.",
            step=Sentence(step.title),
            why=OTHER_VERSION,
            version=item.version,
        )
    return Sentence(
        "„%(step)s“ ist nicht mehr möglich: Der Stand ist inzwischen „%(state)s“. Es wurde nichts geändert.",
        step=Sentence(step.title),
        state=Sentence(item.here.title),
    )


def why_not_now(item: Item) -> Sentence | None:
    """Why somebody may not edit in this state what they may edit in another; None: no state would let them."""
    workflow = item.declared.workflow
    if item.space.is_closed or not any(state.editors & item.access for state in workflow.states.values()):
        return None
    ways = workflow.ways_to_edit(item.may.transitions, item.access)
    if item.here.is_review and ways:
        return Sentence(
            "Der Beitrag liegt zur Prüfung. Um ihn zu bearbeiten, holen Sie ihn mit „%(step)s“ zurück.",
            step=Sentence(next(iter(ways.values())).title),
        )
    return Sentence(
        "Der Beitrag hat jetzt den Stand „%(state)s“. In diesem Stand bearbeiten ihn nur andere.",
        state=Sentence(item.here.title),
    )


def ask_reason(actor: Actor, item: Item) -> Question | None:  # noqa: ARG001 - as every panel
    """For those who may edit it: was it a step that has to be explained that brought it here?"""
    steps = item.declared.workflow.transitions.values()
    is_explained = any(step.needs_note and step.target == item.state for step in steps)
    return Question(LAST_STEP, (item.space.id, item.id)) if is_explained and item.may.may_edit else None


def show_reason(actor: Actor, item: Item, answer: str | None) -> dict[str, Any] | None:  # noqa: ARG001
    """What that step said."""
    found = json.loads(answer or "{}")
    workflow = item.declared.workflow
    step = workflow.transitions.get(found.get("transition", ""))
    if step is None or not step.needs_note or step.target != item.state:
        return None
    lines = tuple(line for line in found["note"].splitlines() if line.strip())
    was = workflow.states.get(found["source"])
    at = datetime.fromisoformat(found["at"])
    return {"reason": Reason(lines, found["by_name"], at, is_returned=was is not None and was.is_review)}
