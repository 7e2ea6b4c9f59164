"""What other packages add to every item: tabs beside "Ansicht", panels beside the content, ways to do something.

A package names them in the ``content`` of its Feature, together with its types; ``portal.app`` installs them. So the
tree knows no package above it, and a page shows whatever is installed.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.spaces import keepers, luggage, types
from portal.spaces.keepers import Keeper
from portal.spaces.luggage import Luggage
from portal.spaces.queries import Item
from portal.spaces.types import ContentType
from tenants.context import Actor
from tenants.database import execute

Load = Callable[[Actor, Item, datetime], Awaitable[dict[str, Any] | None]]
Shows = Callable[[Item], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A query of one row and one column, JSON or nothing, with ``{}`` for its values."""

    query: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """For a panel whose question is asked in one statement with those of others: ``question`` (None: nothing to ask,
    and it is not shown), and what to show when the answer is there."""

    question: Callable[[Actor, Item], Question | None]
    told: Callable[[Actor, Item, str | None], dict[str, Any] | None]


def always(_: Item) -> bool:
    """For what every item has."""
    return True


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of an item beside its view: ``/inhalte/<id>/<name>``. ``shows`` says for which items and to whom."""

    name: str
    title: str
    shows: Shows = always
    place: int = 50


@dataclass(frozen=True, slots=True)
class Panel:
    """Something shown with an item's view. ``load`` brings what its fragment needs under ``panel``, or None: not shown.

    ``shows`` says at once which items it concerns; the others are asked nothing. A fragment that needs nothing but the
    item has no ``load``. It may ask the database once: a page has six statements. What stands on every page is
    ``Asked``. ``aside`` puts it into the narrow column, ``on_top`` above everything, where there is no frame around it,
    ``at_state`` into the box of where the item stands.
    """

    name: str
    template: str
    load: Load | Asked | None = None
    aside: bool = True
    place: int = 50
    on_top: bool = False
    at_state: bool = False
    shows: Shows = always


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry of the menu "Mehr": a link to ``/inhalte/<id>/<name>``."""

    name: str
    title: str
    shows: Shows = always
    place: int = 50


_TABS: list[Tab] = []
_PANELS: list[Panel] = []
_DEEDS: list[Deed] = []


def install(additions: Iterable[object]) -> None:
    """Make types, tabs, panels, deeds, keepers and luggage known; the same again changes nothing."""
    lists: dict[type, list[Any]] = {Tab: _TABS, Panel: _PANELS, Deed: _DEEDS}
    for addition in additions:
        if isinstance(addition, ContentType):
            types.install([addition])
            continue
        if isinstance(addition, Keeper):
            keepers.install(addition)
            continue
        if isinstance(addition, Luggage):
            luggage.install(addition)
            continue
        known = lists[type(addition)]
        if addition not in known:
            known.append(addition)
            known.sort(key=lambda entry: (entry.place, entry.name))


def tabs_of(item: Item) -> list[Tab]:
    """The tabs of an item for the person who sees it, in their order."""
    return [tab for tab in _TABS if tab.shows(item)]


def deeds_of(item: Item) -> list[Deed]:
    """What else can be done with it."""
    return [deed for deed in _DEEDS if deed.shows(item)]


async def panels_of(actor: Actor, item: Item, now: datetime) -> list[tuple[Panel, dict[str, Any]]]:
    """The panels of an item with what they show, in their order."""
    concerned = [panel for panel in _PANELS if panel.shows(item)]
    answers = await _answers(actor, item, concerned)
    found = [(panel, await _loaded(panel, actor, item, now, answers)) for panel in concerned]
    return [(panel, context) for panel, context in found if context is not None]


async def _loaded(
    panel: Panel, actor: Actor, item: Item, now: datetime, answers: Mapping[str, str | None]
) -> dict[str, Any] | None:
    if panel.load is None:
        return {}
    if not isinstance(panel.load, Asked):
        return await panel.load(actor, item, now)
    return panel.load.told(actor, item, answers[panel.name]) if panel.name in answers else None


async def _answers(actor: Actor, item: Item, panels: Iterable[Panel]) -> dict[str, str | None]:
    """What the panels ask together, by their names; one statement, or none."""
    asked = {panel.name: panel.load.question(actor, item) for panel in panels if isinstance(panel.load, Asked)}
    questions = {name: question for name, question in asked.items() if question is not None}
    if not questions:
        return {}
    columns = ", ".join(f"({question.query}) AS {name}" for name, question in questions.items())
    values = [value for question in questions.values() for value in question.values]
    (row,) = await execute(f"SELECT {columns}", *values)
    return dict(row)
