"""The steps that are open to whoever looks at an item, and what is said of one that came too late."""

from dataclasses import dataclass

from portal.shell.forms import Form
from portal.shell.i18n import Sentence
from portal.spaces.forms_steps import reason_form
from portal.spaces.queries import Item
from portal.spaces.workflow import Transition


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that somebody may make now. ``form`` asks why, where that has to be said; ``is_main`` stands out."""

    name: str
    declared: Transition
    form: Form | None
    is_main: bool


def open_steps(item: Item, *, asked: str = "", form: Form | None = None) -> list[OpenStep]:
    """The steps, the main one first. ``form`` is what was typed for the step ``asked``."""
    main = item.declared.workflow.main_of(item.may.transitions)
    found = [
        OpenStep(name, step, (form if name == asked else None) or _blank(name, step), name == main)
        for name, step in item.may.transitions.items()
    ]
    return sorted(found, key=lambda step: not step.is_main)


def _blank(name: str, step: Transition) -> Form | None:
    return reason_form(name).blank() if step.needs_note else None


def came_too_late(item: Item, transition: str) -> Sentence:
    """Why a step is no more possible, as the item stands now."""
    step = item.declared.workflow.transitions[transition]
    return Sentence(
        "„%(step)s“ ist nicht mehr möglich: Der Stand ist inzwischen „%(state)s“. Es wurde nichts geändert.",
        step=Sentence(step.title),
        state=Sentence(item.here.title),
    )
